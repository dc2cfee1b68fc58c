/*
 * The reader behind the stream. next gives batches in one of four ways (way.c):
 *
 *     csv.c        in sequence: any input, by one thread at a time; what has to
 *                  be decoded may be, ahead, by another thread (ahead.c)
 *     chunk.c      a plain file, in chunks that threads read side by side
 *     segment.c    an input of several frames or members, in segments that
 *                  threads decode side by side
 *
 * shape splits (shape.c, or csv_libcsv.c): it finds the fields of a window.
 */
#ifndef WEIR_READERS_CSV_READER_H
#define WEIR_READERS_CSV_READER_H

#include "readers/codecs/decoder.h"
#include "readers/csv/csv.h"
#include "readers/csv/dialect.h"
#include "readers/scan/scan.h"

#include <pthread.h>

/* Text per raw byte, at most, as a power of two. A block of zstd's that takes
 * four bytes may give 128 KiB. */
#define WEIR_EXPANSION 16

/* What quotes a batch's text holds. */
enum weir_quotes {
    WEIR_QUOTES_NONE,
    WEIR_QUOTES_REGULAR, /* each opens at a field's beginning */
    WEIR_QUOTES_EXACT    /* only the byte machine knows what they mean */
};

/* The reader's part of a batch. */
struct weir_csv_state {
    struct weir_batch_state base;
    struct weir_scan_queue scan;
    enum weir_quotes quotes;
    size_t scratch_used;
    bool filled;  /* next has filled the queue: whether it is regular is not
                     known yet */
    bool regular; /* every record in the queue has the header's fields */
    bool begun;   /* batch->start is set already, for the first window of it */
    /* What follows the batch's last record, told once that is shaped. */
    struct weir_error failure;
    /* chunk.c's: what the last chunk held, which the next one will hold too. */
    enum weir_quotes guess;
    bool guess_returns;
    /* segment.c's; NULL: there was none yet. */
    struct weir_segment *segment;
    /* Of the batch at that position, the line that was located last: it begins
     * at text[at], behind so many line ends. */
    struct {
        uint64_t position, lines;
        size_t at;
    } located;
};

/* A batch's, made with the first call of shape or next. */
static inline struct weir_csv_state *
weir_csv_state(const struct weir_batch *batch)
{
    return (struct weir_csv_state *)batch->state;
}
bool weir_csv_state_make(const struct weir_stream *stream,
                         struct weir_batch *batch,
                         struct weir_error *error) WEIR_CHECKED;
size_t weir_csv_state_bytes(const struct weir_stream *stream);

/* The queue is empty, and scanning begins at text[at]. */
void weir_csv_unscan(struct weir_batch *batch, size_t at);

/* Twice the separators, with what is there. */
enum weir_status
weir_csv_grow_separators(struct weir_csv_state *state,
                         struct weir_error *error) WEIR_CHECKED;

/* Text as it is read in sequence, from one place of an input on. */
struct weir_input_buffer {
    struct weir_source *source;
    uint64_t consumed; /* decoded bytes given out, or header */
    bool ended;
    unsigned added; /* a line end that the input did not have */

    /* Bytes read and not yet given out: leftover[leftover_from, leftover_len).
     */
    char *leftover;
    size_t leftover_from, leftover_len, leftover_capacity;
};

/* The chunks of the input being read: see chunk.c. */
struct weir_chunks {
    bool begun;
    bool is_forced;    /* every chunk is guessed, known or not */
    uint64_t from;     /* of the file: where its text begins */
    uint64_t next;     /* where the next chunk begins, in the text, */
    uint64_t end;      /* and where the text ends */
    uint64_t claimed;  /* chunks given out so far */
    uint64_t resolved; /* chunks whose end is known */
    uint64_t boundary; /* where the next record begins, after those */
};

/* The segments of the input being read: see segment.c. */
#define WEIR_SEGMENTS_MAX 64
struct weir_segments {
    bool begun;
    struct weir_decoder *decoder; /* which rests */
    uint64_t boundary;            /* where the next segment begins */
    uint64_t entered, done;       /* segments, in their order */
    uint64_t ends; /* bytes that the last one done went past its boundary */
    struct weir_segment_result {
        bool done;
        uint64_t begins, ends;
    } result[WEIR_SEGMENTS_MAX]; /* of those entered and not yet done */
};

