/*
 * harmonic_mean(x): the number of values over the sum of their reciprocals, 0
 * if a value is 0, and null if some are below 0 and some above: their
 * reciprocals would cancel.
 *
 * A reciprocal is a fraction whose denominators would add up without bound. It
 * is cut to 65 bits. The sum of what is left is exact, so the result does not
 * depend on the order. It is within 2^-52 of the true value, relative to it.
 */
#include "aggregates/natural.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

#include <math.h>

enum {
    RECIPROCALS,
    ZEROS,     /* how many values are 0 */
    NEGATIVES, /* and how many are below 0 */
    N_SUMS
};

/* The magnitude of a number that is not 0: over / by * 2^exponent. */
static int32_t take_apart(const struct weir_number *x,
                          struct weir_natural *over, struct weir_natural *by,
                          bool *negative)
{
    struct weir_digits digits;
    weir_natural_ten(by, 0);
    if (x->kind == WEIR_BINARY) {
        int exponent;
        const double value = weir_number_double(x);
        const double fraction = frexp(fabs(value), &exponent);
        *negative = value < 0;
        over->n = 1;
        over->limb[0] = (uint64_t)ldexp(fraction, 53);
        return exponent - 53;
    }
    weir_digits_of(x, &digits);
    *negative = digits.negative;
    if (digits.exponent < 0)
        weir_natural_ten(by, (size_t)-digits.exponent);
    weir_natural_of_digits(over, digits.digit, digits.n,
                           digits.exponent > 0 ? (size_t)digits.exponent : 0);
    return 0;
}

/* Adds 1 / |x| = by / over * 2^-exponent, cut to 65 or 66 bits, or subtracts
 * it. */
static bool add_reciprocal(struct weir_sum *sum, struct weir_arena *arena,
                           struct weir_natural *over, struct weir_natural *by,
                           int32_t exponent, bool negative)
{
    const size_t more = 65 + weir_natural_bits(over),
                 has = weir_natural_bits(by);
    if (more > has)
        weir_natural_shift(by, more - has);
    else
        weir_natural_shift(over, has - more);
    return weir_sum_add_binary(sum, arena, weir_natural_quotient(by, over),
                               (int32_t)has - (int32_t)more - exponent,
                               negative);
}

/* The same for a decimal with up to 18 digits after its point, by one division.
 */
static bool add_short(struct weir_sum *sum, struct weir_arena *arena,
                      int64_t mantissa, int32_t exponent)
{
    const bool negative = mantissa < 0;
    const uint64_t over = negative ? -(uint64_t)mantissa : (uint64_t)mantissa;
    const uint64_t by = (uint64_t)weir_power_of_ten[-exponent];
    const int shift = 65 + __builtin_clzll(by) - __builtin_clzll(over);
    return weir_sum_add_binary(sum, arena, ((weir_uint128)by << shift) / over,
                               -shift, negative);
}

static bool add(struct weir_sums *sums, struct weir_arena *arena,
                const struct weir_number *x)
{
    struct weir_natural over, by;
    bool negative = x->mantissa < 0;
    if (x->kind == WEIR_DECIMAL && x->mantissa && x->exponent <= 0 &&
        x->exponent >= -18) {
        sums->n++;
        return add_short(&sums->sum[RECIPROCALS], arena, x->mantissa,
                         x->exponent) &&
               (!negative || weir_sum_add(&sums->sum[NEGATIVES], arena, 1, 0));
    }
    const int32_t exponent = take_apart(x, &over, &by, &negative);
    sums->n++;
    if (over.n == 0)
        return weir_sum_add(&sums->sum[ZEROS], arena, 1, 0);
    return add_reciprocal(&sums->sum[RECIPROCALS], arena, &over, &by, exponent,
                          negative) &&
           (!negative || weir_sum_add(&sums->sum[NEGATIVES], arena, 1, 0));
}

static bool harmonic_update(const struct weir_states *states,
                            const struct weir_arguments *input)
{
    for (size_t row = 0; row < input->rows; row++) {
        const struct weir_number x = weir_vector_number(input->value[0], row);
        if (x.kind != WEIR_NULL &&
            !add(weir_state_of(states, input, row), states->arena, &x))
            return false;
    }
    return true;
}

/* A reciprocal may have 3,654 binary digits before its point: 1 / 1e-1100. */
static const uint8_t power[N_SUMS] = {[RECIPROCALS] = 4, 1, 1};
WEIR_SUMS_FUNCTIONS(harmonic, N_SUMS, power)

/* Whether some values are below 0, and some are not. */
static bool is_mixed(const struct weir_sums *sums,
                     const struct weir_arena *arena, mpq_t value)
{
    weir_sum_value(&sums->sum[NEGATIVES], arena, value);
    return mpq_sgn(value) > 0 &&
           mpq_cmp_ui(value, (unsigned long)sums->n, 1) != 0;
}

static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    struct weir_number number = {.kind = WEIR_NULL};
    mpq_t value;
    (void)scratch;
    if (sums->n == 0)
        return number;
    mpq_init(value);
    weir_sum_value(&sums->sum[ZEROS], states->arena, value);
    if (mpq_sgn(value)) {
        number = weir_number_from_double(0);
    } else {
        const bool mixed = is_mixed(sums, states->arena, value);
        weir_sum_value(&sums->sum[RECIPROCALS], states->arena, value);
        if (!mixed && mpq_sgn(value)) {
            mpq_inv(value, value);
            mpz_mul_ui(mpq_numref(value), mpq_numref(value),
                       (unsigned long)sums->n);
            mpq_canonicalize(value);
            number = weir_number_from_double(weir_exact_double(value));
        }
    }
    mpq_clear(value);
    return number;
}

const struct weir_aggregate weir_aggregate_harmonic_mean = {
    .name = "harmonic_mean",
    .aliases = "harmonicmean",
    .brief = "their number by the sum of their reciprocals",
    .need = {WEIR_NEED_NUMBER},
    .inexact =
        "a number; the reciprocals are cut to 65 bits, so that order does "
        "not matter",
    .result = result,
    WEIR_OF_SUMS(harmonic, N_SUMS),
};
