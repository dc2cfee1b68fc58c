/*
 * count_if, bool_and and bool_or have one state: how often the condition holds
 * and how often it does not. Where it is unknown (x > 3 of a null) it counts
 * for neither.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"

struct state {
    uint64_t yes, no;
};

static bool update(const struct weir_states *states,
                   const struct weir_arguments *input)
{
    const uint8_t *boolean = input->value[0]->boolean;
    for (size_t row = 0; row < input->rows; row++) {
        struct state *state = weir_state_of(states, input, row);
        state->yes += boolean[row] == WEIR_TRUE;
        state->no += boolean[row] == WEIR_FALSE;
    }
    return true;
}

/* Only forged partials can have counts that are too large. */
static uint64_t add(uint64_t a, uint64_t b)
{
    return b < INT64_MAX - a ? a + b : INT64_MAX;
}

static bool merge(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row)
{
    struct state *state = weir_state_at(into, into_row);
    const struct state *other = weir_state_at(from, from_row);
    state->yes = add(state->yes, other->yes);
    state->no = add(state->no, other->no);
    return true;
}

static struct weir_number number_of(uint64_t n)
{
    return (struct weir_number){.kind = WEIR_DECIMAL, .mantissa = (int64_t)n};
}

static struct weir_number count_if(const struct weir_states *states, size_t row,
                                   char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    (void)scratch;
    return number_of(state->yes);
}

static struct weir_number bool_and(const struct weir_states *states, size_t row,
                                   char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    (void)scratch;
    return state->yes || state->no ? number_of(!state->no)
                                   : (struct weir_number){.kind = WEIR_NULL};
}

static struct weir_number bool_or(const struct weir_states *states, size_t row,
                                  char *scratch)
{
    const struct state *state = weir_state_at(states, row);
    (void)scratch;
    return state->yes || state->no ? number_of(state->yes > 0)
                                   : (struct weir_number){.kind = WEIR_NULL};
}

static size_t save(const struct weir_states *states, size_t row, char *into,
                   size_t capacity)
{
    const struct state *state = weir_state_at(states, row);
    (void)capacity;
    char *at = weir_put_varint(into, state->yes);
    return (size_t)(weir_put_varint(at, state->no) - into);
}

static enum weir_status load(const struct weir_states *states, size_t row,
                             struct weir_text *from)
{
    struct state *state = weir_state_at(states, row);
    return weir_get_varint(from, &state->yes) &&
                   weir_get_varint(from, &state->no) &&
                   state->yes <= INT64_MAX && state->no <= INT64_MAX
               ? WEIR_OK
               : WEIR_DATA;
}

#define LOGIC(its_name, its_aliases, its_brief, its_state_of, its_gives)       \
    const struct weir_aggregate weir_aggregate_##its_name = {                  \
        .name = #its_name,                                                     \
        .call = #its_name "(x > 3)",                                           \
        .aliases = its_aliases,                                                \
        .brief = its_brief,                                                    \
        .version = 1,                                                          \
        .need = {WEIR_NEED_CONDITION},                                         \
        .gives = its_gives,                                                    \
        .size = sizeof(struct state),                                          \
        .state_of = its_state_of,                                              \
        .update = update,                                                      \
        .merge = merge,                                                        \
        .result = its_name,                                                    \
        .save = save,                                                          \
        .load = load}

LOGIC(count_if, "countif", "for how many records it holds", NULL,
      WEIR_GIVES_NUMBER);
LOGIC(bool_and, "every logical_and", "whether it holds for all",
      &weir_aggregate_count_if, WEIR_GIVES_CONDITION);
LOGIC(bool_or, "logical_or", "whether it holds for one",
      &weir_aggregate_count_if, WEIR_GIVES_CONDITION);
