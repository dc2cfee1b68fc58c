/*
 * The aggregates, for the registry's table.
 */
#ifndef WEIR_AGGREGATES_REGISTRY_H
#define WEIR_AGGREGATES_REGISTRY_H

#include "base/aggregate.h"

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

#endif
