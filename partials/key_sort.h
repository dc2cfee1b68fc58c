/*
 * Sorting by keys: by their first eight bytes, which decide nearly always and
 * lie in the array itself; ties are asked about.
 */
#ifndef WEIR_PARTIALS_KEY_SORT_H
#define WEIR_PARTIALS_KEY_SORT_H

#include <stddef.h>
#include <stdint.h>

struct weir_key_rank {
    uint64_t prefix; /* weir_key_prefix() */
    uint64_t row;    /* whatever the caller knows it by */
};

/*
 * In place, without memory of its own. `compare` orders two rows of equal
 * prefix by their whole keys; NULL where no two keys share a prefix.
 */
void weir_key_sort(struct weir_key_rank *rank, size_t n,
                   int (*compare)(const void *context, uint64_t a, uint64_t b),
                   const void *context);

#endif
