/*
 * What a partial or a checkpoint says of the question it answers: the facts
 * that must be equal in all partials that are merged, and the inputs.
 */
#ifndef WEIR_JOBS_IDENTITY_H
#define WEIR_JOBS_IDENTITY_H

#include "base/schema.h"
#include "partials/info.h"
#include "pipeline/plan.h"
#include "readers/csv/csv.h"

#define WEIR_FACT_QUERY "query"
#define WEIR_FACT_COLUMNS "columns"
#define WEIR_FACT_PLACE                                                        \
    "place" /* only a checkpoint has it: see checkpoint.h                      \
             */
#define WEIR_FACTS_MAX 20

/* A question as it was asked. Everything is borrowed. */
struct weir_asked {
    const char *query;
    const struct weir_plan *plan;
    const struct weir_schema *schema;
    const struct weir_reading *reading;
    enum weir_bad_cells bad_cells;
    const char *const *path; /* of the inputs; "-" is standard input */
    size_t n_paths;
    uint32_t shard, of_shards; /* both 0: the whole input */
};

struct weir_identity {
    struct weir_fact fact[WEIR_FACTS_MAX];
    struct weir_partial_info info;
    struct weir_shards shard;
    struct weir_partial_table *table;
    struct weir_partial_input *input;
    char *columns; /* a CSV header's line */
    char skip[24];
};

/*
 * The identity borrows the query's text, the reading's texts and the paths
 * until it is released. WEIR_IO where an input cannot be looked at. Release is
 * allowed after a failed init.
 */
enum weir_status weir_identity_init(struct weir_identity *identity,
                                    const struct weir_asked *asked,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_identity_release(struct weir_identity *identity);

/*
 * Reads what --bad-cells was, on which the plan depends; the other options
 * matter only while an input is read. Returns false for an unknown value.
 */
bool weir_identity_bad_cells(const struct weir_partial_info *info,
                             enum weir_bad_cells *bad_cells);

#endif
