/*
 * What a run read, took and cost.
 */
#ifndef WEIR_CLI_COMMANDS_STATS_H
#define WEIR_CLI_COMMANDS_STATS_H

#include "pipeline/reorder.h"
#include <stdio.h>

struct weir_stats {
    struct weir_record_counts counts;
    uint64_t raw_bytes; /* as they lie in the files */
    const char *how;    /* the last input was read; NULL: not told */
    double seconds;
    struct weir_times times;
    uint64_t reading_ns, source_ns; /* see struct weir_io_counters */
    struct weir_usage heap;
    uint64_t peak_resident, peak_anonymous; /* bytes; 0: not known */
};

/* Fills heap and resident memory, as they are now. */
void weir_stats_measure(struct weir_stats *stats);

/* For people. */
void weir_stats_print(const struct weir_stats *stats, FILE *to);

#endif
