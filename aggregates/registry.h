/*
 * The aggregates, for the registry's table.
 */
#ifndef WEIR_AGGREGATES_REGISTRY_H
#define WEIR_AGGREGATES_REGISTRY_H

#include "base/ordered_set.h"

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
extern const struct weir_aggregate weir_covar_pop;
extern const struct weir_aggregate weir_covar_samp;
extern const struct weir_aggregate weir_corr;

extern const struct weir_aggregate weir_median;
extern const struct weir_aggregate weir_quantile;
extern const struct weir_aggregate weir_distinct;
extern const struct weir_aggregate weir_mode;
extern const struct weir_aggregate weir_top;

#endif
