/*
 * Binds a question to a header: names to columns, expressions to steps, calls
 * to functions and aggregates. The result is a struct weir_plan.
 */
#ifndef WEIR_QUERY_PLAN_H
#define WEIR_QUERY_PLAN_H

#include "base/schema.h"
#include "pipeline/plan.h"
#include "query/query.h"

/*
 * Fills the plan. Its arrays lie in the query's memory, so keep the query and
 * the schema until the plan is released. On failure the plan is released.
 * WEIR_USAGE has a place in the query; WEIR_LIMIT means that the query needs
 * too many steps or that memory was refused.
 */
enum weir_status weir_plan_build(struct weir_plan *plan, struct weir_ast *query,
                                 const struct weir_schema *schema,
                                 struct weir_cell_rules cells,
                                 struct weir_error *error) WEIR_CHECKED;

/* Release is allowed on a zeroed plan. */
void weir_plan_release(struct weir_plan *plan);

/* Gives the help of the i-th function: how it is called, such as "round(x),
 * round(x, 2)", and what it returns. Both are NULL for the second name of a
 * function. Returns false if there is no such function. */
bool weir_function_help(size_t i, const char **call, const char **brief);
/* The same for the function of that name, in any case, or second name. Returns
 * false if there is none. */
bool weir_function_describe(const char *name, const char **call,
                            const char **brief);

#endif
