/*
 * What becomes of a record: it is kept, padded or set aside, or it is a
 * failure.
 *
 * A window is delivered before the failure that follows it, so that the records
 * before a failure are the same however the input was cut.
 */
#include "readers/csv/record.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <stdio.h>
#include <string.h>

struct weir_shaping weir_shaping_begin(
    const struct weir_stream *stream, struct weir_batch *batch,
    struct weir_span (*field)(const struct weir_shaping *,
                              const struct weir_raw_record *, size_t))
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    batch->rows = batch->ragged.n = 0;
    batch->ragged.padded = batch->ragged.surplus = 0;
    batch->window = batch->next;
    struct weir_csv_state *state = weir_csv_state(batch);
    state->scratch_used = 0;
    const struct weir_csv_columns *columns =
        csv->each.columns[batch->part.input];
    size_t n_columns = columns ? columns->n : stream->schema.n_columns;
    batch->ragged.n_expected = n_columns;
    return (struct weir_shaping){.stream = stream,
                                 .csv = csv,
                                 .dialect =
                                     &csv->each.dialect[batch->part.input],
                                 .columns = columns,
                                 .n_columns = n_columns,
                                 .batch = batch,
                                 .state = state,
                                 .field = field};
}

enum weir_status weir_shaping_end(const struct weir_shaping *s,
                                  struct weir_error *error)
{
    if (!s->state->failure.status)
        return WEIR_END;
    *error = s->state->failure;
    return error->status;
}

bool weir_shaping_empty(const struct weir_shaping *s)
{
    return s->batch->rows == 0 && s->batch->ragged.n == 0;
}

/* Blank lines and comments are not records. */
static bool is_record(const struct weir_shaping *s,
                      const struct weir_raw_record *record)
{
    size_t len = record->end - record->start;
    const char *text = s->batch->text + record->start;
    return (s->n_columns == 1 ||
            !weir_dialect_is_empty(s->dialect, text, len)) &&
           !weir_dialect_comments(s->dialect, text, len);
}

static void add_columns(const struct weir_shaping *s,
                        const struct weir_raw_record *record)
{
    struct weir_batch *batch = s->batch;
    for (size_t i = 0; i < s->stream->n_projected; i++) {
        size_t k = weir_field_of(s->columns, s->stream->projected[i]);
        batch->column[i][batch->rows] = k < record->n_fields
                                            ? s->field(s, record, k)
                                            : (struct weir_span){0};
    }
    if (record->n_fields != s->n_columns)
        weir_ran(WEIR_RAN_RECORD_PADDED);
    if (record->n_fields < s->n_columns)
        batch->ragged.padded += s->n_columns - record->n_fields;
    else
        batch->ragged.surplus += record->n_fields - s->n_columns;
}

/* Adds the record's fields as they are; or, if the input's header is not the
 * table's, those of the table's columns. *added is false if the window is full;
 * it has rows in that case. */
static enum weir_status add_fields(const struct weir_shaping *s,
                                   const struct weir_raw_record *record,
                                   bool *added, struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    uint32_t used = batch->rows ? batch->fields.first[batch->rows] : 0;
    size_t n = s->columns ? s->stream->schema.n_columns : record->n_fields;
    *added = false;
    if (used + n > batch->memory.fields_capacity) {
        if (batch->rows)
            return WEIR_OK;
        enum weir_status status = weir_batch_grow_fields(batch, n, error);
        if (status)
            return status;
    }
    for (size_t i = 0; i < n; i++) {
        size_t k = weir_field_of(s->columns, i);
        batch->fields.span[used + i] = k < record->n_fields
                                           ? s->field(s, record, k)
                                           : (struct weir_span){0};
    }
    batch->fields.first[batch->rows] = used;
    batch->fields.first[batch->rows + 1] = used + (uint32_t)n;
    *added = true;
    return WEIR_OK;
}

