/*
 * The order of min and max, for others that keep the least or greatest value.
 */
#ifndef WEIR_AGGREGATES_EXTREME_H
#define WEIR_AGGREGATES_EXTREME_H

#include "base/number.h"

/* Whether the value takes the place of the one that is held: below it with sign
 * 1, above it with sign -1. Numbers are better than texts, anything than null.
 * Of equal values one is chosen by how it is written (extreme.c). */
bool weir_extreme_is_better(const struct weir_number *value,
                            const struct weir_number *held, int sign);

#endif
