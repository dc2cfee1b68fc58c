/*
 * One line on standard error that says how far the reading is, drawn over
 * itself and gone at the end.
 *
 *      42% [########            ] 301 of 716 MB  512 MB/s  4.2M records  00:01
 */
#ifndef WEIR_CLI_TERMINAL_PROGRESS_H
#define WEIR_CLI_TERMINAL_PROGRESS_H

#include "base/source.h"

enum weir_progress_mode {
    WEIR_PROGRESS_AUTO, /* where standard error is a terminal */
    WEIR_PROGRESS_ALWAYS,
    WEIR_PROGRESS_NEVER
};

struct weir_progress;

/*
 * Borrows the meter until close. NULL where nothing is to be drawn (or memory
 * lacks: no reason to fail a run); the functions below allow it.
 */
struct weir_progress *weir_progress_open(enum weir_progress_mode mode,
                                         const struct weir_io_counters *io);

/* `records` were read so far. Cheap: draws at most ten times a second, first
 * after half a second. One thread at a time. */
void weir_progress_update(struct weir_progress *progress, uint64_t records);

/* Takes the line away, if it is there, and ends its drawing. */
void weir_progress_close(struct weir_progress *progress);

/* Takes the line away: before any message. Safe in a signal handler. */
void weir_progress_erase(void);

/* What a line says. Rate in bytes a second; total is 0 while unknown. */
struct weir_progress_facts {
    uint64_t bytes, total, records;
    double rate;
};

/* Writes the line for a terminal of `width` columns, cut below it; `into` has
 * `room` bytes and is terminated. Returns the length. */
size_t weir_progress_line(const struct weir_progress_facts *facts, size_t width,
                          char *into, size_t capacity);

#endif
