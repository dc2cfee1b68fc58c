/*
 * Eager: reading to the end, into a store.
 */
#ifndef WEIR_PIPELINE_LOAD_H
#define WEIR_PIPELINE_LOAD_H

#include "eager/layout.h"
#include "pipeline/plan.h"
#include "pipeline/reorder.h"

struct weir_loading {
    const struct weir_layout *layout;
    const struct weir_listener *listener; /* NULL allowed */
    size_t threads;                       /* 0 is 1 */
    bool all_columns;                     /* not only those of the plan */
};

/*
 * Loads all the stream's records. What is returned is a stream over them, for
 * weir_run(), and a store (eager/store.h); the account has what was read and
 * set aside on the way, nothing used yet. `stream` must outlive it.
 */
struct weir_stream *weir_load(const struct weir_loading *loading,
                              struct weir_stream *stream,
                              const struct weir_plan *plan,
                              struct weir_record_counts *counts,
                              struct weir_error *error) WEIR_CHECKED;

#endif
