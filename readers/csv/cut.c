/*
 * Reading in sequence: text that ends with a whole record.
 *
 *     leftover (the end of the last read) | fresh bytes from the source
 *     |<------------ whole records -------------->|<--- leftover --->|
 *                                             the cut
 *
 * In text without quotes, the cut is the last line end. In text with quotes, a
 * block scan follows them; if it finds them irregular, the byte machine does.
 * Only the last block is read twice.
 */
#include "readers/csv/record.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <assert.h>
#include <string.h>

/* How far the batch's text was searched for a cut, and what was found. */
struct cutting {
    const struct weir_csv *csv;
    const struct weir_dialect *dialect;
    struct weir_input_buffer *buffer;
    struct weir_batch *batch;
    enum weir_quotes quotes;
    size_t looked; /* text[0, looked) was searched for quotes and line ends */
    size_t end;    /* where text can be cut; 0 means nowhere yet */
    struct weir_cut cut;
    struct weir_machine machine;
};

/* Reads more text into the batch: from the leftover if it has any. One byte
 * stays free: for a line end, and to look past the end. */
static ptrdiff_t take(const struct cutting *c, struct weir_error *error)
{
    const struct weir_csv *csv = c->csv;
    struct weir_input_buffer *buffer = c->buffer;
    char *into = c->batch->text + c->batch->len;
    size_t capacity = c->batch->capacity - c->batch->len - 1;
    size_t n = buffer->leftover_len - buffer->leftover_from;
    if (n == 0) {
        uint64_t begin = weir_clock_ns();
        ptrdiff_t got = weir_read(buffer->source, into, capacity, error);
        /* With prefetch, the decoding thread counts its own time. */
        if (!csv->current.is_prefetched)
            weir_io_time(&csv->inputs.io->source_ns, begin);
        return got;
    }
    if (n > capacity)
        n = capacity;
    memcpy(into, buffer->leftover + buffer->leftover_from, n);
    buffer->leftover_from += n;
    return (ptrdiff_t)n;
}

/* Puts the text after the cut into the leftover, before what that still has. */
static enum weir_status keep(const struct cutting *c, struct weir_error *error)
{
    struct weir_input_buffer *buffer = c->buffer;
    const char *rest = c->batch->text + c->end;
    size_t n = c->batch->len - c->end;
    if (n <= buffer->leftover_from) {
        buffer->leftover_from -= n;
        memcpy(buffer->leftover + buffer->leftover_from, rest, n);
        return WEIR_OK;
    }
    size_t left = buffer->leftover_len - buffer->leftover_from;
    if (!weir_grow(WEIR_MEMORY_READER, &buffer->leftover,
                   &buffer->leftover_capacity, n + left))
        return weir_fail_memory(error, "the rest of a record", n + left);
    memmove(buffer->leftover + n, buffer->leftover + buffer->leftover_from,
            left);
    memcpy(buffer->leftover, rest, n);
    buffer->leftover_from = 0;
    buffer->leftover_len = n + left;
    return WEIR_OK;
}

/* The offset after the last line end of text[from, len) without quotes. */
static size_t last_line_end(const char *text, size_t from, size_t len,
                            bool last)
{
    const char *feed = memrchr(text + from, '\n', len - from);
    size_t past = feed ? (size_t)(feed - text) + 1 : 0;
    /* A lone CR may follow; one at the very end may be half of a CRLF. */
    size_t known = last || len == from ? len : len - 1;
    from = past > from ? past : from;
    const char *lone =
        known > from ? memrchr(text + from, '\r', known - from) : NULL;
    return lone ? (size_t)(lone - text) + 1 : past;
}

struct weir_scan_marks weir_csv_marks(const struct weir_dialect *dialect)
{
    return (struct weir_scan_marks){.delimiter = dialect->delimiter[0],
                                    .has_delimiter =
                                        dialect->delimiter_len != 0,
                                    .quote = (char)dialect->quote,
                                    .has_quote = dialect->quote != WEIR_OFF};
}

/* Moves c->end to where text can be cut, if there is such an offset yet. */
static void find_cut(struct cutting *c, bool last)
{
    const struct weir_dialect *dialect = c->dialect;
    char *text = c->batch->text;
    size_t len = c->batch->len;
    bool has_quote = dialect->quote != WEIR_OFF;
    text[len] = last ? '\0' : '\n';
    if (c->quotes == WEIR_QUOTES_NONE) {
        if (has_quote && len > c->looked &&
            memchr(text + c->looked, dialect->quote, len - c->looked)) {
            c->quotes = WEIR_QUOTES_REGULAR;
        } else {
            /* One byte back: the last read may have ended in a CR. */
            size_t from = c->looked ? c->looked - 1 : 0;
            c->end = last_line_end(text, from, len, last);
            c->looked = len;
        }
    }
    if (c->quotes == WEIR_QUOTES_REGULAR) {
        struct weir_scan_marks marks = weir_csv_marks(dialect);
        c->csv->scan->cut(&marks, text, len, &c->cut);
        c->end = c->cut.end;
        if (c->cut.irregular)
            c->quotes = WEIR_QUOTES_EXACT;
    }
    if (c->quotes == WEIR_QUOTES_EXACT) {
        weir_ran(WEIR_RAN_CUT_EXACT);
        c->machine.last = last;
        weir_cut_exact(dialect, text, len, &c->machine);
        c->end = c->machine.end;
    }
}

