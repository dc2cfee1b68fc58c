/*
 * Rows of states: what a table's groups have, as partials see it.
 *
 *     states:  | row 0: state a, state b, ... | row 1: ... |
 *                       ^ offset[0]  ^ offset[1]
 */
#ifndef WEIR_PARTIALS_ROW_H
#define WEIR_PARTIALS_ROW_H

#include "base/aggregate.h"

/* What a row is made of. Its arrays belong to the caller. */
struct weir_shape {
    const struct weir_aggregate *const *aggregate;
    const size_t *offset; /* [aggregate]: of its state in a row */
    size_t n, stride;     /* aggregates; bytes from row to row */
};

/* Rows of that shape: a tally's, a window's. Borrowed. */
struct weir_state_rows {
    const struct weir_shape *shape;
    char *base;
    struct weir_arena *arena;
};

/* Offsets in a row, as many as aggregates; returns the stride. */
size_t weir_shape_lay(const struct weir_aggregate *const *aggregate, size_t n,
                      size_t *offset);

/*
 * Saves a row's states, one after another: returns the bytes they take. Where
 * that is more than `room`, what is in `into` means nothing.
 */
size_t weir_row_save(const struct weir_state_rows *rows, size_t row, char *into,
                     size_t room) WEIR_CHECKED;

/*
 * Loads what was saved into a row that is all-zero. WEIR_DATA where it is no
 * such row, WEIR_LIMIT where the arena refused; the row then holds whatever.
 */
enum weir_status weir_row_load(const struct weir_state_rows *rows, size_t row,
                               struct weir_text saved) WEIR_CHECKED;

/* Adds a row to another; false where the arena refused. */
bool weir_row_merge(const struct weir_state_rows *into, size_t into_row,
                    const struct weir_state_rows *from,
                    size_t from_row) WEIR_CHECKED;

#endif
