/*
 * Checkpoints: a file that keeps what a run has counted and how far it has
 * read, so that the same command can continue from there (--checkpoint FILE). A
 * checkpoint is a partial with one additional fact, the position to resume
 * from. The file is removed when the run is done.
 */
#ifndef WEIR_JOBS_CHECKPOINT_H
#define WEIR_JOBS_CHECKPOINT_H

#include "jobs/identity.h"
#include "pipeline/run.h"

/* Bytes of a position as text, with its terminator. */
#define WEIR_PLACE_CAPACITY ((size_t)128)

struct weir_checkpoint {
    const char *path; /* borrowed; NULL if no checkpoint is wanted */
    struct weir_identity identity;
    char place[WEIR_PLACE_CAPACITY]; /* the last position saved, as text */
    struct weir_left left; /* its reader is NULL if nothing is resumed */
    struct weir_partial_info found; /* description in the file, if resumed */
    uint64_t took_ns; /* time that the run waited for the last one */
};

/*
 * Opens the checkpoint at `path` if the file exists. It must belong to this
 * question and these inputs; otherwise WEIR_DATA, and the error says what
 * differs. WEIR_USAGE if the query has no aggregates, an input cannot be read
 * again, or `path` is not a regular file. WEIR_IO if the file is damaged or
 * cannot be written. Without such a file the run starts at the beginning.
 * `path` and what identity.h names are borrowed. Release is allowed on a zeroed
 * checkpoint and after a failure.
 */
enum weir_status weir_checkpoint_open(struct weir_checkpoint *checkpoint,
                                      const char *path,
                                      const struct weir_asked *asked,
                                      struct weir_error *error) WEIR_CHECKED;
void weir_checkpoint_release(struct weir_checkpoint *checkpoint);

/* Returns what weir_run needs to resume, borrowed, or NULL if there was no
 * checkpoint. */
const struct weir_left *
weir_checkpoint_left(const struct weir_checkpoint *checkpoint);

/* Writes a sentence for people, without a full stop, that says where the run
 * continues. Returns `into`. Call it only if there was a checkpoint. */
const char *weir_checkpoint_describe(const struct weir_checkpoint *checkpoint,
                                     char *into, size_t capacity);

/* Writes a checkpoint and replaces the last one; see weir_job_save. The run
 * waits while its state is saved, but not while the file is flushed to the
 * disk. WEIR_END means that the run is over and nothing was written. */
enum weir_status weir_checkpoint_save(struct weir_checkpoint *checkpoint,
                                      struct weir_job *job,
                                      struct weir_error *error) WEIR_CHECKED;

/* Memory estimate: the bytes that opening and writing one take. */
size_t weir_checkpoint_bytes(const struct weir_plan *plan);

/* Removes the checkpoint, because the run is done. */
void weir_checkpoint_remove(const struct weir_checkpoint *checkpoint);

#endif
