/*
 * A row of the external sort:
 *
 *     | order value, order value, ..., seq | item, item, ... |
 *       the key: its bytes are in order
 *
 * The bytes of a descending value are complemented. The sequence number makes
 * all keys different, and keeps rows with equal values in the order in which
 * they were added.
 */
#include "pipeline/sort.h"

#include "base/error.h"
#include "partials/key.h"
#include "pipeline/external_sort.h"
#include <string.h>

/* Maximum rows of a window that goes to the sink. */
#define WINDOW ((size_t)512)

struct weir_sorter {
    const struct weir_plan_output *output;
    const struct weir_program *program;
    uint64_t seq; /* number of rows added so far */
    struct weir_external_sort *rows;
};

/* How a value is stored in a row; a text follows it. */
struct cell {
    int64_t mantissa; /* or the text's length */
    int16_t exponent;
    uint8_t kind;
};

struct weir_sorter *weir_sorter_open(const struct weir_plan_output *output,
                                     const struct weir_program *program,
                                     size_t memory, const char *folder,
                                     struct weir_error *error)
{
    struct weir_sorter *sorter =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *sorter);
    if (!sorter)
        return weir_no_memory(error, "order by", sizeof *sorter);
    sorter->output = output;
    sorter->program = program;
    sorter->rows = weir_external_sort_open(
        output->has_limit ? output->limit : UINT64_MAX, memory, folder, error);
    if (sorter->rows)
        return sorter;
    weir_sorter_close(sorter);
    return NULL;
}

void weir_sorter_close(struct weir_sorter *sorter)
{
    if (!sorter)
        return;
    weir_external_sort_close(sorter->rows);
    weir_free(WEIR_MEMORY_OUTPUT, sorter);
}

/* Stores a value at `at`, and returns the position after it. */
static char *put(char *at, const struct weir_number *value)
{
    struct cell cell = {value->mantissa, value->exponent, value->kind};
    size_t len = value->kind >= WEIR_WIDE ? value->text.len : 0;
    if (value->kind >= WEIR_WIDE)
        cell.mantissa = (int64_t)len;
    memcpy(at, &cell, sizeof cell);
    if (len)
        memcpy(at + sizeof cell, value->text.bytes, len);
    return at + sizeof cell + len;
}

/* Reads the value at *at, and moves *at past it. */
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

/* A value as it is printed: a cell is its text. */
static struct weir_number item_value(const struct weir_vector *v, size_t row)
{
    if (v->type == WEIR_TYPE_NUMBER)
        return weir_vector_number(v, row);
    if (v->type == WEIR_TYPE_BOOLEAN)
        return (struct weir_number){.mantissa = v->boolean[row],
                                    .kind = WEIR_DECIMAL};
    return text_value(weir_vector_text(v, row));
}

/* A value as it is ordered: a cell that is a number is that number, and one
 * that is blank is null. */
static struct weir_number order_value(const struct weir_vector *v, size_t row)
{
    struct weir_number value = item_value(v, row);
    if (v->type == WEIR_TYPE_BOOLEAN && v->boolean[row] == WEIR_UNKNOWN)
        value.kind = WEIR_NULL;
    if (v->type != WEIR_TYPE_CELL || value.kind == WEIR_NULL)
        return value;
    struct weir_number number = weir_number_read(value.text);
    return number.kind == WEIR_BAD ? value : number;
}

/* Adding */

static size_t part_capacity(const struct weir_number *value)
{
    return value->kind == WEIR_TEXT || value->kind == WEIR_BAD
               ? weir_key_capacity(value->text.len)
               : WEIR_KEY_NUMBER_CAPACITY;
}

static size_t item_capacity(const struct weir_number *value)
{
    return sizeof(struct cell) +
           (value->kind >= WEIR_WIDE ? value->text.len : 0);
}

static size_t row_capacity(const struct weir_vector *const *order,
                           size_t n_order,
                           const struct weir_vector *const *item,
                           size_t n_items, size_t row)
{
    size_t need = sizeof(uint64_t);
    for (size_t i = 0; i < n_order; i++) {
        struct weir_number value = order_value(order[i], row);
        need += part_capacity(&value);
    }
    for (size_t i = 0; i < n_items; i++) {
        struct weir_number value = item_value(item[i], row);
        need += item_capacity(&value);
    }
    return need;
}

static char *put_key(const struct weir_sorter *sorter,
                     const struct weir_vector *const *order, size_t row,
                     char *at)
{
    for (size_t i = 0; i < sorter->output->n_order; i++) {
        const bool descending = sorter->output->order[i].descending;
        struct weir_number value = order_value(order[i], row);
        char *end = at + weir_key_write_number(&value, at);
        for (; descending && at < end; at++)
            *at = (char)~*at;
        at = end;
    }
    for (int shift = 56; shift >= 0; shift -= 8)
        *at++ = (char)(sorter->seq >> shift);
    return at;
}

