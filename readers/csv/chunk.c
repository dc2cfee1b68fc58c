/*
 * Chunks of a plain file, which threads read and split side by side.
 *
 *     text:       |     chunk k - 1     |       chunk k       | chunk k + 1
 *     records:  -----|------|-----|--------|------|------|-------|-----
 *                                          ^             ^       ^
 *     chunk k has these records:           |<------------------->|
 *
 * A chunk has the records that follow a line end inside it. Its thread reads on
 * until the last of them is whole, so no text moves from one chunk to another.
 * It splits the chunk by a guess before the boundary, where the first of them
 * begins, is known. README.md says more.
 */
#include "readers/csv/chunk_split.h"
#include "readers/csv/record.h"
#include "readers/csv/ways.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <assert.h>

/* Bytes read past a chunk: at least, and at most without its boundary. */
#define PAST_END ((size_t)4096)
#define PAST_END_MAX ((size_t)32768)
/* Bytes past a chunk that are read because the chunks before needed them, at
 * most: an eighth of a chunk. Of longer records a chunk has only a few. */
#define PAST_LEARNT ((size_t)16384)
#define PAGE ((size_t)4096)
/* The boundary after a chunk that has failed: no record follows. */
#define NOWHERE UINT64_MAX

/* A chunk that a thread has taken. Only that thread touches it. */
struct chunk {
    uint64_t number, from; /* text[0] is byte `from` of the input's text */
    struct weir_chunk_text text;
    bool is_known;  /* the boundary was known when the chunk was taken */
    bool is_split;  /* text.end is set */
    bool is_unread; /* read failed: state->failure says why */
    bool is_failed; /* state->failure follows its records */
};

static size_t chunk_len(const struct weir_csv *csv)
{
    return (csv->stream.text - csv->stream.text / 9) & ~(PAGE - 1);
}

const char *weir_chunks_refuse(struct weir_csv *csv)
{
    const struct weir_dialect *dialect = weir_csv_dialect(csv);
    uint64_t from, to;
    if (!weir_source_extent(csv->current.opened, &from, &to))
        return "the input is no plain file";
    if (csv->shard.share != WEIR_SHARE_INPUTS)
        return "a share of a file is cut from its beginning";
    if (csv->mode.libcsv)
        return "libcsv splits the records";
    if (dialect->exact || dialect->trim || dialect->delimiter_len != 1)
        return "the dialect is read byte by byte";
    return csv->stream.text <= PAST_END + PAGE ? "batches are too small" : NULL;
}

/* The header's leftover will be read again. */
static void begin(struct weir_csv *csv)
{
    struct weir_input_buffer *buffer = &csv->current.buffer;
    uint64_t from = 0, to = 0;
    (void)weir_source_extent(csv->current.opened, &from, &to);
    weir_io_add(&csv->inputs.io->raw_bytes,
                buffer->leftover_from - buffer->leftover_len);
    buffer->leftover_from = buffer->leftover_len = 0;
    csv->current.chunks =
        (struct weir_chunks){.begun = true,
                             .is_forced = weir_way_is_forced("chunks"),
                             .from = from,
                             .next = buffer->consumed,
                             .end = to - from,
                             .boundary = buffer->consumed};
}

/* Takes the next chunk, which ends at a page of the file. false: none left. */
static bool claim(struct weir_csv *csv, struct weir_batch *batch,
                  struct chunk *chunk)
{
    struct weir_chunks *chunks = &csv->current.chunks;
    if (chunks->next >= chunks->end)
        return false;
    uint64_t len = chunk_len(csv), left = chunks->end - chunks->next;
    uint64_t past = (chunks->from + chunks->next + len) % PAGE;
    len -= past < len ? past : 0;
    *chunk = (struct chunk){
        .number = chunks->claimed++,
        .from = chunks->next,
        .text = {.csv = csv,
                 .dialect = weir_csv_dialect(csv),
                 .batch = batch,
                 .len = (size_t)(left < len ? left : len)},
        .is_known =
            !chunks->is_forced && chunks->resolved == chunks->claimed - 1,
    };
    chunks->next += chunk->text.len;
    csv->current.busy++;
    weir_io_add(&csv->inputs.io->raw_bytes, chunk->text.len);
    return true;
}

/* Whether the chunk has no records: the next record begins after it. */
static bool is_empty(const struct chunk *chunk, uint64_t boundary)
{
    uint64_t past = chunk->from + chunk->text.len;
    return boundary > past ||
           (boundary == past && past == chunk->text.csv->current.chunks.end);
}

