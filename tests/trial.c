#include "tests/trial.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "cli/formats/format.h"
#include "partials/partial.h"
#include "pipeline/load.h"
#include "query/plan.h"
#include "readers/csv/csv.h"
#include "tests/reading.h"
#include "tests/source_kit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

unsigned draw(uint64_t *state, unsigned n)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((x ^ x >> 31) % n);
}

bool sanitized(void)
{
    const char *sanitizer = getenv("WEIR_SANITIZE");
    return sanitizer && *sanitizer;
}

bool law_whole(void)
{
    return getenv("WEIR_LAW_WHOLE") != NULL;
}

unsigned turns(unsigned usual, unsigned few)
{
    if (sanitized())
        return law_whole() ? usual : few;
    return law_whole() ? 10 * usual : usual;
}

size_t stride(size_t few)
{
    return sanitized() && !law_whole() ? few : 1;
}

void trial_put_field(FILE *out, struct weir_text text)
{
    putc_unlocked('"', out);
    for (size_t i = 0; i < text.len; i++) {
        if (text.bytes[i] == '"')
            putc_unlocked('"', out);
        putc_unlocked(text.bytes[i], out);
    }
    putc_unlocked('"', out);
}

static enum weir_status page_begin(struct weir_sink *sink,
                                   const char *const *name,
                                   const enum weir_type *type, size_t n_columns,
                                   struct weir_error *error)
{
    struct page *page = (struct page *)sink;
    (void)error;
    page->n_columns = n_columns;
    for (size_t i = 0; i < n_columns; i++)
        fprintf(page->out, "%s%s:%d", i ? "," : "", name[i], (int)type[i]);
    putc('\n', page->out);
    return WEIR_OK;
}

static enum weir_status page_rows(struct weir_sink *sink,
                                  const struct weir_vector *const *column,
                                  size_t rows, struct weir_error *error)
{
    struct page *page = (struct page *)sink;
    char scratch[WEIR_NUMBER_TEXT];
    (void)error;
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < page->n_columns; i++) {
            trial_put_field(page->out,
                            weir_vector_write(column[i], row, scratch));
            putc(i + 1 < page->n_columns ? ',' : '\n', page->out);
        }
    return WEIR_OK;
}

static enum weir_status page_end(struct weir_sink *sink,
                                 struct weir_error *error)
{
    (void)error;
    ((struct page *)sink)->ended = true;
    return WEIR_OK;
}

const struct weir_sink_ops page_ops = {
    .begin = page_begin, .rows = page_rows, .end = page_end};

/* Rejects */

struct told {
    FILE *out;
    uint64_t n;
    void (*step)(void);
};

void trial_put_reject(FILE *out, const struct weir_reject *reject)
{
    fprintf(out, "%s:%" PRIu64 ":%" PRIu32 " @%" PRIu64 " %s ", reject->file,
            reject->line, reject->column, reject->byte, reject->reason);
    for (size_t i = 0; i < reject->record.len; i++)
        fprintf(out, "%02x", (unsigned char)reject->record.bytes[i]);
    putc('\n', out);
}

static enum weir_status tell_reject(void *context,
                                    const struct weir_reject *reject,
                                    struct weir_error *error)
{
    struct told *told = context;
    (void)error;
    told->n++;
    trial_put_reject(told->out, reject);
    return WEIR_OK;
}

