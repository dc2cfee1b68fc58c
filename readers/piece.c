/*
 * Pieces of a plain file, which threads claim, read side by side and join in
 * turn (base/stream.h):
 *
 *     block:  | pad |     gap    |        piece           | ...
 *                        | before|  whole records  | rest |
 *                        | text                    | the next one's `before`
 *
 * As much as can be is done before the turn to join: the piece is looked
 * through for quotes, and split while it is. Whether it begins inside of them
 * is guessed, and known when it is joined. What a single thread reads it may
 * see in the page cache: then a piece is copied while it is split.
 */
#include "readers/cut.h"
#include "readers/record.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <assert.h>
#include <string.h>

/* A page, and the least that is worth claiming. */
#define PIECE_LEAST ((size_t)4096)
/* How many separators of what is joined before a piece have room. */
#define BEFORE_PIECE ((size_t)2048)

/*
 * Pieces begin after the first pull of an input: reading the header may have
 * left whole records in the carry, and a pull hands those out. From then on the
 * carry holds less than a record, so a piece's last whole record ends inside
 * the piece (take_split).
 */
bool weir_csv_claim(struct weir_stream *stream, struct weir_batch *batch)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    struct weir_source *source = csv->flow.source;
    /* Also where a long record has made the batch larger. */
    size_t room = batch->room < stream->text ? batch->room : stream->text;
    if (csv->sticky || csv->flow.ended || csv->in_sequence || csv->resumes ||
        csv->starts_input || !source || !source->ops->claim ||
        room <= WEIR_BATCH_GAP + PIECE_LEAST ||
        csv->flow.carry_len - csv->flow.carry_from > WEIR_BATCH_GAP)
        return false;
    /* Whole pages; a byte past the text stays free. */
    room = (room - WEIR_BATCH_GAP - 1) & ~(PIECE_LEAST - 1);
    weir_batch_clear(batch);
    batch->piece_len = source->ops->claim(source, room, &batch->piece_place);
    if (batch->piece_len == 0)
        return false;
    batch->seq = csv->seq++;
    batch->lane.on = false;
    batch->input = (uint32_t)csv->next_input - 1;
    return true;
}

/* Whether pieces are worth a try to split them at once. */
static bool may_be_split(const struct weir_csv *csv,
                         const struct weir_dialect *dialect)
{
    return csv->stream.ops->shape == weir_csv_shape && !dialect->exact &&
           !dialect->trim && dialect->delimiter_len;
}

/* Before the piece's separators there is room for those of what will be
 * joined. */
static void begin_split(struct weir_batch *batch)
{
    weir_batch_unscan(batch);
    batch->scan.first = batch->scan.n = BEFORE_PIECE + 1;
}

/* Splits a piece in which nothing is quoted and no line ends in a CR, while it
 * is looked through for them; copied from `from`, if not NULL. */
static bool split_simple(const struct weir_csv *csv,
                         const struct weir_dialect *dialect, const char *from,
                         struct weir_batch *batch)
{
    struct weir_scan_marks marks = weir_csv_marks(dialect);
    char *piece = weir_batch_base(batch);
    if (!marks.has_quote)
        marks.quote = '\r';
    begin_split(batch);
    if (!csv->scan->simple(&marks, from, piece, batch->piece_len, batch))
        return false;
    /* The rest, where the queue had no room for it. */
    size_t at = batch->scan.at, rest = batch->piece_len - at;
    if (from)
        memcpy(piece + at, from + at, rest);
    batch->piece_quotes = false;
    return !marks.has_quote || !memchr(piece + at, dialect->quote, rest);
}

/* Whether text begins inside quotes: where some stand where none may if it does
 * not, and none if it does. The byte past it is changed meanwhile. */
static bool begins_inside(const struct weir_csv *csv,
                          const struct weir_scan_marks *marks, char *text,
                          size_t len)
{
    struct weir_cut cut[2];
    char next = text[len];
    text[len] = '\n'; /* what comes is not known: see cut */
    csv->scan->cut_both(marks, text, len, cut);
    text[len] = next;
    return cut[0].irregular && !cut[1].irregular;
}

/* Past the last record's end of those that were split off the piece; or 0. */
static size_t last_end(const struct weir_batch *batch)
{
    const struct weir_scan_queue *queue = &batch->scan;
    const char *piece = weir_batch_base(batch);
    for (size_t i = queue->n; i-- > queue->first;) {
        char byte = piece[queue->separator[i]];
        if (byte == '\n' || byte == '\r')
            return queue->separator[i] + 1;
    }
    return 0;
}

/* How much of the text tells where its first quotes stand. */
static size_t head_of(const char *text, size_t len, char quote)
{
    const char *first = memchr(text, quote, len);
    size_t head = PIECE_LEAST + (first ? (size_t)(first - text) : 0);
    return head < len ? head : len;
}

/*
 * Splits any piece whose quotes stand where they may, and finds where it can be
 * cut: as if it began inside quotes, or outside. Its head tells which; what is
 * joined before it will confirm that. false: they do not, or its first byte is
 * one, and nothing is known of what is before that.
 */
