/*
 * Functions of dates. Units, formats and zones are literals, so that they are
 * checked, and a zone is read, before the first record is.
 */
#include "query/functions.h"

#include "base/error.h"
#include "pipeline/ops/date_format.h"
#include "pipeline/ops/zone.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct word {
    const char *text;
    int32_t choice;
};

/* Fails for argument i, which is not what the function takes there. */
static void fail_argument(struct weir_compiler *c,
                          const struct weir_function_call *call, size_t i,
                          const char *expected)
{
    weir_compile_fail(c, call->node->child[i], "expected %s, as in %s",
                      expected, weir_function_call_of(call->function));
}

/* Returns the word that argument i is, in any case. If it is none of the n
 * words, fails with `expected` or the nearest word, and returns NULL. */
static const struct word *one_of(struct weir_compiler *c,
                                 const struct weir_function_call *call,
                                 size_t i, const struct word *words, size_t n,
                                 const char *expected)
{
    const struct weir_node *node = call->node->child[i];
    const char *names[8], *nearest = NULL;
    assert(n <= sizeof names / sizeof *names);
    for (size_t k = 0; k < n; k++) {
        names[k] = words[k].text;
        if (node->type == WEIR_NODE_LITERAL &&
            strlen(words[k].text) == node->text.len &&
            !strncasecmp(words[k].text, node->text.bytes, node->text.len))
            return &words[k];
    }
    if (node->type == WEIR_NODE_LITERAL)
        nearest = weir_nearest(node->text, names, n);
    if (nearest)
        weir_compile_fail(c, node, "expected %s; did you mean '%s'?", expected,
                          nearest);
    else
        fail_argument(c, call, i, expected);
    return NULL;
}

static const struct word *unit_of(struct weir_compiler *c,
                                  const struct weir_function_call *call,
                                  size_t i)
{
    static const struct word units[] = {
        {"year", WEIR_YEAR},     {"quarter", WEIR_QUARTER},
        {"month", WEIR_MONTH},   {"week", WEIR_WEEK},
        {"day", WEIR_DAY},       {"hour", WEIR_HOUR},
        {"minute", WEIR_MINUTE}, {"second", WEIR_SECOND}};
    return one_of(c, call, i, units, sizeof units / sizeof *units,
                  "'year', 'quarter', 'month', 'week', 'day', 'hour', "
                  "'minute' or 'second'");
}

/* A step of two registers, each of which may be WEIR_NO_REGISTER, and of the
 * word that was chosen; NULL after a failure. */
static weir_register step_of(struct weir_compiler *c, const struct weir_op *op,
                             weir_register a, weir_register b,
                             const struct word *chosen)
{
    return weir_compile_op(c, op, a, b, WEIR_NO_REGISTER,
                           chosen ? chosen->choice : 0);
}

weir_register weir_build_date_trunc(struct weir_compiler *c,
                                    const struct weir_function_call *call)
{
    const struct word *unit = unit_of(c, call, 0);
    if (!unit)
        return WEIR_NO_REGISTER;
    weir_register text =
        weir_compile_date(c, call->node->child[1], call->in[1]);
    return step_of(c, &weir_op_date_trunc, text, WEIR_NO_REGISTER, unit);
}

weir_register weir_build_date_diff(struct weir_compiler *c,
                                   const struct weir_function_call *call)
{
    struct weir_node *const *child = call->node->child;
    const struct word *unit = unit_of(c, call, 0);
    if (!unit)
        return WEIR_NO_REGISTER;
    weir_register a = weir_compile_date(c, child[1], call->in[1]);
    weir_register b = weir_compile_date(c, child[2], call->in[2]);
    return step_of(c, &weir_op_date_diff, a, b, unit);
}

/* A step of the number of an argument, which also has its cell, for messages.
 */
static weir_register of_number(struct weir_compiler *c,
                               const struct weir_function_call *call, size_t i,
                               const struct weir_op *op,
                               const struct word *chosen)
{
    const weir_register argument = call->in[i];
    enum weir_type type = weir_compile_type(c, argument);
    bool written = type == WEIR_TYPE_CELL || type == WEIR_TYPE_TEXT;
    weir_register number = weir_argument_number(c, call, i);
    return step_of(c, op, number, written ? argument : WEIR_NO_REGISTER,
                   chosen);
}

weir_register weir_build_date_add(struct weir_compiler *c,
                                  const struct weir_function_call *call)
{
    const struct word *unit = unit_of(c, call, 2);
    if (!unit)
        return WEIR_NO_REGISTER;
    weir_register date =
        weir_compile_date(c, call->node->child[0], call->in[0]);
    weir_register n = of_number(c, call, 1, &weir_op_whole, NULL);
    return step_of(c, &weir_op_date_add, date, n, unit);
}

/* The power of ten of the unit that a call names, or of seconds; NULL if there
 * is no such unit. */
static const struct word *epoch_unit(struct weir_compiler *c,
                                     const struct weir_function_call *call)
{
    static const struct word units[] = {
        {"s", 0}, {"ms", 3}, {"us", 6}, {"ns", 9}};
    return call->n < 2 ? &units[0]
                       : one_of(c, call, 1, units, sizeof units / sizeof *units,
                                "'s', 'ms', 'us' or 'ns'");
}

weir_register weir_build_epoch(struct weir_compiler *c,
                               const struct weir_function_call *call)
{
    weir_register text =
        weir_compile_date(c, call->node->child[0], call->in[0]);
    return step_of(c, &weir_op_epoch, text, WEIR_NO_REGISTER,
                   epoch_unit(c, call));
}

