/*
 * What the parser of options shares with its checks.
 */
#ifndef WEIR_CLI_OPTIONS_CHECK_H
#define WEIR_CLI_OPTIONS_CHECK_H

#include "cli/options.h"

/* One line, where argp would add one on --help; then the end, with 2. */
__attribute__((format(printf, 1, 2), noreturn)) void
weir_options_refuse(const char *format, ...);

/* Whether the command's first word is a query, or a topic of help. */
bool weir_options_takes_query(enum weir_command command);

/* Refuses what is of no use together; `asks`: the command puts a question. */
void weir_options_check(const struct weir_options *o, bool asks);

#endif
