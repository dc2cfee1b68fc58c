/*
 * A stream gives batches of whole records. The caller brings the batch.
 *
 * next fills the batch's text with whole records. Any number of threads may
 * call it at once, each with a batch of its own. shape finds the fields of the
 * next window of records in that text, and changes nothing but the batch. A
 * program reads a stream with this loop, on one thread or on many:
 *
 *     while ((status = weir_next(stream, batch, error)) == WEIR_OK)
 *         while ((status = weir_shape(stream, batch, error)) == WEIR_OK)
 *             ... batch->rows records, their fields in batch->column
 *
 *     text: | not ours | windows already shaped | this window |  not yet  |
 *           0        begin                    window        next        len
 *
 * A window has at most rows_capacity records. The steps that follow therefore
 * work on short vectors that stay in the cache, whatever the lengths of the
 * records.
 */
#ifndef WEIR_BASE_STREAM_H
#define WEIR_BASE_STREAM_H

#include "base/schema.h"
#include "base/source.h"
#include "base/vector.h"

/* The maximum size of a batch's text, in bytes. Spans have 32 bits, and must
 * reach all of the text and of the scratch behind it, which is as large. */
#define WEIR_BATCH_MAX ((size_t)1 << 30)

/* The maximum number of rows of a window: so many that its fixed work hardly
 * counts, so few that its vectors stay in the L2 cache. */
#define WEIR_WINDOW_MAX 2048

/* A column's cells as numbers, for a stream that holds them so (the eager
 * store). Every row is DECIMAL or NULL, and all have one exponent. `form` is
 * filled only where not uniform. */
struct weir_numbers {
    int64_t *mantissa;
    struct weir_form *form;
    int16_t exponent;
    /* known: this window's numbers are set; uniform: none of them is NULL. */
    bool known, uniform;
};

struct weir_stream;
struct weir_batch;

/* State that a stream keeps in a batch. The stream's own struct begins with
 * this one, and weir_batch_release() closes it. */
struct weir_batch_state {
    void (*close)(struct weir_batch_state *state);
    /* The batch's thread stops reading. In the middle of a part, this ends the
     * stream for all threads. NULL where every batch is its part's last. */
    void (*leave)(struct weir_stream *stream, struct weir_batch *batch);
    /* The batch's thread is about to end the run with *error, which is about
     * the batch's text. If that text may come from a damaged input, reads on
     * in it, and replaces *error by the damage that it finds. The stream then
     * ends for all threads. NULL where an input cannot be damaged. */
    void (*verify)(struct weir_stream *stream, const struct weir_batch *batch,
                   struct weir_error *error);
};

/* Where a batch comes from, set by next. A part is a range of the input that
 * one thread reads by itself. It has one `seq`, and comes as one batch or as
 * several; `last` is set in the last of them. */
struct weir_batch_part {
    uint64_t seq; /* 0, 1, 2, ... over all inputs */
    bool last;    /* the last batch of its part */
    /* The batch's line and byte numbers are known. Where they are not, the
     * reader may have begun at a guessed boundary. A failure in such a batch
     * does not prove that the input is wrong: restart the stream (seek). */
    bool located;
    bool starts_input;   /* the first batch of its input */
    uint32_t input;      /* index of the input, from 0 */
    uint64_t first_byte; /* offset of text[0] in its decoded input */
    /* A number that grows with each byte of all inputs, with gaps between. */
    uint64_t position;
    /* 1-based line of text[begin]. After next it is valid only if starts_input.
     * The reorder buffer sets it once the batches before this one are done. */
    uint64_t first_line;
    uint64_t shaping_ns; /* time that next spent on work that is shape's */
};

/* The records of a window whose number of fields is not the header's. */
#define WEIR_MALFORMED_CAPACITY 64
struct weir_ragged {
    uint64_t padded, surplus; /* fields; see weir_record_counts */
    size_t n_expected;        /* fields that the header has */
    size_t n;                 /* records set aside, in malformed[0, n) */
    struct weir_malformed {
        uint32_t start, end; /* offsets in text, without the line end */
        uint32_t n_fields;   /* fields found in the record */
    } malformed[WEIR_MALFORMED_CAPACITY];
};

/* A batch's allocations and their capacities, for base/batch.c, and the
 * stream's own state, which is NULL until it is made. */
struct weir_batch_memory {
    struct weir_batch_state *state;
    size_t n_columns, rows_capacity, fields_capacity;
    void *block;             /* holds text and scratch */
    struct weir_span *spans; /* holds the columns' spans */
    int64_t *numbers;        /* holds the columns' numbers */
};

