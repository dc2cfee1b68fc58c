/*
 * Cells that are spelled exactly as their number would be written:
 * [-]digits[.digits], without superfluous zeros or signs. The text of such a
 * cell can be restored from its number.
 */
#ifndef WEIR_EAGER_DECIMALS_H
#define WEIR_EAGER_DECIMALS_H

#include "eager/layout.h"

/* The cells of a window's column that are such numbers and have one common
 * exponent. */
struct weir_decimals {
    int16_t exponent;      /* -18 to 0 */
    int64_t min, max;      /* over the cells that fit */
    size_t n_fit, n_empty; /* numbers of cells */
    int64_t mantissa[WEIR_WINDOW_MAX];
    uint8_t fits[WEIR_WINDOW_MAX]; /* [row]: 1 if mantissa[row] is set */
};

/* Reads a column. Returns false if too few of its cells are such numbers;
 * *decimals is then undefined. */
bool weir_decimals_read(struct weir_decimals *decimals,
                        const struct weir_row_group *group,
                        size_t column) WEIR_CHECKED;

/* Writes a number as its cell was spelled, in at most WEIR_DECIMAL_TEXT bytes.
 * Returns the length. */
#define WEIR_DECIMAL_TEXT 24
size_t weir_decimal_write(int64_t mantissa, int16_t exponent, char *into);

/* The smallest width in bytes, out of 1, 2, 4 and 8, that holds a value. */
static inline uint8_t weir_width_of(uint64_t value)
{
    return value <= UINT8_MAX    ? 1
           : value <= UINT16_MAX ? 2
           : value <= UINT32_MAX ? 4
                                 : 8;
}

/* Writes the low `width` bytes of a value to any address, and reads them
 * back. */
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
