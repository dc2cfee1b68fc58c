/*
 * After grouping, a key and an aggregate are values, and a bare column is not.
 */
#include "query/compile.h"

weir_register weir_compile_value(const struct weir_compiler *c,
                                 const struct weir_node *node,
                                 struct weir_compiler *rows)
{
    *rows = *c;
    rows->program = &c->plan->rows;
    rows->clause = "an aggregate";
    return weir_compile(rows, node);
}

static void add_kind(struct weir_compiler *c, weir_register value,
                     const struct weir_node *node)
{
    struct weir_plan *plan = c->plan;
    for (size_t i = 0; i < plan->kinds.n; i++)
        if (plan->kinds.kind[i].value == value)
            return;
    plan->kinds.kind[plan->kinds.n++] = (struct weir_plan_kind){
        .value = value, .name = weir_compile_words(c, node)};
}

/* Compiles a condition that the aggregate reads, in the rows program. */
static weir_register condition_of(struct weir_compiler *c,
                                  const struct weir_node *node, size_t v)
{
    struct weir_compiler rows = *c;
    rows.program = &c->plan->rows;
    rows.clause = "an aggregate";
    weir_register value = weir_compile_condition(&rows, node->child[v]);
    if (!weir_compile_failed(c))
        weir_compile_use(&rows, value, weir_compile_words(c, node));
    return value;
}

/* Compiles a value that the aggregate reads, in the rows program. `node` is the
 * call, and the value is its child `v`. */
static weir_register value_of(struct weir_compiler *c,
                              const struct weir_aggregate *aggregate,
                              const struct weir_node *node, size_t v)
{
    enum weir_need need = aggregate->need[v];
    struct weir_compiler rows;
    if (need == WEIR_NEED_CONDITION)
        return condition_of(c, node, v);
    weir_register value = weir_compile_value(c, node->child[v], &rows);
    const weir_register written = value;
    bool natural = need == WEIR_NEED_NATURAL &&
                   weir_compile_type(&rows, value) == WEIR_TYPE_CELL;
    if (need == WEIR_NEED_NUMBER)
        value = weir_compile_number(&rows, value);
    else if (need == WEIR_NEED_TEXT ||
             weir_compile_type(&rows, value) == WEIR_TYPE_BOOLEAN)
        value = weir_compile_text(&rows, value);
    else if (natural)
        value = weir_compile_read(&rows, value,
                                  aggregate->one_kind ? WEIR_AS_WRITTEN : 0);
    if (natural && aggregate->one_kind)
        value = weir_compile_op(&rows, &weir_op_written, value, written,
                                WEIR_NO_REGISTER, 0);
    if (weir_compile_failed(c))
        return value;
    if (natural && aggregate->one_kind)
        weir_program_keep(&c->plan->rows, written);
    const bool reject = c->plan->bad_cells == WEIR_BAD_CELLS_REJECT;
    if (!natural || (aggregate->one_kind && reject)) {
        weir_compile_use(&rows, value, weir_compile_words(c, node));
        return value;
    }
    if (aggregate->one_kind)
        add_kind(c, value, node);
    /* The natural order treats a cell that is not a number as a text, so such a
     * cell is no error. A cell that was computed may be BAD itself; one of the
     * input never is. */
    weir_program_keep(&c->plan->rows, value);
    if (!weir_op_load(c->plan->rows.step[written].op))
        weir_compile_use(&rows, written, weir_compile_words(c, node));
    return value;
}

size_t weir_compile_aggregate(struct weir_compiler *c,
                              const struct weir_plan_aggregate *aggregate)
{
    struct weir_plan_table *table = &c->plan->table[0];
    for (size_t i = 0; i < table->n_aggregates; i++)
        if (table->aggregate[i].aggregate == aggregate->aggregate &&
            weir_plan_same_values(&table->aggregate[i], aggregate))
            return i;
    table->aggregate[table->n_aggregates] = *aggregate;
    return table->n_aggregates++;
}

static bool is_same(const struct weir_plan_result *a,
                    const struct weir_plan_result *b)
{
    return a->ordered == b->ordered && a->aggregate == b->aggregate &&
           a->table == b->table && a->parameter.n == b->parameter.n &&
           a->parameter.digits == b->parameter.digits;
}

weir_register weir_compile_load_result(struct weir_compiler *c,
                                       const struct weir_plan_result *result,
                                       bool number)
{
    struct weir_plan *plan = c->plan;
    size_t i = 0;
    while (i < plan->results.n_inputs &&
           !is_same(&plan->results.input[i], result))
        i++;
    if (i == plan->results.n_inputs)
        plan->results.input[plan->results.n_inputs++] = *result;
    return weir_compile_leaf(c,
                             number ? &weir_op_load_number : &weir_op_load_cell,
                             (int32_t)(plan->table[0].n_keys + i));
}

/* Whether a value of the rows program is a number, and no cell was read as it
 * for its own sake. */
static bool is_computed_number(const struct weir_compiler *c,
                               weir_register value)
{
    const struct weir_program *rows = &c->plan->rows;
    return value != WEIR_NO_REGISTER &&
           weir_program_type(rows, value) == WEIR_TYPE_NUMBER &&
           rows->step[value].op != &weir_op_written;
}

