/*
 * A stream gives batches of whole records. The caller brings the batch.
 *
 * pull is sequential and short: it fills the batch's text with whole records.
 * shape is pure and long: it finds the fields of the next window of records
 * in that text and touches nothing but the batch. The loop is
 *
 *     while (pull(stream, batch) == WEIR_OK)
 *         while (shape(stream, batch) == WEIR_OK)
 *             ... batch->rows records, their fields in batch->column
 *
 * One thread calls both. Many threads, each with a batch of its own, take
 * turns at pull under a lock and shape side by side.
 *
 *     text: |  window already shaped  | this window's records |   not yet   |
 *           0                    window                     next          len
 *
 * A window is as many records as the batch has room for (rows_room), so that
 * all that follows works on short vectors that stay in the cache, whatever
 * the lengths of the records.
 */
#ifndef WEIR_BASE_STREAM_H
#define WEIR_BASE_STREAM_H

#include "base/source.h"
#include "base/vector.h"

/* A record that is not as the header says. Offsets are in batch->text. */
struct weir_flaw {
    uint32_t start, end; /* the raw record, without its line end */
    uint32_t n_fields;   /* how many were found */
};

#define WEIR_FLAWS_ROOM 64

/* The most bytes a batch's text may be: spans are 32 bits, for it and for its
 * scratch. */
#define WEIR_BATCH_MOST ((size_t)1 << 30)

/* The most rows of a window. */
#define WEIR_WINDOW_MOST 2048

/* What quotes a batch's text holds, found by pull. */
enum weir_quotes {
    WEIR_QUOTES_NONE,
    WEIR_QUOTES_REGULAR, /* each opens at a field's beginning */
    WEIR_QUOTES_EXACT    /* only the byte machine knows what they mean */
};

/*
 * The reader's own: separators (offsets in text of the bytes that end fields)
 * that were found and not yet used are separator[first, n), first > 0, and
 * separator[first - 1] is the end of the record before: its byte plus one is
 * where the next record begins.
 *
 *     text:  1,Al,37\n2,Bo,41\n
 *           ^ ^  ^   ^           separator: -1, 1, 4, 7, 9, 12, 15
 *
 * Where a record ends in CRLF its separator is the LF. A piece (see below) is
 * scanned before it is known what will be joined before it: its places, and
 * `at`, count from text + origin, and those before that wrap around.
 */
struct weir_scan_queue {
    uint32_t *separator;
    size_t first, n;
    size_t ends; /* how many of them end a record */
    uint32_t origin;
    size_t at;       /* text[0, origin + at) has been scanned */
    uint64_t lines;  /* line ends in text[0, at), quoted ones too */
    uint64_t inside; /* all ones inside quotes, for the block scan */
    uint8_t state;   /* of the byte machine */
    uint8_t quotes;  /* enum weir_quotes */
    bool regular;    /* every record in it has the header's fields */
    bool filled;     /* by pull: whether it is regular is not known yet */
    bool begun;      /* start is set already, for the first window of it */
    bool returns;    /* what was scanned may hold a CR */
};

/* The numbers of a column's cells, where a stream knows them: DECIMAL or NULL,
 * all of one exponent. `form` only where not uniform. */
struct weir_numbers {
    int64_t *mantissa;
    struct weir_form *form;
    int16_t exponent;
    bool known, uniform; /* of this window; uniform: none is NULL */
};

/*
 * A lane: a stretch of an input that one thread reads alone, batch by batch,
 * side by side with other lanes. It is entered where a record can only be
 * guessed to begin; the lane before it, which reads on until its own last
 * record ends, tells in the end whether that was right.
 *
 *     lane k      |                                 |
 *     its records    |-----|---- .. ---|-----|---------|
 *     lane k + 1                                    |  |----|---- ..
 *                                      k's `ends` = (k + 1)'s `begins`
 */
struct weir_lane {
    bool on;               /* this batch is of one */
    uint64_t begins, ends; /* bytes past its beginning, past its end */
    /* The reader's own: where it lies, and what reads it, kept for the next. */
    uint64_t from, until, position;
    bool last;
    struct weir_lane_reader *reader;
};

struct weir_lane_reader {
    void (*close)(struct weir_lane_reader *reader);
};

/*
 * The caller's; refilled in place. Spans count from `text`. Past the text's
 * room lies a scratch as large, for fields whose quotes had to be undone, so
 * a span may point there too. WEIR_BATCH_PAD bytes before the text and after
 * the scratch may be read by wide loads.
 */
#define WEIR_BATCH_PAD ((size_t)64)
#define WEIR_BATCH_GAP ((size_t)16384)
struct weir_batch {
    char *text;
    size_t len, room;

