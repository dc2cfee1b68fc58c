/*
 * Covariance, correlation and linear regression, of the records that have both
 * numbers. The state has the exact sums of x, of y and of their product; for
 * all but the covariances also of their squares. So
 *
 *     n * sum(xy) - sum(x) * sum(y)     over n * n, or n * (n - 1)
 *
 * is computed exactly. corr is the root of the exact square of the correlation,
 * with its sign. Each result is rounded once.
 *
 * The regression functions are those of SQL (ISO 9075-2, 10.9): their first
 * argument is the dependent value, which is called y there.
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

static bool add_rows(struct weir_sums *sums, size_t n_sums,
                     struct weir_arena *arena,
                     const struct weir_arguments *input)
{
    for (size_t row = 0; row < input->rows; row++) {
        const struct weir_number x = weir_vector_number(input->value[0], row);
        const struct weir_number y = weir_vector_number(input->value[1], row);
        if (!add(sums, n_sums, arena, &x, &y))
            return false;
    }
    return true;
}

static inline uint64_t magnitude_bits(int64_t m)
{
    return (uint64_t)(m ^ -(int64_t)(m < 0));
}

/*
 * Adds rows of numbers of one exponent each to one state, all sums in one pass.
 * If no magnitude has more than 45 bits, 2^37 products fit in 127 bits. Returns
 * false, with nothing added, if one has.
 */
static bool add_products(const struct weir_arguments *input, size_t n_sums,
                         weir_int128 *sum)
{
    const int64_t *x = input->value[0]->mantissa,
                  *y = input->value[1]->mantissa;
    weir_int128 xs = 0, ys = 0, xy = 0, xx = 0, yy = 0;
    uint64_t bits = 0;
    for (size_t row = 0; row < input->rows; row++)
        bits |= magnitude_bits(x[row]) | magnitude_bits(y[row]);
    if (bits >= UINT64_C(1) << 45)
        return false;
    for (size_t row = 0; row < input->rows; row++) {
        xs += x[row];
        ys += y[row];
        xy += (weir_int128)x[row] * y[row];
    }
    for (size_t row = 0; n_sums == N_CORR && row < input->rows; row++) {
        xx += (weir_int128)x[row] * x[row];
        yy += (weir_int128)y[row] * y[row];
    }
    sum[X] = xs;
    sum[Y] = ys;
    sum[XY] = xy;
    sum[XX] = xx;
    sum[YY] = yy;
    return true;
}

static bool update_single(const struct weir_states *states,
                          const struct weir_arguments *input, size_t n_sums)
{
    struct weir_sums *sums = weir_state_at(states, 0);
    const int32_t x = input->value[0]->exponent, y = input->value[1]->exponent;
    const int32_t exponent[N_CORR] = {x, y, x + y, 2 * x, 2 * y};
    weir_int128 sum[N_CORR];
    bool added = true;
    if (!add_products(input, n_sums, sum))
        return add_rows(sums, n_sums, states->arena, input);
    sums->n += input->rows;
    for (size_t i = 0; added && i < n_sums; i++)
        added = weir_sum_add(&sums->sum[i], states->arena, sum[i], exponent[i]);
    return added;
}

