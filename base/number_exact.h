/*
 * Exact rationals, for what the fast ways cannot hold, and their way back to
 * numbers, rounded once.
 */
#ifndef WEIR_BASE_NUMBER_EXACT_H
#define WEIR_BASE_NUMBER_EXACT_H

#include <gmp.h>

#include "base/number_parts.h"

/* Sets an initialised rational to a DECIMAL, BINARY or WIDE number. */
void weir_exact_set(mpq_t rational, const struct weir_number *number);

/* m = 10^n */
void weir_exact_power(mpz_t m, unsigned long n);

/* The nearest double, ties to even; infinite where it is too large. */
double weir_exact_double(const mpq_t rational);

/* The double nearest to its square root; the rational is not below 0. */
double weir_exact_root(const mpq_t rational);

/* The exact decimal where it is one that fits; false where not. */
bool weir_exact_decimal(const mpq_t rational, struct weir_number *number);

/* The exact decimal where it is one that fits, else the nearest double; NULL
 * where that is not finite. */
struct weir_number weir_exact_number(const mpq_t rational);

#endif
