/*
 * skewness and kurtosis: the shape of a distribution, from the exact sums of
 * the first four powers. With n values, whose powers have the sums s1 to s4,
 * the central moments times powers of n are
 *
 *     M2 = n s2 - s1^2
 *     M3 = n^2 s3 - 3 n s1 s2 + 2 s1^3
 *     M4 = n^3 s4 - 4 n^2 s1 s3 + 6 n s1^2 s2 - 3 s1^4
 *
 * The skewness of a population is g1 = M3 / M2^(3/2), its excess kurtosis
 * g2 = M4 / M2^2 - 3. Those of a sample are (Joanes and Gill, Comparing
 * measures of sample skewness and kurtosis, 1998)
 *
 *     G1 = g1 * sqrt(n (n - 1)) / (n - 2)
 *     G2 = (n - 1) ((n + 1) g2 + 6) / ((n - 2) (n - 3))
 *
 * The squares of g1 and G1 are rational. Each result is rounded once.
 */
#include "aggregates/registry.h"
#include "aggregates/state.h"
#include "aggregates/sums.h"
#include "base/number_exact.h"

enum {
    S1,
    S2,
    S3,
    S4,
    N_SUMS
};

static bool add(struct weir_sums *sums, struct weir_arena *arena,
                const struct weir_number *value)
{
    sums->n++;
    return weir_sum_add_number(&sums->sum[S1], arena, value) &&
           weir_sum_add_product(&sums->sum[S2], arena, value, value) &&
           weir_sum_add_power(&sums->sum[S3], arena, value, 3) &&
           weir_sum_add_power(&sums->sum[S4], arena, value, 4);
}

static bool shape_update(const struct weir_states *states,
                         const struct weir_arguments *input)
{
    for (size_t row = 0; row < input->rows; row++) {
        const struct weir_number value =
            weir_vector_number(input->value[0], row);
        if (value.kind != WEIR_NULL &&
            !add(weir_state_of(states, input, row), states->arena, &value))
            return false;
    }
    return true;
}

static const uint8_t power[N_SUMS] = {1, 2, 3, 4};
WEIR_SUMS_FUNCTIONS(shape, N_SUMS, power)

/* What the formulas are made of; all initialised. */
struct moments {
    mpq_t n, s1, s2, s3, s4, m2, term;
};

static void moments_init(struct moments *m, const struct weir_sums *sums,
                         const struct weir_arena *arena)
{
    mpq_inits(m->n, m->s1, m->s2, m->s3, m->s4, m->m2, m->term, NULL);
    mpq_set_ui(m->n, (unsigned long)sums->n, 1);
    weir_sum_value(&sums->sum[S1], arena, m->s1);
    weir_sum_value(&sums->sum[S2], arena, m->s2);
    weir_sum_value(&sums->sum[S3], arena, m->s3);
    weir_sum_value(&sums->sum[S4], arena, m->s4);
    mpq_mul(m->m2, m->n, m->s2);
    mpq_mul(m->term, m->s1, m->s1);
    mpq_sub(m->m2, m->m2, m->term);
}

static void moments_clear(struct moments *m)
{
    mpq_clears(m->n, m->s1, m->s2, m->s3, m->s4, m->m2, m->term, NULL);
}

/* value += factor * a * b, by way of the term */
static void add_product(struct moments *m, mpq_t value, long factor,
                        const mpq_t a, const mpq_t b)
{
    mpq_set_si(m->term, factor, 1);
    mpq_mul(m->term, m->term, a);
    mpq_mul(m->term, m->term, b);
    mpq_add(value, value, m->term);
}

/* value = M3 = n (n s3 - 3 s1 s2) + 2 s1 s1^2 */
static void third(struct moments *m, mpq_t value)
{
    mpq_t square;
    mpq_init(square);
    mpq_mul(square, m->s1, m->s1);
    mpq_mul(value, m->n, m->s3);
    add_product(m, value, -3, m->s1, m->s2);
    mpq_mul(value, value, m->n);
    add_product(m, value, 2, m->s1, square);
    mpq_clear(square);
}

