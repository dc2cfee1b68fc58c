/*
 * Slots and flyweight: each record is a struct with a typed slot for each
 * column. Numbers are decoded. Texts follow the slots in the same allocation;
 * flyweight keeps those that repeat in the pool instead (pool.h, repeats.h).
 *
 * The records of a page are structs of one class. The class says where the slot
 * of each column is and which type it has, so the records hold nothing but
 * values:
 *
 *     class     id: number, 2 bytes, from 1 | name: text | age: number ...
 *     record -> | id | len | age | ... | Luis Rossi ...      texts inline
 *     record -> | id |  *  | age | ... |                     or in the pool
 *                       +-> Luis Rossi
 *
 * A number is stored as its distance from the minimum of the class plus one,
 * with the smallest width that fits the page. Zero says that the cell is not a
 * number of this slot (decimals.h): it is empty or, if the class has a text
 * slot too, it is that text. Slots are packed: nothing is aligned.
 */
#include "eager/decimals.h"
#include "eager/pool.h"
#include "eager/repeats.h"
#include "eager/replay.h"
#include <string.h>

enum texts {
    TEXTS_NONE,
    TEXTS_INLINE, /* after the slots; the slot is a length */
    TEXTS_POOLED  /* in the pool; the slot is a weir_interned */
};

struct slot {
    int64_t min;
    uint32_t number_at, text_at; /* offsets in a record */
    int16_t exponent;
    uint8_t width; /* width of the number; 0 if it has none */
    uint8_t texts, len_width;
};

struct page {
    size_t n;
    uint32_t fixed; /* bytes of a record's slots */
    struct slot *slot;
    char *record[]; /* [n]; the slots of the class follow */
};

struct slotted {
    size_t n_columns;
    struct weir_repeats *repeats; /* [n_columns]; NULL if not pooled */
};

static void close_table(void *table)
{
    struct slotted *slotted = table;
    weir_repeats_close(slotted->repeats, slotted->n_columns);
    weir_free(WEIR_MEMORY_STORE, slotted);
}

static void *open_table(const struct weir_layout *layout,
                        const char *const *name, size_t n_columns)
{
    struct slotted *slotted =
        weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *slotted);
    (void)name;
    if (!slotted)
        return NULL;
    slotted->n_columns = n_columns;
    if (layout->pooled)
        slotted->repeats = weir_repeats_open(n_columns);
    if (!layout->pooled || slotted->repeats)
        return slotted;
    close_table(slotted);
    return NULL;
}

/* The class */

/* Whether the texts and their lengths take more bytes than references would.
 * The texts of country codes do not. */
static bool are_long(const struct weir_window *window, size_t column)
{
    size_t bytes = 0;
    for (size_t r = 0; r < window->rows; r++)
        bytes += window->column[column][r].len + 1;
    return bytes > window->rows * sizeof(weir_interned);
}

static void find_class(struct slotted *slotted, struct slot *slot,
                       const struct weir_window *window, size_t column,
                       struct weir_decimals *decimals)
{
    size_t rows = window->rows, n_numbers = 0;
    *slot = (struct slot){.texts = TEXTS_INLINE};
    if (weir_decimals_read(decimals, window, column)) {
        n_numbers = decimals->n_fit;
        slot->min = decimals->min;
        slot->exponent = decimals->exponent;
        slot->width = weir_width_of((uint64_t)decimals->max -
                                    (uint64_t)decimals->min + 1);
        if (decimals->n_fit + decimals->n_empty == rows)
            slot->texts = TEXTS_NONE;
    }
    if (n_numbers == 0 && slotted->repeats && are_long(window, column) &&
        weir_repeats_pays(&slotted->repeats[column], window, column))
        slot->texts = TEXTS_POOLED;
}

/* Whether a row's cell is a text of the slot. */
static bool is_text(const struct slot *slot,
                    const struct weir_decimals *decimals, size_t row)
{
    return slot->texts && !(slot->width && decimals->fits[row]);
}

/* Adds the lengths of the texts that follow the slots to each record's. */
static void add_lengths(struct slot *slot, const struct weir_window *window,
                        size_t column, const struct weir_decimals *decimals,
                        uint32_t *len)
{
    uint32_t max = 0;
    for (size_t r = 0; slot->texts == TEXTS_INLINE && r < window->rows; r++)
        if (is_text(slot, decimals, r)) {
            uint32_t own = window->column[column][r].len;
            len[r] += own;
            max = own > max ? own : max;
        }
    slot->len_width = weir_width_of(max);
}

static uint32_t text_bytes(const struct slot *slot)
{
    return slot->texts == TEXTS_INLINE   ? slot->len_width
           : slot->texts == TEXTS_POOLED ? (uint32_t)sizeof(weir_interned)
                                         : 0;
}

