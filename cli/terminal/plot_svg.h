/*
 * Functions that write SVG: markup, text that is well-formed XML for any input
 * bytes, and the style sheet.
 */
#ifndef WEIR_CLI_TERMINAL_PLOT_SVG_H
#define WEIR_CLI_TERMINAL_PLOT_SVG_H

#include "cli/formats/output.h"

#define WEIR_PLOT_COLORS 8

/* Puts formatted markup, without escaping. The result must be shorter than 512
 * bytes; the rest is cut off. */
void weir_svg_put(struct weir_output *output, const char *format, ...)
    WEIR_PRINTF(2, 3);

/* Puts text, escaped, at most `max` characters of it (then an ellipsis).
 * Characters that XML does not allow become U+FFFD. */
void weir_svg_text(struct weir_output *output, const char *text, size_t max);

/* Puts the <style> element. */
void weir_svg_styles(struct weir_output *output);

#endif
