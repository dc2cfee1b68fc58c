/*
 * What is at the other end of a descriptor.
 */
#ifndef WEIR_CLI_TERMINAL_TERMINAL_H
#define WEIR_CLI_TERMINAL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* A terminal that understands control sequences: TERM is not "dumb". */
bool weir_terminal(int fd);

/* Its columns; 80 where it does not say. */
size_t weir_terminal_width(int fd);

/* Its lines; 24 where it does not say. */
size_t weir_terminal_height(int fd);

/* Whether to colour: a terminal, and NO_COLOR is unset or empty. */
bool weir_terminal_color(int fd);

#endif
