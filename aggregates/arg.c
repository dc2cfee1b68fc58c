/*
 * arg_min(x, y) and arg_max(x, y): the x of the record with the least or
 * greatest y, of the records that have both. Of records with equal y it is the
 * first in the input, so the result is the same however the input was split.
 * y is compared as min and max compare.
 */
#include "aggregates/kept.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"

struct state {
    uint64_t position;
    struct weir_kept x, y;
};

/* sign is 1 for arg_min, -1 for arg_max. Numbers are better than texts. */
static bool is_better(const struct state *state, const struct weir_arena *arena,
                      const struct weir_number *y, uint64_t position, int sign)
{
    const bool text = state->y.kind == WEIR_TEXT;
    if (state->y.kind == WEIR_NULL || text != (y->kind == WEIR_TEXT))
        return state->y.kind == WEIR_NULL || text;
    const struct weir_number kept = weir_kept_value(&state->y, arena);
    const int by = sign * weir_natural_compare(y, &kept);
    return by ? by < 0 : position < state->position;
}

static inline bool update(const struct weir_states *states,
                          const struct weir_arguments *input, int sign)
{
    for (size_t row = 0; row < input->rows; row++) {
        struct state *state = weir_state_of(states, input, row);
        const uint64_t position = input->position + input->start[row];
        const struct weir_number y = weir_input_value_of(input, 1, row);
        if (y.kind == WEIR_NULL ||
            !is_better(state, states->arena, &y, position, sign))
            continue;
        const struct weir_number x = weir_input_value(input, row);
        if (x.kind == WEIR_NULL)
            continue;
        if (!weir_kept_set(&state->x, states->arena, &x) ||
            !weir_kept_set(&state->y, states->arena, &y))
            return false;
        state->position = position;
    }
    return true;
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row, int sign)
{
    struct state *state = weir_state_at(into, into_row);
    const struct state *other = weir_state_at(from, from_row);
    const struct weir_number y = weir_kept_value(&other->y, from->arena);
    if (y.kind == WEIR_NULL ||
        !is_better(state, into->arena, &y, other->position, sign))
        return true;
    state->position = other->position;
    return weir_kept_copy(&state->x, into->arena, &other->x, from->arena) &&
           weir_kept_copy(&state->y, into->arena, &other->y, from->arena);
}

static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    (void)scratch;
    return weir_kept_value(&state->x, states->arena);
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t capacity)
{
    const struct state *state = weir_state_at(states, row);
    size_t used = weir_kept_save(&state->y, states->arena, into, capacity);
    if (state->y.kind == WEIR_NULL)
        return used;
    const size_t room = used < capacity ? capacity - used : 0;
    used += weir_kept_save(&state->x, states->arena, room ? into + used : into,
                           room);
    if (used > capacity || capacity - used < WEIR_VARINT_CAPACITY)
        return used + WEIR_VARINT_CAPACITY;
    return (size_t)(weir_put_varint(into + used, state->position) - into);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    struct state *state = weir_state_at(states, row);
    enum weir_status status = weir_kept_load(&state->y, states->arena, from);
    if (status || state->y.kind == WEIR_NULL)
        return status;
    status = weir_kept_load(&state->x, states->arena, from);
    if (status)
        return status;
    return weir_get_varint(from, &state->position) ? WEIR_OK : WEIR_DATA;
}

#define ARG(its_name, its_aliases, its_brief, sign)                            \
    static bool its_name##_update(const struct weir_states *states,            \
                                  const struct weir_arguments *input)          \
    {                                                                          \
        return update(states, input, sign);                                    \
    }                                                                          \
    static bool its_name##_merge(                                              \
        const struct weir_states *into, size_t into_row,                       \
        const struct weir_states *from, size_t from_row)                       \
    {                                                                          \
        return merge(into, into_row, from, from_row, sign);                    \
    }                                                                          \
    const struct weir_aggregate weir_aggregate_##its_name = {                  \
        .name = #its_name,                                                     \
        .call = #its_name "(x, y)",                                            \
        .aliases = its_aliases,                                                \
        .brief = its_brief,                                                    \
        .version = 1,                                                          \
        .need = {WEIR_NEED_TEXT, WEIR_NEED_NATURAL},                           \
        .one_kind = true,                                                      \
        .gives = WEIR_GIVES_VALUE,                                             \
        .placed = true,                                                        \
        .size = sizeof(struct state),                                          \
        .update = its_name##_update,                                           \
        .merge = its_name##_merge,                                             \
        .result = result,                                                      \
        .save = save,                                                          \
        .load = load}

ARG(arg_min, "argmin min_by", "the x where y is least; the first of several",
    1);
ARG(arg_max, "argmax max_by", "the x where y is greatest; the first of several",
    -1);
