/*
 * Threads pack windows in any order. weir_store_finish() then sorts the pages
 * into the input's order and computes, from the number of lines in each batch,
 * the line at which the next batch begins.
 *
 * To replay, next gives out a page, and shape unpacks it into the batch as its
 * only window. The batch does not contain the text of the records unless they
 * were held as read. In that case batch->start[row] is the offset of that text;
 * otherwise it is only the number of the row. Either way it is a position from
 * which an error's place in the input can be found.
 */
#include "eager/store.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/sort.h"
#include "eager/replay.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

/* A window that was added. `page` is NULL if the window had no records. */
struct page {
    void *page;
    struct weir_places *places;
    uint64_t seq;        /* the batch of the window */
    size_t window;       /* offset of the window in its text */
    uint64_t first_line; /* of the batch, after finish */
    uint64_t lines;      /* of the batch; complete in its last window */
    size_t rows;
    uint32_t input;
    bool starts_input;
};

struct store {
    struct weir_stream stream;
    const struct weir_layout *layout;
    const struct weir_stream *like;
    void *table;
    uint32_t *column; /* [n_columns]: packed columns of the input */
    size_t n_columns;
    bool raw; /* one more column: the record as read */
    pthread_mutex_t lock;
    struct page *page;
    size_t n_pages, pages_capacity;
    uint64_t records;
    struct weir_cost cost;
    uint64_t forgotten; /* bytes for locations in dropped pages */
    size_t next;        /* next page to replay */
    uint64_t seq;
};

/* The state that the store keeps in a batch: the page to replay. */
struct replayed {
    struct weir_batch_state base;
    const struct page *page;
    bool is_shaped;
    /* If the records are held as read: the offsets at which they begin, and the
     * end of the last one. A condition may remove rows from batch->start; this
     * array keeps all of them. */
    uint32_t begin[WEIR_WINDOW_MAX + 1];
};

static struct replayed *replayed_of(const struct weir_batch *batch)
{
    return (struct replayed *)batch->state;
}

static void close_replayed(struct weir_batch_state *state)
{
    weir_free(WEIR_MEMORY_STORE, state);
}

static enum weir_status make_replayed(struct weir_batch *batch,
                                      struct weir_error *error)
{
    struct replayed *state = replayed_of(batch);
    if (!state)
        state = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *state);
    if (!state)
        return weir_fail_memory(error, "a page", sizeof *state);
    state->base.close = close_replayed;
    batch->state = &state->base;
    return WEIR_OK;
}

static const struct store *store_of(const struct weir_stream *stream)
{
    return (const struct store *)stream;
}

/* Replaying */

static enum weir_status store_next(struct weir_stream *stream,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    struct store *store = (struct store *)stream;
    enum weir_status status = make_replayed(batch, error);
    weir_batch_clear(batch);
    batch->part.last = batch->part.located = batch->part.starts_input = true;
    pthread_mutex_lock(&store->lock);
    while (store->next < store->n_pages && !store->page[store->next].page)
        store->next++;
    batch->part.seq = store->seq;
    if (!status && store->next == store->n_pages)
        status = WEIR_END;
    if (!status) {
        replayed_of(batch)->page = &store->page[store->next];
        replayed_of(batch)->is_shaped = false;
        /* Only the order of positions matters. Offsets are below 2^30. */
        batch->part.position = (uint64_t)store->next << 30;
        batch->part.input = store->page[store->next].input;
        store->next++;
        store->seq++;
    }
    pthread_mutex_unlock(&store->lock);
    return status;
}

enum weir_status weir_replay_grow(struct weir_replay *replay, size_t need,
                                  struct weir_error *error)
{
    struct weir_batch *batch = replay->batch;
    need += replay->used;
    if (need > WEIR_BATCH_MAX)
        return weir_fail(error, WEIR_LIMIT,
                         "records of %zu bytes are too long to replay", need);
    size_t capacity = 2 * batch->capacity;
    batch->len = replay->used;
    return weir_batch_grow(batch, need > capacity ? need : capacity, error);
}

