/*
 * Measuring what records take in a store, without holding them.
 */
#ifndef WEIR_PIPELINE_MEASURE_H
#define WEIR_PIPELINE_MEASURE_H

#include "pipeline/reorder.h"

/*
 * Pulls the stream to its end, once, and has every store pack each window and
 * forget it: weir_store_account() then says what each would hold. Memory is
 * that of a batch and a page, and what pages share.
 */
enum weir_status weir_measure(struct weir_stream *stream,
                              struct weir_stream *const *store, size_t n_stores,
                              const struct weir_listener *listener,
                              struct weir_record_counts *counts,
                              struct weir_error *error) WEIR_CHECKED;

#endif
