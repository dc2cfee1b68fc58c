/*
 * Gathering: a table that several threads have counted, each in a hash
 * aggregate of its own, as one cursor. Hash aggregates that fit together are
 * added up in memory; of others, and of those that were spilled before, runs
 * are merged.
 */
#ifndef WEIR_PIPELINE_GROUPS_COMBINE_H
#define WEIR_PIPELINE_GROUPS_COMBINE_H

#include "pipeline/plan.h"
#include "pipeline/worker.h"

/* The threads whose hash aggregates are combined. */
struct weir_combining {
    struct weir_worker *worker;
    size_t n_workers;
    size_t memory; /* that the groups of all threads and tables may hold */
    const char *folder;
    /* They go on counting: what is combined is left to them, in memory or as
     * runs. Else it is taken from them. */
    bool go_on;
};

/* How many groups that is; what several threads have counts for each. */
uint64_t weir_combining_groups(const struct weir_combining *from,
                               size_t n_tables);

/* All tables of a plan, combined. Release is allowed on a zeroed one, and
 * after a failure. */
struct weir_combined {
    struct weir_group_cursor **cursor; /* [table] */
    struct weir_hash_aggregate
        *sum; /* [table]: of threads that go on; or NULL */
    size_t n;
    bool lost; /* it failed, and groups of the threads are gone */
};

/* No thread may use its hash aggregates, until release where they go on. */
enum weir_status weir_combine(struct weir_combined *combined,
                              const struct weir_plan *plan,
                              const struct weir_combining *from,
                              struct weir_error *error) WEIR_CHECKED;
void weir_combined_release(struct weir_combined *combined);

#endif
