/*
 * Saving a run at any moment: a thread that looks into it, as the command
 * line's does, and writes its state to a file once so many batches are done.
 */
#ifndef WEIR_TESTS_SAVER_H
#define WEIR_TESTS_SAVER_H

#include "pipeline/run.h"

#include <pthread.h>
#include <stdatomic.h>

#define SAVER_FILE "left"

struct saver {
    const struct weir_plan *plan;
    struct weir_job *job;
    pthread_t thread;
    struct weir_place place;
    unsigned due; /* batches until it is to be */
    bool leave;   /* the run is of no use then */
    atomic_bool now, over, done;
    bool saved;
    unsigned begun; /* how often the run has */
};
extern struct saver saver; /* one run at a time */

/* For a trial: its watch, planned and step. */
extern const struct weir_watch saver_watch;
void saver_planned(const struct weir_plan *plan);
void saver_step(void);

#endif
