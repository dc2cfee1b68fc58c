/*
 * What a plot is written with: text that is well-formed XML whatever it says,
 * and the styles.
 */
#ifndef WEIR_CLI_TERMINAL_PLOT_SVG_H
#define WEIR_CLI_TERMINAL_PLOT_SVG_H

#include "cli/formats/output.h"

#define WEIR_PLOT_COLORS 8

/* Markup, of less than 512 bytes. */
void weir_svg_put(struct weir_output *output, const char *format, ...)
    WEIR_PRINTF(2, 3);

/* At most so many characters; what XML cannot hold is U+FFFD. */
void weir_svg_text(struct weir_output *output, const char *text, size_t max);

void weir_svg_styles(struct weir_output *output);

#endif
