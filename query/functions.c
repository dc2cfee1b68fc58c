/*
 * The functions: a table of names, numbers of arguments and builders.
 */
#include "query/functions.h"

#include "base/error.h"
#include <assert.h>
#include <string.h>
#include <strings.h>

#define ARGUMENTS_MAX 64

typedef weir_register (*converter)(struct weir_compiler *c,
                                   const struct weir_function_call *call,
                                   size_t i);

weir_register weir_argument_number(struct weir_compiler *c,
                                   const struct weir_function_call *call,
                                   size_t i)
{
    weir_compile_refuse_text(c, call->node->child[i], call->function->name);
    return weir_compile_number(c, call->in[i]);
}

static weir_register argument_text(struct weir_compiler *c,
                                   const struct weir_function_call *call,
                                   size_t i)
{
    return weir_compile_text(c, call->in[i]);
}

/* Adds the function's step. `first` converts the first argument, and `rest` the
 * others. */
static weir_register of_arguments(struct weir_compiler *c,
                                  const struct weir_function_call *call,
                                  converter first, converter rest)
{
    weir_register in[WEIR_STEP_INPUTS] = {WEIR_NO_REGISTER, WEIR_NO_REGISTER,
                                          WEIR_NO_REGISTER};
    assert(call->n <= WEIR_STEP_INPUTS);
    for (size_t i = 0; i < call->n; i++)
        in[i] = (i ? rest : first)(c, call, i);
    return weir_compile_op(c, call->function->op, in[0], in[1], in[2],
                           call->function->choice);
}

static weir_register of_texts(struct weir_compiler *c,
                              const struct weir_function_call *call)
{
    return of_arguments(c, call, argument_text, argument_text);
}

static weir_register of_date(struct weir_compiler *c,
                             const struct weir_function_call *call)
{
    return weir_compile_op(
        c, call->function->op,
        weir_compile_date(c, call->node->child[0], call->in[0]),
        WEIR_NO_REGISTER, WEIR_NO_REGISTER, call->function->choice);
}

static weir_register of_letters(struct weir_compiler *c,
                                const struct weir_function_call *call)
{
    return weir_casing_open(c->error) ? WEIR_NO_REGISTER : of_texts(c, call);
}

static weir_register of_numbers(struct weir_compiler *c,
                                const struct weir_function_call *call)
{
    return of_arguments(c, call, weir_argument_number, weir_argument_number);
}

static weir_register of_text_numbers(struct weir_compiler *c,
                                     const struct weir_function_call *call)
{
    return of_arguments(c, call, argument_text, weir_argument_number);
}

/* Reads a mark of a notation from argument i, if it was given. */
static bool read_mark(struct weir_compiler *c,
                      const struct weir_function_call *call, size_t i,
                      bool (*read)(struct weir_text text, char *mark),
                      const char *expected, char *mark)
{
    if (i >= call->n)
        return true;
    const struct weir_node *node = call->node->child[i];
    if (node->type == WEIR_NODE_LITERAL && read(node->text, mark))
        return true;
    weir_compile_fail(c, node, "expected %s in quotes, found %s", expected,
                      weir_compile_words(c, node));
    return false;
}

static bool read_notation(struct weir_compiler *c,
                          const struct weir_function_call *call, size_t first,
                          struct weir_notation *notation)
{
    if (!read_mark(c, call, first, weir_notation_decimal, WEIR_DECIMAL_MARKS,
                   &notation->decimal) ||
        !read_mark(c, call, first + 1, weir_notation_thousands,
                   WEIR_THOUSANDS_MARKS, &notation->thousands))
        return false;
    if (!notation->thousands || notation->decimal != notation->thousands)
        return true;
    weir_compile_fail(c, call->node->child[first + 1],
                      "expected a separator of thousands that is not the "
                      "decimal mark");
    return false;
}

static weir_register to_number(struct weir_compiler *c,
                               const struct weir_function_call *call)
{
    struct weir_notation notation = {.marks = true};
    enum weir_type type = weir_compile_type(c, call->in[0]);
    if (!read_notation(c, call, 1, &notation))
        return WEIR_NO_REGISTER;
    if (call->n == 1 || type == WEIR_TYPE_NUMBER || type == WEIR_TYPE_BOOLEAN)
        return weir_argument_number(c, call, 0);
    return weir_compile_read_in(c, call->in[0], weir_notation_pack(notation));
}

