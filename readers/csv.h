/*
 * The CSV reader: a stream over a list of inputs, read as one table.
 *
 * pull cuts (cut.c): it reads text and ends it after the last whole record.
 * shape splits (shape.c, or csv_libcsv.c): it finds the fields of a window.
 */
#ifndef WEIR_READERS_CSV_H
#define WEIR_READERS_CSV_H

#include "base/stream.h"
#include "readers/decoder.h"
#include "readers/dialect.h"
#include "readers/scan.h"
#include "readers/sources.h"

/*
 * Where the first record of a shard of one file begins, and where the last one
 * ended: positions (base/stream.h) plus one. What ends where the next one
 * begins was cut as it should be. 0: whole inputs, or none of it.
 */
struct weir_seam {
    uint64_t begins, ends;
};

struct weir_csv_inputs {
    const char *const *path; /* "-" is standard input */
    size_t n;
    struct weir_source_options source;
    struct weir_meter *meter; /* NULL allowed */
    /* Raw bytes of a lane, if who looks into the run is not to wait for long:
     * where the first has more there are none. 0: any. */
    uint64_t lane_most;
    /* Of several files those that are shard I's of N, in their order; of one
     * file the records that begin in the I-th of N equal parts of its bytes, or
     * in the frames or members that do. 0: all of it. */
    uint32_t shard, of_shards;
    /* Where the first of them begins, as the seam of the shard before tells; 0:
     * to be found. */
    uint64_t begins;
    /* Told when all is read; who gives it holds it against the neighbours'.
     * NULL: nobody does, and nothing may be guessed. */
    struct weir_seam *seam;
};

/*
 * Opens the first input and reads its header. `inputs->path` and `reading`'s
 * texts must live until close.
 */
struct weir_stream *weir_csv_open(const struct weir_csv_inputs *inputs,
                                  const struct weir_reading *reading,
                                  struct weir_error *error) WEIR_CHECKED;

/* The same over a source that is already open, taken over; for tests and
 * the API. */
struct weir_stream *weir_csv_over(struct weir_source *source, const char *name,
                                  const struct weir_reading *reading,
                                  struct weir_error *error) WEIR_CHECKED;

/* Text per raw byte, at most, as a power of two. A block of zstd's that takes
 * four bytes may give 128 KiB. */
#define WEIR_EXPANSION 16

/* Text as it is read, from one place of an input on. */
struct weir_flow {
    struct weir_source *source;
    uint64_t consumed; /* decoded bytes given out, or header */
    bool ended;
    unsigned added; /* a line end that the input did not have */

    /* Bytes read and not yet given out: carry[carry_from, carry_len). */
    char *carry;
    size_t carry_from, carry_len, carry_room;
};

/* The reader behind the stream: what pull and shape share. */
struct weir_csv {
    struct weir_stream stream;
    struct weir_reading reading;
    struct weir_csv_inputs inputs;
    struct weir_dialect *dialect; /* [input] */
    const char **input_name;      /* [input] */
    uint64_t *ahead;              /* [input]: its size, for the meter */
    const struct weir_scan *scan;

    /* The shard: inputs, and of a single one what lies between two marks. */
    size_t first_input, past_input;
    enum weir_csv_share {
        WEIR_SHARE_INPUTS,
        WEIR_SHARE_BYTES, /* the marks are the text's */
        WEIR_SHARE_PARTS  /* they are borders of frames or members */
    } share;
    struct weir_mark mark[2];
    uint64_t raw_end;     /* of all of it */
    uint64_t from, until; /* records that begin in [from, until) */

    /* The input being read. */
    struct weir_flow flow; /* of `opened`, or of its branch */
    struct weir_source *opened;
    struct weir_decoder *branch; /* after a resume: see resume.c */
    size_t next_input;
    uint64_t first_line; /* of the first record */
    uint64_t position;   /* above all of the inputs before this one */
    uint64_t shift;      /* of positions, by what was not read of it */
    bool starts_input;
    bool in_sequence;  /* records are too long for pieces */
    bool decode_ahead; /* inputs that are decoded are read ahead: ahead.c */
    bool is_ahead;     /* this one is */

