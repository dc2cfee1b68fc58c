/*
 * A stream gives batches of whole records. The caller brings the batch.
 *
 * next fills the batch's text with whole records; any number of threads may
 * call it at once, each with a batch of its own. shape finds the fields of the
 * next window of records in that text, and touches nothing but the batch. The
 * program is this loop, on one thread or on many:
 *
 *     while ((status = weir_next(stream, batch, error)) == WEIR_OK)
 *         while ((status = weir_shape(stream, batch, error)) == WEIR_OK)
 *             ... batch->rows records, their fields in batch->column
 *
 *     text: | not ours | windows already shaped | this window |  not yet  |
 *           0        begin                    window        next        len
 *
 * A window is as many records as the batch has room for (rows_capacity), so
 * that what follows works on short vectors that stay in the cache, whatever the
 * lengths of the records.
 */
#ifndef WEIR_BASE_STREAM_H
#define WEIR_BASE_STREAM_H

#include "base/schema.h"
#include "base/source.h"
#include "base/vector.h"

/* The most bytes a batch's text may be: spans are 32 bits, for it and for its
 * scratch. */
#define WEIR_BATCH_MAX ((size_t)1 << 30)

/* The most rows of a window. */
#define WEIR_WINDOW_MAX 2048

/* The numbers of a column's cells, where a stream knows them: DECIMAL or NULL,
 * all of one exponent. `form` only where not uniform. */
struct weir_numbers {
    int64_t *mantissa;
    struct weir_form *form;
    int16_t exponent;
    bool known, uniform; /* of this window; uniform: none is NULL */
};

struct weir_stream;
struct weir_batch;

/* What a stream keeps in a batch for itself: its own struct begins with this,
 * and is closed with the batch. */
struct weir_batch_state {
    void (*close)(struct weir_batch_state *state);
    /* The batch's thread gives up, in the middle of a part: the stream then
     * ends for all. NULL where every batch is the last of its part. */
    void (*leave)(struct weir_stream *stream, struct weir_batch *batch);
};

/* What a batch is a part of, set by next. A part of the input is what one
 * thread reads by itself: it has one `seq`, and comes as one batch or as
 * several. */
struct weir_batch_part {
    uint64_t seq;      /* 0, 1, 2, ... over all inputs */
    bool last;         /* no further batch of this part comes */
    bool starts_input; /* this is the first batch of its input */
    /* Lines and bytes are known. Where they are not, a failure says nothing
     * about the input: the stream has to begin again (seek). */
    bool located;
    uint32_t input;      /* which input, from 0 */
    uint64_t first_byte; /* of text[0], in its own decoded input */
    uint64_t first_line; /* 1-based line of text[begin], if starts_input */
    uint64_t position;   /* of text[0], over all inputs: in the order of their
                            bytes, with gaps between inputs */
    uint64_t shaping_ns; /* time that next took for what is shape's work */
};

/* The records of a window that have not as many fields as the header. */
#define WEIR_MALFORMED_CAPACITY 64
struct weir_ragged {
    uint64_t padded, surplus; /* fields added and dropped */
    size_t n;                 /* records set aside: malformed[n] */
    struct weir_malformed {
        uint32_t start, end; /* in text: the record, without its line end */
        uint32_t n_fields;   /* how many were found */
    } malformed[WEIR_MALFORMED_CAPACITY];
};

/* A batch's allocations, and how much fits them: base/batch.c's. */
struct weir_batch_memory {
    size_t n_columns, rows_capacity, fields_capacity;
    void *block;             /* the text's */
    struct weir_span *spans; /* the columns' */
    int64_t *numbers;        /* of the columns' numbers */
};

/*
 * The caller's; refilled in place. Spans count from `text`. Past the text's
 * capacity lies a scratch as large, for fields whose quotes had to be undone,
 * so a span may point there too. WEIR_BATCH_PAD bytes before the text and
 * after the scratch may be read by wide loads.
 */
#define WEIR_BATCH_PAD ((size_t)64)
struct weir_batch {
    char *text;
    size_t begin, len, capacity; /* text[begin, len) is the batch's records */
    struct weir_batch_part part;
    uint64_t lines; /* line ends met so far; all of them at the end */

    /* The window, set by shape: the records in text[window, next). */
    size_t window, next;
    size_t rows;
    uint32_t *start;           /* [row]: where the record begins */
    struct weir_span **column; /* [projected][row], or NULL in fields mode */
    /* [projected]: where known, the column's spans are not set. NULL: never. */
    struct weir_numbers *number;
    struct weir_span *field; /* fields mode: all fields of all rows, */
    uint32_t *first_field;   /* row r's are [first_field[r], [r + 1]) */
    struct weir_ragged ragged;

    struct weir_batch_memory memory;
    struct weir_batch_state *state; /* the stream's own; NULL: none yet */
};

