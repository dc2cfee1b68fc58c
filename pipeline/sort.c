/*
 * A row is its key and its items, stored in one growing block of bytes. What is
 * sorted is an index: the rows' offsets and the first bytes of their keys.
 *
 *     | lengths | order value, order value, ..., seq | item, item, ... |
 *                 the key: its bytes are in order
 *
 * The bytes of a descending value are complemented. The sequence number makes
 * all keys different, and keeps rows with equal values in the order in which
 * they were added.
 *
 * With a limit the index is cut to the first `limit` rows of the order whenever
 * it holds twice as many and a window, and their bytes are moved together. Rows
 * that would exceed the memory allowed are written as a sorted run (partials/),
 * and the runs are merged at the end.
 */
#include "pipeline/sort.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/saved.h"
#include "base/sort.h"
#include "base/stream.h"
#include "partials/key.h"
#include "partials/key_sort.h"
#include "partials/merge.h"
#include <string.h>

/* Maximum rows of a window that goes to the sink. A window also ends when its
 * items reach WINDOW_BYTES. */
#define WINDOW ((size_t)512)
#define WINDOW_BYTES ((size_t)1 << 20)

struct lengths {
    uint32_t key, items;
};

struct weir_sorter {
    struct weir_sort_column *order, *item;
    size_t n_order, n_items, memory;
    uint64_t limit, seq;
    char *bytes;
    size_t bytes_len, bytes_capacity;
    struct weir_key_rank *rank; /* rank[i].row is an offset in `bytes` */
    size_t n_rows, rows_capacity;
    struct weir_spill spill;
};

/* How a value is stored in a row; a text follows it. */
struct cell {
    int64_t mantissa; /* or the text's length */
    int16_t exponent;
    uint8_t kind;
};

/* Counts the rows of a window, with 32 bytes of text a value, three times (for
 * copying as they grow), a window of the output, and what spilling and merging
 * take. */
size_t weir_sorter_bytes(size_t n_order, size_t n_items)
{
    size_t values = n_order + n_items, value = sizeof(struct cell) + 32;
    size_t row =
        sizeof(struct weir_key_rank) + sizeof(struct lengths) + values * value;
    return weir_spill_bytes() + weir_merge_bytes(2) +
           (size_t)3 * WEIR_WINDOW_MAX * row + (n_items + 1) * WINDOW * value;
}

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
    sorter->memory = shape->memory;
    if (weir_spill_init(&sorter->spill, shape->folder, error) == WEIR_OK)
        return sorter;
    weir_sorter_close(sorter);
    return NULL;
}

