/*
 * An ordered-set aggregate sees a group's values after the last record was
 * read: each once, in the natural order, with how often it is there. So what it
 * keeps is bounded, however many values there are.
 *
 *     begin(n)  add(1, 3 times)  add(1.0, once)  add(22, twice)  result
 *
 * A value is its text, and equal by its bytes, as keys are. Nulls, which are
 * empty texts, are not among them. An aggregate that needs a number is told how
 * many there are, and looks at those alone, which come before the texts that
 * are none.
 */
#ifndef WEIR_BASE_ORDERED_SET_H
#define WEIR_BASE_ORDERED_SET_H

#include "base/aggregate.h"

struct weir_ordered_set {
    /* Of a state: flat bytes, all-zero before the first begin(). What it keeps
     * besides lies in the arena, by handle. */
    size_t (*size)(const struct weir_parameter *parameter);
    /* Another group begins: of an aggregate of numbers, with n of them. */
    void (*begin)(void *state, const struct weir_parameter *parameter,
                  uint64_t n);
    /* The next value, whose text is borrowed until add returns. false when
     * the arena refused to grow; so for result. */
    bool (*add)(void *state, struct weir_arena *arena, struct weir_text value,
                uint64_t times);
    /* The group's result; null where it had no values, unless that counts. A
     * text or WIDE one lies in the arena until the next begin. */
    bool (*result)(void *state, struct weir_arena *arena,
                   struct weir_number *value);
};

#endif
