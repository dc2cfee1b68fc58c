/*
 * The merge of any number of runs: groups in key order, each once, in memory
 * that does not grow with them.
 *
 *     weir_merge_open(&merge, spills, n, &shape, memory, &error);
 *     while ((status = weir_merge_next(&merge, &rows, row, &key,
 *                                      &error)) == WEIR_OK)
 *         ... key, and the states in that row; the row is cleared again
 *     weir_merge_release(&merge);
 *
 * Runs are read a block at a time. Where there are more runs than blocks fit
 * the memory, opening merges them in passes, into runs of the first spill.
 */
#ifndef WEIR_PARTIALS_MERGE_H
#define WEIR_PARTIALS_MERGE_H

#include "partials/pack.h"
#include "partials/spill.h"

struct weir_merge {
    struct weir_cursor *cursor; /* one a run that is being read */
    size_t n, cursors_capacity;
    struct weir_contender {
        uint64_t prefix;
        uint64_t cursor;
    } * tree; /* tree[0] the winner, the others losers: see merge.c */
    struct weir_source_run {
        struct weir_spill *spill;
        struct weir_run run;
    } * left; /* runs to be merged */
    size_t n_left;
    char *last; /* the key handed out */
    size_t last_len, last_capacity;
    struct weir_state_rows own; /* two rows: a pass's, and equal keys' */
    struct weir_states *own_states;
    char *own_bytes;
    size_t own_stride;
    struct weir_arena arena;
    struct weir_pack pack;
};

/*
 * Opens a merge of all runs of `n` spills, which are borrowed, as is the shape.
 * `memory` is what it may hold; no less than weir_merge_bytes() of two runs is
 * taken. Release is allowed on a zeroed one, and after a failed open.
 */
enum weir_status weir_merge_open(struct weir_merge *merge,
                                 struct weir_spill *const *spill, size_t n,
                                 const struct weir_shape *shape, size_t memory,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_merge_release(struct weir_merge *merge);

/*
 * WEIR_OK and the next group: its key, borrowed until the next call, and its
 * states in a row that the caller brings all-zero. WEIR_END after the last.
 */
enum weir_status weir_merge_next(struct weir_merge *merge,
                                 const struct weir_state_rows *into, size_t row,
                                 struct weir_text *key,
                                 struct weir_error *error) WEIR_CHECKED;

/* What merging that many runs at once takes, but for longer records. */
size_t weir_merge_bytes(size_t runs);

#endif