/* Reads the number of digits after the mark, which is 0 if it was not given. */
static bool read_places(struct weir_compiler *c,
                        const struct weir_function_call *call,
                        struct weir_number *places)
{
    *places = (struct weir_number){.kind = WEIR_DECIMAL};
    if (call->n < 2)
        return true;
    const struct weir_node *node = call->node->child[1];
    if (node->type == WEIR_NODE_NUMBER && node->number.kind == WEIR_DECIMAL &&
        node->number.exponent == 0 &&
        node->number.mantissa <= WEIR_FIXED_PLACES) {
        *places = node->number;
        return true;
    }
    weir_compile_fail(c, node,
                      "expected how many digits follow the decimal mark, 0 to "
                      "%d, found %s",
                      WEIR_FIXED_PLACES, weir_compile_words(c, node));
    return false;
}

static weir_register fixed(struct weir_compiler *c,
                           const struct weir_function_call *call)
{
    struct weir_notation notation = {0};
    struct weir_step step = {.op = &weir_op_fixed};
    if (!read_places(c, call, &step.constant) ||
        !read_notation(c, call, 2, &notation))
        return WEIR_NO_REGISTER;
    step.in[0] = weir_argument_number(c, call, 0);
    step.in[1] = step.in[2] = WEIR_NO_REGISTER;
    step.choice = weir_notation_pack(notation);
    return weir_compile_step(c, &step);
}

static weir_register to_text(struct weir_compiler *c,
                             const struct weir_function_call *call)
{
    return weir_compile_text(c, call->in[0]);
}

static weir_register concat(struct weir_compiler *c,
                            const struct weir_function_call *call)
{
    weir_register joined = weir_compile_text(c, call->in[0]);
    for (size_t i = 1; i < call->n; i++)
        joined = weir_compile_binary(c, &weir_op_concat, joined,
                                     weir_compile_text(c, call->in[i]));
    return joined;
}

static weir_register coalesce(struct weir_compiler *c,
                              const struct weir_function_call *call)
{
    weir_compile_unify(c, call->in, call->n);
    weir_register chosen = call->in[call->n - 1];
    for (size_t i = call->n - 1; i-- > 0;) {
        weir_register null =
            weir_compile_unary(c, &weir_op_is_null, call->in[i]);
        chosen = weir_compile_choose(c, null, chosen, call->in[i]);
    }
    return chosen;
}

/* file() and line(), which only a record has. */
static weir_register of_record(struct weir_compiler *c,
                               const struct weir_function_call *call)
{
    const char *name = call->function->name;
    if (c->program == &c->plan->rows)
        return of_texts(c, call);
    return weir_compile_fail(c, call->node,
                             "%s() is neither a key nor inside an aggregate; "
                             "add it to 'by', or say which one: first(%s()), "
                             "max(%s())",
                             name, name, name);
}

#define BUILT(name, call, brief, min, max, build)
#define STEP(name, call, brief, min, max, build, op, choice)                   \
    extern const struct weir_op weir_op_##op;
#include "query/function_rows.h"
#undef BUILT
#undef STEP

