/*
 * The timeline: what a run holds, over its time, as a CSV file.
 *
 * A thread of its own takes the samples, so that they come by time, whatever
 * the run is waiting for; it allocates nothing. A row is written when it is
 * taken: what was seen is there even where the run is killed.
 *
 * The first rows are a millisecond apart, and none are further apart than a
 * 256th of the time before them. So a plot of any run is fine enough, and an
 * hour has 2700 rows, a year 5000.
 */
#ifndef WEIR_CLI_TERMINAL_TIMELINE_H
#define WEIR_CLI_TERMINAL_TIMELINE_H

#include "weir.h"

struct weir_timeline;

/*
 * Creates the file and begins. `begin` is when the run began, in
 * weir_clock_ns()'s nanoseconds. `path` is borrowed until close. NULL on
 * failure. One at a time.
 */
struct weir_timeline *weir_timeline_open(const char *path, uint64_t begin,
                                         struct weir_error *error) WEIR_CHECKED;

/* From any thread; NULL is allowed. What the run is doing now, a static text;
 * how many records it has read in doing it. */
void weir_timeline_phase(struct weir_timeline *timeline, const char *phase);
void weir_timeline_records(struct weir_timeline *timeline, uint64_t records);

/* The last row; and what failed, at any of them. NULL is allowed. */
enum weir_status weir_timeline_close(struct weir_timeline *timeline,
                                     struct weir_error *error) WEIR_CHECKED;

/* How long after `elapsed` nanoseconds the next row is due. */
uint64_t weir_timeline_interval(uint64_t elapsed);

#endif
