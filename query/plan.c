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
#include <string.h>

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

/* Allocates arrays that are large enough for everything the query can ask
 * for. */
static bool take_arrays(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    const struct weir_ast *q = c->query;
    size_t aggregates = count_in_items(&q->items) + count_in_items(&q->order) +
                        (q->having ? count_aggregates(q->having) : 0);
    size_t items = q->items.n + q->keys.n;
    for (size_t i = 0; i < q->items.n; i++)
        if (q->items.item[i].node->type == WEIR_NODE_STAR)
            items += c->schema->n_columns;
    plan->table = weir_compile_take(c, aggregates + 2, sizeof *plan->table);
    plan->kinds.kind =
        weir_compile_take(c, aggregates, sizeof *plan->kinds.kind);
    plan->key_type = weir_compile_take(c, q->keys.n, sizeof *plan->key_type);
    plan->results.input =
        weir_compile_take(c, aggregates, sizeof *plan->results.input);
    /* An ordered-set aggregate may use two registers: its value, and its value
     * as a number. */
    const size_t uses = WEIR_VALUES_MAX > 2 ? WEIR_VALUES_MAX : 2;
    plan->use =
        weir_compile_take(c, uses * aggregates + q->keys.n + items + q->order.n,
                          sizeof *plan->use);
    plan->results.use =
        weir_compile_take(c, items + q->order.n, sizeof *plan->results.use);
    plan->output.item = weir_compile_take(c, items, sizeof *plan->output.item);
    plan->output.item_name =
        weir_compile_take(c, items, sizeof *plan->output.item_name);
    plan->output.order =
        weir_compile_take(c, q->order.n, sizeof *plan->output.order);
    plan->aggregated = q->keys.n || aggregates;
    plan->n_tables = plan->aggregated;
    c->named = weir_compile_take(c, q->items.n, sizeof *c->named);
    for (size_t i = 0; c->named && i < q->items.n; i++)
        c->named[i] = WEIR_NO_REGISTER;
    if (!plan->table)
        return false;
    struct weir_plan_table *table = &plan->table[0];
    table->key = weir_compile_take(c, q->keys.n, sizeof *table->key);
    table->notation = weir_compile_take(c, q->keys.n, sizeof *table->notation);
    table->aggregate =
        weir_compile_take(c, aggregates, sizeof *table->aggregate);
    return !weir_compile_failed(c);
}

/* Compiles where or having; `condition` is NULL if the query has none. */
static void compile_filter(struct weir_compiler *c, const char *clause,
                           const struct weir_node *condition)
{
    if (!condition)
        return;
    c->clause = clause;
    weir_program_filter(c->program, weir_compile_condition(c, condition));
}

static void compile_keys(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    c->clause = "by";
    for (size_t i = 0; i < c->query->keys.n; i++) {
        const struct weir_node *node = c->query->keys.item[i].node;
        weir_compile_varies(c, node, "by");
        weir_compile_not_split(c, &c->query->keys.item[i]);
        weir_register reg = weir_compile(c, node);
        plan->key_type[i] = weir_compile_type(c, reg);
        if (plan->key_type[i] == WEIR_TYPE_CELL)
            plan->table[0].notation[i] = plan->notation;
        else
            reg = weir_compile_text(c, reg);
        plan->table[0].key[i] = reg;
        plan->table[0].n_keys = i + 1;
        weir_compile_use(c, reg, weir_compile_words(c, node));
    }
}

static const char *terminated(struct weir_compiler *c, struct weir_text text)
{
    char *copy = weir_compile_take(c, text.len, 1);
    return copy ? memcpy(copy, text.bytes, text.len) : "";
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
    weir_compile_use(c, reg, name);
}

static void compile_item(struct weir_compiler *c, const struct weir_item *item)
{
    if (!item->alias.len)
        weir_compile_unquoted(c, item->node);
    weir_compile_not_split(c, item);
    weir_register reg = weir_compile(c, item->node);
    if (weir_compile_failed(c))
        return;
    add_item(c, reg, name_of(c, item));
    struct weir_plan_output *output = &c->plan->output;
    if (weir_compile_is_extreme(item->node))
        weir_compile_note_order(c, &output->item[output->n_items - 1], "",
                                item->node);
}

static void compile_star(struct weir_compiler *c, const struct weir_node *node)
{
    if (c->plan->aggregated)
        weir_compile_fail(c, node,
                          "* can't stand beside aggregates or keys; name the "
                          "columns");
    for (size_t i = 0; i < c->schema->n_columns; i++)
        add_item(c, weir_compile_load(c, i), c->schema->name[i]);
}

static bool is_item(const struct weir_ast *query, const struct weir_node *node)
{
    for (size_t i = 0; i < query->items.n; i++)
        if (weir_node_equal(query->items.item[i].node, node))
            return true;
    return false;
}

static void compile_items(struct weir_compiler *c)
{
    const struct weir_ast *q = c->query;
    c->clause = "an item";
    /* The short form, without select, prints its keys first. */
    for (size_t i = 0; !q->select && i < q->keys.n; i++)
        if (!is_item(q, q->keys.item[i].node))
            compile_item(c, &q->keys.item[i]);
    for (size_t i = 0; i < q->items.n; i++) {
        const struct weir_item *item = &q->items.item[i];
        c->n_named = i;
        if (item->node->type == WEIR_NODE_STAR)
            compile_star(c, item->node);
        else
            compile_item(c, item);
    }
}

static void compile_having(struct weir_compiler *c)
{
    const struct weir_node *having = c->query->having;
    c->n_named = c->query->items.n;
    if (having && !c->plan->aggregated)
        weir_compile_fail(c, having,
                          "having filters groups, and there are none; where "
                          "filters records");
    compile_filter(c, "having", having);
}

