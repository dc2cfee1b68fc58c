/*
 * A bar chart for a terminal. The scale is linear and begins at zero; the
 * longest bar fills the terminal's width. A value above zero that is too small
 * for a bar is drawn as a thin line.
 */
#ifndef WEIR_CLI_TERMINAL_CHART_H
#define WEIR_CLI_TERMINAL_CHART_H

#include "cli/formats/output.h"

struct weir_bar {
    const char *label; /* ASCII */
    double value;      /* at least 0 */
    const char *text;  /* the value as text, shown after the bar */
    const char *color; /* an SGR code such as "32"; NULL: none */
};

/* Puts the title and one line for each of the n bars. With `utf8` bars are of
 * block characters, in eighths; else of #. */
void weir_chart_put(struct weir_output *output, const char *title,
                    const struct weir_bar *bar, size_t n, bool utf8);

#endif
