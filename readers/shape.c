/*
 * Shape: from separators to the fields of a window.
 *
 * The fast lane. Where every record of the queue has the header's number of
 * fields C, field k of record r ends at separator[first + r * C + k]: a wanted
 * column is a stride through the separators, and the others are never looked
 * at. A queue is regular when its every C-th separator is a line end and it
 * holds no more line ends than records.
 *
 * The slow lane walks the separators record by record. It serves blank lines,
 * comments, ragged records, long delimiters and escapes, and a queue at a
 * time: the next one is fast again.
 */
#include "base/error.h"
#include "readers/csv.h"
#include "readers/field.h"

#include <string.h>

/* What the loops below share. */
struct shaping {
    const struct weir_stream *stream;
    const struct weir_csv *csv;
    const struct weir_dialect *dialect;
    struct weir_batch *batch;
};

static bool is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* The end of a field that ends in separator `at`: before the CR of a CRLF. */
static inline uint32_t field_end(const char *text, uint32_t start, uint32_t at)
{
    return text[at] == '\n' && at > start && text[at - 1] == '\r' ? at - 1 : at;
}

static void scan(const struct shaping *s)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_marks marks = {.delimiter = s->dialect->delimiter[0],
                                    .has_delimiter =
                                        s->dialect->delimiter_len != 0,
                                    .quote = (char)s->dialect->quote,
                                    .has_quote = s->dialect->quote != WEIR_OFF};
    if (s->dialect->exact || batch->scan.quotes == WEIR_QUOTES_EXACT)
        weir_scan_exact(s->dialect, batch->text, batch->len, batch);
    else if (batch->scan.quotes == WEIR_QUOTES_REGULAR)
        s->csv->scan->quoted(&marks, batch->text, batch->len, batch);
    else
        s->csv->scan->unquoted(&marks, batch->text, batch->len, batch);
}

/* Moves what is left to the front, with the end before it. */
static void compact(struct weir_scan_queue *queue)
{
    memmove(queue->separator, queue->separator + queue->first - 1,
            (queue->n - queue->first + 1) * sizeof *queue->separator);
    queue->n -= queue->first - 1;
    queue->first = 1;
}

static bool is_regular(const struct shaping *s)
{
    const struct weir_scan_queue *queue = &s->batch->scan;
    size_t n_columns = s->stream->n_columns;
    if (s->dialect->exact || s->stream->fields || n_columns == 0 ||
        s->batch->len > s->csv->max_record ||
        queue->n - queue->first < queue->ends * n_columns)
        return false;
    const uint32_t *end = queue->separator + queue->first + n_columns - 1;
    const char *text = s->batch->text;
    size_t wrong = 0;
    for (size_t r = 0; r < queue->ends; r++)
        wrong += !is_line_end(text[end[r * n_columns]]);
    return wrong == 0;
}

/* Scans until the queue holds a window's records, or all that are left. */
static enum weir_status fill_queue(const struct shaping *s,
                                   struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &batch->scan;
    if (queue->ends >= batch->rows_room || queue->at == batch->len)
        return WEIR_OK;
    compact(queue);
    scan(s);
    while (queue->ends == 0 && queue->at < batch->len) {
        enum weir_status status = weir_batch_grow_separators(batch, error);
        if (status)
            return status;
        scan(s);
    }
    queue->regular = is_regular(s);
    return WEIR_OK;
}

/* Unquotes, trims and nulls a column whose raw extents are in place. */
static void refine(const struct shaping *s, struct weir_span *span, size_t rows)
{
    struct weir_batch *batch = s->batch;
    if (batch->scan.quotes == WEIR_QUOTES_NONE && !s->dialect->trim &&
        !s->dialect->null)
        return;
    const char *text = batch->text;
    bool always = s->dialect->trim || s->dialect->null;
    for (size_t r = 0; r < rows; r++)
        if (always || (unsigned char)text[span[r].start] == s->dialect->quote)
            span[r] = weir_field_span(s->dialect, batch, span[r].start,
                                      span[r].start + span[r].len);
}

static void fast_column(const struct shaping *s, size_t column,
                        struct weir_span *span, size_t rows)
{
    size_t n_columns = s->stream->n_columns;
    const struct weir_scan_queue *queue = &s->batch->scan;
    const uint32_t *end = queue->separator + queue->first + column;
    for (size_t r = 0; r < rows; r++, end += n_columns) {
        uint32_t start = end[-1] + 1;
        span[r] = (struct weir_span){start, *end - start};
    }
    if (column == n_columns - 1) {
        const char *text = s->batch->text;
        for (size_t r = 0; r < rows; r++) {
            uint32_t at = span[r].start + span[r].len;
            span[r].len = field_end(text, span[r].start, at) - span[r].start;
        }
    }
    refine(s, span, rows);
}

static void fast_lane(const struct shaping *s)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &batch->scan;
    size_t n_columns = s->stream->n_columns;
    size_t rows =
        queue->ends < batch->rows_room ? queue->ends : batch->rows_room;
    const uint32_t *before = queue->separator + queue->first - 1;
    for (size_t r = 0; r < rows; r++)
        batch->start[r] = before[r * n_columns] + 1;
    for (size_t i = 0; i < s->stream->n_wanted; i++)
        fast_column(s, s->stream->wanted[i], batch->column[i], rows);
    batch->rows = rows;
    queue->first += rows * n_columns;
    queue->ends -= rows;
}

/* One record as the slow lane sees it. */
struct record {
    const uint32_t *separator; /* its fields' ends */
    size_t n_fields;
    uint32_t start, end; /* in text, without the line end */
};

