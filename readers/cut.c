/*
 * Pull: text that ends with a whole record.
 *
 *     carry (the end of the last read) | fresh bytes from the source
 *     |<------------ whole records -------------->|<--- carry --->|
 *                                             the cut
 *
 * Where the text holds no quotes the cut is the last line end. Where it does,
 * a block scan follows the quotes; where that finds them irregular, the byte
 * machine does. Nothing is looked at twice but the last block.
 */
#include "readers/record.h"

#include "base/error.h"
#include <assert.h>
#include <string.h>

/* A page, and the least that is worth claiming. */
#define PIECE_LEAST ((size_t)4096)
/* How many separators of what is joined before a piece have room. */
#define BEFORE_PIECE ((size_t)1024)

/* Up to `room` bytes: from the carry while there are any. */
static ptrdiff_t take(const struct weir_csv *csv, struct weir_flow *flow,
                      char *into, size_t room, struct weir_error *error)
{
    size_t n = flow->carry_len - flow->carry_from;
    if (n == 0) {
        uint64_t begin = weir_clock_ns();
        ptrdiff_t got = weir_read(flow->source, into, room, error);
        struct weir_meter *meter = csv->inputs.meter;
        weir_meter_time(meter ? &meter->source_ns : NULL, begin);
        return got;
    }
    if (n > room)
        n = room;
    memcpy(into, flow->carry + flow->carry_from, n);
    flow->carry_from += n;
    return (ptrdiff_t)n;
}

/* Keeps text[cut, len) before what the carry still holds. */
static enum weir_status keep(struct weir_flow *flow, struct weir_batch *batch,
                             size_t cut, struct weir_error *error)
{
    size_t n = batch->len - cut;
    if (n <= flow->carry_from) {
        flow->carry_from -= n;
        memcpy(flow->carry + flow->carry_from, batch->text + cut, n);
        return WEIR_OK;
    }
    size_t left = flow->carry_len - flow->carry_from;
    void *carry = flow->carry;
    if (n + left > flow->carry_room &&
        !weir_grow(WEIR_MEMORY_READER, &carry, &flow->carry_room, n + left, 1))
        return weir_fail_memory(error, "the rest of a record", n + left);
    flow->carry = carry;
    memmove(flow->carry + n, flow->carry + flow->carry_from, left);
    memcpy(flow->carry, batch->text + cut, n);
    flow->carry_from = 0;
    flow->carry_len = n + left;
    return WEIR_OK;
}

/* How the text was looked at so far. */
struct cutting {
    const struct weir_dialect *dialect;
    enum weir_quotes quotes;
    size_t clean;  /* text past it is known to hold no quotes */
    size_t looked; /* for quotes and line ends: text[0, looked) */
    size_t end;
    struct weir_cut cut;
    struct weir_machine machine;
};

/* The last line end of text[from, len), which holds no quotes. */
static size_t last_line_end(const char *text, size_t from, size_t len,
                            bool last)
{
    const char *end = memrchr(text + from, '\n', len - from);
    if (end)
        return (size_t)(end - text) + 1;
    /* A lone CR; one at the very end may be half of a CRLF. */
    size_t known = last || len == from ? len : len - 1;
    end = known > from ? memrchr(text + from, '\r', known - from) : NULL;
    return end ? (size_t)(end - text) + 1 : 0;
}

/* Of a dialect with quotes. */
static struct weir_scan_marks marks_of(const struct weir_dialect *dialect)
{
    return (struct weir_scan_marks){.delimiter = dialect->delimiter[0],
                                    .has_delimiter =
                                        dialect->delimiter_len != 0,
                                    .quote = (char)dialect->quote,
                                    .has_quote = true};
}

/* Moves c->end to where text can be cut, if there is such a place yet. */
static void cut(const struct weir_csv *csv, struct weir_batch *batch,
                struct cutting *c, bool last)
{
    const struct weir_dialect *dialect = c->dialect;
    char *text = batch->text;
    size_t len = batch->len;
    bool has_quote = dialect->quote != WEIR_OFF;
    text[len] = last ? '\0' : '\n';
    if (c->quotes == WEIR_QUOTES_NONE) {
        size_t to = len < c->clean ? len : c->clean;
        if (has_quote && to > c->looked &&
            memchr(text + c->looked, dialect->quote, to - c->looked)) {
            c->quotes = WEIR_QUOTES_REGULAR;
        } else {
            /* Back by one: the CR that ended the last read. */
            size_t from = c->looked ? c->looked - 1 : 0;
            c->end = last_line_end(text, from, len, last);
            c->looked = len;
        }
    }
    if (c->quotes == WEIR_QUOTES_REGULAR) {
        struct weir_scan_marks marks = marks_of(dialect);
        csv->scan->cut(&marks, text, len, &c->cut);
        c->end = c->cut.end;
        if (c->cut.irregular)
            c->quotes = WEIR_QUOTES_EXACT;
    }
    if (c->quotes == WEIR_QUOTES_EXACT) {
        c->machine.last = last;
        weir_cut_exact(dialect, text, len, &c->machine);
        c->end = c->machine.end;
    }
}

