/*
 * The watch: an additional thread that wakes up at intervals, or when a signal
 * comes, and reads the state of the run:
 *
 *     --every      prints the results so far on standard output
 *     SIGUSR1      prints them once, on standard error
 *     --checkpoint writes the run's state and position into a file; SIGTERM
 *                  does this too, and then ends the program
 *
 * On a terminal --every redraws the results in place. Elsewhere it prints all
 * of them, and an empty line after each print. The answer comes after the last
 * print. If the run has to restart (see `located` in base/stream.h), the watch
 * restarts too.
 */
#ifndef WEIR_CLI_TERMINAL_WATCH_H
#define WEIR_CLI_TERMINAL_WATCH_H

#include "cli/formats/output.h"
#include "jobs/checkpoint.h"
#include <pthread.h>
#include <stdatomic.h>

struct weir_watcher {
    const struct weir_options *options;
    struct weir_output *output;         /* standard output; NULL: none */
    struct weir_checkpoint *checkpoint; /* NULL: no checkpoints */
    bool aggregated;                    /* the query has aggregates */
    struct weir_watch watch;            /* the callbacks given to the run */
    struct weir_job *job;               /* NULL: no run is under way */
    pthread_t thread;
    bool started;      /* `thread` exists */
    bool begun_again;  /* a run that continued from a checkpoint has restarted
                          at the beginning of the input */
    atomic_bool over;  /* the run has ended; `thread` is to return */
    uint64_t saved_at; /* when the last checkpoint was, or the run began */
    uint64_t group_ns; /* the time that saving one group takes */
    size_t drawn;      /* lines of results that are on the terminal now */
    uint64_t printed;  /* bytes written to `output` when the run ended */
};

/* Installs the handler of SIGUSR1 and, if the options need a watch, blocks the
 * signal for it. Call it before any thread is started. `options` is borrowed.
 */
void weir_watcher_init(struct weir_watcher *watcher,
                       const struct weir_options *options);

/* Starts the watch if SIGUSR1 came while there was none. The run's thread calls
 * it, also when a signal has interrupted its wait for input. */
void weir_watcher_wake(struct weir_watcher *watcher);

/* Returns the callbacks for weir_run (running->watch). `output` and
 * `checkpoint` may be NULL, and are borrowed until the run has ended. */
const struct weir_watch *weir_watcher_over(struct weir_watcher *watcher,
                                           bool aggregated,
                                           struct weir_output *output,
                                           struct weir_checkpoint *checkpoint);

/* screen.c: puts the text of a held output, in place of the last one, of which
 * `*drawn` lines are on the terminal. Lines that do not fit the terminal of
 * output->fd are counted in a last line; a line longer than the terminal's
 * width is cut. */
void weir_screen_draw(size_t *drawn, struct weir_output *output,
                      const struct weir_output *held);

/* Erases the text. */
void weir_screen_clear(size_t *drawn, struct weir_output *output);

#endif