static bool split_quoted(const struct weir_csv *csv,
                         const struct weir_dialect *dialect, const char *from,
                         struct weir_batch *batch)
{
    struct weir_scan_marks marks = weir_csv_marks(dialect);
    struct weir_scan_piece piece = {
        .from = from, .text = weir_batch_base(batch), .len = batch->piece_len};
    if (!marks.has_quote)
        return false;
    size_t head = head_of(from ? from : piece.text, piece.len, marks.quote);
    if (from)
        memcpy(piece.text, from, head);
    if (*piece.text == marks.quote)
        return false;
    batch->piece_inside = begins_inside(csv, &marks, piece.text, head);
    piece.cut.inside = batch->piece_inside ? UINT64_MAX : 0;
    piece.text[piece.len] = '\n';
    begin_split(batch);
    csv->scan->piece(&marks, &piece, batch);
    size_t at = piece.cut.at, rest = piece.len - at;
    if (rest && !piece.cut.irregular) { /* the queue had no room for it */
        if (from)
            memcpy(piece.text + at, from + at, rest);
        piece.quotes |= memchr(piece.text + at, marks.quote, rest) != NULL;
        csv->scan->cut(&marks, piece.text, piece.len, &piece.cut);
    }
    batch->piece_end = piece.cut.end ? piece.cut.end : last_end(batch);
    batch->piece_quotes = piece.quotes;
    return !piece.cut.irregular;
}

/* Splits the piece so; false: it is as if that had not been tried. */
static bool try_split(const struct weir_csv *csv, enum weir_piece_split how,
                      const char *from, struct weir_batch *batch)
{
    const struct weir_dialect *dialect = &csv->dialect[batch->input];
    bool split = false;
    if (may_be_split(csv, dialect) && how != WEIR_PIECE_WHOLE)
        split = how == WEIR_PIECE_SIMPLE
                    ? split_simple(csv, dialect, from, batch)
                    : split_quoted(csv, dialect, from, batch);
    batch->piece_split = split ? how : WEIR_PIECE_WHOLE;
    if (!split)
        weir_batch_unscan(batch);
    return split;
}

/* For what is done where a piece is seen. */
struct sight {
    const struct weir_csv *csv;
    struct weir_batch *batch;
    bool split;
};

static void see_piece(void *context, const char *bytes)
{
    struct sight *sight = context;
    sight->split =
        try_split(sight->csv, sight->batch->piece_next, bytes, sight->batch);
}

/* The piece copied and split at once, where it can be seen and is as the last
 * one was. Not where lines end in a CR: to see what follows it the scan would
 * have to wait for what it has just copied. */
static bool take_seen(const struct weir_csv *csv, struct weir_batch *batch)
{
    const struct weir_source *source = csv->flow.source;
    struct sight sight = {csv, batch, false};
    return source->ops->see_at && batch->piece_next != WEIR_PIECE_WHOLE &&
           !batch->piece_returns &&
           source->ops->see_at(source, batch->piece_len, batch->piece_place,
                               see_piece, &sight) &&
           sight.split;
}

/* Splits a piece that was read, as the last one was, or else as it is. What has
 * CRs and no quotes is split by shape: nothing is gained before. */
static void look_at_piece(const struct weir_csv *csv, struct weir_batch *batch)
{
    const struct weir_dialect *dialect = &csv->dialect[batch->input];
    const char *piece = weir_batch_base(batch);
    enum weir_piece_split tried = batch->piece_next, how = WEIR_PIECE_WHOLE;
    if (try_split(csv, tried, NULL, batch))
        return;
    bool quotes = dialect->quote != WEIR_OFF &&
                  memchr(piece, dialect->quote, batch->piece_len);
    bool returns = memchr(piece, '\r', batch->piece_len);
    batch->piece_quotes = quotes;
    if (may_be_split(csv, dialect))
        how = quotes    ? WEIR_PIECE_QUOTED
              : returns ? WEIR_PIECE_WHOLE
                        : WEIR_PIECE_SIMPLE;
    if (how != tried)
        (void)try_split(csv, how, NULL, batch);
    batch->piece_next = how;
}

enum weir_status weir_csv_fetch(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error)
{
    const struct weir_csv *csv = (const struct weir_csv *)stream;
    struct weir_meter *meter = csv->inputs.meter;
    uint64_t begin = weir_clock_ns();
    bool taken = take_seen(csv, batch);
    if (taken)
        weir_ran(WEIR_RAN_PIECE_SEEN);
    enum weir_status status = WEIR_OK;
    if (!taken)
        status = csv->flow.source->ops->read_at(
            csv->flow.source, weir_batch_base(batch), batch->piece_len,
            batch->piece_place, error);
    weir_meter_time(meter ? &meter->source_ns : NULL, begin);
    begin = weir_clock_ns();
    if (!status && !taken)
        look_at_piece(csv, batch);
    if (!batch->piece_quotes && batch->piece_next == WEIR_PIECE_QUOTED)
        batch->piece_next = WEIR_PIECE_SIMPLE;
    batch->piece_returns = batch->scan.returns;
    batch->piece_ns = weir_clock_ns() - begin;
    return status;
}

