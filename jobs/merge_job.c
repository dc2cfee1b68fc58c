/*
 * A merge job holds the runs of all partials and the plan of their query.
 */
#include "jobs/merge_job.h"

#include "base/error.h"
#include "jobs/identity.h"
#include "partials/partial.h"
#include "pipeline/groups/tables.h"
#include "query/plan.h"
#include <string.h>

/* Merging and sorting use so many quarters of the memory that is left: see
 * share_memory in pipeline/run.c. */
#define QUARTERS 3

struct weir_merge_job {
    const char *folder;
    bool shared;                  /* the process has others' memory */
    struct weir_partial_info all; /* all partials so far, joined */
    char *text;                   /* the query's text */
    char *columns;                /* the column names as a header line */
    struct weir_ast query;
    struct weir_plan plan;
    struct weir_stream *header; /* has the columns and no records */
    struct weir_partial_table *table;
    struct weir_spill *spills; /* [table] */
    struct weir_spill **spill;
    size_t n_spills;
    struct weir_record_counts counts;
    struct weir_set_aside aside;
};

struct weir_merge_job *weir_merge_job_open(const char *folder,
                                           struct weir_error *error)
{
    struct weir_merge_job *job =
        weir_alloc_zero(WEIR_MEMORY_SPILL, sizeof *job);
    if (!job)
        weir_fail_memory(error, "merging", sizeof *job);
    else
        job->folder = folder;
    return job;
}

void weir_merge_job_share(struct weir_merge_job *job)
{
    job->shared = true;
}

/* Opens a stream that has the columns and no records. Its header line may be of
 * any length. */
static enum weir_status open_header(struct weir_merge_job *job,
                                    struct weir_text columns,
                                    struct weir_error *error)
{
    const struct weir_reading reading = {.no_header = columns.len == 0,
                                         .max_record = columns.len + 1};
    job->columns = weir_alloc(WEIR_MEMORY_OTHER, columns.len + 1);
    if (!job->columns)
        return weir_fail_memory(error, "the columns", columns.len);
    if (columns.len)
        memcpy(job->columns, columns.bytes, columns.len);
    job->columns[columns.len] = '\n';
    struct weir_source *source = weir_memory_source_open(
        job->columns, columns.len ? columns.len + 1 : 0, error);
    if (!source)
        return error->status;
    job->header = weir_csv_over(source, "a partial", &reading, error);
    return job->header ? WEIR_OK : error->status;
}

static enum weir_status open_spills(struct weir_merge_job *job,
                                    struct weir_error *error)
{
    size_t n = job->plan.n_tables;
    job->spills = weir_alloc_zero(WEIR_MEMORY_SPILL, n * sizeof *job->spills);
    job->spill = weir_alloc(WEIR_MEMORY_SPILL, n * sizeof(*job->spill));
    if (!job->spills || !job->spill)
        return weir_fail_memory(error, "the tables", n * sizeof *job->spills);
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < n; i++) {
        job->spill[i] = &job->spills[i];
        status =
            weir_spill_init(&job->spills[job->n_spills++], job->folder, error);
    }
    return status;
}

static enum weir_status is_of_another_version(const char *what,
                                              struct weir_error *error)
{
    return weir_fail(error, WEIR_DATA,
                     "%s: it was written by another version of weir", what);
}

/* Builds the plan of the first partial's question. */
static enum weir_status build_plan(struct weir_merge_job *job,
                                   const struct weir_partial_info *info,
                                   struct weir_error *error)
{
    struct weir_text query = weir_partial_fact(info, WEIR_FACT_QUERY);
    struct weir_cell_rules cells;
    if (!weir_identity_cells(info, &cells))
        return is_of_another_version("one of its options is not known", error);
    job->text = weir_copy_text(WEIR_MEMORY_OTHER, query.bytes, query.len);
    if (!job->text)
        return weir_fail_memory(error, "the query", query.len);
    enum weir_status status = weir_ast_parse(job->text, &job->query, error);
    if (!status)
        status =
            open_header(job, weir_partial_fact(info, WEIR_FACT_COLUMNS), error);
    if (!status)
        status = weir_plan_build(&job->plan, &job->query, &job->header->schema,
                                 cells, error);
    return status;
}

/* Builds the plan and checks that its tables are those of the partial. */
static enum weir_status plan(struct weir_merge_job *job,
                             const struct weir_partial_info *info,
                             struct weir_error *error)
{
    enum weir_status status = build_plan(job, info, error);
    if (status)
        return status;
    job->table = weir_tables_describe(&job->plan, error);
    if (!job->table)
        return error->status;
    struct weir_partial_info planned = *info;
    planned.table = job->table;
    planned.n_tables = (uint32_t)job->plan.n_tables;
    job->aside.text = job->plan.kinds.first_text;
    job->aside.n_texts = job->plan.kinds.n;
    if (job->plan.aggregated && weir_partial_alike(&planned, info))
        return open_spills(job, error);
    return is_of_another_version("its tables are not those of its query",
                                 error);
}

/* Positions of inputs from separate runs have no common order, so aggregates
 * that depend on the order are refused. */
static enum weir_status check_order(const struct weir_merge_job *job,
                                    struct weir_error *error)
{
    for (size_t t = 0; t < job->plan.n_tables; t++)
        for (size_t i = 0; i < job->plan.table[t].n_aggregates; i++) {
            const struct weir_aggregate *a =
                job->plan.table[t].aggregate[i].aggregate;
            if (a->placed && job->all.of_shards <= 1)
                return weir_fail(error, WEIR_DATA,
                                 "cannot be merged with the others: %s() needs "
                                 "the order of their inputs; give all inputs "
                                 "to each run, with --shard I/N",
                                 a->name);
        }
    return WEIR_OK;
}

