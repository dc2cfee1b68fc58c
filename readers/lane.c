/*
 * Lanes: an input of many zstd frames or gzip members, read by several
 * threads, each from the border of a part up to another one.
 *
 *     border                                border
 *     | ..rest of a record \n| record | rec..|..ord \n| record | ...
 *     |-------- skipped -----|--- used ---------------|
 *     |<-------begins------->|              |<--ends->|
 *
 * A lane passes over what it takes for the rest of a record, which the lane
 * before it reads on to finish: the first that ends past the border. Each has
 * a decoder of its own, so what it holds is what reading in sequence does
 * (lane_text.c).
 *
 * An input has lanes from its beginning, or none. The first goes on after the
 * header, or what was read before lanes were asked for.
 */
#include "readers/cut.h"
#include "readers/lane_text.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <string.h>

/* Raw bytes in a lane, at least, over those of a batch: a block or two of a
 * lane are decoded twice, and that must be little. */
#define LANE_LEAST 16

/* Where the input's lanes begin, or those of the shard's. */
static uint64_t first_border(const struct weir_csv *csv)
{
    return csv->share == WEIR_SHARE_PARTS ? csv->mark[0].raw
                                          : weir_decoder_first(csv->decoder);
}

/* Over the header, and what was read in sequence. */
static enum weir_status skip_bytes(struct weir_lane_text *reader,
                                   uint64_t bytes, struct weir_error *error)
{
    while (reader->begins < bytes) {
        char line[WEIR_LANE_CHUNK];
        uint64_t left = bytes - reader->begins;
        ptrdiff_t n = weir_lane_line(
            reader, line,
            left < WEIR_LANE_CHUNK ? (size_t)left : WEIR_LANE_CHUNK, error);
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
static enum weir_status fill(struct weir_lane_text *reader,
                             struct weir_batch *batch, bool *ended,
                             struct weir_error *error)
{
    size_t room = batch->room - batch->len - 2;
    bool own = reader->border == WEIR_LANE_UNKNOWN, more = true;
    while (more && room) {
        ptrdiff_t n =
            weir_read(&reader->source, batch->text + batch->len, room, error);
        if (n < 0)
            return (enum weir_status)n;
        *ended = n == 0;
        batch->len += (size_t)n;
        room -= (size_t)n;
        more = n > 0 && own && reader->border == WEIR_LANE_UNKNOWN;
    }
    return WEIR_OK;
}

/*
 * Whether text begins inside quotes: where all of them stand where they may if
 * it does, and else some do not. A first byte that is a quote makes in of out;
 * if no other tells, it closes where a field may end behind it.
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
    struct weir_scan_marks marks = weir_csv_marks(dialect);
    csv->scan->cut_both(&marks, batch->text + first, batch->len - first, cut);
    bool in = !cut[(first + 1) % 2].irregular, out = !cut[first % 2].irregular;
    char next = batch->text[first];
    bool ends = next == '\n' || next == '\r' || next == marks.delimiter;
    return in && (!out || (first % 2 == 1 && ends));
}

/* Drops the batch's first bytes: they are before the lane's first record. */
static void pass_over(struct weir_lane_text *reader, struct weir_batch *batch,
                      size_t n)
{
    reader->begins += n;
    batch->len -= n;
    memmove(batch->text, batch->text + n, batch->len);
}

/* Over the rest of a record, of which nothing is known but what follows. What
 * was read beyond it is left in the batch. */
static enum weir_status guess(const struct weir_csv *csv,
                              struct weir_lane_text *reader,
                              struct weir_batch *batch,
                              struct weir_error *error)
{
    const struct weir_dialect *dialect = &csv->dialect[batch->input];
    struct weir_machine machine = {0};
    enum weir_status status = fill(reader, batch, &machine.last, error);
    bool inside = !status && looks_quoted(csv, dialect, batch);
    if (inside)
        weir_ran(WEIR_RAN_LANE_INSIDE);
    weir_machine_enter(&machine, inside);
    while (!status &&
           !weir_cut_first(dialect, batch->text, batch->len, &machine)) {
        if (machine.last)
            machine.at = batch->len;
        pass_over(reader, batch, machine.at);
        machine.at = 0;
        if (machine.last)
            return WEIR_OK;
        if (reader->begins > csv->max_record + WEIR_LANE_CHUNK)
            return weir_fail(error, WEIR_LIMIT, "a record is too long");
        status = fill(reader, batch, &machine.last, error);
    }
    if (!status)
        pass_over(reader, batch, machine.end);
    return status;
}

/* Whether the lane is the first after a resume: it begins at a known place. */
static bool goes_on(const struct weir_csv *csv, const struct weir_batch *batch)
{
    const struct weir_place *place = &csv->resumed;
    return (place->raw || place->skip) && place->raw == batch->lane.from &&
           place->input == batch->input;
}

static enum weir_status begin(const struct weir_csv *csv,
                              struct weir_batch *batch,
                              struct weir_error *error)
{
    struct weir_lane *lane = &batch->lane;
    struct weir_lane_text *reader = weir_lane_aim(csv, batch, error);
    if (!reader)
        return error->status;
    reader->begins = 0;
    weir_batch_clear(batch);
    if (goes_on(csv, batch)) {
        enum weir_status gone = skip_bytes(reader, csv->resumed.skip, error);
        lane->begins = reader->begins;
        return gone;
    }
    bool opens = lane->from == first_border(csv);
    uint64_t told = opens ? csv->inputs.begins : 0;
    enum weir_status status = WEIR_OK;
    if (lane->from == weir_decoder_first(csv->decoder))
        status = skip_bytes(reader, batch->first_byte, error);
    else if (told > lane->position)
        status = skip_bytes(reader, told - 1 - lane->position, error);
    else
        status = guess(csv, reader, batch, error);
    lane->begins = opens ? 0 : reader->begins;
    if (opens && csv->share == WEIR_SHARE_PARTS)
        csv->inputs.seam->begins = 1 + lane->position + reader->begins;
    return status;
}

enum weir_status weir_csv_follow(const struct weir_stream *stream,
                                 struct weir_batch *batch,
                                 struct weir_error *error)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    struct weir_lane *lane = &batch->lane;
    enum weir_status status = WEIR_OK;
    if (lane->begins == WEIR_LANE_UNKNOWN)
        status = begin(csv, batch, error);
    else
        weir_batch_clear(batch);
    if (status)
        return status;
    struct weir_lane_text *reader = (struct weir_lane_text *)lane->reader;
    uint64_t at = reader->begins + reader->flow.consumed;
    if (reader->border == WEIR_LANE_UNKNOWN || at <= reader->border)
        status = weir_csv_read(csv, &reader->flow, batch, error);
    else
        status = WEIR_END;
    if (status == WEIR_OK) {
        batch->position = lane->position + at;
        reader->flow.consumed += batch->len - reader->flow.added;
    } else if (status == WEIR_END) {
        lane->ends = at - reader->border;
        if (lane->last && csv->share == WEIR_SHARE_PARTS)
            csv->inputs.seam->ends =
                1 + (csv->mark[1].raw << WEIR_EXPANSION) + lane->ends;
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
    if (csv->share == WEIR_SHARE_PARTS)
        return csv->inputs.seam != NULL;
    uint64_t border = csv->border, most = csv->inputs.lane_most;
    return weir_decoder_next(csv->decoder, lane_least(csv), &border) &&
           (most == 0 || border - csv->border <= most);
}

/* Looked up once: it may take some milliseconds. */
static bool find_lanes(struct weir_csv *csv)
{
    if (csv->lanes == WEIR_LANES_UNKNOWN && csv->opened) {
        csv->decoder = weir_source_decoder(csv->opened);
        if (csv->decoder)
            csv->border = first_border(csv);
        csv->lanes = has_lanes(csv) ? WEIR_LANES_FOUND : WEIR_LANES_NONE;
    }
    return csv->lanes > WEIR_LANES_NONE;
}

/* What was read of the input will be read again, by lanes. */
static void begin_lanes(struct weir_csv *csv)
{
    if (csv->lanes == WEIR_LANES_BEGUN)
        return;
    struct weir_meter *meter = csv->inputs.meter;
    csv->lanes = WEIR_LANES_BEGUN;
    uint64_t read = weir_decoder_rest(csv->decoder);
    if (!meter)
        return;
    atomic_fetch_sub_explicit(&meter->raw_bytes, read, memory_order_relaxed);
    if (csv->share == WEIR_SHARE_PARTS)
        atomic_fetch_sub_explicit(&meter->total,
                                  csv->ahead[0] -
                                      (csv->mark[1].raw - csv->mark[0].raw),
                                  memory_order_relaxed);
}

/* Moves the border on, to the lane's end: *until. false: it is the last one. */
static bool next_border(struct weir_csv *csv, uint64_t *until)
{
    bool more = weir_decoder_next(csv->decoder, lane_least(csv), &csv->border);
    *until = more ? csv->border : UINT64_MAX;
    if (csv->share != WEIR_SHARE_PARTS || csv->border < csv->mark[1].raw)
        return more;
    if (csv->border > csv->mark[1].raw)
        *until = csv->border = csv->mark[1].raw;
    return false;
}

bool weir_csv_enter(struct weir_stream *stream, struct weir_batch *batch)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    if (csv->sticky || csv->flow.ended || !find_lanes(csv))
        return false;
    if (csv->resumes && csv->resumed.raw < first_border(csv))
        return false;
    begin_lanes(csv);
    if (csv->resumes) {
        csv->border = csv->resumed.raw;
        weir_ran(WEIR_RAN_RESUMED_LANE);
    }
    csv->resumes = false;
    weir_batch_clear(batch);
    struct weir_lane *lane = &batch->lane;
    uint64_t from = csv->border;
    *lane = (struct weir_lane){.on = true,
                               .begins = WEIR_LANE_UNKNOWN,
                               .from = from,
                               .reader = lane->reader};
    lane->last = !next_border(csv, &lane->until);
    batch->seq = csv->seq++;
    batch->input = (uint32_t)csv->next_input - 1;
    weir_csv_place(csv, batch);
    csv->starts_input = false;
    uint64_t first = weir_decoder_first(csv->decoder);
    lane->position = csv->position + ((from - first) << WEIR_EXPANSION);
    if (lane->last) {
        csv->flow.ended = true;
        csv->flow.consumed = (csv->border - first) << WEIR_EXPANSION;
    }
    weir_ran(WEIR_RAN_LANE_ENTERED);
    return true;
}

/* The window of the decoder that rests is one of theirs. */
void weir_csv_bill_lanes(const struct weir_stream *stream, size_t threads,
                         struct weir_bill *bill)
{
    struct weir_csv *csv = (struct weir_csv *)stream; /* may be looked up */
    struct weir_bill each = {0};
    /* One thread has no use for lanes but to begin within an input. */
    if (!find_lanes(csv) || (threads == 1 && csv->share != WEIR_SHARE_PARTS))
        return;
    const struct weir_decoder *decoder = csv->decoder;
    weir_bill_add(bill,
                  threads * (sizeof(struct weir_lane_text) + decoder->size +
                             WEIR_DECODER_ROOM + csv->flow.carry_room),
                  "%zu x %s input, side by side", threads, decoder->ops->name);
    decoder->ops->bill(decoder, &each);
    for (size_t i = 0; i < each.n; i++)
        weir_bill_add(bill, (threads - 1) * each.line[i].bytes, "%zu x %s",
                      threads - 1, each.line[i].what);
}
