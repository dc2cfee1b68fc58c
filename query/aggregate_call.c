/*
 * Calls of aggregates: which aggregate a call means, and whether its arguments
 * are valid. The values come first, then the parameter.
 */
#include "query/compile.h"

#include "base/error.h"

#include <string.h>
#include <strings.h>

static bool is_count(const struct weir_node *node)
{
    return node->text.len == 5 && !strncasecmp(node->text.bytes, "count", 5);
}

static bool is_star(const struct weir_node *node)
{
    return node->type == WEIR_NODE_STAR;
}

/* Returns NULL if the node does not call an aggregate. count() and count(*)
 * count records. count(distinct x) is distinct(x). */
static const struct weir_aggregate *
aggregate_of(const struct weir_node *node, struct weir_parameter *parameter)
{
    if (node->type != WEIR_NODE_CALL)
        return NULL;
    if (is_count(node) && (node->n == 0 || is_star(node->child[0])))
        return &weir_aggregate_count_rows;
    if (is_count(node) && node->distinct)
        return weir_aggregate_find("distinct", 8, parameter);
    return weir_aggregate_find(node->text.bytes, node->text.len, parameter);
}

bool weir_compile_is_aggregate(const struct weir_node *node)
{
    return aggregate_of(node, NULL) != NULL;
}

bool weir_compile_has_aggregate(const struct weir_node *node)
{
    bool has = weir_compile_is_aggregate(node);
    for (size_t i = 0; i < node->n && !has; i++)
        has = weir_compile_has_aggregate(node->child[i]);
    return has;
}

static struct weir_node *new_node(struct weir_compiler *c,
                                  const struct weir_node *like, size_t n)
{
    struct weir_node *node = weir_ast_take(c->query, sizeof *node);
    struct weir_node **child =
        weir_ast_take(c->query, (n + 1) * sizeof *node->child);
    if (!node || !child)
        return weir_no_memory(c->error, "the query", sizeof *node);
    *node = *like;
    node->n = n;
    node->child = child;
    return node;
}

/* The number 1, in place of a call. */
static struct weir_node *one(struct weir_compiler *c,
                             const struct weir_node *call)
{
    struct weir_node *node = new_node(c, call, 0);
    if (!node)
        return NULL;
    node->type = WEIR_NODE_NUMBER;
    node->filtered = node->distinct = false;
    node->text = weir_text_of("1");
    node->number = (struct weir_number){.kind = WEIR_DECIMAL, .mantissa = 1};
    return node;
}

/* case when condition then value end */
static struct weir_node *choose(struct weir_compiler *c,
                                struct weir_node *condition,
                                struct weir_node *value)
{
    struct weir_node *node = value ? new_node(c, condition, 2) : NULL;
    if (!node)
        return NULL;
    node->type = WEIR_NODE_CASE;
    node->has_operand = node->has_else = node->negated = false;
    node->filtered = node->distinct = false;
    node->child[0] = condition;
    node->child[1] = value;
    return node;
}

/* count(*) filter (where c), of which a number is counted. */
static const struct weir_node *count_filtered(struct weir_compiler *c,
                                              const struct weir_node *call)
{
    struct weir_node *plain = new_node(c, call, 1);
    struct weir_node *chosen =
        plain ? choose(c, call->child[call->n - 1], one(c, call)) : NULL;
    if (!chosen)
        return NULL;
    plain->text = weir_text_of("count");
    plain->filtered = false;
    plain->child[0] = chosen;
    return plain;
}

const struct weir_node *weir_compile_unfiltered(struct weir_compiler *c,
                                                const struct weir_node *call)
{
    if (!call->filtered)
        return call;
    const struct weir_aggregate *aggregate = aggregate_of(call, NULL);
    const size_t n = call->n - 1; /* without the filter */
    const bool bare = n == 0 || (n == 1 && is_star(call->child[0]));
    if (bare && (is_count(call) || aggregate == &weir_aggregate_count_rows))
        return count_filtered(c, call);
    struct weir_node *plain = new_node(c, call, n);
    if (!plain)
        return NULL;
    plain->filtered = false;
    for (size_t i = 0; i < n; i++) {
        const bool is_value = i < weir_aggregate_values(aggregate) &&
                              call->child[i]->type != WEIR_NODE_LITERAL &&
                              !is_star(call->child[i]);
        plain->child[i] = is_value ? choose(c, call->child[n], call->child[i])
                                   : call->child[i];
        if (!plain->child[i])
            return NULL;
    }
    return plain;
}

