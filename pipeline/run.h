/*
 * Running a plan over a stream. The answer has the same bytes on any number of
 * threads.
 */
#ifndef WEIR_PIPELINE_RUN_H
#define WEIR_PIPELINE_RUN_H

#include "pipeline/plan.h"
#include "pipeline/reorder.h"
#include "pipeline/sink.h"

struct weir_partial_info;
struct weir_partial_reader;
struct weir_partial_writer;
struct weir_job; /* a run under way */

/* Callbacks for a caller that looks into a run. weir_run calls `begin` before
 * its threads begin and `end` after all of them have ended. Between the two,
 * another thread may call the weir_job functions below, one at a time. If the
 * run has to restart, it does so between an `end` and a further `begin`. */
struct weir_watch {
    void *context;
    void (*begin)(void *context, struct weir_job *job);
    void (*end)(void *context);
};

/* A saved run to continue from. `reader` stands at the partial with its state
 * (weir_partial_next has filled `info`); `place` is the position to resume
 * from. */
struct weir_left {
    struct weir_position place;
    struct weir_partial_reader *reader;
    struct weir_partial_info *info;
};

/* How to run. All pointers are borrowed until weir_run returns. */
struct weir_running {
    struct weir_sink *sink;
    /* If not NULL, the run writes the tables to it, and no results to the sink.
     * The caller finishes it. */
    struct weir_partial_writer *partial;
    const struct weir_listener *listener; /* NULL allowed */
    const struct weir_watch *watch;       /* NULL allowed */
    const struct weir_left *left; /* saved run to continue; NULL allowed */
    size_t threads;               /* 0 means 1 */
    struct weir_times *times;     /* filled by the run; NULL allowed */
    /* Filled by the run; NULL allowed. Its texts are the plan's. */
    struct weir_set_aside *aside;
    /* Bytes that groups, and rows to be sorted, may hold before they are
     * spilled. 0 means what the memory estimate leaves of the process's limit,
     * or no limit if the process has none. */
    size_t memory;
    /* What the caller itself holds, and the run's limit, for the memory
     * estimate; NULL allowed. */
    const struct weir_estimate *held;
    const char *folder; /* for temporary files; NULL means /tmp */
};

/*
 * Reads the stream to its end (or, in a query without aggregates or order by,
 * to its limit) and gives the answer to the sink. The sink's `end` is called
 * only if the whole run succeeded. `counts` is filled on failure, too. The run
 * uses the plan's programs, so a plan serves one run at a time.
 */
enum weir_status weir_run(struct weir_plan *plan, struct weir_stream *stream,
                          const struct weir_running *running,
                          struct weir_record_counts *counts,
                          struct weir_error *error) WEIR_CHECKED;

/*
 * Gives the answer to the records read so far to `sink`, which must not be the
 * run's own; the run is paused meanwhile. The plan must be aggregated. Returns
 * WEIR_END, and gives the sink nothing, if the run is over. After a failure the
 * sink may have received part of an answer. The run then continues, unless the
 * failure lost groups that it had counted: then it fails with the same error.
 */
enum weir_status weir_job_so_far(struct weir_job *job, struct weir_sink *sink,
                                 struct weir_record_counts *counts,
                                 struct weir_error *error) WEIR_CHECKED;

/* Counts the groups in memory and in runs, which tells roughly what saving the
 * run will cost. A group that several threads or runs hold counts for each. The
 * run is paused for a moment. Returns WEIR_END if the run is over. */
enum weir_status weir_job_groups(struct weir_job *job,
                                 uint64_t *n) WEIR_CHECKED;

/* What weir_job_save needs and gives. It calls `create` once the position to
 * resume from is known, writes the run's state to the writer that `create`
 * returned, and fills `partial` and `counts`. The caller owns the writer: it
 * adds nothing, and finishes or abandons it. On failure `create` returns NULL
 * with the error filled. */
struct weir_saving {
    void *context;
    struct weir_partial_writer *(*create)(void *context,
                                          const struct weir_position *place,
                                          struct weir_error *error);
    struct weir_partial_writer *partial;
    struct weir_record_counts counts;
};

/*
 * Saves the run's state, so that another run can continue from it
 * (running->left); this run is paused meanwhile. The stream must support
 * positions. Returns WEIR_END, with saving->partial NULL, if the run is over. A
 * failure may lose groups that the run has counted, so the caller must then
 * stop the run (weir_job_stop).
 */
enum weir_status weir_job_save(struct weir_job *job, struct weir_saving *saving,
                               struct weir_error *error) WEIR_CHECKED;

/* Whether the run goes on from running->left. One that has restarted at the
 * beginning does not. */
bool weir_job_continues(const struct weir_job *job);

/* Makes the run fail with this error, unless it has already stopped. */
void weir_job_stop(struct weir_job *job, const struct weir_error *error);

/* Memory estimate: the bytes that weir_job_so_far takes. */
size_t weir_run_so_far_bytes(const struct weir_plan *plan);

/* Chooses how the stream is read, and adds the bytes that the stream and the
 * run will hold to the memory estimate, in front of what the caller has put
 * there, which is what it will hold itself. `rejects` says that the listener
 * takes rejected records, which must come in the input's order. */
void weir_run_estimate(const struct weir_plan *plan, struct weir_stream *stream,
                       size_t threads, bool rejects,
                       struct weir_estimate *estimate);

/* The bytes that a run may hold: the estimate's limit, or the process's; 0
 * means that there is none. */
uint64_t weir_run_limit(const struct weir_estimate *estimate);

/* The same for a run over the records of `stream` that have been loaded: the
 * stream itself is not counted. */
void weir_replay_estimate(const struct weir_plan *plan,
                          const struct weir_stream *stream, size_t threads,
                          struct weir_estimate *estimate);

#endif
