/*
 * A text that is drawn on a terminal again and again, in the same place.
 */
#ifndef WEIR_CLI_TERMINAL_SCREEN_H
#define WEIR_CLI_TERMINAL_SCREEN_H

#include "cli/formats/output.h"

/* All-zero at first. */
struct weir_screen {
    size_t drawn; /* lines that stand there */
};

/* Draws the first lines of a held output, as many as the terminal that `output`
 * goes to has room for, each as far as it has columns, in place of what is
 * there. */
void weir_screen_draw(struct weir_screen *screen, struct weir_output *output,
                      const struct weir_output *held);

/* Takes it away. */
void weir_screen_clear(struct weir_screen *screen, struct weir_output *output);

#endif
