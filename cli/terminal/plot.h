/*
 * A plot of timelines (timeline.h) as SVG: resident memory over time, one curve
 * for each run, with a label at its end. The SVG contains no scripts and no
 * fonts, and has a light and a dark colour scheme.
 */
#ifndef WEIR_CLI_TERMINAL_PLOT_H
#define WEIR_CLI_TERMINAL_PLOT_H

#include "cli/formats/output.h"

#define WEIR_CURVES_MAX 16

struct weir_curve {
    const char *name; /* ASCII letters: it is not escaped */
    int timeline;     /* descriptor of the file; read from its beginning */
    double loaded;    /* seconds until all was loaded; 0: it was not */
    uint64_t peak;    /* bytes */
    bool stopped;     /* the run ended before it had the answer */
};

struct weir_plot {
    const char *question;
    const char *const *path; /* the inputs */
    size_t n_paths;
    const struct weir_curve *curve;
    size_t n; /* at most WEIR_CURVES_MAX */
};

/* Writes the SVG to `fd`, which stays open. `name` is the file's name for error
 * messages. One thread at a time may call it. */
enum weir_status weir_plot_write(const struct weir_plot *plot, int fd,
                                 const char *name,
                                 struct weir_error *error) WEIR_CHECKED;

#endif
