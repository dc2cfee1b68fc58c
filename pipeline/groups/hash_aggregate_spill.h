/*
 * What a hash aggregate keeps for spilling: its runs, and the memory in which
 * its groups are sorted.
 */
#ifndef WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_SPILL_H
#define WEIR_PIPELINE_GROUPS_HASH_AGGREGATE_SPILL_H

#include "partials/key_sort.h"
#include "partials/spill.h"
#include "pipeline/groups/hash_aggregate.h"

/* Bytes that sorting takes for each row that is spilled. */
#define SPILL_BYTES sizeof(struct weir_key_rank)

/* An encoded key: see partials/key.h. */
struct weir_hash_aggregate_key {
    char *bytes;
    size_t len, capacity;
};

struct weir_hash_aggregate_spill {
    struct weir_spill spill; /* the runs */
    struct weir_key_rank *rank;
    size_t rank_capacity;
    struct weir_hash_aggregate_key key, other; /* two keys to be compared */
};

/* Removes all groups; the memory of the tables stays. Without keys the one row
 * stays, with empty states. */
void weir_hash_aggregate_empty(struct weir_hash_aggregate *hash);

/* Frees the runs. */
void weir_hash_aggregate_forget(struct weir_hash_aggregate *hash);

#endif
