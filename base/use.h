/*
 * Bad use of the public interface: a handle that is NULL or closed, calls in an
 * order that makes no sense, two threads in one handle. It is a mistake in the
 * program that calls, which the library tells without touching the handle: a
 * library for development (built without NDEBUG) prints a sentence and aborts,
 * any other fails with WEIR_USAGE and that sentence.
 *
 * Open handles are in a table of the process, which is looked up by address. It
 * has room for 32,768; while more are open, only NULL and two calls at once are
 * noticed. All functions may be called by any thread; weir_use_check() also in
 * a signal handler.
 */
#ifndef WEIR_BASE_USE_H
#define WEIR_BASE_USE_H

#include "weir.h"

/* Whether bad use aborts. Tests change it. */
extern bool weir_use_aborts;

/* A handle that is in the table. */
struct weir_use;

/* Enters a handle into the table, and takes it out before it is freed: by a
 * call that has begun, which does not end. */
void weir_use_open(const void *handle);
void weir_use_close(const void *handle);

/*
 * Begins and ends a call of `function` on a handle, which is a `what`: "rows".
 * Begin returns NULL and WEIR_USAGE if the handle is NULL or not open, or if a
 * call is under way. A call that never ends keeps the handle for itself, as a
 * stream does that takes rows over. `error` may be NULL.
 */
struct weir_use *weir_use_begin(const void *handle, const char *what,
                                const char *function,
                                struct weir_error *error) WEIR_CHECKED;
void weir_use_end(struct weir_use *use);

/* The same for a call that any thread may make at any time: whether the handle
 * is open. */
bool weir_use_check(const void *handle, const char *what, const char *function,
                    struct weir_error *error) WEIR_CHECKED;

/* Fails with WEIR_USAGE, or aborts. `error` may be NULL. */
enum weir_status weir_use_wrong(struct weir_error *error, const char *format,
                                ...) WEIR_PRINTF(2, 3);

#endif
