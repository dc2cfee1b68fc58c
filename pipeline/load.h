/*
 * Loading for an eager run: all records of a stream are read into a store.
 */
#ifndef WEIR_PIPELINE_LOAD_H
#define WEIR_PIPELINE_LOAD_H

#include "eager/layout.h"
#include "pipeline/plan.h"
#include "pipeline/reorder.h"

struct weir_loading {
    const struct weir_layout *layout;
    const struct weir_listener *listener; /* NULL allowed */
    size_t threads;                       /* 0 means 1 */
    bool all_columns;                     /* load more than the plan's */
};

/*
 * Loads all records of the stream. Returns a stream over them, which is also a
 * store (eager/store.h), to be given to weir_run() and closed by the caller; or
 * NULL on failure. `counts` says how many records were read and how many were
 * rejected while loading; none are used yet. `stream` stays the caller's and
 * must outlive the store.
 */
struct weir_stream *weir_load(const struct weir_loading *loading,
                              struct weir_stream *stream,
                              const struct weir_plan *plan,
                              struct weir_record_counts *counts,
                              struct weir_error *error) WEIR_CHECKED;

#endif
