/*
 * LZ4 frames, through liblz4.
 *
 * An input is any number of frames, one after the other; some of them are
 * skippable. Between frames we read the next header ourselves. Inside a frame
 * we feed the library field by field: a block's size, its data and its checksum
 * are fields. A call then fails only at a field that gives no text, so what a
 * damaged frame gives depends neither on how its bytes arrived nor on the
 * capacity for the text.
 *
 *     BETWEEN --frame header--> INSIDE ----its end----> BETWEEN
 *        |  \--skippable------> SKIPPING --its end----> BETWEEN
 *        end
 *
 * The library verifies the checksums of headers, blocks and texts. It holds one
 * block or two, of 64 KiB to 4 MiB as the frame's header says.
 */
#define LZ4F_STATIC_LINKING_ONLY /* to allocate in the ledger */
#include "readers/codecs/lz4.h"

#include "readers/codecs/heap.h"

#include <inttypes.h>
#include <lz4frame.h>

enum state {
    BETWEEN,
    INSIDE,
    SKIPPING
};

/* What the library is fed, in a frame. */
enum field {
    HEADER,
    SIZE,
    BLOCK,
    BLOCK_SUM,
    TEXT_SUM
};

struct lz4 {
    struct weir_decoder decoder;
    struct weir_heap heap;
    LZ4F_dctx *context;
    enum state state;
    struct weir_lz4_frame frame;

    /* Inside a frame: what the library is fed. */
    enum field field;
    uint64_t begins; /* the raw byte where the field begins */
    size_t left;     /* bytes of it not fed yet */
    uint32_t size;   /* of the present block, as it is stored */
    bool waiting;    /* the library may have more text to give before it needs
                        more input */
};

/*
 * The bits that a frame at the beginning has for sure. If it is skippable, the
 * frame after it decides between LZ4 and zstd, whose skippable frames are the
 * same; if that one is too far away, zstd takes the input.
 */
static unsigned lz4_bid(const uint8_t *head, size_t len)
{
    struct weir_lz4_frame frame;
    if (len < 2 || !weir_lz4_begins(head, len))
        return 0;
    if (head[0] == 0x04)
        return len < WEIR_LZ4_MAGIC ? 16 : 32;
    if (!weir_lz4_frame(head, len, &frame) || frame.skip > len - frame.header ||
        len - frame.header - frame.skip < WEIR_LZ4_MAGIC)
        return 0;
    const uint8_t *next = head + frame.header + frame.skip;
    return next[0] == 0x04 && weir_lz4_begins(next, WEIR_LZ4_MAGIC) ? 60 : 0;
}

static ptrdiff_t failed(const struct lz4 *lz4, size_t code,
                        struct weir_error *error)
{
    const struct weir_decoder *decoder = &lz4->decoder;
    switch (LZ4F_getErrorCode(code)) {
    case LZ4F_ERROR_allocation_failed:
        return weir_fail_memory(error, "an lz4 block", (size_t)4 << 20);
    case LZ4F_ERROR_headerChecksum_invalid:
        return weir_decoder_damaged(decoder, lz4->begins,
                                    "wrong checksum of its header", error);
    case LZ4F_ERROR_blockChecksum_invalid:
    case LZ4F_ERROR_contentChecksum_invalid:
        return weir_decoder_wrong_checksum(decoder, decoder->parts, lz4->begins,
                                           error);
    case LZ4F_ERROR_frameSize_wrong:
        return weir_decoder_damaged(decoder, lz4->begins,
                                    "its text is longer or shorter than its "
                                    "header says",
                                    error);
    case LZ4F_ERROR_maxBlockSize_invalid:
        return weir_decoder_damaged(decoder, lz4->begins,
                                    "a block is longer than its header allows",
                                    error);
    default:
        return weir_decoder_damaged(decoder, lz4->begins, "invalid data",
                                    error);
    }
}

/* Begins a frame, unless the input ends. Returns 0 or a status. */
static ptrdiff_t next_frame(struct lz4 *lz4, struct weir_error *error)
{
    struct weir_decoder *decoder = &lz4->decoder;
    ptrdiff_t have =
        weir_decoder_need_part(decoder, WEIR_LZ4_HEADER_MAX, error);
    if (have < 0 || decoder->over)
        return have;
    const uint8_t *head = decoder->raw + decoder->next;
    if (!weir_lz4_begins(head, (size_t)have))
        return weir_decoder_garbage(decoder, error);
    weir_decoder_begin_part(decoder);
    if (!weir_lz4_frame(head, (size_t)have, &lz4->frame))
        return weir_decoder_truncated(decoder, error);
    if (lz4->frame.is_skippable) {
        decoder->next += lz4->frame.header;
        lz4->state = SKIPPING;
        return 0;
    }
    if (lz4->frame.has_dictionary)
        return weir_fail(error, WEIR_IO,
                         "lz4 frame %" PRIu64 " needs a dictionary, and "
                         "lz4's dictionaries are not supported",
                         decoder->parts);
    lz4->state = INSIDE;
    lz4->field = HEADER;
    lz4->begins = weir_decoder_here(decoder);
    lz4->left = lz4->frame.header;
    lz4->waiting = false;
    return 0;
}

