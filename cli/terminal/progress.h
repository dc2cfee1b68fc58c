/*
 * One line on standard error that shows how much of the input has been read. It
 * is redrawn in place and erased at the end.
 *
 *      42% [########            ] 301 of 716 MB  512 MB/s  4.2M records  00:01
 */
#ifndef WEIR_CLI_TERMINAL_PROGRESS_H
#define WEIR_CLI_TERMINAL_PROGRESS_H

#include "base/source.h"

enum weir_progress_mode {
    WEIR_PROGRESS_AUTO, /* only if standard error is a terminal */
    WEIR_PROGRESS_ALWAYS,
    WEIR_PROGRESS_NEVER
};

struct weir_progress;

/*
 * Borrows the I/O counters until close. Returns NULL if there is nothing to
 * draw, or not enough memory, which is no reason to fail a run. The functions
 * below accept NULL.
 */
struct weir_progress *weir_progress_open(enum weir_progress_mode mode,
                                         const struct weir_io_counters *io);

/* `records` is the number of records read so far. The call is cheap: it draws
 * at most ten times a second, and first after half a second. One thread at a
 * time may call it. */
void weir_progress_update(struct weir_progress *progress, uint64_t records);

/* Erases the line and frees `progress`. */
void weir_progress_close(struct weir_progress *progress);

/* Erases the line if it is drawn. Call it before writing any message. Any
 * thread and a signal handler may call it. */
void weir_progress_erase(void);

/* The facts that a line shows. `bytes` of `total` are read (a total of 0 is not
 * known); `rate` is in bytes a second. */
struct weir_progress_facts {
    uint64_t bytes, total, records;
    double rate;
};

/* Writes the line for a terminal of `width` columns, at most width - 1 bytes.
 * `into` has `capacity` bytes and is terminated. Returns the length. */
size_t weir_progress_line(const struct weir_progress_facts *facts, size_t width,
                          char *into, size_t capacity);

#endif
