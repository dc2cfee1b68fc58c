/*
 * mode(x) and antimode(x): the most and the least frequent value. Of several
 * equally frequent ones it is the least, which comes first.
 */
#include "aggregates/kept.h"
#include "aggregates/registry.h"

struct state {
    uint64_t times; /* 0: no value yet */
    struct weir_kept value;
};

static void begin(void *at, const struct weir_parameter *parameter, uint64_t n)
{
    struct state *state = at;
    (void)parameter;
    (void)n;
    state->times = 0;
}

static bool keep(struct state *state, struct weir_arena *arena,
                 struct weir_text value, uint64_t times)
{
    const struct weir_number text = {.kind = WEIR_TEXT, .text = value};
    state->times = times;
    return weir_kept_set(&state->value, arena, &text);
}

static bool add_more(void *at, struct weir_arena *arena, struct weir_text value,
                     uint64_t times)
{
    struct state *state = at;
    return times <= state->times || keep(state, arena, value, times);
}

static bool add_less(void *at, struct weir_arena *arena, struct weir_text value,
                     uint64_t times)
{
    struct state *state = at;
    return (state->times && times >= state->times) ||
           keep(state, arena, value, times);
}

static bool result(void *at, struct weir_arena *arena,
                   struct weir_number *value)
{
    const struct state *state = at;
    *value = (struct weir_number){.kind = WEIR_NULL};
    if (state->times)
        *value = weir_kept_value(&state->value, arena);
    return true;
}

#define MODE(its_name, its_brief, its_add)                                     \
    static const struct weir_ordered_set its_name##_set = {                    \
        .size = sizeof(struct state),                                          \
        .begin = begin,                                                        \
        .add = its_add,                                                        \
        .result = result};                                                     \
    const struct weir_aggregate weir_aggregate_##its_name = {                  \
        .name = #its_name,                                                     \
        .brief = its_brief,                                                    \
        .need = {WEIR_NEED_TEXT},                                              \
        .gives = WEIR_GIVES_VALUE,                                             \
        .ordered_set = &its_name##_set}

MODE(mode, "the most frequent value; of several the least", add_more);
MODE(antimode, "the least frequent value; of several the least", add_less);