/* Takes where the piece can be cut, if what was joined before it, `before`
 * bytes, is as was guessed. */
static bool take_cut(const struct weir_csv *csv, struct weir_batch *batch,
                     size_t before, struct weir_cutting *c)
{
    struct weir_scan_marks marks = weir_csv_marks(c->dialect);
    struct weir_cut first = {.opens = 1};
    size_t n = 0;
    if (batch->piece_split != WEIR_PIECE_QUOTED || batch->piece_end == 0)
        return false;
    for (size_t i = 0; i < before; i++)
        n += batch->text[i] == marks.quote;
    if (n)
        csv->scan->cut(&marks, batch->text, before, &first);
    if (first.irregular || (n % 2 == 1) != batch->piece_inside) {
        weir_ran(WEIR_RAN_QUOTES_GUESSED_WRONG);
        return false;
    }
    weir_ran(WEIR_RAN_QUOTES_GUESSED_RIGHT);
    if (n || batch->piece_quotes)
        c->quotes = WEIR_QUOTES_REGULAR;
    c->end = before + batch->piece_end;
    return true;
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
    bool fits = true;
    *queue = (struct weir_scan_queue){.separator = piece.separator};
    batch->separators_room = BEFORE_PIECE;
    if (batch->piece_split == WEIR_PIECE_QUOTED) {
        csv->scan->quoted(&marks, batch->text, before, batch);
    } else {
        if (!marks.has_quote)
            marks.quote = '\r';
        fits = csv->scan->simple(&marks, NULL, batch->text, before, batch);
    }
    fits = fits && queue->at == before;
    batch->separators_room = room;
    size_t n = queue->n, first = BEFORE_PIECE + 1 - n;
    for (size_t i = n; i-- > 0;)
        piece.separator[first + i] =
            piece.separator[i] - (uint32_t)before; /* see weir_scan_queue */
    piece.ends += queue->ends;
    piece.lines += queue->lines;
    piece.returns |= queue->returns;
    *queue = piece;
    queue->first = first;
    return fits;
}

/* Line ends, quoted ones too. */
static uint64_t count_lines(const char *text, size_t from, size_t to)
{
    uint64_t n = 0;
    for (size_t i = from; i < to; i++)
        n += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    return n;
}

/* Makes what was split part of the text, which begins `before` bytes before
 * the piece and ends with a whole record. false: it must be split again. */
static bool take_split(const struct weir_csv *csv,
                       const struct weir_dialect *dialect,
                       struct weir_batch *batch, size_t before)
{
    struct weir_scan_queue *queue = &batch->scan;
    assert(before <= batch->len);
    if (!split_before(csv, dialect, batch, before))
        return false;
    queue->origin = (uint32_t)before;
    /* The next record begins at 0. */
    queue->separator[queue->first - 1] = UINT32_MAX - queue->origin;
    size_t piece_end = batch->len - before;
    if (queue->at > piece_end) {
        queue->lines -=
            count_lines(weir_batch_base(batch), piece_end, queue->at);
        queue->at = piece_end;
        queue->inside = 0;
    }
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
    weir_ran(WEIR_RAN_RECORD_PUT_ASIDE);
    return WEIR_OK;
}

/* For tests. */
static void count_joined(const struct weir_batch *batch, size_t before,
                         bool split)
{
    bool quoted = batch->piece_split == WEIR_PIECE_QUOTED;
    weir_ran(WEIR_RAN_PIECE_JOINED);
    weir_ran(!split   ? WEIR_RAN_PIECE_WHOLE
             : quoted ? WEIR_RAN_PIECE_QUOTED
                      : WEIR_RAN_PIECE_SIMPLE);
    if (split && quoted && batch->piece_inside)
        weir_ran(WEIR_RAN_PIECE_INSIDE);
    if (before)
        weir_ran(WEIR_RAN_PIECE_BEHIND);
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
    if (before > WEIR_BATCH_GAP)
        return put_aside(csv, batch, error);
    batch->text = weir_batch_base(batch) - before;
    batch->len = before + batch->piece_len;
    memcpy(batch->text, csv->flow.carry + csv->flow.carry_from, before);
    if (c.dialect->exact || c.dialect->trim)
        c.quotes = WEIR_QUOTES_EXACT;
    bool split = take_cut(csv, batch, before, &c);
    if (!split) {
        weir_csv_cut(csv, batch, &c, false);
        split = batch->piece_split == WEIR_PIECE_SIMPLE &&
                c.quotes == WEIR_QUOTES_NONE;
    }
    if (c.end == 0) {
        batch->len = 0;
        return put_aside(csv, batch, error);
    }
    csv->flow.carry_from = csv->flow.carry_len = 0;
    enum weir_status status = weir_csv_keep(&csv->flow, batch, c.end, error);
    batch->len = c.end;
    batch->text[batch->len] = '\0';
    split = split && take_split(csv, c.dialect, batch, before);
    if (!split)
        weir_batch_unscan(batch);
    count_joined(batch, before, split);
    batch->scan.quotes = (uint8_t)c.quotes;
    csv->flow.consumed += batch->len;
    return status;
}
