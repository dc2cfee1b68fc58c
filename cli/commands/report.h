/*
 * The report (--report=FD): the figures that a child process sends to the
 * `weir compare` that started it.
 */
#ifndef WEIR_CLI_COMMANDS_REPORT_H
#define WEIR_CLI_COMMANDS_REPORT_H

#include "cli/commands/stats.h"

struct weir_report {
    struct weir_stats stats; /* up to the end of the first answer */
    double load_seconds;     /* the part of stats.seconds that loading took; 0
                                in a lazy run */
    double again_seconds;    /* time of the second answer; 0: there is none */
    uint64_t held;           /* bytes that loading added to the ledger */
    uint64_t allocations;    /* the number of allocations that loading made */
    char stopped[640];       /* the message of the limit that stopped the run;
                                empty if none did */
};

/* Writes the report as one line, and reads it back. Only those stats are
 * written that compare shows. Read returns false if there is no whole line. */
void weir_report_write(const struct weir_report *report, int fd);
bool weir_report_read(struct weir_report *report, FILE *from) WEIR_CHECKED;

#endif
