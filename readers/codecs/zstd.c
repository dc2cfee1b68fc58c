/*
 * Zstandard (RFC 8878), through libzstd.
 *
 * An input is any number of frames, one after the other; some of them are
 * skippable. Between frames we read the next header ourselves, because there
 * libzstd reports an end, garbage or a wide window by an error code or not at
 * all. Inside a frame, we feed libzstd block by block. So what a damaged frame
 * gives does not depend on how the bytes arrived, nor on the capacity for the
 * text.
 *
 *     BETWEEN --frame header--> INSIDE ----its end----> BETWEEN
 *        |  \--skippable------> SKIPPING --its end----> BETWEEN
 *        end
 *
 *     a frame: | header | block | block | ... | last block | checksum |
 *                                       ^ fed, `left` bytes of it not yet
 *
 * Checksums are computed here, and not by libzstd, so that they can be left to
 * another thread: they are a twentieth of the work.
 *
 * Memory is the window and up to three blocks of 128 KiB. It is taken at the
 * first frame, and again only if a later frame has a wider window.
 */
#include "readers/codecs/zstd.h"

#include "base/mechanism.h"

#include <assert.h>
#include <endian.h>
#include <inttypes.h>
#include <string.h>
#include <zstd_errors.h>

#define SUM 4 /* bytes */

enum state {
    BETWEEN,
    INSIDE,
    SKIPPING
};

struct zstd {
    struct weir_decoder decoder;
    ZSTD_DCtx *context;
    enum state state;
    uint64_t skip;   /* bytes left of a skippable frame */
    uint64_t window; /* of this frame, in bytes */

    /* Inside a frame: the header, block or checksum that libzstd is fed. */
    uint64_t fed; /* the raw byte where it begins */
    size_t left;
    bool last;    /* the last block was fed, or is being fed */
    bool waiting; /* libzstd may have more text before it needs input */

    bool has_sum;
    uint32_t sum; /* the frame's checksum, as it is stored */
    bool wrong;   /* the checksum of the frame before was wrong */
    struct weir_sums sums;
};

/* Whether this is a frame's magic number, or as much of it as there is. */
static bool begins_frame(const uint8_t *head, size_t len)
{
    static const uint8_t frame[4] = {0x28, 0xb5, 0x2f, 0xfd};
    static const uint8_t skippable[4] = {0x50, 0x2a, 0x4d, 0x18};
    size_t n = len < 4 ? len : 4;
    if (memcmp(head, frame, n) == 0)
        return true;
    return (head[0] & 0xf0) == skippable[0] &&
           memcmp(head + 1, skippable + 1, n - 1) == 0;
}

/* A single "(" is text, and so is "P*M". But no text is "(" and 0xb5 alone, so
 * that is a frame cut short. */
static unsigned zstd_bid(const uint8_t *head, size_t len)
{
    if (!begins_frame(head, len) || len < 2)
        return 0;
    if (head[1] == 0xb5)
        return len < 4 ? 16 : 32;
    return len < 4 ? 0 : 28; /* skippable: four bits are free */
}

static ptrdiff_t window_too_wide(const struct zstd *zstd,
                                 struct weir_error *error)
{
    char found[32];
    char max[32];
    (void)weir_size_text(found, zstd->window);
    (void)weir_size_text(max, zstd->decoder.options.max_window);
    return weir_fail(error, WEIR_LIMIT,
                     "zstd frame %" PRIu64 " needs a window of %s (%" PRIu64
                     " bytes), and %s are allowed; --max-window allows more",
                     zstd->decoder.parts, found, zstd->window, max);
}

static ptrdiff_t failed(const struct zstd *zstd, size_t code,
                        struct weir_error *error)
{
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_memory_allocation:
        return weir_fail_memory(error, "a zstd window",
                                ZSTD_estimateDStreamSize(zstd->window));
    case ZSTD_error_frameParameter_windowTooLarge:
        return weir_fail(error, WEIR_LIMIT,
                         "zstd frame %" PRIu64
                         " needs a wider window than this libzstd can have",
                         zstd->decoder.parts);
    default:
        return weir_decoder_damaged(&zstd->decoder, zstd->fed,
                                    ZSTD_getErrorName(code), error);
    }
}

static bool has_dictionary(const struct zstd *zstd, unsigned id)
{
    const struct weir_zstd_dictionary *dictionary =
        zstd->decoder.options.dictionary;
    return dictionary && dictionary->id == id;
}