/*
 * A way of reading an input: a row of way.c's table. `refuse` says why the
 * input that is open is not read so, for people; NULL: it may be. `next` is
 * called with the lock, and gives it back where it reads. WEIR_END: there is no
 * more of this input to be given out. Where it has given out a part,
 * batch->part.seq is set.
 */
struct weir_csv;
struct weir_way {
    enum weir_way_kind {
        WEIR_WAY_CHUNKS,
        WEIR_WAY_SEGMENTS,
        WEIR_WAY_PREFETCH,
        WEIR_WAY_SEQUENCE
    } kind;
    const char *name, *words; /* for WEIR_WAY, and for people: "in chunks" */
    const char *(*refuse)(const struct weir_csv *csv);
    enum weir_status (*next)(struct weir_csv *csv, struct weir_batch *batch,
                             struct weir_error *error);
};

/* Chooses for the input that is open, and says why in stream.how (way.c). */
const struct weir_way *weir_way_choose(struct weir_csv *csv);
bool weir_way_is_forced(const char *name);

/* What next and shape share. Below the lock: what next changes, under it. */
struct weir_csv {
    struct weir_stream stream;
    struct weir_reading reading;
    struct weir_csv_inputs inputs;
    struct weir_dialect *dialect; /* [input] */
    const char **input_name;      /* [input] */
    uint64_t *sizes;              /* [input]: its size, for the meter */
    const struct weir_scan *scan;
    bool by_path; /* the inputs are opened here */
    bool libcsv;  /* shapes */
    size_t max_record;
    char **names;
    size_t n_names, names_capacity;

    /* The shard: inputs, and of a single one what lies between two marks. */
    size_t first_input, past_input;
    enum weir_csv_share {
        WEIR_SHARE_INPUTS,
        WEIR_SHARE_BYTES, /* the marks are the text's */
        WEIR_SHARE_PARTS  /* they are boundaries of frames or members */
    } share;
    struct weir_boundary mark[2];
    uint64_t raw_end;     /* of all of it */
    uint64_t from, until; /* records that begin in [from, until) */

    /* As prepare was told. */
    bool prepared, guesses; /* segments may be read, from guesses on */
    bool prefetches;        /* inputs that are decoded are read ahead */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t seq;
    enum weir_status sticky;

    /* The input being read. */
    const struct weir_way *way; /* NULL: not chosen yet */
    char how[320];              /* and why */
    size_t busy; /* threads that have a part of it that is not read yet */
    struct weir_input_buffer buffer; /* of `opened`, or of its branch */
    struct weir_chunks chunks;
    struct weir_segments segments;
    struct weir_source *opened;
    struct weir_decoder *clone; /* after a resume: see resume.c */
    size_t next_input;
    uint64_t first_line; /* of the first record */
    uint64_t position;   /* above all of the inputs before this one */
    uint64_t shift;      /* of positions, by what was not read of it */
    bool starts_input;
    bool is_prefetched; /* it is decoded ahead */

    /* Where the reading may go on: see resume.c. */
    bool moved;                   /* by seek: lines and bytes are not known */
    bool guesses_never;           /* one was wrong */
    struct weir_part part, later; /* begun before `consumed`; and after */
    struct weir_position resumed; /* where it was told to */
    bool resumes;                 /* and is not yet */
};

/* Reads up to the end of the header of the input just opened (header.c). */
enum weir_status weir_csv_header(struct weir_csv *csv,
                                 struct weir_error *error) WEIR_CHECKED;

/* A failure that has neither a place nor an offset gets the input's name. */
enum weir_status weir_csv_name_input(const struct weir_csv *csv,
                                     enum weir_status status,
                                     struct weir_error *error);

/* Reads more into the leftover. 0 at the end, below zero a status. */
ptrdiff_t weir_csv_fill(struct weir_csv *csv, struct weir_error *error);

/* Reads whole records of batch->part.input into the batch, behind what it holds
 * already (cut.c). WEIR_END: the flow has no more. */
