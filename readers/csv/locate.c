/*
 * Where a failure, a record or a cell is. Nothing is kept for this while
 * records are shaped: it is found in the batch's text when it is asked for.
 */
#include "readers/csv/record.h"

#include "base/error.h"

/* Counts lines from the one that was located last, because a batch may have as
 * many failures to locate as it has records. */
void weir_csv_locate(const struct weir_stream *stream,
                     const struct weir_batch *batch, struct weir_error *error)
{
    struct weir_csv_state *state = weir_csv_state(batch);
    size_t offset = (size_t)error->byte, at = batch->begin;
    uint64_t lines = 0;
    if (state->located.position == batch->part.position + 1 &&
        state->located.at <= offset) {
        at = state->located.at;
        lines = state->located.lines;
    }
    const struct weir_where where = {.name = stream->input[batch->part.input],
                                     .text = batch->text + at,
                                     .first_byte = batch->part.first_byte + at,
                                     .first_line =
                                         batch->part.first_line + lines};
    error->byte -= at;
    (void)weir_fail_where(error, &where);
    at = offset - (error->column - 1);
    /* Not between a CR and its LF: these are one line end. */
    if (at == batch->begin || batch->text[at - 1] != '\r' ||
        batch->text[at] != '\n') {
        state->located.position = batch->part.position + 1; /* 0 means none */
        state->located.at = at;
        state->located.lines = error->line - batch->part.first_line;
    }
}

void weir_csv_count_lines(struct weir_batch *batch)
{
    struct weir_csv_state *state = weir_csv_state(batch);
    if (batch->window == batch->begin) {
        state->counted.at = batch->begin;
        state->counted.n = 0;
    }
    for (size_t r = 0; r < batch->rows; r++) {
        size_t at = state->counted.at, len = batch->start[r] - at;
        state->counted.n += (uint32_t)weir_count_lines(batch->text + at, len);
        state->counted.at = batch->start[r];
        batch->line[r] = state->counted.n;
    }
}

static size_t field_start(const struct weir_dialect *dialect, const char *text,
                          size_t len, size_t field)
{
    struct weir_machine machine = {.last = true};
    size_t at = 0, where;
    if (field == WEIR_NO_FIELD)
        return len;
    for (size_t i = 0; i < field; i++) {
        if (!weir_cut_field(dialect, text, len, &machine, &where))
            return len;
        at = where + dialect->delimiter_len;
    }
    return at;
}

void weir_csv_record(const struct weir_stream *stream,
                     const struct weir_batch *batch, size_t start,
                     size_t column, struct weir_span *found)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    const struct weir_dialect *dialect = &csv->each.dialect[batch->part.input];
    struct weir_machine machine = {.last = true};
    const char *text = batch->text + start;
    size_t len = batch->len - start;
    if (weir_cut_first(dialect, text, len, &machine))
        len = machine.end;
    len = weir_record_len(dialect, text, len);
    size_t field = weir_field_of(csv->each.columns[batch->part.input], column);
    found->len = (uint32_t)len;
    found->start = (uint32_t)(start + field_start(dialect, text, len, field));
}
