/*
 * Sorts in place and allocates nothing (the C library's qsort may allocate a
 * copy of the array). It takes O(n log n) comparisons at worst, and is not
 * stable. `n` elements have `element` bytes each; `context` is passed to
 * compare.
 */
#ifndef WEIR_BASE_SORT_H
#define WEIR_BASE_SORT_H

#include <stddef.h>

void weir_sort(void *array, size_t n, size_t element,
               int (*compare)(const void *a, const void *b, void *context),
               void *context);

#endif
