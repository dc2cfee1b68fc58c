/*
 * Shape: from separators to the fields of a window.
 *
 * The fast path. If every record of the queue has the header's number of fields
 * C, field k of record r ends at separator[first + r * C + k]. A projected
 * column is then a stride through the separators, and the other columns are
 * never touched; in fields mode, all fields are one run of separators. A queue
 * is regular if its every C-th separator is a line end
 * and it has no more line ends than records.
 *
 * The slow path walks the separators record by record. It serves blank lines,
 * comments, malformed records, long delimiters and escapes. It does so for one
 * queue at a time: the next one may be fast again.
 */

#include "base/mechanism.h"
#include "readers/csv/record.h"

#include <assert.h>
#include <string.h>

static bool is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* The end of a field whose separator is `at`: before the CR of a CRLF. */
static inline uint32_t field_end(const char *text, uint32_t start, uint32_t at)
{
    return text[at] == '\n' && at > start && text[at - 1] == '\r' ? at - 1 : at;
}

static void scan(const struct weir_shaping *s)
{
    struct weir_scan_marks marks = weir_csv_marks(s->dialect);
    struct weir_scan_queue *queue = &s->state->scan;
    const char *text = s->batch->text;
    size_t len = s->batch->len;
    if (s->dialect->exact || s->state->quotes == WEIR_QUOTES_EXACT) {
        weir_ran(WEIR_RAN_WINDOW_EXACT);
        weir_scan_exact(s->dialect, text, len, queue);
    } else if (s->state->quotes == WEIR_QUOTES_REGULAR) {
        s->csv->scan->quoted(&marks, text, len, queue);
    } else {
        s->csv->scan->unquoted(&marks, text, len, queue);
    }
}

/* Moves the unused separators to the front, and the one before them. */
static void compact(struct weir_scan_queue *queue)
{
    memmove(queue->separator, queue->separator + queue->first - 1,
            (queue->n - queue->first + 1) * sizeof *queue->separator);
    queue->n -= queue->first - 1;
    queue->first = 1;
}

/* Whether every stride-th of n separators is an LF; compares four at a time. */
static bool end_in_feeds(const char *text, const uint32_t *end, size_t stride,
                         size_t n)
{
    unsigned wrong = 0;
    for (; n >= 4; n -= 4, end += 4 * stride)
        wrong |= ((unsigned)text[end[0]] ^ '\n') |
                 ((unsigned)text[end[stride]] ^ '\n') |
                 ((unsigned)text[end[2 * stride]] ^ '\n') |
                 ((unsigned)text[end[3 * stride]] ^ '\n');
    for (; n > 0; n--, end += stride)
        wrong |= (unsigned)text[*end] ^ '\n';
    return wrong == 0;
}

/* Whether every C-th separator of the records from `end` on is a line end. If
 * the text has no CR, it must be an LF. */
static bool end_alike(const struct weir_shaping *s, const uint32_t *end,
                      size_t records)
{
    const char *text = s->batch->text;
    size_t n_columns = s->n_columns, wrong = 0;
    if (!s->state->scan.returns)
        return end_in_feeds(text, end, n_columns, records);
    for (size_t r = records; r > 0; r--, end += n_columns)
        wrong |= !is_line_end(text[*end]);
    return wrong == 0;
}

/* How many of the queue's records, if it is regular, will be the next window.
 */
static size_t rows_of(const struct weir_shaping *s)
{
    const struct weir_batch_memory *memory = &s->batch->memory;
    size_t ends = s->state->scan.ends, capacity = memory->rows_capacity;
    if (s->stream->fields && capacity > memory->fields_capacity / s->n_columns)
        capacity = memory->fields_capacity / s->n_columns;
    return ends < capacity ? ends : capacity;
}

/* Whether every C-th separator of the next window is an LF. Also writes where
 * its records begin: each after the end of the one before. */
