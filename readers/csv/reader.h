/*
 * The reader behind the stream. `next` reads an input in one of the four ways
 * of ways.h. `shape` finds the fields of a window.
 *
 * A function below that takes a `csv` which is not const is called with the
 * lock held, or while no thread is in `next`; except weir_segment_more.
 */
#ifndef WEIR_READERS_CSV_READER_H
#define WEIR_READERS_CSV_READER_H

#include "readers/codecs/decoder.h"
#include "readers/csv/csv.h"
#include "readers/csv/dialect.h"
#include "readers/csv/names.h"
#include "readers/scan/scan.h"

#include <pthread.h>

/* The maximum number of bytes of text per raw byte, as a power of two. For
 * example, a zstd block of four bytes may decode to 128 KiB. */
#define WEIR_EXPANSION 16

/* The text of an input, read in sequence, and the leftover between batches. */
struct weir_input_buffer {
    struct weir_source *source;
    uint64_t consumed; /* bytes of text given out, header included */
    bool ended;
    unsigned added; /* 1 if a line end was added at the end of the input */

    /* Bytes not yet given out: leftover[leftover_from, leftover_len). */
    char *leftover;
    size_t leftover_from, leftover_len, leftover_capacity;
};

/* The chunks of the input (chunk.c). Offsets are in its text, except `from`. */
struct weir_chunks {
    bool begun;
    bool is_forced;    /* WEIR_WAY=chunks: every chunk is split by a guess */
    uint64_t from;     /* the byte of the file where the text begins */
    uint64_t next;     /* where the next chunk begins */
    uint64_t end;      /* where the text ends */
    uint64_t claimed;  /* number of chunks that threads have taken so far */
    uint64_t resolved; /* number of chunks whose end is known */
    uint64_t boundary; /* where the record after the resolved chunks begins */
};

/* The segments of the input being read; see segment.c. */
#define WEIR_SEGMENTS_MAX 64
struct weir_segments {
    bool begun;
    struct weir_decoder *decoder; /* the input's own decoder: segments use
                                     clones of it, and it no longer reads */
    uint64_t boundary;            /* raw byte where the next segment begins */
    uint64_t entered, done; /* how many segments; those done were checked */
    uint64_t ends; /* bytes of text of the last one done, past its boundary */
    struct weir_segment_result {
        bool done;
        uint64_t begins, ends;
    } result[WEIR_SEGMENTS_MAX]; /* of those entered and not done */
};

/* Where the first part of the input ends that is long enough for a segment. To
 * look it up may take as long as reading the input. */
struct weir_segment_lookup {
    bool known;
    uint64_t min; /* so long */
    uint64_t begin, end;
    enum weir_status status; /* of the lookup; WEIR_END: there is none */
};

/* What is known of each input before it is opened: arrays of inputs.n. Constant
 * once the first input is open. */
struct weir_csv_each {
    struct weir_dialect *dialect;
    const char **name; /* in messages */
    uint64_t *size;    /* in bytes, for the I/O counters */
    /* An input's columns, and with `-d auto` its dialect's delimiter, are set
     * when it is opened; they are constant while its batches are in use. */
    struct weir_csv_columns **columns;
};

/* The columns of an input whose header is not the table's (columns.c). NULL
 * stands for the table's own columns. */
#define WEIR_NO_FIELD UINT32_MAX
struct weir_csv_columns {
    size_t n;      /* the number of fields that its records have */
    uint32_t at[]; /* [column of the table]: the field, or WEIR_NO_FIELD */
};

/* The shard: some of the inputs, or what is between the boundaries mark[0] and
 * mark[1] of a single input (shard.c). Constant while threads are in `next`,
 * except what the lock guards. */
struct weir_csv_shard {
    size_t first_input, past_input;
    enum weir_csv_share {
        WEIR_SHARE_INPUTS,
        WEIR_SHARE_BYTES, /* mark[] are offsets in the text of a plain file */
        WEIR_SHARE_PARTS  /* mark[] are boundaries of frames or members */
    } share;
    uint64_t raw_end; /* raw byte where the input ends */

