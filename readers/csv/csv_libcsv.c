/*
 * Shape by libcsv: the same windows, split by a parser that others wrote.
 *
 * libcsv pushes, but a window has to stop after any record. So libcsv is fed up
 * to one line end at a time, and each feed ends at most one record. A window
 * begins at the beginning of a record, so each window has a parser of its own,
 * and nothing lives between windows.
 *
 * Memory. libcsv builds a field in a buffer of its own. We lend it the batch's
 * scratch, and move finished fields to the other end of it:
 *
 *     text + capacity                                text + 2 * capacity
 *     | field being built -->   <-- field 1 | field 0 | (records before) |
 *
 * No field is longer than its raw text, so the two ends never meet. The offsets
 * of the fields are kept in the batch's separators, which only the scan needs:
 * field k of a record is [separator[k + 1], separator[k]).
 *
 * This file bridges the differences (README.md has the table). A CRLF is one
 * line end, because libcsv is not fed its LF. Blank lines are reported
 * (CSV_REPALL_NL). Strict mode, which finds text after a closing quote, also
 * stops at quotes inside unquoted fields: for such a quote, strict mode is off
 * for one byte.
 */
#include "base/error.h"
#include "base/mechanism.h"
#include "readers/csv/record.h"

#include <csv.h>
#include <string.h>

#define LENIENT CSV_REPALL_NL
#define STRICT (CSV_REPALL_NL | CSV_STRICT)

/* The window being split. */
struct window {
    struct weir_shaping shaping;
    struct csv_parser parser;
    size_t at;                         /* text[0, at) was fed to libcsv */
    size_t line_feed, carriage_return; /* the next one's offset, from `at` on */
    size_t n_fields;
    bool ended; /* libcsv has ended the record */
    enum weir_status status;
    struct weir_error *error;
};

enum weir_status weir_csv_libcsv_check(const struct weir_dialect *dialect,
                                       struct weir_error *error)
{
    const char *option = NULL;
    if (dialect->delimiter_len != 1 || dialect->blanks)
        option = "--delimiter: libcsv needs one of one byte";
    else if (dialect->quote == WEIR_OFF)
        option = "--quote '': libcsv cannot turn quoting off";
    else if (dialect->undone != WEIR_OFF)
        option = "--escape: libcsv knows doubled quotes only";
    else if (dialect->feeds)
        option = "--dialect: libcsv takes a CR as a line end";
    else if (dialect->comment_len)
        option = "--comment: libcsv knows no comments";
    else if (dialect->trim && (dialect->quote == ' ' || dialect->quote == '\t'))
        option = "--trim: libcsv would drop the quote, a blank";
    if (option)
        return weir_fail(error, WEIR_USAGE, "%s; --reader scan reads it",
                         option);
    return WEIR_OK;
}

/* The allocator that libcsv lets us set gets no context argument. */
static _Thread_local void *lent;

static void *lend(void *old, size_t bytes)
{
    (void)bytes;
    return old ? NULL : lent;
}

static void take_back(void *block)
{
    (void)block;
}

