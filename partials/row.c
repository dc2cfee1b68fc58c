#include "partials/row.h"

size_t weir_shape_lay(const struct weir_shape *shape, char *base,
                      struct weir_arena *arena, struct weir_states *states)
{
    size_t stride = 0, at = 0;
    for (size_t i = 0; i < shape->n; i++)
        stride += shape->aggregate[i]->size;
    for (size_t i = 0; base && i < shape->n; i++) {
        states[i] = (struct weir_states){base + at, stride, arena};
        at += shape->aggregate[i]->size;
    }
    return stride ? stride : 8;
}

size_t weir_row_save(const struct weir_state_rows *rows, size_t row, char *into,
                     size_t capacity)
{
    char spare[WEIR_SAVED_CAPACITY] = {0};
    size_t used = 0;
    for (size_t i = 0; i < rows->shape->n; i++) {
        bool fits = used <= capacity && capacity - used >= WEIR_SAVED_CAPACITY;
        size_t len = rows->shape->aggregate[i]->save(
            &rows->states[i], row, fits ? into + used : spare,
            fits ? capacity - used : sizeof spare);
        /* A state that does not fit counts as WEIR_SAVED_CAPACITY at least, so
         * that the sum exceeds `capacity` and the caller sees it. */
        used += fits || len > WEIR_SAVED_CAPACITY ? len : WEIR_SAVED_CAPACITY;
    }
    return used;
}

enum weir_status weir_row_load(const struct weir_state_rows *rows, size_t row,
                               struct weir_text saved)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < rows->shape->n; i++) {
        status = rows->shape->aggregate[i]->load(&rows->states[i], row, &saved);
    }
    return !status && saved.len ? WEIR_DATA : status;
}

bool weir_row_merge(const struct weir_state_rows *into, size_t into_row,
                    const struct weir_state_rows *from, size_t from_row)
{
    for (size_t i = 0; i < into->shape->n; i++) {
        if (!into->shape->aggregate[i]->merge(&into->states[i], into_row,
                                              &from->states[i], from_row))
            return false;
    }
    return true;
}
