/*
 * The hash aggregate: one of the plan's tables in memory. It holds groups, and
 * for each group a state of each aggregate. It belongs to one thread.
 *
 * Before a hash aggregate would exceed its memory, it is spilled: its groups
 * are written as a run, sorted by key (hash_aggregate_order.c, partials/), and
 * it is empty again.
 */
#ifndef WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_H
#define WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_H

#include "base/stream.h"
#include "partials/key_sort.h"
#include "pipeline/groups/cursor.h"
#include "pipeline/groups/group.h"
#include "pipeline/plan.h"

struct weir_spill;

/* Aggregates can share states (state_of in base/aggregate.h). weir_table_owner
 * returns the first aggregate of the table whose states this one uses; it may
 * be this one itself. weir_table_owners lists those that own their states, in
 * order, and returns how many; `aggregate` must have capacity for all. */
size_t weir_table_owner(const struct weir_plan_table *table, size_t aggregate);
size_t weir_table_owners(const struct weir_plan_table *table,
                         const struct weir_aggregate **aggregate);

#define WEIR_NOT_FUSED SIZE_MAX

struct weir_hash_aggregate_column {
    char *states;    /* [group], each of the aggregate's size */
    size_t capacity; /* of `states`, in bytes */
    size_t owner;    /* aggregate whose states are used; never a later one */
    size_t fused;    /* aggregate updated with it, or WEIR_NOT_FUSED */
    bool led;        /* another aggregate's fused update updates this one */
};

/* What new tables have, enough for a window. */
struct weir_hash_aggregate_room {
    size_t groups;     /* number of groups */
    size_t keys, kept; /* bytes for long keys, and in the arena */
};

/* The memory in which groups are brought into key order. */
struct weir_hash_aggregate_order {
    struct weir_key_rank *rank; /* [place in the order]: `row` is the group */
    size_t capacity;
    char *key; /* an encoded key (partials/key.h) */
    size_t key_capacity;
};

struct weir_hash_aggregate {
    const struct weir_plan_table *table;
    struct weir_groups groups; /* unused without keys */
    struct weir_arena arena;   /* what states keep beyond their fixed size */
    struct weir_hash_aggregate_column *column; /* [aggregate] */
    size_t n_rows; /* rows of states: one a group, or 1 without keys */
    struct weir_hash_aggregate_room room;
    uint32_t *group; /* [row of a window]: its group; NULL without keys */
    const struct weir_vector **key;
    struct weir_spill *runs; /* NULL if it was never spilled */
    struct weir_hash_aggregate_order order;
};

/* What a window may need for long keys, and what its states may keep in the
 * arena. Keys are of different columns, and so are the texts that states keep;
 * so each are together no longer than the window's text. A text takes a block
 * of up to twice its length, or of 16 bytes. */
struct weir_hash_aggregate_room
weir_hash_aggregate_room(const struct weir_plan_table *table,
                         const struct weir_batch_size *size);

/* `size` has the most rows and bytes of text of a window. Without keys the one
 * row of states exists from the beginning. */
enum weir_status weir_hash_aggregate_init(
    struct weir_hash_aggregate *hash, const struct weir_plan_table *table,
    const struct weir_batch_size *size, struct weir_error *error) WEIR_CHECKED;
void weir_hash_aggregate_release(struct weir_hash_aggregate *hash);

/* Adds a window of rows. `program` is the plan's rows program, or a copy of it,
 * and has computed the keys and values. Fails with WEIR_LIMIT if memory is
 * refused; the hash aggregate is then of no further use. */
enum weir_status weir_hash_aggregate_add(struct weir_hash_aggregate *hash,
                                         const struct weir_program *program,
                                         const struct weir_batch *batch,
                                         struct weir_error *error) WEIR_CHECKED;

/* Upper limit for the bytes that it holds now, including what spilling it would
 * take. 0 if it has no keys, as it then has one row only. */
size_t weir_hash_aggregate_holds(const struct weir_hash_aggregate *hash);

/*
 * The same once the batch's window is added, whose keys `program` has computed.
 * `roughly` saves adding up the lengths of keys that are cells of the input:
 * cells of a column do not overlap in the batch's text and scratch, so together
 * they are no longer than the two. That does not hold for a stream that replays
 * (base/stream.h).
 */
size_t weir_hash_aggregate_would_hold(const struct weir_hash_aggregate *hash,
                                      const struct weir_program *program,
                                      const struct weir_batch *batch,
                                      bool roughly);

/* Writes its groups as a run to a temporary file in `folder` (borrowed). It is
 * then empty, and keeps the memory of its tables. A failure may lose groups. */
enum weir_status
weir_hash_aggregate_spill(struct weir_hash_aggregate *hash, const char *folder,
                          struct weir_error *error) WEIR_CHECKED;

/* Removes all groups; the memory of the tables stays. Without keys the one row
 * stays, with empty states. */
void weir_hash_aggregate_empty(struct weir_hash_aggregate *hash);

/* Removes all groups, and gives back the memory of the tables and that in which
 * the groups were sorted. It has tables again once groups are added. Without
 * keys it does nothing. */
void weir_hash_aggregate_shrink(struct weir_hash_aggregate *hash);

/* Prepares it to have runs, if it has none yet. The caller can then add runs
 * from elsewhere, which are treated as if it had spilled them. */
enum weir_status
weir_hash_aggregate_begin_runs(struct weir_hash_aggregate *hash,
                               const char *folder,
                               struct weir_error *error) WEIR_CHECKED;

/* Adds the groups that another hash aggregate of the same table holds in
 * memory; `from` keeps them. */
enum weir_status
weir_hash_aggregate_merge(struct weir_hash_aggregate *hash,
                          struct weir_hash_aggregate *from,
                          struct weir_error *error) WEIR_CHECKED;

/* The states that an aggregate uses; borrowed until groups are next added. */
struct weir_states weir_hash_aggregate_states(struct weir_hash_aggregate *hash,
                                              size_t aggregate);

/* Opens a cursor over its groups in memory. The hash aggregate is borrowed, and
 * must not change. NULL if memory is refused. */
struct weir_group_cursor *
weir_hash_aggregate_cursor(struct weir_hash_aggregate *hash,
                           struct weir_error *error) WEIR_CHECKED;

/*
 * Opens a cursor that merges the runs of a table, in `n` spills
 * (cursor_runs.c). The spills are borrowed until it is closed, the array only
 * for the call. `memory` is the bytes that the merge may hold. NULL on failure.
 */
struct weir_group_cursor *
weir_runs_cursor(const struct weir_plan_table *table,
                 struct weir_spill *const *spill, size_t n, size_t memory,
                 struct weir_error *error) WEIR_CHECKED;

/* Memory estimate: the bytes of a hash aggregate with the groups of a window,
 * when they are sorted to be spilled. */
size_t weir_hash_aggregate_bytes(const struct weir_plan_table *table,
                                 const struct weir_batch_size *size);

#endif
