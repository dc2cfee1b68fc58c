/*
 * A scale: values to places on paper, and where its ticks are. Ticks are round
 * in the unit that their texts have.
 */
#ifndef WEIR_CLI_TERMINAL_PLOT_SCALE_H
#define WEIR_CLI_TERMINAL_PLOT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#define WEIR_TICKS_MAX 16

struct weir_scale {
    bool log; /* else linear, from 0 */
    double low, high;
    double from, to; /* where those two are */
    double tick[WEIR_TICKS_MAX];
    size_t n_ticks;
};

/* For bytes between these, both above 0. Logarithmic where one is dwarfed by
 * the other. */
void weir_scale_bytes(struct weir_scale *scale, double min, double max);

/* For seconds from 0. */
void weir_scale_seconds(struct weir_scale *scale, double max);

double weir_scale_at(const struct weir_scale *scale, double value);

/* "64 MiB", "2 s", "50 ms"; `into` has 32 bytes; returned. */
const char *weir_tick_bytes(char *into, double bytes);
const char *weir_tick_seconds(const struct weir_scale *scale, char *into,
                              double seconds);

#endif
