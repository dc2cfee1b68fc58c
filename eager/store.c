/*
 * Replaying. pull hands out a range of records; shape copies their texts into
 * the batch, one after another, and says where they lie and end. So a row is
 * at a place in the batch's text, as with any stream; but where it was in the
 * input is not known any more, only its number among the loaded records.
 */
#include "eager/store.h"

#include "base/error.h"
#include <string.h>

struct store {
    struct weir_stream stream;
    const struct weir_layout *layout;
    void *records;
    size_t next; /* record to hand out */
    uint64_t seq;
    struct weir_text *field; /* one record, while adding */
};

static enum weir_status store_pull(struct weir_stream *stream,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    struct store *store = (struct store *)stream;
    (void)error;
    size_t left = store->layout->count(store->records) - store->next;
    weir_batch_clear(batch);
    if (left == 0)
        return WEIR_END;
    size_t rows = left < batch->rows_room ? left : batch->rows_room;
    batch->seq = store->seq++;
    batch->first_byte = store->next;
    /* Only the order of positions counts: offsets stay below 2^30. */
    batch->position = (uint64_t)store->next << 30;
    batch->starts_input = true;
    batch->rows = rows;
    store->next += rows;
    return WEIR_OK;
}

/* Copies one record's texts to text[at ...). Returns its length. */
static size_t copy_record(struct weir_batch *batch,
                          const struct weir_text *field, size_t row, size_t at)
{
    size_t begin = at;
    for (size_t i = 0; i < batch->n_columns; i++) {
        batch->column[i][row] =
            (struct weir_span){(uint32_t)at, (uint32_t)field[i].len};
        memcpy(batch->text + at, field[i].bytes, field[i].len);
        at += field[i].len;
        if (i + 1 < batch->n_columns)
            batch->text[at++] = ',';
    }
    batch->scan.separator[row] = (uint32_t)at;
    batch->text[at++] = '\n';
    return at - begin;
}

static enum weir_status make_room(struct weir_batch *batch, size_t need,
                                  struct weir_error *error)
{
    if (need <= batch->room)
        return WEIR_OK;
    if (need > WEIR_BATCH_MOST)
        return weir_fail(error, WEIR_LIMIT,
                         "records of %zu bytes are too long to replay", need);
    size_t room = 2 * batch->room;
    return weir_batch_grow(batch, need > room ? need : room, error);
}

static enum weir_status store_shape(const struct weir_stream *stream,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    const struct store *store = (const struct store *)stream;
    struct weir_text field[64], *many = field;
    if (batch->next)
        return WEIR_END;
    if (batch->n_columns > 64) {
        many = weir_alloc(WEIR_MEMORY_STORE, batch->n_columns * sizeof *many);
        if (!many)
            return weir_fail_memory(error, "a record",
                                    batch->n_columns * sizeof *many);
    }
    enum weir_status status = WEIR_OK;
    size_t used = 0;
    while (batch->separators_room < batch->rows && !status)
        status = weir_batch_grow_separators(batch, error);
    for (size_t r = 0; r < batch->rows && !status; r++) {
        size_t need = used + batch->n_columns + 1;
        store->layout->get(store->records, (size_t)batch->first_byte + r, many);
        for (size_t i = 0; i < batch->n_columns; i++)
            need += many[i].len;
        status = make_room(batch, need, error);
        if (status)
            break;
        batch->start[r] = (uint32_t)used;
        used += copy_record(batch, many, r, used);
    }
    if (many != field)
        weir_free(WEIR_MEMORY_STORE, many);
    batch->len = used;
    batch->window = 0;
    batch->next = 1; /* one window a batch */
    return status;
}

static size_t store_record_len(const struct weir_stream *stream,
                               const struct weir_batch *batch, size_t start)
{
    (void)stream;
    const uint32_t *end = batch->scan.separator;
    while (*end < start)
        end++;
    return *end - start;
}

static size_t store_field_start(const struct weir_stream *stream,
                                const struct weir_batch *batch, size_t start,
                                size_t column)
{
    /* Only the record is known, and told. */
    (void)stream;
    (void)batch;
    (void)column;
    return start;
}

static void store_close(struct weir_stream *stream)
{
    struct store *store = (struct store *)stream;
    store->layout->close(store->records);
    weir_free(WEIR_MEMORY_STORE, store->field);
    weir_free(WEIR_MEMORY_STORE, store);
}

static void store_bill(const struct weir_stream *stream, struct weir_bill *bill)
{
    const struct store *store = (const struct store *)stream;
    weir_bill_add(bill, 0, "store: every record, as %s", store->layout->name);
}

static const struct weir_stream_ops store_ops = {
    .pull = store_pull,
    .shape = store_shape,
    .record_len = store_record_len,
    .field_start = store_field_start,
    .close = store_close,
    .bill = store_bill,
};

struct weir_stream *weir_store_open(const struct weir_layout *layout,
                                    const struct weir_stream *like,
                                    struct weir_error *error)
{
    struct store *store = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *store);
    if (!store) {
        weir_fail_memory(error, "the store", sizeof *store);
        return NULL;
    }
    store->stream = *like;
    store->stream.ops = &store_ops;
    store->stream.replayed = true;
    store->layout = layout;
    store->records = layout->open(like->n_wanted);
    store->field = weir_alloc(WEIR_MEMORY_STORE,
                              (like->n_wanted + 1) * sizeof *store->field);
    if (store->records && store->field)
        return &store->stream;
    store_close(&store->stream);
    weir_fail_memory(error, "the store", sizeof *store);
    return NULL;
}

enum weir_status weir_store_add(struct weir_stream *stream,
                                const struct weir_batch *batch,
                                struct weir_error *error)
{
    struct store *store = (struct store *)stream;
    for (size_t r = 0; r < batch->rows; r++) {
        for (size_t i = 0; i < batch->n_columns; i++) {
            struct weir_span span = batch->column[i][r];
            store->field[i] =
                (struct weir_text){batch->text + span.start, span.len};
        }
        if (!store->layout->add(store->records, store->field))
            return weir_fail(error, WEIR_LIMIT,
                             "record %zu does not fit the memory allowed to "
                             "hold them all; --memory raises it, or run "
                             "without --eager",
                             store->layout->count(store->records) + 1);
    }
    return WEIR_OK;
}
