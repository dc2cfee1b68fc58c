/*
 * Logarithms and powers to the base 2, in integers: the same bits on every
 * machine.
 */
#ifndef WEIR_AGGREGATES_LOGARITHM_H
#define WEIR_AGGREGATES_LOGARITHM_H

#include <gmp.h>

#include "base/number.h"

/* Logarithms have this many bits after the point. */
#define WEIR_LOG_BITS 64

/* log2(m) * 2^WEIR_LOG_BITS, within 4 units; m is above 0. */
weir_int128 weir_log2(uint64_t m);

/* The same for the magnitude of a number that is not 0, within 4 units and
 * 2^-58 of it: of a WIDE the first 18 digits count. */
weir_int128 weir_log2_number(const struct weir_number *number);

/* 2^exponent as a double, with a relative error below 2^-52; infinite or 0
 * beyond the range of doubles. GMP takes memory: call it for results. */
double weir_power_of_two(const mpq_t exponent);

#endif
