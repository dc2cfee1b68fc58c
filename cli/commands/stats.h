/*
 * What a run read and loaded, and the time and memory it took.
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
    uint64_t peak_resident, anonymous;
};

/* What an eager run has loaded. */
struct weir_loaded {
    const struct weir_stream *store;
    uint64_t load_ns, answer_ns;
};

/* Fills `heap`, `peak_resident` and `anonymous` with the values of now. */
void weir_stats_measure(struct weir_stats *stats);

/* Prints the figures of --stats on standard error, all at once: if there is not
 * enough memory for the whole text, nothing is printed. `json` says that they
 * are one line, a JSON object. `loaded` may be NULL. Lifts the memory limit.
 * Returns the exit code, and has printed its own error message. */
int weir_stats_print(const struct weir_stats *stats,
                     const struct weir_loaded *loaded, bool json);

/* Prints what was loaded, as text for people. */
void weir_loaded_print(const struct weir_loaded *loaded, FILE *to);

/* The number that follows `name` at the beginning of a line of the file.
 * Returns `otherwise` if there is no file, no such line, or no number ("max").
 */
uint64_t weir_number_in(const char *path, const char *name, uint64_t otherwise);

/* The bytes that the machine, or the control group of this process, can give
 * now without swapping; 0 if that is not known. */
uint64_t weir_available_memory(void);

#endif