/* In fields mode, the fields of all rows of a window: those of row r are
 * span[i] for first[r] <= i < first[r + 1]. */
struct weir_fields {
    struct weir_span *span;
    uint32_t *first;
};

/*
 * A batch belongs to the caller and is refilled in place. One thread at a time
 * may use it. Spans are relative to `text`. The text's `capacity` bytes are
 * followed by a scratch of the same size. It holds fields whose quotes had to
 * be undone, so a span may point there too. WEIR_BATCH_PAD bytes before the
 * text and after the scratch may be read by wide loads.
 */
#define WEIR_BATCH_PAD ((size_t)64)
struct weir_batch {
    char *text;
    size_t begin, len, capacity; /* text[begin, len) holds the records */
    struct weir_batch_part part;
    uint64_t lines; /* line ends so far; all of them at shape's WEIR_END */

    /* The window, set by shape. */
    size_t window, next; /* offsets in text */
    size_t rows;
    uint32_t *start; /* [row]: the record's offset in text */
    uint32_t *line;  /* [row]: line ends from text[begin] to the record; NULL
                        if the stream's `lines` is not set */
    struct weir_span **column; /* [projected][row] */
    /* [projected]: a column's numbers. If they are known, the column's spans
     * are not set. NULL if no column comes as numbers. */
    struct weir_numbers *number;
    struct weir_fields fields;
    struct weir_ragged ragged;

    struct weir_batch_memory memory;
};

/*
 * A position between two records, from which another stream over the same
 * inputs can resume. To reach it, decode the input from its byte `raw` on, and
 * skip `skip` bytes of the decoded text. If both are 0 it is the beginning of
 * the input, in front of its header. An `input` past the last one is the end.
 */
struct weir_position {
    uint32_t input;
    uint64_t raw, skip;
    /* For a shard of one input: where its first record begins and its last one
     * ends, as far as it was read (struct weir_split, readers/csv/csv.h). */
    uint64_t split[2];
    /* The stream mis-speculated, and would again: resume without guesses. */
    bool no_guesses;
};

/* The facts by which a stream chooses its way of reading. */
struct weir_reading_facts {
    size_t threads;
    bool ordered; /* the output must follow the order of the input */
    size_t spare; /* bytes of memory that the stream may hold */
};

struct weir_stream_ops {
    /* Chooses how the stream is read, and adds the memory that this takes to
     * the estimate. Call it before the first next; it may be called again with
     * other facts. */
    void (*prepare)(struct weir_stream *stream,
                    const struct weir_reading_facts *facts,
                    struct weir_estimate *estimate);
    /*
     * Returns WEIR_OK with the next batch, which may hold no records; WEIR_END;
     * or a failure, whose sequence number is batch->part.seq. After a batch
     * that is not the last of its part, the thread must call next with the same
     * batch again before it waits for another thread.
     */
    enum weir_status (*next)(struct weir_stream *stream,
                             struct weir_batch *batch,
                             struct weir_error *error);
    /*
     * Returns WEIR_OK with a window, whose rows are 0 if all its records were
     * set aside; WEIR_END when batch->next has reached batch->len; or a
     * failure, whose error->byte is an offset in batch->text. For a batch that
     * was only initialised it returns WEIR_END, and may allocate its state.
     */
    enum weir_status (*shape)(const struct weir_stream *stream,
                              struct weir_batch *batch,
                              struct weir_error *error);
    /* Turns error->byte, an offset in batch->text, into error->place, line,
     * column and a byte of the input. The batch's first_line must be known. */
    void (*locate)(const struct weir_stream *stream,
                   const struct weir_batch *batch, struct weir_error *error);
    /*
     * Measures the record that begins at text[start]. The span's len becomes
     * the record's length as read, without its line end. Its start becomes the
     * offset in text at which the column's field begins (at its quote, if it
     * has one), or the end of the record if it has no such column.
     */
    void (*record)(const struct weir_stream *stream,
                   const struct weir_batch *batch, size_t start, size_t column,
                   struct weir_span *record_and_field);
    /*
     * Both are NULL for a stream that has no positions.
     *
     * position gives the position of the record that comes next. Call it while
     * no thread is in next and no part is unfinished.
     *
     * seek makes the stream continue at a position. Call it while no thread is
     * in next. After that the batches of the stream are not located. If `place`
     * is NULL, the stream restarts at its beginning, without guesses, and its
     * batches are located. WEIR_END says that the inputs have no such position;
     * the stream must then be closed.
     */
    void (*position)(const struct weir_stream *stream,
                     struct weir_position *place);
    enum weir_status (*seek)(struct weir_stream *stream,
                             const struct weir_position *place,
                             struct weir_error *error);
    void (*close)(struct weir_stream *stream);
};

