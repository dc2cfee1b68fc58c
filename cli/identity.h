/*
 * What a partial says of the question it answers: the facts that must be equal
 * in all that are merged, and the inputs.
 */
#ifndef WEIR_CLI_IDENTITY_H
#define WEIR_CLI_IDENTITY_H

#include "cli/commands.h"
#include "partials/info.h"

#define WEIR_FACT_QUERY "query"
#define WEIR_FACT_COLUMNS "columns"
#define WEIR_FACT_PLACE "place" /* of a checkpoint, which is no answer */
#define WEIR_FACTS_MOST 20

struct weir_identity {
    struct weir_fact fact[WEIR_FACTS_MOST];
    struct weir_partial_info info;
    struct weir_shards shard;
    struct weir_partial_table *table;
    struct weir_partial_input *input;
    char *columns; /* a CSV header's line */
    char skip[24];
};

/* Borrows from the question and the options. Release is allowed after a failed
 * init. */
enum weir_status weir_identity_init(struct weir_identity *identity,
                                    const struct weir_question *question,
                                    const struct weir_options *options,
                                    struct weir_error *error) WEIR_CHECKED;
/*
 * What --bad-cells was, on which the plan depends; the other options are about
 * reading, and a partial is read. False where it is no value that is known.
 */
bool weir_identity_bad_cells(const struct weir_partial_info *info,
                             enum weir_bad_cells *bad_cells);

void weir_identity_release(struct weir_identity *identity);

#endif