static ptrdiff_t lacks_dictionary(const struct zstd *zstd, unsigned id,
                                  struct weir_error *error)
{
    const struct weir_zstd_dictionary *dictionary =
        zstd->decoder.options.dictionary;
    if (!dictionary)
        return weir_fail(error, WEIR_IO,
                         "zstd frame %" PRIu64 " needs dictionary %u; "
                         "--zstd-dict FILE names it",
                         zstd->decoder.parts, id);
    if (!dictionary->id)
        return weir_fail(error, WEIR_IO,
                         "zstd frame %" PRIu64 " needs dictionary %u, and that "
                         "of --zstd-dict has no number",
                         zstd->decoder.parts, id);
    return weir_fail(error, WEIR_IO,
                     "zstd frame %" PRIu64 " needs dictionary %u, and that of "
                     "--zstd-dict is %u",
                     zstd->decoder.parts, id, dictionary->id);
}

/* Begins a frame, unless the input ends. Returns 0 or a status. */
static ptrdiff_t next_frame(struct zstd *zstd, struct weir_error *error)
{
    struct weir_decoder *decoder = &zstd->decoder;
    ptrdiff_t have =
        weir_decoder_need_part(decoder, ZSTD_FRAMEHEADERSIZE_MAX, error);
    if (have < 0 || decoder->over)
        return have;
    const uint8_t *head = decoder->raw + decoder->next;
    if (!begins_frame(head, (size_t)have))
        return weir_decoder_garbage(decoder, error);

    if (decoder->parts > 0)
        weir_ran(WEIR_RAN_FRAME_CROSSED);
    weir_decoder_begin_part(decoder);
    zstd->fed = weir_decoder_here(decoder);
    ZSTD_frameHeader header;
    size_t missing = ZSTD_getFrameHeader(&header, head, (size_t)have);
    if (ZSTD_isError(missing))
        return failed(zstd, missing, error);
    if (missing)
        return weir_decoder_truncated(decoder, error);
    if (header.frameType == ZSTD_skippableFrame) {
        decoder->next += ZSTD_SKIPPABLEHEADERSIZE;
        zstd->skip = header.frameContentSize;
        zstd->state = SKIPPING;
        return 0;
    }
    if (header.dictID && !has_dictionary(zstd, header.dictID))
        return lacks_dictionary(zstd, header.dictID, error);
    zstd->window = header.windowSize;
    if (zstd->window > decoder->options.max_window)
        return window_too_wide(zstd, error);
    zstd->state = INSIDE;
    zstd->left = header.headerSize;
    zstd->last = zstd->waiting = false;
    zstd->has_sum = header.checksumFlag != 0;
    weir_sums_begin(&zstd->sums);
    return 0;
}

/* Finds the next block, or the checksum. Above zero, or a status. */
static ptrdiff_t next_block(struct zstd *zstd, struct weir_error *error)
{
    struct weir_decoder *decoder = &zstd->decoder;
    assert(!zstd->last || zstd->has_sum);
    size_t need = zstd->last ? SUM : WEIR_ZSTD_BLOCK_HEADER;
    ptrdiff_t have = weir_decoder_need_all(decoder, need, error);
    if (have < 0)
        return have;
    const uint8_t *head = decoder->raw + decoder->next;
    zstd->fed = weir_decoder_here(decoder);
    zstd->left = SUM;
    if (zstd->last) {
        memcpy(&zstd->sum, head, SUM);
        zstd->sum = le32toh(zstd->sum);
        return have;
    }
    struct weir_zstd_block block = weir_zstd_block(head);
    zstd->left = block.len;
    zstd->last = block.last;
    return have;
}

static void end_frame(struct zstd *zstd)
{
    struct weir_checksum checksum = {.part = zstd->decoder.parts,
                                     .byte = weir_decoder_here(&zstd->decoder),
                                     .sum = zstd->sum,
                                     .has_sum = zstd->has_sum};
    zstd->state = BETWEEN;
    zstd->wrong = !weir_sums_end(&zstd->sums, &checksum);
}

/* The bytes decoded, perhaps none yet; below zero a status. */
static ptrdiff_t decode_some(struct zstd *zstd, void *into, size_t capacity,
                             struct weir_error *error)
{
    struct weir_decoder *decoder = &zstd->decoder;
    ptrdiff_t have = 0;
    if (!zstd->waiting && zstd->left == 0)
        have = next_block(zstd, error);
    if (have >= 0 && !zstd->waiting)
        have = weir_decoder_need_all(decoder, 1, error);
    if (have < 0)
        return have;

