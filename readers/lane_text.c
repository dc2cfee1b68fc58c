/*
 * The decoder is aimed at the lane's parts; at their end, and only if there is
 * more to read, at what follows them.
 */
#include "readers/lane_text.h"

#include <string.h>

static struct weir_lane_text *reader_of(struct weir_source *source)
{
    return (struct weir_lane_text *)((char *)source -
                                     offsetof(struct weir_lane_text, source));
}

/* The end of the lane's own parts; what follows is the next lane's. */
static void cross(struct weir_lane_text *reader)
{
    reader->border = reader->decoded;
    if (reader->until != UINT64_MAX)
        weir_decoder_aim(reader->decoder, reader->until, UINT64_MAX, NULL);
}

ptrdiff_t weir_lane_line(struct weir_lane_text *reader, char *into, size_t room,
                         struct weir_error *error)
{
    while (reader->next == reader->len) {
        ptrdiff_t n = weir_read(&reader->decoder->source, reader->chunk,
                                WEIR_LANE_CHUNK, error);
        if (n < 0 || (n == 0 && reader->border != WEIR_LANE_UNKNOWN))
            return n;
        if (n == 0)
            cross(reader);
        reader->next = 0;
        reader->len = (size_t)n;
        reader->decoded += (size_t)n;
    }
    const char *from = reader->chunk + reader->next;
    size_t n = reader->len - reader->next;
    if (n > room)
        n = room;
    if (reader->after_cr)
        n = 1;
    const char *lf = memchr(from, '\n', n);
    if (lf)
        n = (size_t)(lf - from) + 1;
    const char *cr = memchr(from, '\r', n);
    if (cr)
        n = (size_t)(cr - from) + 1;
    reader->after_cr = cr != NULL;
    memcpy(into, from, n);
    reader->next += n;
    return (ptrdiff_t)n;
}

static ptrdiff_t lane_read(struct weir_source *source, void *into, size_t room,
                           struct weir_error *error)
{
    struct weir_lane_text *reader = reader_of(source);
    size_t left = reader->len - reader->next;
    if (reader->border == WEIR_LANE_UNKNOWN && left) {
        size_t n = left < room ? left : room;
        memcpy(into, reader->chunk + reader->next, n);
        reader->next += n;
        return (ptrdiff_t)n;
    }
    if (reader->border == WEIR_LANE_UNKNOWN) {
        ptrdiff_t n = weir_read(&reader->decoder->source, into, room, error);
        if (n > 0)
            reader->decoded += (uint64_t)n;
        if (n != 0)
            return n;
        cross(reader);
    }
    return weir_lane_line(reader, into, room, error);
}

static const struct weir_source_ops lane_source_ops = {.read = lane_read};

static void close_reader(struct weir_lane_reader *from)
{
    struct weir_lane_text *reader = (struct weir_lane_text *)from;
    if (reader->decoder)
        weir_source_close(&reader->decoder->source);
    weir_free(WEIR_MEMORY_READER, reader->flow.carry);
    weir_free(WEIR_MEMORY_READER, reader);
}

static struct weir_lane_text *create(struct weir_error *error)
{
    struct weir_lane_text *reader =
        weir_alloc_zero(WEIR_MEMORY_READER, sizeof *reader);
    if (!reader) {
        weir_fail_memory(error, "a lane", sizeof *reader);
        return NULL;
    }
    reader->reader.close = close_reader;
    reader->source.ops = &lane_source_ops;
    reader->flow.source = &reader->source;
    reader->flow.carry = weir_alloc(WEIR_MEMORY_READER, WEIR_LANE_CHUNK);
    reader->flow.carry_room = WEIR_LANE_CHUNK;
    if (reader->flow.carry)
        return reader;
    close_reader(&reader->reader);
    weir_fail_memory(error, "a lane", WEIR_LANE_CHUNK);
    return NULL;
}

struct weir_lane_text *weir_lane_aim(const struct weir_csv *csv,
                                     struct weir_batch *batch,
                                     struct weir_error *error)
{
    struct weir_lane *lane = &batch->lane;
    if (!lane->reader)
        lane->reader = (struct weir_lane_reader *)create(error);
    struct weir_lane_text *reader = (struct weir_lane_text *)lane->reader;
    if (!reader)
        return NULL;
    if (reader->decoder && reader->input != batch->input) {
        weir_source_close(&reader->decoder->source);
        reader->decoder = NULL;
    }
    if (!reader->decoder)
        reader->decoder = weir_decoder_branch(csv->decoder, error);
    if (!reader->decoder)
        return NULL;
    reader->input = batch->input;
    weir_decoder_aim(reader->decoder, lane->from, lane->until,
                     csv->inputs.meter);
    reader->until = lane->until;
    reader->border = WEIR_LANE_UNKNOWN;
    reader->decoded = reader->next = reader->len = 0;
    reader->after_cr = false;
    struct weir_flow *flow = &reader->flow;
    flow->consumed = flow->carry_from = flow->carry_len = 0;
    flow->ended = false;
    flow->added = 0;
    return reader;
}
