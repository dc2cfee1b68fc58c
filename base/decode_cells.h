/*
 * Decoding in vectors. An instruction set's file defines VECTOR, the bytes of a
 * vector, includes this file, and defines these functions:
 *
 *     load_short(base, span)   the last 8 bytes of each cell
 *     load_cells(base, span)   the last 16 bytes of each second cell
 *     shuffle(from, order)     each byte is the one that order names, of its 16
 *                              bytes; 0 where order is over 127
 *     fours(digits)            the value of each four digits, in 32 bits
 *     eights(fours)            the value of each two fours, in 64 bits
 *     sixteens(even, odd)      the value of each four fours, in 64 bits, for
 *                              cell 0, cell 1, ...
 *     fold(even, odd)          a cell's two halves or'ed, for cell 0, 1, ...
 *     none(from)               whether all bits are 0
 *
 * A cell is loaded so that its last digit is the last byte. All cells of a
 * column have the point at the same distance from the end. An xor with a
 * pattern of '0's and that point therefore makes 0 to 9 of each digit and 0 of
 * the point. The sign, and bytes that are not part of the cell, are set to 0.
 * If any other value is left, the cell is not such a number. Otherwise these
 * are its digits, once a shuffle has closed the gap at the point.
 *
 *     text     | 7 , - 1 2 . 5 0 |   -12.50
 *     pattern  | 0 0 0 0 0 . 0 0 |
 *     inside   |       # # # # # |
 *     digits   | 0 0 0 1 2 0 5 0 |
 *     in order | 0 0 0 0 1 2 5 0 |
 *
 * While cells have up to 8 bytes, one vector holds GROUP of them. From the
 * first longer cell on, each cell takes 16 bytes. GROUP cells then take two
 * vectors, one of the even cells and one of the odd ones, and sixteens() puts
 * their values in order into one. Each cell is loaded by itself, because gather
 * instructions take longer on many machines. Signs are looked for only from the
 * first cell on that has one.
 */
#ifndef WEIR_BASE_DECODE_CELLS_H
#define WEIR_BASE_DECODE_CELLS_H

#include "base/decode.h"

#include <string.h>

#define SHORT 8
#define CELL 16
/* Cells that are decoded at once: their values fill a vector. */
#define GROUP (VECTOR / 8)

typedef uint8_t bytes __attribute__((vector_size(VECTOR)));
typedef int8_t signed_bytes __attribute__((vector_size(VECTOR)));
typedef uint32_t words __attribute__((vector_size(VECTOR)));
typedef int64_t values __attribute__((vector_size(VECTOR)));

static bytes load_short(const char *base, const struct weir_span *span);
static bytes load_cells(const char *base, const struct weir_span *span);
static bytes shuffle(bytes from, bytes order);
static words fours(bytes digits);
static values eights(words fours);
static values sixteens(words even, words odd);
static values fold(bytes even, bytes odd);
static bool none(bytes from);

static inline const void *before_end(const char *base, struct weir_span span,
                                     size_t n)
{
    return base + span.start + span.len - n;
}

/* The vectors that are the same for all cells of a column. */
struct shape {
    bytes from_end; /* distance to the cell's end: 16, ... 1, or 8, ... 1 */
    bytes pattern;  /* '0's and the point */
    bytes slack;    /* added to a byte, gives over 127 if it is not a digit */
    bytes required; /* all ones at the point, or else at the last digit */
    bytes order;    /* for shuffle: closes the gap at the point */
    bytes len;      /* for shuffle: copies the lengths of short cells */
};

static inline struct shape shape_of(uint8_t cell, uint8_t places)
{
    struct shape shape;
    bytes place = {0};
    for (size_t i = 0; i < VECTOR; i++)
        place[i] = (uint8_t)(i % CELL);
    shape.from_end = cell - place % cell;
    bytes any = (bytes){0} - (uint8_t)(places != 0);
    bytes up_to_point = (bytes)(shape.from_end > places) & any;
    shape.required = (bytes)(shape.from_end == (uint8_t)(places + 1));
    bytes point = shape.required & any;
    shape.pattern = '0' ^ (point & ('0' ^ '.'));
    shape.slack = 127 - (9 & ~point);
    shape.order = place + up_to_point; /* all ones is -1 */
    /* The byte that moves into the gap at the front must be 0. */
    shape.order |= (bytes)(shape.from_end == cell) & up_to_point;
    shape.len = (place & SHORT) + 4;
    return shape;
}

