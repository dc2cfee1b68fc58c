/*
 * Writing all of some bytes. write(2) may write less than it was given, be
 * interrupted by a signal, or find no room on a descriptor that does not block,
 * as its other owner may have made a shared terminal or pipe.
 */
#ifndef WEIR_BASE_WRITE_H
#define WEIR_BASE_WRITE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes `len` bytes to a file, pipe, socket or terminal. It goes on after
 * signals and short writes, and waits where a descriptor that does not block
 * has no room. Returns 0, or the errno of what failed; *written, which may be
 * NULL, grows by what was written in either case.
 */
int weir_write_all(int fd, const char *bytes, size_t len, uint64_t *written);

#endif
