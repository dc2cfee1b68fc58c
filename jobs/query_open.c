/*
 * From a question and its inputs to a plan, for a C program.
 */
#include "jobs/query.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/threads.h"
#include "base/use.h"
#include "jobs/merge_job.h"
#include "partials/partial.h"
#include "pipeline/window_rejects.h"
#include "query/plan.h"
#include "readers/csv/csv.h"
#include <stdint.h>
#include <string.h>

#define MEMORY_DEFAULT ((size_t)64 << 20)

const struct weir_plan *weir_query_plan(const struct weir_query *query)
{
    return query->partial.merge ? weir_merge_job_plan(query->partial.merge)
                                : &query->plan;
}

enum weir_status weir_query_take_row(struct weir_query *query,
                                     struct weir_error *error)
{
    const size_t n = weir_query_plan(query)->output.n_items, least = n ? n : 1;
    query->answer.value = weir_alloc_zero(WEIR_MEMORY_OUTPUT,
                                          least * sizeof *query->answer.value);
    query->answer.written =
        weir_alloc(WEIR_MEMORY_OUTPUT, least * sizeof *query->answer.written);
    query->answer.row = (struct weir_row){n, query->answer.value};
    if (query->answer.value && query->answer.written)
        return WEIR_OK;
    return weir_fail_memory(error, "a row", n * sizeof *query->answer.value);
}

/* The members that have few values. */
static enum weir_status check_options(const struct weir_query_options *options,
                                      struct weir_error *error)
{
    const char mark[] = {options->thousands, '\0'};
    const char decimal = options->decimal ? options->decimal : '.';
    char known;
    if (options->bad_cells > WEIR_BAD_CELLS_REJECT)
        return weir_fail(error, WEIR_USAGE, "options.bad_cells is %d",
                         (int)options->bad_cells);
    if (decimal != '.' && decimal != ',')
        return weir_fail(error, WEIR_USAGE,
                         "options.decimal is the byte %d; it must be 0, a "
                         "point or a comma",
                         (unsigned char)decimal);
    if (*mark && !weir_notation_thousands(weir_text_of(mark), &known))
        return weir_fail(error, WEIR_USAGE,
                         "options.thousands is the byte %d; it must be 0, a "
                         "comma, a point, a blank, ' or _",
                         (unsigned char)*mark);
    if (options->shard > options->of_shards ||
        (options->of_shards && !options->shard))
        return weir_fail(
            error, WEIR_USAGE, "options.shard is %u of %u; they count from 1",
            (unsigned)options->shard, (unsigned)options->of_shards);
    if (options->checkpoint && options->reject)
        return weir_fail(error, WEIR_USAGE,
                         "options.checkpoint and options.reject: a query that "
                         "goes on would give records twice");
    if (*mark == decimal)
        return weir_fail(error, WEIR_USAGE,
                         "options.thousands and options.decimal are both '%c'",
                         decimal);
    return WEIR_OK;
}

static enum weir_status check_reading(const struct weir_query_options *options,
                                      struct weir_error *error)
{
    const struct weir_reading *reading = options->reading;
    if (options->by_union && reading &&
        (reading->no_header || (reading->header && *reading->header)))
        return weir_fail(error, WEIR_USAGE,
                         "options.by_union: the inputs must have headers, and "
                         "none is read");
    if (reading && reading->bad_records > WEIR_BAD_RECORDS_REJECT)
        return weir_fail(error, WEIR_USAGE, "bad_records is %d",
                         (int)reading->bad_records);
    return WEIR_OK;
}

static enum weir_status take_options(struct weir_query *query,
                                     const struct weir_query_options *options,
                                     struct weir_error *error)
{
    struct weir_query_options *copy = &query->options;
    const size_t size = options ? options->size : 0;
    if (options && (size < sizeof size || size > sizeof *copy))
        return weir_fail(error, WEIR_USAGE,
                         "options.size is %zu; it must be sizeof(struct "
                         "weir_query_options), at most %zu",
                         size, sizeof *copy);
    if (options)
        memcpy(copy, options, size);
    if (copy->threads == 0)
        copy->threads = 1;
    if (copy->threads > WEIR_THREADS_MAX)
        copy->threads = WEIR_THREADS_MAX;
    if (copy->memory == 0)
        copy->memory = MEMORY_DEFAULT;
    enum weir_status status = check_options(copy, error);
    return status ? status : check_reading(copy, error);
}

