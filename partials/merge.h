/*
 * Merges any number of runs. It gives the groups in key order, each once, in
 * memory that does not depend on how many groups there are.
 *
 *     weir_merge_open(&merge, spills, n, &shape, memory, &error);
 *     while ((status = weir_merge_next(&merge, &rows, row, &key,
 *                                      &error)) == WEIR_OK)
 *         ... key, and the states in that row; the row is cleared again
 *     weir_merge_release(&merge);
 *
 * Runs are read one block at a time. If the memory cannot hold a block of every
 * run, opening first merges the shortest runs in passes. A pass writes its run
 * into the spill of one of the runs that it merged.
 */
#ifndef WEIR_PARTIALS_MERGE_H
#define WEIR_PARTIALS_MERGE_H

#include "partials/run_reader.h"

struct weir_contender {
    uint64_t prefix;
    uint64_t reader;
};

struct weir_source_run {
    struct weir_spill *spill;
    struct weir_run run;
};

/* Rows of states: row 0 for a pass, row 1 for states of an equal key. */
struct weir_merge_rows {
    struct weir_state_rows rows;
    struct weir_states *states;
    char *bytes;
    size_t stride;
};

struct weir_merge {
    struct weir_run_reader *reader; /* one for each run that is being read */
    size_t n, readers_capacity;
    /* tree[0] is the winner, the others are losers: see merge.c */
    struct weir_contender *tree;
    struct weir_source_run *left; /* runs still to be merged */
    size_t n_left;
    struct {
        char *bytes;
        size_t len, capacity;
    } last; /* the key given to the caller last */
    struct weir_merge_rows own;
    struct weir_arena arena;
    struct weir_pack pack;
    bool packed; /* frames are compressed */
};

/*
 * Opens a merge of all runs of `n` spills. The spills and the shape are
 * borrowed until release. Open runs are ended. `memory` is the limit in bytes;
 * if it is less than weir_merge_bytes(2), the merge takes that much anyway.
 * Release is allowed on a zeroed merge and after a failed open. One thread uses
 * a merge, and no other thread may use its spills.
 */
enum weir_status weir_merge_open(struct weir_merge *merge,
                                 struct weir_spill *const *spill, size_t n,
                                 const struct weir_shape *shape, size_t memory,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_merge_release(struct weir_merge *merge);

/*
 * Returns WEIR_OK with the next group: its key, borrowed until the next call,
 * and its states in a row that the caller has set to zero. WEIR_END after the
 * last. WEIR_IO if a temporary file was damaged.
 */
enum weir_status weir_merge_next(struct weir_merge *merge,
                                 const struct weir_state_rows *into, size_t row,
                                 struct weir_text *key,
                                 struct weir_error *error) WEIR_CHECKED;

/* Merges the shortest runs of a spill until at most `max` are left, or as many
 * as `memory` (see weir_merge_open) allows to merge at once. */
enum weir_status weir_merge_shorten(struct weir_spill *spill, size_t max,
                                    const struct weir_shape *shape,
                                    size_t memory,
                                    struct weir_error *error) WEIR_CHECKED;

/* Memory in bytes for merging that many runs at once, as long as no record is
 * very long. Frames that are compressed take weir_unpack_bytes() more. */
size_t weir_merge_bytes(size_t runs);

#endif
