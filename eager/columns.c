/*
 * Columns: there are no records. Each column of a page is an array of its type,
 * with the smallest width that holds its values. All arrays of a page are one
 * allocation.
 *
 *     page -> | rows | column 0 | column 1 | ... | arrays ... |
 *
 *     numbers   distances from the minimum, in 1, 2, 4 or 8 bytes each, or in
 *               none if all are equal
 *     codes     of the column's dictionary, in 1, 2 or 4 bytes each
 *     texts     lengths, then the texts one after another, if a dictionary
 *               is not worth it (repeats.h)
 *     nulls     a bit for each row, before the array, if some cells are empty
 *
 * A column holds numbers in those pages in which each of its cells is empty or
 * can be restored from its number (decimals.h). Replaying therefore gives the
 * cells as they were read.
 */
#include "eager/decimals.h"
#include "eager/dictionary.h"
#include "eager/repeats.h"
#include "eager/replay.h"
#include <string.h>

enum kind {
    NUMBERS,
    CODES,
    TEXTS
};

struct column {
    int64_t min;
    uint64_t at; /* offset in the page of its nulls or its array */
    int16_t exponent;
    uint8_t kind, width;
    bool nulls;
};

struct page {
    size_t n;
    struct column column[];
};

struct columns {
    size_t n_columns;
    struct weir_repeats *repeats;
    struct weir_dictionary *dictionary;
    size_t n_dictionaries; /* how many are initialised */
};

static void close_columns(void *table)
{
    struct columns *columns = table;
    weir_repeats_close(columns->repeats, columns->n_columns);
    for (size_t i = 0; i < columns->n_dictionaries; i++)
        weir_dictionary_release(&columns->dictionary[i]);
    weir_free(WEIR_MEMORY_STORE, columns->dictionary);
    weir_free(WEIR_MEMORY_STORE, columns);
}

static void *open_columns(const char *const *name, size_t n_columns)
{
    struct columns *columns =
        weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *columns);
    (void)name;
    if (!columns)
        return NULL;
    columns->n_columns = n_columns;
    columns->repeats = weir_repeats_open(n_columns);
    columns->dictionary =
        weir_alloc(WEIR_MEMORY_STORE, n_columns * sizeof *columns->dictionary);
    bool capacity = columns->repeats && columns->dictionary;
    while (capacity && columns->n_dictionaries < n_columns)
        capacity = weir_dictionary_init(
            &columns->dictionary[columns->n_dictionaries++]);
    if (capacity)
        return columns;
    close_columns(columns);
    return NULL;
}

/* Packing: every column is first written to a draft. The page is made when its
 * size is known. */

struct draft {
    char *bytes;
    size_t used, capacity;
};

/* Returns where `bytes` more bytes go, which may be 0, or NULL if memory was
 * refused. */
static char *extend(struct draft *draft, size_t bytes)
{
    void *block = draft->bytes;
    bool capacity = weir_grow(WEIR_MEMORY_STORE, &block, &draft->capacity,
                              draft->used + bytes + 1, 1);
    draft->bytes = block;
    if (!capacity)
        return NULL;
    char *at = draft->bytes + draft->used;
    draft->used += bytes;
    return at;
}

static size_t nulls_bytes(size_t rows)
{
    return (rows + 7) / 8;
}

static bool put_nulls(struct draft *draft, struct column *column,
                      const struct weir_span *span, size_t rows)
{
    column->at = draft->used;
    for (size_t r = 0; r < rows && !column->nulls; r++)
        column->nulls = span[r].len == 0;
    if (!column->nulls)
        return true;
    char *bits = extend(draft, nulls_bytes(rows));
    if (!bits)
        return false;
    memset(bits, 0, nulls_bytes(rows));
    for (size_t r = 0; r < rows; r++)
        if (span[r].len == 0)
            bits[r / 8] = (char)(bits[r / 8] | 1 << r % 8);
    return true;
}

/* Writes an array of the narrowest type. `max` is the largest value. */
static bool put_array(struct draft *draft, struct column *column,
                      const uint64_t *value, uint64_t max, size_t rows)
{
    column->width = max ? weir_width_of(max) : 0;
    char *at = extend(draft, column->width * rows);
    for (size_t r = 0; at && column->width && r < rows; r++)
        weir_put_width(at + r * column->width, column->width, value[r]);
    return at;
}

static bool put_numbers(struct draft *draft, struct column *column,
                        const struct weir_decimals *d, size_t rows)
{
    uint64_t value[WEIR_WINDOW_MAX], min = (uint64_t)d->min;
    column->kind = NUMBERS;
    column->min = d->min;
    column->exponent = d->exponent;
    for (size_t r = 0; r < rows; r++)
        value[r] = d->fits[r] ? (uint64_t)d->mantissa[r] - min : 0;
    return put_array(draft, column, value, (uint64_t)d->max - min, rows);
}