    /* The lock guards `text` of the boundaries, which the input's own decoder
     * fills in, and what follows from it. */
    struct weir_boundary mark[2];
    uint64_t from, until; /* its records begin in [from, until) of the text */
};

/* The input that is open, and how it is read. The lock guards it. */
struct weir_csv_current {
    /* The members up to is_prefetched, and chunks.from, chunks.end and
     * segments.decoder, change only while `busy` is 0. So a thread that has one
     * of the parts that `busy` counts may read them without the lock. */
    struct weir_source *opened; /* NULL: no input is open */
    struct weir_decoder *clone; /* after a seek: it began in the middle */
    size_t next_input;          /* the open input is the one before it */
    const struct weir_way *way; /* ways.h; NULL until it is chosen */
    char how[320];              /* why this way was chosen, for people */
    bool is_prefetched;         /* another thread decodes it */

    size_t busy; /* number of parts that threads have taken and not finished */
    bool starts_input;
    uint64_t first_line; /* number of the line where the first record begins */
    uint64_t position;   /* added to the positions in this input; all positions
                            in the inputs before it are smaller */
    uint64_t shift;      /* added to positions after a seek: it stands for the
                            raw bytes that were skipped */
    struct weir_input_buffer buffer; /* reads `clone` or `opened` */
    struct weir_chunks chunks;
    struct weir_segments segments;
    struct weir_segment_lookup lookup;
};

/* What seeking and resuming need (resume.c). */
struct weir_csv_resume {
    /* A seek sets these, while no thread is in `next`. */
    bool moved;                  /* line numbers and byte offsets are unknown */
    bool guesses_never;          /* a guess was wrong: never guess again */
    struct weir_position target; /* what the last seek asked for */

    /* The lock guards these. */
    bool pending; /* the seek to `target` is still to be carried out */
    /* `part` is the last frame or member known to begin at or before
     * buffer.consumed; `later` is one that begins after it. */
    struct weir_part part, later;
};

/* What the stream may do, and how it does it. */
struct weir_csv_mode {
    bool by_path;    /* the stream opens its inputs itself, from their paths */
    bool libcsv;     /* libcsv splits the records (--reader libcsv) */
    bool previews;   /* inputs are opened for their headers only (inputs.c) */
    bool guesses;    /* csv_prepare allows guesses: segments may be read */
    bool prefetches; /* csv_prepare lets compressed inputs be prefetched */
};

/* The stream. The members above `lock` are constant while threads are in
 * `next`, except stream.how. The structs below it say what the lock guards. */
struct weir_csv {
    struct weir_stream stream;
    struct weir_reading reading; /* max_record is set, also by default */
    struct weir_csv_inputs inputs;
    struct weir_io_counters io; /* inputs.io, if the caller counts nothing */
    struct weir_csv_each each;
    const struct weir_scan *scan;
    struct weir_zstd_dictionary *dictionary; /* NULL: none */
    struct weir_csv_mode mode;

    pthread_mutex_t lock;
    pthread_cond_t changed;  /* something that the lock guards has changed */
    uint64_t seq;            /* guarded: number of the next part */
    enum weir_status sticky; /* guarded: WEIR_OK until the end or a failure */
    struct weir_csv_names names;
    struct weir_csv_shard shard;
    struct weir_csv_current current;
    struct weir_csv_resume resume;
};

/* The dialect of the input that was opened last. */
static inline struct weir_dialect *weir_csv_dialect(const struct weir_csv *csv)
{
    return &csv->each.dialect[csv->current.next_input - 1];
}

/* Which quotes a batch's text contains. */
enum weir_quotes {
    WEIR_QUOTES_NONE,
    WEIR_QUOTES_REGULAR, /* every quote opens at the beginning of a field */
    WEIR_QUOTES_EXACT    /* only the byte machine can interpret them */
};

/* The line ends of text[begin, at), for batch->line. */
struct weir_csv_counted {
    size_t at;
    uint32_t n;
};

/* The line that weir_csv_locate found last. It begins at text[at], after
 * `lines` line ends. `position` is part.position + 1 of the batch that it is
 * in; 0 means that there is none. */
