/*
 * Makes untrusted text safe to show: control characters, which a terminal would
 * obey, and characters that are invisible are written as \xNN (see
 * weir_utf8_shown()).
 */
#ifndef WEIR_CLI_TERMINAL_SHOWN_H
#define WEIR_CLI_TERMINAL_SHOWN_H

#include "weir.h"
#include <stdio.h>

/* Calls `put` with the parts of the safe text, in order: runs of the original
 * bytes, and the \xNN that replace the others. */
void weir_shown_each(struct weir_text text,
                     void (*put)(void *to, const char *bytes, size_t len),
                     void *to);

/* Writes the safe text to a stream. */
void weir_shown_print(FILE *to, const char *text, size_t len);

/* A stream that writes the safe form of one line to standard error; a line feed
 * at its end stays. The caller closes it. NULL if there is no memory. */
FILE *weir_shown_errors(void);

#endif
