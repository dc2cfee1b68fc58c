/*
 * The figures that --stats asks for, on standard error besides the answer: they
 * are written when they are whole.
 */
#ifndef WEIR_CLI_COMMANDS_FIGURES_H
#define WEIR_CLI_COMMANDS_FIGURES_H

#include "cli/commands/loaded.h"
#include "cli/commands/stats.h"

/* `loaded` may be NULL. Returns the exit code: 0 where all of it was written,
 * 141 where nobody reads the pipe any more, else what weir_complain() returns
 * of it. */
int weir_figures_print(const struct weir_stats *stats,
                       const struct weir_loaded *loaded);

#endif
