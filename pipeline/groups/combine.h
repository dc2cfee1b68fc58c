/*
 * Combining: each thread has counted a table in a hash aggregate of its own;
 * weir_combine() gives all of them as one cursor. If the hash aggregates fit
 * together, they are added up in memory. If they do not, or if one was spilled
 * before, all are spilled and their runs are merged.
 */
#ifndef WEIR_PIPELINE_GROUPS_COMBINE_H
#define WEIR_PIPELINE_GROUPS_COMBINE_H

#include "pipeline/plan.h"
#include "pipeline/worker.h"

/* The threads whose hash aggregates are combined. */
struct weir_combining {
    struct weir_worker *worker;
    size_t n_workers;
    size_t memory; /* bytes that groups of all threads and tables may hold */
    const char *folder;
    /* true: the threads continue to count afterwards, so they keep their
     * groups, in memory or as runs. false: the run has ended, and the groups
     * may be taken out of their hash aggregates. */
    bool continues;
};

/* Counts the groups of all threads and tables, in memory and in runs. A group
 * that several of them hold counts for each. */
uint64_t weir_combining_groups(const struct weir_combining *from,
                               size_t n_tables);

/* All tables of a plan, combined. Release is allowed on a zeroed struct, and
 * after a failure. */
struct weir_combined {
    struct weir_group_cursor **cursor; /* [table] */
    struct weir_hash_aggregate *sum;   /* [table]: if the threads continue */
    size_t n;
    bool lost; /* weir_combine failed, and threads may have lost groups */
};

/* No thread may use its hash aggregates meanwhile or, with `continues`, before
 * weir_combined_release(). The workers are borrowed until then. */
enum weir_status weir_combine(struct weir_combined *combined,
                              const struct weir_plan *plan,
                              const struct weir_combining *from,
                              struct weir_error *error) WEIR_CHECKED;
void weir_combined_release(struct weir_combined *combined);

#endif
