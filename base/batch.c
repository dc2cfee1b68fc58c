/*
 * A batch's memory. The text and its scratch are one block:
 *
 *     | pad | text: capacity bytes | scratch: capacity bytes | pad |
 *
 * The text begins at the start of a cache line, so that no load of a 64-byte
 * block takes two of them. Pages that are never touched take no memory, such as
 * those of the scratch if no quotes have to be undone.
 */
#include "base/mechanism.h"
#include "base/stream.h"

#include "base/error.h"
#include <string.h>

#define SPANS_MAX 32768
/* Bytes of a cache line. */
#define LINE ((size_t)64)
/* The minimum capacity of a batch in fields mode, in fields. */
#define FIELDS_MIN 20480

struct weir_batch_size weir_batch_size(const struct weir_stream *stream)
{
    struct weir_batch_size size = {.text = stream->text,
                                   .columns = stream->n_projected,
                                   .lines = stream->lines};
    size.rows = WEIR_WINDOW_MAX;
    if (size.columns && size.rows > SPANS_MAX / size.columns)
        size.rows = SPANS_MAX / size.columns;
    if (size.rows == 0)
        size.rows = 1;
    if (stream->fields)
        size.fields = stream->schema.n_columns < FIELDS_MIN
                          ? FIELDS_MIN
                          : stream->schema.n_columns;
    if (stream->replays)
        size.number = stream->number;
    return size;
}

static size_t text_bytes(size_t capacity)
{
    return LINE + 2 * capacity + 2 * WEIR_BATCH_PAD;
}

static size_t n_numbers(const struct weir_batch_size *size)
{
    size_t n = 0;
    for (size_t i = 0; size->number && i < size->columns; i++)
        n += size->number[i];
    return n;
}

static size_t numbers_bytes(const struct weir_batch_size *size)
{
    return n_numbers(size) * size->rows *
           (sizeof(int64_t) + sizeof(struct weir_form));
}

/* All but the text. */
static size_t rows_bytes(const struct weir_batch_size *size)
{
    size_t spans = size->columns * size->rows * sizeof(struct weir_span);
    return weir_memory_block_bytes(spans) +
           weir_memory_block_bytes(size->columns * sizeof(struct weir_span *)) +
           weir_memory_block_bytes(size->fields * sizeof(struct weir_span)) +
           (1 + size->lines) *
               weir_memory_block_bytes(size->rows * sizeof(uint32_t)) +
           weir_memory_block_bytes((size->rows + 1) * sizeof(uint32_t)) +
           numbers_bytes(size);
}

void weir_batch_estimate(const struct weir_batch_size *size,
                         struct weir_estimate *estimate)
{
    weir_estimate_add(estimate, weir_memory_block_bytes(text_bytes(size->text)),
                      "batch: text and unquoted fields");
    weir_estimate_add(estimate, rows_bytes(size),
                      "batch: %zu records of %zu columns", size->rows,
                      size->columns);
}

static void *take(size_t bytes)
{
    return weir_alloc(WEIR_MEMORY_BATCH, bytes ? bytes : 1);
}

static bool take_columns(struct weir_batch *batch)
{
    batch->column = take(batch->memory.n_columns * sizeof *batch->column);
    if (!batch->column)
        return false;
    struct weir_span *spans = take(batch->memory.n_columns *
                                   batch->memory.rows_capacity * sizeof *spans);
    for (size_t i = 0; spans && i < batch->memory.n_columns; i++)
        batch->column[i] = spans + i * batch->memory.rows_capacity;
    batch->memory.spans = spans;
    return spans != NULL;
}

/* Allocates the columns' numbers as one block: mantissas, then forms. */
static bool take_numbers(struct weir_batch *batch,
                         const struct weir_batch_size *size)
{
    size_t n = n_numbers(size), used = 0;
    if (n == 0)
        return true;
    batch->number = weir_alloc_zero(WEIR_MEMORY_BATCH,
                                    size->columns * sizeof *batch->number);
    batch->memory.numbers = take(numbers_bytes(size));
    if (!batch->number || !batch->memory.numbers)
        return false;
    void *forms = batch->memory.numbers + n * size->rows;
    for (size_t i = 0; i < size->columns; i++) {
        if (!size->number[i])
            continue;
        batch->number[i].mantissa = batch->memory.numbers + used;
        batch->number[i].form = (struct weir_form *)forms + used;
        used += size->rows;
    }
    return true;
}

