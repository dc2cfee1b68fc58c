/*
 * Slots and flyweight: each record is a struct with a typed slot for each
 * column. Numbers are decoded. Texts follow the slots in the same allocation;
 * flyweight keeps those that repeat in the pool instead (pool.h, repeats.h).
 */
#include "eager/pool.h"
#include "eager/record_slots.h"
#include "eager/replay.h"
#include <string.h>

struct page {
    size_t n;
    uint32_t fixed; /* bytes of a record's slots */
    struct weir_record_slot *slot;
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

/* Packing */

static bool make_records(struct page *page, size_t n_columns,
                         const uint32_t *len, size_t rows,
                         struct weir_cost *cost)
{
    size_t pointers = 0;
    for (size_t c = 0; c < n_columns; c++)
        pointers += weir_record_slot_text_bytes(&page->slot[c]);
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

static bool put_text(const struct weir_record_slot *slot, struct weir_text cell,
                     char *record, uint32_t *end)
{
    if (slot->texts == WEIR_TEXTS_INLINE) {
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
                 const struct weir_row_group *group, uint32_t *end, size_t *row)
{
    struct weir_decimals decimals;
    const struct weir_record_slot *slot = &page->slot[column];
    /* This cannot fail, because it succeeded when the class was made. */
    if (slot->width && !weir_decimals_read(&decimals, group, column))
        return false;
    for (size_t r = 0; r < page->n; r++) {
        struct weir_text cell = weir_row_group_cell(group, column, r);
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

static weir_interned interned_of(const struct weir_record_slot *slot,
                                 const char *record)
{
    return (weir_interned)weir_get_width(record + slot->text_at,
                                         sizeof(weir_interned));
}

static void drop(void *table, void *page)
{
    const struct slotted *slotted = table;
    struct page *records = page;
    for (size_t c = 0; c < slotted->n_columns; c++) {
        const struct weir_record_slot *slot = &records->slot[c];
        for (size_t r = 0; slot->texts == WEIR_TEXTS_POOLED && r < records->n;
             r++)
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
    page->slot = (struct weir_record_slot *)((void *)(page->record + rows));
    weir_cost_block(cost, page, 0, bytes);
    return page;
}

static void *pack(void *table, const struct weir_row_group *group,
                  struct weir_cost *cost, size_t *row)
{
    struct weir_repeats *repeats = ((struct slotted *)table)->repeats;
    struct weir_decimals decimals;
    uint32_t end[WEIR_WINDOW_MAX];
    size_t n = group->n_columns;
    struct page *page = create_page(group->rows, n, cost);
    *row = 0;
    if (!page)
        return NULL;
    memset(end, 0, group->rows * sizeof *end);
    for (size_t c = 0; c < n; c++) {
        weir_record_slot_init(&page->slot[c], repeats ? &repeats[c] : NULL,
                              group, c, &decimals);
        weir_record_slot_lengths(&page->slot[c], group, c, &decimals, end);
    }
    page->fixed = weir_record_slots_place(page->slot, n);
    bool packed = make_records(page, n, end, group->rows, cost);
    *row = page->n;
    for (size_t r = 0; r < page->n; r++)
        end[r] = page->fixed;
    for (size_t c = 0; packed && c < n; c++)
        packed = fill(page, c, group, end, row);
    if (packed)
        return page;
    drop(table, page);
    return NULL;
}

/* Replaying */

static int64_t number_of(const struct weir_record_slot *slot, uint64_t value)
{
    return (int64_t)((uint64_t)slot->min + value - 1);
}

static void unpack_numbers(const struct page *page,
                           const struct weir_record_slot *slot,
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
static inline struct weir_text cell_of(const struct weir_record_slot *slot,
                                       const char *record, uint32_t *end,
                                       char *into)
{
    struct weir_text text = {into, 0};
    uint64_t value = 0;
    if (slot->width)
        value = weir_get_width(record + slot->number_at, slot->width);
    if (value) {
        text.len =
            weir_decimal_write(number_of(slot, value), slot->exponent, into);
    } else if (slot->texts == WEIR_TEXTS_INLINE) {
        text.bytes = record + *end;
        text.len = weir_get_width(record + slot->text_at, slot->len_width);
        *end += (uint32_t)text.len;
    } else if (slot->texts == WEIR_TEXTS_POOLED) {
        text = weir_interned_text(interned_of(slot, record));
    }
    return text;
}

/* Skips the texts of a column that is not projected. */
static void pass_over(const struct page *page,
                      const struct weir_record_slot *slot, uint32_t *end)
{
    char number[WEIR_DECIMAL_TEXT];
    for (size_t r = 0; slot->texts == WEIR_TEXTS_INLINE && r < page->n; r++)
        (void)cell_of(slot, page->record[r], &end[r], number);
}

static enum weir_status unpack_texts(const struct page *page,
                                     const struct weir_record_slot *slot,
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
        const struct weir_record_slot *slot = &records->slot[next];
        struct weir_numbers *numbers = weir_replay_numbers(replay, i);
        if (numbers && slot->width && slot->texts == WEIR_TEXTS_NONE)
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
