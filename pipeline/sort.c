/*
 * A row is its values one after another, order values first, in one growing
 * block of bytes; an index of offsets is what is sorted.
 *
 *     | kind, exponent, mantissa | kind, len, bytes | ...
 *
 * Under a limit the index is cut to the least rows whenever it holds twice as
 * many, and their bytes are moved together.
 */
#include "pipeline/sort.h"

#include "base/error.h"
#include "base/sort.h"
#include "base/stream.h"
#include <string.h>

#define WINDOW ((size_t)512)

struct row {
    size_t offset;
    uint64_t seq;
};

struct weir_sorter {
    struct weir_sort_column *order, *item;
    size_t n_order, n_items;
    uint64_t limit, seq;
    char *bytes;
    size_t bytes_len, bytes_room;
    struct row *row;
    size_t n_rows, rows_room;
};

/* How a value lies in a row. */
struct cell {
    int64_t mantissa; /* or a text's length */
    int16_t exponent;
    uint8_t kind;
};

struct weir_sorter *weir_sorter_open(const struct weir_sort_shape *shape,
                                     struct weir_error *error)
{
    struct weir_sorter *sorter =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *sorter);
    size_t n = shape->n_order + shape->n_items;
    struct weir_sort_column *column =
        weir_alloc(WEIR_MEMORY_OUTPUT, (n + 1) * sizeof *column);
    if (!sorter || !column) {
        weir_free(WEIR_MEMORY_OUTPUT, sorter);
        weir_free(WEIR_MEMORY_OUTPUT, column);
        weir_fail_memory(error, "order by", n * sizeof *column);
        return NULL;
    }
    sorter->order = column;
    sorter->item = column + shape->n_order;
    memcpy(sorter->order, shape->order, shape->n_order * sizeof *column);
    memcpy(sorter->item, shape->item, shape->n_items * sizeof *column);
    sorter->n_order = shape->n_order;
    sorter->n_items = shape->n_items;
    sorter->limit = shape->limit;
    return sorter;
}

void weir_sorter_close(struct weir_sorter *sorter)
{
    if (!sorter)
        return;
    weir_free(WEIR_MEMORY_OUTPUT, sorter->order);
    weir_free(WEIR_MEMORY_OUTPUT, sorter->bytes);
    weir_free(WEIR_MEMORY_OUTPUT, sorter->row);
    weir_free(WEIR_MEMORY_OUTPUT, sorter);
}

static bool put(struct weir_sorter *sorter, const struct weir_number *value)
{
    struct cell cell = {value->mantissa, value->exponent, value->kind};
    size_t len = value->kind >= WEIR_WIDE ? value->text.len : 0;
    void *bytes = sorter->bytes;
    bool room = weir_grow(WEIR_MEMORY_OUTPUT, &bytes, &sorter->bytes_room,
                          sorter->bytes_len + sizeof cell + len, 1);
    sorter->bytes = bytes;
    if (!room)
        return false;
    if (value->kind >= WEIR_WIDE)
        cell.mantissa = (int64_t)len;
    memcpy(sorter->bytes + sorter->bytes_len, &cell, sizeof cell);
    sorter->bytes_len += sizeof cell;
    if (len)
        memcpy(sorter->bytes + sorter->bytes_len, value->text.bytes, len);
    sorter->bytes_len += len;
    return true;
}

/* The value at *at, which moves past it. */
static struct weir_number get(const char **at)
{
    struct cell cell;
    memcpy(&cell, *at, sizeof cell);
    *at += sizeof cell;
    struct weir_number value = {.mantissa = cell.mantissa,
                                .exponent = cell.exponent,
                                .kind = cell.kind};
    if (cell.kind >= WEIR_WIDE) {
        value.text = (struct weir_text){*at, (size_t)cell.mantissa};
        *at += cell.mantissa;
    }
    return value;
}

static struct weir_number text_value(struct weir_text text)
{
    return (struct weir_number){.kind = text.len ? WEIR_TEXT : WEIR_NULL,
                                .text = text};
}

/* A value as it is printed: a cell stays the text it is. */
static struct weir_number item_value(const struct weir_vector *v, size_t row)
{
    if (v->type == WEIR_TYPE_NUMBER)
        return weir_vector_number(v, row);
    if (v->type == WEIR_TYPE_TRUTH)
        return (struct weir_number){.mantissa = v->truth[row],
                                    .kind = WEIR_DECIMAL};
    return text_value(weir_vector_text(v, row));
}