void weir_sorter_close(struct weir_sorter *sorter)
{
    if (!sorter)
        return;
    weir_spill_release(&sorter->spill);
    weir_free(WEIR_MEMORY_OUTPUT, sorter->order);
    weir_free(WEIR_MEMORY_OUTPUT, sorter->bytes);
    weir_free(WEIR_MEMORY_OUTPUT, sorter->rank);
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

/* Rows */

static struct lengths lengths_of(const struct weir_sorter *sorter,
                                 uint64_t offset)
{
    struct lengths lengths;
    memcpy(&lengths, sorter->bytes + offset, sizeof lengths);
    return lengths;
}

static struct weir_text key_of(const struct weir_sorter *sorter,
                               uint64_t offset)
{
    return (struct weir_text){sorter->bytes + offset + sizeof(struct lengths),
                              lengths_of(sorter, offset).key};
}

static struct weir_text items_of(const struct weir_sorter *sorter,
                                 uint64_t offset)
{
    struct weir_text key = key_of(sorter, offset);
    return (struct weir_text){key.bytes + key.len,
                              lengths_of(sorter, offset).items};
}

static int by_key(const void *context, uint64_t a, uint64_t b)
{
    struct weir_text x = key_of(context, a), y = key_of(context, b);
    return weir_text_compare(x, y);
}

static void sort(struct weir_sorter *sorter)
{
    weir_key_sort(sorter->rank, sorter->n_rows, by_key, sorter);
}

static int by_offset(const void *a, const void *b, void *context)
{
    (void)context;
    const struct weir_key_rank *x = a, *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

/* Keeps the first `limit` rows of the order, and moves their bytes to the
 * front. */
static void prune(struct weir_sorter *sorter)
{
    sort(sorter);
    sorter->n_rows = (size_t)sorter->limit;
    weir_sort(sorter->rank, sorter->n_rows, sizeof *sorter->rank, by_offset,
              NULL);
    size_t used = 0;
    for (size_t i = 0; i < sorter->n_rows; i++) {
        uint64_t offset = sorter->rank[i].row;
        struct lengths lengths = lengths_of(sorter, offset);
        size_t len = sizeof lengths + lengths.key + lengths.items;
        memmove(sorter->bytes + used, sorter->bytes + offset, len);
        sorter->rank[i].row = used;
        used += len;
    }
    sorter->bytes_len = used;
}

/* Runs: a record is a row's key, and one state that holds the row's items. */

struct state {
    const char *given; /* the items of a row to be saved; NULL if loaded */
    weir_handle kept;  /* in the arena: the items of a row that was loaded */
    uint32_t len;
};

static struct weir_text items_at(const struct weir_states *states, size_t row)
{
    const struct state *state =
        (const void *)(states->base + row * states->stride);
    const char *bytes =
        state->given ? state->given : weir_arena_at(states->arena, state->kept);
    return (struct weir_text){bytes, state->len};
}

static size_t save_items(const struct weir_states *states, size_t row,
                         char *into, size_t capacity)
{
    struct weir_text items = items_at(states, row);
    if (items.len + WEIR_VARINT_CAPACITY > capacity)
        return items.len + WEIR_VARINT_CAPACITY;
    char *at = weir_put_varint(into, items.len);
    memcpy(at, items.bytes, items.len);
    return (size_t)(at - into) + items.len;
}

static enum weir_status load_items(const struct weir_states *states, size_t row,
                                   struct weir_text *from)
{
    struct state *state = (void *)(states->base + row * states->stride);
    struct weir_text items;
    uint64_t len;
    if (!weir_get_varint(from, &len) || len > UINT32_MAX ||
        !weir_get_bytes(from, len, &items))
        return WEIR_DATA;
    state->kept = weir_arena_take(states->arena, items.len + 1);
    state->len = (uint32_t)len;
    if (!state->kept)
        return WEIR_LIMIT;
    memcpy(weir_arena_at(states->arena, state->kept), items.bytes, items.len);
    return WEIR_OK;
}

static const struct weir_aggregate items_state = {.name = "items",
                                                  .size = sizeof(struct state),
                                                  .save = save_items,
                                                  .load = load_items};
static const struct weir_aggregate *const aggregate_of_row[] = {&items_state};
static const struct weir_shape shape_of_row = {aggregate_of_row, 1};

/* Writes the rows in memory as a run. */
static enum weir_status spill(struct weir_sorter *sorter,
                              struct weir_error *error)
{
    struct state state = {0};
    const struct weir_states states = {.base = (char *)&state,
                                       .stride = sizeof state};
    const struct weir_state_rows rows = {&shape_of_row, &states};
    enum weir_status status = WEIR_OK;
    sort(sorter);
    for (size_t i = 0; !status && i < sorter->n_rows; i++) {
        struct weir_text items = items_of(sorter, sorter->rank[i].row);
        state.given = items.bytes;
        state.len = (uint32_t)items.len;
        status =
            weir_spill_add(&sorter->spill, key_of(sorter, sorter->rank[i].row),
                           &rows, 0, error);
    }
    if (!status)
        status = weir_spill_end(&sorter->spill, error);
    sorter->n_rows = sorter->bytes_len = 0;
    weir_ran(WEIR_RAN_SPILL_ROWS);
    return status;
}

/* Adding */

static size_t part_capacity(const struct weir_number *value)
{
    return value->kind == WEIR_TEXT || value->kind == WEIR_BAD
               ? weir_key_room(value->text.len)
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
    size_t need = sizeof(struct lengths) + sizeof(uint64_t);
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

/* Whether capacity for a row of `need` bytes would exceed the memory allowed.
 * The first row is always taken. */
static bool is_full(const struct weir_sorter *sorter, size_t need)
{
    size_t bytes = sorter->bytes_capacity, rows = sorter->rows_capacity;
    if (sorter->bytes_len + need > bytes)
        bytes = 2 * bytes + need;
    if (sorter->n_rows == rows)
        rows *= 2;
    return sorter->n_rows &&
           bytes + rows * sizeof *sorter->rank > sorter->memory;
}

static bool make_capacity(struct weir_sorter *sorter, size_t need)
{
    void *rank = sorter->rank, *bytes = sorter->bytes;
    bool capacity = weir_grow(WEIR_MEMORY_OUTPUT, &rank, &sorter->rows_capacity,
                              sorter->n_rows + 1, sizeof *sorter->rank);
    sorter->rank = rank;
    capacity = capacity &&
               weir_grow(WEIR_MEMORY_OUTPUT, &bytes, &sorter->bytes_capacity,
                         sorter->bytes_len + need, 1);
    sorter->bytes = bytes;
    return capacity;
}

static char *put_key(const struct weir_sorter *sorter,
                     const struct weir_vector *const *order, size_t row,
                     char *at)
{
    for (size_t i = 0; i < sorter->n_order; i++) {
        struct weir_number value = order_value(order[i], row);
        char *end = at + weir_key_write_number(&value, at);
        for (; sorter->order[i].descending && at < end; at++)
            *at = (char)~*at;
        at = end;
    }
    for (int shift = 56; shift >= 0; shift -= 8)
        *at++ = (char)(sorter->seq >> shift);
    return at;
}

static enum weir_status refused(const struct weir_sorter *sorter,
                                struct weir_error *error)
{
    return weir_fail_room(error, WEIR_MEMORY_RAISES ", limit bounds it",
                          "the %zu rows that order by holds do not fit",
                          sorter->n_rows);
}

static enum weir_status add_row(struct weir_sorter *sorter,
                                const struct weir_vector *const *order,
                                const struct weir_vector *const *item,
                                size_t row, struct weir_error *error)
{
    size_t need =
        row_capacity(order, sorter->n_order, item, sorter->n_items, row);
    if (need > UINT32_MAX)
        return refused(sorter, error);
    if (is_full(sorter, need)) {
        enum weir_status status = spill(sorter, error);
        if (status)
            return status;
    }
    if (!make_capacity(sorter, need))
        return refused(sorter, error);
    char *begin = sorter->bytes + sorter->bytes_len;
    char *key = begin + sizeof(struct lengths);
    char *items = put_key(sorter, order, row, key), *at = items;
    for (size_t i = 0; i < sorter->n_items; i++) {
        struct weir_number value = item_value(item[i], row);
        at = put(at, &value);
    }
    struct lengths lengths = {(uint32_t)(items - key), (uint32_t)(at - items)};
    memcpy(begin, &lengths, sizeof lengths);
    sorter->rank[sorter->n_rows++] = (struct weir_key_rank){
        weir_key_prefix(key, lengths.key), sorter->bytes_len};
    sorter->bytes_len += (size_t)(at - begin);
    sorter->seq++;
    return WEIR_OK;
}

enum weir_status weir_sorter_add(struct weir_sorter *sorter,
                                 const struct weir_vector *const *order,
                                 const struct weir_vector *const *item,
                                 size_t rows, struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t r = 0; sorter->limit && !status && r < rows; r++) {
        status = add_row(sorter, order, item, r, error);
        if (sorter->limit <= SIZE_MAX / 4 &&
            sorter->n_rows >= 2 * sorter->limit + WINDOW)
            prune(sorter);
    }
    return status;
}

/* Draining */

/* Sets a row of an item's vector. A text stays in the window's text, which
 * begins at `base`. */
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
    char *text; /* the rows' items, copied together: spans have 32 bits */
    size_t text_len, text_capacity, n;
    void *rows; /* the arrays of all vectors, in one block */
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
        v->boolean = (void *)rows;
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

/* The rows in order, one after another: from memory, or from merged runs. */
struct rows {
    struct weir_sorter *sorter;
    size_t at;   /* the next row in memory */
    bool merged; /* the rows come from merged runs */
    struct weir_merge merge;
    struct weir_spill *spill;
    struct state state;
    struct weir_states states;
    struct weir_state_rows row;
    struct weir_arena arena;
};

static enum weir_status rows_open(struct rows *rows, struct weir_sorter *sorter,
                                  struct weir_error *error)
{
    *rows = (struct rows){.sorter = sorter};
    weir_arena_init(&rows->arena, WEIR_MEMORY_OUTPUT);
    if (sorter->spill.n_runs == 0) {
        sort(sorter);
        return WEIR_OK;
    }
    enum weir_status status = spill(sorter, error);
    if (status)
        return status;
    weir_free(WEIR_MEMORY_OUTPUT, sorter->bytes);
    weir_free(WEIR_MEMORY_OUTPUT, sorter->rank);
    sorter->bytes = NULL;
    sorter->rank = NULL;
    rows->merged = true;
    rows->spill = &sorter->spill;
    rows->states = (struct weir_states){.base = (char *)&rows->state,
                                        .stride = sizeof rows->state,
                                        .arena = &rows->arena};
    rows->row = (struct weir_state_rows){&shape_of_row, &rows->states};
    return weir_merge_open(&rows->merge, &rows->spill, 1, &shape_of_row,
                           sorter->memory, error);
}

static void rows_close(struct rows *rows)
{
    weir_merge_release(&rows->merge);
    weir_arena_release(&rows->arena);
}

/* WEIR_OK and the next row's items, borrowed until the next call. */
static enum weir_status rows_next(struct rows *rows, struct weir_text *items,
                                  struct weir_error *error)
{
    if (!rows->merged) {
        struct weir_sorter *sorter = rows->sorter;
        if (rows->at == sorter->n_rows)
            return WEIR_END;
        *items = items_of(sorter, sorter->rank[rows->at++].row);
        return WEIR_OK;
    }
    struct weir_text key;
    rows->state = (struct state){0};
    weir_arena_empty(&rows->arena);
    enum weir_status status =
        weir_merge_next(&rows->merge, &rows->row, 0, &key, error);
    if (!status)
        *items = items_at(&rows->states, 0);
    return status;
}

/* Copies the items of up to `max` rows into the window's text; WEIR_END if
 * there are no more rows. */
static enum weir_status window_read(struct window *window, struct rows *rows,
                                    uint64_t max, struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    struct weir_text items = {0};
    window->n = window->text_len = 0;
    while (window->n < WINDOW && window->n < max &&
           window->text_len < WINDOW_BYTES &&
           !(status = rows_next(rows, &items, error))) {
        void *text = window->text;
        if (!weir_grow(WEIR_MEMORY_OUTPUT, &text, &window->text_capacity,
                       window->text_len + items.len + 1, 1))
            return weir_fail_memory(error, "order by", items.len);
        window->text = text;
        memcpy(window->text + window->text_len, items.bytes, items.len);
        window->text_len += items.len;
        window->n++;
    }
    return status == WEIR_END && window->n ? WEIR_OK : status;
}

static void window_place(struct window *window,
                         const struct weir_sorter *sorter)
{
    const char *at = window->text;
    for (size_t i = 0; i < sorter->n_items; i++)
        window->column[i].base = window->text;
    for (size_t row = 0; row < window->n; row++)
        for (size_t i = 0; i < sorter->n_items; i++) {
            struct weir_number value = get(&at);
            place(&window->column[i], &value, row, window->text);
        }
}

enum weir_status weir_sorter_drain(struct weir_sorter *sorter,
                                   struct weir_sink *sink,
                                   struct weir_error *error)
{
    struct window window;
    struct rows rows;
    uint64_t left = sorter->limit;
    enum weir_status status = rows_open(&rows, sorter, error);
    if (!window_init(&window, sorter) && !status)
        status = weir_fail_memory(error, "order by", WINDOW);
    while (!status && left) {
        status = window_read(&window, &rows, left, error);
        if (status)
            break;
        window_place(&window, sorter);
        left -= window.n;
        status = sink->ops->rows(sink, window.pointer, window.n, error);
    }
    window_release(&window);
    rows_close(&rows);
    return status == WEIR_END ? WEIR_OK : status;
}
