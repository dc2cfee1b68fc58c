/*
 * From the command line to a plan: parses the query, opens the input, binds the
 * two, and estimates the memory.
 */
#include "cli/commands/commands.h"
#include "cli/commands/describe.h"

#include "base/error.h"
#include "cli/terminal/terminal.h"
#include "jobs/checkpoint.h"
#include "partials/partial.h"
#include "pipeline/load.h"
#include "pipeline/run.h"
#include "pipeline/window_rejects.h"
#include "readers/csv/csv.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Uses the query's `from FILE` if the command line names no file. */
static enum weir_status choose_input(struct weir_question *question,
                                     struct weir_error *error)
{
    const struct weir_options *options = question->options;
    struct weir_text from = question->query.from;
    question->path = options->inputs.path;
    question->n_paths = options->inputs.n_paths;
    if (from.len == 0)
        return WEIR_OK;
    if (strcmp(options->inputs.path[0], "-") != 0)
        return weir_fail(
            error, WEIR_USAGE,
            "the query names its input (from ...), but the command "
            "line names %s too; leave one of them out",
            options->inputs.path[0]);
    char *path = weir_ast_take(&question->query, from.len + 1);
    if (!path)
        return weir_fail_memory(error, "the query", from.len);
    memcpy(path, from.bytes, from.len);
    path[from.len] = '\0';
    enum weir_status status = weir_paths_expand(&question->from, path, error);
    question->path = question->from.path;
    question->n_paths = question->from.n;
    return status;
}

/* Improves the message of a wrong query: if the query is the name of a file,
 * the user has probably forgotten the query. */
static enum weir_status named_file(const char *query, struct weir_error *error)
{
    struct stat file;
    char shown[256];
    if (stat(query, &file) || S_ISDIR(file.st_mode))
        return error->status;
    weir_show(shown, sizeof shown, query, strlen(query), 60);
    weir_error_init(error);
    return weir_fail(error, WEIR_USAGE,
                     "%s is a file; the question comes first, as in weir "
                     "'count()' %s",
                     shown, shown);
}

/* Gives a failure in the clauses of describe its place in them: the user does
 * not see the question. */
static enum weir_status place_in_clauses(const struct weir_question *question,
                                         struct weir_error *error)
{
    const char *clauses = question->options->query;
    const char *text = question->description;
    if (!text || !clauses || error->status != WEIR_USAGE ||
        strncmp(error->place, "query:", strlen("query:")) != 0)
        return error->status;
    const size_t before = strlen(text) - strlen(clauses);
    return weir_ast_fail_at(
        clauses, error->byte > before ? (uint32_t)(error->byte - before) : 0,
        error);
}

/* Writes and parses the question about all columns. */
static enum weir_status describe(struct weir_question *question,
                                 struct weir_error *error)
{
    question->description = weir_describe_question(
        &question->stream->schema, question->options->query, error);
    return question->description
               ? weir_ast_parse(question->description, &question->query, error)
               : error->status;
}

enum weir_status weir_question_open(struct weir_question *question,
                                    const struct weir_options *options,
                                    struct weir_error *error)
{
    *question = (struct weir_question){.options = options};
    weir_error_init(error);
    enum weir_status status = WEIR_OK;
    const bool describes = options->command == WEIR_COMMAND_DESCRIBE;
    if (!describes)
        status = weir_ast_parse(options->query, &question->query, error);
    if (status)
        return named_file(options->query, error);
    if (choose_input(question, error))
        return error->status;
    struct weir_csv_inputs inputs = {
        .path = question->path,
        .n = question->n_paths,
        .source = options->inputs.source,
        .zstd_dict = options->inputs.zstd_dict,
        .io = &question->io,
        .segment_max = options->every_ns || options->checkpoint.path
                           ? WEIR_SEGMENT_MAX
                           : 0,
        .shard = options->share.shard,
        .of_shards = options->share.of_shards,
        .begins = options->share.begins,
        .by_union = options->inputs.by_union};
    if (options->partial)
        inputs.split = &question->split;
    if (strcmp(inputs.path[0], "-") == 0 && weir_terminal(STDIN_FILENO))
        fprintf(stderr, "weir: reading standard input (a terminal); end it "
                        "with Ctrl-D\n");
    question->stream = weir_csv_open(&inputs, &options->reading, error);
    if (!question->stream)
        return error->status;
    if (describes && describe(question, error))
        return place_in_clauses(question, error);
    status = weir_plan_build(&question->plan, &question->query,
                             &question->stream->schema, options->cells, error);
    if (!status)
        return WEIR_OK;
    weir_csv_verify(question->stream, error);
    if (error->status != status)
        return error->status;
    return describes ? place_in_clauses(question, error)
                     : named_file(options->query, error);
}

