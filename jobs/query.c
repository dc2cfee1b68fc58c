/*
 * A question for a C program: weir_query_open() and what follows it in weir.h.
 *
 * A run pushes the rows of its answer into a sink; the caller pulls them. So
 * the run has a thread of its own, and the two meet at a window of rows. The
 * sink waits while the caller takes the rows out of the run's own vectors:
 * nothing is copied or queued.
 *
 *     run's thread:    rows(window) | waits           | rows(window) ...
 *     caller's thread:   waits      | next, next ...  |   waits
 */
#include "base/error.h"
#include "base/notation.h"
#include "base/threads.h"
#include "pipeline/run.h"
#include "pipeline/window_rejects.h"
#include "query/plan.h"
#include "readers/csv/csv.h"
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Where the two threads meet; the lock guards it. */
struct meeting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* The window that is offered. The caller sets `rows` to 0 once it has taken
     * them; until then the run waits, and the vectors stay. */
    const struct weir_vector *const *column;
    size_t rows;
    bool over; /* the run has ended: status, error and counts are final */
};

struct weir_query {
    struct weir_sink sink; /* the first member: the run's sink is the query */
    char *question;
    const char **path; /* [n_paths]; the array is a copy */
    size_t n_paths;
    struct weir_query_options options;
    struct weir_stream *stream;
    struct weir_ast ast;
    struct weir_plan plan;
    struct weir_estimate held;

    struct meeting meeting;
    bool met; /* the meeting's lock exists */
    pthread_t thread;
    bool begun;
    atomic_bool cancelled;
    enum weir_status status;
    struct weir_error error;
    struct weir_record_counts counts;

    /* The caller's: its window, and how many of its rows it has taken. */
    const struct weir_vector *const *column;
    size_t rows, taken;
    struct weir_row row;
    struct weir_value *value;          /* [row.n] */
    char (*written)[WEIR_NUMBER_TEXT]; /* [row.n] */
};

#define MEMORY_DEFAULT ((size_t)64 << 20)

/* Longer cells that are not in the plain notation are texts. */
#define CELL_MAX ((size_t)512)

/* The run's side */

static enum weir_status take_names(struct weir_sink *sink,
                                   const char *const *name,
                                   const enum weir_type *type, size_t n_columns,
                                   struct weir_error *error)
{
    (void)sink, (void)name, (void)type, (void)n_columns, (void)error;
    return WEIR_OK;
}

static enum weir_status offer_rows(struct weir_sink *sink,
                                   const struct weir_vector *const *column,
                                   size_t rows, struct weir_error *error)
{
    struct weir_query *query = (struct weir_query *)sink;
    struct meeting *meeting = &query->meeting;
    if (atomic_load(&query->cancelled))
        return weir_fail_cancelled(error);
    pthread_mutex_lock(&meeting->lock);
    meeting->column = column;
    meeting->rows = rows;
    pthread_cond_broadcast(&meeting->changed);
    while (meeting->rows)
        pthread_cond_wait(&meeting->changed, &meeting->lock);
    pthread_mutex_unlock(&meeting->lock);
    return WEIR_OK;
}

static enum weir_status end_rows(struct weir_sink *sink,
                                 struct weir_error *error)
{
    const struct weir_query *query = (const struct weir_query *)sink;
    return atomic_load(&query->cancelled) ? weir_fail_cancelled(error)
                                          : WEIR_OK;
}

static void close_sink(struct weir_sink *sink)
{
    (void)sink;
}

static const struct weir_sink_ops sink_ops = {.begin = take_names,
                                              .rows = offer_rows,
                                              .end = end_rows,
                                              .close = close_sink};

static enum weir_status on_reject(void *context,
                                  const struct weir_reject *reject,
                                  struct weir_error *error)
{
    const struct weir_query *query = context;
    (void)error;
    query->options.reject(query->options.context, reject);
    return WEIR_OK;
}

static void on_progress(void *context, const struct weir_record_counts *counts)
{
    const struct weir_query *query = context;
    query->options.progress(query->options.context, counts);
}

static bool is_cancelled(void *context)
{
    return atomic_load(&((struct weir_query *)context)->cancelled);
}

static void *run(void *context)
{
    struct weir_query *query = context;
    const struct weir_query_options *options = &query->options;
    const struct weir_listener listener = {
        .context = query,
        .reject = options->reject ? on_reject : NULL,
        .progress = options->progress ? on_progress : NULL,
        .cancelled = is_cancelled};
    const struct weir_running running = {.sink = &query->sink,
                                         .listener = &listener,
                                         .threads = options->threads,
                                         .held = &query->held,
                                         .folder = options->folder};
    struct weir_record_counts counts;
    struct weir_error error;
    enum weir_status status =
        weir_run(&query->plan, query->stream, &running, &counts, &error);
    /* A read function of the caller's may fail in order to cancel. */
    if (status < 0 && atomic_load(&query->cancelled))
        status = weir_fail_cancelled(&error);
    pthread_mutex_lock(&query->meeting.lock);
    query->status = status < 0 ? status : WEIR_END;
    query->error = error;
    query->counts = counts;
    query->meeting.over = true;
    pthread_cond_broadcast(&query->meeting.changed);
    pthread_mutex_unlock(&query->meeting.lock);
    return NULL;
}

