/*
 * A text that is redrawn on a terminal, each time in the same place.
 */
#ifndef WEIR_CLI_TERMINAL_SCREEN_H
#define WEIR_CLI_TERMINAL_SCREEN_H

#include "cli/formats/output.h"

/* Puts the text of a held output, in place of the last one, of which `*drawn`
 * lines are on the terminal. Lines that do not fit the terminal of output->fd
 * are counted in a last line; a line longer than the terminal's width is cut.
 */
void weir_screen_draw(size_t *drawn, struct weir_output *output,
                      const struct weir_output *held);

/* Erases the text. */
void weir_screen_clear(size_t *drawn, struct weir_output *output);

#endif