weir_register weir_build_from_epoch(struct weir_compiler *c,
                                    const struct weir_function_call *call)
{
    return of_number(c, call, 0, &weir_op_from_epoch, epoch_unit(c, call));
}

typedef enum weir_status (*checker)(struct weir_text format,
                                    struct weir_error *error);

static bool is_format(struct weir_compiler *c,
                      const struct weir_function_call *call, size_t i,
                      checker check)
{
    const struct weir_node *node = call->node->child[i];
    if (node->type != WEIR_NODE_LITERAL) {
        fail_argument(c, call, i, "a format in quotes: '%Y-%m-%d'");
        return false;
    }
    if (!check(node->text, c->error))
        return true;
    weir_ast_fail_at(c->query->text, node->place, c->error);
    return false;
}

/* Fills a step of a date and of the formats after it. Returns false on failure.
 */
static bool formatted(struct weir_compiler *c,
                      const struct weir_function_call *call, weir_register date,
                      checker check, struct weir_step *step)
{
    struct weir_node *const *child = call->node->child;
    size_t len = 0, used = 0;
    for (size_t i = 1; i < call->n; i++) {
        if (weir_compile_failed(c) || !is_format(c, call, i, check))
            return false;
        len += child[i]->text.len + 1;
    }
    char *formats = weir_compile_take(c, len, 1);
    if (!formats)
        return false;
    for (size_t i = 1; i < call->n; i++) {
        memcpy(formats + used, child[i]->text.bytes, child[i]->text.len);
        used += child[i]->text.len;
        formats[used++] = '\0';
    }
    step->in[0] = date;
    step->in[1] = step->in[2] = WEIR_NO_REGISTER;
    step->constant =
        (struct weir_number){.kind = WEIR_TEXT, .text = {formats, len - 1}};
    return true;
}

/* Reads the first argument by the formats after it. */
static weir_register read_by_formats(struct weir_compiler *c,
                                     const struct weir_function_call *call,
                                     bool only_day)
{
    struct weir_step step = {.op = &weir_op_strptime, .choice = only_day};
    return formatted(c, call, weir_compile_text(c, call->in[0]),
                     weir_date_format_check_read, &step)
               ? weir_compile_formatted_date(c, call->node->child[0], &step)
               : WEIR_NO_REGISTER;
}

weir_register weir_build_date(struct weir_compiler *c,
                              const struct weir_function_call *call)
{
    if (call->n > 1)
        return read_by_formats(c, call, true);
    return weir_compile_unary(
        c, &weir_op_date,
        weir_compile_date(c, call->node->child[0], call->in[0]));
}

weir_register weir_build_strptime(struct weir_compiler *c,
                                  const struct weir_function_call *call)
{
    return read_by_formats(c, call, false);
}

weir_register weir_build_strftime(struct weir_compiler *c,
                                  const struct weir_function_call *call)
{
    struct weir_step step = {.op = &weir_op_strftime};
    weir_register date =
        weir_compile_date(c, call->node->child[0], call->in[0]);
    return formatted(c, call, date, weir_date_format_check_write, &step)
               ? weir_compile_step(c, &step)
               : WEIR_NO_REGISTER;
}

/* The part of a zone's name after its area: Berlin. */
static const char *city_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* The nearest of the names. Two that share only their area, such as Europe, are
 * not near. */
static const char *nearest_zone(struct weir_text name, const char *const *names,
                                size_t n)
{
    const char *nearest = weir_nearest(name, names, n);
    const char *city = nearest ? city_of(nearest) : NULL;
    const char *slash = memrchr(name.bytes, '/', name.len);
    size_t skipped = slash ? (size_t)(slash + 1 - name.bytes) : 0;
    name = (struct weir_text){name.bytes + skipped, name.len - skipped};
    return city && weir_nearest(name, &city, 1) ? nearest : NULL;
}

/* Adds the nearest zone's name to the message that there is no such zone. */
static void hint_at_zone(struct weir_text name, struct weir_error *error)
{
    const char *names[600];
    char *block;
    struct weir_error unread;
    size_t n =
        weir_zone_names(&block, names, sizeof names / sizeof *names, &unread);
    const char *nearest = nearest_zone(name, names, n);
    size_t used = strlen(error->message);
    if (nearest)
        (void)snprintf(error->message + used, sizeof error->message - used,
                       "; did you mean '%s'?", nearest);
    if (!n && unread.status == WEIR_LIMIT)
        *error = unread;
    weir_free(WEIR_MEMORY_QUERY, block);
}

weir_register weir_build_at_zone(struct weir_compiler *c,
                                 const struct weir_function_call *call)
{
    const struct weir_node *name = call->node->child[1];
    weir_register text =
        weir_compile_date(c, call->node->child[0], call->in[0]);
    if (name->type != WEIR_NODE_LITERAL)
        fail_argument(c, call, 1, "a time zone in quotes: 'Europe/Berlin'");
    if (weir_compile_failed(c))
        return text;
    struct weir_step step = {
        .op = &weir_op_at_zone,
        .in = {text, WEIR_NO_REGISTER, WEIR_NO_REGISTER},
        .constant = {.kind = WEIR_TEXT, .text = name->text},
        .extra = weir_zone_open(name->text, c->error)};
    if (step.extra)
        return weir_compile_step(c, &step);
    if (c->error->status == WEIR_USAGE)
        hint_at_zone(name->text, c->error);
    weir_ast_fail_at(c->query->text, name->place, c->error);
    return WEIR_NO_REGISTER;
}
