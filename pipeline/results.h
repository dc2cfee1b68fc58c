/*
 * From the tables to the sink: results in key order, having, order by, limit.
 * The functions below are for one thread at a time.
 */
#ifndef WEIR_PIPELINE_RESULTS_H
#define WEIR_PIPELINE_RESULTS_H

#include "pipeline/groups/cursor.h"
#include "pipeline/plan.h"
#include "pipeline/sink.h"
#include "pipeline/sort.h"

/* The emitter is the last stage. It gives windows of items to the sink, at most
 * `limit` rows in total, and through a sorter if there is an order by. */
struct weir_emitter {
    const struct weir_plan *plan;
    const struct weir_program *program; /* gives the types of the items */
    struct weir_sink *sink;
    struct weir_sorter *sorter; /* NULL without order by */
    uint64_t left;              /* rows that the limit still allows */
    bool begun;                 /* the sink's `begin` was called */
    const struct weir_vector **item, **order;
    uint8_t *looked; /* of each item, and then of each order: how many of its
                        cells were looked at that may be dates */
};

/* `program` is the one whose registers the items are. `memory` (bytes) and
 * `folder` (borrowed) are for the sorter. The sink is borrowed. */
enum weir_status weir_emitter_init(struct weir_emitter *emitter,
                                   struct weir_plan *plan,
                                   const struct weir_program *program,
                                   struct weir_sink *sink, size_t memory,
                                   const char *folder,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_emitter_release(struct weir_emitter *emitter);

/* Emits rows from the item and order registers of `program`, which is the
 * emitter's own program or a copy of it. Calls the sink's `begin` before the
 * first rows. */
enum weir_status weir_emitter_rows(struct weir_emitter *emitter,
                                   const struct weir_program *program,
                                   size_t rows,
                                   struct weir_error *error) WEIR_CHECKED;

/* Whether the limit is reached, so that no further row can matter. With order
 * by only if the limit is 0. */
bool weir_emitter_done(const struct weir_emitter *emitter);

/* Emits the rows that a sorter held back, and calls the sink's `end`. */
enum weir_status weir_emitter_end(struct weir_emitter *emitter,
                                  struct weir_error *error) WEIR_CHECKED;

/* Emits all groups of table 0 through the plan's results program. `cursor` has
 * one cursor for each table; they are borrowed, and read until the emitter is
 * done. BAD values of groups that come out, or that having drops before the
 * limit, are an error or are `noted`. */
enum weir_status weir_results_emit(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_emitter *emitter,
                                   const struct weir_noted *noted,
                                   struct weir_error *error) WEIR_CHECKED;

/* Where results go. `memory` (bytes) and `folder` are for the sorter. */
struct weir_giving {
    struct weir_sink *sink;
    size_t memory;
    const char *folder;
    struct weir_noted noted;
};

/* Does the same through an emitter of its own, and ends the sink. */
enum weir_status weir_results_give(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   const struct weir_giving *giving,
                                   struct weir_error *error) WEIR_CHECKED;

/* Maximum number of groups in a window; a window with long texts has fewer. */
#define WEIR_RESULTS_WINDOW ((size_t)512)

/* Memory estimate: the bytes of such a window, if its texts are short. */
size_t weir_results_bytes(const struct weir_plan *plan);

#endif
