/*
 * What a run tells the program that started it (--report): figures, for
 * compare.
 */
#ifndef WEIR_CLI_COMMANDS_REPORT_H
#define WEIR_CLI_COMMANDS_REPORT_H

#include "cli/commands/stats.h"

struct weir_report {
    struct weir_stats stats; /* to the end of the first answer */
    double load_seconds;     /* of those; 0: lazy */
    double again_seconds;    /* for the same question once more; 0: not asked */
    uint64_t held;           /* bytes that loading added to the ledger, */
    uint64_t allocations;    /* in so many allocations */
    char stopped[640];       /* by a limit: what it says; else empty */
};

/* One line on a descriptor; and back. Of the stats, what compare shows. */
void weir_report_write(const struct weir_report *report, int fd);
bool weir_report_read(struct weir_report *report, FILE *from) WEIR_CHECKED;

#endif
