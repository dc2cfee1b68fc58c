/*
 * The description that a partial carries: which question it answers, over which
 * inputs, and which shards of them it holds.
 */
#ifndef WEIR_PARTIALS_INFO_H
#define WEIR_PARTIALS_INFO_H

#include "base/aggregate.h"
#include "base/set_aside.h"

/* A named text: the query, the reading options, the columns, the position of a
 * checkpoint. Partials may be merged only if the facts marked `identity` are
 * equal in all of them. */
struct weir_fact {
    struct weir_text name, value;
    bool identity;
};

/* A table: how many parts its keys have, and its aggregates. */
struct weir_partial_table {
    uint32_t n_parts, n_aggregates;
    const struct weir_aggregate *const *aggregate;
};

#define WEIR_SHARDS_MAX (UINT32_C(1) << 30)

/* Shards first..last, counted from 1. If one input was split, `begins` is the
 * position at which their first record begins, plus one, and `ends` is the
 * position at which their last record ends, plus one; the next shard must begin
 * there. Otherwise both are 0. */
struct weir_shards {
    uint32_t first, last;
    uint64_t begins, ends;
};

/* An input: its name, and the facts that distinguish two inputs of one name. */
struct weir_partial_input {
    struct weir_text name;
    uint64_t bytes;    /* size of the file; UINT64_MAX means unknown */
    uint64_t modified; /* nanoseconds since 1970; 0 means unknown */
};

/* The writer of a partial fills this in and owns the arrays. After
 * weir_partial_info_load() and weir_partial_join() the arrays lie in
 * `memory`. */
struct weir_partial_info {
    const struct weir_fact *fact;
    const struct weir_partial_table *table;
    struct weir_shards *shards; /* ascending; ranges that meet are joined */
    const struct weir_partial_input *input;
    uint32_t n_facts, n_tables, n_shards, n_inputs;
    uint32_t of_shards; /* N of --shard I/N; 1 for the whole input */
    void *memory;       /* block with what was read or joined; else NULL */
    /* weir_partial_read() adds to it what the partial's run had set aside.
     * Borrowed; NULL allowed. */
    struct weir_set_aside *aside;
};

/* XXH64 over the identity facts and the tables. */
uint64_t weir_partial_fingerprint(const struct weir_partial_info *info);

/* Returns whether the fingerprints and the tables of both are equal. The tables
 * are compared too because a fingerprint can be forged, and states of other
 * sizes would then be loaded into these tables. */
bool weir_partial_alike(const struct weir_partial_info *a,
                        const struct weir_partial_info *b);

/* Returns the value of a fact, borrowed from `info`; empty if there is no fact
 * of that name. */
struct weir_text weir_partial_fact(const struct weir_partial_info *info,
                                   const char *name);

/* Returns whether an identity fact differs, and gives the first such fact as
 * each side has it. If one side lacks the fact, its value is empty there. */
bool weir_partial_differs(const struct weir_partial_info *a,
                          const struct weir_partial_info *b,
                          struct weir_fact *in_a, struct weir_fact *in_b);

/* Returns WEIR_OK if the partial `name` may be merged with one described by
 * `asked`. Otherwise WEIR_DATA; the error names the fact or says that the
 * tables differ. */
enum weir_status weir_partial_same(const struct weir_partial_info *asked,
                                   const struct weir_partial_info *info,
                                   const char *name,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Adds the shards and inputs of the partial `name` to `all`, which is all-zero
 * before the first one. Returns WEIR_DATA if the partial cannot be merged (see
 * weir_partial_same), if it comes from a split into another number of shards,
 * or if it holds a shard or a whole input that was added already.
 */
enum weir_status weir_partial_join(struct weir_partial_info *all,
                                   const struct weir_partial_info *info,
                                   const char *name,
                                   struct weir_error *error) WEIR_CHECKED;

/* Returns WEIR_OK if each shard begins where the shard before it ends.
 * Otherwise WEIR_DATA; the error says which shard must be read again, and with
 * which option. */
enum weir_status weir_partial_meet(const struct weir_partial_info *all,
                                   struct weir_error *error) WEIR_CHECKED;

/* Returns WEIR_OK if no shard is missing and weir_partial_meet() holds.
 * Otherwise WEIR_DATA; the error lists the missing shards. */
enum weir_status weir_partial_whole(const struct weir_partial_info *all,
                                    struct weir_error *error) WEIR_CHECKED;

/* Frees what was read or joined. Allowed on a zeroed info. */
void weir_partial_info_release(struct weir_partial_info *info);

/* Returns the payload of a header frame, `*len` bytes, or NULL if memory was
 * refused. The caller frees it with weir_free(WEIR_MEMORY_SPILL, ...). */
char *weir_partial_info_save(const struct weir_partial_info *info,
                             size_t *len) WEIR_CHECKED;

/* Reads `begins` and `ends` of each shard from an end frame into an info that
 * was loaded. Returns false if the bytes are invalid. */
bool weir_partial_info_places(struct weir_partial_info *info,
                              struct weir_text *from) WEIR_CHECKED;

/* Reads the payload of a header frame. `info` keeps its own copy of the bytes.
 * WEIR_IO if they are not a valid header, or hold states of another version of
 * weir. */
enum weir_status weir_partial_info_load(struct weir_partial_info *info,
                                        struct weir_text saved,
                                        struct weir_error *error) WEIR_CHECKED;

#endif
