/*
 * The types that a user gives columns: --types 'day=date32,price=decimal(2)'.
 */
#ifndef WEIR_ARROW_COLUMNS_H
#define WEIR_ARROW_COLUMNS_H

#include "weir_arrow.h"

/* Their names are in `text`. */
struct weir_arrow_columns {
    char *text;
    struct weir_arrow_column *column; /* [n] */
    size_t n;
};

/*
 * Reads such a list; NULL is an empty one. An item ends at a comma, and its
 * type begins after its last "="; an item without one belongs to the next, so
 * that names may have commas. WEIR_USAGE if a type is none. `columns` is zeroed
 * before; release is allowed then, and after a failure.
 */
enum weir_status weir_arrow_columns_read(struct weir_arrow_columns *columns,
                                         const char *list,
                                         struct weir_error *error) WEIR_CHECKED;
void weir_arrow_columns_release(struct weir_arrow_columns *columns);

/* Refuses columns that are none of `name`, and types that are none: WEIR_USAGE.
 */
enum weir_status
weir_arrow_columns_check(const struct weir_arrow_column *column, size_t n,
                         const char *const *name, size_t n_names,
                         struct weir_error *error) WEIR_CHECKED;

#endif
