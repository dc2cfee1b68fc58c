/*
 * What numbers are by their documents alone, with GMP's rationals and MPFR: no
 * code of base/number*.c is used.
 */
#ifndef WEIR_TESTS_FUZZ_ORACLE_H
#define WEIR_TESTS_FUZZ_ORACLE_H

#include "base/number.h"

#include <gmp.h>

/* What a cell is: WEIR_NULL, WEIR_BAD, or a number, and then its value. Whether
 * that is DECIMAL or WIDE it does not say. */
enum weir_kind oracle_read(struct weir_text cell, mpq_t value);

/* The value of a DECIMAL, BINARY or WIDE. */
void oracle_value(const struct weir_number *number, mpq_t value);

/* The nearest double, ties to even; infinite where it is too large. */
double oracle_double(const mpq_t value);

/* Whether it is mantissa * 10^exponent within the limits of a DECIMAL. */
bool oracle_is_decimal(const mpq_t value);

/* value *= 10^places */
void oracle_shift(mpq_t value, long places);

#endif
