/*
 * Lanes: an input of many zstd frames or gzip members, read by several
 * threads, each from the border of a part up to another one.
 *
 *     border                                border
 *     | ..rest of a record \n| record | rec..|..ord \n| record | ...
 *     |-------- skipped -----|--- used ---------------|
 *     |<-------begins------->|              |<--ends->|
 *
 * A lane takes the first line end as the end of the record that the lane
 * before it reads on to finish: the first that ends past the border. Each has
 * a decoder of its own, so what it holds is what reading in sequence does. Past
 * the border text is read line by line, so as not to decode what is not needed.
 *
 * An input has lanes from its beginning, or none. The first goes on after the
 * header, or what was read before lanes were asked for.
 */
#include "readers/csv.h"

#include "base/error.h"
#include <string.h>

/* Raw bytes in a lane, at least, over those of a batch: a block or two of a
 * lane are decoded twice, and that must be little. */
#define LANE_LEAST 16
#define UNKNOWN UINT64_MAX
#define CHUNK ((size_t)4096)

struct lane_reader {
    struct weir_lane_reader reader;
    struct weir_source source; /* for the flow */
    struct weir_flow flow;
    struct weir_decoder *decoder;
    uint32_t input;   /* that the decoder reads */
    uint64_t until;   /* as it is aimed */
    uint64_t decoded; /* bytes since it was aimed */
    uint64_t border;  /* decoded bytes before it; UNKNOWN so far */
    uint64_t begins;
    bool after_cr; /* the last line given ended in one */
    size_t next, len;
    char chunk[CHUNK]; /* at hand: chunk[next, len) */
};

static struct lane_reader *reader_of(struct weir_source *source)
{
    return (struct lane_reader *)((char *)source -
                                  offsetof(struct lane_reader, source));
}

/* The end of the lane's own parts; what follows is the next lane's. */
static void cross(struct lane_reader *reader)
{
    reader->border = reader->decoded;
    if (reader->until != UINT64_MAX)
        weir_decoder_aim(reader->decoder, reader->until, UINT64_MAX, NULL);
}

/* A line, with its end, or a part of one. After a lone CR a single byte, so
 * that who reads stops there, if that ends a record. */