static int never_blank(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void take_field(void *field, size_t len, void *window)
{
    struct window *w = window;
    struct weir_batch *batch = w->shaping.batch;
    if (!w->status && w->n_fields + 1 == w->shaping.state->scan.capacity)
        w->status = weir_csv_grow_separators(w->shaping.state, w->error);
    if (w->status)
        return;
    uint32_t *end = w->shaping.state->scan.separator + w->n_fields++;
    end[1] = end[0] - (uint32_t)len;
    memmove(batch->text + end[1], field, len);
    w->shaping.state->scratch_used += len;
}

static void end_record(int line_end, void *window)
{
    (void)line_end;
    ((struct window *)window)->ended = true;
}

static size_t find(const struct weir_batch *batch, size_t from, char byte)
{
    const char *found = memchr(batch->text + from, byte, batch->len - from);
    return found ? (size_t)(found - batch->text) : batch->len - 1;
}

static void begin(struct window *w)
{
    struct weir_batch *batch = w->shaping.batch;
    const struct weir_dialect *dialect = w->shaping.dialect;
    lent = batch->text + batch->capacity;
    csv_init(&w->parser, STRICT);
    csv_set_realloc_func(&w->parser, lend);
    csv_set_free_func(&w->parser, take_back);
    csv_set_blk_size(&w->parser, batch->capacity + 1); /* never full */
    csv_set_delim(&w->parser, (unsigned char)dialect->delimiter[0]);
    csv_set_quote(&w->parser, (unsigned char)dialect->quote);
    if (!dialect->trim)
        csv_set_space_func(&w->parser, never_blank);
    w->line_feed = find(batch, w->at, '\n');
    w->carriage_return = find(batch, w->at, '\r');
}

/* Feeds text[at, end). false: libcsv stopped before text[at]. */
static bool feed(struct window *w, size_t end)
{
    const char *text = w->shaping.batch->text;
    for (;;) {
        w->at += csv_parse(&w->parser, text + w->at, end - w->at, take_field,
                           end_record, w);
        if (w->at == end)
            return true;
        if (w->parser.quoted)
            return false;
        /* A quote inside an unquoted field is a literal. */
        csv_set_opts(&w->parser, LENIENT);
        w->at +=
            csv_parse(&w->parser, text + w->at, 1, take_field, end_record, w);
        csv_set_opts(&w->parser, STRICT);
    }
}

/* The offset of the next LF or CR. The text's last byte is one of them. */
static size_t next_line_end(struct window *w)
{
    const struct weir_batch *batch = w->shaping.batch;
    if (w->line_feed < w->at)
        w->line_feed = find(batch, w->at, '\n');
    if (w->carriage_return < w->at)
        w->carriage_return = find(batch, w->at, '\r');
    return w->line_feed < w->carriage_return ? w->line_feed
                                             : w->carriage_return;
}

/* Feeds up to a record's end. false: libcsv reads it differently. */
static bool next_record(struct window *w, struct weir_raw_record *record)
{
    struct weir_batch *batch = w->shaping.batch;
    record->start = (uint32_t)w->at;
    w->ended = false;
    w->n_fields = 0;
    w->shaping.state->scan.separator[0] =
        (uint32_t)(2 * batch->capacity - w->shaping.state->scratch_used);
    while (!w->ended)
        if (w->at == batch->len || !feed(w, next_line_end(w) + 1))
            return false;
    if (w->n_fields == 0) /* a blank line */
        take_field(lent, 0, w);
    record->end = (uint32_t)w->at - 1;
    record->mark = w->shaping.state->scan.separator;
    record->n_fields = w->n_fields;
    if (batch->text[record->end] == '\r' && w->at < batch->len &&
        batch->text[w->at] == '\n')
        w->at++;
    return true;
}

static struct weir_span record_field(const struct weir_shaping *s,
                                     const struct weir_raw_record *record,
                                     size_t k)
{
    struct weir_span span = {record->mark[k + 1],
                             record->mark[k] - record->mark[k + 1]};
    if (s->dialect->null && span.len &&
        weir_dialect_null(s->dialect, s->batch->text + span.start, span.len))
        span.len = 0;
    return span;
}

/* Fails for the record at text[start], in which libcsv stopped at text[at]. */
static enum weir_status differs(const struct window *w, size_t start)
{
    const struct weir_shaping *s = &w->shaping;
    const char *text = s->batch->text;
    struct weir_machine machine = {.last = true};
    (void)weir_cut_first(s->dialect, text + start, s->batch->len - start,
                         &machine);
    /* As in weir_csv_read, the length is checked first. */
    if (weir_record_len(s->dialect, text + start, machine.end) >
        s->csv->reading.max_record)
        return weir_record_too_long(s->csv, s->dialect, text, start, w->error);
    weir_fail(w->error, WEIR_DATA,
              "text after a closing quote, which libcsv reads differently; "
              "--reader scan keeps it");
    return weir_fail_at(w->error, w->at);
}

enum weir_status weir_csv_shape_libcsv(const struct weir_stream *stream,
                                       struct weir_batch *batch,
                                       struct weir_error *error)
{
    struct window w = {.shaping =
                           weir_shaping_begin(stream, batch, record_field),
                       .at = batch->next,
                       .error = error};
    if (w.at == batch->len)
        return weir_shaping_end(&w.shaping, error);
    weir_ran(WEIR_RAN_WINDOW_LIBCSV);
    begin(&w);
    bool taken;
    while (w.at < batch->len && batch->rows < batch->memory.rows_capacity &&
           !w.status) {
        struct weir_raw_record record;
        size_t start = w.at;
        taken = next_record(&w, &record);
        if (!taken && !w.status && weir_shaping_empty(&w.shaping))
            w.status = differs(&w, start);
        else if (taken && !w.status)
            w.status = weir_record_add(&w.shaping, &record, &taken, error);
        if (!taken) {
            w.at = start;
            break;
        }
    }
    csv_free(&w.parser);
    if (batch->line)
        weir_csv_count_lines(batch);
    batch->next = w.at;
    batch->lines +=
        weir_count_lines(batch->text + batch->window, w.at - batch->window);
    return w.status;
}