void weir_question_close(struct weir_question *question)
{
    weir_plan_release(&question->plan);
    weir_stream_close(question->stream);
    weir_paths_release(&question->from);
    weir_ast_release(&question->query);
    weir_free(WEIR_MEMORY_QUERY, question->description);
}

struct weir_asked weir_question_asked(const struct weir_question *question)
{
    const struct weir_options *options = question->options;
    return (struct weir_asked){.query = options->query,
                               .plan = &question->plan,
                               .schema = &question->stream->schema,
                               .reading = &options->reading,
                               .cells = options->cells,
                               .path = question->path,
                               .n_paths = question->n_paths,
                               .shard = options->share.shard,
                               .of_shards = options->share.of_shards};
}

const struct weir_format *weir_options_format(const struct weir_options *o,
                                              int fd)
{
    if (o->format && (!o->format->binary || fd == STDOUT_FILENO))
        return o->format;
    return weir_terminal(fd) && !o->style.delimiter ? &weir_format_table
                                                    : &weir_format_csv;
}

void weir_question_estimate_outputs(const struct weir_question *question,
                                    struct weir_estimate *estimate)
{
    const struct weir_options *options = question->options;
    const struct weir_format *format =
        weir_options_format(options, STDOUT_FILENO);
    weir_estimate_add(estimate, WEIR_OUTPUT_CAPACITY, "output: its buffer");
    if (format->holds)
        weir_estimate_add(estimate,
                          format->holds(question->plan.output.n_items),
                          "output: rows of the %s", format->name);
    if (options->partial)
        weir_estimate_add(estimate, weir_partial_writer_bytes(),
                          "writing a partial");
    if (options->checkpoint.path)
        weir_estimate_add(estimate, weir_checkpoint_bytes(&question->plan),
                          "checkpoints");
    if (options->every_ns) {
        estimate->phases = WEIR_PHASE_READ;
        weir_estimate_add(estimate,
                          WEIR_OUTPUT_CAPACITY +
                              weir_run_so_far_bytes(&question->plan),
                          "results so far, and a screen");
        estimate->phases = 0;
    }
    const size_t threads = options->resources.threads;
    if (options->rejects)
        weir_estimate_add(
            estimate,
            WEIR_OUTPUT_CAPACITY + threads * weir_window_rejects_bytes(),
            "rejects: a buffer, and those of %zu windows", threads);
}

void weir_question_estimate(const struct weir_question *question,
                            struct weir_estimate *estimate)
{
    const struct weir_options *options = question->options;
    struct weir_stream *stream = question->stream;
    weir_stream_project(stream, question->plan.projected,
                        question->plan.n_projected);
    const struct weir_loading loading = {.threads = options->resources.threads,
                                         .all_columns =
                                             options->loading.all_columns};
    weir_question_estimate_outputs(question, estimate);
    if (options->loading.eager) {
        weir_load_estimate(&loading, stream, estimate);
        weir_replay_estimate(&question->plan, stream,
                             options->resources.threads, estimate);
    } else {
        weir_run_estimate(&question->plan, stream, options->resources.threads,
                          options->rejects != NULL, estimate);
    }
}
