#include "partials/row.h"

size_t weir_shape_lay(const struct weir_aggregate *const *aggregate, size_t n,
                      size_t *offset)
{
    size_t stride = 0;
    for (size_t i = 0; i < n; i++) {
        offset[i] = stride;
        stride += (aggregate[i]->size + 15) & ~(size_t)15;
    }
    return stride ? stride : 16;
}

static inline struct weir_states states_of(const struct weir_state_rows *rows,
                                           size_t aggregate)
{
    return (struct weir_states){.base =
                                    rows->base + rows->shape->offset[aggregate],
                                .stride = rows->shape->stride,
                                .arena = rows->arena};
}

size_t weir_row_save(const struct weir_state_rows *rows, size_t row, char *into,
                     size_t room)
{
    char spare[WEIR_SAVED_ROOM] = {0};
    size_t used = 0;
    for (size_t i = 0; i < rows->shape->n; i++) {
        struct weir_states states = states_of(rows, i);
        bool fits = used <= room && room - used >= WEIR_SAVED_ROOM;
        size_t len = rows->shape->aggregate[i]->save(
            &states, row, fits ? into + used : spare,
            fits ? room - used : sizeof spare);
        /* Short of room is short altogether: see the caller. */
        used += fits || len > WEIR_SAVED_ROOM ? len : WEIR_SAVED_ROOM;
    }
    return used;
}

enum weir_status weir_row_load(const struct weir_state_rows *rows, size_t row,
                               struct weir_text saved)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < rows->shape->n; i++) {
        struct weir_states states = states_of(rows, i);
        status = rows->shape->aggregate[i]->load(&states, row, &saved);
    }
    return !status && saved.len ? WEIR_DATA : status;
}

bool weir_row_merge(const struct weir_state_rows *into, size_t into_row,
                    const struct weir_state_rows *from, size_t from_row)
{
    for (size_t i = 0; i < into->shape->n; i++) {
        struct weir_states a = states_of(into, i), b = states_of(from, i);
        if (!into->shape->aggregate[i]->merge(&a, into_row, &b, from_row))
            return false;
    }
    return true;
}