static bool begin_alike(const struct weir_shaping *s, const uint32_t *end)
{
    const struct weir_scan_queue *queue = &s->state->scan;
    const char *text = s->batch->text;
    size_t n_columns = s->n_columns, wrong = 0;
    uint32_t begin = queue->separator[queue->first - 1] + 1;
    for (uint32_t *at = s->batch->start, *past = at + rows_of(s); at < past;
         at++, end += n_columns) {
        *at = begin;
        begin = *end + 1;
        wrong |= (size_t)text[begin - 1] ^ '\n';
    }
    return wrong == 0;
}

static bool is_regular(const struct weir_shaping *s)
{
    const struct weir_scan_queue *queue = &s->state->scan;
    size_t n_columns = s->n_columns, rows = 0;
    s->state->begun = false;
    if (s->dialect->exact || n_columns == 0 ||
        (s->stream->fields && s->columns) ||
        s->batch->len - s->batch->begin > s->csv->reading.max_record ||
        queue->n - queue->first < queue->ends * n_columns)
        return false;
    const uint32_t *end = queue->separator + queue->first + n_columns - 1;
    if (!queue->returns) {
        rows = rows_of(s);
        s->state->begun = true;
        if (!begin_alike(s, end))
            return false;
    }
    return end_alike(s, end + rows * n_columns, queue->ends - rows);
}

/* Scans until the queue has a window's records, or all that are left. */
static enum weir_status fill_queue(const struct weir_shaping *s,
                                   struct weir_error *error)
{
    struct weir_csv_state *state = s->state;
    struct weir_scan_queue *queue = &state->scan;
    size_t len = s->batch->len;
    assert(queue->at <= len);
    if (state->filled) {
        state->filled = false;
        state->regular = is_regular(s);
    }
    if (queue->ends >= s->batch->memory.rows_capacity || queue->at == len)
        return WEIR_OK;
    compact(queue);
    scan(s);
    while (queue->ends == 0 && queue->at < len) {
        enum weir_status status = weir_csv_grow_separators(state, error);
        if (status)
            return status;
        scan(s);
    }
    state->regular = is_regular(s);
    return WEIR_OK;
}

/* Unquotes and trims the fields of a column, whose spans are raw so far, and
 * empties those that are null texts. */
static void refine(const struct weir_shaping *s, struct weir_span *span,
                   size_t rows)
{
    struct weir_batch *batch = s->batch;
    if (s->state->quotes == WEIR_QUOTES_NONE && !s->dialect->refined)
        return;
    const char *text = batch->text;
    bool always = s->dialect->refined;
    for (size_t r = 0; r < rows; r++)
        if (always || (unsigned char)text[span[r].start] == s->dialect->quote)
            span[r] = weir_field_span(s->dialect, batch, span[r].start,
                                      span[r].start + span[r].len);
}

/*
 * The spans between two separators, a and b, every `stride` of them:
 *
 *     span      start      len              two of them at a time, as any
 *               a + 1      b - a - 1        machine can
 */
static void stride_spans(const uint32_t *end, size_t stride,
                         struct weir_span *span, size_t rows)
{
    typedef uint32_t words __attribute__((vector_size(16)));
    typedef uint64_t pairs __attribute__((vector_size(16)));
    const words add = {1, UINT32_MAX, 1, UINT32_MAX};
    size_t row = 0;
    for (; row + 2 <= rows; row += 2, end += 2 * stride) {
        uint64_t one, two;
        memcpy(&one, end - 1, sizeof one);
        memcpy(&two, end - 1 + stride, sizeof two);
        pairs ends = {one, two};
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        pairs before = ends >> 32;
#else
        pairs before = ends << 32;
#endif
        words spans = (words)ends - (words)before + add;
        memcpy(span + row, &spans, sizeof spans);
    }
    if (row < rows)
        span[row] = (struct weir_span){end[-1] + 1, *end - end[-1] - 1};
}

