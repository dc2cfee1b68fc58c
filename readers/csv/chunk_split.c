/*
 * A chunk is first split as text of the last chunk's kind, then as what it
 * turns out to be: without quotes, with quotes that the block scans can follow,
 * or by the byte machine, which needs to know where a record begins.
 */
#include "readers/csv/chunk_split.h"

#include "base/mechanism.h"
#include <string.h>

/* Bytes of text, from the first quote on, by which the guess is made. */
#define HEAD ((size_t)4096)

/* Whether the input ends with the chunk. */
static bool ends_input(const struct weir_chunk_text *chunk)
{
    return chunk->whole && chunk->have == chunk->len + chunk->added;
}

/* The end of the first record that ends after the chunk, in text without
 * quotes. 0: it is after text[have). */
static size_t plain_end(const char *text, const struct weir_chunk_text *chunk)
{
    if (ends_input(chunk))
        return chunk->have;
    /* What follows the last byte is not known. */
    size_t have = chunk->whole ? chunk->have : chunk->have - 1;
    for (size_t at = chunk->len; at < have; at++)
        if (text[at] == '\n' || (text[at] == '\r' && text[at + 1] != '\n'))
            return at + 1;
    return 0;
}

/* Splits text without quotes. false: there are some, or unexpected CRs. */
static bool split_plain(struct weir_chunk_text *chunk)
{
    const struct weir_scan *scan = chunk->csv->scan;
    struct weir_scan_marks marks = weir_csv_marks(chunk->dialect);
    struct weir_csv_state *state = weir_csv_state(chunk->batch);
    struct weir_scan_queue *queue = &state->scan;
    const char *text = chunk->batch->text;
    size_t end = plain_end(text, chunk), to = end ? end : chunk->len;
    size_t at = queue->at;
    if (state->guess_returns) {
        if (marks.has_quote && memchr(text + at, marks.quote, to - at))
            return false;
        scan->unquoted(&marks, text, to, queue);
    } else {
        if (!marks.has_quote)
            marks.quote = '\r';
        if (!scan->simple(&marks, text, to, queue))
            return false;
        at = queue->at; /* a full queue has stopped the scan here */
        if (memchr(text + at, marks.quote, to - at) ||
            memchr(text + at, '\r', to - at))
            return false;
    }
    state->quotes = WEIR_QUOTES_NONE;
    chunk->end = end;
    return true;
}

/* Moves the cut to the end of the first record that ends after text[from]. 0:
 * that is after text[to], or the quotes are irregular. */
static size_t quoted_end(const struct weir_chunk_text *chunk,
                         const struct weir_scan_marks *marks,
                         struct weir_cut *cut, size_t from)
{
    const struct weir_scan *scan = chunk->csv->scan;
    const char *text = chunk->batch->text;
    size_t to = chunk->have - !chunk->whole;
    struct weir_cut before = *cut;
    size_t len = from;
    while (cut->end <= from && len < to && !cut->irregular) {
        before = *cut;
        len = len + 64 < to ? len + 64 : to;
        scan->cut(marks, text, len, cut);
    }
    if (cut->end <= from || cut->irregular)
        return 0;
    /* The last step may have passed several ends; find the first. */
    *cut = before;
    len = len > from + 64 ? len - 64 : from;
    while (cut->end <= from)
        scan->cut(marks, text, ++len, cut);
    return cut->end;
}

/* Splits text whose quotes open where fields begin. false: not all do. */
static bool split_quoted(struct weir_chunk_text *chunk)
{
    const struct weir_scan *scan = chunk->csv->scan;
    struct weir_scan_marks marks = weir_csv_marks(chunk->dialect);
    struct weir_csv_state *state = weir_csv_state(chunk->batch);
    struct weir_scan_queue *queue = &state->scan;
    const char *text = chunk->batch->text;
    bool is_last = ends_input(chunk);
    size_t to = is_last ? chunk->have : chunk->len;
    scan->quoted(&marks, text, to, queue);
    struct weir_cut cut = {.at = queue->at,
                           .inside = queue->inside,
                           .opens = queue->opens,
                           .irregular = queue->irregular};
    if (is_last && queue->at < to)
        scan->cut(&marks, text, to, &cut);
    else if (is_last)
        cut.end = queue->inside ? 0 : to;
    if (is_last)
        chunk->end = cut.end == to ? to : 0;
    else
        chunk->end = quoted_end(chunk, &marks, &cut, to);
    if (!is_last && chunk->end && queue->at == to)
        scan->quoted(&marks, text, chunk->end, queue);
    state->quotes = WEIR_QUOTES_REGULAR;
    return !queue->irregular && !cut.irregular;
}

