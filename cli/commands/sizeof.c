/*
 * weir sizeof: the memory that a record takes in every layout, as Python's
 * pympler.asizeof measures it. The input is read once. Each layout packs each
 * window as in an eager run, the bytes are counted, and the page is freed.
 *
 *     bytes/record = payload + pointers + names + slack + places + headers
 *
 * The ledger counts all terms in an eager run except the headers, which malloc
 * keeps with each block.
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
#include "cli/terminal/text_table.h"
#include "eager/pool.h"
#include "eager/store.h"
#include "pipeline/load.h"
#include "readers/csv/csv.h"
#include <unistd.h>

#define HEADER sizeof(size_t) /* glibc's header of a block on its heap */
#define LAYOUTS_MAX 32

struct sizing {
    const struct weir_options *options;
    struct weir_stream *stream;
    uint32_t *column; /* the projected columns: all of them */
    struct weir_stream *store[LAYOUTS_MAX];
    size_t n_stores;
    struct weir_io_counters io;
    struct weir_progress *progress;
    struct weir_record_counts counts;
};

static void on_progress(void *context, const struct weir_record_counts *counts)
{
    struct sizing *sizing = context;
    weir_progress_update(sizing->progress, counts->read);
}

static enum weir_status open_stores(struct sizing *sizing,
                                    struct weir_error *error)
{
    const struct weir_layout *only = sizing->options->loading.eager;
    for (size_t i = 0; weir_layouts[i] && sizing->n_stores < LAYOUTS_MAX; i++) {
        if (only && only != weir_layouts[i])
            continue;
        struct weir_stream *store =
            weir_store_open(weir_layouts[i], sizing->stream, false, error);
        if (!store)
            return error->status;
        sizing->store[sizing->n_stores++] = store;
    }
    return WEIR_OK;
}

static enum weir_status open_input(struct sizing *sizing,
                                   struct weir_error *error)
{
    const struct weir_options *o = sizing->options;
    const struct weir_csv_inputs inputs = {.path = o->inputs.path,
                                           .n = o->inputs.n_paths,
                                           .source = o->inputs.source,
                                           .zstd_dict = o->inputs.zstd_dict,
                                           .io = &sizing->io,
                                           .by_union = o->inputs.by_union};
    sizing->stream = weir_csv_open(&inputs, &o->reading, error);
    if (!sizing->stream)
        return error->status;
    size_t n = sizing->stream->schema.n_columns;
    sizing->column =
        weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *sizing->column);
    if (!sizing->column)
        return weir_fail_memory(error, "the columns", n);
    for (size_t i = 0; i < n; i++)
        sizing->column[i] = (uint32_t)i;
    weir_stream_project(sizing->stream, sizing->column, n);
    return WEIR_OK;
}

static enum weir_status measure(struct sizing *sizing, struct weir_error *error)
{
    const struct weir_listener listener = {.context = sizing,
                                           .progress = on_progress};
    enum weir_status status = open_input(sizing, error);
    if (!status)
        status = open_stores(sizing, error);
    if (status)
        return status;
    sizing->progress =
        weir_progress_open(sizing->options->diagnostics.progress, &sizing->io);
    status = weir_measure(sizing->stream, sizing->store, sizing->n_stores,
                          &listener, &sizing->counts, error);
    weir_progress_close(sizing->progress);
    return status;
}

static const char *const titles[] = {
    "layout", "bytes/record", "payload", "pointers",    "names",
    "slack",  "places",       "headers", "allocations", "all records"};

static void put_layout(const struct weir_stream *store,
                       struct weir_text_table *text_table)
{
    struct weir_store_account counts;
    weir_store_account(store, &counts);
    const struct weir_cost *cost = &counts.cost;
    double records = counts.records ? (double)counts.records : 1;
    uint64_t headers = cost->allocations * HEADER;
    uint64_t all = weir_cost_bytes(cost) + counts.places + headers;
    const uint64_t parts[] = {all,         cost->payload,    cost->pointers,
                              cost->names, cost->slack,      counts.places,
                              headers,     cost->allocations};
    weir_text_table_put(text_table, "%s", counts.layout->name);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        weir_text_table_put(text_table, "%.2f", (double)parts[i] / records);
    weir_text_table_size(text_table, all);
}

static int print(const struct sizing *sizing)
{
    const struct weir_format *format =
        weir_options_format(sizing->options, STDOUT_FILENO);
    struct weir_text_table text_table = {
        .title = titles,
        .n_columns = sizeof titles / sizeof *titles,
        .readable = format->audience == WEIR_FOR_TERMINALS};
    for (size_t i = 0; i < sizing->n_stores; i++)
        put_layout(sizing->store[i], &text_table);
    return weir_text_table_print(&text_table, format, STDOUT_FILENO);
}

int weir_sizeof(const struct weir_options *options)
{
    struct sizing sizing = {.options = options};
    struct weir_error error;
    weir_error_init(&error);
    weir_memory_limit(options->resources.memory);
    weir_pool_keep(true); /* the pool keeps texts whose pages were freed, as an
                             eager run would */
    enum weir_status status = measure(&sizing, &error);
    int code = status < 0 ? weir_complain(&error, NULL) : print(&sizing);
    for (size_t i = 0; i < sizing.n_stores; i++)
        weir_stream_close(sizing.store[i]);
    weir_pool_keep(false);
    weir_stream_close(sizing.stream);
    weir_free(WEIR_MEMORY_STORE, sizing.column);
    return code;
}