static ptrdiff_t read_line(struct lane_reader *reader, char *into, size_t room,
                           struct weir_error *error)
{
    while (reader->next == reader->len) {
        ptrdiff_t n =
            weir_read(&reader->decoder->source, reader->chunk, CHUNK, error);
        if (n < 0 || (n == 0 && reader->border != UNKNOWN))
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
    struct lane_reader *reader = reader_of(source);
    size_t left = reader->len - reader->next;
    if (reader->border == UNKNOWN && left) {
        size_t n = left < room ? left : room;
        memcpy(into, reader->chunk + reader->next, n);
        reader->next += n;
        return (ptrdiff_t)n;
    }
    if (reader->border == UNKNOWN) {
        ptrdiff_t n = weir_read(&reader->decoder->source, into, room, error);
        if (n > 0)
            reader->decoded += (uint64_t)n;
        if (n != 0)
            return n;
        cross(reader);
    }
    return read_line(reader, into, room, error);
}

static const struct weir_source_ops lane_source_ops = {.read = lane_read};

static void close_reader(struct weir_lane_reader *from)
{
    struct lane_reader *reader = (struct lane_reader *)from;
    if (reader->decoder)
        weir_source_close(&reader->decoder->source);
    weir_free(WEIR_MEMORY_READER, reader->flow.carry);
    weir_free(WEIR_MEMORY_READER, reader);
}

static struct lane_reader *create(struct weir_error *error)
{
    struct lane_reader *reader =
        weir_alloc_zero(WEIR_MEMORY_READER, sizeof *reader);
    if (!reader) {
        weir_fail_memory(error, "a lane", sizeof *reader);
        return NULL;
    }
    reader->reader.close = close_reader;
    reader->source.ops = &lane_source_ops;
    reader->flow.source = &reader->source;
    reader->flow.carry = weir_alloc(WEIR_MEMORY_READER, CHUNK);
    reader->flow.carry_room = CHUNK;
    if (reader->flow.carry)
        return reader;
    close_reader(&reader->reader);
    weir_fail_memory(error, "a lane", CHUNK);
    return NULL;
}

/* The batch's reader, aimed at its lane. */
static struct lane_reader *aim(const struct weir_csv *csv,
                               struct weir_batch *batch,
                               struct weir_error *error)
{
    struct weir_lane *lane = &batch->lane;
    if (!lane->reader)
        lane->reader = (struct weir_lane_reader *)create(error);
    struct lane_reader *reader = (struct lane_reader *)lane->reader;
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
    reader->border = UNKNOWN;
    reader->decoded = reader->next = reader->len = 0;
    reader->after_cr = false;
    struct weir_flow *flow = &reader->flow;
    flow->consumed = flow->carry_from = flow->carry_len = 0;
    flow->ended = false;
    flow->added = 0;
    return reader;
}

/* Over the header, and what was read in sequence. */
static enum weir_status skip_bytes(struct lane_reader *reader, uint64_t bytes,
                                   struct weir_error *error)
{
    while (reader->begins < bytes) {
        char line[CHUNK];
        uint64_t left = bytes - reader->begins;
        ptrdiff_t n =
            read_line(reader, line, left < CHUNK ? (size_t)left : CHUNK, error);
        if (n < 0)
            return (enum weir_status)n;
        if (n == 0)
            return weir_fail(error, WEIR_IO, "the input changed");
        reader->begins += (uint64_t)n;
    }
    reader->after_cr = false;
    return WEIR_OK;
}

/* More of the lane's text behind the batch's; *ended where there is none. One
 * byte stays free: to look past the text. Past the border only a line. */
static enum weir_status fill(struct lane_reader *reader,
                             struct weir_batch *batch, bool *ended,
                             struct weir_error *error)
{
    size_t room = batch->room - batch->len - 2;
    bool own = reader->border == UNKNOWN, more = true;
    while (more && room) {
        ptrdiff_t n =
            lane_read(&reader->source, batch->text + batch->len, room, error);
        if (n < 0)
            return (enum weir_status)n;
        *ended = n == 0;
        batch->len += (size_t)n;
        room -= (size_t)n;
        more = n > 0 && own && reader->border == UNKNOWN;
    }
    return WEIR_OK;
}

/*
 * Whether text begins inside quotes: where all of them stand where they may if
 * it does, and else some do not. A first byte that is a quote says nothing, and
 * makes in of out.
 */
static bool looks_quoted(const struct weir_csv *csv,
                         const struct weir_dialect *dialect,
                         struct weir_batch *batch)
{
    struct weir_cut cut[2];
    size_t first = 0;
    if (dialect->quote == WEIR_OFF || dialect->exact || dialect->trim)
        return false;
    batch->text[batch->len] = '\n';
    while ((unsigned char)batch->text[first] == dialect->quote)
        first++;
    struct weir_scan_marks marks = weir_cut_marks(dialect);
    csv->scan->cut_both(&marks, batch->text + first, batch->len - first, cut);
    return !cut[(first + 1) % 2].irregular && cut[first % 2].irregular;
}

/* Drops the batch's first bytes: they are before the lane's first record. */
static void pass_over(struct lane_reader *reader, struct weir_batch *batch,
                      size_t n)
{
    reader->begins += n;
    batch->len -= n;
    memmove(batch->text, batch->text + n, batch->len);
}

/* Over the rest of a record, of which nothing is known but what follows. What
 * was read beyond it is left in the batch. */
static enum weir_status guess(const struct weir_csv *csv,
                              struct lane_reader *reader,
                              struct weir_batch *batch,
                              struct weir_error *error)
{
    const struct weir_dialect *dialect = &csv->dialect[batch->input];
    struct weir_machine machine = {0};
    enum weir_status status = fill(reader, batch, &machine.last, error);
    if (!status)
        weir_machine_enter(&machine, looks_quoted(csv, dialect, batch));
    while (!status &&
           !weir_cut_first(dialect, batch->text, batch->len, &machine)) {
        if (machine.last)
            machine.at = batch->len;
        pass_over(reader, batch, machine.at);
        machine.at = 0;
        if (machine.last)
            return WEIR_OK;
        if (reader->begins > csv->max_record + CHUNK)
            return weir_fail(error, WEIR_LIMIT, "a record is too long");
        status = fill(reader, batch, &machine.last, error);
    }
    if (!status)
        pass_over(reader, batch, machine.end);
    return status;
}

static enum weir_status begin(const struct weir_csv *csv,
                              struct weir_batch *batch,
                              struct weir_error *error)
{
    struct weir_lane *lane = &batch->lane;
    struct lane_reader *reader = aim(csv, batch, error);
    if (!reader)
        return error->status;
    reader->begins = 0;
    weir_batch_clear(batch);
    bool first = lane->from == weir_decoder_first(csv->decoder);
    enum weir_status status = first
                                  ? skip_bytes(reader, batch->first_byte, error)
                                  : guess(csv, reader, batch, error);
    lane->begins = first ? 0 : reader->begins;
    return status;
}

enum weir_status weir_csv_follow(const struct weir_stream *stream,
                                 struct weir_batch *batch,
                                 struct weir_error *error)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    struct weir_lane *lane = &batch->lane;
    enum weir_status status = WEIR_OK;
    if (lane->begins == UNKNOWN)
        status = begin(csv, batch, error);
    else
        weir_batch_clear(batch);
    if (status)
        return status;
    struct lane_reader *reader = (struct lane_reader *)lane->reader;
    uint64_t at = reader->begins + reader->flow.consumed;
    if (reader->border == UNKNOWN || at <= reader->border)
        status = weir_csv_read(csv, &reader->flow, batch, error);
    else
        status = WEIR_END;
    if (status == WEIR_OK) {
        batch->position = lane->position + at;
        reader->flow.consumed += batch->len - reader->flow.added;
    } else if (status == WEIR_END) {
        lane->ends = at - reader->border;
    }
    return status;
}

