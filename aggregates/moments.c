/*
 * var, stddev, sem, cv and rms have one state: the exact sums of the values and
 * of their squares. So
 *
 *     n * sum(x^2) - sum(x)^2     over n * (n - 1), or n * n
 *
 * is computed exactly, and cancellation loses no digits. What is a root is the
 * root of an exact quotient. Each result is rounded once.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

enum {
    VALUES,
    SQUARES,
    N_SUMS
};

/*
 * Adds rows of one exponent to one state, both sums in one pass. The magnitude
 * of the values shows afterwards whether the squares may have overflowed.
 */
static bool update_single(const struct weir_states *states,
                          const struct weir_arguments *input)
{
    const struct weir_vector *value = input->value[0];
    struct weir_sums *sums = weir_state_at(states, 0);
    weir_int128 values = 0, squares = 0;
    uint64_t bits = 0;
    for (size_t row = 0; row < input->rows; row++) {
        int64_t m = value->mantissa[row];
        bits |= (uint64_t)(m ^ -(int64_t)(m < 0));
        values += m;
        squares = (weir_int128)((weir_uint128)squares +
                                (weir_uint128)((weir_int128)m * m));
    }
    sums->n += input->rows;
    if (!weir_sum_add(&sums->sum[VALUES], states->arena, values,
                      value->exponent))
        return false;
    /* 2^37 squares below 2^90 fit in 127 bits. */
    if (bits < UINT64_C(1) << 45)
        return weir_sum_add(&sums->sum[SQUARES], states->arena, squares,
                            2 * value->exponent);
    for (size_t row = 0; row < input->rows; row++) {
        weir_int128 m = value->mantissa[row];
        if (!weir_sum_add(&sums->sum[SQUARES], states->arena, m * m,
                          2 * value->exponent))
            return false;
    }
    return true;
}

static bool add_decimal(struct weir_sums *sums, struct weir_arena *arena,
                        int64_t mantissa, int32_t exponent)
{
    sums->n++;
    return weir_sum_add(&sums->sum[VALUES], arena, mantissa, exponent) &&
           weir_sum_add(&sums->sum[SQUARES], arena,
                        (weir_int128)mantissa * mantissa, 2 * exponent);
}

static bool add(struct weir_sums *sums, struct weir_arena *arena,
                const struct weir_vector *vector, size_t row)
{
    struct weir_number value = weir_vector_number(vector, row);
    if (value.kind == WEIR_NULL)
        return true;
    if (value.kind == WEIR_DECIMAL)
        return add_decimal(sums, arena, value.mantissa, value.exponent);
    sums->n++;
    return weir_sum_add_number(&sums->sum[VALUES], arena, &value) &&
           weir_sum_add_product(&sums->sum[SQUARES], arena, &value, &value);
}

static bool moments_update(const struct weir_states *states,
                           const struct weir_arguments *input)
{
    if (input->value[0]->uniform && !input->group)
        return update_single(states, input);
    for (size_t row = 0; row < input->rows; row++) {
        if (!add(weir_state_of(states, input, row), states->arena,
                 input->value[0], row))
            return false;
    }
    return true;
}

static const uint8_t power[N_SUMS] = {[VALUES] = 1, [SQUARES] = 2};
WEIR_SUMS_FUNCTIONS(moments, N_SUMS, power)

static const struct weir_number null = {.kind = WEIR_NULL};

/* Rounds a value that is not negative, except in a state from a forged partial.
 */
static struct weir_number rounded(mpq_t value, double (*round)(const mpq_t))
{
    if (mpq_sgn(value) < 0)
        mpq_set_ui(value, 0, 1);
    return weir_number_from_double(round(value));
}

/* Sets an initialised value to the variance. It divides by n - fewer: `fewer`
 * is 1 for a sample and 0 for a population. n must be more than that. */
static void variance(const struct weir_states *states, size_t row,
                     uint64_t fewer, mpq_t value)
{
    weir_sums_covariance(weir_state_at(states, row), SQUARES, VALUES, VALUES,
                         fewer, states->arena, value);
}

/* The variance, or its root. */
static struct weir_number finish(const struct weir_states *states, size_t row,
                                 uint64_t fewer, double (*round)(const mpq_t))
{
    const struct weir_sums *sums = weir_state_at(states, row);
    mpq_t value;
    if (sums->n <= fewer)
        return null;
    mpq_init(value);
    variance(states, row, fewer, value);
    const struct weir_number number = rounded(value, round);
    mpq_clear(value);
    return number;
}

