/*
 * A plan's tables as partials hold them: states of those aggregates that have
 * their own, by encoded key.
 */
#ifndef WEIR_PIPELINE_GROUPS_TABLES_H
#define WEIR_PIPELINE_GROUPS_TABLES_H

#include "partials/partial.h"
#include "pipeline/groups/cursor.h"
#include "pipeline/run.h"

/* What info->table says of them: [plan->n_tables], to be given to
 * weir_free(WEIR_MEMORY_SPILL). NULL on failure. */
struct weir_partial_table *
weir_tables_describe(const struct weir_plan *plan,
                     struct weir_error *error) WEIR_CHECKED;

/* All groups of all tables, of each of which there is a cursor. */
enum weir_status weir_tables_write(const struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_partial_writer *writer,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * What weir_run does once all is read, from runs: there is a spill for each
 * table. running->memory is what merging and sorting may hold; threads, times
 * and the listener do not count.
 */
enum weir_status weir_tables_merge(struct weir_plan *plan,
                                   struct weir_spill *const *spill,
                                   const struct weir_running *running,
                                   struct weir_error *error) WEIR_CHECKED;

/* What that holds at least. */
void weir_tables_estimate(const struct weir_plan *plan,
                          struct weir_estimate *estimate);

#endif
