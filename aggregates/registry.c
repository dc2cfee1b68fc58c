/*
 * The tables of aggregates and statistics, and SQL's other names for them.
 */
#include "aggregates/registry.h"

#include <string.h>
#include <strings.h>

const struct weir_aggregate *const weir_aggregates[] = {
    &weir_count,  &weir_count_rows, &weir_sum_of, &weir_mean,
    &weir_min,    &weir_max,        &weir_var,    &weir_var_pop,
    &weir_stddev, &weir_stddev_pop, &weir_first,  &weir_last,
    NULL,
};

static const struct {
    const char *alias;
    const struct weir_aggregate *aggregate;
} aliases[] = {
    {"total", &weir_sum_of},         {"avg", &weir_mean},
    {"average", &weir_mean},         {"minimum", &weir_min},
    {"maximum", &weir_max},          {"variance", &weir_var},
    {"var_samp", &weir_var},         {"variance_samp", &weir_var},
    {"variance_pop", &weir_var_pop}, {"std", &weir_stddev},
    {"stdev", &weir_stddev},         {"stddev_samp", &weir_stddev},
    {"std_pop", &weir_stddev_pop},   {"stdev_pop", &weir_stddev_pop},
    {"first_value", &weir_first},    {"last_value", &weir_last},
};

/* Names compare without case, as SQL's do. */
static bool is_named(const char *ours, const char *name, size_t len)
{
    return strlen(ours) == len && strncasecmp(ours, name, len) == 0;
}

const struct weir_aggregate *weir_aggregate_find(const char *name, size_t len)
{
    for (size_t i = 0; weir_aggregates[i]; i++) {
        if (is_named(weir_aggregates[i]->name, name, len))
            return weir_aggregates[i];
    }
    for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++) {
        if (is_named(aliases[i].alias, name, len))
            return aliases[i].aggregate;
    }
    return NULL;
}

const struct weir_statistic *const weir_statistics[] = {
    &weir_median, &weir_quantile, &weir_distinct, &weir_mode, &weir_top, NULL,
};

static const struct {
    const char *alias;
    const struct weir_statistic *statistic;
} statistic_aliases[] = {
    {"percentile", &weir_quantile},
    {"percentile_cont", &weir_quantile},
    {"quantile_cont", &weir_quantile},
    {"count_distinct", &weir_distinct},
};

/* p1 to p99. */
static bool is_percent(const char *name, size_t len,
                       struct weir_parameter *parameter)
{
    uint64_t n = 0;
    if (len < 2 || len > 3 || (name[0] != 'p' && name[0] != 'P') ||
        name[1] == '0')
        return false;
    for (size_t i = 1; i < len; i++) {
        if (name[i] < '0' || name[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(name[i] - '0');
    }
    *parameter = (struct weir_parameter){n, 2};
    return true;
}

const struct weir_statistic *
weir_statistic_find(const char *name, size_t len,
                    struct weir_parameter *parameter)
{
    *parameter = (struct weir_parameter){0};
    for (size_t i = 0; weir_statistics[i]; i++) {
        if (is_named(weir_statistics[i]->name, name, len))
            return weir_statistics[i];
    }
    for (size_t i = 0;
         i < sizeof(statistic_aliases) / sizeof(*statistic_aliases); i++) {
        if (is_named(statistic_aliases[i].alias, name, len))
            return statistic_aliases[i].statistic;
    }
    return is_percent(name, len, parameter) ? &weir_quantile : NULL;
}
