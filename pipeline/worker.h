/*
 * A worker: what one thread of a run does with its windows of records.
 */
#ifndef WEIR_PIPELINE_WORKER_H
#define WEIR_PIPELINE_WORKER_H

#include "pipeline/groups/hash_aggregate.h"
#include "pipeline/results.h"
#include "pipeline/scanner.h"

struct weir_worker {
    const struct weir_plan *plan;
    struct weir_emitter *emitter; /* shared: used in turn */
    struct weir_program rows;     /* the plan's, for this thread */
    struct weir_scanner scanner;
    struct weir_hash_aggregate *hash; /* [table] */
    size_t memory;                    /* what they may hold together */
    const char *folder;               /* where they are spilled to, borrowed */
    struct weir_vector *input;
    bool *late; /* [wanted]: read after the filter */
    uint32_t *kept;
    pthread_t thread;
    bool started;
};

/* Release is allowed on a zeroed worker, and after a failed init. */
enum weir_status weir_worker_init(struct weir_worker *worker,
                                  const struct weir_plan *plan,
                                  struct weir_reorder *order,
                                  struct weir_emitter *emitter,
                                  struct weir_error *error) WEIR_CHECKED;
void weir_worker_release(struct weir_worker *worker);

/* Uses batches until there are no more or the run is stopped. Its failure is
 * the order's. */
void weir_worker_run(struct weir_worker *worker);

#endif