/* Loads the result of an aggregate that has states. */
static weir_register result_of(struct weir_compiler *c,
                               const struct weir_node *node,
                               const struct weir_call *call)
{
    const struct weir_aggregate *aggregate = call->aggregate;
    struct weir_plan_aggregate of =
        weir_plan_aggregate_of(aggregate, WEIR_NO_REGISTER);
    of.parameter = call->parameter;
    for (size_t v = 0; v < weir_aggregate_values(aggregate); v++)
        of.value[v] = value_of(c, aggregate, node, v);
    const struct weir_plan_result result = {
        .aggregate = weir_compile_aggregate(c, &of),
        .name = weir_compile_words(c, node)};
    weir_register loaded = weir_compile_load_result(
        c, &result, weir_aggregate_gives_number(aggregate));
    if (aggregate->gives == WEIR_GIVES_CONDITION)
        return weir_compile_unary(c, &weir_op_number_boolean, loaded);
    /* As a cell, a computed number would be printed in the cells' notation. */
    return c->plan->notation && aggregate->gives == WEIR_GIVES_VALUE &&
                   is_computed_number(c, of.value[0])
               ? weir_compile_read(c, loaded, 0)
               : loaded;
}

static weir_register aggregate_result(struct weir_compiler *c,
                                      const struct weir_node *written)
{
    struct weir_call call;
    const struct weir_node *node = weir_compile_unfiltered(c, written);
    if (!node || !weir_compile_aggregate_call(c, node, &call))
        return WEIR_NO_REGISTER;
    return call.aggregate->ordered_set
               ? weir_compile_ordered_set(c, node, &call)
               : result_of(c, node, &call);
}

weir_register weir_compile_typed(struct weir_compiler *c, weir_register cell,
                                 enum weir_type type)
{
    static const struct weir_op *const op[] = {
        [WEIR_TYPE_NUMBER] = &weir_op_number,
        [WEIR_TYPE_TEXT] = &weir_op_as_text,
        [WEIR_TYPE_BOOLEAN] = &weir_op_text_boolean};
    return type == WEIR_TYPE_CELL ? cell
                                  : weir_compile_unary(c, op[type], cell);
}

/* A key is kept as text. This converts it back to its type. */
static weir_register key_of(struct weir_compiler *c, size_t i)
{
    return weir_compile_typed(
        c, weir_compile_leaf(c, &weir_op_load_cell, (int32_t)i),
        c->plan->key_type[i]);
}

static bool contains(const struct weir_node *tree, const struct weir_node *node)
{
    bool found = tree == node;
    for (size_t i = 0; i < tree->n && !found; i++)
        found = contains(tree->child[i], node);
    return found;
}

/* The whole item of a column, if it could be a key: substr(x, 1, 4). */
static const struct weir_node *item_around(const struct weir_ast *query,
                                           const struct weir_node *node)
{
    for (size_t i = 0; i < query->items.n; i++) {
        const struct weir_node *item = query->items.item[i].node;
        if (item != node && contains(item, node) &&
            !weir_compile_has_aggregate(item))
            return item;
    }
    return NULL;
}

static weir_register bare_column(struct weir_compiler *c,
                                 const struct weir_node *node)
{
    const char *words = weir_compile_words(c, node);
    /* A wrong name is more likely, so it is reported first. */
    struct weir_compiler rows = *c;
    rows.program = &c->plan->rows;
    weir_compile_column(&rows, node);
    const struct weir_node *item = item_around(c->query, node);
    return weir_compile_fail(c, node,
                             "%s is neither a key nor inside an aggregate; "
                             "add %s to 'by', or say which one: first(%s), "
                             "max(%s)",
                             words, item ? weir_compile_words(c, item) : "it",
                             words, words);
}

/* Compiles each item once, however often its name is used. */
static weir_register named_item(struct weir_compiler *c, size_t i)
{
    if (c->named[i] != WEIR_NO_REGISTER)
        return c->named[i];
    size_t n_named = c->n_named;
    c->n_named = i;
    c->named[i] = weir_compile(c, c->query->items.item[i].node);
    c->n_named = n_named;
    return c->named[i];
}

bool weir_compile_result(struct weir_compiler *c, const struct weir_node *node,
                         weir_register *reg)
{
    const struct weir_ast *query = c->query;
    if (c->program != &c->plan->results.program)
        return false;
    for (size_t i = 0; i < query->keys.n; i++)
        if (weir_node_equal(query->keys.item[i].node, node) ||
            weir_compile_alias(&query->keys.item[i], 1, node)) {
            *reg = key_of(c, i);
            return true;
        }
    if (weir_compile_is_aggregate(node)) {
        *reg = aggregate_result(c, node);
        return true;
    }
    if (node->type != WEIR_NODE_COLUMN)
        return false;
    const struct weir_item *item =
        weir_compile_alias(query->items.item, c->n_named, node);
    *reg = item ? named_item(c, (size_t)(item - query->items.item))
                : bare_column(c, node);
    return true;
}
