/*
 * Compiles a tree to steps, from the leaves up. Equal steps become one step, so
 * an expression that is written twice in a query is computed once.
 */
#include "query/compile.h"

#include "base/error.h"
#include "pipeline/ops/date.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

weir_register weir_compile_fail(struct weir_compiler *c,
                                const struct weir_node *node,
                                const char *format, ...)
{
    char message[sizeof c->error->message];
    va_list arguments;
    if (weir_compile_failed(c))
        return WEIR_NO_REGISTER;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    weir_fail(c->error, WEIR_USAGE, "%s", message);
    weir_ast_fail_at(c->query->text, node->place, c->error);
    return WEIR_NO_REGISTER;
}

weir_register weir_compile_step(struct weir_compiler *c,
                                const struct weir_step *step)
{
    if (weir_compile_failed(c))
        return WEIR_NO_REGISTER;
    weir_register reg = weir_program_add(c->program, step);
    if (reg == WEIR_NO_REGISTER && c->program->n_steps < WEIR_REGISTERS_MAX)
        weir_fail_memory(c->error, "the query's steps",
                         c->program->n_steps * sizeof *c->program->step);
    else if (reg == WEIR_NO_REGISTER)
        weir_fail(c->error, WEIR_LIMIT,
                  "the query takes more than %d columns and steps; name the "
                  "columns you want",
                  WEIR_REGISTERS_MAX);
    return reg;
}

weir_register weir_compile_op(struct weir_compiler *c, const struct weir_op *op,
                              weir_register a, weir_register b, weir_register d,
                              int32_t choice)
{
    struct weir_step step = {.op = op, .in = {a, b, d}, .choice = choice};
    return weir_compile_step(c, &step);
}

void weir_compile_use(struct weir_compiler *c, weir_register reg,
                      const char *name)
{
    struct weir_plan *plan = c->plan;
    bool after = c->program == &plan->results.program;
    struct weir_use *use = after ? plan->results.use : plan->use;
    size_t *n = after ? &plan->results.n_uses : &plan->n_uses;
    if (weir_compile_failed(c))
        return;
    for (size_t i = 0; i < *n; i++)
        if (use[i].reg == reg)
            return;
    use[(*n)++] = (struct weir_use){reg, name};
    weir_program_keep(c->program, reg);
}

void *weir_compile_take(struct weir_compiler *c, size_t n, size_t element)
{
    void *array = weir_ast_take(c->query, (n + 1) * element);
    if (!array)
        weir_fail_memory(c->error, "the plan", n * element);
    return array;
}

const char *weir_compile_words(struct weir_compiler *c,
                               const struct weir_node *node)
{
    struct weir_text text = weir_node_source(c->query, node);
    char *words = weir_compile_take(c, text.len, 1);
    if (!words)
        return "";
    /* A query may have several lines, but a name or a message has one. */
    for (size_t i = 0; i < text.len; i++)
        words[i] = strchr("\n\r\t", text.bytes[i]) ? ' ' : text.bytes[i];
    return words;
}

weir_register weir_compile_constant(struct weir_compiler *c,
                                    const struct weir_op *op,
                                    const struct weir_number *value)
{
    struct weir_step step = {
        .op = op,
        .in = {WEIR_NO_REGISTER, WEIR_NO_REGISTER, WEIR_NO_REGISTER},
        .constant = *value};
    return weir_compile_step(c, &step);
}

static weir_register literal(struct weir_compiler *c,
                             const struct weir_node *node)
{
    struct weir_number text = {.kind = WEIR_TEXT, .text = node->text};
    if (node->type == WEIR_NODE_NUMBER)
        return weir_compile_constant(c, &weir_op_number_constant,
                                     &node->number);
    if (node->type == WEIR_NODE_LITERAL)
        return weir_compile_constant(c, &weir_op_text_constant, &text);
    if (node->type == WEIR_NODE_NULL)
        return weir_compile_leaf(c, &weir_op_null, 0);
    return weir_compile_leaf(c, &weir_op_boolean_constant,
                             (int32_t)node->number.mantissa);
}

static weir_register as_number(struct weir_compiler *c,
                               const struct weir_node *node)
{
    weir_register value = weir_compile(c, node);
    struct weir_date date;
    if (value != WEIR_NO_REGISTER &&
        (c->program->step[value].op->is_date ||
         (node->type == WEIR_NODE_LITERAL &&
          weir_date_read(node->text, &date) == WEIR_DECIMAL)))
        return weir_compile_fail(
            c, node,
            "a date is not a number; date_diff('day', a, b) counts days from a "
            "to b, date_add(x, 1, 'day') adds one");
    weir_compile_refuse_text(c, node, "arithmetic");
    return weir_compile_number(c, value);
}

static weir_register as_text(struct weir_compiler *c,
                             const struct weir_node *node)
{
    return weir_compile_text(c, weir_compile(c, node));
}

