/*
 * mode(x): the most frequent value. Of several equally frequent ones it is the
 * least, which comes first.
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

static bool add(void *at, struct weir_arena *arena, struct weir_text value,
                uint64_t times)
{
    struct state *state = at;
    const struct weir_number text = {.kind = WEIR_TEXT, .text = value};
    if (times <= state->times)
        return true;
    state->times = times;
    return weir_kept_set(&state->value, arena, &text);
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

static const struct weir_ordered_set ordered_set = {
    .size = sizeof(struct state),
    .begin = begin,
    .add = add,
    .result = result,
};

const struct weir_aggregate weir_aggregate_mode = {
    .name = "mode",
    .brief = "the most frequent value; of several the least",
    .need = {WEIR_NEED_TEXT},
    .gives = WEIR_GIVES_VALUE,
    .ordered_set = &ordered_set,
};