static enum weir_status never_closes(const struct weir_csv *csv,
                                     struct cutting *c,
                                     struct weir_batch *batch,
                                     struct weir_error *error)
{
    /* The line end that finish may have added is no part of the record. */
    if (batch->len - 1 > csv->max_record)
        return weir_record_too_long(csv, c->dialect, batch->text, 0, error);
    /* The machine says where the quote opened. */
    struct weir_machine machine = {.last = true};
    weir_cut_exact(c->dialect, batch->text, batch->len, &machine);
    if (!weir_machine_quoted(&machine)) {
        weir_fail(error, WEIR_DATA, "the input ends after an escape");
        return weir_fail_at(error, batch->len - 1);
    }
    weir_fail(error, WEIR_DATA,
              "a quote that opens here never closes; --quote '' turns quoting "
              "off");
    return weir_fail_at(error, machine.opened);
}

/* The text has no cut and no room: more of it, up to the longest record. */
static enum weir_status grow(const struct weir_csv *csv, struct cutting *c,
                             struct weir_batch *batch, struct weir_error *error)
{
    /* A CRLF, a byte to see it, and the one that stays free. */
    size_t most = csv->max_record + 4;
    if (batch->room >= most)
        return weir_record_too_long(csv, c->dialect, batch->text, 0, error);
    size_t room = batch->room < most / 2 ? 2 * batch->room : most;
    return weir_batch_grow(batch, room < 64 ? 64 : room, error);
}

/* The input is over: its last record may lack a line end. */
static enum weir_status finish(const struct weir_csv *csv,
                               struct weir_flow *flow, struct cutting *c,
                               struct weir_batch *batch,
                               struct weir_error *error)
{
    flow->ended = true;
    if (batch->len == 0)
        return WEIR_END;
    char final = batch->text[batch->len - 1];
    bool ended = final == '\n' || final == '\r';
    if (ended)
        cut(csv, batch, c, true);
    /* A line end is missing, or it is an escaped one, which is data. */
    if (!ended || (c->end < batch->len && c->dialect->escape != WEIR_OFF &&
                   !weir_machine_quoted(&c->machine))) {
        batch->text[batch->len++] = final == '\r' ? '\r' : '\n';
        flow->added = 1;
        cut(csv, batch, c, true);
    }
    return c->end < batch->len ? never_closes(csv, c, batch, error) : WEIR_OK;
}

enum weir_status weir_csv_read(const struct weir_csv *csv,
                               struct weir_flow *flow, struct weir_batch *batch,
                               struct weir_error *error)
{
    assert(flow->source);
    struct cutting c = {.dialect = &csv->dialect[batch->input],
                        .clean = SIZE_MAX,
                        .cut.opens = 1};
    if (c.dialect->exact || c.dialect->trim)
        c.quotes = WEIR_QUOTES_EXACT;
    while (c.end == 0) {
        /* One byte stays free: for a line end, and to look past the end. */
        if (batch->len + 1 >= batch->room) {
            enum weir_status status = grow(csv, &c, batch, error);
            if (status)
                return status;
        }
        ptrdiff_t n = take(csv, flow, batch->text + batch->len,
                           batch->room - batch->len - 1, error);
        if (n < 0)
            return (enum weir_status)n;
        batch->len += (size_t)n;
        if (n > 0) {
            cut(csv, batch, &c, false);
            continue;
        }
        enum weir_status status = finish(csv, flow, &c, batch, error);
        if (status)
            return status;
    }
    enum weir_status status = keep(flow, batch, c.end, error);
    batch->len = c.end;
    batch->text[batch->len] = '\0';
    batch->scan.quotes = (uint8_t)c.quotes;
    return status;
}