/* Returns the digits of cells with these lengths. Bytes of *wrong become over
 * 127 in a cell that is not such a number, or, without `sign`, has a sign. */
static inline bytes digits_of(const struct shape *shape, bytes text, bytes len,
                              bytes *sign, bytes *wrong)
{
    bytes outside = (bytes)((signed_bytes)shape->from_end > (signed_bytes)len);
    if (sign) {
        *sign = (bytes)(shape->from_end == len) & (bytes)(text == '-');
        outside |= *sign;
    }
    bytes digits = (text ^ shape->pattern) & ~outside;
    *wrong |= digits | (digits + shape->slack) | (shape->required & outside);
    return shuffle(digits, shape->order);
}

/* Negates the values where minus is all ones, and keeps those where it is 0. */
static inline values with_sign(values value, values minus)
{
    return (value ^ minus) - minus;
}

/* Whether all cells have 1 to `max` bytes; `max` is a power of two. This is
 * tested before anything is loaded, because the span of an empty or BAD cell
 * may point to no text. */
static inline bool fit(words spans, int64_t max)
{
    const words one = (words)((values){0} + ((int64_t)1 << 32));
    const words over = (words)((values){0} - (max << 32));
    return none((bytes)((spans - one) & over));
}

static inline bool read_short(const struct shape *shape, const char *base,
                              const struct weir_span *span, int64_t *mantissa,
                              bool minus)
{
    words spans;
    memcpy(&spans, span, sizeof spans);
    if (!fit(spans, SHORT))
        return false;
    bytes len = shuffle((bytes)spans, shape->len);
    bytes sign, wrong = {0};
    bytes digits = digits_of(shape, load_short(base, span), len,
                             minus ? &sign : NULL, &wrong);
    values value = eights(fours(digits));
    if (minus)
        value = with_sign(value, (values)sign != 0);
    memcpy(mantissa, &value, sizeof value);
    return none(wrong & 128);
}

static inline bool read_long(const struct shape *shape, const char *base,
                             const struct weir_span *span, int64_t *mantissa,
                             bool minus)
{
    words spans;
    memcpy(&spans, span, sizeof spans);
    if (!fit(spans, CELL))
        return false;
    bytes even_len = shuffle((bytes)spans, (bytes){0} + 4);
    bytes odd_len = shuffle((bytes)spans, (bytes){0} + 12);
    bytes even_sign, odd_sign, wrong = {0};
    bytes even = digits_of(shape, load_cells(base, span), even_len,
                           minus ? &even_sign : NULL, &wrong);
    bytes odd = digits_of(shape, load_cells(base, span + 1), odd_len,
                          minus ? &odd_sign : NULL, &wrong);
    values value = sixteens(fours(even), fours(odd));
    if (minus)
        value = with_sign(value, fold(even_sign, odd_sign) != 0);
    memcpy(mantissa, &value, sizeof value);
    return none(wrong & 128);
}

typedef bool group_reader(const struct shape *shape, const char *base,
                          const struct weir_span *span, int64_t *mantissa,
                          bool minus);

/* It is inlined, so that `read` is a constant in it. */
__attribute__((always_inline)) static inline size_t
read_all(group_reader *read, uint8_t cell, const char *base,
         const struct weir_span *span, size_t rows, uint8_t places,
         int64_t *mantissa)
{
    const struct shape shape = shape_of(cell, places);
    size_t r = 0;
    while (r + GROUP <= rows &&
           read(&shape, base, span + r, mantissa + r, false))
        r += GROUP;
    while (r + GROUP <= rows &&
           read(&shape, base, span + r, mantissa + r, true))
        r += GROUP;
    return r;
}

static size_t read_cells(const char *base, const struct weir_span *span,
                         size_t rows, int16_t exponent, int64_t *mantissa)
{
    size_t r = 0;
    if (exponent > 0 || exponent <= -CELL)
        return 0;
    if (exponent > -SHORT)
        r = read_all(read_short, SHORT, base, span, rows, (uint8_t)-exponent,
                     mantissa);
    if (r + GROUP <= rows)
        r += read_all(read_long, CELL, base, span + r, rows - r,
                      (uint8_t)-exponent, mantissa + r);
    return r;
}

#define WEIR_DECODER(set)                                                      \
    const struct weir_cell_decoder weir_cell_decoder_##set = {                 \
        .isa = #set, .read = read_cells}

#endif
