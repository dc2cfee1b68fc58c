/*
 * Makes a plan from a query, clause by clause: where first, because its steps
 * come before the filter; then the keys; then, after grouping, having, the
 * items and order by.
 */
#include "query/plan.h"

#include "base/error.h"
#include "base/sort.h"
#include "query/compile.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void *take(struct weir_compiler *c, size_t n, size_t element)
{
    void *array = weir_query_take(c->query, (n + 1) * element);
    if (array)
        memset(array, 0, (n + 1) * element);
    else
        weir_fail_memory(c->error, "the plan", n * element);
    return array;
}

static size_t count_aggregates(const struct weir_node *node)
{
    size_t n = weir_compile_is_aggregate(node);
    for (size_t i = 0; i < node->n; i++)
        n += count_aggregates(node->child[i]);
    return n;
}

static size_t count_in_items(const struct weir_items *items)
{
    size_t n = 0;
    for (size_t i = 0; i < items->n; i++)
        n += count_aggregates(items->item[i].node);
    return n;
}

static bool take_table(struct weir_compiler *c, size_t keys, size_t aggregates)
{
    struct weir_plan_table *table = &c->plan->table[0];
    table->key = take(c, keys, sizeof *table->key);
    table->aggregate = take(c, aggregates, sizeof *table->aggregate);
    return table->key && table->aggregate;
}

/* Allocates arrays that are large enough for everything the query can ask
 * for. */
static bool take_arrays(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    const struct weir_query *q = c->query;
    size_t aggregates = count_in_items(&q->items) + count_in_items(&q->order) +
                        (q->having ? count_aggregates(q->having) : 0);
    size_t items = q->items.n + q->keys.n;
    for (size_t i = 0; i < q->items.n; i++)
        if (q->items.item[i].node->type == WEIR_NODE_STAR)
            items += c->schema->n_columns;
    plan->table = take(c, aggregates + 1, sizeof *plan->table);
    plan->key_type = take(c, q->keys.n, sizeof *plan->key_type);
    plan->results.input = take(c, aggregates, sizeof *plan->results.input);
    /* An ordered-set aggregate may use two registers: its value, and its value
     * as a number. */
    const size_t uses = WEIR_VALUES_MAX > 2 ? WEIR_VALUES_MAX : 2;
    plan->use = take(c, uses * aggregates + q->keys.n + items + q->order.n,
                     sizeof *plan->use);
    plan->results.use = take(c, items + q->order.n, sizeof *plan->results.use);
    plan->output.item = take(c, items, sizeof *plan->output.item);
    plan->output.item_name = take(c, items, sizeof *plan->output.item_name);
    plan->output.order = take(c, q->order.n, sizeof *plan->output.order);
    plan->aggregated = q->keys.n || aggregates;
    plan->n_tables = plan->aggregated;
    c->named = take(c, q->items.n, sizeof *c->named);
    for (size_t i = 0; c->named && i < q->items.n; i++)
        c->named[i] = WEIR_NO_REGISTER;
    return plan->table && take_table(c, q->keys.n, aggregates) && c->named &&
           plan->key_type && plan->results.input && plan->use &&
           plan->results.use && plan->output.item && plan->output.item_name &&
           plan->output.order;
}

static bool compile_where(struct weir_compiler *c)
{
    if (!c->query->where)
        return true;
    c->clause = "where";
    weir_register reg = weir_compile(c, c->query->where);
    if (reg != WEIR_NO_REGISTER)
        reg = weir_compile_boolean(c, c->query->where, reg);
    if (reg == WEIR_NO_REGISTER)
        return false;
    weir_program_filter(c->program, reg);
    return true;
}

static void add_use(struct weir_compiler *c, weir_register reg,
                    const char *name)
{
    struct weir_plan *plan = c->plan;
    struct weir_use use = {reg, name};
    if (c->program == &plan->results.program)
        plan->results.use[plan->results.n_uses++] = use;
    else
        plan->use[plan->n_uses++] = use;
    weir_program_keep(c->program, reg);
}

