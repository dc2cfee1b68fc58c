/*
 * Gathering: a table that several threads have counted, each in a tally of its
 * own, as one cursor. Tallies that fit together are added up in memory; of
 * others, and of those that were spilled before, runs are merged.
 */
#ifndef WEIR_PIPELINE_GROUPS_GATHER_H
#define WEIR_PIPELINE_GROUPS_GATHER_H

#include "pipeline/plan.h"
#include "pipeline/worker.h"

/* The threads whose tallies are gathered. */
struct weir_gathering {
    struct weir_worker *worker;
    size_t n_workers;
    size_t memory; /* that the groups of all threads and tables may hold */
    const char *folder;
    /* They go on counting: what is gathered is left to them, in memory or as
     * runs. Else it is taken from them. */
    bool go_on;
};

/* How many groups that is; what several threads have counts for each. */
uint64_t weir_gathering_groups(const struct weir_gathering *from,
                               size_t n_tables);

/* All tables of a plan, gathered. Release is allowed on a zeroed one, and
 * after a failure. */
struct weir_gathered {
    struct weir_group_cursor **cursor; /* [table] */
    struct weir_tally *sum; /* [table]: of threads that go on; or NULL */
    size_t n;
    bool lost; /* it failed, and groups of the threads are gone */
};

/* No thread may use its tallies, until release where they go on. */
enum weir_status weir_gather(struct weir_gathered *gathered,
                             const struct weir_plan *plan,
                             const struct weir_gathering *from,
                             struct weir_error *error) WEIR_CHECKED;
void weir_gathered_release(struct weir_gathered *gathered);

#endif
