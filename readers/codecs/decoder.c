/*
 * What all decoders share.
 *
 * A decoder is one allocation: its own struct, followed by the raw bytes. The
 * raw bytes are moved to the front only if more are needed side by side than
 * are left. That happens at the header of a part, so very little is ever moved.
 */
#include "readers/codecs/decoder.h"

#include <inttypes.h>
#include <string.h>

/* The widest window that a decoder may have if no option says otherwise. */
#define MAX_WINDOW_DEFAULT ((uint64_t)128 << 20)

static ptrdiff_t decoder_read(struct weir_source *source, void *into,
                              size_t capacity, struct weir_error *error)
{
    struct weir_decoder *decoder = (struct weir_decoder *)source;
    while (!decoder->over && !decoder->failure.status) {
        ptrdiff_t n = decoder->codec->decode(decoder, into, capacity, error);
        if (n > 0) {
            decoder->text += (uint64_t)n;
            return n;
        }
        if (n < 0)
            decoder->failure = *error;
    }
    if (decoder->failure.status)
        *error = decoder->failure;
    return decoder->failure.status;
}

static void decoder_close(struct weir_source *source)
{
    struct weir_decoder *decoder = (struct weir_decoder *)source;
    if (decoder->codec->release)
        decoder->codec->release(decoder);
    weir_source_close(decoder->inner);
    weir_free(WEIR_MEMORY_DECODER, decoder);
}

size_t weir_decoder_bytes(const struct weir_decoder *decoder)
{
    return (size_t)(decoder->raw - (const uint8_t *)decoder) +
           WEIR_DECODER_CAPACITY;
}

static void decoder_estimate(const struct weir_source *source,
                             struct weir_estimate *estimate)
{
    const struct weir_decoder *decoder = (const struct weir_decoder *)source;
    weir_source_estimate(decoder->inner, estimate);
    weir_estimate_add(estimate, weir_decoder_bytes(decoder), "%s input",
                      decoder->codec->name);
    if (decoder->codec->estimate)
        decoder->codec->estimate(decoder, estimate);
}

static const struct weir_source_ops decoder_source_ops = {
    .kind = WEIR_SOURCE_DECODER,
    .read = decoder_read,
    .close = decoder_close,
    .estimate = decoder_estimate,
};

struct weir_decoder *
weir_decoder_open(struct weir_source *inner, const struct weir_codec *codec,
                  size_t size, const struct weir_source_options *options,
                  struct weir_error *error)
{
    size_t bytes = size + WEIR_DECODER_CAPACITY;
    struct weir_decoder *decoder = weir_alloc(WEIR_MEMORY_DECODER, bytes);
    if (!decoder) {
        weir_source_close(inner);
        return weir_no_memory(error, codec->name, bytes);
    }
    memset(decoder, 0, size);
    decoder->source.ops = &decoder_source_ops;
    decoder->codec = codec;
    decoder->inner = inner;
    decoder->raw = (uint8_t *)decoder + size;
    if (options)
        decoder->options = *options;
    if (!decoder->options.max_window)
        decoder->options.max_window = MAX_WINDOW_DEFAULT;
    return decoder;
}

ptrdiff_t weir_decoder_need(struct weir_decoder *decoder, size_t need,
                            struct weir_error *error)
{
    while (decoder->len - decoder->next < need && !decoder->inner_ended) {
        uint8_t *raw = decoder->raw;
        size_t left = decoder->len - decoder->next;
        memmove(raw, raw + decoder->next, left);
        decoder->before += decoder->next;
        decoder->next = 0;
        decoder->len = left;
        ptrdiff_t n = weir_read(decoder->inner, raw + left,
                                WEIR_DECODER_CAPACITY - left, error);
        if (n < 0)
            return n;
        decoder->inner_ended = n == 0;
        decoder->len += (size_t)n;
    }
    return (ptrdiff_t)(decoder->len - decoder->next);
}

ptrdiff_t weir_decoder_need_all(struct weir_decoder *decoder, size_t need,
                                struct weir_error *error)
{
    ptrdiff_t have = weir_decoder_need(decoder, need, error);
    if (have < 0 || (size_t)have >= need)
        return have;
    return weir_decoder_truncated(decoder, error);
}

ptrdiff_t weir_decoder_need_part(struct weir_decoder *decoder, size_t need,
                                 struct weir_error *error)
{
    ptrdiff_t have = weir_decoder_need(decoder, need, error);
    decoder->over = have == 0 && decoder->parts > 0;
    return have;
}

ptrdiff_t weir_decoder_skip(struct weir_decoder *decoder, uint64_t *left,
                            struct weir_error *error)
{
    ptrdiff_t have = weir_decoder_need_all(decoder, 1, error);
    if (have < 0)
        return have;
    size_t n = (uint64_t)have < *left ? (size_t)have : (size_t)*left;
    decoder->next += n;
    *left -= n;
    return 0;
}

void weir_decoder_begin_part(struct weir_decoder *decoder)
{
    struct weir_boundary *mark = decoder->options.mark;
    uint64_t raw = weir_decoder_here(decoder);
    decoder->parts++;
    decoder->part = (struct weir_part){raw, decoder->text};
    for (size_t i = 0; mark && i < 2; i++)
        if (mark[i].text == WEIR_BOUNDARY_UNSEEN && raw >= mark[i].raw)
            mark[i].text = decoder->text;
}

enum weir_status weir_decoder_truncated(const struct weir_decoder *decoder,
                                        struct weir_error *error)
{
    return weir_fail(error, WEIR_IO,
                     "%s %s %" PRIu64 " truncated at compressed byte %" PRIu64,
                     decoder->codec->name, decoder->codec->part, decoder->parts,
                     decoder->before + decoder->len);
}

enum weir_status weir_decoder_garbage(const struct weir_decoder *decoder,
                                      struct weir_error *error)
{
    return weir_fail(error, WEIR_IO,
                     "garbage after %s %s %" PRIu64
                     " at compressed byte %" PRIu64,
                     decoder->codec->name, decoder->codec->part, decoder->parts,
                     weir_decoder_here(decoder));
}

#define DAMAGED "%s %s %" PRIu64 " damaged near compressed byte %" PRIu64 ": "

enum weir_status weir_decoder_damaged(const struct weir_decoder *decoder,
                                      uint64_t byte, const char *why,
                                      struct weir_error *error)
{
    return weir_fail(error, WEIR_IO, DAMAGED "%s", decoder->codec->name,
                     decoder->codec->part, decoder->parts, byte, why);
}

void weir_decoder_break(struct weir_decoder *decoder, const char *why)
{
    (void)weir_decoder_damaged(decoder, weir_decoder_here(decoder), why,
                               &decoder->failure);
}

enum weir_status weir_decoder_wrong_checksum(const struct weir_decoder *decoder,
                                             uint64_t part, uint64_t byte,
                                             struct weir_error *error)
{
    return weir_fail(error, WEIR_IO,
                     DAMAGED "its text doesn't match its checksum",
                     decoder->codec->name, decoder->codec->part, part, byte);
}
