/*
 * What the files that turn trees into steps share.
 */
#ifndef WEIR_QUERY_COMPILE_H
#define WEIR_QUERY_COMPILE_H

#include "pipeline/ops/ops.h"
#include "query/plan.h"

/*
 * A compilation. Every function below that returns a register returns
 * WEIR_NO_REGISTER on failure, and the error is then filled.
 */
struct weir_compiler {
    struct weir_plan *plan;
    struct weir_query *query;
    const struct weir_schema *schema;
    struct weir_program *program; /* receives the steps: rows or results */
    const char *clause;           /* "where", for messages */
    /* After grouping, the items [0, n_named) may be used by their names.
     * named[i] is the register of item i once its name was used. An item may
     * use the names of the items before it; having and order by may use all. */
    weir_register *named;
    size_t n_named;
    struct weir_error *error;
};

/* compile.c: compiles a tree. The register has any type. */
weir_register weir_compile(struct weir_compiler *c,
                           const struct weir_node *node);

/* convert.c: converts a register to another type. */
weir_register weir_compile_number(struct weir_compiler *c, weir_register from);
weir_register weir_compile_text(struct weir_compiler *c, weir_register from);
/* `node` is the source of `from`; the message names it if it is no condition.
 */
weir_register weir_compile_boolean(struct weir_compiler *c,
                                   const struct weir_node *node,
                                   weir_register from);
/* Converts the registers to one type, so that a step can choose between
 * them. */
bool weir_compile_unify(struct weir_compiler *c, weir_register *reg, size_t n);
/* The rows of `yes` where `boolean` is true, else those of `no`. Both must have
 * the same type. */
weir_register weir_compile_choose(struct weir_compiler *c,
                                  weir_register boolean, weir_register yes,
                                  weir_register no);

/* compare.c */
weir_register weir_compile_comparison(struct weir_compiler *c,
                                      const struct weir_node *node);

/* bind.c: compiles a column by its name or its position. */
weir_register weir_compile_column(struct weir_compiler *c,
                                  const struct weir_node *node);
/* Loads a column by its index in the schema. */
weir_register weir_compile_load(struct weir_compiler *c, size_t column);

/* aggregated.c: nodes whose meaning is different after grouping. Returns true
 * if the node is one; *reg is then its register, or WEIR_NO_REGISTER on
 * failure. */
bool weir_compile_result(struct weir_compiler *c, const struct weir_node *node,
                         weir_register *reg);

/* Adds the register to plan->use: it must not be BAD. Messages name the node.
 */
void weir_compile_use(struct weir_compiler *c, weir_register reg,
                      const struct weir_node *node);
/* Returns the index of an aggregate in table 0. Adds it if it is new. */
size_t weir_compile_aggregate(struct weir_compiler *c,
                              const struct weir_plan_aggregate *aggregate);
/* Loads a result as a `number` or as a cell. Adds the result if it is new. */
weir_register weir_compile_load_result(struct weir_compiler *c,
                                       const struct weir_plan_result *result,
                                       bool number);
/* Converts a value that was kept as its text back to its type. */
weir_register weir_compile_typed(struct weir_compiler *c, weir_register cell,
                                 enum weir_type type);

/* aggregate_call.c: the aggregate that a node calls. */
struct weir_call {
    const struct weir_aggregate *aggregate;
    struct weir_parameter parameter;
};
bool weir_compile_is_aggregate(const struct weir_node *node);
bool weir_compile_has_aggregate(const struct weir_node *node);
/* Checks the arguments of the call and fills `call`. Returns false on failure,
 * with the error filled. */
bool weir_compile_aggregate_call(struct weir_compiler *c,
                                 const struct weir_node *node,
                                 struct weir_call *call);

/* ordered_set.c: calls that need a table of their own, such as median(x) and
 * count(distinct x). */
weir_register weir_compile_ordered_set(struct weir_compiler *c,
                                       const struct weir_node *node,
                                       const struct weir_call *call);

/* functions.c */
weir_register weir_compile_call(struct weir_compiler *c,
                                const struct weir_node *node);

/* Adds a step. An equal step that exists already is used instead. */
weir_register weir_compile_step(struct weir_compiler *c,
                                const struct weir_step *step);
/* The same for a step of this op with the inputs a, b and d, each of which may
 * be WEIR_NO_REGISTER. */
weir_register weir_compile_op(struct weir_compiler *c, const struct weir_op *op,
                              weir_register a, weir_register b, weir_register d,
                              int32_t choice);

/* Fills the error; its place is that of the node. */
weir_register weir_compile_fail(struct weir_compiler *c,
                                const struct weir_node *node,
                                const char *format, ...) WEIR_PRINTF(3, 4);

static inline enum weir_type weir_compile_type(const struct weir_compiler *c,
                                               weir_register reg)
{
    return weir_program_type(c->program, reg);
}

/* Returns the node's text in the query, terminated and on one line. It lives as
 * long as the query. "" if memory was refused. */
const char *weir_compile_words(struct weir_compiler *c,
                               const struct weir_node *node);

#endif
