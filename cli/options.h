/*
 * The parsed command line.
 */
#ifndef WEIR_CLI_OPTIONS_H
#define WEIR_CLI_OPTIONS_H

#include "cli/formats/format.h"
#include "cli/paths.h"
#include "cli/terminal/progress.h"
#include "eager/layout.h"
#include "pipeline/plan.h"
#include "readers/sources/sources.h"

enum weir_command {
    WEIR_COMMAND_ASK, /* weir QUERY FILE... */
    WEIR_COMMAND_COMPARE,
    WEIR_COMMAND_DESCRIBE,
    WEIR_COMMAND_EXPLAIN,
    WEIR_COMMAND_MERGE, /* weir merge PARTIAL... */
    WEIR_COMMAND_RECORDS,
    WEIR_COMMAND_SIZEOF,
    WEIR_COMMAND_HELP
};

enum weir_stats_form {
    WEIR_STATS_NONE,
    WEIR_STATS_TEXT,
    WEIR_STATS_JSON
};

/* Where the records come from. */
struct weir_options_inputs {
    struct weir_source_options source;
    const char *zstd_dict;   /* path; NULL: no dictionary */
    bool by_union;           /* --union: see struct weir_csv_inputs */
    const char *const *path; /* "-" is standard input */
    size_t n_paths;
    const char *files_from;  /* the list of more paths; NULL: none */
    struct weir_paths paths; /* what `path` points into */
};

/* What is loaded before the question is answered. */
struct weir_options_loading {
    const struct weir_layout *eager; /* NULL: lazy */
    uint32_t compared;               /* bit i: --eager=weir_layouts[i] */
    bool all_columns;                /* eager: load unused columns too */
};

struct weir_options_share {
    uint32_t shard, of_shards; /* --shard I/N; 0: the whole input */
    uint64_t begins;           /* --shard I/N@PLACE; 0: not given */
};

struct weir_options_checkpoint {
    const char *path;  /* NULL: no checkpoints */
    uint64_t every_ns; /* --checkpoint-every; 0: not given */
};

/* What a run may use. */
struct weir_options_resources {
    unsigned threads;
    uint64_t memory;   /* bytes; 0: no limit */
    bool memory_given; /* --memory was given */
    const char *temp_dir;
};

/* What a run says of itself. */
struct weir_options_diagnostics {
    enum weir_progress_mode progress;
    enum weir_stats_form stats;
    bool profile, quiet;
    const char *timeline; /* path; NULL: no timeline */
    const char *plot;     /* compare only: path; NULL: no plot */
};

/* What compare tells its children. */
struct weir_options_child {
    int report; /* descriptor that the report is written to; -1: none */
    bool again; /* answer a second time, for the report */
};

struct weir_options {
    enum weir_command command;
    /* Or the topic of `weir help`, or the clauses of `weir describe`; NULL:
     * none
     */
    const char *query;
    struct weir_options_inputs inputs;
    struct weir_reading reading;
    struct weir_cell_rules cells;
    struct weir_options_loading loading;
    struct weir_options_share share;
    const struct weir_format *format; /* NULL: depends on the output */
    struct weir_output_style style;   /* --output-delimiter, ... */
    uint64_t every_ns;                /* --every; 0: not given */
    const char *rejects;              /* path; NULL: no rejects file */
    const char *partial;              /* path; NULL: print results */
    struct weir_options_checkpoint checkpoint;
    struct weir_options_resources resources;
    struct weir_options_diagnostics diagnostics;
    struct weir_options_child child;
};

/*
 * Parses the command line. For --help and --version it prints the text and
 * exits with 0; for a wrong command line it prints the error and exits with 2;
 * without memory it exits with 4. The strings of argv are borrowed.
 */
void weir_options_parse(struct weir_options *options, int argc, char **argv);

void weir_options_release(struct weir_options *options);

/* The memory limit in bytes; 0 means no limit. An eager run holds the whole
 * input, so the default limit does not apply to it: only --memory does. */
uint64_t weir_options_memory(const struct weir_options *options);

/* Whether the command's first argument is a query (or a help topic) and not a
 * file. */
bool weir_options_takes_query(enum weir_command command);

/* Refuses options that cannot be combined, or that the command cannot use.
 * `asks` is true if the command answers or explains a query. */
void weir_options_check(const struct weir_options *options, bool asks);

/* Refuses the first option that does not exist, and says what to write instead
 * (option_unknown.c). */
void weir_options_check_names(int argc, char **argv);

/* Prints "weir: MESSAGE" on standard error and exits with 2. argp's own error
 * function would add a second line about --help. */
__attribute__((format(printf, 1, 2), noreturn)) void
weir_options_refuse(const char *format, ...);

#define WEIR_MEMORY_DEFAULT ((uint64_t)64 << 20)

#endif
