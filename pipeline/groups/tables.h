/*
 * A plan's tables as partials hold them: for each encoded key, the states of
 * the aggregates that own their states (weir_table_owners).
 */
#ifndef WEIR_PIPELINE_GROUPS_TABLES_H
#define WEIR_PIPELINE_GROUPS_TABLES_H

#include "partials/partial.h"
#include "pipeline/groups/cursor.h"
#include "pipeline/run.h"

/* Describes the tables, in an array of plan->n_tables elements for `table` of
 * struct weir_partial_info. The caller frees the array with
 * weir_free(WEIR_MEMORY_SPILL, ...). NULL on failure. */
struct weir_partial_table *
weir_tables_describe(const struct weir_plan *plan,
                     struct weir_error *error) WEIR_CHECKED;

/* Writes all groups of all tables to a partial. There is one cursor for each
 * table; they are borrowed. The caller finishes the partial. */
enum weir_status weir_tables_write(const struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_partial_writer *writer,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Gives the answer from runs, as weir_run does once it has read its input.
 * There is one spill for each table. running->memory is the bytes that merging
 * and sorting may hold; running->aside and `counts` are what the partials say,
 * and may be changed; `threads`, `times`, `listener`, `watch` and `left` are
 * not used.
 */
enum weir_status weir_tables_merge(struct weir_plan *plan,
                                   struct weir_spill *const *spill,
                                   const struct weir_running *running,
                                   struct weir_record_counts *counts,
                                   struct weir_error *error) WEIR_CHECKED;

/* Adds to the memory estimate what merging partials holds at least, reading and
 * writing them included. */
void weir_tables_estimate(const struct weir_plan *plan,
                          struct weir_estimate *estimate);

#endif
