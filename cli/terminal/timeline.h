/*
 * The timeline: a CSV file with the memory that a run holds, over its time.
 *
 * A separate thread takes the samples, so they come on time even while the run
 * waits. The thread allocates nothing. Each row is written at once, so a killed
 * run leaves all rows that were taken.
 *
 * The first rows are a millisecond apart. Later, the time to the next row is a
 * 256th of the time since the run began: an hour has 2700 rows, a year 5000.
 */
#ifndef WEIR_CLI_TERMINAL_TIMELINE_H
#define WEIR_CLI_TERMINAL_TIMELINE_H

#include "weir.h"

struct weir_timeline;

/*
 * Creates or empties the file and starts the thread. `begin` is the time when
 * the run began, from weir_clock_ns(). `path` is borrowed until close. NULL on
 * failure. There can be one timeline at a time.
 */
struct weir_timeline *weir_timeline_open(const char *path, uint64_t begin,
                                         struct weir_error *error) WEIR_CHECKED;

/* Set the phase of the run (a string constant; the record count returns to 0),
 * and the number of records read in this phase. Any thread may call them.
 * `timeline` may be NULL. */
void weir_timeline_phase(struct weir_timeline *timeline, const char *phase);
void weir_timeline_records(struct weir_timeline *timeline, uint64_t records);

/* Stops the thread, writes the last row, and reports the first failure to write
 * any row. `timeline` may be NULL. */
enum weir_status weir_timeline_close(struct weir_timeline *timeline,
                                     struct weir_error *error) WEIR_CHECKED;

/* The nanoseconds from one row to the next, `elapsed` nanoseconds after the
 * begin. */
uint64_t weir_timeline_interval(uint64_t elapsed);

#endif
