/*
 * Measuring how many bytes records would take in a store, without holding them.
 */
#ifndef WEIR_PIPELINE_MEASURE_H
#define WEIR_PIPELINE_MEASURE_H

#include "pipeline/reorder.h"

/*
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

#endif
