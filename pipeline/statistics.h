/*
 * The plan's further tables, read alongside table 0: while their cursors give
 * values of the group in hand, the statistics see them.
 */
#ifndef WEIR_PIPELINE_STATISTICS_H
#define WEIR_PIPELINE_STATISTICS_H

#include "pipeline/cursor.h"
#include "pipeline/plan.h"

struct weir_statistics {
    const struct weir_plan *plan;
    struct weir_group_cursor *const *cursor; /* [table] */
    bool *ended;                             /* [table] */
    void **state;                            /* [result]; NULL: an aggregate */
    struct weir_arena arena;
};

/* The cursors, one a table, are borrowed, and those but the first are used.
 * Release is allowed on a zeroed one, and after a failed init. */
enum weir_status weir_statistics_init(struct weir_statistics *statistics,
                                      const struct weir_plan *plan,
                                      struct weir_group_cursor *const *cursor,
                                      struct weir_error *error) WEIR_CHECKED;
void weir_statistics_release(struct weir_statistics *statistics);

/* Reads the values of the group at which table 0's cursor stands. */
enum weir_status weir_statistics_read(struct weir_statistics *statistics,
                                      struct weir_error *error) WEIR_CHECKED;

/* A result of that group; false where memory was refused. Its text is borrowed
 * until the next one. */
bool weir_statistics_result(struct weir_statistics *statistics, size_t result,
                            struct weir_number *value) WEIR_CHECKED;

/* What the states take, but for the texts they keep. */
size_t weir_statistics_bytes(const struct weir_plan *plan);

#endif