static const struct weir_function functions[] = {
#define BUILT(name, call, brief, min, max, build)                              \
    {name, call, brief, min, max, build, NULL, 0},
#define STEP(name, call, brief, min, max, build, op, choice)                   \
    {name, call, brief, min, max, build, &weir_op_##op, choice},
#include "query/function_rows.h"
#undef BUILT
#undef STEP
};

#define N_FUNCTIONS (sizeof functions / sizeof *functions)

bool weir_function_help(size_t i, const char **call, const char **brief)
{
    if (i >= N_FUNCTIONS)
        return false;
    *call = functions[i].call;
    *brief = functions[i].brief;
    return true;
}

static const struct weir_function *find(struct weir_text name)
{
    for (size_t i = 0; i < N_FUNCTIONS; i++)
        if (strlen(functions[i].name) == name.len &&
            !strncasecmp(functions[i].name, name.bytes, name.len))
            return &functions[i];
    return NULL;
}

bool weir_compile_is_function(struct weir_text name)
{
    return find(name) || weir_aggregate_find(name.bytes, name.len, NULL);
}

/* The row of which this one is perhaps a second name. */
static const struct weir_function *
first_name(const struct weir_function *function)
{
    const struct weir_function *row = functions;
    while (!row->call || row->build != function->build ||
           row->op != function->op || row->choice != function->choice)
        row++;
    return row;
}

const char *weir_function_call_of(const struct weir_function *function)
{
    return first_name(function)->call;
}

bool weir_function_describe(const char *name, const char **call,
                            const char **brief)
{
    const struct weir_function *row = find(weir_text_of(name));
    if (!row)
        return false;
    row = first_name(row);
    *call = row->call;
    *brief = row->brief;
    return true;
}

const char *weir_compile_brief(const struct weir_node *node)
{
    const struct weir_function *called =
        node->type == WEIR_NODE_CALL ? find(node->text) : NULL;
    return called ? first_name(called)->brief : "";
}

/* Whether it is p99_9, or one like it. */
static bool is_percentile(struct weir_text name)
{
    size_t strokes = 0, stroke = 0;
    for (size_t i = 1; i < name.len; i++)
        if (name.bytes[i] == '_') {
            strokes++;
            stroke = i;
        } else if (name.bytes[i] < '0' || name.bytes[i] > '9') {
            return false;
        }
    return name.len > 3 && (*name.bytes == 'p' || *name.bytes == 'P') &&
           strokes == 1 && stroke > 1 && stroke < name.len - 1;
}

static weir_register unknown(struct weir_compiler *c,
                             const struct weir_node *node)
{
    const char *names[N_FUNCTIONS + 64];
    size_t n = 0;
    for (size_t i = 0; i < N_FUNCTIONS; i++)
        names[n++] = functions[i].name;
    for (size_t i = 0; weir_aggregates[i] && n < N_FUNCTIONS + 64; i++)
        names[n++] = weir_aggregates[i]->name;
    char shown[96];
    weir_show(shown, sizeof shown, node->text.bytes, node->text.len, 60);
    const char *nearest = weir_nearest(node->text, names, n);
    if (is_percentile(node->text))
        return weir_compile_fail(c, node,
                                 "no function '%s'; a percentile with a point "
                                 "is p99.9(x)",
                                 shown);
    if (nearest)
        return weir_compile_fail(
            c, node, "no function '%s'; did you mean '%s'?", shown, nearest);
    return weir_compile_fail(c, node,
                             "no function '%s'; weir help functions and weir "
                             "help aggregates list them",
                             shown);
}

/* Aggregates are compiled by weir_compile_result(), and only after grouping. */
static weir_register misplaced(struct weir_compiler *c,
                               const struct weir_node *node)
{
    return weir_compile_fail(
        c, node, "%s is an aggregate, which can't stand in %s%s",
        weir_compile_words(c, node), c->clause,
        strcmp(c->clause, "where") == 0 ? "; having can filter by it" : "");
}

weir_register weir_compile_call(struct weir_compiler *c,
                                const struct weir_node *node)
{
    if (weir_compile_is_aggregate(node))
        return misplaced(c, node);
    const struct weir_function *function = find(node->text);
    if (!function)
        return unknown(c, node);
    if (node->distinct)
        return weir_compile_fail(c, node, "distinct belongs to aggregates");
    if (node->n < function->min || node->n > function->max)
        return weir_compile_fail(
            c, node, "%s takes %d%s argument%s, found %zu, as in %s",
            function->name, function->min,
            function->min < function->max ? " or more" : "",
            function->max == 1 ? "" : "s", node->n,
            weir_function_call_of(function));
    weir_register in[ARGUMENTS_MAX];
    assert(function->max <= ARGUMENTS_MAX);
    const struct weir_node *outer = c->called;
    c->called = node;
    for (size_t i = 0; i < node->n; i++)
        in[i] = weir_compile(c, node->child[i]);
    c->called = outer;
    const struct weir_function_call call = {node, function, in, node->n};
    return weir_compile_failed(c) ? WEIR_NO_REGISTER
                                  : function->build(c, &call);
}
