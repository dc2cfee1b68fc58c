/*
 * The rows of the registry. A row NAME stands for the aggregate
 * weir_aggregate_NAME, which a file of this folder defines. `weir help
 * aggregates` lists them in this order.
 */
#ifndef WEIR_AGGREGATES_REGISTRY_H
#define WEIR_AGGREGATES_REGISTRY_H

#include "base/aggregate.h"

#define WEIR_AGGREGATES(X)                                                     \
    X(count)                                                                   \
    X(count_rows)                                                              \
    X(count_numbers)                                                           \
    X(count_if)                                                                \
    X(sum)                                                                     \
    X(mean)                                                                    \
    X(weighted_avg)                                                            \
    X(harmonic_mean)                                                           \
    X(min)                                                                     \
    X(max)                                                                     \
    X(range)                                                                   \
    X(arg_min)                                                                 \
    X(arg_max)                                                                 \
    X(var)                                                                     \
    X(var_pop)                                                                 \
    X(stddev)                                                                  \
    X(stddev_pop)                                                              \
    X(sem)                                                                     \
    X(cv)                                                                      \
    X(cv_pop)                                                                  \
    X(rms)                                                                     \
    X(skewness)                                                                \
    X(skewness_pop)                                                            \
    X(kurtosis)                                                                \
    X(kurtosis_pop)                                                            \
    X(first)                                                                   \
    X(last)                                                                    \
    X(bool_and)                                                                \
    X(bool_or)                                                                 \
    X(covar_pop)                                                               \
    X(covar_samp)                                                              \
    X(corr)                                                                    \
    X(regr_slope)                                                              \
    X(regr_intercept)                                                          \
    X(regr_r2)                                                                 \
    X(regr_count)                                                              \
    X(regr_avgx)                                                               \
    X(regr_avgy)                                                               \
    X(regr_sxx)                                                                \
    X(regr_syy)                                                                \
    X(regr_sxy)                                                                \
    X(median)                                                                  \
    X(quantile)                                                                \
    X(quantile_disc)                                                           \
    X(iqr)                                                                     \
    X(distinct)                                                                \
    X(mode)                                                                    \
    X(antimode)                                                                \
    X(top)

#define X(name) extern const struct weir_aggregate weir_aggregate_##name;
WEIR_AGGREGATES(X)
#undef X

#endif