/* Finds the packed columns that the stream's projected columns are. Both
 * ascend. */
static void find_columns(const struct store *store, uint32_t *column)
{
    size_t packed = 0;
    for (size_t i = 0; i < store->stream.n_projected; i++) {
        while (store->column[packed] != store->stream.projected[i])
            packed++;
        column[i] = (uint32_t)packed;
    }
}

static enum weir_status unpack_cells(const struct store *store,
                                     const struct page *page,
                                     struct weir_batch *batch,
                                     struct weir_error *error)
{
    uint32_t few[64], *column = few;
    size_t n = store->stream.n_projected;
    if (n > 64)
        column = weir_alloc(WEIR_MEMORY_STORE, n * sizeof *column);
    if (!column)
        return weir_fail_memory(error, "a page", n * sizeof *column);
    find_columns(store, column);
    struct weir_replay replay = {.batch = batch,
                                 .span = batch->column,
                                 .column = column,
                                 .n_columns = n,
                                 .number = batch->number};
    for (size_t i = 0; batch->number && i < n; i++)
        batch->number[i].known = false;
    enum weir_status status =
        store->layout->unpack(store->table, page->page, &replay, error);
    batch->len = replay.used;
    if (column != few)
        weir_free(WEIR_MEMORY_STORE, column);
    return status;
}

/* Unpacks the records as read, one after another, so that each ends where the
 * next one begins. If they are not held, row numbers take the place of their
 * offsets. */
static enum weir_status unpack_raw(const struct store *store,
                                   const struct page *page,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    struct weir_span raw[WEIR_WINDOW_MAX], *span = raw;
    uint32_t column = (uint32_t)store->n_columns;
    uint32_t *begin = replayed_of(batch)->begin;
    if (!store->raw) {
        for (size_t r = 0; r < page->rows; r++)
            batch->start[r] = (uint32_t)r;
        return WEIR_OK;
    }
    struct weir_replay replay = {.batch = batch,
                                 .span = &span,
                                 .column = &column,
                                 .n_columns = 1,
                                 .boxed = true,
                                 .used = batch->len};
    enum weir_status status =
        store->layout->unpack(store->table, page->page, &replay, error);
    for (size_t r = 0; !status && r < page->rows; r++)
        batch->start[r] = begin[r] = raw[r].start;
    begin[page->rows] = (uint32_t)replay.used;
    batch->len = replay.used;
    return status;
}

static enum weir_status store_shape(const struct weir_stream *stream,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    const struct store *store = store_of(stream);
    struct replayed *state = replayed_of(batch);
    if (!state || state->is_shaped)
        return WEIR_END;
    const struct page *page = state->page;
    state->is_shaped = true;
    batch->rows = page->rows;
    enum weir_status status = unpack_cells(store, page, batch, error);
    if (!status)
        status = unpack_raw(store, page, batch, error);
    weir_ran(WEIR_RAN_STORE_WINDOW);
    batch->window = 0;
    batch->next = batch->len;
    return status;
}

/* Locations */

