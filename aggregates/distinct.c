/*
 * distinct(x) and count(distinct x): the number of groups that `by x` would
 * give, without the null one. 1 and 1.0 are two values; distinct(num(x)) counts
 * them as one.
 */
#include "aggregates/registry.h"

static void begin(void *state, const struct weir_parameter *parameter,
                  uint64_t n)
{
    (void)parameter;
    (void)n;
    *(uint64_t *)state = 0;
}

static bool add(void *state, struct weir_arena *arena, struct weir_text value,
                uint64_t times)
{
    (void)arena;
    (void)value;
    (void)times;
    ++*(uint64_t *)state;
    return true;
}

static bool result(void *state, struct weir_arena *arena,
                   struct weir_number *value)
{
    (void)arena;
    *value = (struct weir_number){.kind = WEIR_DECIMAL,
                                  .mantissa = (int64_t) * (uint64_t *)state};
    return true;
}

static const struct weir_ordered_set ordered_set = {
    .size = sizeof(uint64_t),
    .begin = begin,
    .add = add,
    .result = result,
};

const struct weir_aggregate weir_aggregate_distinct = {
    .name = "distinct",
    .aliases = "count_distinct",
    .brief = "how many different values; count(distinct x)",
    .need = {WEIR_NEED_TEXT},
    .gives = WEIR_GIVES_NUMBER,
    .ordered_set = &ordered_set,
};