enum weir_status weir_csv_open_end(const struct weir_csv *csv,
                                   const struct weir_dialect *dialect,
                                   const char *text, size_t start, size_t len,
                                   struct weir_error *error)
{
    /* The line end that may have been added is no part of the record. */
    if (len - start - 1 > csv->reading.max_record)
        return weir_record_too_long(csv, dialect, text, start, error);
    /* The byte machine finds where the quote opened. */
    struct weir_machine machine = {.last = true};
    weir_cut_exact(dialect, text + start, len - start, &machine);
    if (!weir_machine_quoted(&machine)) {
        weir_fail(error, WEIR_DATA, "the input ends after an escape");
        return weir_fail_at(error, len - 1);
    }
    return weir_quote_never_closes(start + machine.opened, error);
}

/*
 * If text begins inside quotes, what is quoted and what is not are swapped.
 * Quotes at the very beginning are skipped; an odd number of them swaps once
 * more. If the text is regular both ways, it begins inside quotes only if that
 * number is odd and a field may end after them: then the last of them closes.
 */
bool weir_csv_looks_quoted(const struct weir_csv *csv,
                           const struct weir_dialect *dialect, char *text,
                           size_t len)
{
    struct weir_cut cut[2];
    size_t first = 0;
    if (dialect->quote == WEIR_OFF || dialect->exact || dialect->trim)
        return false;
    char past = text[len];
    text[len] = '\n'; /* what follows is not known: see weir_scan's cut */
    while ((unsigned char)text[first] == dialect->quote)
        first++;
    struct weir_scan_marks marks = weir_csv_marks(dialect);
    csv->scan->cut_both(&marks, text + first, len - first, cut);
    bool in = !cut[(first + 1) % 2].irregular, out = !cut[first % 2].irregular;
    char next = text[first];
    bool ends = next == '\n' || next == '\r' || next == marks.delimiter;
    text[len] = past;
    return in && (!out || (first % 2 == 1 && ends));
}

/* The text has no cut and is full: grows it, up to the longest record. */
static enum weir_status grow(const struct cutting *c, struct weir_error *error)
{
    /* A CRLF, a byte to see it, and the byte that stays free. */
    size_t max = c->csv->reading.max_record + 4, capacity = c->batch->capacity;
    if (capacity >= max)
        return weir_record_too_long(c->csv, c->dialect, c->batch->text, 0,
                                    error);
    capacity = capacity < max / 2 ? 2 * capacity : max;
    return weir_batch_grow(c->batch, capacity < 64 ? 64 : capacity, error);
}

/* The input has ended; its last record may lack a line end. */
static enum weir_status finish(struct cutting *c, struct weir_error *error)
{
    struct weir_batch *batch = c->batch;
    c->buffer->ended = true;
    if (batch->len == 0)
        return WEIR_END;
    char final = batch->text[batch->len - 1];
    bool ended = weir_dialect_ends(c->dialect, final);
    if (ended)
        find_cut(c, true);
    /* A line end is missing, or the last one is escaped, and so is data. */
    if (!ended || (c->end < batch->len && c->dialect->escape != WEIR_OFF &&
                   !weir_machine_quoted(&c->machine))) {
        batch->text[batch->len++] = ended ? final : '\n';
        c->buffer->added = 1;
        find_cut(c, true);
    }
    return c->end < batch->len
               ? weir_csv_open_end(c->csv, c->dialect, batch->text, 0,
                                   batch->len, error)
               : WEIR_OK;
}

enum weir_status weir_csv_read(const struct weir_csv *csv,
                               struct weir_input_buffer *buffer,
                               struct weir_batch *batch,
                               struct weir_error *error)
{
    assert(buffer->source);
    struct cutting c = {.csv = csv,
                        .dialect = &csv->each.dialect[batch->part.input],
                        .buffer = buffer,
                        .batch = batch,
                        .cut.opens = 1};
    enum weir_status status = WEIR_OK;
    if (c.dialect->exact || c.dialect->trim)
        c.quotes = WEIR_QUOTES_EXACT;
    if (batch->len)
        find_cut(&c, false);
    while (c.end == 0) {
        if (batch->len + 1 >= batch->capacity)
            status = grow(&c, error);
        ptrdiff_t n = status ? (ptrdiff_t)status : take(&c, error);
        if (n < 0)
            return (enum weir_status)n;
        batch->len += (size_t)n;
        if (n > 0)
            find_cut(&c, false);
        else
            status = finish(&c, error);
        if (status)
            return status;
    }
    status = keep(&c, error);
    batch->len = c.end;
    batch->text[batch->len] = '\0';
    weir_csv_state(batch)->quotes = c.quotes;
    weir_csv_unscan(batch, 0);
    return status;
}
