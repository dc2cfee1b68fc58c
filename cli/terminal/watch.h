/*
 * The watch: a thread beside the run's own, which wakes up every so many
 * seconds (--every), or by a signal, and looks into the run:
 *
 *     --every      the results so far, on standard output
 *     SIGUSR1      the same, once, on standard error
 *     --checkpoint what the run has counted and where it is, into a file; also
 *                  on SIGTERM, which ends it then
 *
 * On a terminal --every draws them in place; elsewhere each is whole, and an
 * empty line comes after it. The answer comes after the last one. A run that
 * has to begin again (see base/stream.h, next) begins again with them, too.
 */
#ifndef WEIR_CLI_TERMINAL_WATCH_H
#define WEIR_CLI_TERMINAL_WATCH_H

#include "cli/terminal/screen.h"
#include "jobs/checkpoint.h"
#include <pthread.h>
#include <stdatomic.h>

struct weir_watcher {
    const struct weir_options *options;
    struct weir_output *output;         /* standard output's; NULL: none */
    struct weir_checkpoint *checkpoint; /* NULL: none is wanted */
    bool aggregated;                    /* there are results so far */
    struct weir_watch watch;            /* for the run */
    struct weir_job *job;
    pthread_t thread;
    bool started, begun;
    bool begun_again; /* after it went on from a checkpoint, without it */
    atomic_bool over;
    uint64_t saved_at; /* when the last checkpoint was, or the run began */
    uint64_t group_ns; /* what a group of it takes */
    struct weir_screen screen;
    uint64_t printed; /* bytes of the output, when the run was over */
};

/* Before any thread is started: its signals wait for the watch from now on. */
void weir_watcher_init(struct weir_watcher *watcher,
                       const struct weir_options *options);

/* Starts the watch, if it is asked something and there is none yet; from the
 * run's thread, also while it waits for input. */
void weir_watcher_wake(struct weir_watcher *watcher);

/* What the run is given; output and checkpoint, NULL allowed, are borrowed
 * until it has ended. */
const struct weir_watch *weir_watcher_over(struct weir_watcher *watcher,
                                           bool aggregated,
                                           struct weir_output *output,
                                           struct weir_checkpoint *checkpoint);

#endif