/* The question's own input, `from 'users.csv'`, if there is no other. */
static enum weir_status name_input(struct weir_query *query,
                                   struct weir_error *error)
{
    struct weir_text from = query->ast.from;
    if ((from.len != 0) == (query->n_paths == 0)) {
        if (from.len == 0)
            return WEIR_OK;
        char *path = weir_ast_take(&query->ast, from.len + 1);
        if (!path)
            return weir_fail_memory(error, "the query", from.len);
        memcpy(path, from.bytes, from.len);
        query->path[0] = path;
        query->n_paths = 1;
        return WEIR_OK;
    }
    return weir_fail(error, WEIR_USAGE,
                     from.len ? "the question names its input (from ...), and "
                                "there are others; leave one of them out"
                              : "there is no input, and the question names "
                                "none (from ...)");
}

static struct weir_stream *open_stream(struct weir_query *query,
                                       const struct weir_input *input,
                                       struct weir_error *error)
{
    const struct weir_reading *reading = query->options.reading;
    struct weir_csv_inputs inputs = {.path = query->path,
                                     .n = query->n_paths,
                                     .by_union = query->options.by_union,
                                     .source.max_window =
                                         query->options.max_window,
                                     .zstd_dict = query->options.dictionary,
                                     .shard = query->options.shard,
                                     .of_shards = query->options.of_shards};
    if (query->options.partial)
        inputs.split = &query->partial.split;
    if (query->options.checkpoint)
        inputs.segment_max = WEIR_SEGMENT_MAX;
    if (input && !input->path)
        return weir_csv_open_input(input, &inputs, reading, error);
    return weir_csv_open(&inputs, reading, error);
}

static enum weir_status name_inputs(struct weir_query *query,
                                    const struct weir_input *input, size_t n,
                                    struct weir_error *error)
{
    query->path = weir_alloc(WEIR_MEMORY_QUERY, (n + 1) * sizeof *query->path);
    if (!query->path)
        return weir_fail_memory(error, "the inputs", n * sizeof *query->path);
    for (size_t i = 0; i < n; i++) {
        const bool path_needed = n > 1 || query->options.partial ||
                                 query->options.of_shards ||
                                 query->options.checkpoint;
        if (!input[i].path && path_needed)
            return weir_fail(error, WEIR_USAGE,
                             "input[%zu] is no path: several inputs, and those "
                             "of shards, partials and checkpoints, must be "
                             "paths",
                             i);
        query->path[i] = weir_input_name(&input[i]);
    }
    query->n_paths = n;
    return WEIR_OK;
}

/* Refuses a query that its memory does not allow, before it is read. */
static enum weir_status check_memory(struct weir_query *query,
                                     struct weir_error *error)
{
    const size_t memory = query->options.memory;
    char needs[32], allows[32];
    weir_estimate_add(&query->held,
                      sizeof *query +
                          query->answer.row.n * (sizeof *query->answer.value +
                                                 sizeof *query->answer.written),
                      "the query's row");
    if (query->options.reject)
        weir_estimate_add(
            &query->held, query->options.threads * weir_window_rejects_bytes(),
            "rejects: those of %zu windows", query->options.threads);
    if (query->options.partial)
        weir_estimate_add(&query->held, weir_partial_writer_bytes(),
                          "writing a partial");
    if (query->options.checkpoint)
        weir_estimate_add(&query->held, weir_checkpoint_bytes(&query->plan),
                          "checkpoints");
    if (memory == SIZE_MAX)
        return WEIR_OK;
    query->held.limit = memory;
    struct weir_estimate estimate = query->held;
    weir_stream_project(query->stream, query->plan.projected,
                        query->plan.n_projected);
    weir_run_estimate(&query->plan, query->stream, query->options.threads,
                      query->options.reject != NULL, &estimate);
    size_t total = weir_estimate_total(&estimate);
    if (total <= memory)
        return WEIR_OK;
    return weir_fail(
        error, WEIR_LIMIT, "the query needs at least %s, its memory is %s",
        weir_size_enough(needs, total), weir_size_text(allows, memory));
}

