/*
 * Rows of states: how partials see the groups of a table. The struct
 * weir_states of each aggregate says where its states lie: next to the same
 * aggregate's states of the other groups, as in a hash aggregate, or next to
 * the other states of the same group.
 */
#ifndef WEIR_PARTIALS_ROW_H
#define WEIR_PARTIALS_ROW_H

#include "base/aggregate.h"

/* The aggregates whose states make up a row. Borrowed. */
struct weir_shape {
    const struct weir_aggregate *const *aggregate;
    size_t n;
};

/* Rows of that shape, such as those of a hash aggregate or of a window.
 * Borrowed. */
struct weir_state_rows {
    const struct weir_shape *shape;
    const struct weir_states *states; /* [aggregate] */
};

/*
 * Fills in `states` so that the states of a row lie next to each other in one
 * block at `base`. Returns the bytes of a row. `base` may be NULL to ask only
 * for that; the caller allocates the block.
 */
size_t weir_shape_lay(const struct weir_shape *shape, char *base,
                      struct weir_arena *arena, struct weir_states *states);

/*
 * Saves the states of a row one after another. Returns the number of bytes they
 * need. If that is more than `capacity`, the contents of `into` are undefined.
 */
size_t weir_row_save(const struct weir_state_rows *rows, size_t row, char *into,
                     size_t capacity) WEIR_CHECKED;

/*
 * Loads saved states into an all-zero row. WEIR_DATA if the bytes are not a
 * valid row, WEIR_LIMIT if the arena refused. After a failure the states of the
 * row are undefined.
 */
enum weir_status weir_row_load(const struct weir_state_rows *rows, size_t row,
                               struct weir_text saved) WEIR_CHECKED;

/* Adds the states of one row to another. Returns false if the arena refused. */
bool weir_row_merge(const struct weir_state_rows *into, size_t into_row,
                    const struct weir_state_rows *from,
                    size_t from_row) WEIR_CHECKED;

#endif
