/*
 * Chooses the slot of a column by the cells of a window.
 */
#include "eager/record_slots.h"

#include "eager/pool.h"

/* Whether the texts and their lengths take more bytes than references would.
 * The texts of country codes do not. */
static bool are_long(const struct weir_row_group *group, size_t column)
{
    size_t bytes = 0;
    for (size_t r = 0; r < group->rows; r++)
        bytes += group->column[column][r].len + 1;
    return bytes > group->rows * sizeof(weir_interned);
}

void weir_record_slot_init(struct weir_record_slot *slot,
                           struct weir_repeats *repeats,
                           const struct weir_row_group *group, size_t column,
                           struct weir_decimals *decimals)
{
    size_t rows = group->rows, n_numbers = 0;
    *slot = (struct weir_record_slot){.texts = WEIR_TEXTS_INLINE};
    if (weir_decimals_read(decimals, group, column)) {
        n_numbers = decimals->n_fit;
        slot->min = decimals->min;
        slot->exponent = decimals->exponent;
        slot->width = weir_width_of((uint64_t)decimals->max -
                                    (uint64_t)decimals->min + 1);
        if (decimals->n_fit + decimals->n_empty == rows)
            slot->texts = WEIR_TEXTS_NONE;
    }
    if (n_numbers == 0 && repeats && are_long(group, column) &&
        weir_repeats_pays(repeats, group, column))
        slot->texts = WEIR_TEXTS_POOLED;
}

/* Whether a row's cell is a text of the slot. */
static bool is_text(const struct weir_record_slot *slot,
                    const struct weir_decimals *decimals, size_t row)
{
    return slot->texts && !(slot->width && decimals->fits[row]);
}

void weir_record_slot_lengths(struct weir_record_slot *slot,
                              const struct weir_row_group *group, size_t column,
                              const struct weir_decimals *decimals,
                              uint32_t *len)
{
    uint32_t max = 0;
    for (size_t r = 0; slot->texts == WEIR_TEXTS_INLINE && r < group->rows; r++)
        if (is_text(slot, decimals, r)) {
            uint32_t own = group->column[column][r].len;
            len[r] += own;
            max = own > max ? own : max;
        }
    slot->len_width = weir_width_of(max);
}

uint32_t weir_record_slot_text_bytes(const struct weir_record_slot *slot)
{
    return slot->texts == WEIR_TEXTS_INLINE   ? slot->len_width
           : slot->texts == WEIR_TEXTS_POOLED ? (uint32_t)sizeof(weir_interned)
                                              : 0;
}

uint32_t weir_record_slots_place(struct weir_record_slot *slot, size_t n)
{
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        slot[i].number_at = at;
        at += slot[i].width;
        slot[i].text_at = at;
        at += weir_record_slot_text_bytes(&slot[i]);
    }
    return at;
}
