/*
 * Exact rationals (GMP), for values that the fast paths cannot hold, and their
 * conversion back to numbers, which rounds once. If GMP gets no memory, the
 * process ends (weir_memory_hook_gmp).
 */
#ifndef WEIR_BASE_NUMBER_EXACT_H
#define WEIR_BASE_NUMBER_EXACT_H

#include <gmp.h>

#include "base/number_parts.h"

/* Sets an initialised rational to a DECIMAL, BINARY or WIDE number. */
void weir_exact_set(mpq_t rational, const struct weir_number *number);

/* m = 10^n */
void weir_exact_power(mpz_t m, unsigned long n);

/* Multiplies a rational, perhaps not in lowest terms, by 10^exponent. */
void weir_exact_scale(mpq_t rational, int32_t exponent);

/* The nearest double, ties to even; infinite if the value is too large. */
double weir_exact_double(const mpq_t rational);

/* The double nearest to the square root. The rational must not be negative. */
double weir_exact_root(const mpq_t rational);

/* Gives the exact value as a DECIMAL; false if it does not fit one. */
bool weir_exact_decimal(const mpq_t rational, struct weir_number *number);

/* Returns the exact value as a DECIMAL if it fits one, otherwise the nearest
 * double, or NULL if that is not finite. */
struct weir_number weir_exact_number(const mpq_t rational);

#endif
