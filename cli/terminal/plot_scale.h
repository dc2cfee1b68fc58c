/*
 * A scale maps values to coordinates and chooses the ticks of an axis. Ticks
 * are round numbers in the unit that their labels use.
 */
#ifndef WEIR_CLI_TERMINAL_PLOT_SCALE_H
#define WEIR_CLI_TERMINAL_PLOT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#define WEIR_TICKS_MAX 16

struct weir_scale {
    bool log;         /* logarithmic; else linear from 0 */
    double low, high; /* the values at the ends of the axis */
    double from, to;  /* their coordinates; the caller sets these */
    double tick[WEIR_TICKS_MAX];
    size_t n_ticks;
};

/* Sets up the scale for bytes from min to max, both above 0. It is logarithmic
 * if max is at least 16 times min. */
void weir_scale_bytes(struct weir_scale *scale, double min, double max);

/* Sets up the scale for seconds from 0 to max. It is linear. */
void weir_scale_seconds(struct weir_scale *scale, double max);

/* The coordinate of a value. */
double weir_scale_at(const struct weir_scale *scale, double value);

/* The label of a tick: "64 MiB", "2 s", "50 ms". `into` has 32 bytes and is
 * returned (or a constant "0"). */
const char *weir_tick_bytes(char *into, double bytes);
const char *weir_tick_seconds(const struct weir_scale *scale, char *into,
                              double seconds);

#endif