static enum weir_status add_row(struct weir_sorter *sorter,
                                const struct weir_vector *const *order,
                                const struct weir_vector *const *item,
                                size_t row, struct weir_error *error)
{
    const size_t n_items = sorter->output->n_items;
    size_t need =
        row_capacity(order, sorter->output->n_order, item, n_items, row);
    char *key;
    enum weir_status status =
        weir_external_sort_reserve(sorter->rows, need, &key, error);
    if (status)
        return status;
    char *items = put_key(sorter, order, row, key), *at = items;
    for (size_t i = 0; i < n_items; i++) {
        struct weir_number value = item_value(item[i], row);
        at = put(at, &value);
    }
    weir_external_sort_commit(sorter->rows, (size_t)(items - key),
                              (size_t)(at - items));
    sorter->seq++;
    return WEIR_OK;
}

enum weir_status weir_sorter_add(struct weir_sorter *sorter,
                                 const struct weir_vector *const *order,
                                 const struct weir_vector *const *item,
                                 size_t rows, struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    bool idle = sorter->output->has_limit && !sorter->output->limit;
    for (size_t r = 0; !idle && !status && r < rows; r++)
        status = add_row(sorter, order, item, r, error);
    return status;
}

/* Draining */

/* Sets a row of an item's vector. A text stays in the window's items, which
 * begin at `base`. */
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
    } else if (v->type == WEIR_TYPE_BOOLEAN) {
        v->boolean[row] = (uint8_t)value->mantissa;
    } else {
        v->span[row] = span;
    }
}

/* A window that goes to the sink: a vector of WINDOW rows for each item. */
struct window {
    struct weir_vector *column;         /* [item] */
    const struct weir_vector **pointer; /* [item]: to `column` */
    void *rows; /* the arrays of all vectors, in one block */
};

/* The bytes of an item's vector. */
static size_t column_bytes(void)
{
    return WINDOW * weir_vector_bytes(WEIR_TYPE_NUMBER);
}

size_t weir_sorter_window_bytes(size_t n_items)
{
    return weir_external_sort_given() +
           weir_memory_block_bytes((n_items + 1) * column_bytes());
}

static bool window_init(struct window *window, const struct weir_sorter *sorter)
{
    const struct weir_plan_output *output = sorter->output;
    const size_t n = output->n_items;
    const size_t bytes = column_bytes();
    *window = (struct window){0};
    window->column =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, (n + 1) * sizeof *window->column);
    window->pointer =
        weir_alloc(WEIR_MEMORY_OUTPUT, (n + 1) * sizeof *window->pointer);
    window->rows = weir_alloc(WEIR_MEMORY_OUTPUT, (n + 1) * bytes);
    if (!window->column || !window->pointer || !window->rows)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct weir_vector *v = &window->column[i];
        v->type = weir_program_type(sorter->program, output->item[i].reg);
        weir_vector_place(v, (char *)window->rows + i * bytes, WINDOW);
        window->pointer[i] = v;
    }
    return true;
}

static void window_release(struct window *window)
{
    weir_free(WEIR_MEMORY_OUTPUT, window->column);
    weir_free(WEIR_MEMORY_OUTPUT, (void *)window->pointer);
    weir_free(WEIR_MEMORY_OUTPUT, window->rows);
}

/* Sets n rows of the window to the items in `text`, which stay there. */
static void window_place(struct window *window,
                         const struct weir_sorter *sorter, const char *text,
                         size_t n)
{
    const char *at = text;
    for (size_t i = 0; i < sorter->output->n_items; i++)
        window->column[i].base = text;
    for (size_t row = 0; row < n; row++)
        for (size_t i = 0; i < sorter->output->n_items; i++) {
            struct weir_number value = get(&at);
            place(&window->column[i], &value, row, text);
        }
}

enum weir_status weir_sorter_drain(struct weir_sorter *sorter,
                                   struct weir_sink *sink,
                                   struct weir_error *error)
{
    struct window window;
    struct weir_text items;
    size_t n;
    enum weir_status status = weir_external_sort_end(sorter->rows, error);
    if (!window_init(&window, sorter) && !status)
        status = weir_fail_memory(error, "order by", WINDOW);
    while (!status && !(status = weir_external_sort_next(sorter->rows, WINDOW,
                                                         &items, &n, error))) {
        window_place(&window, sorter, items.bytes, n);
        status = sink->ops->rows(sink, window.pointer, n, error);
    }
    window_release(&window);
    weir_external_sort_close(sorter->rows);
    sorter->rows = NULL;
    return status == WEIR_END ? WEIR_OK : status;
}