static bool compile_keys(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    c->clause = "by";
    for (size_t i = 0; i < c->query->keys.n; i++) {
        const struct weir_node *node = c->query->keys.item[i].node;
        weir_register reg = weir_compile(c, node);
        if (reg == WEIR_NO_REGISTER)
            return false;
        plan->key_type[i] = weir_compile_type(c, reg);
        if (plan->key_type[i] != WEIR_TYPE_CELL)
            reg = weir_compile_text(c, reg);
        if (reg == WEIR_NO_REGISTER)
            return false;
        plan->table[0].key[i] = reg;
        plan->table[0].n_keys = i + 1;
        add_use(c, reg, weir_compile_words(c, node));
    }
    return true;
}

static const char *terminated(struct weir_compiler *c, struct weir_text text)
{
    char *copy = weir_query_take(c->query, text.len + 1);
    if (!copy)
        return "";
    memcpy(copy, text.bytes, text.len);
    copy[text.len] = '\0';
    return copy;
}

/* Returns the name of an item. A column has its name without quotes. The item
 * was compiled before, so a position is that of a column. */
static const char *name_of(struct weir_compiler *c,
                           const struct weir_item *item)
{
    if (item->alias.len)
        return terminated(c, item->alias);
    if (item->node->type != WEIR_NODE_COLUMN)
        return weir_compile_words(c, item->node);
    if (item->node->number.mantissa == 0)
        return terminated(c, item->node->text);
    size_t column = (size_t)item->node->number.mantissa - 1;
    assert(column < c->schema->n_columns);
    return c->schema->name[column];
}

static void add_item(struct weir_compiler *c, weir_register reg,
                     const char *name)
{
    struct weir_plan *plan = c->plan;
    plan->output.item_name[plan->output.n_items] = name;
    plan->output.item[plan->output.n_items++] =
        (struct weir_plan_item){.reg = reg};
    add_use(c, reg, name);
}

static bool compile_item(struct weir_compiler *c, const struct weir_item *item)
{
    weir_register reg = weir_compile(c, item->node);
    if (reg == WEIR_NO_REGISTER)
        return false;
    add_item(c, reg, name_of(c, item));
    return true;
}

static bool compile_star(struct weir_compiler *c, const struct weir_node *node)
{
    if (c->plan->aggregated) {
        weir_compile_fail(c, node,
                          "* can't stand beside aggregates or keys; name the "
                          "columns");
        return false;
    }
    for (size_t i = 0; i < c->schema->n_columns; i++) {
        weir_register reg = weir_compile_load(c, i);
        if (reg == WEIR_NO_REGISTER)
            return false;
        add_item(c, reg, c->schema->name[i]);
    }
    return true;
}

static bool is_item(const struct weir_query *query,
                    const struct weir_node *node)
{
    for (size_t i = 0; i < query->items.n; i++)
        if (weir_node_equal(query->items.item[i].node, node))
            return true;
    return false;
}

/* The short form, without select, prints its keys first. */
static bool compile_key_items(struct weir_compiler *c)
{
    const struct weir_query *q = c->query;
    for (size_t i = 0; !q->select && i < q->keys.n; i++) {
        const struct weir_item *key = &q->keys.item[i];
        if (!is_item(q, key->node) && !compile_item(c, key))
            return false;
    }
    return true;
}

static bool compile_items(struct weir_compiler *c)
{
    const struct weir_query *q = c->query;
    c->clause = "an item";
    if (!compile_key_items(c))
        return false;
    for (size_t i = 0; i < q->items.n; i++) {
        const struct weir_item *item = &q->items.item[i];
        c->n_named = i;
        if (item->node->type == WEIR_NODE_STAR ? !compile_star(c, item->node)
                                               : !compile_item(c, item))
            return false;
    }
    return true;
}

static bool compile_having(struct weir_compiler *c)
{
    const struct weir_node *having = c->query->having;
    if (!having)
        return true;
    c->clause = "having";
    c->n_named = c->query->items.n;
    if (!c->plan->aggregated) {
        weir_compile_fail(c, having,
                          "having filters groups, and there are none; where "
                          "filters records");
        return false;
    }
    weir_register reg = weir_compile(c, having);
    if (reg != WEIR_NO_REGISTER)
        reg = weir_compile_boolean(c, having, reg);
    if (reg == WEIR_NO_REGISTER)
        return false;
    weir_program_filter(c->program, reg);
    return true;
}

