/*
 * Calls that need the values themselves: each value has a table, whose keys
 * are the question's and then the value, and which all statistics of that
 * value share.
 */
#include "query/compile.h"

#include "base/error.h"
#include <string.h>
#include <strings.h>

static bool is_count(const struct weir_node *node)
{
    return node->text.len == 5 && !strncasecmp(node->text.bytes, "count", 5);
}

/* count(distinct x) is distinct(x). */
static const struct weir_statistic *statistic_of(const struct weir_node *node,
                                                 struct weir_parameter *p)
{
    if (node->type != WEIR_NODE_CALL)
        return NULL;
    if (node->distinct && is_count(node))
        return weir_statistic_find("distinct", 8, p);
    return weir_statistic_find(node->text.bytes, node->text.len, p);
}

bool weir_compile_is_statistic(const struct weir_node *node)
{
    struct weir_parameter parameter;
    return statistic_of(node, &parameter) != NULL;
}

/* A number of the query as n / 10^digits; false where it is none. */
static bool read_parameter(const struct weir_node *node,
                           struct weir_parameter *parameter)
{
    const struct weir_number *number = &node->number;
    if (node->type != WEIR_NODE_NUMBER || number->kind != WEIR_DECIMAL ||
        number->exponent < -18 || number->exponent > 3)
        return false;
    *parameter = (struct weir_parameter){.n = (uint64_t)number->mantissa};
    for (int e = number->exponent; e > 0; e--)
        if (__builtin_mul_overflow(parameter->n, 10, &parameter->n))
            return false;
    if (number->exponent < 0)
        parameter->digits = (uint8_t)-number->exponent;
    return true;
}

static bool is_allowed(const struct weir_statistic *statistic,
                       const struct weir_parameter *p)
{
    if (statistic->parameter == WEIR_PARAMETER_SHARE)
        return p->n <= (uint64_t)weir_power_of_ten[p->digits];
    return p->digits == 0 && p->n >= 1 && p->n <= WEIR_PARAMETER_MOST;
}

/* What stands after the value. */
static bool parameter_of(struct weir_compiler *c,
                         const struct weir_statistic *statistic,
                         const struct weir_node *node,
                         struct weir_parameter *parameter)
{
    const struct weir_node *written = node->child[1];
    if (read_parameter(written, parameter) && is_allowed(statistic, parameter))
        return true;
    int len = (int)node->text.len;
    if (statistic->parameter == WEIR_PARAMETER_SHARE)
        weir_compile_fail(c, written,
                          "expected a number from 0 to 1, of at most 18 "
                          "digits, as in %.*s(x, 0.95), found %s",
                          len, node->text.bytes,
                          weir_compile_words(c, written));
    else
        weir_compile_fail(c, written,
                          "expected a whole number from 1 to %d, as in "
                          "%.*s(x, 3), found %s",
                          WEIR_PARAMETER_MOST, len, node->text.bytes,
                          weir_compile_words(c, written));
    return false;
}

static bool check_arguments(struct weir_compiler *c,
                            enum weir_parameter_kind parameter,
                            const struct weir_node *node)
{
    static const struct {
        const char *what, *more;
    } takes[] = {
        [WEIR_PARAMETER_NONE] = {"one expression", ""},
        [WEIR_PARAMETER_SHARE] = {"an expression and a number from 0 to 1",
                                  ", 0.95"},
        [WEIR_PARAMETER_COUNT] = {"an expression and a number of values",
                                  ", 3"}};
    size_t n = parameter == WEIR_PARAMETER_NONE ? 1 : 2;
    if (node->distinct && !is_count(node))
        weir_compile_fail(c, node,
                          "%s: distinct stands in count(distinct x) alone",
                          weir_compile_words(c, node));
    else if (node->n != n || node->child[0]->type == WEIR_NODE_STAR)
        weir_compile_fail(c, node, "%.*s takes %s, as in %.*s(%sx%s)",
                          (int)node->text.len, node->text.bytes,
                          takes[parameter].what, (int)node->text.len,
                          node->text.bytes, node->distinct ? "distinct " : "",
                          takes[parameter].more);
    else
        return true;
    return false;
}

