/*
 * What the files of a question for a C program share.
 *
 *     query_open.c         from a question and its inputs to a plan
 *     query_run.c          the run, on a thread of its own
 *     query_partial.c      partials: writing one, merging several
 *     query_checkpoint.c   checkpoints: saving the run, going on from one
 *     query.c              the rows, as the caller pulls them
 *
 * A run pushes the rows of its answer into a sink; the caller pulls them. The
 * two meet at a window of rows. The sink waits while the caller takes the rows
 * out of the run's own vectors: nothing is copied or queued.
 *
 *     run's thread:    rows(window) | waits           | rows(window) ...
 *     caller's thread:   waits      | next, next ...  |   waits
 */
#ifndef WEIR_JOBS_QUERY_H
#define WEIR_JOBS_QUERY_H

#include "jobs/checkpoint.h"
#include "pipeline/run.h"
#include "query/query.h"
#include "readers/csv/csv.h"
#include <pthread.h>
#include <stdatomic.h>

/* Where the two threads meet; the lock guards it. */
struct weir_meeting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool exists; /* the lock does */
    /* The window that is offered. The caller sets `rows` to 0 once it has taken
     * them; until then the run waits, and the vectors stay. */
    const struct weir_vector *const *column;
    size_t rows;
    bool over; /* the run has ended */
};

/* The run's thread, and how the run has ended: final once the meeting is over.
 */
struct weir_query_run {
    pthread_t thread;
    bool begun;
    atomic_bool cancelled;
    enum weir_status status;
    struct weir_error error;
    struct weir_record_counts counts;
};

/* The caller's window, how many of its rows it has taken, and the last one. */
struct weir_query_answer {
    const struct weir_vector *const *column;
    size_t rows, taken;
    struct weir_row row;
    struct weir_value *value;          /* [row.n] */
    char (*written)[WEIR_NUMBER_TEXT]; /* [row.n] */
};

/* Partials: the one that is written, and those that are merged. */
struct weir_query_partial {
    struct weir_partial_writer *writer; /* NULL: none is written */
    struct weir_split split;            /* of the shard that it holds */
    struct weir_merge_job *merge;       /* NULL: inputs are read */
};

/* The checkpoint of the run, and the job that it saves: NULL while no run is
 * under way. The lock guards all. */
struct weir_query_checkpoint {
    pthread_mutex_t lock;
    struct weir_checkpoint file;
    struct weir_job *job;
    bool kept; /* the run began anew: the checkpoint that it left stays */
};

struct weir_query {
    struct weir_sink sink; /* the first member: the run's sink is the query */
    char *question;
    const char **path; /* [n_paths] */
    size_t n_paths;
    struct weir_query_options options;
    struct weir_stream *stream;
    struct weir_ast ast;
    struct weir_plan plan;
    struct weir_estimate held;
    struct weir_meeting meeting;
    struct weir_query_run run;
    struct weir_query_partial partial;
    struct weir_query_checkpoint *checkpoint; /* NULL: none */
    struct weir_query_answer answer;
};

extern const struct weir_sink_ops weir_query_sink_ops;

/* The plan: of the question, or of the partials. */
const struct weir_plan *weir_query_plan(const struct weir_query *query);

/* Makes room for a row of the plan's output. */
enum weir_status weir_query_take_row(struct weir_query *query,
                                     struct weir_error *error) WEIR_CHECKED;

/* Takes a query with a copy of its options, which are checked, and its meeting.
 * Returns NULL on failure. */
struct weir_query *weir_query_create(const struct weir_query_options *options,
                                     struct weir_error *error) WEIR_CHECKED;

/* Returns the query, or closes it and returns NULL if its opening failed; the
 * message is then in the words of C. */
struct weir_query *weir_query_opened(struct weir_query *query,
                                     enum weir_status status,
                                     struct weir_error *error);

/* Refuses a member of the options that names an input, which would be lost, or
 * standard output. */
enum weir_status weir_query_check_path(const struct weir_query *query,
                                       const char *member, const char *path,
                                       struct weir_error *error) WEIR_CHECKED;

/* Creates the partial that the options name, once the plan is built. */
enum weir_status weir_query_open_partial(struct weir_query *query,
                                         struct weir_error *error) WEIR_CHECKED;

/* The question as partials and checkpoints describe it. */
struct weir_asked weir_query_asked(const struct weir_query *query);

/* Opens the checkpoint that the options name; resumes from it, if it exists. */
enum weir_status
weir_query_open_checkpoint(struct weir_query *query,
                           struct weir_error *error) WEIR_CHECKED;
/* Whether the checkpoint's file is also the partial's. */
bool weir_query_is_partial(const struct weir_query *query);
void weir_query_close_checkpoint(struct weir_query *query);

/* The watch of a run with a checkpoint. */
struct weir_watch weir_query_watch(struct weir_query *query);

/* What weir_run() is for a question's inputs, for partials. */
enum weir_status weir_query_merge(struct weir_query *query,
                                  struct weir_record_counts *counts,
                                  struct weir_error *error) WEIR_CHECKED;

/* Starts the run's thread; WEIR_LIMIT if the system refuses one. */
enum weir_status weir_query_begin(struct weir_query *query,
                                  struct weir_error *error) WEIR_CHECKED;

/* Gives the caller's window back, and waits for the next one or for the end of
 * the run, which has no rows. */
void weir_query_meet(struct weir_query *query);

/* Makes query->answer have a row that is not taken. Returns WEIR_OK, or what
 * weir_query_next() is to return. */
enum weir_status weir_query_window(struct weir_query *query,
                                   struct weir_error *error) WEIR_CHECKED;

/* For a stream that takes a query over: begins a call that does not end, so
 * that the program's own calls are refused, apart from weir_query_cancel(). The
 * other is weir_query_close() for what was taken. */
enum weir_status weir_query_take(struct weir_query *query, const char *function,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_query_taken_close(struct weir_query *query);

/* Cancels the run, and waits for its end. */
void weir_query_end(struct weir_query *query);

#endif
