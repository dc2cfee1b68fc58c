/*
 * A bar chart for a terminal. The scale is linear, and bars begin at zero: the
 * least and the greatest value fill the terminal's width. A value that is too
 * small for a bar is drawn as a thin line. Bars of values below zero end where
 * the others begin:
 *
 *     a     ## -2
 *     b       ##### 5
 */
#ifndef WEIR_CLI_TERMINAL_CHART_H
#define WEIR_CLI_TERMINAL_CHART_H

#include "cli/formats/output.h"

struct weir_bar {
    const char *label; /* untrusted; UTF-8 if `utf8` is set */
    double value;      /* NaN: there is no bar */
    const char *text;  /* the value as text, shown after the bar */
    const char *color; /* an SGR code such as "32"; NULL: none */
};

/* Puts the title, if it is not NULL, and one line for each of the n bars. With
 * `utf8` bars are of block characters, in eighths; else of #. */
void weir_chart_put(struct weir_output *output, const char *title,
                    const struct weir_bar *bar, size_t n, bool utf8);

#endif
