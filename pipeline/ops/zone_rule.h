/*
 * The rule of a time zone for the time after its last known transition, written
 * as POSIX's TZ is: CET-1CEST,M3.5.0,M10.5.0/3.
 */
#ifndef WEIR_PIPELINE_OPS_ZONE_RULE_H
#define WEIR_PIPELINE_OPS_ZONE_RULE_H

#include "pipeline/ops/date_cursor.h"

#define WEIR_DAY_SECONDS 86400

/* When a rule changes the clock, in a year. */
struct weir_zone_change {
    char kind; /* M: month, week, day; J: day 1 to 365 without 29 February; 0:
                  day 0 to 365 */
    int month, week, day;
    int32_t time; /* seconds after midnight on the clock before the change */
};

struct weir_zone_rule {
    int32_t standard, daylight; /* offsets; the same if there is no change */
    bool changes;
    struct weir_zone_change begin, end; /* of daylight saving time */
};

static inline bool weir_is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Reads a rule, which is all of the text; false if it is none. */
bool weir_zone_rule_read(struct weir_cursor *text, struct weir_zone_rule *rule);

/* What the clock is ahead of UTC, in seconds, at a time in seconds since 1970.
 */
int32_t weir_zone_rule_offset(const struct weir_zone_rule *rule,
                              int64_t seconds);

#endif
