/*
 * geometric_mean(x): 2 to the mean of the values' logarithms. A logarithm is an
 * integer (logarithm.h), so their sum is exact and does not depend on the
 * order. The result is within 2^-50 of the true value, relative to it. It is 0
 * if a value is 0, and null if one is negative.
 */
#include "aggregates/logarithm.h"
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

enum {
    LOGARITHMS,
    ZEROS,     /* how many values are 0 */
    NEGATIVES, /* and how many below 0 */
    N_SUMS
};

static int sign_of(const struct weir_number *x)
{
    const struct weir_number zero = {.kind = WEIR_DECIMAL};
    return weir_number_compare(x, &zero);
}

static bool add(struct weir_sums *sums, struct weir_arena *arena,
                const struct weir_number *x)
{
    const int sign = sign_of(x);
    sums->n++;
    if (sign <= 0)
        return weir_sum_add(&sums->sum[sign ? NEGATIVES : ZEROS], arena, 1, 0);
    const weir_int128 log = weir_log2_number(x);
    const bool negative = log < 0;
    return weir_sum_add_binary(&sums->sum[LOGARITHMS], arena,
                               negative ? -(weir_uint128)log
                                        : (weir_uint128)log,
                               -WEIR_LOG_BITS, negative);
}

static bool geometric_update(const struct weir_states *states,
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

static const uint8_t power[N_SUMS] = {1, 1, 1};
WEIR_SUMS_FUNCTIONS(geometric, N_SUMS, power)

static bool is_above_zero(const struct weir_sum *sum,
                          const struct weir_arena *arena, mpq_t value)
{
    weir_sum_value(sum, arena, value);
    return mpq_sgn(value) > 0;
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
    if (is_above_zero(&sums->sum[NEGATIVES], states->arena, value)) {
        /* null */
    } else if (is_above_zero(&sums->sum[ZEROS], states->arena, value)) {
        number = weir_number_from_double(0);
    } else {
        weir_sum_value(&sums->sum[LOGARITHMS], states->arena, value);
        weir_sums_divide(value, sums->n);
        number = weir_number_from_double(weir_power_of_two(value));
    }
    mpq_clear(value);
    return number;
}

const struct weir_aggregate weir_aggregate_geometric_mean = {
    .name = "geometric_mean",
    .aliases = "geomean geo_mean",
    .brief = "the root of their product, of as many as they are",
    .need = {WEIR_NEED_NUMBER},
    .inexact = "a number within 2^-50 of the true one; the same bits in any "
               "order",
    .result = result,
    WEIR_OF_SUMS(geometric, N_SUMS),
};