static enum weir_status parse(struct weir_query *query, const char *question,
                              struct weir_error *error)
{
    const size_t len = strlen(question);
    query->question = weir_copy_text(WEIR_MEMORY_QUERY, question, len);
    return query->question ? weir_ast_parse(query->question, &query->ast, error)
                           : weir_fail_memory(error, "the query", len);
}

static enum weir_status open_query(struct weir_query *query,
                                   const char *question,
                                   const struct weir_input *input, size_t n,
                                   struct weir_error *error)
{
    enum weir_status status = name_inputs(query, input, n, error);
    if (!status)
        status = parse(query, question, error);
    if (!status)
        status = name_input(query, error);
    if (status)
        return status;
    query->stream = open_stream(query, n ? input : NULL, error);
    if (!query->stream)
        return error->status;
    const struct weir_cell_rules cells = {
        .bad = query->options.bad_cells,
        .notation = {.decimal = query->options.decimal,
                     .thousands = query->options.thousands}};
    status = weir_plan_build(&query->plan, &query->ast, &query->stream->schema,
                             cells, error);
    if (status) {
        weir_csv_verify(query->stream, error);
        return error->status;
    }
    status = weir_query_take_row(query, error);
    if (!status && query->options.checkpoint)
        status = weir_query_open_checkpoint(query, error);
    if (!status && query->options.partial)
        status = weir_query_open_partial(query, error);
    if (status)
        return status;
    return check_memory(query, error);
}

struct weir_query *weir_query_create(const struct weir_query_options *options,
                                     struct weir_error *error)
{
    weir_error_init(error);
    struct weir_query *query =
        weir_alloc_zero(WEIR_MEMORY_QUERY, sizeof *query);
    if (!query)
        return weir_no_memory(error, "the query", sizeof *query);
    weir_use_open(query);
    query->sink.ops = &weir_query_sink_ops;
    enum weir_status status = take_options(query, options, error);
    if (!status)
        status = weir_lock_init(&query->meeting.lock, &query->meeting.changed,
                                error);
    query->meeting.exists = !status;
    return weir_query_opened(query, status, error);
}

struct weir_query *weir_query_opened(struct weir_query *query,
                                     enum weir_status status,
                                     struct weir_error *error)
{
    if (!status)
        return query;
    weir_fail_in_c(error);
    weir_query_close(query);
    return NULL;
}

struct weir_query *weir_query_open(const char *question,
                                   const struct weir_input *input, size_t n,
                                   const struct weir_query_options *options,
                                   struct weir_error *error)
{
    if (!question || (n && !input)) {
        (void)weir_use_wrong(error, "weir_query_open: the %s NULL",
                             question ? "inputs are" : "question is");
        return NULL;
    }
    struct weir_query *query = weir_query_create(options, error);
    return query
               ? weir_query_opened(
                     query, open_query(query, question, input, n, error), error)
               : NULL;
}

void weir_query_close(struct weir_query *query)
{
    if (query && weir_use_begin(query, "query", "weir_query_close", NULL))
        weir_query_taken_close(query);
}

enum weir_status weir_query_take(struct weir_query *query, const char *function,
                                 struct weir_error *error)
{
    return weir_use_begin(query, "query", function, error) ? WEIR_OK
                                                           : WEIR_USAGE;
}

void weir_query_taken_close(struct weir_query *query)
{
    weir_use_close(query);
    if (query->run.begun)
        weir_query_end(query);
    weir_query_close_checkpoint(query);
    weir_partial_abandon(query->partial.writer);
    weir_merge_job_close(query->partial.merge);
    weir_free(WEIR_MEMORY_OUTPUT, query->answer.value);
    weir_free(WEIR_MEMORY_OUTPUT, query->answer.written);
    weir_plan_release(&query->plan);
    weir_stream_close(query->stream);
    weir_ast_release(&query->ast);
    if (query->meeting.exists) {
        pthread_cond_destroy(&query->meeting.changed);
        pthread_mutex_destroy(&query->meeting.lock);
    }
    weir_free(WEIR_MEMORY_QUERY, query->path);
    weir_free(WEIR_MEMORY_QUERY, query->question);
    weir_free(WEIR_MEMORY_QUERY, query);
}
