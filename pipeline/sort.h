/*
 * The sorter for order by: it holds the rows of vectors back and gives them in
 * order, as an external sort of bytes (external_sort.h). One thread at a time
 * may use a sorter.
 */
#ifndef WEIR_PIPELINE_SORT_H
#define WEIR_PIPELINE_SORT_H

#include "pipeline/plan.h"
#include "pipeline/sink.h"

struct weir_sorter;

/* Memory estimate: the bytes of a window that goes to the sink. The rows are
 * those of an external sort (external_sort.h). */
size_t weir_sorter_window_bytes(size_t n_items);

/* `program` gives the types of the output's registers. `memory` is the bytes
 * that rows may take before they are spilled, `folder` is --temp-dir. All are
 * borrowed until close. Returns NULL on failure. */
struct weir_sorter *weir_sorter_open(const struct weir_plan_output *output,
                                     const struct weir_program *program,
                                     size_t memory, const char *folder,
                                     struct weir_error *error) WEIR_CHECKED;
void weir_sorter_close(struct weir_sorter *sorter);

/* Adds rows, given as vectors of their order values and of their items; the
 * vectors are borrowed for the call. */
enum weir_status weir_sorter_add(struct weir_sorter *sorter,
                                 const struct weir_vector *const *order,
                                 const struct weir_vector *const *item,
                                 size_t rows,
                                 struct weir_error *error) WEIR_CHECKED;

/* Gives the rows to the sink in order, at most the output's limit. Rows with
 * equal order values come in the order in which they were added. Call once. */
enum weir_status weir_sorter_drain(struct weir_sorter *sorter,
                                   struct weir_sink *sink,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
