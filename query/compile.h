/*
 * What the files that turn trees into steps share.
 */
#ifndef WEIR_QUERY_COMPILE_H
#define WEIR_QUERY_COMPILE_H

#include "pipeline/ops/ops.h"
#include "query/plan.h"

/*
 * A compilation. Everywhere below, WEIR_NO_REGISTER says that it failed, and
 * that the error is filled.
 */
struct weir_compiler {
    struct weir_plan *plan;
    struct weir_query *query;
    const struct weir_schema *schema;
    struct weir_program *program; /* steps go here: rows or results */
    const char *clause;           /* "where", for messages */
    /* After grouping, items [0, n_named) may be called by their names, and
     * named[i] is the item's register once it was: an item sees those before
     * it, having and order by see all. */
    weir_register *named;
    size_t n_named;
    struct weir_error *error;
};

/* compile.c: a tree to a register of any type. */
weir_register weir_compile(struct weir_compiler *c,
                           const struct weir_node *node);

/* convert.c: a register as another type. */
weir_register weir_compile_number(struct weir_compiler *c, weir_register from);
weir_register weir_compile_text(struct weir_compiler *c, weir_register from);
/* `node` is what is no condition, for the message. */
weir_register weir_compile_boolean(struct weir_compiler *c,
                                   const struct weir_node *node,
                                   weir_register from);
/* Makes the registers of one type, so that one can be chosen. */
bool weir_compile_unify(struct weir_compiler *c, weir_register *reg, size_t n);
weir_register weir_compile_choose(struct weir_compiler *c,
                                  weir_register boolean, weir_register yes,
                                  weir_register no);

/* compare.c */
weir_register weir_compile_comparison(struct weir_compiler *c,
                                      const struct weir_node *node);

/* bind.c: names. */
weir_register weir_compile_column(struct weir_compiler *c,
                                  const struct weir_node *node);
/* A column by its index: a load of it. */
weir_register weir_compile_load(struct weir_compiler *c, size_t column);

/* aggregated.c: what has another meaning after grouping. true: *reg is it (or
 * WEIR_NO_REGISTER: it failed). */
bool weir_compile_result(struct weir_compiler *c, const struct weir_node *node,
                         weir_register *reg);

/* The rows' register must not be BAD for the node's aggregate. */
void weir_compile_use(struct weir_compiler *c, weir_register reg,
                      const struct weir_node *node);
/* Table 0's aggregate, found or added: its index. */
size_t weir_compile_aggregate(struct weir_compiler *c,
                              const struct weir_plan_aggregate *aggregate);
/* Loads a result, which is found or added; a `number`, or else a cell. */
weir_register weir_compile_load_result(struct weir_compiler *c,
                                       const struct weir_plan_result *result,
                                       bool number);
/* A value that came back as its text, of the type that it was. */
weir_register weir_compile_typed(struct weir_compiler *c, weir_register cell,
                                 enum weir_type type);

/* aggregate_call.c: the aggregate that a node calls. */
struct weir_call {
    const struct weir_aggregate *aggregate;
    struct weir_parameter parameter;
};
bool weir_compile_is_aggregate(const struct weir_node *node);
bool weir_compile_has_aggregate(const struct weir_node *node);
/* Checks what stands between the parentheses; false: refused, the error set. */
bool weir_compile_aggregate_call(struct weir_compiler *c,
                                 const struct weir_node *node,
                                 struct weir_call *call);

/* ordered_set.c: median(x), count(distinct x), ...: calls that need a table. */
weir_register weir_compile_ordered_set(struct weir_compiler *c,
                                       const struct weir_node *node,
                                       const struct weir_call *call);

/* functions.c */
weir_register weir_compile_call(struct weir_compiler *c,
                                const struct weir_node *node);

/* Steps of up to three inputs. */
weir_register weir_compile_step(struct weir_compiler *c,
                                const struct weir_step *step);
weir_register weir_compile_op(struct weir_compiler *c, const struct weir_op *op,
                              weir_register a, weir_register b, weir_register d,
                              int32_t choice);

/* Fills the error, its place the node's. */
weir_register weir_compile_fail(struct weir_compiler *c,
                                const struct weir_node *node,
                                const char *format, ...) WEIR_PRINTF(3, 4);

static inline enum weir_type weir_compile_type(const struct weir_compiler *c,
                                               weir_register reg)
{
    return weir_program_type(c->program, reg);
}

/* A node's words, terminated, in the query's memory; "" where refused. */
const char *weir_compile_words(struct weir_compiler *c,
                               const struct weir_node *node);

#endif
