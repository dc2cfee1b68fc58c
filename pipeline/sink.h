/*
 * A sink takes the rows of an answer, a window at a time. One thread at a time
 * calls it.
 */
#ifndef WEIR_PIPELINE_SINK_H
#define WEIR_PIPELINE_SINK_H

#include "base/notation.h"
#include "base/vector.h"

struct weir_sink;

struct weir_sink_ops {
    /* Called once, before any rows. The names are borrowed until close, the
     * types for the call. */
    enum weir_status (*begin)(struct weir_sink *sink, const char *const *name,
                              const enum weir_type *type, size_t n_columns,
                              struct weir_error *error);
    /* Takes `rows` rows of all columns; the vectors are borrowed for the call
     * and have no BAD rows. */
    enum weir_status (*rows)(struct weir_sink *sink,
                             const struct weir_vector *const *column,
                             size_t rows, struct weir_error *error);
    /* The answer is complete: the sink writes what it held back, and flushes.
     * Not called if the run failed. */
    enum weir_status (*end)(struct weir_sink *sink, struct weir_error *error);
    void (*close)(struct weir_sink *sink);
};

/* A concrete sink has this as its first member. */
struct weir_sink {
    const struct weir_sink_ops *ops;
    /* How cells that are numbers are written; the emitter sets it before
     * `begin`. */
    struct weir_notation notation;
};

#endif
