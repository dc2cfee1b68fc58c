/*
 * Writes all of some bytes, where write(2) may write fewer.
 */
#ifndef WEIR_BASE_WRITE_H
#define WEIR_BASE_WRITE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes `len` bytes to a file, pipe, socket or terminal. It continues after
 * signals and short writes, and waits while a descriptor has no room that
 * another process has made non-blocking. Returns 0, or the errno of the call
 * that failed. In both cases it adds the number of bytes written to *written,
 * which may be NULL.
 */
int weir_write_all(int fd, const char *bytes, size_t len, uint64_t *written);

#endif
