/*
 * range(x): the greatest number minus the least one, exactly if 64 bits hold
 * the difference, and otherwise rounded once.
 */
#include "aggregates/extreme.h"
#include "aggregates/kept.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "base/number_exact.h"

struct state {
    struct weir_kept least, greatest;
};

static bool offer(struct weir_kept *kept, struct weir_arena *arena,
                  const struct weir_number *value, int sign)
{
    const struct weir_number held = weir_kept_value(kept, arena);
    return !weir_extreme_is_better(value, &held, sign) ||
           weir_kept_set(kept, arena, value);
}

static bool offer_both(struct state *state, struct weir_arena *arena,
                       const struct weir_number *least,
                       const struct weir_number *greatest)
{
    return offer(&state->least, arena, least, 1) &&
           offer(&state->greatest, arena, greatest, -1);
}

static inline bool is_near(const struct weir_kept *kept,
                           const struct weir_number *value)
{
    return kept->kind == WEIR_DECIMAL && value->kind == WEIR_DECIMAL &&
           kept->exponent == value->exponent;
}

/* Whether the value is between what is kept, which mantissas of one exponent
 * tell. */
static inline bool is_between(const struct state *state,
                              const struct weir_number *value)
{
    return is_near(&state->least, value) && is_near(&state->greatest, value) &&
           value->mantissa >= state->least.mantissa &&
           value->mantissa <= state->greatest.mantissa;
}

static bool update(const struct weir_states *states,
                   const struct weir_arguments *input)
{
    for (size_t row = 0; row < input->rows; row++) {
        const struct weir_number value =
            weir_vector_number(input->value[0], row);
        struct state *state = weir_state_of(states, input, row);
        if (value.kind != WEIR_NULL && !is_between(state, &value) &&
            !offer_both(state, states->arena, &value, &value))
            return false;
    }
    return true;
}

static bool take(struct weir_kept *kept, struct weir_arena *arena,
                 const struct weir_kept *other,
                 const struct weir_arena *from_arena, int sign)
{
    const struct weir_number held = weir_kept_value(kept, arena);
    const struct weir_number value = weir_kept_value(other, from_arena);
    return !weir_extreme_is_better(&value, &held, sign) ||
           weir_kept_copy(kept, arena, other, from_arena);
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row)
{
    struct state *state = weir_state_at(into, into_row);
    const struct state *other = weir_state_at(from, from_row);
    return other->least.kind == WEIR_NULL ||
           (take(&state->least, into->arena, &other->least, from->arena, 1) &&
            take(&state->greatest, into->arena, &other->greatest, from->arena,
                 -1));
}

static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    const struct weir_number least =
        weir_kept_value(&state->least, states->arena);
    const struct weir_number greatest =
        weir_kept_value(&state->greatest, states->arena);
    struct weir_number number = {.kind = WEIR_NULL};
    mpq_t value, low;
    (void)scratch;
    if (least.kind == WEIR_NULL)
        return number;
    mpq_inits(value, low, NULL);
    weir_exact_set(value, &greatest);
    weir_exact_set(low, &least);
    mpq_sub(value, value, low);
    number = weir_exact_number(value);
    mpq_clears(value, low, NULL);
    return number;
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t capacity)
{
    const struct state *state = weir_state_at(states, row);
    size_t used = weir_kept_save(&state->least, states->arena, into, capacity);
    const size_t room = used < capacity ? capacity - used : 0;
    if (state->least.kind == WEIR_NULL)
        return used;
    return used + weir_kept_save(&state->greatest, states->arena,
                                 room ? into + used : into, room);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    struct state *state = weir_state_at(states, row);
    enum weir_status status =
        weir_kept_load(&state->least, states->arena, from);
    if (status || state->least.kind == WEIR_NULL)
        return status;
    status = weir_kept_load(&state->greatest, states->arena, from);
    if (status)
        return status;
    return state->least.kind != WEIR_TEXT &&
                   state->greatest.kind != WEIR_TEXT &&
                   state->greatest.kind != WEIR_NULL
               ? WEIR_OK
               : WEIR_DATA;
}

const struct weir_aggregate weir_aggregate_range = {
    .name = "range",
    .brief = "the greatest number minus the least one",
    .version = 1,
    .need = {WEIR_NEED_NUMBER},
    .gives = WEIR_GIVES_NUMBER,
    .size = sizeof(struct state),
    .update = update,
    .merge = merge,
    .result = result,
    .save = save,
    .load = load,
};
