/*
 * Boundaries between the parts of a compressed input, and decoders that begin
 * at one. Where anything is unusual, no boundary is found: all parts from there
 * to the input's end are decoded together, and the decoder reports what is
 * wrong.
 */
#include "readers/codecs/decoder.h"

#include <string.h>

enum weir_status weir_peek_at(struct weir_peek *peek, uint64_t place,
                              size_t need, const uint8_t **bytes, size_t *have,
                              struct weir_error *error)
{
    if (place > peek->to || peek->to - place < need)
        return WEIR_END;
    if (place < peek->at || place - peek->at > peek->len ||
        peek->len - (size_t)(place - peek->at) < need) {
        uint64_t left = peek->to - place;
        size_t n =
            left < WEIR_PEEK_CAPACITY ? (size_t)left : WEIR_PEEK_CAPACITY;
        peek->at = place;
        peek->len = 0;
        enum weir_status status =
            peek->raw->ops->read_at(peek->raw, peek->head, n, place, error);
        if (status)
            return status;
        peek->len = n;
    }
    *have = peek->len - (size_t)(place - peek->at);
    *bytes = peek->head + (place - peek->at);
    return WEIR_OK;
}

uint64_t weir_decoder_first(const struct weir_decoder *decoder)
{
    uint64_t from = 0, to;
    (void)weir_source_extent(decoder->inner, &from, &to);
    return from;
}

enum weir_status weir_decoder_next(const struct weir_decoder *decoder,
                                   uint64_t min, uint64_t *boundary,
                                   struct weir_error *error)
{
    struct weir_peek peek;
    uint64_t from, len = 0;
    peek.raw = decoder->inner;
    peek.at = peek.len = 0;
    (void)weir_source_extent(peek.raw, &from, &peek.to);
    for (from = *boundary; from == *boundary || from - *boundary < min;
         from += len) {
        enum weir_status status =
            decoder->ops->part_length(decoder, &peek, from, &len, error);
        if (status < 0)
            return status;
        if (status == WEIR_END || len >= peek.to - from) {
            *boundary = peek.to;
            return WEIR_END;
        }
    }
    *boundary = from;
    return WEIR_OK;
}

/* A section of a raw input, as a source. */
struct section {
    struct weir_source source;
    const struct weir_source *raw;
    struct weir_io_counters *io;
    uint64_t place, until, to;
};

static ptrdiff_t section_read(struct weir_source *source, void *into,
                              size_t capacity, struct weir_error *error)
{
    struct section *section = (struct section *)source;
    uint64_t left =
        section->until > section->place ? section->until - section->place : 0;
    size_t n = left < capacity ? (size_t)left : capacity;
    if (n == 0)
        return 0;
    enum weir_status status = section->raw->ops->read_at(section->raw, into, n,
                                                         section->place, error);
    if (status)
        return status;
    section->place += n;
    if (section->io)
        weir_io_add(&section->io->raw_bytes, n);
    return (ptrdiff_t)n;
}

static void section_close(struct weir_source *source)
{
    weir_free(WEIR_MEMORY_DECODER, source);
}

static void section_estimate(const struct weir_source *source,
                             struct weir_estimate *estimate)
{
    (void)source;
    weir_estimate_add(estimate, sizeof(struct section), "a section of it");
}

static const struct weir_source_ops section_ops = {
    .read = section_read, .close = section_close, .estimate = section_estimate};

struct weir_decoder *weir_decoder_clone(const struct weir_decoder *decoder,
                                        struct weir_error *error)
{
    struct section *section = weir_alloc(WEIR_MEMORY_DECODER, sizeof *section);
    if (!section)
        return weir_no_memory(error, decoder->ops->name, sizeof *section);
    uint64_t from;
    *section =
        (struct section){.source.ops = &section_ops, .raw = decoder->inner};
    (void)weir_source_extent(section->raw, &from, &section->to);
    return (struct weir_decoder *)decoder->ops->clone(decoder, &section->source,
                                                      error);
}

void weir_decoder_seek(struct weir_decoder *clone, uint64_t from,
                       uint64_t until, struct weir_io_counters *io)
{
    struct section *section = (struct section *)clone->inner;
    section->io = io;
    section->place = from;
    section->until = until < section->to ? until : section->to;
    clone->before = from;
    clone->parts = clone->text = 0;
    clone->part = (struct weir_part){from, 0};
    clone->next = clone->len = 0;
    clone->inner_ended = clone->over = false;
    clone->stops_early = section->until < section->to;
    clone->ops->restart(clone);
}

uint64_t weir_decoder_rest(struct weir_decoder *decoder)
{
    decoder->ops->release(decoder);
    return decoder->before + decoder->len;
}
