/*
 * xz, through liblzma.
 *
 * An input is any number of streams, one after the other, perhaps with padding
 * after them. A stream is a header, blocks, an index of the blocks' sizes, and
 * a footer. The library reads the headers, decodes the blocks and verifies
 * them; this file goes from one to the next, so that a decoder may begin at any
 * block.
 *
 *     BETWEEN --header--> BLOCKS --block header--> INSIDE --its end--> BLOCKS
 *      |    ^                \--0--> INDEX --> FOOTER
 *     end   \---- padding <----------------------/
 *
 * A decoder that begins within a stream does not know the sizes of the blocks
 * before: it verifies the CRC of the index, but not what the index lists.
 *
 * Memory is the dictionary of the block, whose header has the size. It is taken
 * at the first block, and again only if a later block has another size.
 */
#include "readers/codecs/xz.h"

#include "readers/codecs/heap.h"

#include <inttypes.h>

/* Bytes for the options of four filters. */
#define OPTIONS_CAPACITY ((size_t)1024)

enum state {
    BETWEEN, /* a stream or padding begins, or the input ends */
    RESUMED, /* a stream or a block begins */
    BLOCKS,  /* a block or the index begins */
    INSIDE,
    INDEX,
    FOOTER
};

struct xz {
    struct weir_decoder decoder;
    struct weir_heap heap;
    lzma_allocator allocator;
    lzma_stream stream;
    enum state state;
    uint64_t window; /* of the present dictionary, in bytes */

    lzma_stream_flags flags; /* of the stream */
    bool counted;            /* the part of the next block has begun already */
    bool is_whole;           /* the stream was read from its header on */
    struct weir_xz_sizes sizes; /* of its blocks */
    struct weir_xz_index index;

    lzma_block block; /* the present block */
    lzma_filter filters[LZMA_FILTERS_MAX + 1];

    /* The filters' options, which live until the block begins. They are not in
     * the heap, so that a block allocates nothing that the one before did not.
     */
    size_t options_len;
    _Alignas(max_align_t) uint8_t options[OPTIONS_CAPACITY];
};

static unsigned xz_bid(const uint8_t *head, size_t len)
{
    if (len < 2 || !weir_xz_begins(head, len))
        return 0;
    return 8 * (unsigned)(len < WEIR_XZ_MAGIC ? len : WEIR_XZ_MAGIC);
}

static enum weir_status damaged(const struct weir_decoder *decoder,
                                const char *why, struct weir_error *error)
{
    return weir_decoder_damaged(decoder, weir_decoder_here(decoder), why,
                                error);
}

/* Begins a stream, unless the input ends. Returns 0 or a status. */
static ptrdiff_t next_stream(struct xz *xz, struct weir_error *error)
{
    static const uint8_t padding[WEIR_XZ_WORD];
    struct weir_decoder *decoder = &xz->decoder;
    ptrdiff_t have;
    while ((have = weir_decoder_need_part(decoder, LZMA_STREAM_HEADER_SIZE,
                                          error)) >= (ptrdiff_t)WEIR_XZ_WORD &&
           decoder->parts > 0 &&
           !memcmp(decoder->raw + decoder->next, padding, sizeof padding))
        decoder->next += WEIR_XZ_WORD;
    if (have < 0 || decoder->over)
        return have;
    const uint8_t *head = decoder->raw + decoder->next;
    if (have > 0 && !weir_xz_begins(head, (size_t)have))
        return weir_decoder_garbage(decoder, error);
    weir_decoder_begin_part(decoder);
    if (have < LZMA_STREAM_HEADER_SIZE)
        return weir_decoder_truncated(decoder, error);
    switch (lzma_stream_header_decode(&xz->flags, head)) {
    case LZMA_OK:
        break;
    case LZMA_OPTIONS_ERROR:
        return damaged(decoder, "unknown flags of a stream", error);
    default:
        return damaged(decoder, "wrong checksum of its header", error);
    }
    if (!lzma_check_is_supported(xz->flags.check))
        return damaged(decoder, "its kind of checksum is not known", error);
    decoder->next += LZMA_STREAM_HEADER_SIZE;
    xz->counted = xz->is_whole = true;
    weir_xz_sizes_begin(&xz->sizes);
    xz->state = BLOCKS;
    return 0;
}

/* Finds what a clone begins with. Returns 0 or a status. */
static ptrdiff_t resume(struct xz *xz, struct weir_error *error)
{
    struct weir_decoder *decoder = &xz->decoder;
    ptrdiff_t have = weir_decoder_need(decoder, WEIR_XZ_MAGIC, error);
    decoder->over = have == 0;
    if (have <= 0)
        return have;
    bool begins = weir_xz_begins(decoder->raw + decoder->next, (size_t)have);
    xz->counted = xz->is_whole = false;
    xz->state = begins ? BETWEEN : BLOCKS;
    return 0;
}

