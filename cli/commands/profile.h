/*
 * --profile: what a run held, by component and by the place that allocated it.
 */
#ifndef WEIR_CLI_COMMANDS_PROFILE_H
#define WEIR_CLI_COMMANDS_PROFILE_H

#include "cli/options.h"

/* On standard error, in the format asked for, else as a table. The run is
 * over, and read so many records. Returns the exit code. */
int weir_profile_print(const struct weir_options *options, uint64_t records);

#endif
