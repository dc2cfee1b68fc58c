/*
 * The file of records set aside (--rejects): a CSV with one row for each.
 */
#ifndef WEIR_CLI_COMMANDS_REJECTS_H
#define WEIR_CLI_COMMANDS_REJECTS_H

#include "base/error.h"
#include "pipeline/run.h"

struct weir_rejects;

/* Creates or empties the file and writes the header. `path` is borrowed. NULL
 * on failure. */
struct weir_rejects *weir_rejects_open(const char *path,
                                       struct weir_error *error) WEIR_CHECKED;

/* One thread at a time. */
enum weir_status weir_rejects_add(struct weir_rejects *rejects,
                                  const struct weir_reject *reject,
                                  struct weir_error *error) WEIR_CHECKED;

/* Writes what is left and closes; only then is the file whole. NULL allowed. */
enum weir_status weir_rejects_close(struct weir_rejects *rejects,
                                    struct weir_error *error);

#endif
