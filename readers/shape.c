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
#include "readers/field.h"
#include "readers/record.h"

#include <string.h>

static bool is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* The end of a field that ends in separator `at`: before the CR of a CRLF. */
static inline uint32_t field_end(const char *text, uint32_t start, uint32_t at)
{
    return text[at] == '\n' && at > start && text[at - 1] == '\r' ? at - 1 : at;
}

static void scan(const struct weir_shaping *s)
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

static bool is_regular(const struct weir_shaping *s)
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
    if (!queue->returns)
        for (size_t r = queue->ends; r > 0; r--, end += n_columns)
            wrong |= (size_t)text[*end] ^ '\n';
    else
        for (size_t r = queue->ends; r > 0; r--, end += n_columns)
            wrong |= !is_line_end(text[*end]);
    return wrong == 0;
}

/* Scans until the queue holds a window's records, or all that are left. */
static enum weir_status fill_queue(const struct weir_shaping *s,
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
static void refine(const struct weir_shaping *s, struct weir_span *span,
                   size_t rows)
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

static void fast_column(const struct weir_shaping *s, size_t column,
                        struct weir_span *span, size_t rows)
{
    size_t n_columns = s->stream->n_columns;
    const struct weir_scan_queue *queue = &s->batch->scan;
    const uint32_t *end = queue->separator + queue->first + column;
    for (struct weir_span *past = span + rows, *at = span; at < past;
         at++, end += n_columns) {
        uint32_t start = end[-1] + 1;
        *at = (struct weir_span){start, *end - start};
    }
    if (column == n_columns - 1 && queue->returns) {
        const char *text = s->batch->text;
        for (size_t r = 0; r < rows; r++) {
            uint32_t at = span[r].start + span[r].len;
            span[r].len = field_end(text, span[r].start, at) - span[r].start;
        }
    }
    refine(s, span, rows);
}

static void fast_lane(const struct weir_shaping *s)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &batch->scan;
    size_t n_columns = s->stream->n_columns;
    size_t rows =
        queue->ends < batch->rows_room ? queue->ends : batch->rows_room;
    const uint32_t *before = queue->separator + queue->first - 1;
    for (uint32_t *past = batch->start + rows, *at = batch->start; at < past;
         at++, before += n_columns)
        *at = *before + 1;
    for (size_t i = 0; i < s->stream->n_wanted; i++)
        fast_column(s, s->stream->wanted[i], batch->column[i], rows);
    batch->rows = rows;
    queue->first += rows * n_columns;
    queue->ends -= rows;
}

static struct weir_raw_record next_record(const struct weir_shaping *s)
{
    const struct weir_scan_queue *queue = &s->batch->scan;
    const char *text = s->batch->text;
    struct weir_raw_record record = {.mark = queue->separator + queue->first,
                                     .n_fields = 1};
    record.start = record.mark[-1] + 1;
    while (!is_line_end(text[record.mark[record.n_fields - 1]]))
        record.n_fields++;
    record.end =
        field_end(text, record.start, record.mark[record.n_fields - 1]);
    return record;
}

static struct weir_span record_field(const struct weir_shaping *s,
                                     const struct weir_raw_record *record,
                                     size_t k)
{
    uint32_t start =
        k ? record->mark[k - 1] + s->dialect->delimiter_len : record->start;
    uint32_t end = k + 1 == record->n_fields ? record->end : record->mark[k];
    return weir_field_span(s->dialect, s->batch, start, end);
}

static enum weir_status slow_lane(const struct weir_shaping *s,
                                  struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &batch->scan;
    while (queue->ends && batch->rows < batch->rows_room) {
        struct weir_raw_record record = next_record(s);
        bool taken;
        enum weir_status status = weir_record_add(s, &record, &taken, error);
        if (status || !taken)
            return status;
        queue->first += record.n_fields;
        queue->ends--;
    }
    return WEIR_OK;
}

enum weir_status weir_csv_shape(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error)
{
    struct weir_shaping s = weir_shaping_begin(stream, batch, record_field);
    struct weir_scan_queue *queue = &batch->scan;
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
