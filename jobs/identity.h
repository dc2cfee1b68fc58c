/*
 * How a partial or a checkpoint describes the question it answers: the facts
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
    "place" /* only a checkpoint has this fact: see checkpoint.h               \
             */
#define WEIR_FACTS_MAX 24

/* A question as the user asked it. Everything is borrowed. */
struct weir_asked {
    const char *query;
    const struct weir_plan *plan;
    const struct weir_schema *schema;
    const struct weir_reading *reading;
    struct weir_cell_rules cells;
    const char *const *path; /* the inputs; "-" is standard input */
    size_t n_paths;
    uint32_t shard, of_shards; /* both 0 for the whole input */
};

struct weir_identity {
    struct weir_fact fact[WEIR_FACTS_MAX];
    struct weir_partial_info info;
    struct weir_shards shard;
    struct weir_partial_table *table;
    struct weir_partial_input *input;
    char *columns;                 /* the column names as a CSV header line */
    char skip[24];                 /* the value of --skip */
    char decimal[2], thousands[2]; /* the values of these options */
};

/*
 * Fills in the identity. It borrows the query's text, the texts of the reading
 * options and the paths until it is released. WEIR_IO if an input's size and
 * time cannot be read. Release is allowed after a failed init.
 */
enum weir_status weir_identity_init(struct weir_identity *identity,
                                    const struct weir_asked *asked,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_identity_release(struct weir_identity *identity);

/*
 * Reads the values that --bad-cells, --decimal and --thousands had, because the
 * plan depends on them. The other options matter only while an input is read.
 * Returns false if a value is unknown.
 */
bool weir_identity_cells(const struct weir_partial_info *info,
                         struct weir_cell_rules *cells);

#endif