/* Reads until the batch has text[0, to), or all of the input. */
static enum weir_status read_to(struct chunk *chunk, size_t to,
                                struct weir_error *error)
{
    const struct weir_csv *csv = chunk->text.csv;
    const struct weir_source *source = csv->current.opened;
    const struct weir_chunks *chunks = &csv->current.chunks;
    char *text = chunk->text.batch->text;
    size_t have = chunk->text.have;
    uint64_t left = chunks->end - chunk->from, begin = weir_clock_ns();
    if (left < to)
        to = (size_t)left;
    if (have >= to)
        return WEIR_OK;
    enum weir_status status =
        source->ops->read_at(source, text + have, to - have,
                             chunks->from + chunk->from + have, error);
    weir_io_time(&csv->inputs.io->source_ns, begin);
    if (status)
        return status;
    chunk->text.whole = to == left;
    if (chunk->text.whole && text[to - 1] != '\n' && text[to - 1] != '\r') {
        text[to++] = '\n';
        chunk->text.added = 1;
    }
    chunk->text.have = to;
    text[to] = '\0';
    return WEIR_OK;
}

/* Where the last of the records from text[at] on begins. It is not whole. */
static size_t last_begin(const struct chunk *chunk, size_t at)
{
    struct weir_machine machine = {.last = chunk->text.whole};
    while (weir_cut_first(chunk->text.dialect, chunk->text.batch->text + at,
                          chunk->text.have - at, &machine))
        ;
    return at + machine.end;
}

/* Whether a record that begins at text[at] or later, and is not whole, may be
 * longer than records can be. */
static bool may_be_too_long(const struct weir_chunk_text *text, size_t at)
{
    return text->have - at >= text->csv->reading.max_record + 3;
}

/* Fails if more bytes cannot make the last record whole; *open is then where it
 * begins. If the bytes read cannot hold a record that is too long, *open stays
 * where it is, at a record before the last one. */
static enum weir_status check_open(const struct chunk *chunk, size_t *open,
                                   struct weir_error *error)
{
    const struct weir_chunk_text *text = &chunk->text;
    if (!text->whole && !may_be_too_long(text, *open))
        return WEIR_OK;
    *open = last_begin(chunk, *open);
    if (text->whole)
        return weir_csv_open_end(text->csv, text->dialect, text->batch->text,
                                 *open, text->have, error);
    if (may_be_too_long(text, *open))
        return weir_record_too_long(text->csv, text->dialect, text->batch->text,
                                    *open, error);
    return WEIR_OK;
}

/* Reads more bytes past the chunk. WEIR_END: the boundary is not known, and
 * enough was read; the guess may be wrong. */
static enum weir_status read_on(struct chunk *chunk, bool is_known, size_t open,
                                struct weir_error *error)
{
    size_t max = open + chunk->text.csv->reading.max_record + 4;
    size_t past = chunk->text.have - chunk->text.len;
    size_t to = chunk->text.have + (past > PAST_END ? past : PAST_END);
    enum weir_status status = WEIR_OK;
    if (!is_known && (chunk->text.whole || past >= PAST_END_MAX))
        return WEIR_END;
    /* The longest record, and one byte more to see that one is longer. */
    if (is_known && to > max)
        to = max;
    weir_ran(WEIR_RAN_CHUNK_READ_ON);
    /* One byte stays free for a line end, and one to look past the end. */
    if (to + 2 > chunk->text.batch->capacity)
        status = weir_batch_grow(chunk->text.batch, to + 2, error);
    return status ? status : read_to(chunk, to, error);
}

/* Makes the batch's records end at text[end] with a failure after them. */
static void fail_at(struct chunk *chunk, size_t end,
                    const struct weir_error *error)
{
    struct weir_error *failure = &weir_csv_state(chunk->text.batch)->failure;
    *failure = *error;
    (void)weir_csv_name_input(chunk->text.csv, error->status, failure);
    weir_ran(WEIR_RAN_CHUNK_FAILED);
    chunk->is_failed = true;
    chunk->is_split = true;
    chunk->text.end = end;
}

/* Splits the chunk from text[at] on, up to the end of its last record. If it is
 * not known that a record begins at text[at], the chunk may stay unsplit,
 * because the quotes are irregular or the guess is wrong. */
static void split_all(struct chunk *chunk, size_t at, bool is_known)
{
    struct weir_error error;
    enum weir_status status = WEIR_OK;
    while (!status) {
        chunk->is_split = weir_chunk_split(&chunk->text, at, is_known);
        if (!chunk->is_split || chunk->text.end)
            return;
        size_t open = at;
        if (is_known)
            status = check_open(chunk, &open, &error);
        if (!status)
            status = read_on(chunk, is_known, open, &error);
        if (status && is_known)
            fail_at(chunk, last_begin(chunk, open), &error);
        else if (status)
            chunk->is_split = false;
    }
}

/* Reads the chunk and the bytes after it, and splits it before its turn: from
 * the boundary if that is known, otherwise by a guess. */