/* Sets the offsets of the slots. Returns the bytes that they take together. */
static uint32_t place_slots(struct slot *slot, size_t n)
{
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        slot[i].number_at = at;
        at += slot[i].width;
        slot[i].text_at = at;
        at += text_bytes(&slot[i]);
    }
    return at;
}

/* Packing */

static bool make_records(struct page *page, size_t n_columns,
                         const uint32_t *len, size_t rows,
                         struct weir_cost *cost)
{
    size_t pointers = 0;
    for (size_t c = 0; c < n_columns; c++)
        pointers += text_bytes(&page->slot[c]);
    for (page->n = 0; page->n < rows; page->n++) {
        size_t bytes = page->fixed + len[page->n];
        char *record = weir_alloc(WEIR_MEMORY_STORE, bytes);
        if (!record)
            return false;
        memset(record, 0, page->fixed); /* no slot refers to a text yet */
        weir_cost_block(cost, record, bytes - pointers, pointers);
        page->record[page->n] = record;
    }
    return true;
}

static bool put_text(const struct slot *slot, struct weir_text cell,
                     char *record, uint32_t *end)
{
    if (slot->texts == TEXTS_INLINE) {
        weir_put_width(record + slot->text_at, slot->len_width, cell.len);
        memcpy(record + *end, cell.bytes, cell.len);
        *end += (uint32_t)cell.len;
        return true;
    }
    weir_interned interned = cell.len ? weir_intern(cell) : 0;
    weir_put_width(record + slot->text_at, sizeof interned, interned);
    return interned || cell.len == 0;
}

/* Fills one slot of all records. Returns false if memory was refused; *row is
 * the row that did not fit. */
static bool fill(const struct page *page, size_t column,
                 const struct weir_window *window, uint32_t *end, size_t *row)
{
    struct weir_decimals decimals;
    const struct slot *slot = &page->slot[column];
    /* This cannot fail, because it succeeded when the class was made. */
    if (slot->width && !weir_decimals_read(&decimals, window, column))
        return false;
    for (size_t r = 0; r < page->n; r++) {
        struct weir_text cell = weir_window_cell(window, column, r);
        char *record = page->record[r];
        if (slot->width && decimals.fits[r]) {
            uint64_t value =
                (uint64_t)decimals.mantissa[r] - (uint64_t)slot->min + 1;
            weir_put_width(record + slot->number_at, slot->width, value);
        } else if (slot->texts && !put_text(slot, cell, record, &end[r])) {
            *row = r;
            return false;
        }
    }
    return true;
}

static weir_interned interned_of(const struct slot *slot, const char *record)
{
    return (weir_interned)weir_get_width(record + slot->text_at,
                                         sizeof(weir_interned));
}

static void drop(void *table, void *page)
{
    const struct slotted *slotted = table;
    struct page *records = page;
    for (size_t c = 0; c < slotted->n_columns; c++) {
        const struct slot *slot = &records->slot[c];
        for (size_t r = 0; slot->texts == TEXTS_POOLED && r < records->n; r++)
            weir_intern_release(interned_of(slot, records->record[r]));
    }
    for (size_t r = 0; r < records->n; r++)
        weir_free(WEIR_MEMORY_STORE, records->record[r]);
    weir_free(WEIR_MEMORY_STORE, records);
}

static struct page *create_page(size_t rows, size_t n_columns,
                                struct weir_cost *cost)
{
    struct page *page;
    size_t records = rows * sizeof *page->record;
    size_t bytes = sizeof *page + records + n_columns * sizeof *page->slot;
    page = weir_alloc(WEIR_MEMORY_STORE, bytes);
    if (!page)
        return NULL;
    page->n = 0;
    page->slot = (struct slot *)((void *)(page->record + rows));
    weir_cost_block(cost, page, 0, bytes);
    return page;
}

static void *pack(void *table, const struct weir_window *window,
                  struct weir_cost *cost, size_t *row)
{
    struct weir_decimals decimals;
    uint32_t end[WEIR_WINDOW_MAX];
    size_t n = window->n_columns;
    struct page *page = create_page(window->rows, n, cost);
    *row = 0;
    if (!page)
        return NULL;
    memset(end, 0, window->rows * sizeof *end);
    for (size_t c = 0; c < n; c++) {
        find_class(table, &page->slot[c], window, c, &decimals);
        add_lengths(&page->slot[c], window, c, &decimals, end);
    }
    page->fixed = place_slots(page->slot, n);
    bool packed = make_records(page, n, end, window->rows, cost);
    *row = page->n;
    for (size_t r = 0; r < page->n; r++)
        end[r] = page->fixed;
    for (size_t c = 0; packed && c < n; c++)
        packed = fill(page, c, window, end, row);
    if (packed)
        return page;
    drop(table, page);
    return NULL;
}

