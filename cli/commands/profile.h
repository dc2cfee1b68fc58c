/*
 * --profile: the memory that a run held, by component and by the line of the
 * sources that allocated it.
 */
#ifndef WEIR_CLI_COMMANDS_PROFILE_H
#define WEIR_CLI_COMMANDS_PROFILE_H

#include "cli/options.h"

/* Prints the profile on standard error, in the format of --output, else as a
 * table. `records` is the number of records that the run has read. Lifts the
 * memory limit. Returns the exit code. */
int weir_profile_print(const struct weir_options *options, uint64_t records);

#endif