static struct weir_number var(const struct weir_states *states, size_t row,
                              char *scratch)
{
    (void)scratch;
    return finish(states, row, 1, weir_exact_double);
}

static struct weir_number var_pop(const struct weir_states *states, size_t row,
                                  char *scratch)
{
    (void)scratch;
    return finish(states, row, 0, weir_exact_double);
}

static struct weir_number stddev(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    (void)scratch;
    return finish(states, row, 1, weir_exact_root);
}

static struct weir_number stddev_pop(const struct weir_states *states,
                                     size_t row, char *scratch)
{
    (void)scratch;
    return finish(states, row, 0, weir_exact_root);
}

/* The root of the variance over n. */
static struct weir_number sem(const struct weir_states *states, size_t row,
                              char *scratch)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    mpq_t value;
    (void)scratch;
    if (sums->n <= 1)
        return null;
    mpq_init(value);
    variance(states, row, 1, value);
    weir_sums_divide(value, sums->n);
    const struct weir_number number = rounded(value, weir_exact_root);
    mpq_clear(value);
    return number;
}

/* The root of the variance over the square of the mean, with the mean's sign.
 */
static struct weir_number relative(const struct weir_states *states, size_t row,
                                   uint64_t fewer)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    struct weir_number number = null;
    mpq_t value, mean;
    if (sums->n <= fewer)
        return null;
    mpq_inits(value, mean, NULL);
    weir_sum_value(&sums->sum[VALUES], states->arena, mean);
    weir_sums_divide(mean, sums->n);
    const int sign = mpq_sgn(mean);
    if (sign) {
        variance(states, row, fewer, value);
        mpq_div(value, value, mean);
        mpq_div(value, value, mean);
        number = rounded(value, weir_exact_root);
    }
    mpq_clears(value, mean, NULL);
    return sign < 0 ? weir_number_negate(number) : number;
}

static struct weir_number cv(const struct weir_states *states, size_t row,
                             char *scratch)
{
    (void)scratch;
    return relative(states, row, 1);
}

static struct weir_number cv_pop(const struct weir_states *states, size_t row,
                                 char *scratch)
{
    (void)scratch;
    return relative(states, row, 0);
}

static struct weir_number rms(const struct weir_states *states, size_t row,
                              char *scratch)
{
    const struct weir_sums *sums = weir_state_at(states, row);
    mpq_t value;
    (void)scratch;
    if (sums->n == 0)
        return null;
    mpq_init(value);
    weir_sum_value(&sums->sum[SQUARES], states->arena, value);
    weir_sums_divide(value, sums->n);
    const struct weir_number number = rounded(value, weir_exact_root);
    mpq_clear(value);
    return number;
}

#define MOMENT(symbol, its_name, its_aliases, its_brief, its_state_of,         \
               its_result)                                                     \
    const struct weir_aggregate symbol = {.name = its_name,                    \
                                          .aliases = its_aliases,              \
                                          .brief = its_brief,                  \
                                          .need = {WEIR_NEED_NUMBER},          \
                                          .state_of = its_state_of,            \
                                          .result = its_result,                \
                                          WEIR_OF_SUMS(moments, N_SUMS)}

MOMENT(weir_aggregate_var, "var", "variance var_samp variance_samp",
       "the variance of a sample (n - 1)", NULL, var);
MOMENT(weir_aggregate_var_pop, "var_pop", "variance_pop",
       "the variance of a population (n)", &weir_aggregate_var, var_pop);
MOMENT(weir_aggregate_stddev, "stddev", "std stdev stddev_samp",
       "the standard deviation of a sample (n - 1)", &weir_aggregate_var,
       stddev);
MOMENT(weir_aggregate_stddev_pop, "stddev_pop", "std_pop stdev_pop",
       "the standard deviation of a population (n)", &weir_aggregate_var,
       stddev_pop);
MOMENT(weir_aggregate_sem, "sem", "standard_error",
       "the standard error of the mean: stddev over root n",
       &weir_aggregate_var, sem);
MOMENT(weir_aggregate_cv, "cv", "coefficient_of_variation",
       "the coefficient of variation: stddev over mean", &weir_aggregate_var,
       cv);
MOMENT(weir_aggregate_cv_pop, "cv_pop", NULL,
       "the same of a population: stddev_pop over mean", &weir_aggregate_var,
       cv_pop);
MOMENT(weir_aggregate_rms, "rms", "root_mean_square quadratic_mean",
       "the root of the mean of the squares", &weir_aggregate_var, rms);
