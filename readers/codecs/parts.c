/*
 * Boundaries between the parts of a compressed input, and decoders that begin
 * at one. Where anything is unusual, no boundary is found: all parts from there
 * to the input's end are decoded together, and the decoder reports what is
 * wrong.
 */
#include "readers/codecs/decoder.h"

#include <string.h>

#define CHUNK ((size_t)16 << 10)
/* The maximum number of bytes to search for the next part. */
#define SEARCH_MAX ((uint64_t)64 << 20)

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

enum weir_status weir_peek_find(const struct weir_peek *peek, size_t header,
                                const uint8_t *(*find)(const uint8_t *bytes,
                                                       size_t len),
                                uint64_t *place, struct weir_error *error)
{
    uint8_t chunk[CHUNK];
    const uint64_t max = *place + SEARCH_MAX;
    for (uint64_t at = *place; at < max && at < peek->to;
         at += CHUNK - header + 1) {
        uint64_t left = peek->to - at;
        size_t n = left < CHUNK ? (size_t)left : CHUNK;
        enum weir_status status =
            peek->raw->ops->read_at(peek->raw, chunk, n, at, error);
        if (status)
            return status;
        const uint8_t *found = find(chunk, n);
        if (found) {
            *place = at + (uint64_t)(found - chunk);
            return WEIR_OK;
        }
    }
    return WEIR_END;
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
            decoder->codec->part_length(decoder, &peek, from, &len, error);
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
        return weir_no_memory(error, decoder->codec->name, sizeof *section);
    uint64_t from;
    *section =
        (struct section){.source.ops = &section_ops, .raw = decoder->inner};
    (void)weir_source_extent(section->raw, &from, &section->to);
    struct weir_source_options options = decoder->options;
    options.mark = NULL;
    struct weir_decoder *clone =
        decoder->codec->open(&section->source, &options, error);
    if (clone)
        clone->original = decoder;
    /* The options are copied. */
    /* cppcheck-suppress returnDanglingLifetime */
    return clone;
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
    clone->failure.status = WEIR_OK;
    clone->stops_early = section->until < section->to;
    clone->codec->restart(clone);
}

uint64_t weir_decoder_rest(struct weir_decoder *decoder)
{
    decoder->codec->release(decoder);
    return decoder->before + decoder->len;
}