/* "order by 2" means the second column of the answer. Returns true if the node
 * is such a position; *reg is then its register. */
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

/* A cell in a notation as it is ordered: a number, whose BAD rows are texts. */
static weir_register in_order(struct weir_compiler *c, weir_register reg)
{
    if (!c->plan->notation || weir_compile_type(c, reg) != WEIR_TYPE_CELL)
        return reg;
    reg = weir_compile_read(c, reg, 0);
    if (reg != WEIR_NO_REGISTER)
        weir_program_keep(c->program, reg);
    return reg;
}

static void compile_order(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    const struct weir_items *items = &c->query->items;
    c->clause = "order by";
    c->n_named = items->n;
    for (size_t i = 0; i < c->query->order.n; i++) {
        const struct weir_item *item = &c->query->order.item[i];
        /* "order by m" means the item named m. */
        const struct weir_item *named =
            weir_compile_alias(items->item, items->n, item->node);
        weir_register reg;
        if (!is_position(c, item->node, &reg)) {
            weir_compile_varies(c, item->node, "order by");
            reg = weir_compile(c, named ? named->node : item->node);
        }
        weir_compile_use(c, reg, "order by");
        plan->output.order[plan->output.n_order++] = (struct weir_plan_item){
            .reg = in_order(c, reg), .descending = item->descending};
        if (!weir_compile_failed(c))
            weir_compile_note_order(c, &plan->output.order[i], "order by ",
                                    item->node);
    }
}

static int by_column(const void *a, const void *b, void *context)
{
    (void)context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Collects the columns that the rows program loads, and replaces the column of
 * each load with its index among them. file() and line() follow. */
static void want_columns(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    struct weir_program *rows = &plan->rows;
    uint32_t *projected =
        weir_compile_take(c, rows->n_steps, sizeof *projected);
    if (!projected)
        return;
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
        } else if (rows->step[i].op == &weir_op_load_text) {
            rows->step[i].choice = (int32_t)plan->n_projected;
            plan->reads.file = true;
        } else if (rows->step[i].op == &weir_op_load_number) {
            rows->step[i].choice = (int32_t)plan->n_projected + 1;
            plan->reads.line = true;
        }
    plan->projected = projected;
}

/* Whether the program also makes the numbers that `read` reads from a cell null
 * where they are BAD. */
static bool is_nullified(const struct weir_program *rows,
                         const struct weir_step *read)
{
    for (size_t i = 0; i < rows->n_steps; i++) {
        if (rows->step[i].op != &weir_op_nullify)
            continue;
        const struct weir_step *from = &rows->step[rows->step[i].in[0]];
        if (from->in[0] == read->in[0] &&
            from->choice == (read->choice & ~WEIR_AS_WRITTEN))
            return true;
    }
    return false;
}

/* Adds the table of kinds. */
static void add_kinds(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    struct weir_plan_table *table = &plan->table[plan->n_tables];
    if (!plan->kinds.n)
        return;
    plan->kinds.first_text =
        weir_compile_take(c, plan->kinds.n, sizeof *plan->kinds.first_text);
    table->key = weir_compile_take(c, 0, sizeof *table->key);
    table->aggregate =
        weir_compile_take(c, 2 * plan->kinds.n, sizeof *table->aggregate);
    if (weir_compile_failed(c))
        return;
    for (size_t i = 0; i < plan->kinds.n; i++) {
        weir_register value = plan->kinds.kind[i].value;
        const struct weir_step *written = &plan->rows.step[value];
        plan->kinds.kind[i].counted =
            is_nullified(&plan->rows, &plan->rows.step[written->in[0]]);
        table->aggregate[2 * i] = weir_plan_aggregate_of(
            weir_aggregate_find("count", 5, NULL), value);
        table->aggregate[2 * i + 1] = weir_plan_aggregate_of(
            weir_aggregate_find("count_numbers", 13, NULL), value);
    }
    table->n_aggregates = 2 * plan->kinds.n;
    plan->kinds.table = plan->n_tables++;
}

static void build(struct weir_compiler *c)
{
    struct weir_plan *plan = c->plan;
    plan->output.has_limit = c->query->has_limit;
    plan->output.limit = c->query->limit;
    if (!take_arrays(c))
        return;
    compile_filter(c, "where", c->query->where);
    compile_keys(c);
    weir_compile_note_weeks(c);
    if (plan->aggregated)
        c->program = &plan->results.program;
    compile_having(c);
    compile_items(c);
    compile_order(c);
    if (!weir_compile_failed(c))
        add_kinds(c);
    if (!weir_compile_failed(c))
        want_columns(c);
}

enum weir_status weir_plan_build(struct weir_plan *plan, struct weir_ast *query,
                                 const struct weir_schema *schema,
                                 struct weir_cell_rules cells,
                                 struct weir_error *error)
{
    *plan = (struct weir_plan){.bad_cells = cells.bad,
                               .notation = weir_notation_pack(cells.notation)};
    weir_program_init(&plan->rows);
    weir_program_init(&plan->results.program);
    struct weir_compiler c = {.plan = plan,
                              .query = query,
                              .schema = schema,
                              .program = &plan->rows,
                              .error = error};
    weir_error_init(error);
    build(&c);
    if (error->status)
        weir_plan_release(plan);
    return error->status;
}

void weir_plan_release(struct weir_plan *plan)
{
    weir_program_release(&plan->rows);
    weir_program_release(&plan->results.program);
    *plan = (struct weir_plan){0};
}