/* Refuses a = 1 or 2, where the 2 is no condition of its own. */
static void check_alternative(struct weir_compiler *c,
                              const struct weir_node *node)
{
    const struct weir_node *equal = node->child[0], *other = node->child[1];
    if (equal->type == WEIR_NODE_OR)
        equal = equal->child[1];
    if (equal->type == WEIR_NODE_EQUAL &&
        (other->type == WEIR_NODE_LITERAL || other->type == WEIR_NODE_NUMBER))
        weir_compile_fail(c, other,
                          "%s alone is not a condition; write %s in (%s, %s)",
                          weir_compile_words(c, other),
                          weir_compile_words(c, equal->child[0]),
                          weir_compile_words(c, equal->child[1]),
                          weir_compile_words(c, other));
}

/* An operator with one or two operands, each of which `operand` compiles. */
static weir_register
operation(struct weir_compiler *c, const struct weir_node *node,
          weir_register (*operand)(struct weir_compiler *c,
                                   const struct weir_node *node))
{
    static const struct weir_op *const op[] = {
        [WEIR_NODE_NEGATE] = &weir_op_negate,
        [WEIR_NODE_ADD] = &weir_op_add,
        [WEIR_NODE_SUBTRACT] = &weir_op_subtract,
        [WEIR_NODE_MULTIPLY] = &weir_op_multiply,
        [WEIR_NODE_DIVIDE] = &weir_op_divide,
        [WEIR_NODE_MODULO] = &weir_op_modulo,
        [WEIR_NODE_CONCAT] = &weir_op_concat,
        [WEIR_NODE_NOT] = &weir_op_not,
        [WEIR_NODE_AND] = &weir_op_and,
        [WEIR_NODE_OR] = &weir_op_or};
    weir_register in[2] = {WEIR_NO_REGISTER, WEIR_NO_REGISTER};
    assert(node->n <= 2);
    for (size_t i = 0; i < node->n; i++)
        in[i] = operand(c, node->child[i]);
    return weir_compile_binary(c, op[node->type], in[0], in[1]);
}

/* In "case x when a ..." the condition is x = a. */
static weir_register when(struct weir_compiler *c, const struct weir_node *node,
                          size_t at)
{
    if (!node->has_operand)
        return weir_compile_condition(c, node->child[at]);
    struct weir_node *pair[2] = {node->child[0], node->child[at]};
    const struct weir_node equal = {.type = WEIR_NODE_EQUAL,
                                    .place = pair[1]->place,
                                    .extent = pair[1]->extent,
                                    .n = 2,
                                    .child = pair};
    return weir_compile_comparison(c, &equal);
}

static weir_register case_when(struct weir_compiler *c,
                               const struct weir_node *node)
{
    static const struct weir_node null = {.type = WEIR_NODE_NULL};
    size_t first = node->has_operand, last = node->n - node->has_else;
    size_t n = (last - first) / 2;
    weir_register *value = weir_compile_take(c, n + 1, sizeof *value);
    if (!value)
        return WEIR_NO_REGISTER;
    for (size_t i = 0; i < n; i++)
        value[i] = weir_compile(c, node->child[first + 2 * i + 1]);
    value[n] = weir_compile(c, node->has_else ? node->child[last] : &null);
    weir_compile_unify(c, value, n + 1);
    weir_register chosen = value[n];
    for (size_t i = n; i-- > 0;)
        chosen = weir_compile_choose(c, when(c, node, first + 2 * i), value[i],
                                     chosen);
    return chosen;
}

weir_register weir_compile(struct weir_compiler *c,
                           const struct weir_node *node)
{
    weir_register reg = WEIR_NO_REGISTER;
    if (weir_compile_failed(c) || weir_compile_result(c, node, &reg))
        return reg;
    switch (node->type) {
    case WEIR_NODE_NUMBER:
    case WEIR_NODE_LITERAL:
    case WEIR_NODE_NULL:
    case WEIR_NODE_BOOLEAN:
        return literal(c, node);
    case WEIR_NODE_COLUMN:
        return weir_compile_column(c, node);
    case WEIR_NODE_STAR:
        return weir_compile_fail(c, node,
                                 "* stands for all columns, and only "
                                 "as an item of its own");
    case WEIR_NODE_CALL:
        return weir_compile_call(c, node);
    case WEIR_NODE_NEGATE:
    case WEIR_NODE_ADD:
    case WEIR_NODE_SUBTRACT:
    case WEIR_NODE_MULTIPLY:
    case WEIR_NODE_DIVIDE:
    case WEIR_NODE_MODULO:
        return operation(c, node, as_number);
    case WEIR_NODE_CONCAT:
        return operation(c, node, as_text);
    case WEIR_NODE_NOT:
    case WEIR_NODE_AND:
    case WEIR_NODE_OR:
        if (node->type == WEIR_NODE_OR)
            check_alternative(c, node);
        return operation(c, node, weir_compile_condition);
    case WEIR_NODE_CASE:
        return case_when(c, node);
    default:
        return weir_compile_comparison(c, node);
    }
}
