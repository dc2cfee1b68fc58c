/*
 * What a partial says of itself: which question it answers, over which inputs,
 * and which shares of them it holds.
 */
#ifndef WEIR_PARTIALS_INFO_H
#define WEIR_PARTIALS_INFO_H

#include "base/aggregate.h"

/* A text with a name: the query, the options of reading, the columns, the
 * place of a checkpoint. Those of its identity are the same in all partials
 * that may be merged. */
struct weir_fact {
    struct weir_text name, value;
    bool identity;
};

/* A table: its keys' parts and its states. */
struct weir_partial_table {
    uint32_t n_parts, n_aggregates;
    const struct weir_aggregate *const *aggregate;
};

#define WEIR_SHARDS_MAX (UINT32_C(1) << 30)

/* Shards first..last, counted from 1. Of one input that was cut: the place at
 * which their first record begins, and that at which their last one ended,
 * which is where the next shard's must begin; else both 0. */
struct weir_shards {
    uint32_t first, last;
    uint64_t begins, ends;
};

/* An input: a name, and what tells it from another of that name. */
struct weir_partial_input {
    struct weir_text name;
    uint64_t bytes;    /* of the file; UINT64_MAX: unknown */
    uint64_t modified; /* nanoseconds since 1970; 0: not kept */
};

/* Whoever writes a partial fills this in and keeps the arrays. */
struct weir_partial_info {
    const struct weir_fact *fact;
    const struct weir_partial_table *table;
    struct weir_shards *shards; /* ascending; those that meet are one */
    const struct weir_partial_input *input;
    uint32_t n_facts, n_tables, n_shards, n_inputs;
    uint32_t of_shards; /* N of --shard I/N; 1: the whole input */
    void *memory;       /* of what was read or joined */
};

/* XXH64 over the facts of its identity and the tables. */
uint64_t weir_partial_fingerprint(const struct weir_partial_info *info);

/* Whether their fingerprints are the same and their tables are. A fingerprint
 * can be forged, and tables are then loaded into the rooms of others. */
bool weir_partial_alike(const struct weir_partial_info *a,
                        const struct weir_partial_info *b);

/* The value of a fact; empty where there is none of that name. */
struct weir_text weir_partial_fact(const struct weir_partial_info *info,
                                   const char *name);

/* Whether a fact of their identity differs: the first, as each has it; the
 * value of one that it lacks is empty. */
bool weir_partial_differs(const struct weir_partial_info *a,
                          const struct weir_partial_info *b,
                          struct weir_fact *in_a, struct weir_fact *in_b);

/* WEIR_DATA, and which fact or table differs, unless the partial `name` may be
 * merged with one that is as `asked` says. */
enum weir_status weir_partial_same(const struct weir_partial_info *asked,
                                   const struct weir_partial_info *info,
                                   const char *name,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Adds to `all` (all-zero at first) the shards and inputs of the partial
 * `name`. WEIR_DATA where it is foreign (see above), of another split, or
 * holds a shard, or as a whole an input, that is there already.
 */
enum weir_status weir_partial_join(struct weir_partial_info *all,
                                   const struct weir_partial_info *info,
                                   const char *name,
                                   struct weir_error *error) WEIR_CHECKED;

/* WEIR_DATA, and which of two shards is to be read again and how, where one
 * does not begin where the one before it ended. */
enum weir_status weir_partial_meet(const struct weir_partial_info *all,
                                   struct weir_error *error) WEIR_CHECKED;

/* The same, and WEIR_DATA, and which shards are missing, unless none is. */
enum weir_status weir_partial_whole(const struct weir_partial_info *all,
                                    struct weir_error *error) WEIR_CHECKED;

/* Of what was read or joined. */
void weir_partial_info_release(struct weir_partial_info *info);

/* The payload of a header frame; `*len` its bytes. NULL where memory was
 * refused; weir_free (WEIR_MEMORY_SPILL). */
char *weir_partial_info_save(const struct weir_partial_info *info,
                             size_t *len) WEIR_CHECKED;

/* The places of the shards, out of an end frame, into what was read. */
bool weir_partial_info_places(struct weir_partial_info *info,
                              struct weir_text *from) WEIR_CHECKED;

/* Reads it; `info` keeps a copy. */
enum weir_status weir_partial_info_load(struct weir_partial_info *info,
                                        struct weir_text saved,
                                        struct weir_error *error) WEIR_CHECKED;

#endif
