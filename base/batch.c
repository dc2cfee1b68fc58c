/*
 * A batch's memory. The text and its scratch are one block:
 *
 *     | pad | gap | text: room bytes | scratch: room bytes | pad |
 *
 * Text begins after the gap, where a line of the cache does, so that no load of
 * a block takes two of them; or within the gap: see piece.c.
 * Pages of it that are never touched (the scratch, where no quotes have to be
 * undone) cost nothing.
 */
#include "base/mechanism.h"
#include "base/stream.h"

#include "base/error.h"
#include <string.h>

/* Enough rows that the work for a window is nothing beside that for its
 * rows, few enough that its vectors stay in the L2 cache. */
#define ROWS_MOST WEIR_WINDOW_MOST
#define SPANS_MOST 32768
#define SEPARATORS_LEAST 20480
/* Bytes of a line of the cache. */
#define LINE ((size_t)64)
/* The block scan may write a whole block's worth, and one lies before. */
#define SEPARATORS_SPARE 65

char *weir_batch_base(const struct weir_batch *batch)
{
    char *base = (char *)batch->block + WEIR_BATCH_PAD + WEIR_BATCH_GAP;
    return base + (-(uintptr_t)base & (LINE - 1));
}

void weir_stream_want(struct weir_stream *stream, const uint32_t *wanted,
                      size_t n_wanted)
{
    stream->wanted = wanted;
    stream->n_wanted = n_wanted;
    stream->fields = false;
    stream->number = NULL;
}

void weir_stream_want_numbers(struct weir_stream *stream, const bool *number)
{
    stream->number = number;
}

void weir_stream_want_fields(struct weir_stream *stream)
{
    stream->wanted = NULL;
    stream->n_wanted = 0;
    stream->number = NULL;
    stream->fields = true;
}

struct weir_batch_size weir_batch_size(const struct weir_stream *stream)
{
    struct weir_batch_size size = {.text = stream->text,
                                   .columns = stream->n_wanted};
    size.rows = ROWS_MOST;
    if (size.columns && size.rows > SPANS_MOST / size.columns)
        size.rows = SPANS_MOST / size.columns;
    if (size.rows == 0)
        size.rows = 1;
    size.separators = stream->n_columns + SEPARATORS_SPARE;
    if (size.separators < SEPARATORS_LEAST)
        size.separators = SEPARATORS_LEAST;
    if (stream->fields)
        size.fields = size.separators;
    if (stream->ops->locate) /* it holds cells, not an input's text */
        size.number = stream->number;
    return size;
}

static size_t text_bytes(size_t room)
{
    return LINE + 2 * room + WEIR_BATCH_GAP + 2 * WEIR_BATCH_PAD;
}