/* Gives a number of the query as n / 10^digits. Returns false if the node is no
 * such number. */
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

static bool is_allowed(const struct weir_aggregate *aggregate,
                       const struct weir_parameter *p)
{
    if (aggregate->parameter == WEIR_PARAMETER_SHARE)
        return p->n <= (uint64_t)weir_power_of_ten[p->digits];
    return p->digits == 0 && p->n >= 1 && p->n <= WEIR_PARAMETER_MAX;
}

static void parameter_of(struct weir_compiler *c,
                         const struct weir_aggregate *aggregate,
                         const struct weir_node *node,
                         const struct weir_node *written,
                         struct weir_parameter *parameter)
{
    if (read_parameter(written, parameter) && is_allowed(aggregate, parameter))
        return;
    int len = (int)node->text.len;
    if (aggregate->parameter == WEIR_PARAMETER_SHARE)
        weir_compile_fail(c, written,
                          "expected a number from 0 to 1, of at most 18 "
                          "digits, as in %.*s(x, 0.95), found %s",
                          len, node->text.bytes,
                          weir_compile_words(c, written));
    else
        weir_compile_fail(c, written,
                          "expected a whole number from 1 to %d, as in "
                          "%.*s(x, 3), found %s",
                          WEIR_PARAMETER_MAX, len, node->text.bytes,
                          weir_compile_words(c, written));
}

/* For example "quantile takes an expression and a number from 0 to 1, as in
 * quantile(x, 0.95)". */
static void refuse_arguments(struct weir_compiler *c,
                             const struct weir_node *node,
                             const struct weir_aggregate *aggregate,
                             enum weir_parameter_kind parameter)
{
    static const char *const takes[] = {
        [WEIR_PARAMETER_NONE] = "",
        [WEIR_PARAMETER_SHARE] = " and a number from 0 to 1",
        [WEIR_PARAMETER_COUNT] = " and a number of values"};
    const bool condition = aggregate->need[0] == WEIR_NEED_CONDITION;
    const bool two = weir_aggregate_values(aggregate) == 2;
    const char *some = two         ? "two expressions"
                       : condition ? "one condition"
                       : parameter ? "an expression"
                                   : "one expression";
    const char *call = aggregate->call ? strchr(aggregate->call, '(') : NULL;
    int len = (int)node->text.len;
    /* p95(x) has its parameter in its name. */
    if (!call || aggregate->parameter != parameter)
        call = "(x)";
    weir_compile_fail(c, node, "%.*s takes %s%s, as in %.*s(%s%s%s", len,
                      node->text.bytes, some, takes[parameter], len,
                      node->text.bytes, node->distinct ? "distinct " : "",
                      call + 1, node->n ? "" : WEIR_SHELL_HINT);
}

bool weir_compile_aggregate_call(struct weir_compiler *c,
                                 const struct weir_node *node,
                                 struct weir_call *call)
{
    call->aggregate = aggregate_of(node, &call->parameter);
    const struct weir_aggregate *aggregate = call->aggregate;
    size_t values = weir_aggregate_values(aggregate);
    /* p95(x) has its parameter in its name. */
    enum weir_parameter_kind written =
        call->parameter.n ? WEIR_PARAMETER_NONE : aggregate->parameter;
    if (aggregate->parameter == WEIR_PARAMETER_NONE)
        call->parameter = aggregate->fixed;
    if (node->distinct && !is_count(node))
        weir_compile_fail(c, node,
                          "%s: distinct is allowed only in count(distinct x)",
                          weir_compile_words(c, node));
    if (values == 0 && node->n && !is_star(node->child[0]))
        weir_compile_fail(c, node,
                          "%.*s takes no value, as in count(); "
                          "count(x) counts the values of x",
                          (int)node->text.len, node->text.bytes);
    if (values == 0)
        return !weir_compile_failed(c);
    bool fits = node->n == values + (written != WEIR_PARAMETER_NONE);
    for (size_t i = 0; fits && i < values; i++)
        fits = !is_star(node->child[i]);
    if (!fits)
        refuse_arguments(c, node, aggregate, written);
    else if (written != WEIR_PARAMETER_NONE)
        parameter_of(c, aggregate, node, node->child[values], &call->parameter);
    for (size_t i = 0; fits && i < values; i++)
        if (node->child[i]->type == WEIR_NODE_LITERAL)
            weir_compile_varies(c, node->child[i], "an aggregate");
    return !weir_compile_failed(c);
}
