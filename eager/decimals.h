/*
 * Cells that are written as their numbers are: [-]digits[.digits], without
 * zeros or a sign that could be left out. Such a number gives its text back.
 */
#ifndef WEIR_EAGER_DECIMALS_H
#define WEIR_EAGER_DECIMALS_H

#include "eager/layout.h"

/* A window's column, as far as it is such numbers of one exponent. */
struct weir_decimals {
    int16_t exponent;      /* -18 to 0 */
    int64_t min, max;      /* of the cells that fit */
    size_t n_fit, n_empty; /* cells */
    int64_t mantissa[WEIR_WINDOW_MAX];
    uint8_t fits[WEIR_WINDOW_MAX]; /* [row]: mantissa is set */
};

/* false where too few cells of the column are such numbers to go on: what is
 * in *decimals is then of no use. */
bool weir_decimals_read(struct weir_decimals *decimals,
                        const struct weir_window *window,
                        size_t column) WEIR_CHECKED;

/* Writes a number as its cell was; returns the length. */
#define WEIR_DECIMAL_TEXT 24
size_t weir_decimal_write(int64_t mantissa, int16_t exponent, char *into);

/* The fewest bytes, of 1, 2, 4 and 8, that hold a value. */
static inline uint8_t weir_width_of(uint64_t value)
{
    return value <= UINT8_MAX    ? 1
           : value <= UINT16_MAX ? 2
           : value <= UINT32_MAX ? 4
                                 : 8;
}

/* The value's low bytes, anywhere, and back. */
static inline void weir_put_width(char *at, uint8_t width, uint64_t value)
{
    uint8_t one = (uint8_t)value;
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;
    switch (width) {
    case 1:
        __builtin_memcpy(at, &one, 1);
        break;
    case 2:
        __builtin_memcpy(at, &two, 2);
        break;
    case 4:
        __builtin_memcpy(at, &four, 4);
        break;
    default:
        __builtin_memcpy(at, &value, 8);
    }
}

static inline uint64_t weir_get_width(const char *at, uint8_t width)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (width) {
    case 1:
        __builtin_memcpy(&one, at, 1);
        return one;
    case 2:
        __builtin_memcpy(&two, at, 2);
        return two;
    case 4:
        __builtin_memcpy(&four, at, 4);
        return four;
    default:
        __builtin_memcpy(&eight, at, 8);
        return eight;
    }
}

#endif