/* "order by 2" means the second column of the answer. Returns true if the node
 * is such a position; *reg is then its register, or WEIR_NO_REGISTER on
 * failure. */
static bool is_position(struct weir_compiler *c, const struct weir_node *node,
                        weir_register *reg)
{
    const struct weir_plan *plan = c->plan;
    if (node->type != WEIR_NODE_NUMBER || node->number.kind != WEIR_DECIMAL ||
        node->number.exponent != 0)
        return false;
    int64_t k = node->number.mantissa;
    *reg = k >= 1 && (uint64_t)k <= plan->output.n_items
               ? plan->output.item[k - 1].reg
               : weir_compile_fail(c, node,
                                   "no column %lld to order by; the answer "
                                   "has %zu",
                                   (long long)k, plan->output.n_items);
    return true;
}

/* "order by m" means the item named m. */
static const struct weir_node *ordered(const struct weir_compiler *c,
                                       const struct weir_node *node)
{
    const struct weir_items *items = &c->query->items;
    for (size_t i = 0; i < items->n; i++)
        if (items->item[i].alias.len && node->type == WEIR_NODE_COLUMN &&
            weir_text_compare(items->item[i].alias, node->text) == 0)
            return items->item[i].node;
    return node;
}

static bool compile_order(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    c->clause = "order by";
    c->n_named = c->query->items.n;
    for (size_t i = 0; i < c->query->order.n; i++) {
        const struct weir_item *item = &c->query->order.item[i];
        weir_register reg;
        if (!is_position(c, item->node, &reg))
            reg = weir_compile(c, ordered(c, item->node));
        if (reg == WEIR_NO_REGISTER)
            return false;
        plan->output.order[plan->output.n_order++] =
            (struct weir_plan_item){.reg = reg, .descending = item->descending};
        add_use(c, reg, "order by");
    }
    return true;
}

static int by_column(const void *a, const void *b, void *context)
{
    (void)context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Collects the columns that the rows program loads, and replaces the column of
 * each load with its index among them. */
static bool want_columns(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    struct weir_program *rows = &plan->rows;
    uint32_t *projected = take(c, rows->n_steps, sizeof *projected);
    if (!projected)
        return false;
    for (size_t i = 0; i < rows->n_steps; i++)
        if (rows->step[i].op == &weir_op_load_cell)
            projected[plan->n_projected++] = (uint32_t)rows->step[i].choice;
    weir_sort(projected, plan->n_projected, sizeof *projected, by_column, NULL);
    for (size_t i = 0; i < rows->n_steps; i++)
        if (rows->step[i].op == &weir_op_load_cell) {
            int32_t place = 0;
            while (projected[place] != (uint32_t)rows->step[i].choice)
                place++;
            rows->step[i].choice = place;
        }
    plan->projected = projected;
    return true;
}

static bool build(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    plan->output.has_limit = c->query->has_limit;
    plan->output.limit = c->query->limit;
    if (!take_arrays(c) || !compile_where(c) || !compile_keys(c))
        return false;
    if (plan->aggregated)
        c->program = &plan->results.program;
    if (!compile_having(c) || !compile_items(c) || !compile_order(c) ||
        !want_columns(c))
        return false;
    /* terminated() and weir_compile_words() report no error when memory was
     * refused. */
    if (c->query->refused)
        weir_fail_memory(c->error, "the plan", strlen(c->query->text));
    return !c->query->refused;
}

enum weir_status weir_plan_build(struct weir_plan *plan,
                                 struct weir_query *query,
                                 const struct weir_schema *schema,
                                 enum weir_bad_cells bad_cells,
                                 struct weir_error *error)
{
    *plan = (struct weir_plan){.bad_cells = bad_cells};
    weir_program_init(&plan->rows);
    weir_program_init(&plan->results.program);
    struct weir_compiler c = {.plan = plan,
                              .query = query,
                              .schema = schema,
                              .program = &plan->rows,
                              .error = error};
    if (build(&c))
        return WEIR_OK;
    weir_plan_release(plan);
    return error->status;
}

void weir_plan_release(struct weir_plan *plan)
{
    weir_program_release(&plan->rows);
    weir_program_release(&plan->results.program);
    *plan = (struct weir_plan){0};
}