static size_t separators_bytes(size_t separators)
{
    return (separators + SEPARATORS_SPARE) * sizeof(uint32_t);
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

static size_t spans_bytes(const struct weir_batch_size *size)
{
    return size->columns * size->rows * sizeof(struct weir_span) +
           size->columns * sizeof(struct weir_span *) +
           size->fields * sizeof(struct weir_span) +
           (2 * size->rows + 1) * sizeof(uint32_t);
}

void weir_batch_bill(const struct weir_batch_size *size, struct weir_bill *bill)
{
    weir_bill_add(bill, text_bytes(size->text),
                  "batch: text and unquoted fields");
    weir_bill_add(bill, separators_bytes(size->separators),
                  "batch: %zu separators", size->separators);
    weir_bill_add(bill, spans_bytes(size), "batch: %zu records of %zu columns",
                  size->rows, size->columns);
}

static void *take(size_t bytes)
{
    return weir_alloc(WEIR_MEMORY_BATCH, bytes ? bytes : 1);
}

static bool take_columns(struct weir_batch *batch)
{
    batch->column = take(batch->n_columns * sizeof *batch->column);
    if (!batch->column)
        return false;
    struct weir_span *spans =
        take(batch->n_columns * batch->rows_room * sizeof *spans);
    for (size_t i = 0; spans && i < batch->n_columns; i++)
        batch->column[i] = spans + i * batch->rows_room;
    batch->spans = spans;
    return spans != NULL;
}

/* Mantissas of all of them, then forms. */
static bool take_numbers(struct weir_batch *batch,
                         const struct weir_batch_size *size)
{
    size_t n = n_numbers(size), used = 0;
    if (n == 0)
        return true;
    batch->number = weir_alloc_zero(WEIR_MEMORY_BATCH,
                                    size->columns * sizeof *batch->number);
    batch->numbers = take(numbers_bytes(size));
    if (!batch->number || !batch->numbers)
        return false;
    void *forms = batch->numbers + n * size->rows;
    for (size_t i = 0; i < size->columns; i++) {
        if (!size->number[i])
            continue;
        batch->number[i].mantissa = batch->numbers + used;
        batch->number[i].form = (struct weir_form *)forms + used;
        used += size->rows;
    }
    return true;
}

enum weir_status weir_batch_init(struct weir_batch *batch,
                                 const struct weir_batch_size *size,
                                 struct weir_error *error)
{
    *batch = (struct weir_batch){.room = size->text,
                                 .n_columns = size->columns,
                                 .rows_room = size->rows,
                                 .fields_room = size->fields};
    batch->separators_room = size->separators;
    batch->block = take(text_bytes(size->text));
    batch->scan.separator = take(separators_bytes(size->separators));
    batch->start = take(size->rows * sizeof *batch->start);
    batch->first_field = take((size->rows + 1) * sizeof *batch->first_field);
    if (size->fields)
        batch->field = take(size->fields * sizeof *batch->field);
    if (!batch->block || !batch->scan.separator || !batch->start ||
        !batch->first_field || (size->fields && !batch->field) ||
        !take_columns(batch) || !take_numbers(batch, size)) {
        weir_batch_release(batch);
        return weir_fail_memory(error, "a batch",
                                text_bytes(size->text) + spans_bytes(size) +
                                    numbers_bytes(size));
    }
    batch->text = weir_batch_base(batch);
    memset(batch->block, 0, WEIR_BATCH_PAD);
    return WEIR_OK;
}

void weir_batch_release(struct weir_batch *batch)
{
    if (batch->lane.reader)
        batch->lane.reader->close(batch->lane.reader);
    weir_free(WEIR_MEMORY_BATCH, batch->block);
    weir_free(WEIR_MEMORY_BATCH, batch->scan.separator);
    weir_free(WEIR_MEMORY_BATCH, batch->start);
    weir_free(WEIR_MEMORY_BATCH, batch->first_field);
    weir_free(WEIR_MEMORY_BATCH, batch->field);
    weir_free(WEIR_MEMORY_BATCH, batch->spans);
    weir_free(WEIR_MEMORY_BATCH, batch->column);
    weir_free(WEIR_MEMORY_BATCH, batch->number);
    weir_free(WEIR_MEMORY_BATCH, batch->numbers);
    *batch = (struct weir_batch){0};
}

enum weir_status weir_batch_grow(struct weir_batch *batch, size_t room,
                                 struct weir_error *error)
{
    size_t at = (size_t)(batch->text - (char *)batch->block);
    void *block =
        weir_realloc(WEIR_MEMORY_BATCH, batch->block, text_bytes(room));
    if (!block)
        return weir_fail_memory(error, "a record", text_bytes(room));
    batch->block = block;
    batch->text = (char *)block + at;
    batch->room = room;
    weir_ran(WEIR_RAN_BATCH_GROWN);
    return WEIR_OK;
}

static enum weir_status grow(void **array, size_t *room, size_t need,
                             size_t bytes, struct weir_error *error)
{
    void *moved = weir_realloc(WEIR_MEMORY_BATCH, *array, bytes);
    if (!moved)
        return weir_fail_memory(error, "the fields of a record", bytes);
    *array = moved;
    *room = need;
    return WEIR_OK;
}

enum weir_status weir_batch_grow_separators(struct weir_batch *batch,
                                            struct weir_error *error)
{
    size_t need = 2 * batch->separators_room;
    void *array = batch->scan.separator;
    enum weir_status status = grow(&array, &batch->separators_room, need,
                                   separators_bytes(need), error);
    batch->scan.separator = array;
    weir_ran(WEIR_RAN_SEPARATORS_GROWN);
    return status;
}

enum weir_status weir_batch_grow_fields(struct weir_batch *batch, size_t need,
                                        struct weir_error *error)
{
    void *array = batch->field;
    enum weir_status status = grow(&array, &batch->fields_room, need,
                                   need * sizeof(struct weir_span), error);
    batch->field = array;
    weir_ran(WEIR_RAN_FIELDS_GROWN);
    return status;
}

void weir_batch_unscan(struct weir_batch *batch)
{
    uint32_t *separator = batch->scan.separator;
    separator[0] = UINT32_MAX; /* so that the next record begins at 0 */
    batch->scan =
        (struct weir_scan_queue){.separator = separator, .first = 1, .n = 1};
}

void weir_batch_clear(struct weir_batch *batch)
{
    batch->text = weir_batch_base(batch);
    batch->len = 0;
    batch->window = batch->next = 0;
    batch->rows = batch->n_flaws = 0;
    batch->piece_ns = 0;
    weir_batch_unscan(batch);
}
