/*
 * weir merge: partials to the answer, or to one partial.
 *
 * A partial keeps its query, its columns' names and the options, so the plan is
 * built again from them, against a header without records. All partials are
 * read, and verified, before the first result: each becomes a run of each
 * table, and the runs are merged as those of a single run that spilled are.
 */
#include "base/error.h"
#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/figures.h"
#include "cli/identity.h"
#include "cli/stats.h"
#include "cli/terminal.h"
#include "partials/partial.h"
#include "pipeline/tables.h"
#include "readers/csv.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What stays free of --memory: see share_memory in pipeline/run.c. */
#define QUARTERS 3

struct merging {
    const struct weir_options *options;
    struct weir_partial_info all; /* of all partials so far */
    char *text;                   /* the query's */
    char *columns;                /* a header's line */
    struct weir_query query;
    struct weir_plan plan;
    struct weir_stream *header; /* the columns, no records */
    struct weir_partial_table *table;
    struct weir_spill *spills; /* [table] */
    struct weir_spill **spill;
    size_t n_spills;
    struct weir_meter meter;
    struct weir_stats stats;
    struct weir_output output;
    struct weir_sink *sink;
    struct weir_partial_writer *partial;
};

static enum weir_status in_partial(const char *name, struct weir_error *error)
{
    char shown[WEIR_NAME_ROOM];
    (void)snprintf(error->place, sizeof error->place, "%s",
                   weir_show_name(shown, name));
    return error->status;
}

/* The columns, as a stream that has no records. However long their line is, it
 * was allowed. */
static enum weir_status open_header(struct merging *m, struct weir_text columns,
                                    struct weir_error *error)
{
    const struct weir_reading reading = {.no_header = columns.len == 0,
                                         .max_record = columns.len + 1};
    m->columns = weir_alloc(WEIR_MEMORY_OTHER, columns.len + 1);
    if (!m->columns)
        return weir_fail_memory(error, "the columns", columns.len);
    if (columns.len)
        memcpy(m->columns, columns.bytes, columns.len);
    m->columns[columns.len] = '\n';
    struct weir_source *source = weir_memory_source_open(
        m->columns, columns.len ? columns.len + 1 : 0, error);
    if (!source)
        return error->status;
    m->header = weir_csv_over(source, "a partial", &reading, error);
    return m->header ? WEIR_OK : error->status;
}

static enum weir_status open_spills(struct merging *m, struct weir_error *error)
{
    size_t n = m->plan.n_tables;
    m->spills = weir_alloc_zero(WEIR_MEMORY_SPILL, n * sizeof *m->spills);
    m->spill = weir_alloc(WEIR_MEMORY_SPILL, n * sizeof(*m->spill));
    if (!m->spills || !m->spill)
        return weir_fail_memory(error, "the tables", n * sizeof *m->spills);
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < n; i++) {
        m->spill[i] = &m->spills[i];
        status = weir_spill_init(&m->spills[m->n_spills++],
                                 m->options->temp_dir, error);
    }
    return status;
}

static enum weir_status is_of_another_version(const char *name,
                                              const char *what,
                                              struct weir_error *error)
{
    weir_fail(error, WEIR_DATA, "%s: it was written by another version of weir",
              what);
    return in_partial(name, error);
}

/* The plan of the first partial's question. */
static enum weir_status build_plan(struct merging *m,
                                   const struct weir_partial_info *info,
                                   const char *name, struct weir_error *error)
{
    struct weir_text query = weir_partial_fact(info, WEIR_FACT_QUERY);
    enum weir_bad_cells bad_cells;
    if (!weir_identity_bad_cells(info, &bad_cells))
        return is_of_another_version(name, "its --bad-cells is not known",
                                     error);
    m->text = weir_copy_text(WEIR_MEMORY_OTHER, query.bytes, query.len);
    if (!m->text)
        return weir_fail_memory(error, "the query", query.len);
    enum weir_status status = weir_query_parse(m->text, &m->query, error);
    if (!status)
        status =
            open_header(m, weir_partial_fact(info, WEIR_FACT_COLUMNS), error);
    if (!status)
        status =
            weir_plan_build(&m->plan, &m->query, m->header, bad_cells, error);
    return status;
}

