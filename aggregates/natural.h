/*
 * Natural numbers of a fixed capacity, for updates, which must be able to
 * report that memory is refused: GMP's own numbers cannot. They are as large as
 * the fourth power of any number that can be read.
 */
#ifndef WEIR_AGGREGATES_NATURAL_H
#define WEIR_AGGREGATES_NATURAL_H

#include "base/number_parts.h"

/* log2(10) / 64 limbs for each digit of a fourth power. */
#define WEIR_NATURAL_LIMBS (4 * WEIR_DIGITS_CAPACITY / 19)

/* limb[n - 1] is not 0; n is 0 for zero. */
struct weir_natural {
    size_t n;
    uint64_t limb[WEIR_NATURAL_LIMBS];
};

/* The digits, and `zeros` zeros after them: both together at most
 * WEIR_DIGITS_CAPACITY. */
void weir_natural_of_digits(struct weir_natural *number, const char *digits,
                            size_t n, size_t zeros);

/* 10^n, with n below WEIR_DIGITS_CAPACITY */
void weir_natural_ten(struct weir_natural *number, size_t n);

/* number = number^power, of a number with at most WEIR_DIGITS_CAPACITY digits
 * and a power of at most 4. */
void weir_natural_power(struct weir_natural *number, unsigned power);

/* The number of bits; 0 for zero. */
size_t weir_natural_bits(const struct weir_natural *number);

/* number *= 2^bits */
void weir_natural_shift(struct weir_natural *number, size_t bits);

/* number /= by, and returns the remainder. */
uint64_t weir_natural_divide(struct weir_natural *number, uint64_t by);

/* The quotient of two numbers, rounded down, that has at most 128 bits. `over`
 * loses its value. */
weir_uint128 weir_natural_quotient(struct weir_natural *over,
                                   const struct weir_natural *by);

#endif
