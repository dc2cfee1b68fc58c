/*
 * A sink takes the rows of an answer, a window at a time.
 */
#ifndef WEIR_PIPELINE_SINK_H
#define WEIR_PIPELINE_SINK_H

#include "base/vector.h"

struct weir_sink;

struct weir_sink_ops {
    /* The columns' names, once, before any rows; borrowed until close. A
     * column's type says whether it is numbers, booleans, texts or cells. */
    enum weir_status (*begin)(struct weir_sink *sink, const char *const *name,
                              const enum weir_type *type, size_t n_columns,
                              struct weir_error *error);
    /* rows of all columns; the vectors are borrowed for the call. BAD rows
     * do not occur. */
    enum weir_status (*rows)(struct weir_sink *sink,
                             const struct weir_vector *const *column,
                             size_t rows, struct weir_error *error);
    /* The answer is whole: write what is held back, and flush. */
    enum weir_status (*end)(struct weir_sink *sink, struct weir_error *error);
    void (*close)(struct weir_sink *sink);
};

/* A concrete sink has this as its first member. */
struct weir_sink {
    const struct weir_sink_ops *ops;
};

#endif
