/*
 * Rows held back to be put in order; the least `limit` of them, if there is a
 * limit, in memory for twice as many. More than fit the memory allowed go to
 * a temporary file, as sorted runs.
 */
#ifndef WEIR_PIPELINE_SORT_H
#define WEIR_PIPELINE_SORT_H

#include "base/memory.h"
#include "base/vector.h"
#include "pipeline/sink.h"

struct weir_sorter;

struct weir_sort_column {
    enum weir_type type;
    bool descending; /* of an order column */
};

struct weir_sort_shape {
    const struct weir_sort_column *order, *item;
    size_t n_order, n_items;
    uint64_t limit;     /* UINT64_MAX: none */
    size_t memory;      /* what rows may take before they are spilled */
    const char *folder; /* --temp-dir, borrowed */
};

/* What it holds at least, with texts that are not long. */
size_t weir_sorter_bytes(size_t n_order, size_t n_items);

/* `shape`'s arrays are copied. */
struct weir_sorter *weir_sorter_open(const struct weir_sort_shape *shape,
                                     struct weir_error *error) WEIR_CHECKED;
void weir_sorter_close(struct weir_sorter *sorter);

/* Adds rows: their order values and their items. */
enum weir_status weir_sorter_add(struct weir_sorter *sorter,
                                 const struct weir_vector *const *order,
                                 const struct weir_vector *const *item,
                                 size_t rows,
                                 struct weir_error *error) WEIR_CHECKED;

/* Gives all rows to the sink, in order; equal ones as they were added. */
enum weir_status weir_sorter_drain(struct weir_sorter *sorter,
                                   struct weir_sink *sink,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
