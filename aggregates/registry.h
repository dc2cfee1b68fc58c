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
    X(sum)                                                                     \
    X(mean)                                                                    \
    X(min)                                                                     \
    X(max)                                                                     \
    X(var)                                                                     \
    X(var_pop)                                                                 \
    X(stddev)                                                                  \
    X(stddev_pop)                                                              \
    X(first)                                                                   \
    X(last)                                                                    \
    X(covar_pop)                                                               \
    X(covar_samp)                                                              \
    X(corr)                                                                    \
    X(median)                                                                  \
    X(quantile)                                                                \
    X(distinct)                                                                \
    X(mode)                                                                    \
    X(top)

#define X(name) extern const struct weir_aggregate weir_aggregate_##name;
WEIR_AGGREGATES(X)
#undef X

#endif
