/*
 * A worker is one thread of a run: its windows of records, its copy of the rows
 * program, and its hash aggregates.
 */
#ifndef WEIR_PIPELINE_WORKER_H
#define WEIR_PIPELINE_WORKER_H

#include "pipeline/groups/hash_aggregate.h"
#include "pipeline/provenance.h"
#include "pipeline/results.h"
#include "pipeline/scanner.h"

struct weir_worker {
    const struct weir_plan *plan;
    struct weir_emitter *emitter; /* shared: used only in the batch's turn */
    struct weir_program rows;     /* this thread's copy of the plan's */
    struct weir_scanner scanner;
    struct weir_hash_aggregate *hash; /* [table]; NULL if not aggregated */
    size_t memory;      /* bytes that the hash aggregates may hold together */
    const char *folder; /* folder to spill them to, borrowed */
    struct weir_vector *input; /* the inputs of `rows` (plan.h) */
    struct weir_provenance provenance;
    uint32_t *kept; /* numbers of the window's rows that are kept */
};

/* Release is allowed on a zeroed worker, and after a failed init. */
enum weir_status weir_worker_init(struct weir_worker *worker,
                                  const struct weir_plan *plan,
                                  struct weir_reorder *order,
                                  struct weir_emitter *emitter,
                                  struct weir_error *error) WEIR_CHECKED;
void weir_worker_release(struct weir_worker *worker);

/* Frees what reads records. The hash aggregates stay. */
void weir_worker_finish(struct weir_worker *worker);

/* Uses batches until there are no more or the run is stopped. A failure is
 * stored in the reorder buffer. */
void weir_worker_run(struct weir_worker *worker);

#endif
