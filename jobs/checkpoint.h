/*
 * Checkpoints: a file that keeps what a run has counted and how far it has
 * read, so that the same command can continue from there (--checkpoint FILE). A
 * checkpoint is a partial with one fact more, the place. It is removed when the
 * run is done.
 */
#ifndef WEIR_JOBS_CHECKPOINT_H
#define WEIR_JOBS_CHECKPOINT_H

#include "jobs/identity.h"
#include "pipeline/run.h"

#define WEIR_PLACE_CAPACITY ((size_t)128)

struct weir_checkpoint {
    const char *path; /* borrowed; NULL: none is wanted */
    struct weir_identity identity;
    char place[WEIR_PLACE_CAPACITY];
    struct weir_left left; /* its reader NULL: there is none to go on from */
    struct weir_partial_info found;
    uint64_t took_ns; /* how long the run stood still for the last one */
};

/*
 * Opens the checkpoint at `path`, if there is one. It must be of this question
 * and these inputs; WEIR_DATA says what differs. Without such a file the run
 * begins at the beginning. Release is allowed on a zeroed checkpoint, and after
 * a failure.
 */
enum weir_status weir_checkpoint_open(struct weir_checkpoint *checkpoint,
                                      const char *path,
                                      const struct weir_asked *asked,
                                      struct weir_error *error) WEIR_CHECKED;
void weir_checkpoint_release(struct weir_checkpoint *checkpoint);

/* What weir_run is given; NULL: there was no checkpoint. */
const struct weir_left *
weir_checkpoint_left(const struct weir_checkpoint *checkpoint);

/* Writes where the run continues, as a sentence for people without an end.
 * Returns `into`. Only where there was a checkpoint. */
const char *weir_checkpoint_describe(const struct weir_checkpoint *checkpoint,
                                     char *into, size_t capacity);

/* Writes one, in place of the last; see weir_job_save. WEIR_END: the run is
 * over. */
enum weir_status weir_checkpoint_save(struct weir_checkpoint *checkpoint,
                                      struct weir_job *job,
                                      struct weir_error *error) WEIR_CHECKED;

/* The run is done: there is nothing to go on from. */
void weir_checkpoint_remove(const struct weir_checkpoint *checkpoint);

#endif