/* A concrete stream has this as its first member. */
struct weir_stream {
    const struct weir_stream_ops *ops;
    /* [n_inputs]: the inputs' names, for messages. */
    const char *const *input;
    size_t n_inputs;
    struct weir_schema schema; /* known when opened */
    /* The columns that shape delivers, ascending; see weir_stream_project. */
    const uint32_t *projected;
    size_t n_projected;
    bool fields; /* deliver every field of every record instead */
    /* [projected]: only the numbers of this column are needed, so a stream that
     * knows them may leave its texts out. NULL: all texts are needed. */
    const bool *number;
    bool lines;      /* shape also delivers batch->line */
    size_t text;     /* initial capacity of a batch's text, in bytes */
    const char *how; /* the way of reading, for people; NULL: not known yet */
    /* The stream delivers records that are held in memory, and may know cells
     * as numbers. */
    bool replays;
};

/* Sets the columns that shape delivers. The array is borrowed until close. Call
 * it before the first next. */
static inline void weir_stream_project(struct weir_stream *stream,
                                       const uint32_t *projected,
                                       size_t n_projected)
{
    stream->projected = projected;
    stream->n_projected = n_projected;
    stream->fields = stream->lines = false;
    stream->number = NULL;
}

/* Says which projected columns may come as numbers. The array is borrowed until
 * close. Call it after weir_stream_project. */
static inline void weir_stream_project_numbers(struct weir_stream *stream,
                                               const bool *number)
{
    stream->number = number;
}

/* Makes shape deliver the lines of the records, or not. Call it after
 * weir_stream_project, which sets it to false. */
static inline void weir_stream_lines(struct weir_stream *stream, bool lines)
{
    stream->lines = lines;
}

/* Makes shape deliver every field of every record, in batch->fields (fields
 * mode). Call it before the first next. */
static inline void weir_stream_all_fields(struct weir_stream *stream)
{
    weir_stream_project(stream, NULL, 0);
    stream->fields = true;
}

/* The size of a batch for the stream's projected columns. `text` is in bytes,
 * the others are numbers of elements. */
struct weir_batch_size {
    size_t text, rows, columns, fields;
    const bool *number; /* [column]: whether to allocate numbers; NULL: never */
    bool lines;         /* whether to allocate batch->line */
};
struct weir_batch_size weir_batch_size(const struct weir_stream *stream);
void weir_batch_estimate(const struct weir_batch_size *size,
                         struct weir_estimate *estimate);

/* Allocates a batch; WEIR_LIMIT if memory is refused. Call it after
 * weir_stream_project. A zeroed batch may be released. */
enum weir_status weir_batch_init(struct weir_batch *batch,
                                 const struct weir_batch_size *size,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_batch_release(struct weir_batch *batch);

/* Makes room for `capacity` bytes of text, and keeps text[0, len). The text
 * may move. WEIR_LIMIT if memory is refused. */
enum weir_status weir_batch_grow(struct weir_batch *batch, size_t capacity,
                                 struct weir_error *error) WEIR_CHECKED;

/* Makes room for `need` fields in fields mode, and keeps those that are there.
 * WEIR_LIMIT if memory is refused. */
enum weir_status weir_batch_grow_fields(struct weir_batch *batch, size_t need,
                                        struct weir_error *error) WEIR_CHECKED;

/* Empties the text and the window; next does so before it reads. */
void weir_batch_clear(struct weir_batch *batch);

/* Makes text[begin, len) the batch's records, which shape has yet to find. */
void weir_batch_take(struct weir_batch *batch, size_t begin, size_t len);

static inline enum weir_status weir_next(struct weir_stream *stream,
                                         struct weir_batch *batch,
                                         struct weir_error *error)
{
    return stream->ops->next(stream, batch, error);
}

static inline enum weir_status weir_shape(const struct weir_stream *stream,
                                          struct weir_batch *batch,
                                          struct weir_error *error)
{
    return stream->ops->shape(stream, batch, error);
}

static inline void weir_stream_close(struct weir_stream *stream)
{
    if (stream)
        stream->ops->close(stream);
}

#endif
