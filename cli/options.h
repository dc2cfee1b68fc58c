/*
 * The command line, as data.
 */
#ifndef WEIR_CLI_OPTIONS_H
#define WEIR_CLI_OPTIONS_H

#include "cli/formats/format.h"
#include "cli/terminal/progress.h"
#include "eager/layout.h"
#include "pipeline/plan.h"
#include "readers/sources/sources.h"

enum weir_command {
    WEIR_COMMAND_ASK, /* weir QUERY FILE... */
    WEIR_COMMAND_COMPARE,
    WEIR_COMMAND_EXPLAIN,
    WEIR_COMMAND_MERGE, /* weir merge PARTIAL... */
    WEIR_COMMAND_RECORDS,
    WEIR_COMMAND_SIZEOF,
    WEIR_COMMAND_HELP
};

struct weir_options {
    enum weir_command command;
    struct weir_reading reading;
    struct weir_source_options source;
    enum weir_bad_cells bad_cells;
    const struct weir_format *format; /* NULL: by where the output goes */
    const struct weir_layout *eager;  /* NULL: lazy */
    uint32_t compared;                /* bit i: --eager=weir_layouts[i] */
    bool all_columns;                 /* eager: not only those asked for */
    const char *rejects;              /* NULL: no file */
    uint32_t shard, of_shards;        /* --shard I/N; 0: all of the input */
    uint64_t shard_begins;            /* @PLACE; 0: not told */
    uint64_t every_ns;                /* results so far; 0: none */
    const char *checkpoint;           /* NULL: none */
    uint64_t checkpoint_ns;           /* 0: not said */
    const char *partial;              /* instead of results; NULL: results */
    uint64_t memory;                  /* bytes; 0: no limit */
    bool memory_given;
    const char *temp_dir;
    unsigned threads;
    enum weir_progress_mode progress;
    bool stats, profile;
    const char *timeline; /* NULL: no file */
    const char *plot;     /* compare: the same */
    int report;        /* a descriptor for figures a program reads; -1: none */
    bool again;        /* ask once more, for the report */
    const char *query; /* or a topic of help; NULL: none */
    const char *const *path; /* "-" is standard input */
    size_t n_paths;
    const char **words; /* the paths' memory */
};

/*
 * Parses; prints help, the version and what is wrong with the usage itself,
 * and then exits (0, or 2). argv's texts are borrowed.
 */
void weir_options_parse(struct weir_options *options, int argc, char **argv);

void weir_options_release(struct weir_options *options);

/* What is allowed: eager runs hold everything, so only a limit that was asked
 * for counts there. */
uint64_t weir_options_memory(const struct weir_options *options);

#define WEIR_MEMORY_DEFAULT ((uint64_t)64 << 20)

#endif
