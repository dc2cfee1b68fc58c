/*
 * Threads pack windows in any order. weir_store_finish() then sorts the pages
 * into the input's order and computes, from the number of lines in each batch,
 * the line at which the next batch begins.
 *
 * To replay, next gives out a page, and shape unpacks it into the batch as its
 * only window. If the records were held as read, batch->start[row] is the
 * offset of that text, otherwise the number of the row. Either way it is a
 * position from which an error's place in the input can be found.
 */
#include "eager/store.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/sort.h"
#include "eager/packer.h"
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

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
    struct weir_packer packer;
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
    return (struct replayed *)batch->memory.state;
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
    batch->memory.state = &state->base;
    return WEIR_OK;
}

size_t weir_store_batch_bytes(void)
{
    return weir_memory_block_bytes(sizeof(struct replayed));
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
        batch->part.first_line = store->page[store->next].first_line;
        store->next++;
        store->seq++;
    }
    pthread_mutex_unlock(&store->lock);
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
    enum weir_status status = weir_packer_unpack(&store->packer, &store->stream,
                                                 page->page, batch, error);
    if (!status && store->packer.raw) {
        memcpy(state->begin, batch->start, page->rows * sizeof *state->begin);
        state->begin[page->rows] = (uint32_t)batch->len;
    }
    if (batch->line)
        weir_places_lines(page->places, page->rows, batch->line);
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
    if (!store->packer.raw)
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
    if (store->packer.raw) {
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
    const struct weir_stream *like = store->packer.like;
    *found = (struct weir_span){(uint32_t)start, 0};
    if (!store->packer.raw)
        return;
    struct weir_batch record = *batch;
    record.len = replayed_of(batch)->begin[row_at(store, batch, start) + 1];
    like->ops->record(like, &record, start, column, found);
    found->len = (uint32_t)(record.len - start);
}

/* Filling */

static bool enter(struct store *store, const struct page *page,
                  const struct weir_cost *cost)
{
    pthread_mutex_lock(&store->lock);
    bool fits = weir_grow(WEIR_MEMORY_STORE, &store->page,
                          &store->pages_capacity, store->n_pages + 1);
    if (fits) {
        store->page[store->n_pages++] = *page;
        store->records += page->rows;
        weir_cost_add(&store->cost, cost);
    }
    pthread_mutex_unlock(&store->lock);
    return fits;
}

static void drop(const struct store *store, const struct page *page)
{
    if (page->page)
        store->packer.layout->drop(store->packer.table, page->page);
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
        page.page = weir_packer_pack(&store->packer, batch, &cost, row);
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
    const struct weir_packer *packer = &store->packer;
    *counts = (struct weir_store_account){.layout = packer->layout,
                                          .table = packer->table,
                                          .records = store->records,
                                          .cost = store->cost,
                                          .n_columns = packer->n_columns,
                                          .column = packer->column};
    packer->layout->shared(packer->table, &counts->cost);
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
    weir_packer_release(&store->packer);
    pthread_mutex_destroy(&store->lock);
    weir_free(WEIR_MEMORY_STORE, store->page);
    weir_free(WEIR_MEMORY_STORE, store);
}

static void store_prepare(struct weir_stream *stream,
                          const struct weir_reading_facts *facts,
                          struct weir_estimate *estimate)
{
    (void)facts;
    weir_estimate_add(estimate, 0, "store: every record, as %s",
                      store_of(stream)->packer.layout->name);
}

static const struct weir_stream_ops store_ops = {
    .prepare = store_prepare,
    .next = store_next,
    .shape = store_shape,
    .locate = store_locate,
    .record = store_record,
    .close = store_close,
};

struct weir_stream *weir_store_open(const struct weir_layout *layout,
                                    const struct weir_stream *like, bool raw,
                                    struct weir_error *error)
{
    struct store *store = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *store);
    if (!store)
        return weir_no_memory(error, "the store", sizeof *store);
    store->stream = *like;
    store->stream.ops = &store_ops;
    store->stream.replays = true;
    if (!pthread_mutex_init(&store->lock, NULL) &&
        weir_packer_init(&store->packer, layout, like, raw))
        return &store->stream;
    store_close(&store->stream);
    return weir_no_memory(error, "the store", sizeof *store);
}
