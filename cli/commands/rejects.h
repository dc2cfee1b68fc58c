/*
 * The file of rejected records (--rejects): a CSV file, one row a record.
 */
#ifndef WEIR_CLI_COMMANDS_REJECTS_H
#define WEIR_CLI_COMMANDS_REJECTS_H

#include "base/error.h"
#include "pipeline/run.h"

struct weir_rejects;

/* Creates or empties the file and writes the header. `path` is borrowed until
 * close. NULL on failure. */
struct weir_rejects *weir_rejects_open(const char *path,
                                       struct weir_error *error) WEIR_CHECKED;

/* Writes one row. One thread at a time may call it. */
enum weir_status weir_rejects_add(struct weir_rejects *rejects,
                                  const struct weir_reject *reject,
                                  struct weir_error *error) WEIR_CHECKED;

/* Writes the rest of the buffer and closes the file; before that the file is
 * not complete. `rejects` may be NULL. */
enum weir_status weir_rejects_close(struct weir_rejects *rejects,
                                    struct weir_error *error);

#endif