/* A value as it is ordered: a cell that is a number is that number, and one
 * that is blank is null. */
static struct weir_number order_value(const struct weir_vector *v, size_t row)
{
    struct weir_number value = item_value(v, row);
    if (v->type == WEIR_TYPE_TRUTH && v->truth[row] == WEIR_UNKNOWN)
        value.kind = WEIR_NULL;
    if (v->type != WEIR_TYPE_CELL || value.kind == WEIR_NULL)
        return value;
    struct weir_number number = weir_number_read(value.text);
    return number.kind == WEIR_BAD ? value : number;
}

static int compare(const void *a, const void *b, void *context)
{
    const struct weir_sorter *sorter = context;
    const struct row *x = a, *y = b;
    const char *at_x = sorter->bytes + x->offset;
    const char *at_y = sorter->bytes + y->offset;
    for (size_t i = 0; i < sorter->n_order; i++) {
        struct weir_number p = get(&at_x), q = get(&at_y);
        int order = weir_natural_compare(&p, &q);
        if (order)
            return sorter->order[i].descending ? -order : order;
    }
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static void sort(struct weir_sorter *sorter)
{
    weir_sort(sorter->row, sorter->n_rows, sizeof *sorter->row, compare,
              sorter);
}

static size_t row_bytes(const struct weir_sorter *sorter, size_t offset)
{
    const char *at = sorter->bytes + offset;
    for (size_t i = 0; i < sorter->n_order + sorter->n_items; i++)
        (void)get(&at);
    return (size_t)(at - (sorter->bytes + offset));
}

static int by_offset(const void *a, const void *b, void *context)
{
    (void)context;
    const struct row *x = a, *y = b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Keeps the least `limit` rows, their bytes moved to the front. */
static void prune(struct weir_sorter *sorter)
{
    sort(sorter);
    sorter->n_rows = (size_t)sorter->limit;
    weir_sort(sorter->row, sorter->n_rows, sizeof *sorter->row, by_offset,
              NULL);
    size_t used = 0;
    for (size_t i = 0; i < sorter->n_rows; i++) {
        size_t offset = sorter->row[i].offset;
        size_t len = row_bytes(sorter, offset);
        memmove(sorter->bytes + used, sorter->bytes + offset, len);
        sorter->row[i].offset = used;
        used += len;
    }
    sorter->bytes_len = used;
}

static bool add_row(struct weir_sorter *sorter,
                    const struct weir_vector *const *order,
                    const struct weir_vector *const *item, size_t row)
{
    void *index = sorter->row;
    bool room = weir_grow(WEIR_MEMORY_OUTPUT, &index, &sorter->rows_room,
                          sorter->n_rows + 1, sizeof *sorter->row);
    sorter->row = index;
    if (!room)
        return false;
    sorter->row[sorter->n_rows] =
        (struct row){sorter->bytes_len, sorter->seq++};
    for (size_t i = 0; i < sorter->n_order; i++) {
        struct weir_number value = order_value(order[i], row);
        if (!put(sorter, &value))
            return false;
    }
    for (size_t i = 0; i < sorter->n_items; i++) {
        struct weir_number value = item_value(item[i], row);
        if (!put(sorter, &value))
            return false;
    }
    sorter->n_rows++;
    return true;
}

enum weir_status weir_sorter_add(struct weir_sorter *sorter,
                                 const struct weir_vector *const *order,
                                 const struct weir_vector *const *item,
                                 size_t rows, struct weir_error *error)
{
    if (sorter->limit == 0)
        return WEIR_OK;
    for (size_t r = 0; r < rows; r++) {
        if (!add_row(sorter, order, item, r))
            return weir_fail(error, WEIR_LIMIT,
                             "order by holds %zu rows, more than the memory "
                             "allowed; --memory raises it, limit bounds it",
                             sorter->n_rows);
        if (sorter->limit <= SIZE_MAX / 4 &&
            sorter->n_rows >= 2 * sorter->limit + WINDOW)
            prune(sorter);
    }
    return WEIR_OK;
}

/* One window of a column, as the sink wants it. Its texts lie in the rows. */
static void place(struct weir_vector *v, const struct weir_number *value,
                  size_t row, const char *base)
{
    struct weir_span span = {0};
    if (value->kind >= WEIR_WIDE)
        span = (struct weir_span){(uint32_t)(value->text.bytes - base),
                                  (uint32_t)value->text.len};
    if (v->type == WEIR_TYPE_NUMBER) {
        v->mantissa[row] =
            value->kind >= WEIR_WIDE ? weir_span_bits(span) : value->mantissa;
        v->form[row] = (struct weir_form){value->exponent, value->kind};
    } else if (v->type == WEIR_TYPE_TRUTH) {
        v->truth[row] = (uint8_t)value->mantissa;
    } else {
        v->span[row] = span;
    }
}

/* Vectors of WINDOW rows for each item, in one block. */
struct window {
    struct weir_vector *column;
    const struct weir_vector **pointer;
    char *text; /* the window's rows, copied together: spans are 32 bits */
    size_t text_room;
    void *rows;
};

#define ROW_BYTES (sizeof(int64_t) + sizeof(struct weir_form))

static bool window_init(struct window *window, const struct weir_sorter *sorter)
{
    size_t n = sorter->n_items;
    *window = (struct window){0};
    window->column =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, (n + 1) * sizeof *window->column);
    window->pointer =
        weir_alloc(WEIR_MEMORY_OUTPUT, (n + 1) * sizeof *window->pointer);
    window->rows = weir_alloc(WEIR_MEMORY_OUTPUT, (n + 1) * WINDOW * ROW_BYTES);
    if (!window->column || !window->pointer || !window->rows)
        return false;
    for (size_t i = 0; i < n; i++) {
        char *rows = (char *)window->rows + i * WINDOW * ROW_BYTES;
        struct weir_vector *v = &window->column[i];
        v->type = sorter->item[i].type;
        v->mantissa = (int64_t *)(void *)rows;
        v->form = (void *)(rows + WINDOW * sizeof(int64_t));
        v->span = (void *)rows;
        v->truth = (void *)rows;
        window->pointer[i] = v;
    }
    return true;
}

static void window_release(struct window *window)
{
    weir_free(WEIR_MEMORY_OUTPUT, window->column);
    weir_free(WEIR_MEMORY_OUTPUT, (void *)window->pointer);
    weir_free(WEIR_MEMORY_OUTPUT, window->rows);
    weir_free(WEIR_MEMORY_OUTPUT, window->text);
}

/* How many rows the next window has: their texts are within 32-bit spans. */
static size_t window_rows(const struct weir_sorter *sorter, size_t from,
                          size_t n)
{
    size_t rows = 0, bytes = 0;
    while (rows < WINDOW && from + rows < n) {
        bytes += row_bytes(sorter, sorter->row[from + rows].offset);
        if (rows && bytes > WEIR_BATCH_MOST)
            break;
        rows++;
    }
    return rows;
}

static bool window_fill(struct window *window, const struct weir_sorter *sorter,
                        size_t from, size_t rows)
{
    size_t need = 1, used = 0;
    for (size_t r = 0; r < rows; r++)
        need += row_bytes(sorter, sorter->row[from + r].offset);
    void *text = window->text;
    bool room =
        weir_grow(WEIR_MEMORY_OUTPUT, &text, &window->text_room, need, 1);
    window->text = text;
    if (!room)
        return false;
    for (size_t i = 0; i < sorter->n_items; i++)
        window->column[i].base = window->text;
    for (size_t r = 0; r < rows; r++) {
        size_t offset = sorter->row[from + r].offset;
        size_t len = row_bytes(sorter, offset);
        memcpy(window->text + used, sorter->bytes + offset, len);
        const char *at = window->text + used;
        used += len;
        for (size_t i = 0; i < sorter->n_order; i++)
            (void)get(&at);
        for (size_t i = 0; i < sorter->n_items; i++) {
            struct weir_number value = get(&at);
            place(&window->column[i], &value, r, window->text);
        }
    }
    return true;
}

enum weir_status weir_sorter_drain(struct weir_sorter *sorter,
                                   struct weir_sink *sink,
                                   struct weir_error *error)
{
    struct window window;
    enum weir_status status = WEIR_OK;
    sort(sorter);
    size_t n =
        sorter->n_rows < sorter->limit ? sorter->n_rows : (size_t)sorter->limit;
    bool room = window_init(&window, sorter);
    for (size_t from = 0, rows; room && !status && from < n; from += rows) {
        rows = window_rows(sorter, from, n);
        room = window_fill(&window, sorter, from, rows);
        if (room)
            status = sink->ops->rows(sink, window.pointer, rows, error);
    }
    window_release(&window);
    return room ? status : weir_fail_memory(error, "order by", WINDOW);
}
