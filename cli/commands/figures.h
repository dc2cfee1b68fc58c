/*
 * Prints the figures of --stats on standard error, all at once: if there is not
 * enough memory for the whole text, nothing is printed.
 */
#ifndef WEIR_CLI_COMMANDS_FIGURES_H
#define WEIR_CLI_COMMANDS_FIGURES_H

#include "cli/commands/loaded.h"
#include "cli/commands/stats.h"

/* `loaded` may be NULL. Lifts the memory limit. Returns the exit code: 0 if all
 * was written, 141 if the pipe has no reader any more, else what
 * weir_complain() returns for the failure. */
int weir_figures_print(const struct weir_stats *stats,
                       const struct weir_loaded *loaded);

#endif