/* The further table of that value, found or added: its index; 0: refused. */
static size_t table_of(struct weir_compiler *c, weir_register value)
{
    struct weir_plan *plan = c->plan;
    size_t n_keys = plan->table[0].n_keys;
    for (size_t t = 1; t < plan->n_tables; t++)
        if (plan->table[t].key[n_keys] == value)
            return t;
    weir_register *key = weir_query_take(c->query, (n_keys + 1) * sizeof *key);
    struct weir_plan_aggregate *count =
        weir_query_take(c->query, sizeof *count);
    if (!key || !count) {
        weir_fail_memory(c->error, "the plan", (n_keys + 1) * sizeof *key);
        return 0;
    }
    if (n_keys)
        memcpy(key, plan->table[0].key, n_keys * sizeof *key);
    key[n_keys] = value;
    *count = (struct weir_plan_aggregate){&weir_count_rows, WEIR_NO_REGISTER};
    plan->table[plan->n_tables] = (struct weir_plan_table){.key = key,
                                                           .n_keys = n_keys + 1,
                                                           .aggregate = count,
                                                           .n_aggregates = 1};
    return plan->n_tables++;
}

/* The value in the rows program, as a key: a cell or a text. Of a statistic of
 * numbers *count is the aggregate that counts them. */
static weir_register value_of(struct weir_compiler *c,
                              const struct weir_statistic *statistic,
                              const struct weir_node *node,
                              enum weir_type *type, size_t *count)
{
    struct weir_compiler rows = *c;
    rows.program = &c->plan->rows;
    rows.clause = "an aggregate";
    weir_register value = weir_compile(&rows, node->child[0]);
    if (value != WEIR_NO_REGISTER && statistic->numbers) {
        const struct weir_aggregate *counter = weir_aggregate_find("count", 5);
        weir_register number = weir_compile_number(&rows, value);
        if (number == WEIR_NO_REGISTER)
            return number;
        weir_compile_use(c, number, node);
        *count = weir_compile_aggregate(c, counter, number);
        /* A truth counts as 1 or 0, and so it is kept. */
        if (weir_compile_type(&rows, value) == WEIR_TYPE_TRUTH)
            value = number;
    }
    if (value == WEIR_NO_REGISTER)
        return value;
    *type = weir_compile_type(&rows, value);
    if (*type != WEIR_TYPE_CELL)
        value = weir_compile_text(&rows, value);
    if (value != WEIR_NO_REGISTER)
        weir_compile_use(c, value, node);
    return value;
}

weir_register weir_compile_statistic(struct weir_compiler *c,
                                     const struct weir_node *node)
{
    struct weir_plan_result result = {0};
    enum weir_type type;
    const struct weir_statistic *statistic =
        statistic_of(node, &result.parameter);
    /* p95(x) has its parameter in its name. */
    enum weir_parameter_kind written =
        result.parameter.n ? WEIR_PARAMETER_NONE : statistic->parameter;
    if (statistic->parameter == WEIR_PARAMETER_NONE)
        result.parameter = statistic->fixed;
    if (!check_arguments(c, written, node) ||
        (written != WEIR_PARAMETER_NONE &&
         !parameter_of(c, statistic, node, &result.parameter)))
        return WEIR_NO_REGISTER;
    weir_register value =
        value_of(c, statistic, node, &type, &result.aggregate);
    if (value == WEIR_NO_REGISTER)
        return value;
    result.statistic = statistic;
    result.table = table_of(c, value);
    if (result.table == 0)
        return WEIR_NO_REGISTER;
    weir_register loaded = weir_compile_load_result(
        c, &result, statistic->gives == WEIR_GIVES_NUMBER);
    if (statistic->gives == WEIR_GIVES_NUMBER)
        return loaded;
    return weir_compile_typed(
        c, loaded,
        statistic->gives == WEIR_GIVES_VALUE ? type : WEIR_TYPE_TEXT);
}
