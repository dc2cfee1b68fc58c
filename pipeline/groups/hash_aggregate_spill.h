/*
 * What a hash aggregate has of its runs, and how its rows are seen by
 * partials/.
 */
#ifndef WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_SPILL_H
#define WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_SPILL_H

#include "partials/key_sort.h"
#include "partials/spill.h"
#include "pipeline/groups/hash_aggregate.h"

/* What sorting takes for each row that is spilled. */
#define SPILL_BYTES sizeof(struct weir_key_rank)

/* A key as it is written: see partials/key.h. */
struct weir_hash_aggregate_key {
    char *bytes;
    size_t len, capacity;
};

struct weir_hash_aggregate_spill {
    struct weir_spill spill;
    struct weir_key_rank *rank;
    size_t rank_capacity;
    struct weir_hash_aggregate_key key, other;
};

/* Leaves no groups, and the memory of its tables; without keys, the one row of
 * empty states. */
void weir_hash_aggregate_empty(struct weir_hash_aggregate *hash);

/* Frees the runs. */
void weir_hash_aggregate_forget(struct weir_hash_aggregate *hash);

#endif
