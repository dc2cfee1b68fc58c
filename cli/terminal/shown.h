/*
 * Texts of strangers for people: what a terminal would obey, or nobody would
 * see, is written as \xNN (see weir_utf8_shown()).
 */
#ifndef WEIR_CLI_TERMINAL_SHOWN_H
#define WEIR_CLI_TERMINAL_SHOWN_H

#include "weir.h"
#include <stdio.h>

/* Calls put for the text's runs and for what stands for the rest. */
void weir_shown_each(struct weir_text text,
                     void (*put)(void *to, const char *bytes, size_t len),
                     void *to);

/* Writes a text to a stream. */
void weir_shown_print(FILE *to, const char *text, size_t len);

/* A stream to standard error that shows what is written to it, a line; NULL
 * where there is no memory. */
FILE *weir_shown_errors(void);

#endif