static bool update(const struct weir_states *states,
                   const struct weir_arguments *input, size_t n_sums)
{
    if (!input->group && input->value[0]->uniform && input->value[1]->uniform)
        return update_single(states, input, n_sums);
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

/* Linear regression. Of the state's values, X is the dependent one. */

enum regression {
    SLOPE,
    INTERCEPT,
    R2,
    COUNT,
    AVG_INDEPENDENT,
    AVG_DEPENDENT,
    SXX,
    SYY,
    SXY
};

/* n * n times the moments of second order. */
struct products {
    mpq_t independent, dependent, both;
};

/* value = (sum of the dependent - slope * sum of the independent) / n */
static void intercept(const struct weir_sums *sums,
                      const struct weir_arena *arena, mpq_t value)
{
    mpq_t sum;
    mpq_init(sum);
    weir_sum_value(&sums->sum[Y], arena, sum);
    mpq_mul(value, value, sum);
    weir_sum_value(&sums->sum[X], arena, sum);
    mpq_sub(value, sum, value);
    mpq_clear(sum);
    weir_sums_divide(value, sums->n);
}

/* The value of slope, intercept or r2; false if it is null. */
static bool fit(const struct weir_sums *sums, const struct weir_arena *arena,
                const struct products *of, enum regression which, mpq_t value)
{
    if (mpq_sgn(of->independent) <= 0)
        return false;
    if (which == R2 && mpq_sgn(of->dependent) <= 0) {
        mpq_set_ui(value, 1, 1);
        return true;
    }
    mpq_div(value, of->both, of->independent);
    if (which == INTERCEPT)
        intercept(sums, arena, value);
    if (which == R2) {
        mpq_mul(value, value, of->both);
        mpq_div(value, value, of->dependent);
    }
    return true;
}

static bool regression(const struct weir_sums *sums,
                       const struct weir_arena *arena, enum regression which,
                       mpq_t value)
{
    struct products of;
    bool there = true;
    if (which == AVG_INDEPENDENT || which == AVG_DEPENDENT) {
        weir_sum_value(&sums->sum[which == AVG_DEPENDENT ? X : Y], arena,
                       value);
        weir_sums_divide(value, sums->n);
        return true;
    }
    mpq_inits(of.independent, of.dependent, of.both, NULL);
    weir_sums_product_moment(sums, YY, Y, Y, arena, of.independent);
    weir_sums_product_moment(sums, XX, X, X, arena, of.dependent);
    weir_sums_product_moment(sums, XY, X, Y, arena, of.both);
    switch (which) {
    case SXX:
        mpq_set(value, of.independent);
        break;
    case SYY:
        mpq_set(value, of.dependent);
        break;
    case SXY:
        mpq_set(value, of.both);
        break;
    default:
        there = fit(sums, arena, &of, which, value);
    }
    if (which >= SXX)
        weir_sums_divide(value, sums->n);
    mpq_clears(of.independent, of.dependent, of.both, NULL);
    return there;
}

static struct weir_number regress(const struct weir_states *states, size_t row,
                                  enum regression which)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    struct weir_number result = {.kind = WEIR_NULL};
    mpq_t value;
    if (which == COUNT)
        return (struct weir_number){.kind = WEIR_DECIMAL,
                                    .mantissa = weir_sums_count(sums)};
    if (sums->n == 0)
        return result;
    mpq_init(value);
    if (regression(sums, states->arena, which, value))
        result = weir_number_from_double(weir_exact_double(value));
    mpq_clear(value);
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
    .call = "covar_pop(x, y)",
    .brief = "the covariance of a population (n)",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .result = covar_pop,
    WEIR_OF_SUMS(covar, N_COVAR),
};

const struct weir_aggregate weir_aggregate_covar_samp = {
    .name = "covar_samp",
    .aliases = "covar",
    .call = "covar_samp(x, y)",
    .brief = "the covariance of a sample (n - 1)",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .state_of = &weir_aggregate_covar_pop,
    .result = covar_samp,
    WEIR_OF_SUMS(covar, N_COVAR),
};

const struct weir_aggregate weir_aggregate_corr = {
    .name = "corr",
    .aliases = "correlation",
    .call = "corr(x, y)",
    .brief = "Pearson's correlation, from -1 to 1",
    .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},
    .result = corr,
    WEIR_OF_SUMS(corr, N_CORR),
};

#define REGRESSION(its_name, which, its_brief)                                 \
    static struct weir_number its_name##_result(                               \
        const struct weir_states *states, size_t row, char *scratch)           \
    {                                                                          \
        (void)scratch;                                                         \
        return regress(states, row, which);                                    \
    }                                                                          \
    const struct weir_aggregate weir_aggregate_##its_name = {                  \
        .name = #its_name,                                                     \
        .call = #its_name "(y, x)",                                            \
        .brief = its_brief,                                                    \
        .need = {WEIR_NEED_NUMBER, WEIR_NEED_NUMBER},                          \
        .state_of = &weir_aggregate_corr,                                      \
        .result = its_name##_result,                                           \
        WEIR_OF_SUMS(corr, N_CORR)}

REGRESSION(regr_slope, SLOPE, "the slope of the line that fits y best");
REGRESSION(regr_intercept, INTERCEPT, "where that line meets x = 0");
REGRESSION(regr_r2, R2, "the share of y's variance that it explains");
REGRESSION(regr_count, COUNT, "how many records have both numbers");
REGRESSION(regr_avgx, AVG_INDEPENDENT, "the mean of x in these records");
REGRESSION(regr_avgy, AVG_DEPENDENT, "the mean of y in these records");
REGRESSION(regr_sxx, SXX, "the squares of x's deviations from its mean");
REGRESSION(regr_syy, SYY, "the squares of y's deviations");
REGRESSION(regr_sxy, SXY, "the products of their deviations");
