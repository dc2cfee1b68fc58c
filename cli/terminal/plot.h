/*
 * A plot of timelines (timeline.h) as SVG: resident memory over time, one line
 * a run, each labelled at its end. It needs no script and no font, and follows
 * the reader's choice of light or dark.
 */
#ifndef WEIR_CLI_TERMINAL_PLOT_H
#define WEIR_CLI_TERMINAL_PLOT_H

#include "cli/formats/output.h"

#define WEIR_CURVES_MAX 16

struct weir_curve {
    const char *name; /* letters */
    int timeline;     /* a descriptor of the file; read from its beginning */
    double loaded;    /* seconds until all was; 0: it never was */
    uint64_t peak;    /* bytes */
    bool stopped;     /* before the answer */
};

struct weir_plot {
    const char *question;
    const char *const *path;
    size_t n_paths;
    const struct weir_curve *curve;
    size_t n; /* at most WEIR_CURVES_MAX */
};

/* Writes to `fd`, which stays open; `name` is the file's, for messages. */
enum weir_status weir_plot_write(const struct weir_plot *plot, int fd,
                                 const char *name,
                                 struct weir_error *error) WEIR_CHECKED;

#endif
