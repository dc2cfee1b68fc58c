/*
 * The windows are the same as in a load on one thread, and so are the pages.
 */
#include "pipeline/measure.h"

#include "base/error.h"
#include "eager/store.h"
#include "pipeline/scanner.h"

static enum weir_status measure_window(struct weir_stream *store,
                                       const struct weir_batch *batch,
                                       struct weir_line_count *count,
                                       struct weir_error *error)
{
    size_t row;
    if (!weir_store_add(store, batch, count, &row)) {
        struct weir_store_account counts;
        weir_store_account(store, &counts);
        return weir_fail_capacity(error, WEIR_MEMORY_RAISES,
                                  "a page of %zu records as %s does not fit",
                                  batch->rows, counts.layout->name);
    }
    weir_store_forget(store);
    return WEIR_OK;
}

static enum weir_status measure(struct weir_scanner *scanner,
                                struct weir_stream *const *store,
                                size_t n_stores, struct weir_line_count *count,
                                struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    while (!status) {
        status = weir_scanner_next(scanner, error);
        for (size_t i = 0; !status && i < n_stores; i++)
            status =
                measure_window(store[i], &scanner->batch, &count[i], error);
    }
    return status < 0 ? weir_scanner_fail(scanner, error) : WEIR_OK;
}

enum weir_status weir_measure(struct weir_stream *stream,
                              struct weir_stream *const *store, size_t n_stores,
                              const struct weir_listener *listener,
                              struct weir_record_counts *counts,
                              struct weir_error *error)
{
    struct weir_reorder order = {0};
    struct weir_scanner scanner = {0};
    struct weir_line_count *count =
        weir_alloc_zero(WEIR_MEMORY_STORE, (n_stores + 1) * sizeof *count);
    if (!count)
        return weir_fail_memory(error, "the stores",
                                (n_stores + 1) * sizeof *count);
    enum weir_status status =
        weir_reorder_init(&order, stream, listener, error);
    if (!status)
        status = weir_scanner_init(&scanner, &order, error);
    if (!status)
        status = measure(&scanner, store, n_stores, count, error);
    *counts = order.counts;
    weir_scanner_release(&scanner);
    weir_reorder_release(&order);
    weir_free(WEIR_MEMORY_STORE, count);
    return status;
}
