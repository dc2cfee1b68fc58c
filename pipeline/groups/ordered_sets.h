/*
 * Ordered-set aggregates (medians, modes, ...) are computed from the plan's
 * further tables, which are read in step with table 0: as long as a further
 * table's cursor gives values of table 0's current group, they are added.
 */
#ifndef WEIR_PIPELINE_GROUPS_ORDERED_SETS_H
#define WEIR_PIPELINE_GROUPS_ORDERED_SETS_H

#include "pipeline/groups/cursor.h"
#include "pipeline/plan.h"

struct weir_ordered_sets {
    const struct weir_plan *plan;
    struct weir_group_cursor *const *cursor; /* [table] */
    bool *ended;                             /* [table] */
    void **state; /* [result]; NULL if it is no ordered-set aggregate */
    struct weir_arena arena;
};

/* The cursors, one for each table, are borrowed. All but the first are advanced
 * here; the caller advances the first. Release is allowed on a zeroed struct,
 * and after a failed init. */
enum weir_status weir_ordered_sets_init(struct weir_ordered_sets *sets,
                                        const struct weir_plan *plan,
                                        struct weir_group_cursor *const *cursor,
                                        struct weir_error *error) WEIR_CHECKED;
void weir_ordered_sets_release(struct weir_ordered_sets *sets);

/* Reads the values of table 0's current group. Call once for each group. */
enum weir_status weir_ordered_sets_read(struct weir_ordered_sets *sets,
                                        struct weir_error *error) WEIR_CHECKED;

/* Gives a result of that group; false if memory is refused. Its text is
 * borrowed until the next group is read. */
bool weir_ordered_sets_result(struct weir_ordered_sets *sets, size_t result,
                              struct weir_number *value) WEIR_CHECKED;

/* Bytes that the states take, without the texts that they keep. */
size_t weir_ordered_sets_bytes(const struct weir_plan *plan);

#endif