static bool put_texts(struct draft *draft, struct column *column,
                      const struct weir_window *window, size_t c)
{
    const struct weir_span *span = window->column[c];
    uint64_t len[WEIR_WINDOW_MAX], max = 0, all = 0;
    column->kind = TEXTS;
    for (size_t r = 0; r < window->rows; r++) {
        len[r] = span[r].len;
        max = len[r] > max ? len[r] : max;
        all += len[r];
    }
    if (!put_array(draft, column, len, max, window->rows))
        return false;
    char *at = extend(draft, all);
    for (size_t r = 0; at && r < window->rows; r++) {
        memcpy(at, window->base + span[r].start, span[r].len);
        at += span[r].len;
    }
    return at;
}

/* Writes codes. If a text cannot be added to the dictionary, writes texts
 * instead. */
static bool put_codes(struct draft *draft, struct column *column,
                      struct weir_dictionary *dictionary,
                      const struct weir_window *window, size_t c)
{
    const struct weir_span *span = window->column[c];
    uint64_t code[WEIR_WINDOW_MAX], max = 0;
    column->kind = CODES;
    for (size_t r = 0; r < window->rows; r++) {
        code[r] = 0;
        if (span[r].len == 0)
            continue;
        code[r] = weir_dictionary_code(
            dictionary,
            (struct weir_text){window->base + span[r].start, span[r].len});
        if (code[r] == WEIR_NO_CODE)
            return put_texts(draft, column, window, c);
        max = code[r] > max ? code[r] : max;
    }
    /* The width is at least 1, even if all codes are 0. */
    return put_array(draft, column, code, max ? max : 1, window->rows);
}

static bool put_column(struct columns *columns, struct draft *draft,
                       struct column *column, const struct weir_window *window,
                       size_t c)
{
    struct weir_decimals decimals;
    *column = (struct column){0};
    if (!put_nulls(draft, column, window->column[c], window->rows))
        return false;
    if (weir_decimals_read(&decimals, window, c) &&
        decimals.n_fit + decimals.n_empty == window->rows)
        return put_numbers(draft, column, &decimals, window->rows);
    if (weir_repeats_pays(&columns->repeats[c], window, c))
        return put_codes(draft, column, &columns->dictionary[c], window, c);
    return put_texts(draft, column, window, c);
}

static void *pack(void *table, const struct weir_window *window,
                  struct weir_cost *cost, size_t *row)
{
    struct columns *columns = table;
    size_t n = window->n_columns, head = sizeof(struct page);
    struct draft draft = {0};
    head += n * sizeof(struct column);
    struct page *page = weir_alloc(WEIR_MEMORY_STORE, head);
    bool packed = page;
    *row = 0;
    for (size_t c = 0; packed && c < n; c++)
        packed = put_column(columns, &draft, &page->column[c], window, c);
    void *whole = packed
                      ? weir_realloc(WEIR_MEMORY_STORE, page, head + draft.used)
                      : NULL;
    if (whole) {
        page = whole;
        page->n = window->rows;
        if (draft.used)
            memcpy((char *)page + head, draft.bytes, draft.used);
        weir_cost_block(cost, page, draft.used, head);
    } else {
        weir_free(WEIR_MEMORY_STORE, page);
    }
    weir_free(WEIR_MEMORY_STORE, draft.bytes);
    return whole;
}

static void drop(void *table, void *page)
{
    (void)table;
    weir_free(WEIR_MEMORY_STORE, page);
}

/* Replaying */

struct reading {
    const struct column *column;
    const uint8_t *nulls; /* NULL if no cell is empty */
    const char *array;
    size_t rows;
};

static struct reading read_column(const struct columns *columns,
                                  const struct page *page, uint32_t column)
{
    struct reading reading = {.column = &page->column[column], .rows = page->n};
    const char *at =
        (const char *)&page->column[columns->n_columns] + reading.column->at;
    reading.array = at;
    if (reading.column->nulls) {
        reading.nulls = (const uint8_t *)at;
        reading.array += nulls_bytes(page->n);
    }
    return reading;
}

static inline bool is_null(const struct reading *reading, size_t row)
{
    return reading->nulls && reading->nulls[row / 8] >> row % 8 & 1;
}

static inline uint64_t value_at(const struct reading *reading, size_t row)
{
    uint8_t width = reading->column->width;
    return width ? weir_get_width(reading->array + row * width, width) : 0;
}

/* One loop for each type, so that the compiler can vectorise it. */
#define WIDEN(type)                                                            \
    for (size_t r = 0; r < rows; r++) {                                        \
        type value;                                                            \
        memcpy(&value, array + r * sizeof value, sizeof value);                \
        into[r] = (int64_t)((uint64_t)min + value);                            \
    }

static void widen(const struct reading *reading, int64_t *into)
{
    const char *array = reading->array;
    int64_t min = reading->column->min;
    size_t rows = reading->rows;
    switch (reading->column->width) {
    case 0:
        for (size_t r = 0; r < rows; r++)
            into[r] = min;
        break;
    case 1:
        WIDEN(uint8_t)
        break;
    case 2:
        WIDEN(uint16_t)
        break;
    case 4:
        WIDEN(uint32_t)
        break;
    default:
        WIDEN(uint64_t)
    }
}

