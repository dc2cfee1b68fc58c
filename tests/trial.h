/*
 * What the laws of whole queries share: one question put to CSV in memory,
 * with all that may not matter (how bytes arrive, batches, scans, layouts) as
 * parameters, and all that does as texts that can be compared.
 */
#ifndef WEIR_TESTS_TRIAL_H
#define WEIR_TESTS_TRIAL_H

#include "eager/layout.h"
#include "pipeline/plan.h"
#include "pipeline/run.h"
#include "pipeline/scanner.h"
#include "readers/csv/csv.h"

#include <stdio.h>

struct trial {
    const char *csv;
    size_t len;
    const char *query;
    struct weir_reading reading;
    enum weir_bad_cells bad_cells;
    size_t chunk;                     /* see tests/reading.h */
    bool packed;                      /* csv is zstd or gzip, or may be */
    const struct weir_layout *layout; /* NULL: lazy */
    bool all_columns;                 /* loaded, not only those asked for */
    size_t threads;                   /* 0 is 1 */
    size_t memory;                    /* of groups and rows: see run.h */
    bool in_file;             /* csv lies in a file: chunk does not count */
    bool guesses;             /* of chunks: each begins with one */
    const char *const *paths; /* NULL: csv; else these files are read */
    size_t n_paths;
    bool deaf;                      /* nobody listens to rejects */
    const struct weir_watch *watch; /* of a question with aggregates */
    void (*step)(void);             /* after each batch, one at a time */
    void (*planned)(const struct weir_plan *plan); /* before the run */
    const struct weir_left *resume;                /* NULL: from the start */
    uint32_t shard, of_shards;                     /* of the files; 0: all */
    struct weir_split *split;                      /* NULL allowed */
    /* A path that a partial is written to, instead of rows to the sink. */
    const char *partial;
};

/* A sink that writes CSV into memory that the ledger does not see. */
struct page {
    struct weir_sink sink; /* {&page_ops} */
    FILE *out;
    size_t n_columns;
    bool ended;
};
extern const struct weir_sink_ops page_ops;

struct outcome {
    char *rows;    /* CSV, header included: what reached the sink */
    char *trouble; /* "" or "DATA x.csv:4:1 (byte 21): record has..." */
    char *rejects; /* a line for each, in no order that counts */
    struct weir_record_counts counts;
    uint64_t n_rejects;
    bool ended;   /* the sink was told that the answer is whole */
    bool hurried; /* the run may have stopped at a limit */
};

/* The outcome's texts are the caller's to release. */
void trial_run(const struct trial *trial, struct outcome *outcome);
void outcome_release(struct outcome *outcome);

/* The files' shards, each run by itself to a partial, and these merged:
 * trial_merge.c. The question has aggregates. A message is the one of what
 * failed first. */
void trial_merge(const struct trial *trial, uint32_t shards,
                 struct outcome *outcome);

/* Opens trial->partial, with the identity of the trial's question. */
enum weir_status trial_write_partial(const struct trial *trial,
                                     const struct weir_plan *plan,
                                     const struct weir_schema *schema,
                                     struct weir_partial_writer **writer,
                                     struct weir_error *error) WEIR_CHECKED;

/*
 * Where the two differ, as a sentence of at most `room` bytes; NULL: nowhere.
 * What a run that failed or stopped early told on its way does not count.
 */
const char *outcome_difference(const struct outcome *a, const struct outcome *b,
                               char *into, size_t capacity);

/* 0 to n - 1, from a state that is any number to begin with. */
unsigned draw(uint64_t *state, unsigned n);

/* Under a sanitizer? It takes ten times as long, and sees all code with fewer
 * turns of a law. */
bool sanitized(void);

/* Nothing is sampled: scripts/torture sets WEIR_LAW_WHOLE. */
bool law_whole(void);

/* How many turns a law takes: `usual`, or `few` under a sanitizer. A law as a
 * whole takes ten times the usual ones, and under a sanitizer the usual. */
unsigned turns(unsigned usual, unsigned few);

/* A law that goes through all that there is takes one of so many: of `few`
 * under a sanitizer, else and as a whole every one. */
size_t stride(size_t few);

/*
 * Seeded random CSV with the columns k (few keys), n (whole numbers), d
 * (numbers of every form), t (texts of every form), e (dates) and m (anything).
 * malloc'ed.
 */
struct random_table {
    bool ragged;    /* some records are */
    bool bad;       /* n, d and e have cells that are none */
    bool tidy;      /* RFC 4180, but for its line ends */
    bool bare;      /* nothing is quoted, as nothing has to be */
    bool only_lf;   /* lines end in LF */
    unsigned lines; /* at most */
    unsigned min;   /* lines */
};
char *random_table(uint64_t seed, const struct random_table *table,
                   size_t *len);

/* A seeded random question about such a table; malloc'ed. Most are right. */
char *random_query(uint64_t seed);

#endif
