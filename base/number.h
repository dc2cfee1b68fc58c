/*
 * Numbers as CSV writes them: decimals, kept exact.
 *
 * A cell is read as mantissa * 10^exponent, a 64-bit integer and a power of
 * ten. A number with more digits than that stays text (WIDE): it is summed
 * and compared by its digits. Floating point (BINARY) appears only where
 * arithmetic leaves the decimals: 1/3, or a square root.
 */
#ifndef WEIR_BASE_NUMBER_H
#define WEIR_BASE_NUMBER_H

#include "weir.h"

enum weir_kind {
    WEIR_NULL,
    WEIR_DECIMAL, /* mantissa * 10^exponent */
    WEIR_BINARY,  /* mantissa holds a finite double's bits */
    WEIR_WIDE,    /* text holds a number of the grammar, over 64 bits */
    WEIR_BAD,     /* text holds a cell that is no number */
    WEIR_TEXT     /* text, where a value may be either */
};

/* One value; `text` is borrowed, for WIDE, BAD and TEXT. */
struct weir_number {
    int64_t mantissa;
    int16_t exponent;
    uint8_t kind;
    struct weir_text text;
};

/* Where a field lies: `start` bytes from its base, `len` long. */
struct weir_span {
    uint32_t start, len;
};

/* A decimal's exponent stays within these, and so do its digits' places. */
#define WEIR_EXPONENT_MIN (-1100)
#define WEIR_EXPONENT_MAX 308

/*
 * Reads a cell: NULL where it is empty or blank, DECIMAL or WIDE where it is
 * a number, else BAD. The grammar is JSON's (RFC 8259) with a leading +, .5,
 * 1. and surrounding blanks and tabs besides. A number that a double cannot
 * hold as finite (1e999) or that lies below 10^-1100 is none.
 */
struct weir_number weir_number_read(struct weir_text cell);

/* Whether a BAD cell is a number all the same, which weir does not hold. */
bool weir_number_out_of_range(struct weir_text cell);

/* The nearest double, ties to even; NaN for NULL, BAD and TEXT. */
double weir_number_double(const struct weir_number *number);

/* DECIMAL where the double is a whole number below 2^53, else BINARY; NULL
 * where it is not finite. */
struct weir_number weir_number_from_double(double value);

/* Below, equal to or above zero, by exact value; both DECIMAL, BINARY or
 * WIDE. */
int weir_number_compare(const struct weir_number *a,
                        const struct weir_number *b);

/*
 * The natural order, SQLite's: NULL, then numbers by exact value, then text by
 * bytes (memcmp, shorter first). BAD counts as the text it is.
 */
int weir_natural_compare(const struct weir_number *a,
                         const struct weir_number *b);

/* The bytes' order: memcmp, the shorter of two equal beginnings first. */
int weir_text_compare(struct weir_text a, struct weir_text b);

/*
 * Writes a number as text, shortest that reads back the same: plain digits
 * where they are at most 21, else an exponent (1e+30). WIDE and TEXT are
 * written as they are, NULL and BAD as nothing. Returns the length; at most
 * WEIR_NUMBER_TEXT bytes but for WIDE and TEXT, which must fit `room`.
 */
#define WEIR_NUMBER_TEXT 48
size_t weir_number_write(const struct weir_number *number, char *into,
                         size_t capacity);

/*
 * Exact decimal arithmetic; where the exact result is no decimal of 64 bits,
 * or an operand is BINARY, the result is the nearest double, as
 * weir_number_from_double() gives it. NULL where an operand is NULL, BAD where
 * one is BAD (the first), NULL for a division by zero, and where the result is
 * not finite.
 */
struct weir_number weir_number_add(struct weir_number a, struct weir_number b);
struct weir_number weir_number_subtract(struct weir_number a,
                                        struct weir_number b);
struct weir_number weir_number_multiply(struct weir_number a,
                                        struct weir_number b);
struct weir_number weir_number_divide(struct weir_number a,
                                      struct weir_number b);
/* The remainder has the sign of a, as in C and SQL. */
struct weir_number weir_number_modulo(struct weir_number a,
                                      struct weir_number b);
struct weir_number weir_number_negate(struct weir_number a);

/* Rounds to `places` after the point (below zero: before it). */
enum weir_rounding {
    WEIR_ROUND_HALF_AWAY,
    WEIR_ROUND_FLOOR,
    WEIR_ROUND_CEIL
};
struct weir_number weir_number_round(struct weir_number a, int places,
                                     enum weir_rounding rounding);

/* 10^n for n in 0..18. */
extern const int64_t weir_power_of_ten[19];

#endif
