/*
 * Sorting by keys. The array holds the first eight bytes of each key, which
 * nearly always decide; a callback orders keys whose first eight bytes are
 * equal.
 */
#ifndef WEIR_PARTIALS_KEY_SORT_H
#define WEIR_PARTIALS_KEY_SORT_H

#include <stddef.h>
#include <stdint.h>

struct weir_key_rank {
    uint64_t prefix; /* weir_key_prefix() */
    uint64_t row;    /* the caller's number for the row */
};

/*
 * Sorts in place and allocates nothing. `compare` orders two rows of equal
 * prefix by their whole keys. It is NULL if no two keys have the same prefix.
 */
void weir_key_sort(struct weir_key_rank *rank, size_t n,
                   int (*compare)(const void *context, uint64_t a, uint64_t b),
                   const void *context);

#endif