struct weir_csv_located {
    uint64_t position, lines;
    size_t at;
};

/* What the reader keeps in a batch. */
struct weir_csv_state {
    struct weir_batch_state base;
    struct weir_scan_queue scan;
    enum weir_quotes quotes;
    size_t scratch_used;
    bool filled;  /* `next` has filled the queue; `regular` is not known */
    bool regular; /* all queued records have the header's number of fields */
    bool begun;   /* batch->start is already set for the queue's first window */
    /* The failure that follows the batch's last record; shape returns it when
     * all records are shaped. Its status is WEIR_OK if there is none. */
    struct weir_error failure;
    /* The quotes and CRs that chunk_split.c expects: the last chunk's. */
    enum weir_quotes guess;
    bool guess_returns;
    size_t past; /* chunk.c: bytes past a chunk that its last record may need */
    /* segment.c's; NULL until the batch has its first segment. */
    struct weir_segment *segment;
    struct weir_csv_counted counted;
    struct weir_csv_located located;
};

/* The reader's part of a batch, from the first `next` or `shape` on. */
static inline struct weir_csv_state *
weir_csv_state(const struct weir_batch *batch)
{
    return (struct weir_csv_state *)batch->memory.state;
}
/* Creates the reader's part of the batch if there is none yet. false: no
 * memory; the error is filled. */
bool weir_csv_state_make(const struct weir_stream *stream,
                         struct weir_batch *batch,
                         struct weir_error *error) WEIR_CHECKED;
/* How many bytes the reader's part of a batch takes at first. */
size_t weir_csv_state_bytes(const struct weir_stream *stream);

/* Empties the batch's separator queue; scanning will begin at text[at]. */
void weir_csv_unscan(struct weir_batch *batch, size_t at);

/* Doubles the queue's capacity and keeps its separators. */
enum weir_status
weir_csv_grow_separators(struct weir_csv_state *state,
                         struct weir_error *error) WEIR_CHECKED;

/* Reads the header of the input just opened, and all that is before it
 * (header.c), and matches its columns with those of the table. An input without
 * a header adds no columns, if it is one of several. */
enum weir_status weir_csv_header(struct weir_csv *csv,
                                 struct weir_error *error) WEIR_CHECKED;
/* Fails because no input has a header. */
enum weir_status weir_csv_no_header(const struct weir_csv *csv,
                                    struct weir_error *error);

/* Matches the names in the header of the input just opened with the table's
 * columns, and sets each.columns (columns.c). The first names become the
 * table's, and `names` is then empty. */
enum weir_status weir_csv_take_names(struct weir_csv *csv,
                                     struct weir_csv_names *names,
                                     struct weir_error *error) WEIR_CHECKED;

/* Puts the input's name into a failure that has no place and no byte offset
 * (inputs.c). Returns `status`. */
enum weir_status weir_csv_name_input(const struct weir_csv *csv,
                                     enum weir_status status,
                                     struct weir_error *error);

/* Reads whole records of batch->part.input into the batch, after the text it
 * already has (cut.c). WEIR_END: the buffer's source has no more text. */
enum weir_status weir_csv_read(const struct weir_csv *csv,
                               struct weir_input_buffer *buffer,
                               struct weir_batch *batch,
                               struct weir_error *error) WEIR_CHECKED;

/* Fails for text[start, len), the unfinished record at the end of the input: a
 * quote or an escape is still open, or the record is too long. text may end
 * with a line end that was added (cut.c). */
enum weir_status weir_csv_open_end(const struct weir_csv *csv,
                                   const struct weir_dialect *dialect,
                                   const char *text, size_t start, size_t len,
                                   struct weir_error *error);

/* Finds which inputs, or bytes of a single input, the shard has (shard.c). */
enum weir_status weir_csv_deal(struct weir_csv *csv,
                               struct weir_error *error) WEIR_CHECKED;
/* Prepares the shard for reading from its beginning, also again. */
void weir_csv_deal_begin(struct weir_csv *csv);
/* Like weir_csv_read, but gives only records of the shard: it drops those
 * before its first one, and cuts the batch after its last one. */