/* Claimed pieces: see base/stream.h. */

bool weir_csv_claim(struct weir_stream *stream, struct weir_batch *batch)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    struct weir_source *source = csv->flow.source;
    if (csv->sticky || csv->flow.ended || csv->in_sequence || !source ||
        !source->ops->claim || batch->room < WEIR_BATCH_GAP + PIECE_LEAST ||
        csv->flow.carry_len - csv->flow.carry_from > WEIR_BATCH_GAP)
        return false;
    /* Whole pages; a byte past the text stays free. */
    size_t room = (batch->room - WEIR_BATCH_GAP - 1) & ~(PIECE_LEAST - 1);
    weir_batch_clear(batch);
    batch->piece_len = source->ops->claim(source, room, &batch->piece_place);
    if (batch->piece_len == 0)
        return false;
    batch->seq = csv->seq++;
    batch->lane.on = false;
    batch->input = (uint32_t)csv->next_input - 1;
    return true;
}

/* Side by side with other pieces: what they leave open is not known yet. */
static void cut_piece(const struct weir_csv *csv,
                      const struct weir_dialect *dialect,
                      struct weir_batch *batch)
{
    struct weir_scan_marks marks = marks_of(dialect);
    struct weir_cut cut[2];
    char *piece = weir_batch_base(batch);
    piece[batch->piece_len] = '\n'; /* what comes is not known: see cut */
    csv->scan->cut_both(&marks, piece, batch->piece_len, cut);
    for (size_t i = 0; i < 2; i++)
        batch->piece_cut[i] =
            (struct weir_piece_cut){cut[i].end, !cut[i].irregular};
}

/* Takes a cut of the piece, if what comes before it tells which. */
static bool take_cut(const struct weir_csv *csv, struct weir_batch *batch,
                     size_t before, struct cutting *c)
{
    struct weir_scan_marks marks = marks_of(c->dialect);
    struct weir_cut first = {.opens = 1};
    size_t n = 0;
    if (!batch->piece_quotes)
        return false;
    for (size_t i = 0; i < before; i++)
        n += (unsigned char)batch->text[i] == c->dialect->quote;
    const struct weir_piece_cut *piece = &batch->piece_cut[n % 2];
    if (!piece->known || piece->end == 0)
        return false;
    if (n)
        csv->scan->cut(&marks, batch->text, before, &first);
    if (first.irregular)
        return false;
    c->quotes = WEIR_QUOTES_REGULAR;
    c->end = before + piece->end;
    return true;
}

/* Splits the piece while it is read anyway, if nothing in it is quoted and no
 * line ends in a CR. Before its separators there is room for those of what
 * will be joined. */
static bool split_piece(const struct weir_csv *csv,
                        const struct weir_dialect *dialect,
                        struct weir_batch *batch)
{
    struct weir_scan_marks marks = marks_of(dialect);
    struct weir_scan_queue *queue = &batch->scan;
    const char *piece = weir_batch_base(batch);
    if (csv->stream.ops->shape != weir_csv_shape || dialect->exact ||
        dialect->trim || !marks.has_delimiter || batch->piece_odd)
        return false;
    if (dialect->quote == WEIR_OFF)
        marks.quote = '\r';
    queue->first = queue->n = BEFORE_PIECE + 1;
    if (!csv->scan->simple(&marks, piece, batch->piece_len, batch))
        return false;
    /* The rest, where the queue had no room for it. */
    return dialect->quote == WEIR_OFF ||
           !memchr(piece + queue->at, dialect->quote,
                   batch->piece_len - queue->at);
}

/* Looks for quotes, and where the piece could be cut. */
static void look_at_piece(const struct weir_csv *csv,
                          const struct weir_dialect *dialect,
                          struct weir_batch *batch)
{
    const char *piece = weir_batch_base(batch);
    batch->piece_quotes = false;
    batch->piece_cut[0].known = batch->piece_cut[1].known = false;
    batch->piece_simple = split_piece(csv, dialect, batch);
    if (batch->piece_simple)
        return;
    weir_batch_unscan(batch);
    batch->piece_quotes = dialect->quote != WEIR_OFF &&
                          memchr(piece, dialect->quote, batch->piece_len);
    batch->piece_odd =
        batch->piece_quotes || memchr(piece, '\r', batch->piece_len);
    if (batch->piece_quotes && !dialect->exact && !dialect->trim &&
        (unsigned char)*piece != dialect->quote)
        cut_piece(csv, dialect, batch);
}