/* Opening */

static bool take_columns(struct weir_query *query)
{
    size_t n = query->plan.output.n_items, least = n ? n : 1;
    query->value =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, least * sizeof *query->value);
    query->written =
        weir_alloc(WEIR_MEMORY_OUTPUT, least * sizeof *query->written);
    query->row = (struct weir_row){n, query->value};
    return query->value && query->written;
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
    if (*mark == decimal)
        return weir_fail(error, WEIR_USAGE,
                         "options.thousands and options.decimal are both '%c'",
                         decimal);
    return WEIR_OK;
}

static enum weir_status check_reading(const struct weir_reading *reading,
                                      struct weir_error *error)
{
    if (reading && reading->bad_records > WEIR_BAD_RECORDS_REJECT)
        return weir_fail(error, WEIR_USAGE, "bad_records is %d",
                         (int)reading->bad_records);
    return WEIR_OK;
}

static enum weir_status copy_options(struct weir_query *query,
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
    return status ? status : check_reading(copy->reading, error);
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

static struct weir_stream *open_stream(const struct weir_query *query,
                                       const struct weir_input *input,
                                       struct weir_error *error)
{
    const struct weir_reading *reading = query->options.reading;
    const struct weir_csv_inputs inputs = {.path = query->path,
                                           .n = query->n_paths,
                                           .by_union = query->options.by_union};
    if (input && !input->path)
        return weir_csv_open_input(input, reading, error);
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
        if (!input[i].path && n > 1)
            return weir_fail(error, WEIR_USAGE,
                             "input[%zu] is no path: several inputs must be "
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
                      sizeof *query + query->row.n * (sizeof *query->value +
                                                      sizeof *query->written),
                      "the query's row");
    if (query->options.reject)
        weir_estimate_add(
            &query->held, query->options.threads * weir_window_rejects_bytes(),
            "rejects: those of %zu windows", query->options.threads);
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
                                   const struct weir_query_options *options,
                                   struct weir_error *error)
{
    query->sink.ops = &sink_ops;
    enum weir_status status = copy_options(query, options, error);
    if (!status)
        status = weir_lock_init(&query->meeting.lock, &query->meeting.changed,
                                error);
    query->met = !status;
    if (!status)
        status = name_inputs(query, input, n, error);
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
    if (!take_columns(query))
        return weir_fail_memory(
            error, "a row", query->plan.output.n_items * sizeof *query->value);
    return check_memory(query, error);
}

struct weir_query *weir_query_open(const char *question,
                                   const struct weir_input *input, size_t n,
                                   const struct weir_query_options *options,
                                   struct weir_error *error)
{
    weir_error_init(error);
    struct weir_query *query =
        weir_alloc_zero(WEIR_MEMORY_QUERY, sizeof *query);
    if (!query)
        return weir_no_memory(error, "the query", sizeof *query);
    if (!open_query(query, question, input, n, options, error))
        return query;
    weir_query_close(query);
    return NULL;
}

/* The caller's side */

size_t weir_query_columns(const struct weir_query *query)
{
    return query->row.n;
}

const char *weir_query_name(const struct weir_query *query, size_t column)
{
    return column < query->row.n ? query->plan.output.item_name[column] : NULL;
}

size_t weir_query_column(const struct weir_query *query, const char *name)
{
    for (size_t i = 0; i < query->row.n; i++)
        if (strcmp(query->plan.output.item_name[i], name) == 0)
            return i;
    return WEIR_NO_COLUMN;
}

enum weir_column_type weir_query_type(const struct weir_query *query,
                                      size_t column)
{
    static const enum weir_column_type types[] = {
        [WEIR_TYPE_CELL] = WEIR_COLUMN_CELL,
        [WEIR_TYPE_TEXT] = WEIR_COLUMN_TEXT,
        [WEIR_TYPE_NUMBER] = WEIR_COLUMN_NUMBER,
        [WEIR_TYPE_BOOLEAN] = WEIR_COLUMN_BOOLEAN};
    const struct weir_plan *plan = &query->plan;
    if (column >= query->row.n)
        return WEIR_COLUMN_CELL;
    return types[weir_program_type(plan->aggregated ? &plan->results.program
                                                    : &plan->rows,
                                   plan->output.item[column].reg)];
}

static void set_number(struct weir_value *value,
                       const struct weir_number *number)
{
    value->number = weir_number_double(number);
    value->kind = WEIR_VALUE_DOUBLE;
    if (number->kind == WEIR_DECIMAL) {
        value->kind = WEIR_VALUE_DECIMAL;
        value->decimal =
            (struct weir_decimal){number->mantissa, number->exponent};
    }
}

/* A cell is a number if it reads as one. */
static void set_cell(const struct weir_query *query, struct weir_value *value)
{
    const struct weir_notation notation = query->sink.notation;
    char plain[CELL_MAX + WEIR_NOTATION_EXTRA];
    struct weir_text cell = value->text;
    if (weir_notation_pack(notation)) {
        size_t len = cell.len <= CELL_MAX
                         ? weir_notation_plain(cell, notation, plain)
                         : SIZE_MAX;
        if (len == SIZE_MAX)
            return;
        cell = (struct weir_text){plain, len};
    }
    const struct weir_number number = weir_number_read(cell);
    if (number.kind == WEIR_DECIMAL || number.kind == WEIR_WIDE)
        set_number(value, &number);
}

static void set_value(const struct weir_query *query, size_t column)
{
    const struct weir_vector *vector = query->column[column];
    struct weir_value *value = &query->value[column];
    const size_t row = query->taken;
    *value = (struct weir_value){
        .number = NAN,
        .text = weir_vector_write(vector, row, query->written[column])};
    if (value->text.len == 0)
        return;
    value->kind = WEIR_VALUE_TEXT;
    if (vector->type == WEIR_TYPE_BOOLEAN) {
        value->kind = WEIR_VALUE_BOOLEAN;
        value->boolean = vector->boolean[row] == WEIR_TRUE;
    } else if (vector->type == WEIR_TYPE_NUMBER) {
        const struct weir_number number = weir_vector_number(vector, row);
        set_number(value, &number);
    } else if (vector->type == WEIR_TYPE_CELL) {
        set_cell(query, value);
    }
}

/* Starts the run's thread. It takes no signals that are sent to the process:
 * they are for the caller's threads. Those of a fault stay with the thread that
 * makes it. */
static enum weir_status begin(struct weir_query *query,
                              struct weir_error *error)
{
    static const int faults[] = {SIGSEGV, SIGBUS,  SIGFPE,
                                 SIGILL,  SIGTRAP, SIGSYS};
    sigset_t sent, before;
    sigfillset(&sent);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&sent, faults[i]);
    pthread_sigmask(SIG_BLOCK, &sent, &before);
    int refused = pthread_create(&query->thread, NULL, run, query);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (refused)
        return weir_fail(error, WEIR_LIMIT, "cannot start a thread: %s",
                         strerror(refused));
    query->begun = true;
    return WEIR_OK;
}

