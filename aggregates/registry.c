/*
 * The table of aggregates, and SQL's other names for them.
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