static ptrdiff_t lack_memory(const struct xz *xz, struct weir_error *error)
{
    return weir_fail_memory(error, "an xz dictionary", (size_t)xz->window);
}

/* The dictionary that the block needs, in bytes. LZMA2 is the only filter that
 * has one, and it is the last. */
static uint64_t dictionary(const lzma_filter *filters)
{
    uint64_t size = 0;
    for (; filters->id != LZMA_VLI_UNKNOWN; filters++)
        if (filters->id == LZMA_FILTER_LZMA2)
            size = ((const lzma_options_lzma *)filters->options)->dict_size;
    return size;
}

/* Prepares the library for the block whose header was decoded. Returns 0 or a
 * status. */
static ptrdiff_t begin_block(struct xz *xz, struct weir_error *error)
{
    char found[32], max[32];
    xz->window = dictionary(xz->filters);
    if (xz->window > xz->decoder.options.max_window)
        return weir_fail(error, WEIR_LIMIT,
                         "xz block %" PRIu64 " needs a dictionary of %s "
                         "(%" PRIu64 " bytes), and %s are allowed; "
                         "--max-window and --memory allow more",
                         xz->decoder.parts, weir_size_text(found, xz->window),
                         xz->window,
                         weir_size_text(max, xz->decoder.options.max_window));
    switch (lzma_block_decoder(&xz->stream, &xz->block)) {
    case LZMA_OK:
        xz->state = INSIDE;
        return 0;
    case LZMA_MEM_ERROR:
        return lack_memory(xz, error);
    default:
        return damaged(&xz->decoder, "unknown filters", error);
    }
}

static void *take_options(void *opaque, size_t items, size_t size)
{
    struct xz *xz = opaque;
    const size_t unit = _Alignof(max_align_t);
    size_t bytes = (items * size + unit - 1) / unit * unit;
    if (bytes > OPTIONS_CAPACITY - xz->options_len)
        return NULL;
    xz->options_len += bytes;
    return xz->options + xz->options_len - bytes;
}

static void give_options(void *opaque, void *options)
{
    (void)opaque;
    (void)options;
}

/* Reads the header of `size` bytes at raw[next]. */
static lzma_ret read_header(struct xz *xz, size_t size)
{
    const lzma_allocator options = {
        .alloc = take_options, .free = give_options, .opaque = xz};
    xz->options_len = 0;
    xz->block = (lzma_block){.version = 1,
                             .check = xz->flags.check,
                             .header_size = (uint32_t)size,
                             .filters = xz->filters};
    return lzma_block_header_decode(&xz->block, &options,
                                    xz->decoder.raw + xz->decoder.next);
}

/* Begins a block or the index, unless the segment ends before another one's
 * block. Returns 0 or a status. */
static ptrdiff_t next_block(struct xz *xz, struct weir_error *error)
{
    struct weir_decoder *decoder = &xz->decoder;
    ptrdiff_t have = weir_decoder_need(decoder, 1, error);
    if (have < 0)
        return have;
    decoder->over = have == 0 && decoder->stops_early;
    if (have == 0)
        return decoder->over ? 0 : weir_decoder_truncated(decoder, error);
    size_t size = weir_xz_header(decoder->raw[decoder->next]);
    if (size == 0) {
        weir_xz_index_begin(&xz->index);
        xz->state = INDEX;
        return 0;
    }
    if (!xz->counted)
        weir_decoder_begin_part(decoder);
    xz->counted = false;
    have = weir_decoder_need_all(decoder, size, error);
    if (have < 0)
        return have;
    switch (read_header(xz, size)) {
    case LZMA_OK:
        break;
    case LZMA_OPTIONS_ERROR:
    case LZMA_MEM_ERROR: /* they have more options than any known ones */
        return damaged(decoder, "unknown filters", error);
    default:
        return damaged(decoder, "its header does not match its checksum",
                       error);
    }
    ptrdiff_t status = begin_block(xz, error);
    decoder->next += status ? 0 : size;
    return status;
}

/* Returns how many bytes were decoded, which may be none yet; below zero a
 * status. */
static ptrdiff_t decode_some(struct xz *xz, void *into, size_t capacity,
                             struct weir_error *error)
{
    struct weir_decoder *decoder = &xz->decoder;
    lzma_stream *stream = &xz->stream;
    const size_t at_hand = decoder->len - decoder->next;
    stream->next_in = decoder->raw + decoder->next;
    stream->avail_in = at_hand;
    stream->next_out = into;
    stream->avail_out = capacity;
    lzma_ret result = lzma_code(stream, LZMA_RUN);
    decoder->next = decoder->len - stream->avail_in;
    ptrdiff_t n = (ptrdiff_t)(capacity - stream->avail_out);

