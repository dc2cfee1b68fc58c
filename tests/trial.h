/*
 * What the laws of whole queries share. A trial is one query run over CSV in
 * memory or in files. Its members set what must not change the answer (how the
 * bytes arrive, batch sizes, threads, layouts). Two outcomes can be compared.
 */
#ifndef WEIR_TESTS_TRIAL_H
#define WEIR_TESTS_TRIAL_H

#include "eager/layout.h"
#include "pipeline/plan.h"
#include "pipeline/run.h"
#include "pipeline/scanner.h"
#include "readers/csv/csv.h"

#include <stdio.h>

struct trial_share {
    uint32_t shard, of_shards; /* shard of the files; 0: read them all */
    struct weir_split *split;  /* filled with `paths`; NULL allowed */
};

struct trial_hooks {
    void (*planned)(const struct weir_plan *plan); /* called before the run */
    void (*step)(void); /* called after each batch, under a lock */
};

struct trial {
    const char *csv;
    size_t len;
    const char *query;
    struct weir_reading reading;
    struct weir_cell_rules cells;
    size_t chunk;                     /* see tests/reading.h */
    bool packed;                      /* csv may be zstd or gzip: detect it */
    const struct weir_layout *layout; /* NULL: lazy */
    bool all_columns;                 /* load all, not only the projected */
    size_t threads;                   /* 0 means 1 */
    size_t memory;                    /* bytes, as in run.h's weir_running */
    bool in_file;             /* read csv from a file; chunk has no effect */
    bool guesses;             /* force chunks, which guess how they begin */
    const char *const *paths; /* read these files; NULL: read csv */
    size_t n_paths;
    bool deaf;                      /* no listener for rejects */
    const struct weir_watch *watch; /* used if the query has aggregates */
    struct trial_hooks hooks;
    const struct weir_left *resume; /* a saved state; NULL: start afresh */
    struct trial_share share;
    /* Path of a partial to write instead of giving rows to the sink; NULL: no
     * partial. */
    const char *partial;
};

/* A sink that writes CSV to a stdio stream, so that the rows are not counted
 * in the ledger. */
struct page {
    struct weir_sink sink; /* {&page_ops} */
    FILE *out;
    size_t n_columns;
    bool ended;
};
extern const struct weir_sink_ops page_ops;

struct outcome {
    char *rows;    /* what the sink received, as CSV with a header */
    char *trouble; /* "" or "DATA x.csv:4:1 (byte 21): record has..." */
    char *rejects; /* one line for each, in the order they came */
    struct weir_record_counts counts;
    uint64_t n_rejects;
    bool ended;   /* the sink's end was called: the answer is complete */
    bool hurried; /* the run may have stopped early, at the query's limit */
    bool loaded;  /* eager: loading rejects records before the answer does */
    char how[16]; /* the way in which the last input was read: "in chunks" */
};

/* Runs the trial and fills the outcome. The caller frees the outcome's texts
 * with outcome_release. */
void trial_run(const struct trial *trial, struct outcome *outcome);
void outcome_release(struct outcome *outcome);

/* What an outcome is made of: a field of its rows, a line of its rejects, and
 * its trouble, which the caller frees. */
void trial_put_field(FILE *out, struct weir_text text);
void trial_put_reject(FILE *out, const struct weir_reject *reject);
char *trial_trouble(enum weir_status status, const struct weir_error *error);

/* Runs each shard of the trial's files to a partial and merges the partials.
 * The query must have aggregates. If a run or the merge fails, the outcome's
 * message is that of the first failure. */
void trial_merge(const struct trial *trial, uint32_t shards,
                 struct outcome *outcome);

/* Creates the partial at trial->partial, with the identity of the trial's
 * query. */
enum weir_status trial_write_partial(const struct trial *trial,
                                     const struct weir_plan *plan,
                                     const struct weir_schema *schema,
                                     struct weir_partial_writer **writer,
                                     struct weir_error *error) WEIR_CHECKED;

/*
 * Returns NULL if the two are equal. Otherwise writes the first difference
 * into `into`, cut at `capacity` bytes, and returns `into`. If a run failed or
 * stopped early, its record counts are not compared, nor are its rejects if it
 * was eager. The order of an eager run's rejects is not compared.
 */
const char *outcome_difference(const struct outcome *a, const struct outcome *b,
                               char *into, size_t capacity);

/* A random number from 0 to n - 1. The state may start as any number. */
unsigned draw(uint64_t *state, unsigned n);

/* Whether this is a sanitizer's build. Such a build is ten times slower, and
 * reaches all code in fewer turns of a law. */
bool sanitized(void);

/* Whether WEIR_LAW_WHOLE is set: laws then sample nothing. scripts/torture
 * sets it. */
bool law_whole(void);

/* The number of turns of a law: `usual`, or `few` under a sanitizer. With
 * WEIR_LAW_WHOLE it is 10 * `usual`, or `usual` under a sanitizer. */
unsigned turns(unsigned usual, unsigned few);

/* The step of a law that goes through a whole range: `few` under a sanitizer,
 * otherwise 1. With WEIR_LAW_WHOLE it is always 1. */
size_t stride(size_t few);

/*
 * Random CSV with the columns k (few keys), n (whole numbers), d (numbers of
 * every form), t (texts of every form), e (dates) and m (any of these). The
 * same seed gives the same text. The caller frees it.
 */
struct random_table {
    bool ragged;    /* some records have more or fewer fields */
    bool bad;       /* some cells of n, d and e are no numbers or dates */
    bool tidy;      /* as RFC 4180 demands, except for the line ends */
    bool bare;      /* no field needs quotes, and none has them */
    bool only_lf;   /* all lines end in LF */
    unsigned lines; /* maximum number of lines */
    unsigned min;   /* minimum number of lines */
    struct weir_notation notation; /* of n and d */
};
char *random_table(uint64_t seed, const struct random_table *table,
                   size_t *len);

/* A random query about such a table. Most are valid. The same seed gives the
 * same query. The caller frees it. */
char *random_query(uint64_t seed);

#endif
