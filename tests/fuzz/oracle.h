/*
 * What numbers are according to the documentation, computed with GMP's
 * rationals and MPFR. No code of base/number*.c is used.
 */
#ifndef WEIR_TESTS_FUZZ_ORACLE_H
#define WEIR_TESTS_FUZZ_ORACLE_H

#include "base/number.h"

#include <gmp.h>

/* Reads a cell: WEIR_NULL, WEIR_BAD, or the kind of a number, whose value it
 * then sets. It does not say whether a number is DECIMAL or WIDE. */
enum weir_kind oracle_read(struct weir_text cell, mpq_t value);

/* Sets the value of a DECIMAL, BINARY or WIDE number. */
void oracle_value(const struct weir_number *number, mpq_t value);

/* The nearest double, with ties to even; infinite if the value is too large. */
double oracle_double(const mpq_t value);

/* Whether the value is mantissa * 10^exponent within the limits of a
 * DECIMAL. */
bool oracle_is_decimal(const mpq_t value);

/* value *= 10^places */
void oracle_shift(mpq_t value, long places);

#endif