/* Takes the CR of a CRLF off the records' last fields, every `stride`-th. */
static void end_before_returns(const struct weir_shaping *s, size_t stride,
                               struct weir_span *last, size_t rows)
{
    const char *text = s->batch->text;
    for (; rows > 0; rows--, last += stride)
        last->len =
            field_end(text, last->start, last->start + last->len) - last->start;
}

static void fast_column(const struct weir_shaping *s, size_t column,
                        struct weir_span *span, size_t rows)
{
    size_t n_columns = s->n_columns;
    const struct weir_scan_queue *queue = &s->state->scan;
    stride_spans(queue->separator + queue->first + column, n_columns, span,
                 rows);
    if (column == n_columns - 1 && queue->returns)
        end_before_returns(s, 1, span, rows);
    refine(s, span, rows);
}

static void fast_fields(const struct weir_shaping *s, size_t rows)
{
    const struct weir_scan_queue *queue = &s->state->scan;
    struct weir_fields *fields = &s->batch->fields;
    const size_t n_columns = s->n_columns, n = rows * n_columns;
    weir_ran(WEIR_RAN_WINDOW_FIELDS);
    stride_spans(queue->separator + queue->first, 1, fields->span, n);
    if (queue->returns)
        end_before_returns(s, n_columns, fields->span + n_columns - 1, rows);
    refine(s, fields->span, n);
    for (size_t r = 0; r <= rows; r++)
        fields->first[r] = (uint32_t)(r * n_columns);
}

static void fast_path(const struct weir_shaping *s)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &s->state->scan;
    size_t n_columns = s->n_columns;
    size_t rows = rows_of(s);
    const uint32_t *before = queue->separator + queue->first - 1;
    uint32_t *past = batch->start + (s->state->begun ? 0 : rows);
    for (uint32_t *at = batch->start; at < past; at++, before += n_columns)
        *at = *before + 1;
    s->state->begun = false;
    if (s->stream->fields)
        fast_fields(s, rows);
    for (size_t i = 0; i < s->stream->n_projected; i++) {
        size_t k = weir_field_of(s->columns, s->stream->projected[i]);
        if (k == WEIR_NO_FIELD)
            memset(batch->column[i], 0, rows * sizeof *batch->column[i]);
        else
            fast_column(s, k, batch->column[i], rows);
    }
    batch->rows = rows;
    queue->first += rows * n_columns;
    queue->ends -= rows;
}

static struct weir_raw_record next_record(const struct weir_shaping *s)
{
    const struct weir_scan_queue *queue = &s->state->scan;
    const char *text = s->batch->text;
    struct weir_raw_record record = {.mark = queue->separator + queue->first,
                                     .n_fields = 1};
    uint32_t end = record.mark[0];
    record.start = record.mark[-1] + 1;
    while (!is_line_end(text[end]))
        end = record.mark[record.n_fields++];
    record.end = s->dialect->feeds ? end : field_end(text, record.start, end);
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

static enum weir_status slow_path(const struct weir_shaping *s,
                                  struct weir_error *error)
{
    struct weir_batch *batch = s->batch;
    struct weir_scan_queue *queue = &s->state->scan;
    while (queue->ends && batch->rows < batch->memory.rows_capacity) {
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
    struct weir_scan_queue *queue = &s.state->scan;
    enum weir_status status = fill_queue(&s, error);
    batch->lines = queue->lines;
    if (status)
        return status;
    if (queue->ends == 0)
        return weir_shaping_end(&s, error);
    weir_ran(s.state->regular ? WEIR_RAN_WINDOW_FAST : WEIR_RAN_WINDOW_SLOW);
    if (s.state->regular)
        fast_path(&s);
    else
        status = slow_path(&s, error);
    if (batch->line)
        weir_csv_count_lines(batch);
    batch->next = queue->separator[queue->first - 1] + 1;
    return status;
}
