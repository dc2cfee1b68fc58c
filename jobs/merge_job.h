/*
 * Merging partials: to the answer, or to one partial.
 *
 *     job = weir_merge_job_open("/tmp", &error);
 *     for each file: weir_merge_job_add(job, source, name, &error)
 *     weir_merge_job_answer(job, sink, memory, &error);
 *     weir_merge_job_close(job);
 *
 * A partial keeps its query, its columns' names and the options that the plan
 * depends on, so the plan is built again from the first partial. All partials
 * are read and verified before the first result: each becomes a sorted run of
 * each table, and the runs are merged as those of a single run that spilled
 * are. One thread uses a job at a time. After a failure the job can only be
 * closed.
 */
#ifndef WEIR_JOBS_MERGE_JOB_H
#define WEIR_JOBS_MERGE_JOB_H

#include "base/record_counts.h"
#include "base/source.h"
#include "pipeline/sink.h"

struct weir_merge_job;

/* What is read goes to temporary files in `folder`, which is borrowed. NULL on
 * failure. */
struct weir_merge_job *
weir_merge_job_open(const char *folder, struct weir_error *error) WEIR_CHECKED;
void weir_merge_job_close(struct weir_merge_job *job);

/* Reads all partials that the source holds, and takes it over. `name` stands in
 * messages. WEIR_DATA where a partial cannot be merged with those before it;
 * WEIR_IO where it is none, cut or damaged. */
enum weir_status weir_merge_job_add(struct weir_merge_job *job,
                                    struct weir_source *inner, const char *name,
                                    struct weir_error *error) WEIR_CHECKED;

/*
 * Gives the answer to the sink; WEIR_DATA where a shard is missing. `memory` is
 * the process's limit in bytes; merging and sorting use what is left of it.
 */
enum weir_status weir_merge_job_answer(struct weir_merge_job *job,
                                       struct weir_sink *sink, uint64_t memory,
                                       struct weir_error *error) WEIR_CHECKED;

/* Writes one partial of all instead, to a path or to "-", which is standard
 * output. Shards may be missing. */
enum weir_status weir_merge_job_write(struct weir_merge_job *job,
                                      const char *path, uint64_t memory,
                                      struct weir_error *error) WEIR_CHECKED;

/* The records of all partials added so far. */
const struct weir_record_counts *
weir_merge_job_account(const struct weir_merge_job *job);

/* The query that the partials answer, for messages; NULL before the first. */
const char *weir_merge_job_query(const struct weir_merge_job *job);

#endif
