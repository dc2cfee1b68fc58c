/*
 * What a run of a question writes: the answer, or a partial of it, and the
 * files that its options name.
 */
#ifndef WEIR_CLI_COMMANDS_OUTPUTS_H
#define WEIR_CLI_COMMANDS_OUTPUTS_H

#include "cli/commands/commands.h"
#include "cli/terminal/timeline.h"
#include "jobs/checkpoint.h"
#include "partials/partial.h"

/* A zeroed one may be closed and released. */
struct weir_outputs {
    struct weir_output answer; /* standard output; unused with --partial */
    struct weir_sink *sink;    /* over `answer`; NULL with --partial */
    struct weir_partial_writer *partial; /* NULL: no --partial */
    struct weir_output rejects;          /* zeroed: no --rejects */
    struct weir_timeline *timeline;      /* NULL: no --timeline */
    struct weir_checkpoint checkpoint;   /* its path is NULL: none */
};

/*
 * Opens everything that the options ask for. `outputs` is zeroed before.
 * WEIR_USAGE if a file is also an input or another output, which would be lost,
 * or if the query cannot be written as asked. If the run resumes from a
 * checkpoint, a message says so on standard error. `begin` is when the command
 * began, from weir_clock_ns(). The question and the options are borrowed until
 * close. On failure the caller closes and releases, too.
 */
enum weir_status weir_outputs_open(struct weir_outputs *outputs,
                                   const struct weir_question *question,
                                   uint64_t begin,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Closes all that is open, and removes the checkpoint if the run has ended
 * well. `status` is how the run has ended. Returns it, or, if it is no failure,
 * the first failure to close something: a part of the answer may not have been
 * written. A partial that was not finished (weir_partial_finish) is removed.
 */
enum weir_status weir_outputs_close(struct weir_outputs *outputs,
                                    const struct weir_options *o,
                                    enum weir_status status,
                                    struct weir_error *error) WEIR_CHECKED;

/* Frees what the outputs still hold after close. */
void weir_outputs_release(struct weir_outputs *outputs);

/* rejects.c: creates or empties the file of rejected records, a CSV file of one
 * row a record, and writes the header. `path` is borrowed until the output is
 * closed; before that the file is not complete. */
enum weir_status weir_rejects_open(struct weir_output *output, const char *path,
                                   struct weir_error *error) WEIR_CHECKED;

/* Writes one row. One thread at a time may call it. */
enum weir_status weir_rejects_add(struct weir_output *output,
                                  const struct weir_reject *reject,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
