/*
 * Writes all of some bytes. write(2) may write fewer bytes than it was given,
 * be interrupted by a signal, or fail with EAGAIN. The last happens if another
 * process has made a shared terminal or pipe non-blocking.
 */
#ifndef WEIR_BASE_WRITE_H
#define WEIR_BASE_WRITE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes `len` bytes to a file, pipe, socket or terminal. It continues after
 * signals and short writes, and waits while a non-blocking descriptor has no
 * room. Returns 0, or the errno of the call that failed. In both cases it adds
 * the number of bytes written to *written, which may be NULL.
 */
int weir_write_all(int fd, const char *bytes, size_t len, uint64_t *written);

#endif