static enum weir_status add(const struct weir_shaping *s,
                            const struct weir_raw_record *record, bool *added,
                            struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    *added = true;
    if (s->stream->fields)
        status = add_fields(s, record, added, error);
    else
        add_columns(s, record);
    if (!status && *added)
        s->batch->start[s->batch->rows++] = record->start;
    return status;
}

/* Another usual delimiter, at which the header and the record have the same
 * number of fields, *n, and more than one; 0 if there is none. */
static char other_delimiter(const struct weir_shaping *s,
                            const struct weir_raw_record *record, size_t *n)
{
    size_t head[sizeof WEIR_DELIMITERS], body[sizeof WEIR_DELIMITERS];
    const struct weir_schema *schema = &s->stream->schema;
    if (!schema->header)
        return '\0';
    weir_dialect_count_delimiters(s->dialect, schema->header,
                                  strlen(schema->header), head);
    weir_dialect_count_delimiters(s->dialect, s->batch->text + record->start,
                                  record->end - record->start, body);
    for (size_t i = 0; WEIR_DELIMITERS[i]; i++) {
        *n = head[i] + 1;
        if (*n > 1 && head[i] == body[i] &&
            *s->dialect->delimiter != WEIR_DELIMITERS[i])
            return WEIR_DELIMITERS[i];
    }
    return '\0';
}

static enum weir_status ragged(const struct weir_shaping *s,
                               const struct weir_raw_record *record,
                               struct weir_error *error)
{
    char hint[80] = "to continue: --bad-records=pad or =reject";
    size_t n;
    const char other[] = {other_delimiter(s, record, &n), '\0'};
    if (*other) {
        const char *typed = weir_delimiter_typed(other);
        (void)snprintf(hint, sizeof hint,
                       "split at '%s' both have %zu: -d '%s'", typed, n, typed);
    }
    weir_fail(
        error, WEIR_DATA, "record has %zu field%s but the header has %zu (%s)",
        record->n_fields, record->n_fields == 1 ? "" : "s", s->n_columns, hint);
    return weir_fail_at(error, record->start);
}

enum weir_status weir_record_too_long(const struct weir_csv *csv,
                                      const struct weir_dialect *dialect,
                                      const char *text, size_t start,
                                      struct weir_error *error)
{
    struct weir_machine machine = {.last = true};
    weir_cut_exact(dialect, text + start, csv->reading.max_record + 1,
                   &machine);
    bool open = weir_machine_quoted(&machine);
    weir_fail(error, WEIR_LIMIT,
              "a record is longer than --max-record %zu bytes%s",
              csv->reading.max_record,
              open ? "; a quote that opens here is still open then" : "");
    return weir_fail_at(error, start + (open ? machine.opened : 0));
}

enum weir_status weir_quote_never_closes(size_t opened,
                                         struct weir_error *error)
{
    weir_fail(error, WEIR_DATA,
              "a quote that opens here never closes; --quote '' turns quoting "
              "off");
    return weir_fail_at(error, opened);
}

enum weir_status weir_record_add(const struct weir_shaping *s,
                                 const struct weir_raw_record *record,
                                 bool *taken, struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    *taken = true;
    bool too_long = record->end - record->start > s->csv->reading.max_record;
    if (!too_long && !is_record(s, record))
        return WEIR_OK;
    enum weir_bad_records bad = s->csv->reading.bad_records;
    bool whole = record->n_fields == s->n_columns;
    if (too_long || (!whole && bad == WEIR_BAD_RECORDS_ERROR)) {
        *taken = false;
        if (!weir_shaping_empty(s))
            return WEIR_OK;
        return too_long ? weir_record_too_long(s->csv, s->dialect, batch->text,
                                               record->start, error)
                        : ragged(s, record, error);
    }
    if (whole || bad == WEIR_BAD_RECORDS_PAD)
        return add(s, record, taken, error);
    *taken = batch->ragged.n < WEIR_MALFORMED_CAPACITY;
    if (*taken)
        batch->ragged.malformed[batch->ragged.n++] = (struct weir_malformed){
            record->start, record->end, (uint32_t)record->n_fields};
    return WEIR_OK;
}