enum weir_status weir_csv_read_part(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;

/* Fills batch->line for the window just shaped (locate.c). */
void weir_csv_count_lines(struct weir_batch *batch);
/* See weir_stream_ops (locate.c). */
void weir_csv_locate(const struct weir_stream *stream,
                     const struct weir_batch *batch, struct weir_error *error);
void weir_csv_record(const struct weir_stream *stream,
                     const struct weir_batch *batch, size_t start,
                     size_t column, struct weir_span *found);

/* See weir_stream_ops (resume.c). */
void weir_csv_position(const struct weir_stream *stream,
                       struct weir_position *place);
/* Seeks: opens the position's input. The way of reading it then begins at the
 * position. WEIR_END: the inputs have no such position. */
enum weir_status weir_csv_resume(struct weir_csv *csv,
                                 const struct weir_position *place,
                                 struct weir_error *error) WEIR_CHECKED;
/* Notes which frame or member the decoder is in. Call it after each batch. */
void weir_csv_note_part(struct weir_csv *csv);
/* Carries out a pending seek, before the first batch. Not for segments. */
enum weir_status weir_csv_finish_seek(struct weir_csv *csv,
                                      struct weir_error *error) WEIR_CHECKED;

/* Begins a source, which the stream takes over, and reads its header
 * (inputs.c). */
enum weir_status weir_csv_begin_source(struct weir_csv *csv,
                                       struct weir_source *source,
                                       struct weir_error *error) WEIR_CHECKED;
/* Opens all inputs once, one after another, if there are several: they can be
 * read, and their headers are matched. Inputs that give their bytes only once
 * are left out. Call it before weir_csv_open_first. */
enum weir_status weir_csv_preview(struct weir_csv *csv,
                                  struct weir_error *error) WEIR_CHECKED;
/* Opens the first input. If no columns are known then (it is empty), it opens
 * the next ones too, up to the first that has some. */
enum weir_status weir_csv_open_first(struct weir_csv *csv,
                                     struct weir_error *error) WEIR_CHECKED;
/* Closes the open input and opens the next. WEIR_END: it was the last. */
enum weir_status weir_csv_open_next(struct weir_csv *csv,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_csv_close_input(struct weir_csv *csv);
/* Makes the positions of the next input larger than all in the present one, of
 * which `consumed` bytes of text were read. */
void weir_csv_pass_input(struct weir_csv *csv, uint64_t consumed);
/* Tells the I/O counters that the input is no longer among those to come. */
void weir_csv_meet_input(struct weir_csv *csv, size_t input);

/* What was read of the open input is wrong: reads on in it, to see whether that
 * comes from damage, which then replaces *error (verify.c). */
void weir_csv_read_on(struct weir_csv *csv, struct weir_error *error);
/* See struct weir_batch_state (verify.c). */
void weir_csv_verify_batch(struct weir_stream *stream,
                           const struct weir_batch *batch,
                           struct weir_error *error);

/* Makes text[0] of the batch byte `first` of the input's text (inputs.c). */
void weir_csv_place(const struct weir_csv *csv, struct weir_batch *batch,
                    uint64_t first);

/* Guesses whether text[0, len) begins inside quotes: it does if some quotes are
 * irregular when the text is read from outside quotes, and none are when it is
 * read from inside. If both fit, the first bytes decide (cut.c). text[len] is
 * overwritten during the call and restored. */
bool weir_csv_looks_quoted(const struct weir_csv *csv,
                           const struct weir_dialect *dialect, char *text,
                           size_t len);
/* The bytes of the dialect that the block scans look for. */
struct weir_scan_marks weir_csv_marks(const struct weir_dialect *dialect);

/* Shape, by the block scans or by libcsv. The batch has its state. */
enum weir_status weir_csv_shape(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error);
enum weir_status weir_csv_shape_libcsv(const struct weir_stream *stream,
                                       struct weir_batch *batch,
                                       struct weir_error *error);
/* Fails with WEIR_USAGE, and names the option, if libcsv lacks the dialect. */
enum weir_status weir_csv_libcsv_check(const struct weir_dialect *dialect,
                                       struct weir_error *error);

#endif
