/*
 * Binding a question to a header: names to columns, expressions to steps,
 * calls to functions and aggregates. What it makes is a struct weir_plan.
 */
#ifndef WEIR_QUERY_PLAN_H
#define WEIR_QUERY_PLAN_H

#include "base/schema.h"
#include "pipeline/plan.h"
#include "query/query.h"

/*
 * Fills the plan, whose arrays live in the query: keep the query and the
 * schema until the plan is released. On failure WEIR_USAGE with a place in the
 * query; the plan is then released.
 */
enum weir_status weir_plan_build(struct weir_plan *plan,
                                 struct weir_query *query,
                                 const struct weir_schema *schema,
                                 enum weir_bad_cells bad_cells,
                                 struct weir_error *error) WEIR_CHECKED;

/* Allowed on a zeroed plan. */
void weir_plan_release(struct weir_plan *plan);

/* Of the i-th function, for help: how it is called, "round(x), round(x, 2)",
 * and what it gives; NULLs for a second name. false: there are no more. */
bool weir_function_help(size_t i, const char **call, const char **brief);

#endif