/* Replaying */

static int64_t number_of(const struct slot *slot, uint64_t value)
{
    return (int64_t)((uint64_t)slot->min + value - 1);
}

static void unpack_numbers(const struct page *page, const struct slot *slot,
                           struct weir_numbers *numbers)
{
    bool all = true;
    for (size_t r = 0; r < page->n; r++) {
        uint64_t value =
            weir_get_width(page->record[r] + slot->number_at, slot->width);
        numbers->mantissa[r] = number_of(slot, value);
        numbers->form[r] = (struct weir_form){slot->exponent,
                                              value ? WEIR_DECIMAL : WEIR_NULL};
        all &= value != 0;
    }
    numbers->known = true;
    numbers->uniform = all;
    numbers->exponent = slot->exponent;
}

/* Returns the text of a cell. `into` receives a number's text. *end is the
 * offset of the record's next text after the slots. */
static inline struct weir_text
cell_of(const struct slot *slot, const char *record, uint32_t *end, char *into)
{
    struct weir_text text = {into, 0};
    uint64_t value = 0;
    if (slot->width)
        value = weir_get_width(record + slot->number_at, slot->width);
    if (value) {
        text.len =
            weir_decimal_write(number_of(slot, value), slot->exponent, into);
    } else if (slot->texts == TEXTS_INLINE) {
        text.bytes = record + *end;
        text.len = weir_get_width(record + slot->text_at, slot->len_width);
        *end += (uint32_t)text.len;
    } else if (slot->texts == TEXTS_POOLED) {
        text = weir_interned_text(interned_of(slot, record));
    }
    return text;
}

/* Skips the texts of a column that is not projected. */
static void pass_over(const struct page *page, const struct slot *slot,
                      uint32_t *end)
{
    char number[WEIR_DECIMAL_TEXT];
    for (size_t r = 0; slot->texts == TEXTS_INLINE && r < page->n; r++)
        (void)cell_of(slot, page->record[r], &end[r], number);
}

static enum weir_status unpack_texts(const struct page *page,
                                     const struct slot *slot,
                                     struct weir_replay *replay, size_t column,
                                     uint32_t *end, struct weir_error *error)
{
    char number[WEIR_DECIMAL_TEXT];
    for (size_t r = 0; r < page->n; r++) {
        struct weir_text cell = cell_of(slot, page->record[r], &end[r], number);
        if (weir_replay_reserve(replay, cell.len, error))
            return error->status;
        weir_replay_text(replay, column, r, cell);
    }
    return WEIR_OK;
}

static enum weir_status unpack(const void *table, const void *page,
                               struct weir_replay *replay,
                               struct weir_error *error)
{
    const struct page *records = page;
    uint32_t end[WEIR_WINDOW_MAX], next = 0;
    (void)table;
    for (size_t r = 0; r < records->n; r++)
        end[r] = records->fixed;
    for (size_t i = 0; i < replay->n_columns; i++, next++) {
        for (; next < replay->column[i]; next++)
            pass_over(records, &records->slot[next], end);
        const struct slot *slot = &records->slot[next];
        struct weir_numbers *numbers = weir_replay_numbers(replay, i);
        if (numbers && slot->width && slot->texts == TEXTS_NONE)
            unpack_numbers(records, slot, numbers);
        else if (unpack_texts(records, slot, replay, i, end, error))
            return error->status;
    }
    return WEIR_OK;
}

static void shared(const void *table, struct weir_cost *cost)
{
    const struct slotted *slotted = table;
    struct weir_pool_account pool;
    weir_cost_block(cost, table, 0, sizeof *slotted);
    if (!slotted->repeats)
        return;
    weir_cost_block(cost, slotted->repeats, 0,
                    slotted->n_columns * sizeof *slotted->repeats);
    weir_pool_account(&pool);
    weir_cost_add(cost, &pool.cost);
}

static bool remark(const void *table, size_t column, char *into,
                   size_t capacity)
{
    const struct slotted *slotted = table;
    return weir_repeats_remark(&slotted->repeats[column], "the pool", into,
                               capacity);
}

const struct weir_layout weir_layout_slots = {
    .name = "slots",
    .brief = "each record a struct: numbers decoded, texts after them",
    .open = open_table,
    .pack = pack,
    .unpack = unpack,
    .drop = drop,
    .shared = shared,
    .close = close_table,
};

const struct weir_layout weir_layout_flyweight = {
    .name = "flyweight",
    .brief = "slots whose texts are shared through one pool",
    .pooled = true,
    .open = open_table,
    .pack = pack,
    .unpack = unpack,
    .drop = drop,
    .shared = shared,
    .remark = remark,
    .close = close_table,
};
