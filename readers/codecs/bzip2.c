/*
 * bzip2, through libbz2.
 *
 * An input is any number of streams, one after the other, as pbzip2 writes
 * them. libbz2 decodes a stream and verifies the checksums of its blocks and of
 * the whole. Damage is reported after the text before it.
 *
 *     between --"BZh1".."BZh9"--> inside --its end--> between
 *        end
 *
 * A stream does not say how long it is, and its blocks are not at whole bytes.
 * It ends where the next one begins, so the ten bytes of the next header and
 * first block are searched for. If they come up by chance, the stream before
 * does not end there, and decoding it fails.
 *
 *     "BZh" | '1' to '9': block size in 100 kB | block, block, ... | end
 *                                                31 41 59 26 53 59
 *                                                      17 72 45 38 50 90
 */
#include "readers/codecs/decoder.h"
#include "readers/codecs/heap.h"

#include <bzlib.h>
#include <string.h>

/* Bytes of the header, and of the header with a block's first ones. */
#define HEADER ((size_t)4)
#define HEAD ((size_t)10)
/* libbz2 holds two blocks: its state, and the text of a block. */
#define N_BLOCKS 2

static const char block_begins[] = "\x31\x41\x59\x26\x53\x59";
static const char stream_ends[] = "\x17\x72\x45\x38\x50\x90";

struct bzip2 {
    struct weir_decoder decoder;
    struct weir_heap heap;
    void *spare[N_BLOCKS]; /* kept between streams */
    bz_stream stream;
    bool inside;   /* the library has a stream to decode */
    uint64_t from; /* where a clone began to decode */
};

/* Whether the bytes are the beginning of a stream, or as much of it as there
 * is. */
static bool begins(const uint8_t *head, size_t len)
{
    size_t n = len < HEAD ? len : HEAD;
    size_t more = n > HEADER ? n - HEADER : 0;
    return memcmp(head, "BZh", n < 3 ? n : 3) == 0 &&
           (n < HEADER || (head[3] >= '1' && head[3] <= '9')) &&
           (memcmp(head + n - more, block_begins, more) == 0 ||
            memcmp(head + n - more, stream_ends, more) == 0);
}

/* "BZ" is text. So is "BZh9,", but not "BZh9" and the input's end. */
static unsigned bzip2_bid(const uint8_t *head, size_t len)
{
    if (len < HEADER || !begins(head, len))
        return 0;
    return 8 * (unsigned)(len < HEAD ? len : HEAD) - 4;
}

static void drop_spares(struct bzip2 *bzip2)
{
    for (size_t i = 0; i < N_BLOCKS; i++) {
        weir_heap_give(&bzip2->heap, bzip2->spare[i]);
        bzip2->spare[i] = NULL;
    }
}

/* Takes the smallest spare block that is large enough. If none is, the spares
 * are of a stream with smaller blocks, and are dropped. */
static void *take(void *opaque, int items, int size)
{
    struct bzip2 *bzip2 = opaque;
    size_t bytes = (size_t)items * (size_t)size;
    void **best = NULL;
    for (void **spare = bzip2->spare; spare < bzip2->spare + N_BLOCKS; spare++)
        if (weir_held(*spare) >= bytes &&
            (!best || weir_held(*spare) < weir_held(*best)))
            best = spare;
    if (best) {
        void *block = *best;
        *best = NULL;
        return block;
    }
    drop_spares(bzip2);
    return weir_heap_take(&bzip2->heap, bytes);
}

static void give(void *opaque, void *block)
{
    struct bzip2 *bzip2 = opaque;
    void **spare = bzip2->spare;
    if (*spare)
        spare++;
    weir_heap_give(&bzip2->heap, *spare);
    *spare = block;
}

static enum weir_status lack_memory(struct weir_error *error)
{
    return weir_fail_memory(error, "a bzip2 block", (size_t)3600000);
}

/* Begins a stream, unless the input ends. Returns 0 or a status. */
static ptrdiff_t next_stream(struct bzip2 *bzip2, struct weir_error *error)
{
    struct weir_decoder *decoder = &bzip2->decoder;
    ptrdiff_t have = weir_decoder_need_part(decoder, HEAD, error);
    if (have < 0 || decoder->over)
        return have;
    if (!begins(decoder->raw + decoder->next, (size_t)have))
        return weir_decoder_garbage(decoder, error);
    weir_decoder_begin_part(decoder);
    bzip2->stream =
        (bz_stream){.bzalloc = take, .bzfree = give, .opaque = bzip2};
    if (BZ2_bzDecompressInit(&bzip2->stream, 0, 0) != BZ_OK)
        return lack_memory(error);
    bzip2->inside = true;
    return 0;
}