static uint64_t lane_least(const struct weir_csv *csv)
{
    return LANE_LEAST * csv->stream.text;
}

static bool has_lanes(const struct weir_csv *csv)
{
    if (csv->lanes_never || !csv->by_path || !csv->decoder)
        return false;
    for (size_t i = 0; i < csv->next_input; i++)
        if (!weir_file_repeats(csv->inputs.path[i]))
            return false;
    uint64_t border = csv->border;
    return weir_decoder_next(csv->decoder, lane_least(csv), &border);
}

/* Looked up once: it may take some milliseconds. */
static bool find_lanes(struct weir_csv *csv)
{
    if (csv->lanes == WEIR_LANES_UNKNOWN && csv->flow.source) {
        csv->decoder = weir_source_decoder(csv->flow.source);
        if (csv->decoder)
            csv->border = weir_decoder_first(csv->decoder);
        csv->lanes = has_lanes(csv) ? WEIR_LANES_FOUND : WEIR_LANES_NONE;
    }
    return csv->lanes > WEIR_LANES_NONE;
}

/* What was read of the input will be read again, by lanes. */
static void begin_lanes(struct weir_csv *csv)
{
    if (csv->lanes == WEIR_LANES_BEGUN)
        return;
    csv->lanes = WEIR_LANES_BEGUN;
    uint64_t read = weir_decoder_rest(csv->decoder);
    if (csv->inputs.meter)
        atomic_fetch_sub_explicit(&csv->inputs.meter->raw_bytes, read,
                                  memory_order_relaxed);
}

bool weir_csv_enter(struct weir_stream *stream, struct weir_batch *batch)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    if (csv->sticky || csv->flow.ended || !find_lanes(csv))
        return false;
    begin_lanes(csv);
    weir_batch_clear(batch);
    struct weir_lane *lane = &batch->lane;
    uint64_t from = csv->border;
    bool more = weir_decoder_next(csv->decoder, lane_least(csv), &csv->border);
    *lane = (struct weir_lane){.on = true,
                               .begins = UNKNOWN,
                               .from = from,
                               .until = more ? csv->border : UINT64_MAX,
                               .reader = lane->reader};
    batch->seq = csv->seq++;
    batch->input = (uint32_t)csv->next_input - 1;
    weir_csv_place(csv, batch);
    csv->starts_input = false;
    uint64_t first = weir_decoder_first(csv->decoder);
    lane->position = csv->position + ((from - first) << WEIR_EXPANSION);
    if (!more) {
        csv->flow.ended = true;
        csv->flow.consumed = (csv->border - first) << WEIR_EXPANSION;
    }
    return true;
}

/* The window of the decoder that rests is one of theirs. */
void weir_csv_bill_lanes(const struct weir_stream *stream, size_t threads,
                         struct weir_bill *bill)
{
    struct weir_csv *csv = (struct weir_csv *)stream; /* may be looked up */
    struct weir_bill each = {0};
    if (!find_lanes(csv))
        return;
    const struct weir_decoder *decoder = csv->decoder;
    weir_bill_add(bill,
                  threads * (sizeof(struct lane_reader) + decoder->size +
                             WEIR_DECODER_ROOM + csv->flow.carry_room),
                  "%zu x %s input, side by side", threads, decoder->ops->name);
    decoder->ops->bill(decoder, &each);
    for (size_t i = 0; i < each.n; i++)
        weir_bill_add(bill, (threads - 1) * each.line[i].bytes, "%zu x %s",
                      threads - 1, each.line[i].what);
}
