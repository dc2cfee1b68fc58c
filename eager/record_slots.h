/*
 * The slots of records that are structs (slotted.c).
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
#ifndef WEIR_EAGER_RECORD_SLOTS_H
#define WEIR_EAGER_RECORD_SLOTS_H

#include "eager/decimals.h"
#include "eager/repeats.h"

enum weir_texts {
    WEIR_TEXTS_NONE,
    WEIR_TEXTS_INLINE, /* after the slots; the slot is a length */
    WEIR_TEXTS_POOLED  /* in the pool; the slot is a weir_interned */
};

struct weir_record_slot {
    int64_t min;
    uint32_t number_at, text_at; /* offsets in a record */
    int16_t exponent;
    uint8_t width; /* width of the number; 0 if it has none */
    uint8_t texts, len_width;
};

/* Makes the slot of a column for the cells of a window, whose numbers it reads
 * into `decimals`. `repeats` is that of the column; NULL if nothing is pooled.
 */
void weir_record_slot_init(struct weir_record_slot *slot,
                           struct weir_repeats *repeats,
                           const struct weir_row_group *group, size_t column,
                           struct weir_decimals *decimals);

/* Adds the lengths of the column's texts that follow the slots to len[row]. */
void weir_record_slot_lengths(struct weir_record_slot *slot,
                              const struct weir_row_group *group, size_t column,
                              const struct weir_decimals *decimals,
                              uint32_t *len);

/* The bytes of a text's slot. */
uint32_t weir_record_slot_text_bytes(const struct weir_record_slot *slot);

/* Sets the offsets of the slots. Returns the bytes that they take together. */
uint32_t weir_record_slots_place(struct weir_record_slot *slot, size_t n);

#endif
