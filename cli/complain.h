/*
 * Failures as a user sees them.
 */
#ifndef WEIR_CLI_COMPLAIN_H
#define WEIR_CLI_COMPLAIN_H

#include "weir.h"

/*
 * Prints "weir: PLACE: MESSAGE" on standard error, the progress line gone, and
 * for a failure in the query its line with a caret under the place. Returns
 * the exit code that the status stands for.
 */
int weir_complain(const struct weir_error *error, const char *query);

#endif
