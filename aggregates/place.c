/*
 * first and last: the first or last value of the input that is not null.
 * Records are ordered by their positions, so the result is the same however the
 * input was split and in whatever order the parts are merged.
 */
#include "aggregates/kept.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"

struct state {
    uint64_t position;
    struct weir_kept kept;
};

static bool is_better(const struct state *state, uint64_t position, bool last)
{
    if (state->kept.kind == WEIR_NULL)
        return true;
    return last ? position > state->position : position < state->position;
}

/* Goes through the rows from the end that counts, so that few values are kept
 * and replaced. */
static inline bool update(const struct weir_states *states,
                          const struct weir_arguments *input, bool last)
{
    for (size_t i = 0; i < input->rows; i++) {
        size_t row = last ? input->rows - 1 - i : i;
        struct state *state = weir_state_of(states, input, row);
        uint64_t position = input->position + input->start[row];
        if (!is_better(state, position, last))
            continue;
        struct weir_number value = weir_input_value(input, row);
        if (value.kind == WEIR_NULL)
            continue;
        if (!weir_kept_set(&state->kept, states->arena, &value))
            return false;
        state->position = position;
    }
    return true;
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row, bool last)
{
    struct state *state = weir_state_at(into, into_row);
    const struct state *other = weir_state_at(from, from_row);
    if (other->kept.kind == WEIR_NULL ||
        !is_better(state, other->position, last))
        return true;
    state->position = other->position;
    return weir_kept_copy(&state->kept, into->arena, &other->kept, from->arena);
}

static bool update_first(const struct weir_states *states,
                         const struct weir_arguments *input)
{
    return update(states, input, false);
}

static bool update_last(const struct weir_states *states,
                        const struct weir_arguments *input)
{
    return update(states, input, true);
}

static bool merge_first(const struct weir_states *into, size_t into_row,
                        const struct weir_states *from, size_t from_row)
{
    return merge(into, into_row, from, from_row, false);
}

static bool merge_last(const struct weir_states *into, size_t into_row,
                       const struct weir_states *from, size_t from_row)
{
    return merge(into, into_row, from, from_row, true);
}

static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    (void)scratch;
    return weir_kept_value(&state->kept, states->arena);
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t capacity)
{
    const struct state *state = weir_state_at(states, row);
    size_t used = weir_kept_save(&state->kept, states->arena, into, capacity);
    if (state->kept.kind == WEIR_NULL)
        return used;
    if (used > capacity || capacity - used < WEIR_VARINT_CAPACITY)
        return used + WEIR_VARINT_CAPACITY;
    char *end = weir_put_varint(into + used, state->position);
    return (size_t)(end - into);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    struct state *state = weir_state_at(states, row);
    enum weir_status status = weir_kept_load(&state->kept, states->arena, from);
    if (status || state->kept.kind == WEIR_NULL)
        return status;
    return weir_get_varint(from, &state->position) ? WEIR_OK : WEIR_DATA;
}

const struct weir_aggregate weir_aggregate_first = {
    .name = "first",
    .aliases = "first_value any_value",
    .brief = "the first value in the input",
    .version = 1,
    .need = {WEIR_NEED_TEXT},
    .gives = WEIR_GIVES_VALUE,
    .placed = true,
    .size = sizeof(struct state),
    .update = update_first,
    .merge = merge_first,
    .result = result,
    .save = save,
    .load = load,
};

const struct weir_aggregate weir_aggregate_last = {
    .name = "last",
    .aliases = "last_value",
    .brief = "the last value in the input",
    .version = 1,
    .need = {WEIR_NEED_TEXT},
    .gives = WEIR_GIVES_VALUE,
    .placed = true,
    .size = sizeof(struct state),
    .update = update_last,
    .merge = merge_last,
    .result = result,
    .save = save,
    .load = load,
};
