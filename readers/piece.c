/*
 * Pieces of a plain file, which threads claim, read side by side and join in
 * turn (base/stream.h):
 *
 *     block:  | pad |     gap    |        piece           | ...
 *                        | before|  whole records  | rest |
 *                        | text                    | the next one's `before`
 *
 * As much as can be is done before the turn to join: the piece is looked
 * through for quotes, and split while it is. Where it holds some, it is cut as
 * if it began outside of them and inside. What a single thread reads it may
 * see in the page cache: then a piece is copied while it is split.
 */
#include "readers/cut.h"
#include "readers/record.h"

#include "base/error.h"
#include <string.h>

/* A page, and the least that is worth claiming. */
#define PIECE_LEAST ((size_t)4096)
/* How many separators of what is joined before a piece have room. */
#define BEFORE_PIECE ((size_t)1024)

bool weir_csv_claim(struct weir_stream *stream, struct weir_batch *batch)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    struct weir_source *source = csv->flow.source;
    if (csv->sticky || csv->flow.ended || csv->in_sequence || csv->resumes ||
        !source || !source->ops->claim ||
        batch->room < WEIR_BATCH_GAP + PIECE_LEAST ||
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
    struct weir_scan_marks marks = weir_csv_marks(dialect);
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
                     size_t before, struct weir_cutting *c)
{
    struct weir_scan_marks marks = weir_csv_marks(c->dialect);
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

/* Whether pieces are worth a try to split them at once. */
static bool may_be_simple(const struct weir_csv *csv,
                          const struct weir_dialect *dialect)
{
    return csv->stream.ops->shape == weir_csv_shape && !dialect->exact &&
           !dialect->trim && dialect->delimiter_len;
}

/* Splits the piece while it is looked through anyway, or copied from `from`,
 * if not NULL; false where something in it is quoted or a line ends in a CR.
 * Before its separators there is room for those of what will be joined. */
static bool split_piece(const struct weir_csv *csv,
                        const struct weir_dialect *dialect, const char *from,
                        struct weir_batch *batch)
{
    struct weir_scan_marks marks = weir_csv_marks(dialect);
    struct weir_scan_queue *queue = &batch->scan;
    char *piece = weir_batch_base(batch);
    if (!marks.has_quote)
        marks.quote = '\r';
    queue->first = queue->n = BEFORE_PIECE + 1;
    if (!csv->scan->simple(&marks, from, piece, batch->piece_len, batch))
        return false;
    /* The rest, where the queue had no room for it. */
    size_t rest = batch->piece_len - queue->at;
    if (from)
        memcpy(piece + queue->at, from + queue->at, rest);
    return !marks.has_quote || !memchr(piece + queue->at, dialect->quote, rest);
}

/* For what is done where a piece is seen. */
struct sight {
    const struct weir_csv *csv;
    struct weir_batch *batch;
};

static void see_piece(void *context, const char *bytes)
{
    const struct sight *sight = context;
    const struct weir_csv *csv = sight->csv;
    struct weir_batch *batch = sight->batch;
    batch->piece_simple =
        split_piece(csv, &csv->dialect[batch->input], bytes, batch);
}

/* The piece copied and split at once, where it can be seen and is simple; else
 * it is as if nothing had been tried. */
static bool take_seen(const struct weir_csv *csv, struct weir_batch *batch)
{
    const struct weir_source *source = csv->flow.source;
    struct sight sight = {csv, batch};
    batch->piece_simple = batch->piece_quotes = false;
    batch->piece_cut[0].known = batch->piece_cut[1].known = false;
    if (!source->ops->see_at || batch->piece_odd ||
        !may_be_simple(csv, &csv->dialect[batch->input]))
        return false;
    bool seen = source->ops->see_at(source, batch->piece_len,
                                    batch->piece_place, see_piece, &sight);
    if (seen && batch->piece_simple)
        return true;
    weir_batch_unscan(batch);
    return false;
}

/* Looks for quotes, and where the piece could be cut. */
static void look_at_piece(const struct weir_csv *csv,
                          const struct weir_dialect *dialect,
                          struct weir_batch *batch)
{
    const char *piece = weir_batch_base(batch);
    bool may = may_be_simple(csv, dialect);
    batch->piece_simple =
        may && !batch->piece_odd && split_piece(csv, dialect, NULL, batch);
    if (batch->piece_simple)
        return;
    weir_batch_unscan(batch);
    batch->piece_quotes = dialect->quote != WEIR_OFF &&
                          memchr(piece, dialect->quote, batch->piece_len);
    batch->piece_odd =
        may && (batch->piece_quotes || memchr(piece, '\r', batch->piece_len));
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
    struct weir_meter *meter = csv->inputs.meter;
    uint64_t begin = weir_clock_ns();
    bool taken = take_seen(csv, batch);
    enum weir_status status = WEIR_OK;
    if (!taken)
        status = csv->flow.source->ops->read_at(
            csv->flow.source, weir_batch_base(batch), batch->piece_len,
            batch->piece_place, error);
    weir_meter_time(meter ? &meter->source_ns : NULL, begin);
    begin = weir_clock_ns();
    if (!status && !taken)
        look_at_piece(csv, dialect, batch);
    batch->piece_ns = weir_clock_ns() - begin;
    return status;
}

/* Splits what was joined before the piece, in the room before its separators.
 * false: it is not as simple, or has more of them. */
static bool split_before(const struct weir_csv *csv,
                         const struct weir_dialect *dialect,
                         struct weir_batch *batch, size_t before)
{
    struct weir_scan_marks marks = weir_csv_marks(dialect);
    struct weir_scan_queue *queue = &batch->scan, piece = *queue;
    size_t room = batch->separators_room;
    if (!marks.has_quote)
        marks.quote = '\r';
    *queue = (struct weir_scan_queue){.separator = piece.separator};
    batch->separators_room = BEFORE_PIECE;
    bool simple = csv->scan->simple(&marks, NULL, batch->text, before, batch) &&
                  queue->at == before;
    batch->separators_room = room;
    size_t n = queue->n, first = BEFORE_PIECE + 1 - n;
    for (size_t i = n; i-- > 0;)
        piece.separator[first + i] =
            piece.separator[i] - (uint32_t)before; /* see weir_scan_queue */
    piece.ends += queue->ends;
    piece.lines += queue->lines;
    *queue = piece;
    queue->first = first;
    return simple;
}

/* Makes what was split part of the text, which begins `before` bytes before
 * the piece and ends with a whole record. false: it must be split again. */
static bool take_split(const struct weir_csv *csv,
                       const struct weir_dialect *dialect,
                       struct weir_batch *batch, size_t before)
{
    struct weir_scan_queue *queue = &batch->scan;
    if (!split_before(csv, dialect, batch, before))
        return false;
    queue->origin = (uint32_t)before;
    /* The next record begins at 0. */
    queue->separator[queue->first - 1] = UINT32_MAX - queue->origin;
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
    struct weir_cutting c = {.dialect = &csv->dialect[batch->input],
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
        weir_csv_cut(csv, batch, &c, false);
    if (c.end == 0) {
        batch->len = 0;
        return put_aside(csv, batch, error);
    }
    csv->flow.carry_from = csv->flow.carry_len = 0;
    enum weir_status status = weir_csv_keep(&csv->flow, batch, c.end, error);
    batch->len = c.end;
    batch->text[batch->len] = '\0';
    if (!batch->piece_simple || c.quotes != WEIR_QUOTES_NONE ||
        !take_split(csv, c.dialect, batch, before))
        weir_batch_unscan(batch);
    batch->scan.quotes = (uint8_t)c.quotes;
    csv->flow.consumed += batch->len;
    return status;
}
