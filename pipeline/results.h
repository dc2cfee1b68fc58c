/*
 * From the tables to the sink: results in key order, having, order by, limit.
 */
#ifndef WEIR_PIPELINE_RESULTS_H
#define WEIR_PIPELINE_RESULTS_H

#include "pipeline/groups/cursor.h"
#include "pipeline/plan.h"
#include "pipeline/sink.h"
#include "pipeline/sort.h"

/* The last stage: windows of items to the sink, at most `limit` rows, through
 * a sorter where there is an order. */
struct weir_emitter {
    const struct weir_plan *plan;
    const struct weir_program *program; /* whose types the items have */
    struct weir_sink *sink;
    struct weir_sorter *sorter; /* NULL: no order by */
    uint64_t left;
    bool begun; /* the sink knows its columns */
    const struct weir_vector **item, **order;
};

/* `program` is the one the items belong to. */
enum weir_status weir_emitter_init(struct weir_emitter *emitter,
                                   struct weir_plan *plan,
                                   const struct weir_program *program,
                                   struct weir_sink *sink, size_t memory,
                                   const char *folder,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_emitter_release(struct weir_emitter *emitter);

/* Rows of the registers of a program like it; the sink is told its columns
 * first. */
enum weir_status weir_emitter_rows(struct weir_emitter *emitter,
                                   const struct weir_program *program,
                                   size_t rows,
                                   struct weir_error *error) WEIR_CHECKED;

/* No row that would come can matter any more. */
bool weir_emitter_done(const struct weir_emitter *emitter);

/* What a sorter held back; then the sink's end. */
enum weir_status weir_emitter_end(struct weir_emitter *emitter,
                                  struct weir_error *error) WEIR_CHECKED;

/* All groups of table 0, through the plan's results program. There is a cursor
 * for each table; they are borrowed, and read as far as the emitter wants. */
enum weir_status weir_results_emit(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_emitter *emitter,
                                   struct weir_error *error) WEIR_CHECKED;

/* The same through an emitter of its own, to the sink's end. `memory` and
 * `folder` are order by's. */
enum weir_status weir_results_give(struct weir_plan *plan,
                                   struct weir_group_cursor *const *cursor,
                                   struct weir_sink *sink, size_t memory,
                                   const char *folder,
                                   struct weir_error *error) WEIR_CHECKED;

/* Groups of a window; fewer where their texts are long. */
#define WEIR_RESULTS_WINDOW ((size_t)512)

#endif