/* value = M4 = n (n (n s4 - 4 s1 s3) + 6 s1^2 s2) - 3 s1^2 s1^2 */
static void fourth(struct moments *m, mpq_t value)
{
    mpq_t square;
    mpq_init(square);
    mpq_mul(square, m->s1, m->s1);
    mpq_mul(value, m->n, m->s4);
    add_product(m, value, -4, m->s1, m->s3);
    mpq_mul(value, value, m->n);
    add_product(m, value, 6, square, m->s2);
    mpq_mul(value, value, m->n);
    add_product(m, value, -3, square, square);
    mpq_clear(square);
}

/* value *= (n + a) / (n + b), where n + b is above 0 */
static void scale(mpq_t value, uint64_t n, int a, int b)
{
    mpq_t by;
    mpq_init(by);
    mpq_set_ui(by, (unsigned long)n + (unsigned long)a,
               (unsigned long)n + (unsigned long)b);
    mpq_canonicalize(by);
    mpq_mul(value, value, by);
    mpq_clear(by);
}

/* Skewness: the root of its square, with the sign of M3. */
static double skew_of(struct moments *m, uint64_t n, bool sample)
{
    mpq_t value, cube;
    mpq_inits(value, cube, NULL);
    third(m, value);
    const int sign = mpq_sgn(value);
    mpq_mul(value, value, value);
    mpq_mul(cube, m->m2, m->m2);
    mpq_mul(cube, cube, m->m2);
    mpq_div(value, value, cube);
    if (sample) {
        scale(value, n, 0, -2);
        scale(value, n, -1, -2);
    }
    const double root = weir_exact_root(value);
    mpq_clears(value, cube, NULL);
    return sign < 0 ? -root : root;
}

static double kurtosis_of(struct moments *m, uint64_t n, bool sample)
{
    mpq_t value, by;
    mpq_inits(value, by, NULL);
    fourth(m, value);
    mpq_mul(by, m->m2, m->m2);
    mpq_div(value, value, by);
    mpq_set_ui(by, 3, 1);
    mpq_sub(value, value, by);
    if (sample) {
        scale(value, n, 1, -2);
        mpq_set_ui(by, 6, (unsigned long)(n - 2));
        mpq_canonicalize(by);
        mpq_add(value, value, by);
        scale(value, n, -1, -3);
    }
    const double rounded = weir_exact_double(value);
    mpq_clears(value, by, NULL);
    return rounded;
}

/* Null with fewer values than `least`, and if the values do not vary. */
static struct weir_number
finish(const struct weir_states *states, size_t row, uint64_t least,
       bool sample, double (*of)(struct moments *m, uint64_t n, bool sample))
{
    const struct weir_sums *sums = weir_state_at(states, row);
    struct weir_number result = {.kind = WEIR_NULL};
    struct moments m;
    if (sums->n < least)
        return result;
    moments_init(&m, sums, states->arena);
    if (mpq_sgn(m.m2) > 0)
        result = weir_number_from_double(of(&m, sums->n, sample));
    moments_clear(&m);
    return result;
}

#define SHAPE(its_name, its_aliases, its_brief, its_state_of, least, sample,   \
              of)                                                              \
    static struct weir_number its_name##_result(                               \
        const struct weir_states *states, size_t row, char *scratch)           \
    {                                                                          \
        (void)scratch;                                                         \
        return finish(states, row, least, sample, of);                         \
    }                                                                          \
    const struct weir_aggregate weir_aggregate_##its_name = {                  \
        .name = #its_name,                                                     \
        .aliases = its_aliases,                                                \
        .brief = its_brief,                                                    \
        .need = {WEIR_NEED_NUMBER},                                            \
        .state_of = its_state_of,                                              \
        .result = its_name##_result,                                           \
        WEIR_OF_SUMS(shape, N_SUMS)}

SHAPE(skewness, "skew skewness_samp",
      "of a sample: above 0 with a long upper tail", NULL, 3, true, skew_of);
SHAPE(skewness_pop, "skew_pop", "of a population", &weir_aggregate_skewness, 1,
      false, skew_of);
SHAPE(kurtosis, "kurt kurtosis_samp",
      "excess, of a sample: above 0 with heavy tails", &weir_aggregate_skewness,
      4, true, kurtosis_of);
SHAPE(kurtosis_pop, "kurt_pop", "excess, of a population",
      &weir_aggregate_skewness, 1, false, kurtosis_of);
