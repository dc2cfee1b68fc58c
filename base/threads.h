/*
 * The same work on several threads, and how many threads are worth starting.
 */
#ifndef WEIR_BASE_THREADS_H
#define WEIR_BASE_THREADS_H

#include "weir.h"
#include <pthread.h>

/* The maximum number of threads of one call. */
#define WEIR_THREADS_MAX ((size_t)1024)

/*
 * Calls work(item) for each of `n` items of `size` bytes, of which there is at
 * least one. The first item's work runs on the calling thread, that of each
 * other item on a thread of its own. Returns when all of them are done.
 *
 * If a thread cannot be started, its item is left out, and so are the items
 * from WEIR_THREADS_MAX on. So the work must be of a kind that the other
 * threads then do, such as asking a stream for batches.
 */
void weir_on_threads(void (*work)(void *item), void *items, size_t n,
                     size_t size);

/* The number of cores that this process may use: the smaller of its affinity
 * and its control group's quota (cpu.max of version 2, cpu.cfs_quota_us of
 * version 1), rounded up; at least 1. */
unsigned weir_cores(void);

/* Initialises a lock and the condition variable that goes with it, both or
 * none. Fails with WEIR_LIMIT if the system refuses one. */
enum weir_status weir_lock_init(pthread_mutex_t *lock, pthread_cond_t *changed,
                                struct weir_error *error) WEIR_CHECKED;

#endif
