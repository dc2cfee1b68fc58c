/*
 * Decoding one cell at a time in 16 bytes, over what an instruction set's file
 * defines before it includes this:
 *
 *     weir_cell_read(end, n, shape, value)  the n bytes before `end`
 *
 * The cell is loaded by its end, so that its last digit is the last byte. All
 * cells of a column have their point in the same place, so a pattern of '0'
 * and one '.' is taken off the bytes by xor: a digit leaves 0 to 9, the point
 * leaves 0, and what lies before the cell is made 0. What is over the limit
 * there is no such cell; what is within it, without the point, is the number.
 *
 *     -12.5    -> | . . . - 1 2 . 5 |
 *     pattern     | 0 0 0 0 0 0 . 0 |
 *     digits      | 0 0 0 0 1 2 0 5 |   the last n = 4, the sign left out
 *     limit       | 9 9 9 9 9 9 0 9 |
 *     in order    | 0 0 0 0 0 1 2 5 |
 */
#ifndef WEIR_BASE_DECODE_CELL_H
#define WEIR_BASE_DECODE_CELL_H

#include "base/decode.h"

#define CELL 16

struct weir_cell_shape {
    uint8_t pattern[CELL], limit[CELL];
    uint8_t order[CELL]; /* from which byte each comes; over 127: it is 0 */
};

/* Loaded from its n-th byte: a mask of the last n bytes of a cell. */
static const uint8_t weir_cell_last[2 * CELL] = {
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static inline bool weir_cell_read(const char *end, uint32_t n,
                                  const struct weir_cell_shape *shape,
                                  int64_t *value);

static struct weir_cell_shape shape_of(uint32_t places)
{
    struct weir_cell_shape shape;
    uint32_t point = places ? CELL - 1 - places : CELL;
    for (uint32_t i = 0; i < CELL; i++) {
        shape.pattern[i] = i == point ? '.' : '0';
        shape.limit[i] = i == point ? 0 : 9;
        shape.order[i] = (uint8_t)(i > point || places == 0 ? i : i - 1);
    }
    return shape;
}

static size_t read_cells(const char *base, const struct weir_span *span,
                         size_t rows, int16_t exponent, int64_t *mantissa)
{
    if (exponent > 0 || exponent < 2 - CELL)
        return 0;
    uint32_t places = (uint32_t)-exponent;
    struct weir_cell_shape shape = shape_of(places);
    size_t r = 0;
    for (; r < rows; r++) {
        const char *cell = base + span[r].start;
        uint32_t len = span[r].len;
        /* Before anything is loaded: an empty or BAD cell may lie nowhere. */
        if (len - 1 >= CELL)
            break;
        uint32_t minus = *cell == '-';
        int64_t value;
        if (len - minus <= places ||
            !weir_cell_read(cell + len, len - minus, &shape, &value))
            break;
        mantissa[r] = (value ^ -(int64_t)minus) + (int64_t)minus;
    }
    return r;
}

#define WEIR_CELL_DECODER(set)                                                 \
    const struct weir_decoder weir_decoder_##set = {.isa = #set,               \
                                                    .read = read_cells}

#endif
