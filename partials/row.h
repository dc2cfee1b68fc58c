/*
 * Rows of states: what a table's groups have, as partials see it. Wherever the
 * states of an aggregate lie (side by side with the other groups', as in a
 * hash aggregate, or with the group's other states), its struct weir_states
 * says so.
 */
#ifndef WEIR_PARTIALS_ROW_H
#define WEIR_PARTIALS_ROW_H

#include "base/aggregate.h"

/* What a row is made of: states of these. Borrowed. */
struct weir_shape {
    const struct weir_aggregate *const *aggregate;
    size_t n;
};

/* Rows of that shape: a hash aggregate's, a window's. Borrowed. */
struct weir_state_rows {
    const struct weir_shape *shape;
    const struct weir_states *states; /* [aggregate] */
};

/*
 * Lays rows out in one block at `base`, a row's states together; returns the
 * bytes of a row. `base` may be NULL, to ask for them.
 */
size_t weir_shape_lay(const struct weir_shape *shape, char *base,
                      struct weir_arena *arena, struct weir_states *states);

/*
 * Saves a row's states, one after another: returns the bytes they take. Where
 * that is more than `room`, what is in `into` means nothing.
 */
size_t weir_row_save(const struct weir_state_rows *rows, size_t row, char *into,
                     size_t capacity) WEIR_CHECKED;

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
