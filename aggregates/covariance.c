/*
 * covar_pop, covar_samp and corr, of the records that have both numbers. The
 * state has the exact sums of x, of y and of their product; for corr also of
 * their squares. So
 *
 *     n * sum(xy) - sum(x) * sum(y)     over n * n, or n * (n - 1)
 *
 * is computed exactly. corr is the root of the exact square of the correlation,
 * with its sign. Each result is rounded once.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

enum {
    X,
    Y,
    XY,
    N_COVAR,
    XX = N_COVAR,
    YY,
    N_CORR
};

static const uint8_t power[N_CORR] = {1, 1, 2, 2, 2};

static bool add(struct weir_sums *sums, size_t n_sums, struct weir_arena *arena,
                const struct weir_number *x, const struct weir_number *y)
{
    sums->n++;
    return weir_sum_add_number(&sums->sum[X], arena, x) &&
           weir_sum_add_number(&sums->sum[Y], arena, y) &&
           weir_sum_add_product(&sums->sum[XY], arena, x, y) &&
           (n_sums == N_COVAR ||
            (weir_sum_add_product(&sums->sum[XX], arena, x, x) &&
             weir_sum_add_product(&sums->sum[YY], arena, y, y)));
}

static bool update(const struct weir_states *states,
                   const struct weir_arguments *input, size_t n_sums)
{
    for (size_t row = 0; row < input->rows; row++) {
        struct weir_number x = weir_vector_number(input->value[0], row);
        struct weir_number y = weir_vector_number(input->value[1], row);
        if (x.kind != WEIR_NULL && y.kind != WEIR_NULL &&
            !add(weir_state_of(states, input, row), n_sums, states->arena, &x,
                 &y))
            return false;
    }
    return true;
}

static struct weir_number covar(const struct weir_states *states, size_t row,
                                uint64_t fewer)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    mpq_t value;
    if (sums->n <= fewer)
        return (struct weir_number){.kind = WEIR_NULL};
    mpq_init(value);
    weir_sums_covariance(sums, XY, X, Y, fewer, states->arena, value);
    double rounded = weir_exact_double(value);
    mpq_clear(value);
    return weir_number_from_double(rounded);
}

static struct weir_number covar_pop(const struct weir_states *states,
                                    size_t row, char *scratch)
{
    (void)scratch;
    return covar(states, row, 0);
}

static struct weir_number covar_samp(const struct weir_states *states,
                                     size_t row, char *scratch)
{
    (void)scratch;
    return covar(states, row, 1);
}

/* Null if one of the two values does not vary. */
static struct weir_number corr(const struct weir_states *states, size_t row,
                               char *scratch)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    struct weir_number result = {.kind = WEIR_NULL};
    mpq_t xy, xx, yy;
    (void)scratch;
    mpq_inits(xy, xx, yy, NULL);
    weir_sums_product_moment(sums, XY, X, Y, states->arena, xy);
    weir_sums_product_moment(sums, XX, X, X, states->arena, xx);
    weir_sums_product_moment(sums, YY, Y, Y, states->arena, yy);
    /* They can be below zero only in a state from a forged partial. */
    if (mpq_sgn(xx) > 0 && mpq_sgn(yy) > 0) {
        int sign = mpq_sgn(xy);
        mpq_mul(xy, xy, xy);
        mpq_div(xy, xy, xx);
        mpq_div(xy, xy, yy);
        result = weir_number_from_double(sign * weir_exact_root(xy));
    }
    mpq_clears(xy, xx, yy, NULL);
    return result;
}

#define UPDATE(name, n_sums)                                                   \
    static bool name##_update(const struct weir_states *states,                \
                              const struct weir_arguments *input)              \
    {                                                                          \
        return update(states, input, n_sums);                                  \
    }

UPDATE(covar, N_COVAR)
UPDATE(corr, N_CORR)
WEIR_SUMS_FUNCTIONS(covar, N_COVAR, power)
WEIR_SUMS_FUNCTIONS(corr, N_CORR, power)

const struct weir_aggregate weir_aggregate_covar_pop = {
    .name = "covar_pop",
    .brief = "covar_pop(x, y): the covariance of a population (n)",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .result = covar_pop,
    WEIR_OF_SUMS(covar, N_COVAR),
};

const struct weir_aggregate weir_aggregate_covar_samp = {
    .name = "covar_samp",
    .aliases = "covar",
    .brief = "covar_samp(x, y): the covariance of a sample (n - 1)",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .state_of = &weir_aggregate_covar_pop,
    .result = covar_samp,
    WEIR_OF_SUMS(covar, N_COVAR),
};

const struct weir_aggregate weir_aggregate_corr = {
    .name = "corr",
    .aliases = "correlation",
    .brief = "corr(x, y): Pearson's correlation, from -1 to 1",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .result = corr,
    WEIR_OF_SUMS(corr, N_CORR),
};
