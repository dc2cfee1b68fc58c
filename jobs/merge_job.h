/*
 * Merging partials into the answer or into one partial.
 *
 *     job = weir_merge_job_open("/tmp", &error);
 *     for each file: weir_merge_job_add(job, source, name, &error)
 *     weir_merge_job_answer(job, sink, memory, &error);
 *     weir_merge_job_close(job);
 *
 * A partial keeps its query, its column names and the options that the plan
 * depends on, so the plan is built again from the first partial. All partials
 * are read and verified before the first result: each table of a partial
 * becomes a sorted run, and the runs are merged like those of a single run that
 * spilled. Only one thread at a time may use a job. After a failure the job can
 * only be closed.
 */
#ifndef WEIR_JOBS_MERGE_JOB_H
#define WEIR_JOBS_MERGE_JOB_H

#include "base/source.h"
#include "pipeline/plan.h"
#include "pipeline/sink.h"

struct weir_merge_job;

/* Opens a job. Partials are copied to temporary files in `folder`, which is
 * borrowed. Returns NULL on failure. Close allows NULL. */
struct weir_merge_job *
weir_merge_job_open(const char *folder, struct weir_error *error) WEIR_CHECKED;
void weir_merge_job_close(struct weir_merge_job *job);

/* The process does other things as well: a limit of memory is for the merge
 * alone, and what is held before it does not count. */
void weir_merge_job_share(struct weir_merge_job *job);

/* Reads all partials in the source and takes the source over, also on failure.
 * `name` appears in messages. WEIR_DATA if a partial cannot be merged with the
 * ones before it, WEIR_IO if the source holds no partial or a truncated or
 * damaged one. */
enum weir_status weir_merge_job_add(struct weir_merge_job *job,
                                    struct weir_source *inner, const char *name,
                                    struct weir_error *error) WEIR_CHECKED;

/*
 * Sends the answer to the sink. WEIR_DATA if a shard is missing or two shards
 * do not meet. `memory` is the limit of the process in bytes; merging and
 * sorting use three quarters of what is left of it. WEIR_LIMIT if nothing is
 * left.
 */
enum weir_status weir_merge_job_answer(struct weir_merge_job *job,
                                       struct weir_sink *sink, uint64_t memory,
                                       struct weir_error *error) WEIR_CHECKED;

/* Writes one partial that holds all that were added, to a path or to "-", which
 * is standard output. Shards may be missing. */
enum weir_status weir_merge_job_write(struct weir_merge_job *job,
                                      const char *path, uint64_t memory,
                                      struct weir_error *error) WEIR_CHECKED;

/* The record counts of all partials added so far. Borrowed until close. */
const struct weir_record_counts *
weir_merge_job_account(const struct weir_merge_job *job);

/* What the runs of all partials set aside. Borrowed until close. */
const struct weir_set_aside *
weir_merge_job_aside(const struct weir_merge_job *job);

/* The plan of the query; an empty one before the first partial. Borrowed until
 * close. */
const struct weir_plan *weir_merge_job_plan(const struct weir_merge_job *job);

/* The query that the partials answer, for messages. NULL before the first
 * partial. Borrowed until close. */
const char *weir_merge_job_query(const struct weir_merge_job *job);

#endif
