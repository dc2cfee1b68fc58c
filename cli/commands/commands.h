/*
 * The commands. Each returns the exit code, and has printed its own error
 * message on standard error.
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

/* Parts of the help: all aggregates by family; and all about those of that name
 * or alias. Return how many there were. */
size_t weir_help_list_aggregates(void);
size_t weir_help_aggregate(const char *name);

/*
 * A question bound to its input. weir QUERY and weir explain both begin with
 * one. The caller calls weir_question_close() also after a failed open.
 */
struct weir_question {
    const struct weir_options *options; /* borrowed */
    char *description; /* the question of describe; NULL: the options have it */
    struct weir_ast query;
    struct weir_plan plan;
    struct weir_stream *stream;
    struct weir_io_counters io;
    struct weir_split split; /* where the shard's records begin and end; filled
                                only for --partial */
    const char *const *path; /* the inputs: of the command line, or `from` */
    size_t n_paths;
    struct weir_paths from; /* what the query's `from` stands for */
};

/* Parses the query, opens the input and makes the plan. The options are
 * borrowed until close. */
enum weir_status weir_question_open(struct weir_question *question,
                                    const struct weir_options *options,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_question_close(struct weir_question *question);

/* The question as it is stored in partials and checkpoints. The result borrows
 * from the question and the options. */
struct weir_asked weir_question_asked(const struct weir_question *question);

/* Adds what the run will hold to the estimate: the run itself, the output and
 * the files that the options ask for. It also chooses how the stream is read
 * (weir_run_estimate), so it comes before the run. */
void weir_question_estimate(const struct weir_question *question,
                            struct weir_estimate *estimate);

/* Adds what the command holds apart from the run: the output and the files that
 * the options ask for. weir_question_estimate includes it. */
void weir_question_estimate_outputs(const struct weir_question *question,
                                    struct weir_estimate *estimate);

/* Answers the same question a second time in the same process, to measure it,
 * and writes the answer to /dev/null. `*seconds` is the time it took. An eager
 * run answers from the store that it has loaded. A lazy run, whose `store` is
 * NULL, closes and opens the question again and reads its input from the
 * beginning. The caller closes the question afterwards, also after a failure.
 */
enum weir_status weir_ask_again(struct weir_question *question,
                                struct weir_stream *store, double *seconds,
                                struct weir_error *error) WEIR_CHECKED;

/* --profile: prints the memory that the run held, by component and by the line
 * of the sources that allocated it, on standard error. The format is that of
 * --output, else a table. `records` is the number of records that the run has
 * read. Lifts the memory limit. Returns the exit code. */
int weir_profile_print(const struct weir_options *options, uint64_t records);

/* The format of --output. Without that option: a table if `fd` is a terminal,
 * else CSV. */
const struct weir_format *weir_options_format(const struct weir_options *o,
                                              int fd);

#endif
