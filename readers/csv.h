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

struct weir_csv_inputs {
    const char *const *path; /* "-" is standard input */
    size_t n;
    struct weir_source_options source;
    struct weir_meter *meter; /* NULL allowed */
    /* Of several files those that are shard I's of N, in their order; of one
     * plain file the records that begin in the I-th of N equal parts of its
     * bytes. 0: all of it. */
    uint32_t shard, of_shards;
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

    /* The shard: inputs, and of a single one places of its bytes. */
    size_t first_input, past_input;
    uint64_t from, until; /* records that begin in [from, until) */

    /* The input being read. */
    struct weir_flow flow;
    size_t next_input;
    uint64_t first_line; /* of the first record */
    uint64_t position;   /* above all of the inputs before this one */
    bool starts_input;
    bool in_sequence; /* records are too long for pieces */

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

/* Reads whole records of batch->input into the batch (cut.c). WEIR_END: the
 * flow has no more. */
enum weir_status weir_csv_read(const struct weir_csv *csv,
                               struct weir_flow *flow, struct weir_batch *batch,
                               struct weir_error *error) WEIR_CHECKED;

/* The shard that was asked for (shard.c): which inputs; then, of the first,
 * which bytes; then to its first record, and the batch without what is past
 * its last. */
enum weir_status weir_csv_deal(struct weir_csv *csv,
                               struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_csv_part(struct weir_csv *csv,
                               struct weir_error *error) WEIR_CHECKED;
enum weir_status weir_csv_read_part(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error) WEIR_CHECKED;

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
