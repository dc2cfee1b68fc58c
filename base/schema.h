/*
 * A schema: the columns that a header names. What a query is bound to.
 */
#ifndef WEIR_BASE_SCHEMA_H
#define WEIR_BASE_SCHEMA_H

#include <stddef.h>

struct weir_schema {
    size_t n_columns;
    char *const *name; /* [column]; borrowed from whoever filled this in */
};

#endif
