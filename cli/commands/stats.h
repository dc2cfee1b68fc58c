/*
 * What a run read, and the time and memory it took.
 */
#ifndef WEIR_CLI_COMMANDS_STATS_H
#define WEIR_CLI_COMMANDS_STATS_H

#include "pipeline/reorder.h"
#include <stdio.h>

struct weir_stats {
    struct weir_record_counts counts;
    uint64_t raw_bytes; /* bytes read from the files (compressed if they are) */
    const char *how;    /* how the last input was read; NULL: not known */
    double seconds;
    struct weir_times times;
    uint64_t reading_ns, source_ns; /* see struct weir_io_counters */
    struct weir_usage heap;
    /* Resident bytes at their peak, and anonymous resident bytes when measured
     * (not at their peak). 0: not known. */
    uint64_t peak_resident, peak_anonymous;
};

/* Fills `heap`, `peak_resident` and `peak_anonymous` with the values of now. */
void weir_stats_measure(struct weir_stats *stats);

/* Prints the stats as text for people. */
void weir_stats_print(const struct weir_stats *stats, FILE *to);

#endif