    /* Its lanes, where it has some: see lane.c. */
    enum weir_csv_lanes {
        WEIR_LANES_UNKNOWN,
        WEIR_LANES_NONE,
        WEIR_LANES_FOUND,
        WEIR_LANES_BEGUN
    } lanes;
    bool by_path;     /* the inputs are opened here */
    bool lanes_never; /* one was mistaken */
    struct weir_decoder *decoder;
    uint64_t border; /* where the next lane begins */

    /* Where the reading may go on: see resume.c. */
    struct weir_part part, later; /* begun before `consumed`; and after */
    struct weir_place resumed;    /* where it was told to */
    bool resumes;                 /* and is not yet */

    uint64_t seq;
    size_t max_record;
    enum weir_status sticky;
    struct weir_error sticky_error;
    char **names;
    size_t n_names, names_room;
};

/* Reads up to the end of the header of the input just opened (header.c). */
enum weir_status weir_csv_header(struct weir_csv *csv,
                                 struct weir_error *error) WEIR_CHECKED;

/* Reads more into the carry. 0 at the end, below zero a status. */
ptrdiff_t weir_csv_fill(struct weir_csv *csv, struct weir_error *error);

/* Reads whole records of batch->input into the batch, behind what it holds
 * already (cut.c). WEIR_END: the flow has no more. */
enum weir_status weir_csv_read(const struct weir_csv *csv,
                               struct weir_flow *flow, struct weir_batch *batch,
                               struct weir_error *error) WEIR_CHECKED;

/* The shard that was asked for (shard.c): which inputs, or which bytes of one;
 * from the beginning of it, again or not; and up to its first record, and the
 * batch without what is past its last. */
enum weir_status weir_csv_deal(struct weir_csv *csv,
                               struct weir_error *error) WEIR_CHECKED;
void weir_csv_deal_begin(struct weir_csv *csv);
enum weir_status weir_csv_read_part(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;

/* Places (resume.c): the stream's; notes, after a pull, where parts begin; and
 * goes to where the stream resumes, before one. */
void weir_csv_tell(const struct weir_stream *stream, uint64_t lane_ends,
                   struct weir_place *place);
enum weir_status weir_csv_resume(struct weir_stream *stream,
                                 const struct weir_place *place,
                                 struct weir_error *error);
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

/* The same side by side, where the source allows it (piece.c). */
bool weir_csv_claim(struct weir_stream *stream, struct weir_batch *batch);
enum weir_status weir_csv_fetch(const struct weir_stream *stream,
                                struct weir_batch *batch,
                                struct weir_error *error);
enum weir_status weir_csv_join(struct weir_stream *stream,
                               struct weir_batch *batch,
                               struct weir_error *error);

/* Lanes: parts of a compressed input, each lane on a thread (lane.c). */
bool weir_csv_enter(struct weir_stream *stream, struct weir_batch *batch);
enum weir_status weir_csv_follow(const struct weir_stream *stream,
                                 struct weir_batch *batch,
                                 struct weir_error *error);
void weir_csv_bill_lanes(const struct weir_stream *stream, size_t threads,
                         struct weir_bill *bill);

/* Decoding ahead (cut.c). go_ahead is for before each pull, not earlier: lanes
 * are entered from the source itself. */
void weir_csv_read_ahead(struct weir_stream *stream);
void weir_csv_bill_ahead(const struct weir_stream *stream,
                         struct weir_bill *bill);
void weir_csv_go_ahead(struct weir_csv *csv);

/* Says where in the input the batch begins (csv.c). */
void weir_csv_place(const struct weir_csv *csv, struct weir_batch *batch);

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
