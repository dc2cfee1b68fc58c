/*
 * The texts of --help: the options, the forms of the command line, examples.
 */
#ifndef WEIR_CLI_USAGE_H
#define WEIR_CLI_USAGE_H

#include <argp.h>

/* The keys of options that have no short form. */
enum {
    OPTION_QUOTE = 256,
    OPTION_ESCAPE,
    OPTION_COMMENT,
    OPTION_SKIP,
    OPTION_NO_HEADER,
    OPTION_HEADER,
    OPTION_TRIM,
    OPTION_NULL,
    OPTION_BAD_CELLS,
    OPTION_BAD_RECORDS,
    OPTION_REJECTS,
    OPTION_PARTIAL,
    OPTION_EVERY,
    OPTION_CHECKPOINT,
    OPTION_CHECKPOINT_EVERY,
    OPTION_MAX_RECORD,
    OPTION_MAX_WINDOW,
    OPTION_BATCH,
    OPTION_MEMORY,
    OPTION_TEMP_DIR,
    OPTION_EAGER,
    OPTION_ALL_COLUMNS,
    OPTION_READER,
    OPTION_SHARD,
    OPTION_STATS,
    OPTION_PROFILE,
    OPTION_TIMELINE,
    OPTION_PLOT,
    OPTION_PROGRESS,
    OPTION_REPORT,
    OPTION_AGAIN,
    OPTION_LAZY
};

extern const struct argp_option weir_usage_options[];
extern const char weir_usage_forms[], weir_usage_help[];

/* argp's help_filter: replaces {formats} and {codecs} with the names in the
 * registry. Returns `text` itself, or a text that argp frees. */
char *weir_usage_filter(int key, const char *text, void *unused);

#endif
