/*
 * The scanners of a lazy run, one for each thread, fill a store. The windows of
 * a measurement are the same as in a load on one thread, and so are the pages.
 */
#include "pipeline/load.h"

#include "base/error.h"
#include "base/threads.h"
#include "eager/store.h"
#include "pipeline/scanner.h"

struct loader {
    struct weir_stream *store;
    struct weir_scanner scanner;
    struct weir_line_count count;
};

struct load {
    struct weir_stream *store;
    struct weir_reorder order;
    struct loader *loader;
    size_t n_loaders;
    uint32_t *all; /* the columns, if all are loaded; else NULL */
};

/* Reports which record did not fit. In the batch's turn the counts say how many
 * records came before it. */
static enum weir_status too_much(struct loader *loader, size_t row,
                                 struct weir_error *error)
{
    struct weir_scanner *scanner = &loader->scanner;
    if (!weir_scanner_turn(scanner))
        return WEIR_END;
    /* Records after that one count as not read. */
    scanner->counts.read -= scanner->batch.rows - row - 1;
    const struct weir_record_counts *before = &scanner->order->counts;
    const struct weir_record_counts *now = &scanner->counts;
    uint64_t n = before->read - before->rejected + now->read - now->rejected;
    return weir_fail_capacity(error,
                              " the memory allowed to hold them all; --memory "
                              "raises it, or run without --eager",
                              "record %llu does not fit",
                              (unsigned long long)n);
}

static void load_windows(void *of_thread)
{
    struct loader *loader = of_thread;
    struct weir_error error;
    enum weir_status status = WEIR_OK;
    weir_error_init(&error);
    while (!status) {
        size_t row;
        status = weir_scanner_next(&loader->scanner, &error);
        if (!status && !weir_store_add(loader->store, &loader->scanner.batch,
                                       &loader->count, &row))
            status = too_much(loader, row, &error);
    }
    if (status < 0)
        weir_scanner_fail(&loader->scanner, &error);
    weir_scanner_leave(&loader->scanner);
}

static enum weir_status work(struct load *load, struct weir_error *error)
{
    weir_on_threads(load_windows, load->loader, load->n_loaders,
                    sizeof *load->loader);
    if (load->order.failure.status < 0)
        *error = load->order.failure;
    return load->order.failure.status;
}

static enum weir_status want(struct load *load,
                             const struct weir_loading *loading,
                             struct weir_stream *stream,
                             const struct weir_plan *plan,
                             struct weir_error *error)
{
    size_t n = stream->schema.n_columns;
    if (!loading->all_columns) {
        weir_stream_project(stream, plan->projected, plan->n_projected);
        return WEIR_OK;
    }
    load->all = weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *load->all);
    if (!load->all)
        return weir_fail_memory(error, "the columns", n * sizeof *load->all);
    for (size_t i = 0; i < n; i++)
        load->all[i] = (uint32_t)i;
    weir_stream_project(stream, load->all, n);
    return WEIR_OK;
}

static enum weir_status init(struct load *load,
                             const struct weir_loading *loading,
                             struct weir_stream *stream, bool raw,
                             struct weir_error *error)
{
    /* Records are kept in the input's order. */
    const struct weir_reading_facts facts = {.threads = loading->threads,
                                             .ordered = true};
    struct weir_estimate estimate = {0};
    stream->ops->prepare(stream, &facts, &estimate);
    load->n_loaders = loading->threads ? loading->threads : 1;
    load->loader = weir_alloc_zero(WEIR_MEMORY_STORE,
                                   load->n_loaders * sizeof *load->loader);
    if (!load->loader)
        return weir_fail_memory(error, "the threads",
                                load->n_loaders * sizeof *load->loader);
    load->store = weir_store_open(loading->layout, stream, raw, error);
    if (!load->store)
        return error->status;
    enum weir_status status =
        weir_reorder_init(&load->order, stream, loading->listener, error);
    for (size_t i = 0; !status && i < load->n_loaders; i++) {
        load->loader[i].store = load->store;
        status =
            weir_scanner_init(&load->loader[i].scanner, &load->order, error);
    }
    return status;
}

void weir_load_estimate(const struct weir_loading *loading,
                        struct weir_stream *stream,
                        struct weir_estimate *estimate)
{
    const struct weir_reading_facts facts = {.threads = loading->threads,
                                             .ordered = true};
    struct weir_stream like = *stream; /* for a batch's size only */
    if (loading->all_columns)
        like.n_projected = stream->schema.n_columns;
    const struct weir_batch_size size = weir_batch_size(&like);
    struct weir_estimate each = {0};
    unsigned phases = estimate->phases;
    estimate->phases = WEIR_PHASE_LOAD;
    stream->ops->prepare(stream, &facts, estimate);
    weir_batch_estimate(&size, &each);
    weir_estimate_add_all(estimate, &each,
                          loading->threads ? loading->threads : 1);
    estimate->phases = phases;
}

static void release(struct load *load)
{
    for (size_t i = 0; load->loader && i < load->n_loaders; i++)
        weir_scanner_release(&load->loader[i].scanner);
    weir_free(WEIR_MEMORY_STORE, load->loader);
    weir_free(WEIR_MEMORY_STORE, load->all);
    weir_reorder_release(&load->order);
}

struct weir_stream *weir_load(const struct weir_loading *loading,
                              struct weir_stream *stream,
                              const struct weir_plan *plan,
                              struct weir_record_counts *counts,
                              struct weir_error *error)
{
    struct load load = {0};
    /* Records are kept as they were read if they may still be rejected. */
    bool raw = plan->bad_cells == WEIR_BAD_CELLS_REJECT && loading->listener &&
               loading->listener->reject;
    enum weir_status status = want(&load, loading, stream, plan, error);
    if (!status)
        status = init(&load, loading, stream, raw, error);
    if (!status)
        status = work(&load, error);
    *counts = load.order.counts;
    if (loading->rejected)
        *loading->rejected = load.order.aside.rejected;
    weir_stream_project(stream, plan->projected, plan->n_projected);
    release(&load);
    if (status < 0) {
        weir_stream_close(load.store);
        return NULL;
    }
    weir_store_finish(load.store);
    return load.store;
}

/* Measuring */

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

static enum weir_status measure_all(struct weir_scanner *scanner,
                                    struct weir_stream *const *store,
                                    size_t n_stores,
                                    struct weir_line_count *count,
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
        status = measure_all(&scanner, store, n_stores, count, error);
    *counts = order.counts;
    weir_scanner_release(&scanner);
    weir_reorder_release(&order);
    weir_free(WEIR_MEMORY_STORE, count);
    return status;
}
