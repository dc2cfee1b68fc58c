/*
 * Saves a run at a chosen moment. After a given number of batches a thread of
 * its own, like the watch of the command line, writes the run's state to a
 * file. No worker takes another batch before the state is written.
 */
#ifndef WEIR_TESTS_SAVER_H
#define WEIR_TESTS_SAVER_H

#include "pipeline/run.h"

#include <stdatomic.h>

#define SAVER_FILE "saved"

struct saver {
    const struct weir_plan *plan;
    struct weir_position place; /* saved: where to resume from */
    unsigned due;    /* batches until the run is saved; 0 means never */
    unsigned since;  /* count batches only from this begin of the run on */
    bool stop;       /* stop the run once it is saved */
    atomic_bool now; /* the run must be saved before the next batch */
    bool saved;
    unsigned begun; /* how often the run began, restarts included */
};
extern struct saver saver; /* of the one run that is under way */

/* Call it before each run. The run's trial must have saver_watch, saver_planned
 * and saver_step as its `watch`, `planned` and `step`. */
void saver_begin(unsigned due, bool stop);
extern const struct weir_watch *const saver_watch;
void saver_planned(const struct weir_plan *plan);
void saver_step(void);

#endif
