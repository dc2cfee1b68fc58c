/*
 * Acts on a run from a thread of its own, like the watch of the command line,
 * at a moment that does not depend on how threads interleave. Each worker that
 * is about to take a batch calls due(). If that returns true, the bystander's
 * thread calls act() with the run, and the worker waits until act() returns.
 * So act() is certain to be called, and with one worker it is certain how much
 * of the input was read by then. Other workers continue until they are about
 * to take a batch themselves.
 *
 * It serves one run at a time, and works in development builds only: see
 * base/mechanism.h.
 */
#ifndef WEIR_TESTS_BYSTANDER_H
#define WEIR_TESTS_BYSTANDER_H

#include "pipeline/run.h"

struct bystander {
    bool (*due)(void); /* called by workers, under a lock */
    void (*act)(struct weir_job *job);
    void (*begun)(void); /* called when a run begins or restarts, or NULL */
};

/* Sets the bystander of the next run, whose watch must be bystander_watch.
 * `now` is borrowed. Call it while the process has one thread. */
void bystander_wait(const struct bystander *now);
extern const struct weir_watch bystander_watch;

#endif
