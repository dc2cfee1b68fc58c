/*
 * The values of options. Each function reads one kind of value. If `text` is
 * none, it prints what was found and what was expected, and exits with 2; the
 * message begins with the option's name.
 */
#ifndef WEIR_CLI_OPTION_VALUES_H
#define WEIR_CLI_OPTION_VALUES_H

#include <stdint.h>

struct weir_choice {
    const char *name;
    int value;
};

/* Returns the value of the choice with that name. The array ends with a NULL
 * name; its names and separators fit 128 bytes. */
int weir_option_choose(const char *option, const struct weir_choice *choice,
                       const char *text);

/* Parses a size such as 64M. Returns bytes, at least 1. */
uint64_t weir_option_size(const char *option, const char *text);

/* Parses a whole number of at most `max`. */
uint64_t weir_option_number(const char *option, const char *text, uint64_t max);

/* Parses seconds, 0.001 or more. Returns nanoseconds. */
uint64_t weir_option_seconds(const char *option, const char *text);

/* Returns `text`, which is the name of a file and not empty. */
const char *weir_option_file(const char *option, const char *text);

#endif
