/*
 * How a failure is shown to the user.
 */
#ifndef WEIR_CLI_COMPLAIN_H
#define WEIR_CLI_COMPLAIN_H

#include "weir.h"

/*
 * Erases the progress line and prints "weir: PLACE: MESSAGE" on standard error.
 * For an error in the query it also prints the query's line with a caret under
 * the error. `query` may be NULL. Returns the exit code, which is the status
 * without its sign.
 */
int weir_complain(const struct weir_error *error, const char *query);

#endif
