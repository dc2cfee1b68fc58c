/*
 * The tally: one of the plan's tables in memory. Groups, and for each of them
 * a state of each aggregate.
 */
#ifndef WEIR_PIPELINE_TALLY_H
#define WEIR_PIPELINE_TALLY_H

#include "base/stream.h"
#include "pipeline/cursor.h"
#include "pipeline/group.h"
#include "pipeline/plan.h"

struct weir_tally {
    const struct weir_plan_table *table;
    struct weir_groups groups; /* unused without keys */
    struct weir_arena arena;
    struct weir_tally_column {
        char *states; /* [row], each of the aggregate's size */
        size_t room;
        size_t owner; /* the aggregate whose states these are: itself, or one
                         before it */
    } * column;       /* [aggregate] */
    size_t n_rows;
    uint32_t *group; /* [row of a window] */
    const struct weir_vector **key;
};

/* One row of states is there at once where there are no keys. */
enum weir_status weir_tally_init(struct weir_tally *tally,
                                 const struct weir_plan_table *table,
                                 size_t window_rows,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_tally_release(struct weir_tally *tally);

/* Adds a window: `program` is the plan's rows program, which has computed its
 * values. */
enum weir_status weir_tally_add(struct weir_tally *tally,
                                const struct weir_program *program,
                                const struct weir_batch *batch,
                                struct weir_error *error) WEIR_CHECKED;

/* Adds all that another tally of the same table holds. */
enum weir_status weir_tally_merge(struct weir_tally *tally,
                                  const struct weir_tally *from,
                                  struct weir_error *error) WEIR_CHECKED;

struct weir_states weir_tally_states(const struct weir_tally *tally,
                                     size_t aggregate);

/* Its groups in key order: cursor_tally.c. The tally is borrowed. NULL where
 * memory was refused. */
struct weir_group_cursor *
weir_tally_cursor(const struct weir_tally *tally,
                  struct weir_error *error) WEIR_CHECKED;

size_t weir_tally_bytes(const struct weir_plan_table *table,
                        size_t window_rows);

#endif