static void take_step(void *context, const struct weir_record_counts *counts)
{
    const struct told *told = context;
    (void)counts;
    if (told->step)
        told->step();
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A copy, which the caller frees. */
static char *sorted_lines(const char *told)
{
    char *text = strdup(told);
    size_t n = 0, len;
    for (const char *at = text; *at; at++)
        n += *at == '\n';
    char **line = malloc((n + 1) * sizeof *line), *rest = text, *sorted;
    for (size_t i = 0; i < n; i++)
        line[i] = strsep(&rest, "\n");
    qsort(line, n, sizeof *line, by_text);
    FILE *out = open_memstream(&sorted, &len);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s\n", line[i]);
    (void)fclose(out);
    free(line);
    free(text);
    return sorted;
}

/* Running */

struct execution {
    struct weir_ast query;
    struct weir_plan plan;
    struct weir_stream *stream, *store;
    struct page page;
    struct told told;
    struct weir_partial_writer *partial;
    struct weir_split split;
};

static struct weir_source *open_bytes(const struct trial *trial,
                                      struct weir_error *error)
{
    const struct reading bytes = {
        .csv = trial->csv, .len = trial->len, .chunk = trial->chunk};
    return trial->in_file ? file_of_bytes_open(trial->csv, trial->len, error)
                          : reading_source(&bytes, error);
}

static enum weir_status open_execution(struct execution *execution,
                                       const struct trial *trial,
                                       struct weir_error *error)
{
    enum weir_status status =
        weir_ast_parse(trial->query, &execution->query, error);
    if (status)
        return status;
    const struct weir_cell_rules cells = trial->cells;
    if (trial->paths) {
        const struct weir_csv_inputs inputs = {
            .path = trial->paths,
            .n = trial->n_paths,
            .shard = trial->share.shard,
            .of_shards = trial->share.of_shards,
            .split = trial->partial ? &execution->split : trial->share.split};
        execution->stream = weir_csv_open(&inputs, &trial->reading, error);
        return execution->stream
                   ? weir_plan_build(&execution->plan, &execution->query,
                                     &execution->stream->schema, cells, error)
                   : error->status;
    }
    struct weir_source *source = open_bytes(trial, error);
    if (source && trial->packed)
        source = weir_source_detect(source, "x.csv", NULL, error);
    if (!source)
        return error->status;
    execution->stream = weir_csv_over(source, "x.csv", &trial->reading, error);
    if (!execution->stream)
        return error->status;
    return weir_plan_build(&execution->plan, &execution->query,
                           &execution->stream->schema, cells, error);
}

static enum weir_status execute(struct execution *execution,
                                const struct trial *trial,
                                struct weir_record_counts *counts,
                                struct weir_error *error)
{
    struct weir_listener listener = {.context = &execution->told,
                                     .reject = trial->deaf ? NULL : tell_reject,
                                     .progress = take_step};
    struct weir_stream *stream = execution->stream;
    struct weir_record_counts loaded = {0};
    if (trial->layout) {
        const struct weir_loading loading = {.layout = trial->layout,
                                             .listener = &listener,
                                             .threads = trial->threads,
                                             .all_columns = trial->all_columns};
        execution->store =
            weir_load(&loading, stream, &execution->plan, &loaded, error);
        if (!execution->store)
            return error->status;
        stream = execution->store;
    }
    execution->told.step = trial->hooks.step;
    if (trial->hooks.planned)
        trial->hooks.planned(&execution->plan);
    if (trial->partial &&
        trial_write_partial(trial, &execution->plan, &stream->schema,
                            &execution->partial, error))
        return error->status;
    const struct weir_running running = {
        .sink = trial->partial ? NULL : &execution->page.sink,
        .partial = execution->partial,
        .listener = &listener,
        .watch = execution->plan.aggregated ? trial->watch : NULL,
        .left = trial->resume,
        .threads = trial->threads,
        .memory = trial->memory};
    enum weir_status status =
        weir_run(&execution->plan, stream, &running, counts, error);
    struct weir_shards shard = {.begins = execution->split.begins,
                                .ends = execution->split.ends};
    const struct weir_partial_info info = {.shards = &shard, .n_shards = 1};
    if (!status && execution->partial)
        status = weir_partial_finish(execution->partial, &info, counts, error);
    counts->read += loaded.rejected;
    counts->rejected += loaded.rejected;
    if (trial->layout) {
        counts->padded = loaded.padded;
        counts->surplus = loaded.surplus;
        counts->bytes = loaded.bytes;
    }
    return status;
}

char *trial_trouble(enum weir_status status, const struct weir_error *error)
{
    static const char *const name[] = {"OK", "DATA",  "USAGE",
                                       "IO", "LIMIT", "CANCELLED"};
    char *text = NULL;
    if (status >= 0)
        return strdup("");
    if (asprintf(&text, "%s %s%s%s", name[-(int)status], error->place,
                 *error->place ? ": " : "", error->message) < 0)
        abort();
    return text;
}

void trial_run(const struct trial *trial, struct outcome *outcome)
{
    weir_ran(WEIR_RAN_TURN);
    if (trial->guesses)
        setenv("WEIR_WAY", "chunks", 1);
    struct execution execution = {.page = {.sink = {.ops = &page_ops}}};
    struct weir_error error;
    size_t rows_len, rejects_len;
    weir_error_init(&error);
    *outcome = (struct outcome){0};
    execution.page.out = open_memstream(&outcome->rows, &rows_len);
    execution.told.out = open_memstream(&outcome->rejects, &rejects_len);
    enum weir_status status = open_execution(&execution, trial, &error);
    if (!status)
        status = execute(&execution, trial, &outcome->counts, &error);
    outcome->hurried =
        execution.plan.output.has_limit &&
        (!execution.plan.aggregated || execution.plan.output.limit == 0);
    const char *how = execution.stream ? execution.stream->how : NULL;
    (void)snprintf(outcome->how, sizeof outcome->how, "%.*s",
                   how ? (int)strcspn(how, ";(") : 0, how ? how : "");
    weir_partial_abandon(execution.partial);
    weir_plan_release(&execution.plan);
    weir_stream_close(execution.store);
    weir_stream_close(execution.stream);
    weir_ast_release(&execution.query);
    (void)fclose(execution.page.out);
    (void)fclose(execution.told.out);
    outcome->trouble = trial_trouble(status, &error);
    outcome->ended = execution.page.ended;
    outcome->n_rejects = execution.told.n;
    outcome->loaded = trial->layout != NULL;
    if (trial->guesses)
        unsetenv("WEIR_WAY");
}

void outcome_release(struct outcome *outcome)
{
    free(outcome->rows);
    free(outcome->trouble);
    free(outcome->rejects);
    *outcome = (struct outcome){0};
}

/* Comparing */

static const char *text_difference(const char *what, const char *a,
                                   const char *b, char *into, size_t capacity)
{
    if (!strcmp(a, b))
        return NULL;
    size_t at = 0;
    while (a[at] && a[at] == b[at])
        at++;
    size_t from = at > 60 ? at - 60 : 0;
    (void)snprintf(into, capacity, "%s:\n  ...%.200s\nis not\n  ...%.200s",
                   what, a + from, b + from);
    return into;
}

static const char *account_difference(const struct weir_record_counts *a,
                                      const struct weir_record_counts *b,
                                      char *into, size_t capacity)
{
    if (!memcmp(a, b, sizeof *a))
        return NULL;
    (void)snprintf(into, capacity,
                   "read %" PRIu64 " used %" PRIu64 " filtered %" PRIu64
                   " rejected %" PRIu64 " padded %" PRIu64 " surplus %" PRIu64
                   " bytes %" PRIu64 " is not %" PRIu64 " %" PRIu64 " %" PRIu64
                   " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
                   a->read, a->used, a->filtered, a->rejected, a->padded,
                   a->surplus, a->bytes, b->read, b->used, b->filtered,
                   b->rejected, b->padded, b->surplus, b->bytes);
    return into;
}

/* A load rejects malformed records before the answer rejects cells. */
static const char *rejects_difference(const struct outcome *a,
                                      const struct outcome *b, char *into,
                                      size_t capacity)
{
    if (!a->loaded && !b->loaded)
        return text_difference("rejects", a->rejects, b->rejects, into,
                               capacity);
    if (*a->trouble || a->hurried)
        return NULL;
    char *x = sorted_lines(a->rejects), *y = sorted_lines(b->rejects);
    const char *found = text_difference("rejects", x, y, into, capacity);
    free(x);
    free(y);
    return found;
}

const char *outcome_difference(const struct outcome *a, const struct outcome *b,
                               char *into, size_t capacity)
{
    const char *found =
        text_difference("error", a->trouble, b->trouble, into, capacity);
    if (!found)
        found = text_difference("rows", a->rows, b->rows, into, capacity);
    if (!found)
        found = rejects_difference(a, b, into, capacity);
    return found || *a->trouble || a->hurried
               ? found
               : account_difference(&a->counts, &b->counts, into, capacity);
}
