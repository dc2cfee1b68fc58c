/*
 * The table of the options, and the texts of --help: the forms of the command
 * line, examples.
 */
#ifndef WEIR_CLI_USAGE_H
#define WEIR_CLI_USAGE_H

#include "cli/option_values.h"
#include <stddef.h>

/* A row without a name is the heading of the rows that follow it. */
struct weir_option {
    const char *name;
    char letter;          /* its short form; 0: none */
    const char *argument; /* what --help calls it; NULL: none */
    int flags;            /* argp's */
    weir_option_reader *read;
    size_t offset; /* in struct weir_options, of what `read` writes to */
    const char *help;
};

#define WEIR_OPTIONS_MAX 64

/* At most WEIR_OPTIONS_MAX rows, the last of zeros. */
extern const struct weir_option weir_option_table[];
extern const char weir_usage_forms[], weir_usage_help[];
/* What weir prints if it is run without arguments. */
extern const char weir_usage_short[];

/* argp's help_filter: replaces {formats}, {codecs} and {dialects} with the
 * names in the registry. Returns `text` itself, or a text that argp frees. */
char *weir_usage_filter(int key, const char *text, void *unused);

#endif
