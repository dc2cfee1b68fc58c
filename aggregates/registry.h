/*
 * The rows of the registry: a name and a family. A row NAME stands for the
 * aggregate weir_aggregate_NAME, which a file of this folder defines. `weir
 * help aggregates` lists them in this order.
 */
#ifndef WEIR_AGGREGATES_REGISTRY_H
#define WEIR_AGGREGATES_REGISTRY_H

#include "base/aggregate.h"

#define WEIR_AGGREGATES(X)                                                     \
    X(count, "Counts")                                                         \
    X(count_rows, "Counts")                                                    \
    X(count_numbers, "Counts")                                                 \
    X(count_if, "Counts")                                                      \
    X(distinct, "Counts")                                                      \
    X(sum, "Sums and means")                                                   \
    X(mean, "Sums and means")                                                  \
    X(weighted_avg, "Sums and means")                                          \
    X(harmonic_mean, "Sums and means")                                         \
    X(geometric_mean, "Sums and means")                                        \
    X(rms, "Sums and means")                                                   \
    X(min, "Extremes")                                                         \
    X(max, "Extremes")                                                         \
    X(range, "Extremes")                                                       \
    X(arg_min, "Extremes")                                                     \
    X(arg_max, "Extremes")                                                     \
    X(var, "Spread and shape")                                                 \
    X(var_pop, "Spread and shape")                                             \
    X(stddev, "Spread and shape")                                              \
    X(stddev_pop, "Spread and shape")                                          \
    X(sem, "Spread and shape")                                                 \
    X(cv, "Spread and shape")                                                  \
    X(cv_pop, "Spread and shape")                                              \
    X(skewness, "Spread and shape")                                            \
    X(skewness_pop, "Spread and shape")                                        \
    X(kurtosis, "Spread and shape")                                            \
    X(kurtosis_pop, "Spread and shape")                                        \
    X(covar_pop, "Two values")                                                 \
    X(covar_samp, "Two values")                                                \
    X(corr, "Two values")                                                      \
    X(regr_slope, "Two values")                                                \
    X(regr_intercept, "Two values")                                            \
    X(regr_r2, "Two values")                                                   \
    X(regr_count, "Two values")                                                \
    X(regr_avgx, "Two values")                                                 \
    X(regr_avgy, "Two values")                                                 \
    X(regr_sxx, "Two values")                                                  \
    X(regr_syy, "Two values")                                                  \
    X(regr_sxy, "Two values")                                                  \
    X(bool_and, "Conditions")                                                  \
    X(bool_or, "Conditions")                                                   \
    X(first, "By position in the input")                                       \
    X(last, "By position in the input")                                        \
    X(median, "Of the values in order")                                        \
    X(quantile, "Of the values in order")                                      \
    X(quantile_disc, "Of the values in order")                                 \
    X(iqr, "Of the values in order")                                           \
    X(mode, "By frequency")                                                    \
    X(antimode, "By frequency")                                                \
    X(entropy, "By frequency")                                                 \
    X(top, "By frequency")

#define X(name, family)                                                        \
    extern const struct weir_aggregate weir_aggregate_##name;
WEIR_AGGREGATES(X)
#undef X

#endif