    /* Its place, set by pull. */
    uint64_t seq;        /* 0, 1, 2, ... over all inputs */
    uint64_t first_byte; /* of text[0], in its own decoded input */
    uint64_t position;   /* of text[0], over all inputs: in the order of their
                            bytes, with gaps between inputs (readers/csv.c) */
    uint64_t first_line; /* 1-based line of text[0] if starts_input */
    uint32_t input;      /* which input, from 0 */
    bool starts_input;   /* the first batch of its input */

    /* The window, set by shape. */
    size_t window, next; /* offsets in text */
    size_t scratch_used;
    size_t rows;
    uint32_t *start;           /* [row]: where the record begins */
    struct weir_span **column; /* [wanted][row], or NULL in fields mode */
    struct weir_span *field;   /* fields mode: all fields of all rows, */
    uint32_t *first_field;     /* row r's are [first_field[r], [r + 1]) */
    /* [wanted]: where known, the column's spans are not set. NULL: never. */
    struct weir_numbers *number;
    struct weir_flaw flaw[WEIR_FLAWS_ROOM];
    size_t n_flaws;           /* records set aside in this window */
    uint64_t padded, surplus; /* fields, in this window, when padding */

    /* Rooms, from weir_batch_init; the separators' may grow. */
    size_t n_columns, rows_room, fields_room, separators_room;
    void *block; /* text's allocation */
    /* A piece claimed of a source: it lies where weir_batch_base says, so that
     * what the piece before it left over fits before it. */
    uint64_t piece_place;
    size_t piece_len;
    uint64_t piece_ns; /* splitting it, or looking for quotes, took so long */
    enum weir_piece_split {
        WEIR_PIECE_WHOLE,
        WEIR_PIECE_SIMPLE, /* nothing in it is quoted, no line ends in a CR */
        WEIR_PIECE_QUOTED
    } piece_split, piece_next; /* how it is scanned already; the next will be */
    bool piece_quotes;         /* it holds some */
    bool piece_returns;        /* it was scanned, and holds CRs */
    bool piece_inside; /* QUOTED: it was split as if it began inside quotes, */
    size_t piece_end;  /* and then can be cut there; 0: nowhere */
    struct weir_lane lane;
    struct weir_span *spans; /* the columns' allocation */
    int64_t *numbers;        /* and their numbers' */

    struct weir_scan_queue scan;
};

/*
 * A place between two records, from which another stream over the same inputs
 * can go on: the record begins `skip` bytes after what is decoded from byte
 * `raw` of the input on. Both 0 is the input's beginning, header and all; past
 * the last input is the end.
 */
struct weir_place {
    uint32_t input;
    uint64_t raw, skip;
    /* Of a share of an input, its records' ends so far: readers/shard.c. */
    uint64_t seam[2];
    bool no_lanes; /* one was mistaken, and would be again */
};

struct weir_stream;

