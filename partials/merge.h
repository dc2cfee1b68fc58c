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

#include "partials/spill.h"

struct weir_cursor;

struct weir_merge {
    struct weir_spill *const *spill;
    size_t n_spills;
    struct weir_cursor *cursor;
    size_t n_cursors;
    struct weir_contender {
        uint64_t prefix;
        uint32_t cursor;
    } * tree;   /* of losers; tree[0] is the winner */
    char *last; /* the key handed out */
    size_t last_len, last_room;
    struct weir_state_rows spare; /* one row: what equal keys are loaded into */
    struct weir_arena arena;
    char *packed; /* a frame as stored, where it is zstd */
    size_t packed_room;
    void *zstd;
};

/*
 * Opens a merge of all runs of `n` spills, which are borrowed, as are their
 * array and the shape. `memory` is what it may hold: weir_merge_bytes() of two
 * runs at least. Release is allowed on a zeroed one, and after a failed open.
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
