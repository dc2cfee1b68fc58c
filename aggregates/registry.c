#include "aggregates/registry.h"

#include <string.h>
#include <strings.h>

const struct weir_aggregate *const weir_aggregates[] = {
#define X(name, family) &weir_aggregate_##name,
    WEIR_AGGREGATES(X)
#undef X
        NULL,
};

const char *weir_aggregate_family(size_t i)
{
    static const char *const families[] = {
#define X(name, family) family,
        WEIR_AGGREGATES(X)
#undef X
    };
    return families[i];
}

/* Compares names without case, as SQL does. */
static bool is_named(const struct weir_aggregate *aggregate, const char *name,
                     size_t len)
{
    if (strlen(aggregate->name) == len &&
        strncasecmp(aggregate->name, name, len) == 0)
        return true;
    const char *at = aggregate->aliases ? aggregate->aliases : "";
    for (; *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        if (n == len && strncasecmp(at, name, len) == 0)
            return true;
        at += n;
    }
    return false;
}

/* Whether the name is p1 to p99, or p99.9 with up to 16 digits after the point;
 * sets the parameter, which is above 0. */
static bool is_percent(const char *name, size_t len,
                       struct weir_parameter *parameter)
{
    struct weir_parameter share = {.digits = 2};
    size_t point = len;
    if (len < 2 || len > 20 || (name[0] != 'p' && name[0] != 'P'))
        return false;
    for (size_t i = 1; i < len; i++) {
        if (name[i] == '.' && point == len && i > 1) {
            point = i;
            continue;
        }
        if (name[i] < '0' || name[i] > '9')
            return false;
        share.n = share.n * 10 + (uint64_t)(name[i] - '0');
        if (point < len)
            share.digits++;
    }
    *parameter = share;
    return share.n && point > 1 && point <= 3 && point != len - 1 &&
           (name[1] != '0' || (point == 2 && point < len));
}

const struct weir_aggregate *
weir_aggregate_find(const char *name, size_t len,
                    struct weir_parameter *parameter)
{
    struct weir_parameter found = {0};
    const struct weir_aggregate *aggregate =
        is_percent(name, len, &found) ? &weir_aggregate_quantile : NULL;
    for (size_t i = 0; weir_aggregates[i] && !aggregate; i++)
        if (is_named(weir_aggregates[i], name, len))
            aggregate = weir_aggregates[i];
    if (parameter)
        *parameter = found;
    return aggregate;
}
