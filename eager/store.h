/*
 * The store: loaded records as a stream, so that eager runs go through the
 * same stages as lazy ones. It is filled by any number of threads, sealed,
 * and then replayed, as often as there are questions.
 */
#ifndef WEIR_EAGER_STORE_H
#define WEIR_EAGER_STORE_H

#include "eager/layout.h"
#include "eager/places.h"

/*
 * An empty store for the columns that `like` delivers (weir_stream_project),
 * with its header. `like` must outlive the store, which borrows its names and,
 * to find a field's place, its dialect. Where `raw`, each record is held as it
 * was read, too, so that it can be rejected. NULL where memory was refused.
 */
struct weir_stream *weir_store_open(const struct weir_layout *layout,
                                    const struct weir_stream *like, bool raw,
                                    struct weir_error *error) WEIR_CHECKED;

/*
 * Packs the batch's window; any thread, with a count of its own. Where memory
 * is refused, *row is the row that did not fit.
 */
bool weir_store_add(struct weir_stream *stream, const struct weir_batch *batch,
                    struct weir_line_count *count, size_t *row) WEIR_CHECKED;

/* Lets go of the pages added so far, but not of what they took: for measuring
 * records without holding them. Such a store is not to be read. */
void weir_store_forget(struct weir_stream *stream);

/* All is added; from here on it may be read. */
void weir_store_finish(struct weir_stream *stream);

/* To the first record again. */
void weir_store_rewind(struct weir_stream *stream);

/* What a store holds; or would, had it not been told to forget. */
struct weir_store_account {
    const struct weir_layout *layout;
    const void *table; /* for layout->remark */
    uint64_t records;
    struct weir_cost cost;  /* of the records, what they share included */
    uint64_t places;        /* bytes for where they stood */
    size_t n_columns;       /* packed */
    const uint32_t *column; /* [n_columns]: which of the input's */
};
void weir_store_account(const struct weir_stream *stream,
                        struct weir_store_account *counts);

#endif
