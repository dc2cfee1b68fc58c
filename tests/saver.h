/*
 * Saving a run at any moment: a thread beside it, as the command line's watch
 * is one, writes its state to a file once so many batches are done, and no
 * worker asks for another one before that.
 */
#ifndef WEIR_TESTS_SAVER_H
#define WEIR_TESTS_SAVER_H

#include "pipeline/run.h"

#include <stdatomic.h>

#define SAVER_FILE "saved"

struct saver {
    const struct weir_plan *plan;
    struct weir_position place;
    unsigned due;   /* batches until it is to be; 0: never */
    unsigned since; /* they are counted from that beginning of the run on */
    bool stop;      /* the run is of no use then */
    atomic_bool now;
    bool saved;
    unsigned begun; /* how often the run has */
};
extern struct saver saver; /* one run at a time */

/* Before each run, whose watch, planned and step are ours. */
void saver_begin(unsigned due, bool stop);
extern const struct weir_watch *const saver_watch;
void saver_planned(const struct weir_plan *plan);
void saver_step(void);

#endif
