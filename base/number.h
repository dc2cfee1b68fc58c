/*
 * Numbers as CSV writes them: decimals, kept exact.
 *
 * A cell is read as mantissa * 10^exponent, a 64-bit integer and a power of
 * ten. A number whose digits do not fit in the integer keeps its text (WIDE),
 * and is summed and compared by its digits. Floating point (BINARY) appears
 * only where a result is not a decimal: 1/3, or a square root.
 */
#ifndef WEIR_BASE_NUMBER_H
#define WEIR_BASE_NUMBER_H

#include "weir.h"
#include <string.h>

/* gcc and clang have these on machines of 64 bits. */
__extension__ typedef __int128 weir_int128;
__extension__ typedef unsigned __int128 weir_uint128;

enum weir_kind {
    WEIR_NULL,
    WEIR_DECIMAL, /* mantissa * 10^exponent */
    WEIR_BINARY,  /* mantissa holds a finite double's bits */
    WEIR_WIDE,    /* text holds a valid number of more than 64 bits */
    WEIR_BAD,     /* text holds a cell that is not a number */
    WEIR_TEXT     /* a text, where a value may be a number or a text */
};

/* One value. `text` is set for WIDE, BAD and TEXT, and is borrowed. */
struct weir_number {
    int64_t mantissa;
    int16_t exponent;
    uint8_t kind;
    struct weir_text text;
};

/* A decimal's exponent, and its digits' powers of ten, have these bounds. */
#define WEIR_EXPONENT_MIN (-1100)
#define WEIR_EXPONENT_MAX 308

/*
 * Reads a cell: NULL if it is empty or blank, DECIMAL or WIDE if it is a
 * number, otherwise BAD. The grammar is JSON's (RFC 8259); a leading +, .5, 1.
 * and surrounding blanks and tabs are also allowed. A number is BAD if it is
 * too large for a finite double (1e999), or has digits below 10^-1100.
 */
struct weir_number weir_number_read(struct weir_text cell);

/* Whether a BAD cell is a valid number, but out of weir's range. */
bool weir_number_out_of_range(struct weir_text cell);

/* The nearest double, ties to even; NaN for NULL, BAD and TEXT. */
double weir_number_double(const struct weir_number *number);

/* Returns a DECIMAL if the double is a whole number of magnitude below 2^53,
 * NULL if it is not finite, otherwise a BINARY. */
struct weir_number weir_number_from_double(double value);

/* Compares by exact value, and returns a value below, equal to or above zero.
 * Both must be DECIMAL, BINARY or WIDE. */
int weir_number_compare(const struct weir_number *a,
                        const struct weir_number *b);

/* Compares in the natural order, which is SQLite's: NULL, then numbers by exact
 * value, then texts by bytes (memcmp, shorter first). BAD counts as a text. */
int weir_natural_compare(const struct weir_number *a,
                         const struct weir_number *b);

/* A terminated string as a text. */
static inline struct weir_text weir_text_of(const char *terminated)
{
    return (struct weir_text){terminated, strlen(terminated)};
}

/* Compares by bytes, as memcmp; a text comes before any longer one that begins
 * with it. */
int weir_text_compare(struct weir_text a, struct weir_text b);

/* The text without the blanks and tabs around it. */
struct weir_text weir_text_trim(struct weir_text text);

/*
 * Writes the shortest text that reads back as the same number: plain digits if
 * there are at most 21, otherwise with an exponent (1e+30). WIDE and TEXT are
 * copied, NULL and BAD write nothing. Returns the length; the text is not
 * terminated. `capacity` must be at least WEIR_NUMBER_TEXT for a DECIMAL or
 * BINARY, and the text's length for WIDE and TEXT.
 */
#define WEIR_NUMBER_TEXT 48
size_t weir_number_write(const struct weir_number *number, char *into,
                         size_t capacity);

/* The same, but a DECIMAL whose exponent is from WEIR_FIXED_MIN to 0 gets all
 * its digits after the point: 1.10. */
#define WEIR_FIXED_MIN (-20)
size_t weir_number_write_fixed(const struct weir_number *number, char *into,
                               size_t capacity);

/* Whether a cell is written as weir_number_write_fixed() writes its number, a
 * DECIMAL: without a plus, blanks, an exponent or surplus zeros in front, and
 * with a digit on both sides of the point. */
bool weir_number_is_plain(struct weir_text cell,
                          const struct weir_number *number);

/*
 * Exact decimal arithmetic. If the exact result is not a decimal of 64 bits, or
 * an operand is BINARY, the result is the nearest double, as
 * weir_number_from_double() gives it. If an operand is BAD the result is BAD
 * with the text of the first such operand. Otherwise it is NULL if an operand
 * is NULL, for a division by zero, and if the result is not finite.
 */
struct weir_number weir_number_add(struct weir_number a, struct weir_number b);
struct weir_number weir_number_subtract(struct weir_number a,
                                        struct weir_number b);
struct weir_number weir_number_multiply(struct weir_number a,
                                        struct weir_number b);
struct weir_number weir_number_divide(struct weir_number a,
                                      struct weir_number b);
/* The remainder of a division truncated towards zero; it has the sign of a, as
 * in C and SQL. */
struct weir_number weir_number_modulo(struct weir_number a,
                                      struct weir_number b);
struct weir_number weir_number_negate(struct weir_number a);

/* Rounds to `places` decimals; places below zero are before the point. Values
 * that are not numbers are returned unchanged. */
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
