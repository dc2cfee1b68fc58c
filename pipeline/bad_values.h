/*
 * BAD values of a window: what --bad-cells does with the rows that have one. A
 * row with a BAD value is an error with its place, or it is rejected, or its
 * BAD values become null.
 */
#ifndef WEIR_PIPELINE_BAD_VALUES_H
#define WEIR_PIPELINE_BAD_VALUES_H

#include "pipeline/worker.h"

/* Whether any of rows [0, rows) is BAD in any of the registers. */
bool weir_bad_values_within(const struct weir_worker *worker,
                            const struct weir_uses *uses, size_t rows);

/*
 * Tests rows [0, *rows), which are computed. Lists the rows to keep in
 * worker->kept, *n of them, which ascend. If a row is an error, fills the error
 * and sets *rows to the number of rows before it; the status is then WEIR_DATA.
 * WEIR_END if the run stopped while a row was rejected.
 */
enum weir_status weir_bad_values_sift(struct weir_worker *worker,
                                      const struct weir_uses *uses,
                                      size_t *rows, size_t *n,
                                      struct weir_error *error) WEIR_CHECKED;

/*
 * With --bad-cells=null a number that is BAD becomes null as soon as it is
 * computed. Counts those of the window, and notes the first; the steps before
 * the filter, or those after it, have just run. Returns false if the run has
 * stopped.
 */
bool weir_bad_values_nulled(struct weir_worker *worker,
                            bool after) WEIR_CHECKED;

/* Notes the window's first text of each kind (struct weir_plan_kind). Returns
 * false if the run has stopped. */
bool weir_bad_values_texts(struct weir_worker *worker) WEIR_CHECKED;

#endif
