/*
 * Looking into a run while its threads stand still: a thread beside the run, as
 * the command line's watch is one, acts when a worker that is about to ask for
 * a batch finds that it is time to; and that worker waits for it. So it does
 * not depend on how threads happen to interleave that there is a look, nor how
 * much of the input one worker had read by then. Several workers go on until
 * each asks.
 *
 * For one run at a time, in a development build: see base/mechanism.h.
 */
#ifndef WEIR_TESTS_BYSTANDER_H
#define WEIR_TESTS_BYSTANDER_H

#include "pipeline/run.h"

struct bystander {
    bool (*due)(void); /* asked by workers, one at a time */
    void (*act)(struct weir_job *job);
    void (*begun)(void); /* NULL allowed: with each run that begins */
};

/* Before a run whose watch is this one, while there is one thread. */
void bystander_wait(const struct bystander *now);
extern const struct weir_watch bystander_watch;

#endif
