/*
 * The same question once more, of a process that has answered it: of the store
 * that is there, where one asks eagerly; else of the input, from its
 * beginning.
 */
#ifndef WEIR_CLI_COMMANDS_AGAIN_H
#define WEIR_CLI_COMMANDS_AGAIN_H

#include "cli/commands/commands.h"

/* The answer has been seen, and goes nowhere. `store` NULL: the question is
 * opened anew, and so is its input; it is to be closed in any case. */
enum weir_status weir_ask_again(const struct weir_options *options,
                                struct weir_question *question,
                                struct weir_stream *store, double *seconds,
                                struct weir_error *error) WEIR_CHECKED;

#endif