enum weir_status weir_csv_read(const struct weir_csv *csv,
                               struct weir_input_buffer *buffer,
                               struct weir_batch *batch,
                               struct weir_error *error) WEIR_CHECKED;

/* The failure of text[start, len), with which the input ends: a quote or an
 * escape is left open, or the record is too long. A line end may have been
 * added (cut.c). */
enum weir_status weir_csv_open_end(const struct weir_csv *csv,
                                   const struct weir_dialect *dialect,
                                   const char *text, size_t start, size_t len,
                                   struct weir_error *error);

/* The shard that was asked for (shard.c): which inputs, or which bytes of one;
 * from the beginning of it, again or not; and up to its first record, and the
 * batch without what is past its last. */
enum weir_status weir_csv_deal(struct weir_csv *csv,
                               struct weir_error *error) WEIR_CHECKED;
void weir_csv_deal_begin(struct weir_csv *csv);
enum weir_status weir_csv_read_part(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;

/* Places (resume.c): the stream's; notes, after a batch, where parts begin; and
 * goes to where the stream resumes, before one. */
void weir_csv_position(const struct weir_stream *stream,
                       struct weir_position *place);
enum weir_status weir_csv_resume(struct weir_csv *csv,
                                 const struct weir_position *place,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_csv_note_part(struct weir_csv *csv);
enum weir_status weir_csv_go_on(struct weir_csv *csv,
                                struct weir_error *error) WEIR_CHECKED;

/* The inputs (inputs.c): begins a source, at its header; the first; the next,
 * when the one before is closed. What lies between two is passed and met. */
enum weir_status weir_csv_begin_source(struct weir_csv *csv,
                                       struct weir_source *source,
                                       struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_csv_open_first(struct weir_csv *csv,
                                     struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_csv_open_next(struct weir_csv *csv,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_csv_close_input(struct weir_csv *csv);
void weir_csv_pass_input(struct weir_csv *csv, uint64_t consumed);
void weir_csv_meet_input(struct weir_csv *csv, size_t input);

/* The ways: see struct weir_way. */
const char *weir_chunks_refuse(const struct weir_csv *csv);
enum weir_status weir_chunks_next(struct weir_csv *csv,
                                  struct weir_batch *batch,
                                  struct weir_error *error) WEIR_CHECKED;
const char *weir_segments_refuse(const struct weir_csv *csv);
enum weir_status weir_segments_next(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;
const char *weir_prefetch_refuse(const struct weir_csv *csv);
enum weir_status weir_prefetch_next(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_sequence_next(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;

/* More of the segment that the batch is of; without the lock. */
enum weir_status weir_segment_more(struct weir_csv *csv,
                                   struct weir_batch *batch,
                                   struct weir_error *error) WEIR_CHECKED;
/* Whether the batch is in the middle of a segment. */
bool weir_segment_goes_on(const struct weir_batch *batch);
void weir_segment_leave(struct weir_stream *stream, struct weir_batch *batch);
void weir_segment_close(struct weir_segment *segment);
void weir_segments_estimate(const struct weir_csv *csv, size_t threads,
                            struct weir_estimate *estimate);

/* Says where in the input the batch begins, if text[0] is byte `first`. */
void weir_csv_place(const struct weir_csv *csv, struct weir_batch *batch,
                    uint64_t first);

/* Whether text[0, len) begins inside quotes: where some stand where none may if
 * it does not, and none if it does. text[len] is changed meanwhile (cut.c). */
bool weir_csv_looks_quoted(const struct weir_csv *csv,
                           const struct weir_dialect *dialect, char *text,
                           size_t len);
struct weir_scan_marks weir_csv_marks(const struct weir_dialect *dialect);

/* Shape, the scan's way and libcsv's. */
enum weir_status weir_csv_shape(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error);
enum weir_status weir_csv_shape_libcsv(const struct weir_stream *stream,
                                       struct weir_batch *batch,
                                       struct weir_error *error);
/* Refuses, by name, what libcsv cannot do. */
enum weir_status weir_csv_libcsv_check(const struct weir_dialect *dialect,
                                       struct weir_error *error);

#endif
