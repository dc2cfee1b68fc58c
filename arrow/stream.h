/*
 * The C stream interface over anything that brings rows: weir_rows_arrow() and
 * weir_query_arrow() differ in a struct weir_arrow_feed.
 */
#ifndef WEIR_ARROW_STREAM_H
#define WEIR_ARROW_STREAM_H

#include "arrow/batch.h"

struct weir_arrow_feed {
    void *from; /* the rows or the query: taken over */
    /* Adds rows to a batch that is not full, at least one. Returns WEIR_END
     * after the last one. */
    enum weir_status (*add)(void *from, struct weir_arrow_batch *batch,
                            struct weir_error *error);
    void (*close)(void *from);
};

/* Fills *stream. Takes over the feed and the batch, also on failure. */
enum weir_status weir_arrow_open(struct ArrowArrayStream *stream,
                                 const struct weir_arrow_feed *feed,
                                 struct weir_arrow_batch *batch,
                                 struct weir_error *error) WEIR_CHECKED;

/* Copies the options; their `size` is checked. NULL is all zero. */
enum weir_status weir_arrow_take_options(struct weir_arrow_options *copy,
                                         const struct weir_arrow_options *from,
                                         struct weir_error *error) WEIR_CHECKED;

#endif
