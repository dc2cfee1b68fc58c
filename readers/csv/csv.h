/*
 * The CSV reader: a stream over a list of inputs, read as one table. How it is
 * read, and what is behind the stream, is in reader.h.
 */
#ifndef WEIR_READERS_CSV_CSV_H
#define WEIR_READERS_CSV_CSV_H

#include "base/stream.h"
#include "readers/sources/sources.h"

/*
 * Where the first record of a shard of one file begins, and where the last one
 * ended: positions (base/stream.h) plus one. What ends where the next one
 * begins was cut as it should be. 0: whole inputs, or none of it.
 */
struct weir_split {
    uint64_t begins, ends;
};

struct weir_csv_inputs {
    const char *const *path; /* "-" is standard input */
    size_t n;
    struct weir_source_options source;
    struct weir_io_counters *io; /* NULL allowed */
    /* Upper limit for a segment's compressed bytes, so that progress and
     * checkpoints are not delayed: where the first one has more the input is
     * read in sequence. 0: no limit. */
    uint64_t segment_max;
    /* Of several files those that are shard I's of N, in their order; of one
     * file the records that begin in the I-th of N equal parts of its bytes, or
     * in the frames or members that do. 0: all of it. */
    uint32_t shard, of_shards;
    /* Where the first of them begins, as the split of the shard before tells;
     * 0: to be found. */
    uint64_t begins;
    /* Told when all is read; who gives it holds it against the neighbours'.
     * NULL: nobody does, and nothing may be guessed. */
    struct weir_split *split;
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

#endif