enum weir_status weir_batch_init(struct weir_batch *batch,
                                 const struct weir_batch_size *size,
                                 struct weir_error *error)
{
    *batch = (struct weir_batch){.capacity = size->text,
                                 .memory = {.n_columns = size->columns,
                                            .rows_capacity = size->rows,
                                            .fields_capacity = size->fields}};
    batch->memory.block = take(text_bytes(size->text));
    batch->start = take(size->rows * sizeof *batch->start);
    if (size->lines)
        batch->line = take(size->rows * sizeof *batch->line);
    batch->fields.first = take((size->rows + 1) * sizeof *batch->fields.first);
    if (size->fields)
        batch->fields.span = take(size->fields * sizeof *batch->fields.span);
    if (!batch->memory.block || !batch->start || !batch->fields.first ||
        (size->fields && !batch->fields.span) ||
        (size->lines && !batch->line) || !take_columns(batch) ||
        !take_numbers(batch, size)) {
        weir_batch_release(batch);
        return weir_fail_memory(error, "a batch",
                                text_bytes(size->text) + rows_bytes(size) +
                                    numbers_bytes(size));
    }
    char *base = (char *)batch->memory.block + WEIR_BATCH_PAD;
    batch->text = base + (-(uintptr_t)base & (LINE - 1));
    memset(batch->memory.block, 0, WEIR_BATCH_PAD);
    return WEIR_OK;
}

void weir_batch_release(struct weir_batch *batch)
{
    if (batch->memory.state)
        batch->memory.state->close(batch->memory.state);
    weir_free(WEIR_MEMORY_BATCH, batch->memory.block);
    weir_free(WEIR_MEMORY_BATCH, batch->start);
    weir_free(WEIR_MEMORY_BATCH, batch->line);
    weir_free(WEIR_MEMORY_BATCH, batch->fields.first);
    weir_free(WEIR_MEMORY_BATCH, batch->fields.span);
    weir_free(WEIR_MEMORY_BATCH, batch->memory.spans);
    weir_free(WEIR_MEMORY_BATCH, batch->column);
    weir_free(WEIR_MEMORY_BATCH, batch->number);
    weir_free(WEIR_MEMORY_BATCH, batch->memory.numbers);
    *batch = (struct weir_batch){0};
}

enum weir_status weir_batch_grow(struct weir_batch *batch, size_t capacity,
                                 struct weir_error *error)
{
    size_t at = (size_t)(batch->text - (char *)batch->memory.block);
    void *block = weir_realloc(WEIR_MEMORY_BATCH, batch->memory.block,
                               text_bytes(capacity));
    if (!block)
        return weir_fail_memory(error, "a record", text_bytes(capacity));
    batch->memory.block = block;
    batch->text = (char *)block + at;
    batch->capacity = capacity;
    weir_ran(WEIR_RAN_BATCH_GROWN);
    return WEIR_OK;
}

enum weir_status weir_batch_grow_fields(struct weir_batch *batch, size_t need,
                                        struct weir_error *error)
{
    size_t bytes = need * sizeof *batch->fields.span;
    void *moved = weir_realloc(WEIR_MEMORY_BATCH, batch->fields.span, bytes);
    if (!moved)
        return weir_fail_memory(error, "the fields of a record", bytes);
    batch->fields.span = moved;
    batch->memory.fields_capacity = need;
    weir_ran(WEIR_RAN_FIELDS_GROWN);
    return WEIR_OK;
}

void weir_batch_clear(struct weir_batch *batch)
{
    batch->rows = batch->ragged.n = 0;
    batch->lines = batch->part.shaping_ns = 0;
    weir_batch_take(batch, 0, 0);
}

void weir_batch_take(struct weir_batch *batch, size_t begin, size_t len)
{
    batch->begin = batch->window = batch->next = begin;
    batch->len = len;
}
