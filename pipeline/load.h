/*
 * Loading for an eager run: all records of a stream are read into a store; or
 * into stores that forget them, which measures what they would take.
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
    bool all_columns;                     /* not only the plan's */
    struct weir_first *rejected;          /* set by the load; NULL allowed */
};

/*
 * Loads all records of the stream, and returns a stream over them, which is a
 * store (eager/store.h). The caller gives it to weir_run() and closes it. NULL
 * on failure; WEIR_LIMIT names the record that did not fit. `counts` says how
 * many records were read and how many were rejected while loading; none are
 * used yet. `stream` stays the caller's and must outlive the store. All threads
 * have ended when the function returns.
 */
struct weir_stream *weir_load(const struct weir_loading *loading,
                              struct weir_stream *stream,
                              const struct weir_plan *plan,
                              struct weir_record_counts *counts,
                              struct weir_error *error) WEIR_CHECKED;

/*
 * Measures how many bytes records would take in stores, without holding them.
 * Reads the stream once, to its end, on the calling thread. Every store packs
 * each window and forgets it; weir_store_account() then says what each store
 * would hold. At one time memory holds a batch, a page, and what the pages of
 * each store share. `counts` is filled also if reading fails.
 */
enum weir_status weir_measure(struct weir_stream *stream,
                              struct weir_stream *const *store, size_t n_stores,
                              const struct weir_listener *listener,
                              struct weir_record_counts *counts,
                              struct weir_error *error) WEIR_CHECKED;

/* Memory estimate: adds what the load holds besides the records. `stream` is
 * projected to the plan's columns. */
void weir_load_estimate(const struct weir_loading *loading,
                        struct weir_stream *stream,
                        struct weir_estimate *estimate);

#endif
