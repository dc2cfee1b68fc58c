/*
 * The file of rejected records (--rejects): a CSV file, one row a record.
 */
#ifndef WEIR_CLI_COMMANDS_REJECTS_H
#define WEIR_CLI_COMMANDS_REJECTS_H

#include "cli/formats/output.h"
#include "pipeline/run.h"

/* Creates or empties the file and writes the header. `path` is borrowed until
 * the output is closed; before that the file is not complete. */
enum weir_status weir_rejects_open(struct weir_output *output, const char *path,
                                   struct weir_error *error) WEIR_CHECKED;

/* Writes one row. One thread at a time may call it. */
enum weir_status weir_rejects_add(struct weir_output *output,
                                  const struct weir_reject *reject,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
