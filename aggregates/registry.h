/*
 * The aggregates and statistics, for the registry's tables.
 */
#ifndef WEIR_AGGREGATES_REGISTRY_H
#define WEIR_AGGREGATES_REGISTRY_H

#include "base/statistic.h"

extern const struct weir_aggregate weir_count;
extern const struct weir_aggregate weir_sum_of;
extern const struct weir_aggregate weir_mean;
extern const struct weir_aggregate weir_min;
extern const struct weir_aggregate weir_max;
extern const struct weir_aggregate weir_var;
extern const struct weir_aggregate weir_var_pop;
extern const struct weir_aggregate weir_stddev;
extern const struct weir_aggregate weir_stddev_pop;
extern const struct weir_aggregate weir_first;
extern const struct weir_aggregate weir_last;

extern const struct weir_statistic weir_median;
extern const struct weir_statistic weir_quantile;
extern const struct weir_statistic weir_distinct;
extern const struct weir_statistic weir_mode;
extern const struct weir_statistic weir_top;

#endif
