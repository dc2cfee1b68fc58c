/*
 * Shared by the number files: a number as its digits, and the conversion of
 * exact integers to numbers.
 *
 * Every number of weir (DECIMAL, BINARY, WIDE) is a finite string of decimal
 * digits. It has at most 1,429 of them: a sum of 2^64 numbers is below 10^329,
 * and its lowest digit is at 10^-1100 or above. (A sum from a forged partial
 * may have 1,441: see aggregates/exact_sum.c.) Comparing and rounding can
 * therefore always work on digits, in a buffer on the stack.
 */
#ifndef WEIR_BASE_NUMBER_PARTS_H
#define WEIR_BASE_NUMBER_PARTS_H

#include "base/number.h"

#define WEIR_DIGITS_CAPACITY 1448

/* The integer of the characters digit[0] ... digit[n-1], times 10^exponent. The
 * first and the last digit are not '0'; n is 0 for zero. */
struct weir_digits {
    bool negative;
    int32_t exponent;
    uint32_t n;
    char digit[WEIR_DIGITS_CAPACITY];
};

/* The digits of a DECIMAL, BINARY or WIDE number. */
void weir_digits_of(const struct weir_number *number,
                    struct weir_digits *digits);

/* The digits of a valid number (a WIDE's text), which may have blanks around
 * it.
 */
void weir_digits_read(struct weir_text text, struct weir_digits *digits);

/* The digits of m * 10^exponent. */
void weir_digits_of_integer(weir_int128 m, int32_t exponent,
                            struct weir_digits *digits);

/* The nearest double, ties to even; infinite if the value is too large. */
double weir_digits_double(const struct weir_digits *digits);

/* The same for m * 10^exponent. */
double weir_decimal_double(int64_t m, int32_t exponent);

/* Writes 0.001, 12.5 or 1000, without an exponent or a NUL, and returns the
 * length. `into` must have WEIR_DIGITS_CAPACITY + 3 bytes. */
size_t weir_digits_write_plain(const struct weir_digits *digits, char *into);

/* Returns m * 10^exponent as a DECIMAL if it fits one, otherwise the nearest
 * double, or NULL if that is not finite. The mantissa of a DECIMAL is never
 * INT64_MIN, neither here nor when a cell is read, so it can be negated. */
struct weir_number weir_number_fit(weir_int128 m, int32_t exponent);

#endif
