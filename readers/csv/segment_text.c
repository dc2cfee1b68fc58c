/*
 * The decoder first decodes the segment's own parts. At their end, and only if
 * more text is asked for, it continues with the parts that follow.
 */
#include "readers/csv/segment.h"

#include <string.h>

/* At the end of the segment's own parts; what follows is the next segment's. */
static void cross(struct weir_segment *segment)
{
    segment->boundary = segment->decoded;
    if (segment->claim.until != UINT64_MAX)
        weir_decoder_seek(segment->decoder, segment->claim.until, UINT64_MAX,
                          NULL);
}

/* Reads one line of the segment's text, or part of one; after a CR only a byte,
 * so that reading can stop if it ended a record. Returns how many bytes, 0 at
 * the input's end, or a status. */
static ptrdiff_t read_line(struct weir_segment *segment, char *into,
                           size_t capacity, struct weir_error *error)
{
    while (segment->next == segment->len) {
        ptrdiff_t n = weir_read(&segment->decoder->source, segment->chunk,
                                WEIR_SEGMENT_TEXT, error);
        if (n < 0 || (n == 0 && segment->boundary != WEIR_SEGMENT_UNKNOWN))
            return n;
        if (n == 0)
            cross(segment);
        segment->next = 0;
        segment->len = (size_t)n;
        segment->decoded += (size_t)n;
    }
    const char *from = segment->chunk + segment->next;
    size_t n = segment->len - segment->next;
    if (n > capacity)
        n = capacity;
    if (segment->after_cr)
        n = 1;
    const char *lf = memchr(from, '\n', n);
    if (lf)
        n = (size_t)(lf - from) + 1;
    const char *cr = memchr(from, '\r', n);
    if (cr)
        n = (size_t)(cr - from) + 1;
    segment->after_cr = cr != NULL;
    memcpy(into, from, n);
    segment->next += n;
    return (ptrdiff_t)n;
}

static ptrdiff_t segment_read(struct weir_source *source, void *into,
                              size_t capacity, struct weir_error *error)
{
    struct weir_segment *segment = (struct weir_segment *)source;
    size_t left = segment->len - segment->next;
    if (segment->boundary == WEIR_SEGMENT_UNKNOWN && left) {
        size_t n = left < capacity ? left : capacity;
        memcpy(into, segment->chunk + segment->next, n);
        segment->next += n;
        return (ptrdiff_t)n;
    }
    if (segment->boundary == WEIR_SEGMENT_UNKNOWN) {
        ptrdiff_t n =
            weir_read(&segment->decoder->source, into, capacity, error);
        if (n > 0)
            segment->decoded += (uint64_t)n;
        if (n != 0)
            return n;
        cross(segment);
    }
    return read_line(segment, into, capacity, error);
}

static const struct weir_source_ops segment_source_ops = {.read = segment_read};

void weir_segment_close(struct weir_segment *segment)
{
    if (!segment)
        return;
    if (segment->decoder)
        weir_source_close(&segment->decoder->source);
    weir_free(WEIR_MEMORY_READER, segment->buffer.leftover);
    weir_free(WEIR_MEMORY_READER, segment);
}

static struct weir_segment *create(struct weir_error *error)
{
    struct weir_segment *segment =
        weir_alloc_zero(WEIR_MEMORY_READER, sizeof *segment);
    if (!segment)
        return weir_no_memory(error, "a segment", sizeof *segment);
    segment->source.ops = &segment_source_ops;
    segment->buffer.source = &segment->source;
    segment->buffer.leftover =
        weir_alloc(WEIR_MEMORY_READER, WEIR_SEGMENT_TEXT);
    segment->buffer.leftover_capacity = WEIR_SEGMENT_TEXT;
    if (segment->buffer.leftover)
        return segment;
    weir_segment_close(segment);
    return weir_no_memory(error, "a segment", WEIR_SEGMENT_TEXT);
}

struct weir_segment *weir_segment_of(struct weir_csv_state *state,
                                     struct weir_error *error)
{
    if (!state->segment)
        state->segment = create(error);
    return state->segment;
}

enum weir_status weir_segment_seek(const struct weir_csv *csv,
                                   struct weir_segment *segment,
                                   struct weir_error *error)
{
    const struct weir_decoder *decoder = csv->current.segments.decoder;
    if (segment->decoder && segment->decoder_input != segment->claim.input) {
        weir_source_close(&segment->decoder->source);
        segment->decoder = NULL;
    }
    if (!segment->decoder)
        segment->decoder = weir_decoder_clone(decoder, error);
    if (!segment->decoder)
        return error->status;
    segment->decoder_input = segment->claim.input;
    weir_decoder_seek(segment->decoder, segment->claim.from,
                      segment->claim.until, csv->inputs.io);
    segment->boundary = WEIR_SEGMENT_UNKNOWN;
    segment->decoded = segment->next = segment->len = 0;
    segment->begins = 0;
    segment->after_cr = false;
    struct weir_input_buffer *buffer = &segment->buffer;
    buffer->consumed = buffer->leftover_from = buffer->leftover_len = 0;
    buffer->ended = false;
    buffer->added = 0;
    return WEIR_OK;
}
