/*
 * An ordered-set aggregate gets a group's values after all records were read:
 * each distinct value once, in the natural order, with its number of
 * occurrences. Its memory is therefore bounded, however many values there are.
 *
 *     begin(n)  add(1, 3 times)  add(1.0, once)  add(22, twice)  result
 *
 * A value is a text. Two values are equal if their bytes are, as with keys.
 * Nulls, which are empty texts, are left out. An aggregate of numbers is told
 * at the beginning how many numbers there are. It must ignore the other texts:
 * blank ones come before all numbers, the rest after them.
 */
#ifndef WEIR_BASE_ORDERED_SET_H
#define WEIR_BASE_ORDERED_SET_H

#include "base/aggregate.h"

struct weir_ordered_set {
    /* A state has `size` bytes and, for each of a count parameter's n,
     * `each_size` more. It is flat bytes, all-zero before the first begin().
     * One state serves all groups, one after another. Data beyond its size lies
     * in the arena, and the state holds a handle to it. */
    size_t size, each_size;
    /* Begins another group. For an aggregate of numbers, n is how many numbers
     * the group has; for others it is 0. */
    void (*begin)(void *state, const struct weir_parameter *parameter,
                  uint64_t n);
    /* Adds the next value, which occurs `times` times. Its text is borrowed
     * until add returns. false if the arena refused to grow. */
    bool (*add)(void *state, struct weir_arena *arena, struct weir_text value,
                uint64_t times);
    /* Gives the group's result. Without values it is null (0 for distinct). A
     * text or WIDE result lies in the arena until the next begin. false if the
     * arena refused to grow. */
    bool (*result)(void *state, struct weir_arena *arena,
                   struct weir_number *value);
};

static inline size_t
weir_ordered_set_size(const struct weir_ordered_set *set,
                      const struct weir_parameter *parameter)
{
    return set->size + set->each_size * parameter->n;
}

#endif