enum weir_status weir_csv_fetch(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    const struct weir_dialect *dialect = &csv->dialect[batch->input];
    char *piece = weir_batch_base(batch);
    uint64_t begin = weir_clock_ns();
    enum weir_status status = csv->flow.source->ops->read_at(
        csv->flow.source, piece, batch->piece_len, batch->piece_place, error);
    struct weir_meter *meter = csv->inputs.meter;
    weir_meter_time(meter ? &meter->source_ns : NULL, begin);
    if (!status)
        look_at_piece(csv, dialect, batch);
    return status;
}

/* Makes what was split part of the text, which begins `before` bytes before
 * the piece and ends with a whole record. false: it must be split again. */
static bool take_split(const struct weir_dialect *dialect,
                       struct weir_batch *batch, size_t before)
{
    struct weir_scan_queue *queue = &batch->scan;
    uint32_t *first = queue->separator + queue->first;
    if (memchr(batch->text, '\r', before))
        return false;
    for (size_t i = before; i-- > 0;) {
        if (first == queue->separator + 1)
            return false;
        bool ends = batch->text[i] == '\n'; /* of what came with the header */
        if (ends || batch->text[i] == dialect->delimiter[0])
            *--first = (uint32_t)i - (uint32_t)before;
        queue->ends += ends;
        queue->lines += ends;
    }
    queue->first = (size_t)(first - queue->separator);
    queue->origin = (uint32_t)before;
    first[-1] = UINT32_MAX - queue->origin; /* the next record begins at 0 */
    size_t piece_end = batch->len - before;
    if (queue->at > piece_end)
        queue->at = piece_end;
    /* Those of the piece, not what wraps around, past the last record. */
    while (queue->n > BEFORE_PIECE + 1 &&
           queue->separator[queue->n - 1] >= piece_end)
        queue->n--;
    queue->filled = true;
    return true;
}

/* A record longer than a piece: it is put together in the carry, and what
 * follows it is pulled in sequence. */
static enum weir_status put_aside(struct weir_csv *csv,
                                  struct weir_batch *batch,
                                  struct weir_error *error)
{
    size_t n = batch->piece_len;
    void *carry = csv->flow.carry;
    weir_batch_unscan(batch);
    if (csv->flow.carry_len + n > csv->flow.carry_room &&
        !weir_grow(WEIR_MEMORY_READER, &carry, &csv->flow.carry_room,
                   csv->flow.carry_len + n, 1))
        return weir_fail_memory(error, "a record", csv->flow.carry_len + n);
    csv->flow.carry = carry;
    memcpy(csv->flow.carry + csv->flow.carry_len, weir_batch_base(batch), n);
    csv->flow.carry_len += n;
    csv->in_sequence = true;
    return WEIR_OK;
}

enum weir_status weir_csv_join(struct weir_stream *stream,
                               struct weir_batch *batch,
                               struct weir_error *error)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    size_t before = csv->flow.carry_len - csv->flow.carry_from;
    struct cutting c = {.dialect = &csv->dialect[batch->input],
                        .clean = batch->piece_quotes ? SIZE_MAX : before,
                        .cut.opens = 1};
    weir_csv_place(csv, batch);
    csv->starts_input = false;
    if (before > WEIR_BATCH_GAP)
        return put_aside(csv, batch, error);
    batch->text = weir_batch_base(batch) - before;
    batch->len = before + batch->piece_len;
    memcpy(batch->text, csv->flow.carry + csv->flow.carry_from, before);
    if (c.dialect->exact || c.dialect->trim)
        c.quotes = WEIR_QUOTES_EXACT;
    else if (take_cut(csv, batch, before, &c))
        batch->text[batch->len] = '\n';
    if (c.end == 0)
        cut(csv, batch, &c, false);
    if (c.end == 0) {
        batch->len = 0;
        return put_aside(csv, batch, error);
    }
    csv->flow.carry_from = csv->flow.carry_len = 0;
    enum weir_status status = keep(&csv->flow, batch, c.end, error);
    batch->len = c.end;
    batch->text[batch->len] = '\0';
    if (!batch->piece_simple || c.quotes != WEIR_QUOTES_NONE ||
        !take_split(c.dialect, batch, before))
        weir_batch_unscan(batch);
    batch->scan.quotes = (uint8_t)c.quotes;
    csv->flow.consumed += batch->len;
    return status;
}
