/*
 * Checkpoints: what a run has counted, and where it is, in a file from which
 * the same command goes on (--checkpoint FILE). It is a partial, with the place
 * as a fact besides; when the run is done it is removed.
 */
#ifndef WEIR_CLI_CHECKPOINT_H
#define WEIR_CLI_CHECKPOINT_H

#include "cli/identity.h"
#include "pipeline/run.h"

#define WEIR_PLACE_ROOM ((size_t)128)

struct weir_checkpoint {
    const char *path; /* NULL: none is wanted */
    struct weir_identity identity;
    char place[WEIR_PLACE_ROOM];
    struct weir_left left; /* its reader NULL: there is none to go on from */
    struct weir_partial_info found;
    uint64_t took_ns; /* how long the run stood still for the last one */
};

/*
 * Looks for the one that options->checkpoint names, which must be of this
 * question and these inputs; WEIR_DATA says what differs. Without such a file
 * the run begins at the beginning. Release is allowed on a zeroed one, and
 * after a failure.
 */
enum weir_status weir_checkpoint_open(struct weir_checkpoint *checkpoint,
                                      const struct weir_question *question,
                                      const struct weir_options *options,
                                      struct weir_error *error) WEIR_CHECKED;
void weir_checkpoint_release(struct weir_checkpoint *checkpoint);

/* What weir_run is given; NULL: nothing. */
const struct weir_left *
weir_checkpoint_left(const struct weir_checkpoint *checkpoint);

/* Writes one, in place of the last; see weir_job_save. WEIR_END: the run is
 * over. */
enum weir_status weir_checkpoint_save(struct weir_checkpoint *checkpoint,
                                      struct weir_job *job,
                                      struct weir_error *error) WEIR_CHECKED;

/* The run is done: there is nothing to go on from. */
void weir_checkpoint_remove(const struct weir_checkpoint *checkpoint);

#endif