/* The plan, whose tables must be those that the partial holds. */
static enum weir_status plan(struct merging *m,
                             const struct weir_partial_info *info,
                             const char *name, struct weir_error *error)
{
    enum weir_status status = build_plan(m, info, name, error);
    if (status)
        return status;
    m->table = weir_tables_describe(&m->plan, error);
    if (!m->table)
        return error->status;
    struct weir_partial_info planned = *info;
    planned.table = m->table;
    planned.n_tables = (uint32_t)m->plan.n_tables;
    if (m->plan.aggregated && weir_partial_alike(&planned, info))
        return open_spills(m, error);
    return is_of_another_version(name, "its tables are not those of its query",
                                 error);
}

/* Positions of inputs that know nothing of each other say no order. */
static enum weir_status check_order(const struct merging *m, const char *name,
                                    struct weir_error *error)
{
    for (size_t t = 0; t < m->plan.n_tables; t++)
        for (size_t i = 0; i < m->plan.table[t].n_aggregates; i++) {
            const struct weir_aggregate *a =
                m->plan.table[t].aggregate[i].aggregate;
            if (!a->placed || m->all.of_shards > 1)
                continue;
            weir_fail(error, WEIR_DATA,
                      "cannot be merged with the others: %s() needs the order "
                      "of their inputs; give all inputs to each run, with "
                      "--shard I/N",
                      a->name);
            return in_partial(name, error);
        }
    return WEIR_OK;
}

static enum weir_status check_done(const struct weir_partial_info *info,
                                   const char *name, struct weir_error *error)
{
    if (!weir_partial_fact(info, WEIR_FACT_PLACE).len)
        return WEIR_OK;
    weir_fail(error, WEIR_DATA,
              "it is the checkpoint of a run that is not done; start that run "
              "again");
    return in_partial(name, error);
}

/* Only what is read to its end tells where its shards begin and end. */
static enum weir_status add(struct merging *m,
                            struct weir_partial_reader *reader,
                            struct weir_partial_info *info, const char *name,
                            struct weir_error *error)
{
    bool others = m->all.memory != NULL;
    enum weir_status status = check_done(info, name, error);
    if (!status)
        status = others ? weir_partial_same(&m->all, info, name, error)
                        : plan(m, info, name, error);
    if (!status)
        status =
            weir_partial_read(reader, m->spill, info, &m->stats.account, error);
    if (!status)
        status = weir_partial_join(&m->all, info, name, error);
    if (!status && others)
        status = check_order(m, name, error);
    return status;
}

/* All partials of a file. */
static enum weir_status read_file(struct merging *m, const char *path,
                                  struct weir_error *error)
{
    const char *name = weir_source_name(path);
    struct weir_source *source = weir_file_open(path, &m->meter, error);
    if (!source)
        return error->status;
    struct weir_partial_reader *reader = weir_partial_open(source, name, error);
    if (!reader)
        return error->status;
    enum weir_status status = WEIR_OK;
    while (!status) {
        struct weir_partial_info info;
        status = weir_partial_next(reader, &info, error);
        if (status)
            break;
        status = add(m, reader, &info, name, error);
        weir_partial_info_release(&info);
    }
    weir_partial_close(reader);
    if (status < 0 && !*error->place)
        in_partial(name, error);
    return status == WEIR_END ? WEIR_OK : status;
}

static enum weir_status open_partial(struct merging *m,
                                     struct weir_error *error)
{
    const char *path = m->options->partial;
    if (strcmp(path, "-") == 0 && weir_terminal(STDOUT_FILENO))
        return weir_fail(error, WEIR_USAGE,
                         "--partial -: standard output is a terminal, and a "
                         "partial is no text");
    if (weir_partial_meet(&m->all, error))
        return error->status;
    m->partial = weir_partial_create(path, &m->all, error);
    return m->partial ? WEIR_OK : error->status;
}

