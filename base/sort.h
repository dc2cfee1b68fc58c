/*
 * Sorting in place, without memory of its own (the C library's qsort may take
 * as much again): n log n comparisons at worst. Not stable.
 */
#ifndef WEIR_BASE_SORT_H
#define WEIR_BASE_SORT_H

#include <stddef.h>

void weir_sort(void *array, size_t n, size_t element,
               int (*compare)(const void *a, const void *b, void *context),
               void *context);

#endif
