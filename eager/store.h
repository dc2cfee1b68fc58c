/*
 * The store: loaded records as a stream, so that eager runs go through the
 * same stages as lazy ones.
 */
#ifndef WEIR_EAGER_STORE_H
#define WEIR_EAGER_STORE_H

#include "base/stream.h"
#include "eager/layout.h"

/*
 * An empty store for the columns that `like` delivers (weir_stream_want), with
 * its header. `like` must outlive the store, which borrows its names. NULL
 * where memory was refused.
 */
struct weir_stream *weir_store_open(const struct weir_layout *layout,
                                    const struct weir_stream *like,
                                    struct weir_error *error) WEIR_CHECKED;

/* Copies the window's rows; before the first pull. */
enum weir_status weir_store_add(struct weir_stream *stream,
                                const struct weir_batch *batch,
                                struct weir_error *error) WEIR_CHECKED;

#endif
