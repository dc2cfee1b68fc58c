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

struct weir_chart_look {
    size_t width;     /* columns of the terminal */
    bool utf8, color; /* utf8: bars of block characters, in eighths; else # */
};

/* The look for a descriptor, by its terminal, NO_COLOR and the locale. */
struct weir_chart_look weir_chart_look_of(int fd);

/* Puts the title and one line for each of the n bars. */
void weir_chart_put(struct weir_output *output, const char *title,
                    const struct weir_bar *bar, size_t n,
                    const struct weir_chart_look *look);

#endif
