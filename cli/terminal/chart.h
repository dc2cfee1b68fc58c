/*
 * A chart of bars for a terminal: from zero, linear, as wide as there is room.
 * A bar that is too short to be seen is a thin line.
 */
#ifndef WEIR_CLI_TERMINAL_CHART_H
#define WEIR_CLI_TERMINAL_CHART_H

#include "cli/formats/output.h"

struct weir_bar {
    const char *label; /* ASCII */
    double value;      /* at least 0 */
    const char *text;  /* the value, in words */
    const char *color; /* of a terminal: "32"; NULL: none */
};

struct weir_chart_look {
    size_t width;     /* columns */
    bool utf8, color; /* bars of blocks, in eighths; else of # */
};

/* Asks the descriptor, NO_COLOR and the locale. */
struct weir_chart_look weir_chart_look_of(int fd);

void weir_chart_put(struct weir_output *output, const char *title,
                    const struct weir_bar *bar, size_t n,
                    const struct weir_chart_look *look);

#endif
