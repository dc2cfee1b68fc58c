/*
 * What the number files share: a number as its digits, and the ways from
 * exact integers back to numbers.
 *
 * Every finite number of weir (DECIMAL, BINARY, WIDE) is a finite string of
 * decimal digits, at most 1,429 of them: a sum of 2^64 numbers reaches 10^329
 * and ends at 10^-1100 at the lowest (one from a forged partial may have 1,441:
 * see aggregates/exact_sum.c). So comparing and rounding can always be
 * done on digits, in a buffer on the stack.
 */
#ifndef WEIR_BASE_NUMBER_PARTS_H
#define WEIR_BASE_NUMBER_PARTS_H

#include "base/number.h"

__extension__ typedef __int128 weir_int128;
__extension__ typedef unsigned __int128 weir_uint128;

#define WEIR_DIGITS_CAPACITY 1448

/* digit[0] ... digit[n-1] times 10^exponent; neither end is '0'; n is 0 for
 * zero. */
struct weir_digits {
    bool negative;
    int32_t exponent;
    uint32_t n;
    char digit[WEIR_DIGITS_CAPACITY];
};

/* The digits of a DECIMAL, BINARY or WIDE number. */
void weir_digits_of(const struct weir_number *number,
                    struct weir_digits *digits);

/* The digits of a text of the grammar, without blanks (a WIDE's). */
void weir_digits_read(struct weir_text text, struct weir_digits *digits);

/* The digits of m * 10^exponent. */
void weir_digits_of_integer(weir_int128 m, int32_t exponent,
                            struct weir_digits *digits);

/* The nearest double, ties to even; infinite where it is too large. */
double weir_digits_double(const struct weir_digits *digits);

/* The same for m * 10^exponent. */
double weir_decimal_double(int64_t m, int32_t exponent);

/* Digits in full: 0.001, 12.5, 1000; returns the length. */
size_t weir_digits_write_plain(const struct weir_digits *digits, char *into);

/*
 * m * 10^exponent as a DECIMAL where it fits one, else the nearest double;
 * NULL where that is not finite. A DECIMAL made here or read has a mantissa
 * whose negative fits too: never INT64_MIN.
 */
struct weir_number weir_number_fit(weir_int128 m, int32_t exponent);

#endif
