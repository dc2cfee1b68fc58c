/*
 * Partials of questions from C: a run that writes one, and a query that merges
 * several.
 */
#include "jobs/query.h"

#include "base/error.h"
#include "base/use.h"
#include "jobs/identity.h"
#include "jobs/merge_job.h"
#include "partials/partial.h"
#include <string.h>

struct weir_asked weir_query_asked(const struct weir_query *query)
{
    static const struct weir_reading defaults;
    const struct weir_query_options *options = &query->options;
    return (struct weir_asked){
        .query = query->question,
        .plan = &query->plan,
        .schema = &query->stream->schema,
        .reading = options->reading ? options->reading : &defaults,
        .cells = {.bad = options->bad_cells,
                  .notation = {.decimal = options->decimal,
                               .thousands = options->thousands}},
        .path = query->path,
        .n_paths = query->n_paths,
        .shard = options->shard,
        .of_shards = options->of_shards};
}

enum weir_status weir_query_check_path(const struct weir_query *query,
                                       const char *member, const char *path,
                                       struct weir_error *error)
{
    if (strcmp(path, "-") == 0 || !*path)
        return weir_fail(error, WEIR_USAGE,
                         "options.%s is '%s'; it must be a file's path", member,
                         path);
    for (size_t i = 0; i < query->n_paths; i++)
        if (weir_file_overwrites(path, query->path[i], -1))
            return weir_fail(error, WEIR_USAGE,
                             "options.%s %s is an input; it would be lost",
                             member, path);
    return WEIR_OK;
}

enum weir_status weir_query_open_partial(struct weir_query *query,
                                         struct weir_error *error)
{
    const struct weir_query_options *options = &query->options;
    struct weir_identity identity;
    if (!query->plan.aggregated)
        return weir_fail(error, WEIR_USAGE,
                         "a partial: the question has no aggregates: its "
                         "answer is records, and there is nothing to merge");
    if (weir_query_check_path(query, "partial", options->partial, error))
        return error->status;
    const struct weir_asked asked = weir_query_asked(query);
    enum weir_status status = weir_identity_init(&identity, &asked, error);
    if (!status)
        query->partial.writer =
            weir_partial_create(options->partial, &identity.info, error);
    weir_identity_release(&identity);
    return query->partial.writer ? WEIR_OK : error->status;
}

enum weir_status weir_query_merge(struct weir_query *query,
                                  struct weir_record_counts *counts,
                                  struct weir_error *error)
{
    struct weir_merge_job *merge = query->partial.merge;
    const struct weir_query_options *options = &query->options;
    const uint64_t memory =
        options->memory == SIZE_MAX ? UINT64_MAX : options->memory;
    enum weir_status status =
        options->partial
            ? weir_merge_job_write(merge, options->partial, memory, error)
            : weir_merge_job_answer(merge, &query->sink, memory, error);
    *counts = *weir_merge_job_account(merge);
    return status;
}

static enum weir_status add_partials(struct weir_query *query,
                                     const char *const *path, size_t n,
                                     struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; !status && i < n; i++) {
        const char *into = query->options.partial;
        if (into && weir_file_overwrites(into, path[i], -1))
            return weir_fail(error, WEIR_USAGE,
                             "options.partial %s is an input; it would be lost",
                             into);
        struct weir_source *source = weir_file_open(path[i], NULL, error);
        status = source ? weir_merge_job_add(query->partial.merge, source,
                                             weir_source_name(path[i]), error)
                        : error->status;
    }
    return status;
}

static enum weir_status open_merge(struct weir_query *query,
                                   const char *const *path, size_t n,
                                   struct weir_error *error)
{
    const struct weir_query_options *options = &query->options;
    enum weir_status status = WEIR_OK;
    if (n == 0)
        return weir_fail(error, WEIR_USAGE, "there are no partials");
    if (options->checkpoint)
        return weir_fail(error, WEIR_USAGE,
                         "options.checkpoint: a merge has none");
    if (options->partial)
        status =
            weir_query_check_path(query, "partial", options->partial, error);
    if (status)
        return status;
    query->partial.merge =
        weir_merge_job_open(options->folder ? options->folder : "/tmp", error);
    if (!query->partial.merge)
        return error->status;
    weir_merge_job_share(query->partial.merge);
    status = add_partials(query, path, n, error);
    return status ? status : weir_query_take_row(query, error);
}

struct weir_query *
weir_query_open_partials(const char *const *path, size_t n,
                         const struct weir_query_options *options,
                         struct weir_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (!path || !path[i]) {
            (void)weir_use_wrong(
                error, "weir_query_open_partials: path[%zu] is NULL", i);
            return NULL;
        }
    struct weir_query *query = weir_query_create(options, error);
    return query ? weir_query_opened(query, open_merge(query, path, n, error),
                                     error)
                 : NULL;
}
