/*
 * The plan's further tables, read alongside table 0: while their cursors give
 * values of the group in hand, the ordered-set aggregates see them.
 */
#ifndef WEIR_PIPELINE_GROUPS_ORDERED_SETS_H
#define WEIR_PIPELINE_GROUPS_ORDERED_SETS_H

#include "pipeline/groups/cursor.h"
#include "pipeline/plan.h"

struct weir_ordered_sets {
    const struct weir_plan *plan;
    struct weir_group_cursor *const *cursor; /* [table] */
    bool *ended;                             /* [table] */
    void **state;                            /* [result]; NULL: an aggregate */
    struct weir_arena arena;
};

/* The cursors, one a table, are borrowed, and those but the first are used.
 * Release is allowed on a zeroed one, and after a failed init. */
enum weir_status weir_ordered_sets_init(struct weir_ordered_sets *sets,
                                        const struct weir_plan *plan,
                                        struct weir_group_cursor *const *cursor,
                                        struct weir_error *error) WEIR_CHECKED;
void weir_ordered_sets_release(struct weir_ordered_sets *sets);

/* Reads the values of the group at which table 0's cursor stands. */
enum weir_status weir_ordered_sets_read(struct weir_ordered_sets *sets,
                                        struct weir_error *error) WEIR_CHECKED;

/* A result of that group; false where memory was refused. Its text is borrowed
 * until the next one. */
bool weir_ordered_sets_result(struct weir_ordered_sets *sets, size_t result,
                              struct weir_number *value) WEIR_CHECKED;

/* What the states take, but for the texts they keep. */
size_t weir_ordered_sets_bytes(const struct weir_plan *plan);

#endif
