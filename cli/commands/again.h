/*
 * Answers the same question a second time in the same process, to measure it.
 * An eager run answers from the store that it has loaded; a lazy run reads the
 * input again from its beginning.
 */
#ifndef WEIR_CLI_COMMANDS_AGAIN_H
#define WEIR_CLI_COMMANDS_AGAIN_H

#include "cli/commands/commands.h"

/* Runs the question and writes the answer to /dev/null; `*seconds` is the time
 * it took. If `store` is NULL, the question and its input are closed and opened
 * again. The caller closes the question afterwards, also after a failure. */
enum weir_status weir_ask_again(const struct weir_options *options,
                                struct weir_question *question,
                                struct weir_stream *store, double *seconds,
                                struct weir_error *error) WEIR_CHECKED;

#endif
