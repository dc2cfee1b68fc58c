/*
 * A schema: the columns that a header names. A query is compiled for a schema.
 */
#ifndef WEIR_BASE_SCHEMA_H
#define WEIR_BASE_SCHEMA_H

#include <stddef.h>

struct weir_schema {
    size_t n_columns;
    /* These are borrowed from the schema's owner. */
    char *const *name; /* [column] */
    /* For hints: the first line that was split into columns, as it was read and
     * perhaps cut; NULL if it is not known. The delimiter by which it was
     * split. */
    const char *header, *delimiter;
};

/* Bytes of that line that are kept, at most. */
#define WEIR_HEADER_KEPT ((size_t)4096)

/* The delimiters that are usual, each one byte. */
#define WEIR_DELIMITERS ",;\t|"

#endif
