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

static ptrdiff_t decoder_read(struct weir_source *source, void *into,
                              size_t capacity, struct weir_error *error)
{
    struct weir_decoder *decoder = (struct weir_decoder *)source;
    if (!decoder->over) {
        ptrdiff_t n = decoder->ops->decode(decoder, into, capacity, error);
        if (n > 0) {
            decoder->text += (uint64_t)n;
            return n;
        }
        decoder->over = true;
        decoder->last = n;
        if (n < 0)
            decoder->failure = *error;
    }
    if (decoder->last < 0)
        *error = decoder->failure;
    return decoder->last;
}

static void decoder_close(struct weir_source *source)
{
    struct weir_decoder *decoder = (struct weir_decoder *)source;
    decoder->ops->release(decoder);
    weir_source_close(decoder->inner);
    weir_free(WEIR_MEMORY_DECODER, decoder);
}

static void decoder_estimate(const struct weir_source *source,
                             struct weir_estimate *estimate)
{
    const struct weir_decoder *decoder = (const struct weir_decoder *)source;
    weir_source_estimate(decoder->inner, estimate);
    weir_estimate_add(estimate, decoder->size + WEIR_DECODER_CAPACITY,
                      "%s input", decoder->ops->name);
    decoder->ops->estimate(decoder, estimate);
}

static const struct weir_source_ops decoder_source_ops = {
    .kind = WEIR_SOURCE_DECODER,
    .read = decoder_read,
    .close = decoder_close,
    .estimate = decoder_estimate,
};

struct weir_decoder *weir_decoder_open(struct weir_source *inner,
                                       const struct weir_decoder_ops *ops,
                                       size_t size, struct weir_error *error)
{
    size_t bytes = size + WEIR_DECODER_CAPACITY;
    struct weir_decoder *decoder = weir_alloc(WEIR_MEMORY_DECODER, bytes);
    if (!decoder) {
        weir_source_close(inner);
        return weir_no_memory(error, ops->name, bytes);
    }
    memset(decoder, 0, size);
    decoder->source.ops = &decoder_source_ops;
    decoder->ops = ops;
    decoder->inner = inner;
    decoder->raw = (uint8_t *)decoder + size;
    decoder->size = size;
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

void weir_decoder_begin_part(struct weir_decoder *decoder)
{
    struct weir_boundary *mark = decoder->mark;
    uint64_t raw = decoder->before + decoder->next;
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
                     decoder->ops->name, decoder->ops->part, decoder->parts,
                     decoder->before + decoder->len);
}

enum weir_status weir_decoder_garbage(const struct weir_decoder *decoder,
                                      struct weir_error *error)
{
    return weir_fail(error, WEIR_IO,
                     "garbage after %s %s %" PRIu64
                     " at compressed byte %" PRIu64,
                     decoder->ops->name, decoder->ops->part, decoder->parts,
                     decoder->before + decoder->next);
}

#define DAMAGED "%s %s %" PRIu64 " damaged near compressed byte %" PRIu64 ": "

enum weir_status weir_decoder_damaged(const struct weir_decoder *decoder,
                                      uint64_t byte, const char *why,
                                      struct weir_error *error)
{
    return weir_fail(error, WEIR_IO, DAMAGED "%s", decoder->ops->name,
                     decoder->ops->part, decoder->parts, byte, why);
}

enum weir_status weir_decoder_wrong_checksum(const struct weir_decoder *decoder,
                                             uint64_t part, uint64_t byte,
                                             struct weir_error *error)
{
    return weir_fail(error, WEIR_IO,
                     DAMAGED "its text doesn't match its checksum",
                     decoder->ops->name, decoder->ops->part, part, byte);
}
