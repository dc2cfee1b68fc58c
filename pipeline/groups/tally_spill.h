/*
 * What a tally has of its runs, and how its rows are seen by partials/.
 */
#ifndef WEIR_PIPELINE_GROUPS_TALLY_SPILL_H
#define WEIR_PIPELINE_GROUPS_TALLY_SPILL_H

#include "partials/key_sort.h"
#include "partials/spill.h"
#include "pipeline/groups/tally.h"

/* What sorting takes for each row that is spilled. */
#define SPILL_BYTES sizeof(struct weir_key_rank)

/* A key as it is written: see partials/key.h. */
struct weir_tally_key {
    char *bytes;
    size_t len, room;
};

struct weir_tally_spill {
    struct weir_spill spill;
    struct weir_key_rank *rank;
    size_t rank_room;
    struct weir_tally_key key, other;
};

/* Leaves no groups, and the memory of its tables; without keys, the one row of
 * empty states. */
void weir_tally_empty(struct weir_tally *tally);

/* Frees the runs. */
void weir_tally_forget(struct weir_tally *tally);

#endif
