/*
 * The hash aggregate: one of the plan's tables in memory. Groups, and for each
 * of them a state of each aggregate.
 *
 * What passes the memory it may take is spilled: written as a run, sorted by
 * key (hash_aggregate_spill.c, partials/), and the hash aggregate begins anew.
 */
#ifndef WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_H
#define WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_H

#include "base/stream.h"
#include "pipeline/groups/cursor.h"
#include "pipeline/groups/group.h"
#include "pipeline/plan.h"

struct weir_spill;

/* The first aggregate whose states are those of this one; all that have states
 * of their own, in order, into room for all: how many. */
size_t weir_table_owner(const struct weir_plan_table *table, size_t aggregate);
size_t weir_table_owners(const struct weir_plan_table *table,
                         const struct weir_aggregate **aggregate);

#define WEIR_NOT_FUSED SIZE_MAX

struct weir_hash_aggregate {
    const struct weir_plan_table *table;
    struct weir_groups groups; /* unused without keys */
    struct weir_arena arena;
    struct weir_hash_aggregate_column {
        char *states; /* [row], each of the aggregate's size */
        size_t capacity;
        size_t owner; /* the aggregate whose states these are: itself, or one
                         before it */
        size_t
            fused; /* WEIR_NOT_FUSED, or whose states are updated with these */
        bool led;  /* these are updated with another's */
    } * column;    /* [aggregate] */
    size_t n_rows;
    uint32_t *group; /* [row of a window] */
    const struct weir_vector **key;
    struct weir_hash_aggregate_spill *spilled; /* NULL: nothing was */
};

/* One row of states is there at once where there are no keys. */
enum weir_status weir_hash_aggregate_init(
    struct weir_hash_aggregate *hash, const struct weir_plan_table *table,
    size_t window_rows, struct weir_error *error) WEIR_CHECKED;
void weir_hash_aggregate_release(struct weir_hash_aggregate *hash);

/* Adds a window: `program` is the plan's rows program, which has computed its
 * values. */
enum weir_status weir_hash_aggregate_add(struct weir_hash_aggregate *hash,
                                         const struct weir_program *program,
                                         const struct weir_batch *batch,
                                         struct weir_error *error) WEIR_CHECKED;

/* What it holds at most, and while it is spilled; 0 where it has no keys, and
 * so but one row. */
size_t weir_hash_aggregate_holds(const struct weir_hash_aggregate *hash);

/*
 * The same once a window of that program is added, which has computed the
 * batch's keys. Roughly: the cells of a column lie apart in the batch's text or
 * its scratch, and so have no more bytes than those; keys that are cells are
 * not added up.
 */
size_t weir_hash_aggregate_would_hold(const struct weir_hash_aggregate *hash,
                                      const struct weir_program *program,
                                      const struct weir_batch *batch,
                                      bool roughly);

/* Writes what it holds as a run, in a file in `folder` (borrowed), and holds
 * nothing; the memory of its tables stays. */
enum weir_status
weir_hash_aggregate_spill(struct weir_hash_aggregate *hash, const char *folder,
                          struct weir_error *error) WEIR_CHECKED;

/* Gives back the memory of tables that hold nothing. */
enum weir_status
weir_hash_aggregate_shrink(struct weir_hash_aggregate *hash,
                           struct weir_error *error) WEIR_CHECKED;

/* Makes room for runs, where there is none yet: for those of others, which are
 * then as if it had spilled them. */
enum weir_status
weir_hash_aggregate_begin_runs(struct weir_hash_aggregate *hash,
                               const char *folder,
                               struct weir_error *error) WEIR_CHECKED;

/* Its runs, borrowed; NULL: none. */
struct weir_spill *
weir_hash_aggregate_runs(const struct weir_hash_aggregate *hash);

/* Adds all that another hash aggregate of the same table holds in memory. */
enum weir_status
weir_hash_aggregate_merge(struct weir_hash_aggregate *hash,
                          struct weir_hash_aggregate *from,
                          struct weir_error *error) WEIR_CHECKED;

struct weir_states weir_hash_aggregate_states(struct weir_hash_aggregate *hash,
                                              size_t aggregate);

/* Its groups in key order: cursor_hash_aggregate.c. The hash aggregate is
 * borrowed. NULL where memory was refused. */
struct weir_group_cursor *
weir_hash_aggregate_cursor(struct weir_hash_aggregate *hash,
                           struct weir_error *error) WEIR_CHECKED;

/*
 * The groups of such a table's runs, in `n` spills, in key order:
 * cursor_runs.c. The spills are borrowed, the array is not. `memory` is what
 * the merge may hold.
 */
struct weir_group_cursor *
weir_runs_cursor(const struct weir_plan_table *table,
                 struct weir_spill *const *spill, size_t n, size_t memory,
                 struct weir_error *error) WEIR_CHECKED;

size_t weir_hash_aggregate_bytes(const struct weir_plan_table *table,
                                 size_t window_rows);

#endif
