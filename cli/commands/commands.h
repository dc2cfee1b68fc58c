/*
 * What the command line can do. Each returns the exit code, and has said on
 * standard error what is wrong.
 */
#ifndef WEIR_CLI_COMMANDS_COMMANDS_H
#define WEIR_CLI_COMMANDS_COMMANDS_H

#include "cli/options.h"
#include "jobs/identity.h"
#include "query/plan.h"
#include "readers/csv/csv.h"

int weir_ask(const struct weir_options *options);
int weir_compare(const struct weir_options *options, char **argv);
int weir_explain(const struct weir_options *options);
int weir_sizeof(const struct weir_options *options);
int weir_records(const struct weir_options *options);
int weir_merge_partials(const struct weir_options *options);
int weir_help(const struct weir_options *options);

/*
 * A question bound to its input: what asking and explaining begin with. The
 * members are released by weir_question_close(), also after a failed open.
 */
struct weir_question {
    struct weir_query query;
    struct weir_plan plan;
    struct weir_stream *stream;
    struct weir_io_counters io;
    struct weir_split split; /* of a shard's partial */
    const char *from;        /* the query's own input, terminated */
    bool planned;
};

enum weir_status weir_question_open(struct weir_question *question,
                                    const struct weir_options *options,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_question_close(struct weir_question *question);

/* The question as its partials and checkpoints know it; borrowed. */
struct weir_asked weir_question_asked(const struct weir_question *question,
                                      const struct weir_options *options);

/* What the run will hold, and whether that is allowed. */
void weir_question_estimate(const struct weir_question *question,
                            const struct weir_options *options,
                            const struct weir_format *format,
                            struct weir_estimate *estimate);
enum weir_status weir_question_check(const struct weir_estimate *estimate,
                                     uint64_t memory,
                                     struct weir_error *error) WEIR_CHECKED;

/* Whether writing to `path` would overwrite what is read from, or written to,
 * the other: a path, or a descriptor where that is NULL. */
bool weir_overwrites(const char *path, const char *other, int fd);

/* The format asked for, or the one that suits where `fd` goes. */
const struct weir_format *weir_options_format(const struct weir_options *o,
                                              int fd);

#endif