static void end_stream(struct bzip2 *bzip2)
{
    if (bzip2->inside)
        (void)BZ2_bzDecompressEnd(&bzip2->stream);
    bzip2->inside = false;
}

/* Whether a clone has given so much text that positions in it may not grow
 * (WEIR_EXPANSION in readers/csv/reader.h). A block of one letter expands a
 * million times. */
static bool expands_too_much(const struct weir_decoder *decoder, uint64_t from)
{
    return decoder->original &&
           decoder->text >> 16 > weir_decoder_here(decoder) - from;
}

/* Returns how many bytes were decoded, which may be none yet; below zero a
 * status. */
static ptrdiff_t decode_some(struct bzip2 *bzip2, void *into, size_t capacity,
                             struct weir_error *error)
{
    const size_t max = (size_t)1 << 30;
    struct weir_decoder *decoder = &bzip2->decoder;
    bz_stream *stream = &bzip2->stream;
    const unsigned room = (unsigned)(capacity < max ? capacity : max);
    const size_t at_hand = decoder->len - decoder->next;
    stream->next_in = (char *)decoder->raw + decoder->next;
    stream->avail_in = (unsigned)at_hand;
    stream->next_out = into;
    stream->avail_out = room;
    int result = BZ2_bzDecompress(stream);
    decoder->next = decoder->len - stream->avail_in;
    ptrdiff_t n = room - stream->avail_out;

    switch (result) {
    case BZ_STREAM_END:
        end_stream(bzip2);
        return n;
    case BZ_MEM_ERROR:
        return lack_memory(error);
    case BZ_OK:
        break;
    default:
        weir_decoder_break(
            decoder, "its data is not valid or does not match its checksum");
        return n;
    }
    if (n > 0 || at_hand > 0)
        return n;
    ptrdiff_t have = weir_decoder_need_all(decoder, 1, error);
    return have < 0 ? have : 0;
}

static ptrdiff_t bzip2_decode(struct weir_decoder *decoder, void *into,
                              size_t capacity, struct weir_error *error)
{
    struct bzip2 *bzip2 = (struct bzip2 *)decoder;
    if (expands_too_much(decoder, bzip2->from))
        return weir_fail(error, WEIR_LIMIT, "a bzip2 stream is too dense");
    return bzip2->inside ? decode_some(bzip2, into, capacity, error)
                         : next_stream(bzip2, error);
}

static void bzip2_release(struct weir_decoder *decoder)
{
    struct bzip2 *bzip2 = (struct bzip2 *)decoder;
    end_stream(bzip2);
    drop_spares(bzip2);
}

static void bzip2_estimate(const struct weir_decoder *decoder,
                           struct weir_estimate *estimate)
{
    weir_estimate_add(estimate, ((const struct bzip2 *)decoder)->heap.held,
                      "bzip2, the text of a block");
}

/* The first possible stream in bytes[0, len); NULL if there is none. */
static const uint8_t *find_stream(const uint8_t *bytes, size_t len)
{
    while (len >= HEAD) {
        const uint8_t *at = memmem(bytes + HEADER, len - HEADER, block_begins,
                                   sizeof block_begins - 1);
        if (!at || begins(at - HEADER, HEAD))
            return at ? at - HEADER : NULL;
        len -= (size_t)(at - HEADER + 1 - bytes);
        bytes = at - HEADER + 1;
    }
    return NULL;
}

static enum weir_status bzip2_part_length(const struct weir_decoder *decoder,
                                          struct weir_peek *peek,
                                          uint64_t place, uint64_t *raw,
                                          struct weir_error *error)
{
    (void)decoder;
    uint64_t end = place + HEAD;
    enum weir_status status =
        weir_peek_find(peek, HEAD, find_stream, &end, error);
    *raw = end - place;
    return status;
}

static void bzip2_restart(struct weir_decoder *decoder)
{
    struct bzip2 *bzip2 = (struct bzip2 *)decoder;
    end_stream(bzip2);
    bzip2->from = decoder->before;
}

static struct weir_decoder *
bzip2_open(struct weir_source *inner, const struct weir_source_options *options,
           struct weir_error *error)
{
    struct weir_decoder *decoder = weir_decoder_open(
        inner, &weir_codec_bzip2, sizeof(struct bzip2), options, error);
    if (decoder)
        ((struct bzip2 *)decoder)->heap.site = WEIR_LIBRARY("bzip2");
    return decoder;
}

const struct weir_codec weir_codec_bzip2 = {
    .name = "bzip2",
    .part = "stream",
    .suffix = {".bz2", ".bz"},
    .bid = bzip2_bid,
    .open = bzip2_open,
    .decode = bzip2_decode,
    .release = bzip2_release,
    .estimate = bzip2_estimate,
    .part_length = bzip2_part_length,
    .restart = bzip2_restart,
};