/* Gives the window back, and waits for the next one or for the end. */
static void meet(struct weir_query *query)
{
    struct meeting *meeting = &query->meeting;
    pthread_mutex_lock(&meeting->lock);
    if (query->rows) {
        meeting->rows = 0;
        pthread_cond_broadcast(&meeting->changed);
    }
    while (!meeting->rows && !meeting->over)
        pthread_cond_wait(&meeting->changed, &meeting->lock);
    query->column = meeting->column;
    query->rows = meeting->rows;
    query->taken = 0;
    pthread_mutex_unlock(&meeting->lock);
}

enum weir_status weir_query_next(struct weir_query *query,
                                 const struct weir_row **row,
                                 struct weir_error *error)
{
    if (!query->begun && begin(query, error))
        return error->status;
    if (query->taken == query->rows)
        meet(query);
    if (query->rows == 0) {
        *error = query->error;
        return query->status;
    }
    for (size_t i = 0; i < query->row.n; i++)
        set_value(query, i);
    query->taken++;
    *row = &query->row;
    return WEIR_OK;
}

struct weir_record_counts weir_query_counts(const struct weir_query *query)
{
    /* The status is the run's, so it is read as the caller was told of it. */
    return query->begun && query->rows == 0 ? query->counts
                                            : (struct weir_record_counts){0};
}

void weir_query_cancel(struct weir_query *query)
{
    atomic_store(&query->cancelled, true);
}

static void end(struct weir_query *query)
{
    pthread_mutex_lock(&query->meeting.lock);
    atomic_store(&query->cancelled, true);
    query->meeting.rows = 0;
    pthread_cond_broadcast(&query->meeting.changed);
    pthread_mutex_unlock(&query->meeting.lock);
    pthread_join(query->thread, NULL);
}

void weir_query_close(struct weir_query *query)
{
    if (!query)
        return;
    if (query->begun)
        end(query);
    weir_free(WEIR_MEMORY_OUTPUT, query->value);
    weir_free(WEIR_MEMORY_OUTPUT, query->written);
    weir_plan_release(&query->plan);
    weir_stream_close(query->stream);
    weir_ast_release(&query->ast);
    if (query->met) {
        pthread_cond_destroy(&query->meeting.changed);
        pthread_mutex_destroy(&query->meeting.lock);
    }
    weir_free(WEIR_MEMORY_QUERY, query->path);
    weir_free(WEIR_MEMORY_QUERY, query->question);
    weir_free(WEIR_MEMORY_QUERY, query);
}