static void give_numbers(const struct reading *reading,
                         struct weir_numbers *numbers)
{
    const struct column *column = reading->column;
    widen(reading, numbers->mantissa);
    numbers->known = true;
    numbers->uniform = !reading->nulls;
    numbers->exponent = column->exponent;
    for (size_t r = 0; reading->nulls && r < reading->rows; r++)
        numbers->form[r] = (struct weir_form){
            column->exponent, is_null(reading, r) ? WEIR_NULL : WEIR_DECIMAL};
}

static enum weir_status write_numbers(const struct reading *reading,
                                      struct weir_replay *replay, size_t c,
                                      struct weir_error *error)
{
    int64_t number[WEIR_WINDOW_MAX];
    widen(reading, number);
    if (weir_replay_room(replay, reading->rows * WEIR_DECIMAL_TEXT, error))
        return error->status;
    for (size_t r = 0; r < reading->rows; r++) {
        char *into = replay->batch->text + replay->used;
        size_t len = is_null(reading, r)
                         ? 0
                         : weir_decimal_write(number[r],
                                              reading->column->exponent, into);
        replay->span[c][r] =
            (struct weir_span){(uint32_t)replay->used, (uint32_t)len};
        replay->used += len;
    }
    return WEIR_OK;
}

static enum weir_status write_texts(const struct reading *reading,
                                    struct weir_replay *replay, size_t c,
                                    struct weir_error *error)
{
    const char *bytes = reading->array + reading->rows * reading->column->width;
    size_t begin = replay->used, at = begin;
    for (size_t r = 0; r < reading->rows; r++) {
        uint32_t len = (uint32_t)value_at(reading, r);
        replay->span[c][r] = (struct weir_span){(uint32_t)at, len};
        at += len;
    }
    if (weir_replay_room(replay, at - begin, error))
        return error->status;
    memcpy(replay->batch->text + begin, bytes, at - begin);
    replay->used = at;
    return WEIR_OK;
}

/* A text that was written recently is not written again, because several rows
 * may have the same span. */
#define WRITTEN 256
struct written {
    uint32_t code;
    struct weir_span span;
};

static enum weir_status write_codes(const struct weir_dictionary *dictionary,
                                    const struct reading *reading,
                                    struct weir_replay *replay, size_t c,
                                    struct weir_error *error)
{
    struct written written[WRITTEN];
    memset(written, 0xff, sizeof written); /* no code is so large */
    for (size_t r = 0; r < reading->rows; r++) {
        uint32_t code = (uint32_t)value_at(reading, r);
        struct written *known = &written[code % WRITTEN];
        if (is_null(reading, r)) {
            replay->span[c][r] = (struct weir_span){(uint32_t)replay->used, 0};
            continue;
        }
        if (known->code != code || replay->boxed) {
            struct weir_text text = weir_dictionary_text(dictionary, code);
            if (weir_replay_room(replay, text.len, error))
                return error->status;
            weir_replay_text(replay, c, r, text);
            *known = (struct written){code, replay->span[c][r]};
        }
        replay->span[c][r] = known->span;
    }
    return WEIR_OK;
}

static enum weir_status unpack(const void *table, const void *page,
                               struct weir_replay *replay,
                               struct weir_error *error)
{
    const struct columns *columns = table;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < replay->n_columns && !status; i++) {
        uint32_t column = replay->column[i];
        struct reading reading = read_column(columns, page, column);
        struct weir_numbers *numbers = weir_replay_numbers(replay, i);
        switch ((enum kind)reading.column->kind) {
        case NUMBERS:
            if (numbers)
                give_numbers(&reading, numbers);
            else
                status = write_numbers(&reading, replay, i, error);
            break;
        case CODES:
            status = write_codes(&columns->dictionary[column], &reading, replay,
                                 i, error);
            break;
        case TEXTS:
            status = write_texts(&reading, replay, i, error);
        }
    }
    return status;
}

static void shared(const void *table, struct weir_cost *cost)
{
    const struct columns *columns = table;
    size_t n = columns->n_columns;
    weir_cost_block(cost, table, 0, sizeof *columns);
    weir_cost_block(cost, columns->repeats, 0, n * sizeof *columns->repeats);
    weir_cost_block(cost, columns->dictionary, 0,
                    n * sizeof *columns->dictionary);
    for (size_t i = 0; i < n; i++)
        weir_cost_add(cost, &columns->dictionary[i].cost);
}

static bool remark(const void *table, size_t column, char *into,
                   size_t capacity)
{
    const struct columns *columns = table;
    return weir_repeats_remark(&columns->repeats[column], "the dictionary",
                               into, capacity);
}

const struct weir_layout weir_layout_columns = {
    .name = "columns",
    .brief = "no records, but arrays of numbers and of codes of texts",
    .open = open_columns,
    .pack = pack,
    .unpack = unpack,
    .drop = drop,
    .shared = shared,
    .remark = remark,
    .close = close_columns,
};