/*
 * A place between two records, from which another stream over the same inputs
 * can go on: the record begins `skip` bytes after what is decoded from byte
 * `raw` of the input on. Both 0 is the input's beginning, header and all; past
 * the last input is the end.
 */
struct weir_position {
    uint32_t input;
    uint64_t raw, skip;
    /* Of a share of an input, its records' ends so far: readers/csv/shard.c. */
    uint64_t split[2];
    bool no_guesses; /* one was mistaken, and would be again */
};

/* What a stream chooses its way of reading by. */
struct weir_reading_facts {
    size_t threads;
    bool ordered; /* what comes of batches is needed in the input's order */
    size_t spare; /* bytes it may hold beyond the least */
};

struct weir_stream_ops {
    /*
     * Chooses how the stream is read, before the first next, and adds what it
     * then holds to the estimate. It may be called again, with other facts.
     */
    void (*prepare)(struct weir_stream *stream,
                    const struct weir_reading_facts *facts,
                    struct weir_estimate *estimate);
    /*
     * WEIR_OK and the next batch, which may hold no records; WEIR_END; or a
     * failure, of the batch with batch->part.seq. After a batch that is not the
     * last of its part, the same thread calls with the same batch again before
     * it waits for another thread.
     */
    enum weir_status (*next)(struct weir_stream *stream,
                             struct weir_batch *batch,
                             struct weir_error *error);
    /*
     * WEIR_OK and a window (rows may be 0 where all its records were set
     * aside), or WEIR_END when batch->next has reached batch->len. Its errors
     * have a byte: an offset in batch->text. Of a batch that was only
     * initialised it says WEIR_END, and may make what it keeps there.
     */
    enum weir_status (*shape)(const struct weir_stream *stream,
                              struct weir_batch *batch,
                              struct weir_error *error);
    /* Makes error->byte, an offset in text, a place for people. The batch's
     * first_line is known. */
    void (*locate)(const struct weir_stream *stream,
                   const struct weir_batch *batch, struct weir_error *error);
    /*
     * Of the record that begins at text[start]: its length as read, without its
     * line end, and where in text a column's field begins, its quote included;
     * the record's end where it has no such column.
     */
    void (*record)(const struct weir_stream *stream,
                   const struct weir_batch *batch, size_t start, size_t column,
                   struct weir_span *record_and_field);
    /*
     * Places: NULL where the stream has none. tell, while no thread is in next
     * and no part is unfinished, says where the record begins that comes next.
     * seek, while no thread is in next, makes the stream go on there: it then
     * no longer knows lines and bytes. WEIR_END: the inputs have no such place,
     * and the stream is to be closed. A place of NULL is the beginning, read
     * in a way that guesses nothing.
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
    /* The inputs, as messages name them. */
    const char *const *input;
    size_t n_inputs;
    struct weir_schema schema; /* known when opened */
    /* Which columns shape delivers, ascending; set by weir_stream_project. */
    const uint32_t *projected;
    size_t n_projected;
    bool fields; /* deliver every field of every record instead */
    /* [wanted]: of this column only the numbers are asked for, and a stream
     * that knows them may leave its texts out. NULL: texts are. */
    const bool *number;
    size_t text;     /* bytes of a batch's text, to begin with */
    const char *how; /* it is read, for people; NULL: not known yet */
    /* It holds cells as numbers too, and not an input's own text. */
    bool replays;
};

/* The columns that shape delivers; borrowed until close. Before the first next.
 */
void weir_stream_project(struct weir_stream *stream, const uint32_t *projected,
                         size_t n_projected);

/* Which of them may come as numbers; borrowed. After weir_stream_project. */
void weir_stream_project_numbers(struct weir_stream *stream,
                                 const bool *number);

/* Every field of every record, in field and first_field. */
void weir_stream_all_fields(struct weir_stream *stream);

/* How large a batch is, for stream's wanted columns. `text` in bytes, the
 * rest in elements. */
struct weir_batch_size {
    size_t text, rows, columns, fields;
    const bool *number; /* [column], where the stream may know numbers */
};
struct weir_batch_size weir_batch_size(const struct weir_stream *stream);
void weir_batch_estimate(const struct weir_batch_size *size,
                         struct weir_estimate *estimate);

/* Call after weir_stream_project. Release is allowed on a zeroed batch. */
enum weir_status weir_batch_init(struct weir_batch *batch,
                                 const struct weir_batch_size *size,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_batch_release(struct weir_batch *batch);

/* Makes room for `room` bytes of text, keeping text[0, len). */
enum weir_status weir_batch_grow(struct weir_batch *batch, size_t capacity,
                                 struct weir_error *error) WEIR_CHECKED;

/* Room for `need` fields. What is there is kept. */
enum weir_status weir_batch_grow_fields(struct weir_batch *batch, size_t need,
                                        struct weir_error *error) WEIR_CHECKED;

/* Empties text and window, as next begins. */
void weir_batch_clear(struct weir_batch *batch);

/* The records of the batch are text[begin, len): shape begins there. */
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