static void prepare(struct chunk *chunk, uint64_t boundary)
{
    struct weir_batch *batch = chunk->text.batch;
    const size_t past = weir_csv_state(batch)->past;
    size_t to = chunk->text.len + (past > PAST_END ? past : PAST_END);
    size_t max = batch->capacity - 2;
    if (chunk->is_known && is_empty(chunk, boundary))
        return;
    chunk->is_unread = read_to(chunk, to < max ? to : max,
                               &weir_csv_state(batch)->failure) != WEIR_OK;
    uint64_t begin = weir_clock_ns();
    if (!chunk->is_unread)
        split_all(chunk, chunk->is_known ? (size_t)(boundary - chunk->from) : 0,
                  chunk->is_known);
    batch->part.shaping_ns = weir_clock_ns() - begin;
}

/* Remembers how far the last record goes past the chunk, so that the next chunk
 * is read far enough at once: to be split twice takes twice the time. What long
 * records needed is forgotten over some hundred chunks. */
static void note_past(const struct chunk *chunk)
{
    size_t *past = &weir_csv_state(chunk->text.batch)->past;
    const size_t len = chunk->text.len, end = chunk->text.end;
    *past -= *past / 64;
    if (end > len && end - len > *past)
        *past = end - len < PAST_LEARNT ? end - len : PAST_LEARNT;
}

/* Takes the chunk's records from the boundary on, which is now known. Splits
 * the chunk again if the guess was wrong. */
static void settle(struct chunk *chunk, uint64_t boundary)
{
    struct weir_batch *batch = chunk->text.batch;
    struct weir_csv_state *state = weir_csv_state(batch);
    uint64_t begin = weir_clock_ns();
    assert(boundary >= chunk->from);
    size_t start = chunk->is_unread ? 0 : (size_t)(boundary - chunk->from);
    bool right = chunk->is_split &&
                 (chunk->is_known || weir_chunk_begin_at(batch, start));
    if (!chunk->is_known)
        weir_ran(right ? WEIR_RAN_CHUNK_GUESSED_RIGHT
                       : WEIR_RAN_CHUNK_GUESSED_WRONG);
    if (chunk->is_unread) {
        const struct weir_error error = state->failure;
        weir_csv_unscan(batch, start);
        fail_at(chunk, start, &error);
    } else if (!right) {
        split_all(chunk, start, true);
    }
    weir_chunk_end_at(batch, chunk->text.end);
    note_past(chunk);
    weir_batch_take(batch, start, chunk->text.end);
    batch->text[batch->len] = '\0';
    batch->lines = state->scan.lines;
    batch->part.shaping_ns += weir_clock_ns() - begin;
}

/* Waits until the boundary is known. false: the stream has ended before. */
static bool wait_for_turn(struct weir_csv *csv, const struct chunk *chunk)
{
    while (csv->current.chunks.resolved != chunk->number && !csv->sticky)
        pthread_cond_wait(&csv->changed, &csv->lock);
    return !csv->sticky;
}

/* Gives out the chunk's records. false: it has none. */
static bool give(struct weir_csv *csv, struct chunk *chunk)
{
    struct weir_batch *batch = chunk->text.batch;
    struct weir_chunks *chunks = &csv->current.chunks;
    uint64_t boundary = chunks->boundary;
    if (!chunk->is_unread && is_empty(chunk, boundary)) {
        weir_ran(WEIR_RAN_CHUNK_EMPTY);
        return false;
    }
    /* Other threads need the lock only to see this chunk done. */
    pthread_mutex_unlock(&csv->lock);
    settle(chunk, boundary);
    pthread_mutex_lock(&csv->lock);
    weir_csv_place(csv, batch, chunk->from);
    batch->part.seq = csv->seq++;
    csv->current.starts_input = false;
    chunks->boundary = chunk->from + batch->len;
    csv->current.buffer.consumed = chunks->boundary;
    if (chunk->is_failed)
        chunks->boundary = NOWHERE;
    else if (chunks->boundary > chunks->end)
        csv->current.buffer.consumed = chunks->boundary -= chunk->text.added;
    weir_ran(WEIR_RAN_CHUNK_GIVEN);
    return true;
}

enum weir_status weir_chunks_next(struct weir_csv *csv,
                                  struct weir_batch *batch,
                                  struct weir_error *error)
{
    struct weir_chunks *chunks = &csv->current.chunks;
    struct chunk chunk;
    bool given = false, ended = false;
    (void)error;
    if (!chunks->begun)
        begin(csv);
    while (!given && !ended && claim(csv, batch, &chunk)) {
        uint64_t boundary = chunks->boundary;
        weir_batch_clear(batch);
        batch->part.input = (uint32_t)csv->current.next_input - 1;
        weir_csv_state(batch)->failure.status = WEIR_OK;
        weir_csv_unscan(batch, 0);
        pthread_mutex_unlock(&csv->lock);
        prepare(&chunk, boundary);
        pthread_mutex_lock(&csv->lock);
        ended = !wait_for_turn(csv, &chunk);
        given = !ended && give(csv, &chunk);
        chunks->resolved++;
        csv->current.busy--;
        pthread_cond_broadcast(&csv->changed);
    }
    return given ? WEIR_OK : WEIR_END;
}