/* Returns the row whose record contains a position. */
static size_t row_at(const struct store *store, const struct weir_batch *batch,
                     size_t position)
{
    const uint32_t *begin = replayed_of(batch)->begin;
    size_t low = 0, high = replayed_of(batch)->page->rows;
    if (!store->raw)
        return position;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (begin[middle] <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void store_locate(const struct weir_stream *stream,
                         const struct weir_batch *batch,
                         struct weir_error *error)
{
    const struct store *store = store_of(stream);
    const struct page *page = replayed_of(batch)->page;
    size_t row = row_at(store, batch, (size_t)error->byte);
    struct weir_where where = {.name = stream->input[page->input]};
    weir_places_find(page->places, row, &where.first_byte, &where.first_line);
    where.first_line += page->first_line;
    if (store->raw) {
        size_t start = replayed_of(batch)->begin[row];
        where.text = batch->text + start;
        error->byte -= start;
        weir_fail_where(error, &where);
        return;
    }
    char name[WEIR_NAME_CAPACITY];
    error->byte = where.first_byte;
    error->line = where.first_line;
    snprintf(error->place, sizeof error->place,
             "%s:%" PRIu64 " (byte %" PRIu64 ")",
             weir_show_name(name, where.name), error->line, error->byte);
}

/* If the text of the record is not held, a field has the location of its
 * record. */
static void store_record(const struct weir_stream *stream,
                         const struct weir_batch *batch, size_t start,
                         size_t column, struct weir_span *found)
{
    const struct store *store = store_of(stream);
    *found = (struct weir_span){(uint32_t)start, 0};
    if (!store->raw)
        return;
    struct weir_batch record = *batch;
    record.len = replayed_of(batch)->begin[row_at(store, batch, start) + 1];
    store->like->ops->record(store->like, &record, start, column, found);
    found->len = (uint32_t)(record.len - start);
}

/* Filling */

/* Packs the window with one more column: the records as read. */
static void pack_raw(struct store *store, const struct weir_batch *batch,
                     struct page *page, struct weir_cost *cost, size_t *row)
{
    struct weir_span raw[WEIR_WINDOW_MAX];
    size_t n = store->n_columns;
    struct weir_span **column =
        weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *column);
    if (!column)
        return;
    for (size_t i = 0; i < n; i++)
        column[i] = batch->column[i];
    column[n] = raw;
    for (size_t r = 0; r < batch->rows; r++) {
        store->like->ops->record(store->like, batch, batch->start[r], 0,
                                 &raw[r]);
        raw[r].start = batch->start[r];
    }
    const struct weir_window window = {batch->text, column, n + 1, batch->rows};
    page->page = store->layout->pack(store->table, &window, cost, row);
    weir_free(WEIR_MEMORY_STORE, column);
}

/* Packs the window. page->page stays NULL if memory was refused. */
static void pack(struct store *store, const struct weir_batch *batch,
                 struct page *page, struct weir_cost *cost, size_t *row)
{
    const struct weir_window window = {batch->text, batch->column,
                                       store->n_columns, batch->rows};
    if (store->raw)
        pack_raw(store, batch, page, cost, row);
    else
        page->page = store->layout->pack(store->table, &window, cost, row);
}

static bool enter(struct store *store, const struct page *page,
                  const struct weir_cost *cost)
{
    pthread_mutex_lock(&store->lock);
    void *pages = store->page;
    bool capacity = weir_grow(WEIR_MEMORY_STORE, &pages, &store->pages_capacity,
                              store->n_pages + 1, sizeof *store->page);
    store->page = pages;
    if (capacity) {
        store->page[store->n_pages++] = *page;
        store->records += page->rows;
        weir_cost_add(&store->cost, cost);
    }
    pthread_mutex_unlock(&store->lock);
    return capacity;
}

static void drop(const struct store *store, const struct page *page)
{
    if (page->page)
        store->layout->drop(store->table, page->page);
    weir_places_drop(page->places);
}

bool weir_store_add(struct weir_stream *stream, const struct weir_batch *batch,
                    struct weir_line_count *count, size_t *row)
{
    struct store *store = (struct store *)stream;
    struct weir_cost cost = {0};
    struct page page = {.seq = batch->part.seq,
                        .window = batch->window,
                        .first_line = batch->part.first_line,
                        .lines = batch->lines,
                        .rows = batch->rows,
                        .input = batch->part.input,
                        .starts_input = batch->part.starts_input};
    *row = 0;
    if (batch->rows) {
        pack(store, batch, &page, &cost, row);
        page.places = page.page ? weir_places_pack(batch, count) : NULL;
    }
    if ((batch->rows && !page.places) || !enter(store, &page, &cost)) {
        drop(store, &page);
        return false;
    }
    return true;
}

void weir_store_forget(struct weir_stream *stream)
{
    struct store *store = (struct store *)stream;
    pthread_mutex_lock(&store->lock);
    for (size_t i = 0; i < store->n_pages; i++) {
        store->forgotten +=
            weir_places_bytes(store->page[i].places) + sizeof *store->page;
        drop(store, &store->page[i]);
    }
    store->n_pages = 0;
    pthread_mutex_unlock(&store->lock);
}

static int by_place(const void *a, const void *b, void *context)
{
    const struct page *x = a, *y = b;
    (void)context;
    return x->seq != y->seq ? (x->seq > y->seq) - (x->seq < y->seq)
                            : (x->window > y->window) - (x->window < y->window);
}

void weir_store_finish(struct weir_stream *stream)
{
    struct store *store = (struct store *)stream;
    uint64_t line = 1; /* the line at which the batch begins */
    weir_sort(store->page, store->n_pages, sizeof *store->page, by_place, NULL);
    for (size_t i = 0; i < store->n_pages; i++) {
        struct page *page = &store->page[i];
        bool begins = i == 0 || page[-1].seq != page->seq;
        if (begins && i)
            line += page[-1].lines;
        if (begins && page->starts_input)
            line = page->first_line;
        page->first_line = line;
    }
    weir_store_rewind(stream);
}

void weir_store_rewind(struct weir_stream *stream)
{
    struct store *store = (struct store *)stream;
    store->next = 0;
    store->seq = 0;
}

void weir_store_account(const struct weir_stream *stream,
                        struct weir_store_account *counts)
{
    const struct store *store = store_of(stream);
    *counts = (struct weir_store_account){.layout = store->layout,
                                          .table = store->table,
                                          .records = store->records,
                                          .cost = store->cost,
                                          .n_columns = store->n_columns,
                                          .column = store->column};
    store->layout->shared(store->table, &counts->cost);
    for (size_t i = 0; i < store->n_pages; i++)
        counts->places += weir_places_bytes(store->page[i].places);
    counts->places +=
        store->pages_capacity * sizeof *store->page + store->forgotten;
}

static void store_close(struct weir_stream *stream)
{
    struct store *store = (struct store *)stream;
    for (size_t i = 0; i < store->n_pages; i++)
        drop(store, &store->page[i]);
    if (store->table)
        store->layout->close(store->table);
    pthread_mutex_destroy(&store->lock);
    weir_free(WEIR_MEMORY_STORE, store->page);
    weir_free(WEIR_MEMORY_STORE, store->column);
    weir_free(WEIR_MEMORY_STORE, store);
}

static void store_prepare(struct weir_stream *stream,
                          const struct weir_reading_facts *facts,
                          struct weir_estimate *estimate)
{
    (void)facts;
    weir_estimate_add(estimate, 0, "store: every record, as %s",
                      store_of(stream)->layout->name);
}

static const struct weir_stream_ops store_ops = {
    .prepare = store_prepare,
    .next = store_next,
    .shape = store_shape,
    .locate = store_locate,
    .record = store_record,
    .close = store_close,
};

static bool open_table(struct store *store, bool raw)
{
    const struct weir_stream *like = store->like;
    size_t n = like->n_projected;
    const char **name = weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *name);
    store->column =
        weir_alloc(WEIR_MEMORY_STORE, (n + 1) * sizeof *store->column);
    store->n_columns = n;
    store->raw = raw;
    if (name && store->column) {
        for (size_t i = 0; i < n; i++) {
            store->column[i] = like->projected[i];
            name[i] = like->schema.name[like->projected[i]];
        }
        name[n] = "the record as read";
        store->table = store->layout->open(name, n + raw);
    }
    weir_free(WEIR_MEMORY_STORE, name);
    return store->table;
}

struct weir_stream *weir_store_open(const struct weir_layout *layout,
                                    const struct weir_stream *like, bool raw,
                                    struct weir_error *error)
{
    struct store *store = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *store);
    if (!store) {
        weir_fail_memory(error, "the store", sizeof *store);
        return NULL;
    }
    store->stream = *like;
    store->stream.ops = &store_ops;
    store->stream.replays = true;
    store->layout = layout;
    store->like = like;
    if (!pthread_mutex_init(&store->lock, NULL) && open_table(store, raw))
        return &store->stream;
    store_close(&store->stream);
    weir_fail_memory(error, "the store", sizeof *store);
    return NULL;
}
