/*
 * Whether a descriptor is a terminal, and what the terminal can show.
 */
#ifndef WEIR_CLI_TERMINAL_TERMINAL_H
#define WEIR_CLI_TERMINAL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `fd` is a terminal that understands control sequences (TERM is not
 * "dumb"). */
bool weir_terminal(int fd);

/* The terminal's width in columns; 80 if it is not known. */
size_t weir_terminal_width(int fd);

/* The terminal's height in lines; 24 if it is not known. */
size_t weir_terminal_height(int fd);

/* Whether the encoding of the user's locale is UTF-8. */
bool weir_terminal_utf8(void);

/* Whether to use colours: weir_terminal(fd), and NO_COLOR is unset or empty. */
bool weir_terminal_color(int fd);

#endif