/* Finds what to feed next. Above zero, or a status. */
static ptrdiff_t next_field(struct lz4 *lz4, struct weir_error *error)
{
    struct weir_decoder *decoder = &lz4->decoder;
    lz4->begins = weir_decoder_here(decoder);
    lz4->left = WEIR_LZ4_WORD;
    if (lz4->field == SIZE) {
        lz4->field = lz4->size ? BLOCK : TEXT_SUM;
        if (lz4->size)
            lz4->left = weir_lz4_block(lz4->size);
    } else if (lz4->field == BLOCK && lz4->frame.has_block_sums) {
        lz4->field = BLOCK_SUM;
    } else {
        lz4->field = SIZE;
    }
    if (lz4->field != SIZE)
        return 1;
    ptrdiff_t have = weir_decoder_need_all(decoder, WEIR_LZ4_WORD, error);
    if (have > 0)
        lz4->size = weir_lz4_word(decoder->raw + decoder->next);
    return have;
}

/* Returns how many bytes were decoded, which may be none yet; below zero a
 * status. */
static ptrdiff_t decode_some(struct lz4 *lz4, void *into, size_t capacity,
                             struct weir_error *error)
{
    struct weir_decoder *decoder = &lz4->decoder;
    ptrdiff_t have = 1;
    while (!lz4->waiting && lz4->left == 0 && have > 0)
        have = next_field(lz4, error);
    if (have >= 0 && !lz4->waiting)
        have = weir_decoder_need_all(decoder, 1, error);
    if (have < 0)
        return have;

    size_t in = decoder->len - decoder->next, out = capacity;
    in = lz4->left < in ? lz4->left : in;
    size_t more = LZ4F_decompress(lz4->context, into, &out,
                                  decoder->raw + decoder->next, &in, NULL);
    if (LZ4F_isError(more))
        return failed(lz4, more, error);
    decoder->next += in;
    lz4->left -= in;
    lz4->waiting = more && out == capacity;
    if (more == 0)
        lz4->state = BETWEEN;
    return (ptrdiff_t)out;
}

static ptrdiff_t lz4_decode(struct weir_decoder *decoder, void *into,
                            size_t capacity, struct weir_error *error)
{
    struct lz4 *lz4 = (struct lz4 *)decoder;
    if (lz4->state == BETWEEN)
        return next_frame(lz4, error);
    if (lz4->state == INSIDE)
        return decode_some(lz4, into, capacity, error);
    if (lz4->frame.skip)
        return weir_decoder_skip(decoder, &lz4->frame.skip, error);
    lz4->state = BETWEEN;
    return 0;
}

static void lz4_release(struct weir_decoder *decoder)
{
    struct lz4 *lz4 = (struct lz4 *)decoder;
    (void)LZ4F_freeDecompressionContext(lz4->context);
    lz4->context = NULL;
}

static void lz4_restart(struct weir_decoder *decoder)
{
    struct lz4 *lz4 = (struct lz4 *)decoder;
    LZ4F_resetDecompressionContext(lz4->context);
    lz4->state = BETWEEN;
}

static void lz4_estimate(const struct weir_decoder *decoder,
                         struct weir_estimate *estimate)
{
    weir_estimate_add(estimate, ((const struct lz4 *)decoder)->heap.held,
                      "lz4, its blocks");
}

static struct weir_decoder *lz4_open(struct weir_source *inner,
                                     const struct weir_source_options *options,
                                     struct weir_error *error)
{
    struct weir_decoder *decoder = weir_decoder_open(
        inner, &weir_codec_lz4, sizeof(struct lz4), options, error);
    if (!decoder)
        return NULL;
    struct lz4 *lz4 = (struct lz4 *)decoder;
    lz4->heap.site = WEIR_LIBRARY("lz4");
    lz4->context = LZ4F_createDecompressionContext_advanced(
        (LZ4F_CustomMem){.customAlloc = weir_heap_take,
                         .customFree = weir_heap_give,
                         .opaqueState = &lz4->heap},
        LZ4F_VERSION);
    if (lz4->context)
        return decoder;
    weir_source_close(&decoder->source);
    return weir_no_memory(error, "lz4", (size_t)1 << 10);
}

const struct weir_codec weir_codec_lz4 = {
    .name = "lz4",
    .part = "frame",
    .suffix = {".lz4"},
    .bid = lz4_bid,
    .open = lz4_open,
    .decode = lz4_decode,
    .release = lz4_release,
    .estimate = lz4_estimate,
    .part_length = weir_lz4_frame_length,
    .restart = lz4_restart,
};
