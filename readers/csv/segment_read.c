/*
 * A thread reads the records of its segment, batch after batch. First it passes
 * over the rest of the record with which the segment begins, or over as many
 * bytes as it is told. After the boundary it reads on, line by line, until the
 * segment's last record is whole.
 */
#include "readers/csv/segment.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "readers/csv/record.h"
#include <string.h>

/* Passes over `bytes` bytes: the header, or what was read before. */
static enum weir_status skip_bytes(struct weir_segment *segment, uint64_t bytes,
                                   struct weir_error *error)
{
    while (segment->begins < bytes) {
        char text[WEIR_SEGMENT_TEXT];
        uint64_t left = bytes - segment->begins;
        ptrdiff_t n =
            weir_read(&segment->source, text,
                      left < sizeof text ? (size_t)left : sizeof text, error);
        if (n < 0)
            return (enum weir_status)n;
        if (n == 0)
            return weir_fail(error, WEIR_IO, "the input changed");
        segment->begins += (uint64_t)n;
    }
    segment->after_cr = false;
    return WEIR_OK;
}

/* Appends more text to the batch's; *ended: there is no more. One byte stays
 * free, to look past the text. After the boundary it reads one line only. */
static enum weir_status fill(struct weir_segment *segment,
                             struct weir_batch *batch, bool *ended,
                             struct weir_error *error)
{
    size_t capacity = batch->capacity - batch->len - 2;
    bool own = segment->boundary == WEIR_SEGMENT_UNKNOWN, more = true;
    while (more && capacity) {
        ptrdiff_t n = weir_read(&segment->source, batch->text + batch->len,
                                capacity, error);
        if (n < 0)
            return (enum weir_status)n;
        *ended = n == 0;
        batch->len += (size_t)n;
        capacity -= (size_t)n;
        more = n > 0 && own && segment->boundary == WEIR_SEGMENT_UNKNOWN;
    }
    return WEIR_OK;
}

/* Drops the batch's first bytes, which are before the first record. */
static void pass_over(struct weir_segment *segment, struct weir_batch *batch,
                      size_t n)
{
    segment->begins += n;
    batch->len -= n;
    memmove(batch->text, batch->text + n, batch->len);
}

/* Passes over the rest of a record, which it can only guess from the text. What
 * was read beyond it stays in the batch. */
static enum weir_status guess(const struct weir_csv *csv,
                              struct weir_segment *segment,
                              struct weir_batch *batch,
                              struct weir_error *error)
{
    const struct weir_dialect *dialect = &csv->each.dialect[batch->part.input];
    struct weir_machine machine = {0};
    enum weir_status status = fill(segment, batch, &machine.last, error);
    bool inside = !status && batch->len > 0 &&
                  weir_csv_looks_quoted(csv, dialect, batch->text, batch->len);
    if (inside)
        weir_ran(WEIR_RAN_SEGMENT_INSIDE);
    weir_machine_enter(&machine, inside);
    while (!status &&
           !weir_cut_first(dialect, batch->text, batch->len, &machine)) {
        if (machine.last)
            machine.at = batch->len;
        pass_over(segment, batch, machine.at);
        machine.at = 0;
        if (machine.last)
            return WEIR_OK;
        if (segment->begins > csv->reading.max_record + WEIR_SEGMENT_TEXT)
            return weir_fail(error, WEIR_LIMIT, "a record is too long");
        status = fill(segment, batch, &machine.last, error);
    }
    if (!status)
        pass_over(segment, batch, machine.end);
    return status;
}

static enum weir_status begin(const struct weir_csv *csv,
                              struct weir_segment *segment,
                              struct weir_batch *batch,
                              struct weir_error *error)
{
    enum weir_status status = weir_segment_seek(csv, segment, error);
    segment->is_begun = true;
    if (!status && segment->claim.is_guess)
        status = guess(csv, segment, batch, error);
    else if (!status)
        status = skip_bytes(segment, segment->claim.skip, error);
    if (segment->claim.opens && csv->shard.share == WEIR_SHARE_PARTS)
        csv->inputs.split->begins =
            1 + segment->claim.position + segment->begins;
    return status;
}

static enum weir_status leave(struct weir_csv *csv,
                              struct weir_segment *segment,
                              enum weir_status status, struct weir_error *error)
{
    segment->on = false;
    return weir_segments_done(csv, segment, status, error);
}

bool weir_segment_is_open(const struct weir_batch *batch)
{
    const struct weir_segment *segment = weir_csv_state(batch)->segment;
    return segment && segment->on;
}

void weir_segment_leave(struct weir_stream *stream, struct weir_batch *batch)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    struct weir_error error;
    if (weir_segment_is_open(batch))
        (void)leave(csv, weir_csv_state(batch)->segment, WEIR_END, &error);
}

enum weir_status weir_segment_more(struct weir_csv *csv,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    struct weir_segment *segment = weir_csv_state(batch)->segment;
    enum weir_status status = WEIR_OK;
    weir_error_init(error);
    weir_batch_clear(batch);
    weir_csv_unscan(batch, 0);
    batch->part.input = segment->claim.input;
    batch->part.seq = segment->claim.seq;
    batch->part.last = batch->part.located = false;
    batch->part.starts_input = segment->claim.starts_input;
    batch->part.first_byte = 0;
    if (!segment->is_begun)
        status = begin(csv, segment, batch, error);
    uint64_t at = segment->begins + segment->buffer.consumed;
    bool over =
        segment->boundary != WEIR_SEGMENT_UNKNOWN && at > segment->boundary;
    if (!status)
        status = over ? WEIR_END
                      : weir_csv_read(csv, &segment->buffer, batch, error);
    if (status) {
        weir_batch_take(batch, 0, 0);
        batch->part.last = true;
        return leave(csv, segment, status == WEIR_END ? WEIR_OK : status,
                     error);
    }
    weir_batch_take(batch, 0, batch->len);
    batch->part.position = segment->claim.position + at;
    segment->buffer.consumed += batch->len - segment->buffer.added;
    return WEIR_OK;
}