/* The partial is joined after it was read, because the boundaries of its shards
 * are in its last frame. */
static enum weir_status add(struct weir_merge_job *job,
                            struct weir_partial_reader *reader,
                            struct weir_partial_info *info, const char *name,
                            struct weir_error *error)
{
    bool others = job->all.memory != NULL;
    if (weir_partial_fact(info, WEIR_FACT_PLACE).len)
        return weir_fail(error, WEIR_DATA,
                         "it is the checkpoint of a run that is not done; "
                         "start that run again");
    enum weir_status status =
        others ? weir_partial_same(&job->all, info, name, error)
               : plan(job, info, error);
    info->aside = &job->aside;
    if (!status)
        status =
            weir_partial_read(reader, job->spill, info, &job->counts, error);
    if (!status)
        status = weir_partial_join(&job->all, info, name, error);
    if (!status && others)
        status = check_order(job, error);
    return status;
}

enum weir_status weir_merge_job_add(struct weir_merge_job *job,
                                    struct weir_source *inner, const char *name,
                                    struct weir_error *error)
{
    struct weir_partial_reader *reader = weir_partial_open(inner, name, error);
    if (!reader)
        return error->status;
    enum weir_status status = WEIR_OK;
    while (!status) {
        struct weir_partial_info info;
        status = weir_partial_next(reader, &info, error);
        if (status)
            break;
        status = add(job, reader, &info, name, error);
        weir_partial_info_release(&info);
    }
    weir_partial_close(reader);
    if (status < 0)
        weir_source_place(name, error);
    return status == WEIR_END ? WEIR_OK : status;
}

/* Computes the memory that is left for merging and sorting. */
static enum weir_status spare(const struct weir_merge_job *job,
                              uint64_t allowed, size_t *bytes,
                              struct weir_error *error)
{
    struct weir_estimate estimate = {0};
    weir_tables_estimate(&job->plan, &estimate);
    if (!job->shared)
        weir_estimate_add(&estimate, (size_t)weir_memory_total().live,
                          "what is held");
    size_t total = weir_estimate_total(&estimate);
    char needs[32], allows[32];
    *bytes = total <= allowed ? (size_t)(allowed - total) / 4 * QUARTERS : 0;
    return *bytes ? WEIR_OK
                  : weir_fail(error, WEIR_LIMIT,
                              "merging needs more than %s, --memory allows %s",
                              weir_size_enough(needs, total),
                              weir_size_text(allows, allowed));
}

/* Merges into the sink or into the partial. */
static enum weir_status merge(struct weir_merge_job *job,
                              struct weir_sink *sink,
                              struct weir_partial_writer *partial,
                              uint64_t memory, struct weir_error *error)
{
    struct weir_running running = {.folder = job->folder,
                                   .sink = sink,
                                   .partial = partial,
                                   .aside = &job->aside};
    if (spare(job, memory, &running.memory, error))
        return error->status;
    return weir_tables_merge(&job->plan, job->spill, &running, &job->counts,
                             error);
}

enum weir_status weir_merge_job_answer(struct weir_merge_job *job,
                                       struct weir_sink *sink, uint64_t memory,
                                       struct weir_error *error)
{
    if (weir_partial_whole(&job->all, error))
        return error->status;
    return merge(job, sink, NULL, memory, error);
}

enum weir_status weir_merge_job_write(struct weir_merge_job *job,
                                      const char *path, uint64_t memory,
                                      struct weir_error *error)
{
    if (weir_partial_meet(&job->all, error))
        return error->status;
    struct weir_partial_writer *partial =
        weir_partial_create(path, &job->all, error);
    if (!partial)
        return error->status;
    enum weir_status status = merge(job, NULL, partial, memory, error);
    if (!status)
        status = weir_partial_aside(partial, &job->aside, error);
    if (!status)
        status = weir_partial_finish(partial, &job->all, &job->counts, error);
    weir_partial_abandon(partial);
    return status;
}

const struct weir_record_counts *
weir_merge_job_account(const struct weir_merge_job *job)
{
    return &job->counts;
}

const struct weir_set_aside *
weir_merge_job_aside(const struct weir_merge_job *job)
{
    return &job->aside;
}

const struct weir_plan *weir_merge_job_plan(const struct weir_merge_job *job)
{
    return &job->plan;
}

const char *weir_merge_job_query(const struct weir_merge_job *job)
{
    return job->text;
}

void weir_merge_job_close(struct weir_merge_job *job)
{
    if (!job)
        return;
    for (size_t i = 0; i < job->n_spills; i++)
        weir_spill_release(&job->spills[i]);
    weir_free(WEIR_MEMORY_SPILL, job->spills);
    weir_free(WEIR_MEMORY_SPILL, (void *)job->spill);
    weir_free(WEIR_MEMORY_SPILL, job->table);
    weir_partial_info_release(&job->all);
    weir_plan_release(&job->plan);
    weir_stream_close(job->header);
    weir_ast_release(&job->query);
    weir_free(WEIR_MEMORY_OTHER, job->columns);
    weir_free(WEIR_MEMORY_OTHER, job->text);
    weir_free(WEIR_MEMORY_SPILL, job);
}
