/*
 * Messages name what helps as the command line spells it: "--bad-cells=null
 * skips such cells". A C program sets members of structs instead.
 */
#ifndef WEIR_BASE_C_WORDS_H
#define WEIR_BASE_C_WORDS_H

#include "weir.h"

/*
 * Rewrites weir's options in a message as the members of weir.h:
 * --bad-cells=null becomes bad_cells=null, --union by_union, and -d delimiter.
 * What stands in 'single quotes' is data, and stays; so do the commands of
 * other programs. `capacity` is that of the message, which is cut if it does
 * not fit. Returns the message.
 */
char *weir_c_words(char *message, size_t capacity);

/* The same for a failure that a C program is about to get. Returns its status.
 */
enum weir_status weir_fail_in_c(struct weir_error *error);

#endif