    switch (result) {
    case LZMA_STREAM_END:
        weir_xz_sizes_add(&xz->sizes, lzma_block_unpadded_size(&xz->block),
                          xz->block.uncompressed_size);
        xz->state = BLOCKS;
        return n;
    case LZMA_MEM_ERROR:
        return lack_memory(xz, error);
    case LZMA_OK:
    case LZMA_BUF_ERROR: /* no progress was possible, which is no error */
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

/* Zero, or a status below zero. */
static ptrdiff_t read_index(struct xz *xz, struct weir_error *error)
{
    struct weir_decoder *decoder = &xz->decoder;
    enum weir_status found = WEIR_OK;
    while (found == WEIR_OK) {
        ptrdiff_t have = weir_decoder_need_all(decoder, 1, error);
        if (have < 0)
            return have;
        found = weir_xz_index_add(&xz->index, decoder->raw[decoder->next]);
        decoder->next += found >= 0;
    }
    if (found < 0)
        return damaged(decoder, "the index after it is damaged", error);
    if (xz->is_whole && !weir_xz_sizes_same(&xz->index.sizes, &xz->sizes))
        return damaged(decoder, "the index after it has other sizes", error);
    xz->state = FOOTER;
    return 0;
}

/* Zero, or a status below zero. */
static ptrdiff_t read_footer(struct xz *xz, struct weir_error *error)
{
    struct weir_decoder *decoder = &xz->decoder;
    lzma_stream_flags footer;
    ptrdiff_t have =
        weir_decoder_need_all(decoder, LZMA_STREAM_HEADER_SIZE, error);
    if (have < 0)
        return have;
    if (lzma_stream_footer_decode(&footer, decoder->raw + decoder->next) !=
            LZMA_OK ||
        footer.check != xz->flags.check ||
        footer.backward_size != xz->index.len)
        return damaged(decoder, "the footer after it is damaged", error);
    decoder->next += LZMA_STREAM_HEADER_SIZE;
    xz->state = BETWEEN;
    return 0;
}

static ptrdiff_t xz_decode(struct weir_decoder *decoder, void *into,
                           size_t capacity, struct weir_error *error)
{
    struct xz *xz = (struct xz *)decoder;
    switch (xz->state) {
    case BETWEEN:
        return next_stream(xz, error);
    case RESUMED:
        return resume(xz, error);
    case BLOCKS:
        return next_block(xz, error);
    case INSIDE:
        return decode_some(xz, into, capacity, error);
    case INDEX:
        return read_index(xz, error);
    default:
        return read_footer(xz, error);
    }
}

static void xz_release(struct weir_decoder *decoder)
{
    lzma_end(&((struct xz *)decoder)->stream);
}

static enum weir_status xz_part_length(const struct weir_decoder *decoder,
                                       struct weir_peek *peek, uint64_t place,
                                       uint64_t *raw, struct weir_error *error)
{
    return weir_xz_part_length(((const struct xz *)decoder)->flags.check, peek,
                               place, raw, error);
}

static void xz_restart(struct weir_decoder *decoder)
{
    struct xz *xz = (struct xz *)decoder;
    xz->flags = ((const struct xz *)decoder->original)->flags;
    xz->state = RESUMED;
}

static void xz_estimate(const struct weir_decoder *decoder,
                        struct weir_estimate *estimate)
{
    const struct xz *xz = (const struct xz *)decoder;
    char window[32];
    weir_estimate_add(estimate, xz->heap.held, "xz, its dictionary of %s",
                      weir_size_text(window, xz->window));
}

static void *take(void *opaque, size_t items, size_t size)
{
    return weir_heap_take(opaque, items * size);
}

static struct weir_decoder *xz_open(struct weir_source *inner,
                                    const struct weir_source_options *options,
                                    struct weir_error *error)
{
    struct weir_decoder *decoder = weir_decoder_open(
        inner, &weir_codec_xz, sizeof(struct xz), options, error);
    if (!decoder)
        return NULL;
    struct xz *xz = (struct xz *)decoder;
    xz->heap.site = WEIR_LIBRARY("xz");
    xz->allocator = (lzma_allocator){
        .alloc = take, .free = weir_heap_give, .opaque = &xz->heap};
    xz->stream = (lzma_stream)LZMA_STREAM_INIT;
    xz->stream.allocator = &xz->allocator;
    return decoder;
}

const struct weir_codec weir_codec_xz = {
    .name = "xz",
    .part = "block",
    .suffix = {".xz"},
    .bid = xz_bid,
    .open = xz_open,
    .decode = xz_decode,
    .release = xz_release,
    .estimate = xz_estimate,
    .part_length = xz_part_length,
    .restart = xz_restart,
};
