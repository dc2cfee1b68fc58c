/*
 * The rejected records of a window, until they are given to the listener. They
 * are found in several passes: malformed records when the window is shaped,
 * then those that `where` can't decide, and then those whose values are BAD.
 * The listener gets them in the order of the input, whatever a window is.
 *
 * Their number and the bytes of their reasons are bounded, as a window of a run
 * whose listener takes rejects has few rows.
 */
#ifndef WEIR_PIPELINE_WINDOW_REJECTS_H
#define WEIR_PIPELINE_WINDOW_REJECTS_H

#include "weir.h"

/* The maximum number of rows of such a window. */
#define WEIR_REJECT_ROWS ((size_t)128)

struct weir_window_reject {
    size_t start, at; /* offsets in the batch's text: the record, the fault */
    size_t reason;    /* offset in `text`, NUL-terminated */
};

/* A zeroed one is empty, and has no room. */
struct weir_window_rejects {
    struct weir_window_reject *reject;
    size_t n;
    char *text;
    size_t used;
};

/* Allocates room for all records of a window. */
enum weir_status
weir_window_rejects_init(struct weir_window_rejects *rejects,
                         struct weir_error *error) WEIR_CHECKED;
void weir_window_rejects_release(struct weir_window_rejects *rejects);

/* Memory estimate: the bytes that init allocates. */
size_t weir_window_rejects_bytes(void);

/* Adds a record of the window, once. Copies the reason. */
void weir_window_rejects_add(struct weir_window_rejects *rejects, size_t start,
                             size_t at, const char *reason);

/* Orders them by the starts of their records. */
void weir_window_rejects_sort(struct weir_window_rejects *rejects);

/* Forgets them all. */
void weir_window_rejects_clear(struct weir_window_rejects *rejects);

#endif