static struct record next_record(const struct shaping *s)
{
    const struct weir_scan_queue *queue = &s->batch->scan;
    const char *text = s->batch->text;
    struct record record = {.separator = queue->separator + queue->first,
                            .n_fields = 1};
    record.start = record.separator[-1] + 1;
    while (!is_line_end(text[record.separator[record.n_fields - 1]]))
        record.n_fields++;
    record.end =
        field_end(text, record.start, record.separator[record.n_fields - 1]);
    return record;
}

static void drop_record(struct weir_scan_queue *queue,
                        const struct record *record)
{
    queue->first += record->n_fields;
    queue->ends--;
}

/* Blank lines and comments are no records. */
static bool is_record(const struct shaping *s, const struct record *record)
{
    const struct weir_dialect *dialect = s->dialect;
    size_t len = record->end - record->start;
    if (dialect->comment_len && len >= dialect->comment_len &&
        !memcmp(s->batch->text + record->start, dialect->comment,
                dialect->comment_len))
        return false;
    return len || s->stream->n_columns == 1;
}

static struct weir_span record_field(const struct shaping *s,
                                     const struct record *record, size_t k)
{
    uint32_t start = k ? record->separator[k - 1] + s->dialect->delimiter_len
                       : record->start;
    uint32_t end =
        k + 1 == record->n_fields ? record->end : record->separator[k];
    return weir_field_span(s->dialect, s->batch, start, end);
}

static void add_columns(const struct shaping *s, const struct record *record)
{
    struct weir_batch *batch = s->batch;
    for (size_t i = 0; i < s->stream->n_wanted; i++) {
        size_t k = s->stream->wanted[i];
        batch->column[i][batch->rows] = k < record->n_fields
                                            ? record_field(s, record, k)
                                            : (struct weir_span){0};
    }
    size_t n_columns = s->stream->n_columns;
    if (record->n_fields < n_columns)
        batch->padded += n_columns - record->n_fields;
    else
        batch->surplus += record->n_fields - n_columns;
}

/* False when the window has no room for them; it then has rows already. */
static enum weir_status add_fields(const struct shaping *s,
                                   const struct record *record, bool *added,
                                   struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    uint32_t used = batch->rows ? batch->first_field[batch->rows] : 0;
    *added = false;
    if (used + record->n_fields > batch->fields_room) {
        if (batch->rows)
            return WEIR_OK;
        enum weir_status status =
            weir_batch_grow_fields(batch, record->n_fields, error);
        if (status)
            return status;
    }
    for (size_t k = 0; k < record->n_fields; k++)
        batch->field[used + k] = record_field(s, record, k);
    batch->first_field[batch->rows] = used;
    batch->first_field[batch->rows + 1] = used + (uint32_t)record->n_fields;
    *added = true;
    return WEIR_OK;
}

enum verdict {
    KEEP,
    STOP,
    FAIL,
    REJECT
};

/* What becomes of a record; STOP ends the window before it. */
static enum verdict judge(const struct shaping *s, const struct record *record)
{
    const struct weir_batch *batch = s->batch;
    bool first = batch->rows == 0 && batch->n_flaws == 0;
    if (record->end - record->start > s->csv->max_record)
        return first ? FAIL : STOP;
    if (record->n_fields == s->stream->n_columns)
        return KEEP;
    switch (s->csv->reading.bad_records) {
    case WEIR_BAD_RECORDS_PAD:
        return KEEP;
    case WEIR_BAD_RECORDS_REJECT:
        return batch->n_flaws < WEIR_FLAWS_ROOM ? REJECT : STOP;
    default:
        return first ? FAIL : STOP;
    }
}

static enum weir_status fail(const struct shaping *s,
                             const struct record *record,
                             struct weir_error *error)
{
    size_t len = record->end - record->start;
    if (len > s->csv->max_record)
        weir_fail(error, WEIR_LIMIT,
                  "a record of %zu bytes is longer than --max-record %zu", len,
                  s->csv->max_record);
    else
        weir_fail(error, WEIR_DATA,
                  "record has %zu field%s, the header has %zu; "
                  "--bad-records=pad or reject goes on",
                  record->n_fields, record->n_fields == 1 ? "" : "s",
                  s->stream->n_columns);
    return weir_fail_at(error, record->start);
}

static enum weir_status slow_lane(const struct shaping *s,
                                  struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &batch->scan;
    while (queue->ends && batch->rows < batch->rows_room) {
        struct record record = next_record(s);
        if (is_record(s, &record)) {
            enum verdict verdict = judge(s, &record);
            if (verdict == STOP)
                break;
            if (verdict == FAIL)
                return fail(s, &record, error);
            if (verdict == REJECT) {
                batch->flaw[batch->n_flaws++] = (struct weir_flaw){
                    record.start, record.end, (uint32_t)record.n_fields};
            } else {
                bool added = true;
                enum weir_status status = WEIR_OK;
                if (s->stream->fields)
                    status = add_fields(s, &record, &added, error);
                else
                    add_columns(s, &record);
                if (status || !added)
                    return status;
                batch->start[batch->rows++] = record.start;
            }
        }
        drop_record(queue, &record);
    }
    return WEIR_OK;
}

enum weir_status weir_csv_shape(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    struct shaping s = {stream, csv, &csv->dialect[batch->input], batch};
    struct weir_scan_queue *queue = &batch->scan;
    batch->rows = batch->n_flaws = 0;
    batch->padded = batch->surplus = 0;
    batch->scratch_used = 0;
    batch->window = batch->next;
    enum weir_status status = fill_queue(&s, error);
    if (status)
        return status;
    if (queue->ends == 0)
        return WEIR_END;
    if (queue->regular)
        fast_lane(&s);
    else
        status = slow_lane(&s, error);
    batch->next = queue->separator[queue->first - 1] + 1u;
    return status;
}