/* How many bytes of the text to look at for the guess. */
static size_t head_of(const char *text, size_t len, char quote)
{
    const char *first = memchr(text, quote, len);
    size_t head = HEAD + (first ? (size_t)(first - text) : 0);
    return head < len ? head : len;
}

/* Finds the records' end by the byte machine, from a record's beginning on. */
static void split_exact(struct weir_chunk_text *chunk, size_t at)
{
    struct weir_csv_state *state = weir_csv_state(chunk->batch);
    struct weir_machine machine = {.last = chunk->whole};
    bool is_last = ends_input(chunk);
    size_t past = is_last ? chunk->have - 1 : chunk->len;
    while (at + machine.end <= past &&
           weir_cut_first(chunk->dialect, chunk->batch->text + at,
                          chunk->have - at, &machine))
        ;
    chunk->end = at + machine.end > past ? at + machine.end : 0;
    weir_ran(WEIR_RAN_CHUNK_EXACT);
    weir_csv_unscan(chunk->batch, at);
    state->quotes = WEIR_QUOTES_EXACT;
    state->filled = false;
}

/* Splits the chunk by the block scans. false: the quotes are irregular. */
static bool split_regular(struct weir_chunk_text *chunk, size_t at,
                          bool is_known)
{
    const struct weir_dialect *dialect = chunk->dialect;
    struct weir_csv_state *state = weir_csv_state(chunk->batch);
    char *text = chunk->batch->text + at;
    state->filled = true;
    weir_csv_unscan(chunk->batch, at);
    if (state->guess == WEIR_QUOTES_NONE) {
        weir_ran(WEIR_RAN_CHUNK_PLAIN);
        if (split_plain(chunk))
            return true;
        weir_csv_unscan(chunk->batch, at);
        state->guess_returns = memchr(text, '\r', chunk->have - at);
        if (split_plain(chunk))
            return true;
        weir_csv_unscan(chunk->batch, at);
    }
    if (dialect->quote == WEIR_OFF)
        return false;
    size_t len = head_of(text, chunk->have - at, (char)dialect->quote);
    if (!is_known && weir_csv_looks_quoted(chunk->csv, dialect, text, len))
        state->scan.inside = UINT64_MAX;
    weir_ran(WEIR_RAN_CHUNK_QUOTED);
    if (state->scan.inside)
        weir_ran(WEIR_RAN_CHUNK_INSIDE);
    return split_quoted(chunk);
}

bool weir_chunk_split(struct weir_chunk_text *chunk, size_t at, bool is_known)
{
    if (split_regular(chunk, at, is_known))
        return true;
    if (is_known)
        split_exact(chunk, at);
    return is_known;
}

bool weir_chunk_begin_at(struct weir_batch *batch, size_t start)
{
    struct weir_scan_queue *queue = &weir_csv_state(batch)->scan;
    const char *text = batch->text;
    size_t i = queue->first, ends = 0;
    while (i < queue->n && queue->separator[i] + (size_t)1 < start) {
        char byte = text[queue->separator[i++]];
        ends += byte == '\n' || byte == '\r';
    }
    if (i == queue->n || queue->separator[i] + (size_t)1 != start ||
        (text[start - 1] != '\n' && text[start - 1] != '\r'))
        return false;
    queue->ends -= ends + 1;
    queue->lines -= weir_count_lines(text, start);
    queue->first = i + 1;
    return true;
}

/* Drops from the queue what was split after `end`. */
static void drop_after(struct weir_batch *batch, size_t end)
{
    struct weir_scan_queue *queue = &weir_csv_state(batch)->scan;
    const char *text = batch->text;
    if (queue->at <= end)
        return;
    queue->lines -= weir_count_lines(text + end, queue->at - end);
    queue->at = end;
    queue->inside = 0;
    while (queue->n > queue->first && queue->separator[queue->n - 1] >= end) {
        char byte = text[queue->separator[--queue->n]];
        queue->ends -= byte == '\n' || byte == '\r';
    }
}

void weir_chunk_end_at(struct weir_batch *batch, size_t end)
{
    struct weir_csv_state *state = weir_csv_state(batch);
    drop_after(batch, end);
    /* The scan has seen all quotes and CRs of the chunk only if the queue could
     * hold all of its separators. */
    if (state->quotes == WEIR_QUOTES_REGULAR && !state->scan.quotes &&
        state->scan.at >= end)
        state->quotes = WEIR_QUOTES_NONE;
    if (state->quotes != WEIR_QUOTES_EXACT) {
        state->guess = state->quotes;
        state->guess_returns = state->scan.returns;
    }
}
