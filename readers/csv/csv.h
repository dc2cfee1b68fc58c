/*
 * The CSV reader: a stream over a list of inputs, read as one table.
 */
#ifndef WEIR_READERS_CSV_CSV_H
#define WEIR_READERS_CSV_CSV_H

#include "base/stream.h"
#include "readers/sources/sources.h"

/*
 * Where the first record of a shard of one file begins, and where its last
 * record ends: positions (base/stream.h) plus one. If one shard ends where the
 * next one begins, no record is lost or read twice. 0 means that the shard has
 * whole inputs, or that no part of the file begins in it.
 */
struct weir_split {
    uint64_t begins, ends;
};

/* A suitable limit for segments where a run is paused for results so far or
 * checkpoints: a pause waits until the segments that are being read are done.
 */
#define WEIR_SEGMENT_MAX ((uint64_t)64 << 20)

struct weir_csv_inputs {
    const char *const *path; /* "-" is standard input */
    size_t n;
    struct weir_source_options source;
    const char *zstd_dict; /* the path of a zstd dictionary, which the stream
                              reads when it is opened; NULL: none */
    struct weir_io_counters *io; /* NULL allowed */
    /* The maximum compressed size of a segment, in bytes, so that progress and
     * checkpoints are not delayed. If the first segment is larger, the
     * input is not read in segments. 0 means no limit. */
    uint64_t segment_max;
    /* Shard `shard` (from 1) of `of_shards`. Of several files, the stream reads
     * those that are this shard's, in their order. Of one file, it reads the
     * records that begin in the shard's share of the bytes, or in the frames or
     * members that begin there. If of_shards is 0, it reads everything. */
    uint32_t shard, of_shards;
    /* Where the shard's first record begins, if that is known: the split.ends
     * of the shard before it. 0 means that the stream has to find it. */
    uint64_t begins;
    /* Where the shard began and ended; the stream fills it in while it reads,
     * and it is complete at the end. The caller must compare it with those of
     * the neighbouring shards, because the stream may guess where the first
     * record begins. NULL: the stream does not guess that. */
    struct weir_split *split;
    /* The columns are those of all headers, in the order in which they appear,
     * and null where an input lacks them. Otherwise all inputs must have the
     * same columns, in any order. */
    bool by_union;
};

/* Opens the first input and reads its header. `inputs`, its array of paths and
 * `reading` are copied; what the pointers in them point to is borrowed until
 * close. `reading`
 * may be NULL. Returns NULL on failure. */
struct weir_stream *weir_csv_open(const struct weir_csv_inputs *inputs,
                                  const struct weir_reading *reading,
                                  struct weir_error *error) WEIR_CHECKED;

/* The name of an input in messages. Borrowed from the input. */
const char *weir_input_name(const struct weir_input *input);

/* Opens one input of any kind (weir.h), under the options of `how`, whose paths
 * do not count. It is copied; what its pointers point to is borrowed until
 * close. Returns NULL on failure. */
struct weir_stream *weir_csv_open_input(const struct weir_input *input,
                                        const struct weir_csv_inputs *how,
                                        const struct weir_reading *reading,
                                        struct weir_error *error) WEIR_CHECKED;

/* The query does not fit the columns of the stream: if its open input is
 * damaged, replaces *error by that (verify.c). Call it before the first next;
 * the stream must then be closed. */
void weir_csv_verify(struct weir_stream *stream, struct weir_error *error);

/* weir_csv_open over a source that is already open, which the stream takes
 * over, also on failure. For tests and the API. */
struct weir_stream *weir_csv_over(struct weir_source *source, const char *name,
                                  const struct weir_reading *reading,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
