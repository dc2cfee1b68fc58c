/*
 * Calls that need all values of a group in order. Each such value has a table,
 * whose keys are the question's keys and then the value. All ordered-set
 * aggregates of that value share the table.
 */
#include "query/compile.h"

/* Returns the index of the value's table and adds the table if it is new. 0 if
 * memory was refused. */
static size_t table_of(struct weir_compiler *c, weir_register value,
                       int32_t notation)
{
    struct weir_plan *plan = c->plan;
    size_t n_keys = plan->table[0].n_keys;
    for (size_t t = 1; t < plan->n_tables; t++)
        if (plan->table[t].key[n_keys] == value)
            return t;
    weir_register *key = weir_compile_take(c, n_keys + 1, sizeof *key);
    struct weir_plan_aggregate *count = weir_compile_take(c, 1, sizeof *count);
    int32_t *notations = weir_compile_take(c, n_keys + 1, sizeof *notations);
    if (!key || !count || !notations)
        return 0;
    for (size_t i = 0; i < n_keys; i++) {
        key[i] = plan->table[0].key[i];
        notations[i] = plan->table[0].notation[i];
    }
    key[n_keys] = value;
    notations[n_keys] = notation;
    *count =
        weir_plan_aggregate_of(&weir_aggregate_count_rows, WEIR_NO_REGISTER);
    plan->table[plan->n_tables] =
        (struct weir_plan_table){.key = key,
                                 .notation = notations,
                                 .n_keys = n_keys + 1,
                                 .aggregate = count,
                                 .n_aggregates = 1};
    return plan->n_tables++;
}

/* Compiles the value in the rows program, as a key: a cell or a text. If the
 * aggregate needs numbers, *count is the aggregate that counts them. */
static weir_register value_of(struct weir_compiler *c,
                              const struct weir_aggregate *aggregate,
                              const struct weir_node *node,
                              enum weir_type *type, size_t *count)
{
    struct weir_compiler rows;
    const char *words = weir_compile_words(c, node);
    weir_register value = weir_compile_value(c, node->child[0], &rows);
    if (aggregate->need[0] == WEIR_NEED_NUMBER) {
        weir_register number = weir_compile_number(&rows, value);
        weir_compile_use(&rows, number, words);
        const struct weir_plan_aggregate counter = weir_plan_aggregate_of(
            weir_aggregate_find("count", 5, NULL), number);
        *count = weir_compile_aggregate(c, &counter);
        /* A boolean counts as 1 or 0 and is kept as that. A cell is read as a
         * number again, which needs the plain notation. */
        if (c->plan->notation ||
            weir_compile_type(&rows, value) == WEIR_TYPE_BOOLEAN)
            value = number;
    }
    *type = weir_compile_type(&rows, value);
    if (*type != WEIR_TYPE_CELL)
        value = weir_compile_text(&rows, value);
    weir_compile_use(&rows, value, words);
    return value;
}

weir_register weir_compile_ordered_set(struct weir_compiler *c,
                                       const struct weir_node *node,
                                       const struct weir_call *call)
{
    const struct weir_aggregate *aggregate = call->aggregate;
    struct weir_plan_result result = {.ordered = aggregate,
                                      .parameter = call->parameter,
                                      .name = weir_compile_words(c, node)};
    enum weir_type type;
    weir_register value =
        value_of(c, aggregate, node, &type, &result.aggregate);
    if (!weir_compile_failed(c))
        result.table =
            table_of(c, value, type == WEIR_TYPE_CELL ? c->plan->notation : 0);
    weir_register loaded = weir_compile_load_result(
        c, &result, aggregate->gives == WEIR_GIVES_NUMBER);
    if (aggregate->gives == WEIR_GIVES_NUMBER)
        return loaded;
    bool value_itself = aggregate->gives == WEIR_GIVES_VALUE;
    return weir_compile_typed(c, loaded, value_itself ? type : WEIR_TYPE_TEXT);
}
