/*
 * The same work on several threads.
 */
#ifndef WEIR_BASE_THREADS_H
#define WEIR_BASE_THREADS_H

#include <stddef.h>

/* The maximum number of threads of one call. */
#define WEIR_THREADS_MAX ((size_t)1024)

/*
 * Calls work(item) for each of `n` items of `size` bytes; n is from 1 to
 * WEIR_THREADS_MAX. The first item's work runs on the calling thread, that of
 * each other item on a thread of its own. Returns when all of them are done.
 *
 * If a thread cannot be started, its item is left out. So the work must be of a
 * kind that the other threads then do, such as asking a stream for batches.
 */
void weir_on_threads(void (*work)(void *item), void *items, size_t n,
                     size_t size);

#endif
