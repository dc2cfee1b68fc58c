/*
 * The store: loaded records as a stream, so that eager runs go through the same
 * stages as lazy runs. Any number of threads fill it; then it is finished; then
 * it is replayed once for each question.
 */
#ifndef WEIR_EAGER_STORE_H
#define WEIR_EAGER_STORE_H

#include "eager/layout.h"
#include "eager/places.h"

/*
 * Opens an empty store for the columns that `like` delivers
 * (weir_stream_project), with the header of `like`. The store borrows the names
 * of `like`, and calls it to measure raw records; `like` must outlive it.
 * If `raw`, the store also holds each record as it was read, so that the record
 * can be rejected. Returns NULL if memory was refused.
 */
struct weir_stream *weir_store_open(const struct weir_layout *layout,
                                    const struct weir_stream *like, bool raw,
                                    struct weir_error *error) WEIR_CHECKED;

/*
 * Packs the batch's window. Any thread may call it, each with a `count` of its
 * own. Returns false if memory was refused; *row is then the row that did not
 * fit.
 */
bool weir_store_add(struct weir_stream *stream, const struct weir_batch *batch,
                    struct weir_line_count *count, size_t *row) WEIR_CHECKED;

/* Drops the pages added so far, but weir_store_account() goes on counting their
 * memory. This serves to measure records without holding them. Such a store
 * must not be read. */
void weir_store_forget(struct weir_stream *stream);

/* Ends the filling. From now on the store may be read, and nothing may be
 * added. */
void weir_store_finish(struct weir_stream *stream);

/* Memory estimate: what a store holds in each batch that it is read into. */
size_t weir_store_batch_bytes(void);

/* Goes back to the first record. No thread may be in next. */
void weir_store_rewind(struct weir_stream *stream);

/* What a store holds, or would hold without weir_store_forget(). */
struct weir_store_account {
    const struct weir_layout *layout;
    const void *table; /* for layout->remark */
    uint64_t records;
    struct weir_cost cost;  /* of the records and of what they share */
    uint64_t places;        /* bytes for the locations of the records */
    size_t n_columns;       /* number of packed columns */
    const uint32_t *column; /* [n_columns]: their indexes in the input */
};
void weir_store_account(const struct weir_stream *stream,
                        struct weir_store_account *counts);

#endif
