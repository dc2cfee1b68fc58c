/*
 * A schema: the columns that a header names. A query is compiled for a schema.
 */
#ifndef WEIR_BASE_SCHEMA_H
#define WEIR_BASE_SCHEMA_H

#include <stddef.h>

struct weir_schema {
    size_t n_columns;
    char *const *name; /* [column]; borrowed from the schema's owner */
};

#endif
