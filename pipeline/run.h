/*
 * Running a plan over a stream, on any number of threads: the same bytes.
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

/* Who looks into a run: told that its threads begin, and that they have ended.
 * In between the functions below may be called, by a thread of its own. A run
 * that has to begin again does so between an end and a begin. */
struct weir_watch {
    void *context;
    void (*begin)(void *context, struct weir_job *job);
    void (*end)(void *context);
};

/* Where another run was left: its state, a partial at which `reader` stands
 * (weir_partial_next has given `info`), and its place. */
struct weir_left {
    struct weir_position place;
    struct weir_partial_reader *reader;
    struct weir_partial_info *info;
};

struct weir_running {
    struct weir_sink *sink;
    /* The tables go there, instead of results to the sink; NULL: they do not.
     * Who opened it finishes it. */
    struct weir_partial_writer *partial;
    const struct weir_listener *listener; /* NULL allowed */
    const struct weir_watch *watch;       /* NULL allowed */
    const struct weir_left *left;         /* to go on from; NULL allowed */
    size_t threads;                       /* 0 is 1 */
    struct weir_times *times;             /* filled; NULL allowed */
    /* What groups and rows to be sorted may hold before they are spilled; 0:
     * what the estimate leaves of the process's limit, if there is one. */
    size_t memory;
    const char *folder; /* for what is spilled; NULL: /tmp */
};

/*
 * Pulls the stream to its end (or to the limit of a query that streams) and
 * gives the answer to the sink, which sees its end only when all is well. The
 * account is filled on failure too. The plan's programs are used, so one run
 * at a time.
 */
enum weir_status weir_run(struct weir_plan *plan, struct weir_stream *stream,
                          const struct weir_running *running,
                          struct weir_record_counts *counts,
                          struct weir_error *error) WEIR_CHECKED;

/*
 * The answer to the records read so far, to a sink of its own; the run waits
 * meanwhile. Only where the plan is aggregated. WEIR_END, and nothing to the
 * sink: the run is over. After a failure the sink may have had anything; the
 * run goes on, but where what it had counted is lost.
 */
enum weir_status weir_job_so_far(struct weir_job *job, struct weir_sink *sink,
                                 struct weir_record_counts *counts,
                                 struct weir_error *error) WEIR_CHECKED;

/* How many groups there are to be combined, in memory and as runs: what saving
 * takes goes by them. The run waits a moment. WEIR_END: it is over. */
enum weir_status weir_job_groups(struct weir_job *job,
                                 uint64_t *n) WEIR_CHECKED;

/* What is saved of a run: its place, the partial its state is written to, which
 * `create` gives when the place is known, and its account. The partial is the
 * caller's to finish, which is all that it lacks, or to abandon. */
struct weir_saving {
    void *context;
    struct weir_partial_writer *(*create)(void *context,
                                          const struct weir_position *place,
                                          struct weir_error *error);
    struct weir_partial_writer *partial;
    struct weir_record_counts counts;
};

/*
 * Saves the run's state, from which another run can go on (running->left); this
 * one waits meanwhile. The stream must have places. WEIR_END, and no partial:
 * the run is over.
 */
enum weir_status weir_job_save(struct weir_job *job, struct weir_saving *saving,
                               struct weir_error *error) WEIR_CHECKED;

/* Makes the run fail. */
void weir_job_stop(struct weir_job *job, const struct weir_error *error);

/* Chooses how the stream is read, and adds what the run will hold to the
 * estimate, the stream included. With rejects they are told in the input's
 * order. */
void weir_run_estimate(const struct weir_plan *plan, struct weir_stream *stream,
                       size_t threads, bool rejects,
                       struct weir_estimate *estimate);

#endif