    size_t n = decoder->len - decoder->next;
    n = zstd->left < n ? zstd->left : n;
    ZSTD_inBuffer in = {decoder->raw, decoder->next + n, decoder->next};
    ZSTD_outBuffer out = {into, capacity, 0};
    size_t more = ZSTD_decompressStream(zstd->context, &out, &in);
    if (ZSTD_isError(more))
        return failed(zstd, more, error);
    zstd->left -= in.pos - decoder->next;
    decoder->next = in.pos;
    zstd->waiting = more && out.pos == capacity;
    weir_sums_add(&zstd->sums, into, out.pos, zstd->has_sum);
    if (more == 0)
        end_frame(zstd);
    return (ptrdiff_t)out.pos;
}

static ptrdiff_t zstd_decode(struct weir_decoder *decoder, void *into,
                             size_t capacity, struct weir_error *error)
{
    struct zstd *zstd = (struct zstd *)decoder;
    if (zstd->wrong)
        return weir_decoder_wrong_checksum(decoder, decoder->parts,
                                           weir_decoder_here(decoder), error);
    if (zstd->state == BETWEEN)
        return next_frame(zstd, error);
    if (zstd->state == INSIDE)
        return decode_some(zstd, into, capacity, error);
    if (zstd->skip)
        return weir_decoder_skip(decoder, &zstd->skip, error);
    zstd->state = BETWEEN;
    return 0;
}

static void zstd_leave_sums(struct weir_decoder *decoder,
                            struct weir_checksums *to)
{
    weir_sums_leave(&((struct zstd *)decoder)->sums, to);
}

static void zstd_release(struct weir_decoder *decoder)
{
    struct zstd *zstd = (struct zstd *)decoder;
    (void)ZSTD_freeDCtx(zstd->context);
    zstd->context = NULL;
}

static void zstd_restart(struct weir_decoder *decoder)
{
    struct zstd *zstd = (struct zstd *)decoder;
    (void)ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only);
    zstd->state = BETWEEN;
    zstd->wrong = false;
}

static void zstd_estimate(const struct weir_decoder *decoder,
                          struct weir_estimate *estimate)
{
    const struct zstd *zstd = (const struct zstd *)decoder;
    char window[32];
    weir_estimate_add(estimate, ZSTD_sizeof_DCtx(zstd->context),
                      "zstd, its window of %s",
                      weir_size_text(window, zstd->window));
}

static void *take(void *opaque, size_t bytes)
{
    (void)opaque;
    return weir_alloc_at(WEIR_LIBRARY("zstd"), WEIR_MEMORY_DECODER, bytes);
}

static void give(void *opaque, void *block)
{
    (void)opaque;
    weir_free(WEIR_MEMORY_DECODER, block);
}

static struct weir_decoder *zstd_open(struct weir_source *inner,
                                      const struct weir_source_options *options,
                                      struct weir_error *error)
{
    struct weir_decoder *decoder = weir_decoder_open(
        inner, &weir_codec_zstd, sizeof(struct zstd), options, error);
    if (!decoder)
        return NULL;

    struct zstd *zstd = (struct zstd *)decoder;
    zstd->context = ZSTD_createDCtx_advanced(
        (ZSTD_customMem){.customAlloc = take, .customFree = give});
    weir_sums_begin(&zstd->sums);
    if (!zstd->context) {
        weir_source_close(&decoder->source);
        return weir_no_memory(error, "zstd", ZSTD_estimateDCtxSize());
    }
    /* We refuse windows ourselves, so libzstd takes the widest that it can. */
    int max = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound;
    size_t set =
        ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, max);
    assert(!ZSTD_isError(set));
    set = ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_forceIgnoreChecksum,
                                 ZSTD_d_ignoreChecksum);
    assert(!ZSTD_isError(set));
    if (decoder->options.dictionary)
        set = ZSTD_DCtx_refDDict(zstd->context,
                                 decoder->options.dictionary->digested);
    assert(!ZSTD_isError(set));
    (void)set;
    return decoder;
}

const struct weir_codec weir_codec_zstd = {
    .name = "zstd",
    .part = "frame",
    .suffix = {".zst"},
    .bid = zstd_bid,
    .open = zstd_open,
    .decode = zstd_decode,
    .release = zstd_release,
    .estimate = zstd_estimate,
    .part_length = weir_zstd_frame_length,
    .restart = zstd_restart,
    .leave_checksums = zstd_leave_sums,
};
