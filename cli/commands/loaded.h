/*
 * What an eager run has loaded, for --stats.
 */
#ifndef WEIR_CLI_COMMANDS_LOADED_H
#define WEIR_CLI_COMMANDS_LOADED_H

#include "base/stream.h"
#include <stdio.h>

struct weir_loaded {
    const struct weir_stream *store;
    uint64_t load_ns, answer_ns;
};

/* Prints the figures as text for people. */
void weir_loaded_print(const struct weir_loaded *loaded, FILE *to);

#endif
