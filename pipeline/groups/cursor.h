/*
 * A cursor gives a table's groups in key order, each once, one by one:
 *
 *     while ((status = weir_cursor_next(cursor, &error)) == WEIR_OK)
 *         ... cursor->part[0], cursor->states[0] at cursor->row
 *     weir_cursor_close(cursor);
 *
 * The loop is the same wherever the table is (a hash aggregate in memory, or
 * runs that are merged), and needs memory for the current group only.
 */
#ifndef WEIR_PIPELINE_GROUPS_CURSOR_H
#define WEIR_PIPELINE_GROUPS_CURSOR_H

#include "base/aggregate.h"

struct weir_group_cursor;

struct weir_group_cursor_ops {
    /* Returns WEIR_OK and the next group; WEIR_END after the last one, then
     * and in all further calls; or a failure. */
    enum weir_status (*next)(struct weir_group_cursor *cursor,
                             struct weir_error *error);
    void (*close)(struct weir_group_cursor *cursor);
};

/* The current group; its contents are borrowed until next or close. */
struct weir_group_cursor {
    const struct weir_group_cursor_ops *ops;
    struct weir_text *part; /* [part] of the key */
    size_t n_parts;
    struct weir_states *states; /* [aggregate of the table] */
    size_t row;                 /* the group's row in each of `states` */
};

/* See `next` above. */
WEIR_CHECKED static inline enum weir_status
weir_cursor_next(struct weir_group_cursor *cursor, struct weir_error *error)
{
    return cursor->ops->next(cursor, error);
}

/* NULL allowed. */
static inline void weir_cursor_close(struct weir_group_cursor *cursor)
{
    if (cursor)
        cursor->ops->close(cursor);
}

#endif
