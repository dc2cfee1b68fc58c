/*
 * BAD values after grouping: what --bad-cells does with the groups that have
 * one. A BAD value is an error that names its group, or it becomes null; a
 * group has no record that could be rejected.
 */
#ifndef WEIR_PIPELINE_BAD_RESULTS_H
#define WEIR_PIPELINE_BAD_RESULTS_H

#include "pipeline/plan.h"

/* A window of groups, which the plan's results program computes. */
struct weir_bad_results {
    struct weir_plan *plan;
    const struct weir_noted *noted;
    uint64_t first_group; /* the number of its first group, in key order */
};

/* Tests rows [0, *rows). If one is an error, fills the error and sets *rows to
 * the number of rows before it; the status is then WEIR_DATA. */
enum weir_status weir_bad_results_check(const struct weir_bad_results *window,
                                        const struct weir_uses *uses,
                                        size_t *rows,
                                        struct weir_error *error) WEIR_CHECKED;

/* With --bad-cells=null: makes the uses null where rows [0, rows) of them are
 * BAD. Counts those cells, and those that a step after having (or before it)
 * made null, and notes the first. */
void weir_bad_results_null(const struct weir_bad_results *window, bool after,
                           const struct weir_uses *uses, size_t rows);

#endif
