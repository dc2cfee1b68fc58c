/*
 * The sorter for order by: it holds the rows of vectors back and gives them in
 * order, as an external sort of bytes (external_sort.h). One thread at a time
 * may use a sorter.
 */
#ifndef WEIR_PIPELINE_SORT_H
#define WEIR_PIPELINE_SORT_H

#include "base/memory.h"
#include "base/vector.h"
#include "pipeline/sink.h"

struct weir_sorter;

struct weir_sort_column {
    enum weir_type type;
    bool descending; /* for order columns only */
};

struct weir_sort_shape {
    const struct weir_sort_column *order, *item;
    size_t n_order, n_items;
    uint64_t limit;     /* in rows; UINT64_MAX means no limit */
    size_t memory;      /* bytes that rows may take before they are spilled */
    const char *folder; /* --temp-dir, borrowed until close */
};

/* Memory estimate: minimum bytes that a sorter holds, if texts are short. */
size_t weir_sorter_bytes(size_t n_order, size_t n_items);

/* The arrays of `shape` are copied. Returns NULL on failure. */
struct weir_sorter *weir_sorter_open(const struct weir_sort_shape *shape,
                                     struct weir_error *error) WEIR_CHECKED;
void weir_sorter_close(struct weir_sorter *sorter);

/* Adds rows, given as vectors of their order values and of their items; the
 * vectors are borrowed for the call. */
enum weir_status weir_sorter_add(struct weir_sorter *sorter,
                                 const struct weir_vector *const *order,
                                 const struct weir_vector *const *item,
                                 size_t rows,
                                 struct weir_error *error) WEIR_CHECKED;

/* Gives the rows to the sink in order, at most `limit` of them. Rows with equal
 * order values come in the order in which they were added. Call once. */
enum weir_status weir_sorter_drain(struct weir_sorter *sorter,
                                   struct weir_sink *sink,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
