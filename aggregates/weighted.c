/*
 * weighted_avg(x, w): the sum of x w over the sum of w, of the records that
 * have both numbers. Both sums are exact, and the quotient is rounded once.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

enum {
    PRODUCTS,
    WEIGHTS,
    N_SUMS
};

static bool weighted_update(const struct weir_states *states,
                            const struct weir_arguments *input)
{
    for (size_t row = 0; row < input->rows; row++) {
        const struct weir_number x = weir_vector_number(input->value[0], row);
        const struct weir_number w = weir_vector_number(input->value[1], row);
        struct weir_sums *sums = weir_state_of(states, input, row);
        if (x.kind == WEIR_NULL || w.kind == WEIR_NULL)
            continue;
        sums->n++;
        if (!weir_sum_add_product(&sums->sum[PRODUCTS], states->arena, &x,
                                  &w) ||
            !weir_sum_add_number(&sums->sum[WEIGHTS], states->arena, &w))
            return false;
    }
    return true;
}

static const uint8_t power[N_SUMS] = {[PRODUCTS] = 2, [WEIGHTS] = 1};
WEIR_SUMS_FUNCTIONS(weighted, N_SUMS, power)

/* Null if the weights add up to zero. */
static struct weir_number result(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    struct weir_number number = {.kind = WEIR_NULL};
    mpq_t value, weights;
    (void)scratch;
    mpq_inits(value, weights, NULL);
    weir_sum_value(&sums->sum[PRODUCTS], states->arena, value);
    weir_sum_value(&sums->sum[WEIGHTS], states->arena, weights);
    if (mpq_sgn(weights)) {
        mpq_div(value, value, weights);
        number = weir_number_from_double(weir_exact_double(value));
    }
    mpq_clears(value, weights, NULL);
    return number;
}

const struct weir_aggregate weir_aggregate_weighted_avg = {
    .name = "weighted_avg",
    .aliases = "weighted_mean avg_weighted avgweighted wavg",
    .call = "weighted_avg(x, w)",
    .brief = "the mean of x, each as often as w says",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .result = result,
    WEIR_OF_SUMS(weighted, N_SUMS),
};