static enum weir_status open_sink(struct merging *m, struct weir_error *error)
{
    struct weir_format_options look = weir_format_options_of(STDOUT_FILENO);
    const struct weir_format *format =
        weir_options_format(m->options, STDOUT_FILENO);
    enum weir_status status = weir_partial_whole(&m->all, error);
    if (!status)
        status = weir_output_init(&m->output, STDOUT_FILENO, "standard output",
                                  error);
    if (status)
        return status;
    m->sink = format->open(&m->output, &look, error);
    return m->sink ? WEIR_OK : error->status;
}

/* What is left for merging and sorting. */
static enum weir_status spare(const struct merging *m, size_t *bytes,
                              struct weir_error *error)
{
    uint64_t allowed = m->options->memory;
    struct weir_bill bill = {0};
    weir_tables_bill(&m->plan, &bill);
    weir_bill_add(&bill, (size_t)weir_memory_total().live, "what is held");
    size_t total = weir_bill_total(&bill);
    char needs[32], allows[32];
    *bytes = total <= allowed ? (size_t)(allowed - total) / 4 * QUARTERS : 0;
    return *bytes ? WEIR_OK
                  : weir_fail(error, WEIR_LIMIT,
                              "merging needs more than %s, --memory allows %s",
                              weir_size_enough(needs, total),
                              weir_size_text(allows, allowed));
}

/* What is merged is still needed where merging fails, and for another merge. */
static enum weir_status check_apart(const struct weir_options *o,
                                    struct weir_error *error)
{
    for (size_t i = 0; o->partial && i < o->n_paths; i++)
        if (weir_overwrites(o->partial, o->path[i], -1))
            return weir_fail(error, WEIR_USAGE,
                             "--partial %s is an input; it would be lost",
                             o->partial);
    return WEIR_OK;
}

static enum weir_status merge(struct merging *m, struct weir_error *error)
{
    const struct weir_options *o = m->options;
    struct weir_running running = {.folder = o->temp_dir};
    enum weir_status status = check_apart(o, error);
    for (size_t i = 0; !status && i < o->n_paths; i++)
        status = read_file(m, o->path[i], error);
    if (!status)
        status = o->partial ? open_partial(m, error) : open_sink(m, error);
    if (!status)
        status = spare(m, &running.memory, error);
    running.sink = m->sink;
    running.partial = m->partial;
    if (!status)
        status = weir_tables_merge(&m->plan, m->spill, &running, error);
    if (!status && m->partial)
        status =
            weir_partial_finish(m->partial, &m->all, &m->stats.account, error);
    return status;
}

static enum weir_status close_output(struct merging *m, enum weir_status status,
                                     struct weir_error *error)
{
    struct weir_error late;
    if (m->sink)
        m->sink->ops->close(m->sink);
    weir_partial_abandon(m->partial);
    if (weir_output_close(&m->output, &late) && !status) {
        *error = late;
        status = late.status;
    }
    return status;
}

static void release(struct merging *m)
{
    for (size_t i = 0; i < m->n_spills; i++)
        weir_spill_release(&m->spills[i]);
    weir_free(WEIR_MEMORY_SPILL, m->spills);
    weir_free(WEIR_MEMORY_SPILL, (void *)m->spill);
    weir_free(WEIR_MEMORY_SPILL, m->table);
    weir_partial_info_release(&m->all);
    weir_plan_release(&m->plan);
    weir_stream_close(m->header);
    weir_query_release(&m->query);
    weir_free(WEIR_MEMORY_OTHER, m->columns);
    weir_free(WEIR_MEMORY_OTHER, m->text);
}

int weir_merge_partials(const struct weir_options *options)
{
    struct merging m = {.options = options};
    struct weir_error error;
    int code = 0;
    uint64_t begin = weir_clock_ns();
    weir_memory_limit(options->memory);
    weir_error_init(&error);
    enum weir_status status = close_output(&m, merge(&m, &error), &error);
    if (weir_output_unread(&m.output))
        code = 141; /* as ask.c has it */
    else if (status < 0)
        code = weir_complain(&error, m.text);
    if (!code && options->stats) {
        m.stats.seconds = (double)(weir_clock_ns() - begin) / 1e9;
        m.stats.raw_bytes = atomic_load(&m.meter.raw_bytes);
        weir_stats_measure(&m.stats);
        code = weir_figures_print(&m.stats, NULL);
    }
    release(&m);
    return code;
}