struct weir_stream_ops {
    /* WEIR_OK and at least one byte of text, WEIR_END, or a failure. */
    enum weir_status (*pull)(struct weir_stream *stream,
                             struct weir_batch *batch,
                             struct weir_error *error);
    /*
     * Pulling side by side: NULL where the stream can't. Where claim says
     * true it has set batch->seq, and fetch, without the lock, and join, in
     * the order of seq, fill the batch; its text may be empty. Where it says
     * false pull is next, with all that was claimed joined.
     */
    bool (*claim)(struct weir_stream *stream, struct weir_batch *batch);
    enum weir_status (*fetch)(const struct weir_stream *stream,
                              struct weir_batch *batch,
                              struct weir_error *error);
    enum weir_status (*join)(struct weir_stream *stream,
                             struct weir_batch *batch,
                             struct weir_error *error);
    /*
     * Lanes: NULL where the stream has none. enter, under the lock, sets
     * batch->seq and batch->lane, if there is a lane to enter; follow, without
     * it, pulls the lane's next batch, and says WEIR_END after the last. What
     * fails in a lane says nothing of the input. After that, or where a guess
     * was wrong, again makes the stream begin again, without lanes.
     */
    bool (*enter)(struct weir_stream *stream, struct weir_batch *batch);
    enum weir_status (*follow)(const struct weir_stream *stream,
                               struct weir_batch *batch,
                               struct weir_error *error);
    enum weir_status (*again)(struct weir_stream *stream,
                              struct weir_error *error);
    /*
     * Places: NULL where the stream has none. tell, while nothing is read of
     * the stream, says where the record begins that would be pulled next, with
     * what the last lane read past its end. resume, before any pull, makes a
     * stream go on there: what lies in between is passed over by the next pull,
     * or lane. WEIR_END: the inputs have no such place, and the stream is to be
     * closed. It then no longer knows lines and bytes: as in a lane, what
     * fails says nothing of the input.
     */
    void (*tell)(const struct weir_stream *stream, uint64_t lane_ends,
                 struct weir_place *place);
    enum weir_status (*resume)(struct weir_stream *stream,
                               const struct weir_place *place,
                               struct weir_error *error);
    /*
     * Reading ahead: NULL where the stream can't. From read_ahead on what has
     * to be decoded is, by a thread of its own, before pull asks for it.
     * bill_ahead adds what that holds, where the input has to be decoded.
     */
    void (*read_ahead)(struct weir_stream *stream);
    void (*bill_ahead)(const struct weir_stream *stream,
                       struct weir_bill *bill);
    /*
     * WEIR_OK and a window (rows may be 0 where all its records were set
     * aside), or WEIR_END when batch->next has reached batch->len. Its errors
     * have a byte: an offset in batch->text.
     */
    enum weir_status (*shape)(const struct weir_stream *stream,
                              struct weir_batch *batch,
                              struct weir_error *error);
    /* Makes error->byte, an offset in text, the place of a record that is
     * replayed. NULL where text is the input's own. */
    void (*locate)(const struct weir_stream *stream,
                   const struct weir_batch *batch, struct weir_error *error);
    /* The length of the record that begins at text[start], as read, without
     * its line end. */
    size_t (*record_len)(const struct weir_stream *stream,
                         const struct weir_batch *batch, size_t start);
    /* Where in text a field of that record begins, its quote included; the
     * record's end where it has no such column. */
    size_t (*field_start)(const struct weir_stream *stream,
                          const struct weir_batch *batch, size_t start,
                          size_t column);
    void (*close)(struct weir_stream *stream);
    void (*bill)(const struct weir_stream *stream, struct weir_bill *bill);
    /* What lanes on so many threads hold beyond batches, if there are lanes
     * that are worth it; NULL as enter is. */
    void (*bill_lanes)(const struct weir_stream *stream, size_t threads,
                       struct weir_bill *bill);
};

/* A concrete stream has this as its first member. */
struct weir_stream {
    const struct weir_stream_ops *ops;
    /* The inputs, as messages name them. */
    const char *const *input;
    size_t n_inputs;
    /* The header, known when opened. */
    size_t n_columns;
    char *const *name;
    /* Which columns shape delivers, ascending; set by weir_stream_want. */
    const uint32_t *wanted;
    size_t n_wanted;
    bool fields; /* deliver every field of every record instead */
    /* [wanted]: of this column only the numbers are asked for, and a stream
     * that knows them may leave its texts out. NULL: texts are. */
    const bool *number;
    size_t text; /* bytes of a batch's text, to begin with */
};

/* The columns that shape delivers; borrowed until close. Before any pull. */
void weir_stream_want(struct weir_stream *stream, const uint32_t *wanted,
                      size_t n_wanted);

/* Which of them may come as numbers; borrowed. After weir_stream_want. */
void weir_stream_want_numbers(struct weir_stream *stream, const bool *number);

/* Every field of every record, in field and first_field. */
void weir_stream_want_fields(struct weir_stream *stream);

/* How large a batch is, for stream's wanted columns. `text` in bytes, the
 * rest in elements. */
struct weir_batch_size {
    size_t text, rows, columns, fields, separators;
    const bool *number; /* [column], where the stream may know numbers */
};
struct weir_batch_size weir_batch_size(const struct weir_stream *stream);
void weir_batch_bill(const struct weir_batch_size *size,
                     struct weir_bill *bill);

/* Call after weir_stream_want. Release is allowed on a zeroed batch. */
enum weir_status weir_batch_init(struct weir_batch *batch,
                                 const struct weir_batch_size *size,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_batch_release(struct weir_batch *batch);

/* Makes room for `room` bytes of text, keeping text[0, len). */
enum weir_status weir_batch_grow(struct weir_batch *batch, size_t room,
                                 struct weir_error *error) WEIR_CHECKED;

/* Twice the separators; room for `need` fields. What is there is kept. */
enum weir_status
weir_batch_grow_separators(struct weir_batch *batch,
                           struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_batch_grow_fields(struct weir_batch *batch, size_t need,
                                        struct weir_error *error) WEIR_CHECKED;

/* Where text begins when nothing was joined before it. */
char *weir_batch_base(const struct weir_batch *batch);

/* Empties the queue of separators: nothing of the text was scanned. */
void weir_batch_unscan(struct weir_batch *batch);

/* Empties text and window, as pull begins. */
void weir_batch_clear(struct weir_batch *batch);

static inline enum weir_status weir_pull(struct weir_stream *stream,
                                         struct weir_batch *batch,
                                         struct weir_error *error)
{
    return stream->ops->pull(stream, batch, error);
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
