/*
 * Functions that the option parser and the option checks share.
 */
#ifndef WEIR_CLI_OPTIONS_CHECK_H
#define WEIR_CLI_OPTIONS_CHECK_H

#include "cli/options.h"

/* Prints "weir: MESSAGE" on standard error and exits with 2. argp's own error
 * function would add a second line about --help. */
__attribute__((format(printf, 1, 2), noreturn)) void
weir_options_refuse(const char *format, ...);

/* Whether the command's first argument is a query (or a help topic) and not a
 * file. */
bool weir_options_takes_query(enum weir_command command);

/* Refuses options that cannot be combined, or that the command cannot use.
 * `asks` is true if the command answers or explains a query. */
void weir_options_check(const struct weir_options *o, bool asks);

#endif
