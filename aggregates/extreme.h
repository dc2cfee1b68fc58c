/*
 * The order of min and max, for others that keep the least or greatest value.
 */
#ifndef WEIR_AGGREGATES_EXTREME_H
#define WEIR_AGGREGATES_EXTREME_H

#include "base/number.h"

/* Of two equal values, whether `a` is chosen: it is plain, or has fewer digits
 * after the point, or its text comes first. */
static inline bool weir_extreme_is_chosen(const struct weir_number *a,
                                          const struct weir_number *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind;
    if (a->kind == WEIR_DECIMAL)
        return a->exponent > b->exponent;
    return weir_text_compare(a->text, b->text) < 0;
}

/* Whether the value takes the place of the one that is held: below it with sign
 * 1, above it with sign -1. Numbers are better than texts, anything than null.
 * Of equal values one is chosen by how it is written. */
static inline bool weir_extreme_is_better(const struct weir_number *value,
                                          const struct weir_number *held,
                                          int sign)
{
    bool text = held->kind == WEIR_TEXT;
    if (held->kind == WEIR_NULL || text != (value->kind == WEIR_TEXT))
        return held->kind == WEIR_NULL || text;
    int by = sign * weir_natural_compare(value, held);
    return by ? by < 0 : weir_extreme_is_chosen(value, held);
}

#endif
