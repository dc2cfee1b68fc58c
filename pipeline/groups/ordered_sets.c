/*
 * The keys of a further table are table 0's keys with a value after them. So in
 * key order they follow the groups of table 0, and within each group they give
 * the values in their order:
 *
 *     table 0    DE            IN     US
 *     table 1    DE,7  DE,12   IN,9   US,7  US,30  US,31
 *                  x3    x1      x2     x1    x1     x4
 */
#include "pipeline/groups/ordered_sets.h"

#include "base/error.h"

size_t weir_ordered_sets_bytes(const struct weir_plan *plan)
{
    size_t bytes = 0;
    for (size_t i = 0; i < plan->results.n_inputs; i++) {
        const struct weir_plan_result *result = &plan->results.input[i];
        if (result->ordered)
            bytes += weir_ordered_set_size(result->ordered->ordered_set,
                                           &result->parameter);
    }
    return bytes;
}

static enum weir_status refused(struct weir_error *error)
{
    return weir_fail_capacity(error, WEIR_MEMORY_RAISES,
                              "the values that the aggregates keep do not fit");
}

static enum weir_status next(struct weir_ordered_sets *s, size_t table,
                             struct weir_error *error)
{
    enum weir_status status = weir_cursor_next(s->cursor[table], error);
    s->ended[table] = status == WEIR_END;
    return status == WEIR_END ? WEIR_OK : status;
}

enum weir_status weir_ordered_sets_init(struct weir_ordered_sets *s,
                                        const struct weir_plan *plan,
                                        struct weir_group_cursor *const *cursor,
                                        struct weir_error *error)
{
    *s = (struct weir_ordered_sets){.plan = plan, .cursor = cursor};
    weir_arena_init(&s->arena, WEIR_MEMORY_GROUP);
    s->ended =
        weir_alloc_zero(WEIR_MEMORY_GROUP, plan->n_tables * sizeof *s->ended);
    s->state = weir_alloc_zero(WEIR_MEMORY_GROUP,
                               (plan->results.n_inputs + 1) * sizeof *s->state);
    if (!s->ended || !s->state)
        return refused(error);
    for (size_t i = 0; i < plan->results.n_inputs; i++) {
        const struct weir_plan_result *result = &plan->results.input[i];
        if (!result->ordered)
            continue;
        s->state[i] =
            weir_alloc_zero(WEIR_MEMORY_GROUP,
                            weir_ordered_set_size(result->ordered->ordered_set,
                                                  &result->parameter));
        if (!s->state[i])
            return refused(error);
    }
    enum weir_status status = WEIR_OK;
    for (size_t t = 1; !status && t < weir_plan_value_tables(plan); t++)
        status = next(s, t, error);
    return status;
}

void weir_ordered_sets_release(struct weir_ordered_sets *s)
{
    if (!s->plan)
        return;
    for (size_t i = 0; s->state && i < s->plan->results.n_inputs; i++)
        weir_free(WEIR_MEMORY_GROUP, s->state[i]);
    weir_free(WEIR_MEMORY_GROUP, (void *)s->state);
    weir_free(WEIR_MEMORY_GROUP, s->ended);
    weir_arena_release(&s->arena);
    *s = (struct weir_ordered_sets){0};
}

static uint64_t count_of(const struct weir_plan_table *table, size_t aggregate,
                         const struct weir_group_cursor *cursor)
{
    char scratch[WEIR_RESULT_CAPACITY];
    struct weir_number n = table->aggregate[aggregate].aggregate->result(
        &cursor->states[aggregate], cursor->row, scratch);
    return (uint64_t)n.mantissa;
}

static void begin(struct weir_ordered_sets *s)
{
    const struct weir_plan *plan = s->plan;
    for (size_t i = 0; i < plan->results.n_inputs; i++) {
        const struct weir_plan_result *result = &plan->results.input[i];
        const struct weir_aggregate *ordered = result->ordered;
        if (ordered)
            ordered->ordered_set->begin(
                s->state[i], &result->parameter,
                ordered->need[0] == WEIR_NEED_NUMBER
                    ? count_of(&plan->table[0], result->aggregate, s->cursor[0])
                    : 0);
    }
}

static bool is_of(const struct weir_group_cursor *group,
                  const struct weir_group_cursor *value)
{
    for (size_t i = 0; i < group->n_parts; i++)
        if (weir_text_compare(group->part[i], value->part[i]) != 0)
            return false;
    return true;
}

/* Adds a further table's current value to its ordered-set aggregates. */
static bool add(struct weir_ordered_sets *s, size_t table)
{
    const struct weir_plan *plan = s->plan;
    const struct weir_group_cursor *cursor = s->cursor[table];
    struct weir_text value = cursor->part[cursor->n_parts - 1];
    uint64_t times = count_of(&plan->table[table], 0, cursor);
    bool fits = true;
    for (size_t i = 0; fits && value.len && i < plan->results.n_inputs; i++)
        if (plan->results.input[i].ordered &&
            plan->results.input[i].table == table)
            fits = plan->results.input[i].ordered->ordered_set->add(
                s->state[i], &s->arena, value, times);
    return fits;
}

enum weir_status weir_ordered_sets_read(struct weir_ordered_sets *s,
                                        struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    begin(s);
    for (size_t t = 1; t < weir_plan_value_tables(s->plan); t++)
        while (!status && !s->ended[t] && is_of(s->cursor[0], s->cursor[t]))
            status = add(s, t) ? next(s, t, error) : refused(error);
    return status;
}

bool weir_ordered_sets_result(struct weir_ordered_sets *s, size_t result,
                              struct weir_number *value)
{
    return s->plan->results.input[result].ordered->ordered_set->result(
        s->state[result], &s->arena, value);
}
