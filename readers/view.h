/*
 * A view of a file: its bytes seen where they lie in the page cache, through a
 * window that moves over them, where a read would copy them.
 *
 * A mapped file that becomes shorter is a signal, SIGBUS, at the byte that is
 * gone. So nobody holds on to what is seen: it is used in one function, which
 * is left in its middle if the signal comes.
 */
#ifndef WEIR_READERS_VIEW_H
#define WEIR_READERS_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_view;

/*
 * Takes SIGBUS, for the whole process: for a program whose signals are its own,
 * before it has other threads. A SIGBUS that is no view's goes to whom it went
 * before. false: there can be no views.
 */
bool weir_view_allow(void);

/* Of the file behind a descriptor, borrowed. NULL where there is no memory.
 * It holds weir_view_bytes(); half a MiB of the file is resident. Of one thread
 * at a time. */
struct weir_view *weir_view_open(int fd);
size_t weir_view_bytes(void);

/* NULL allowed. */
void weir_view_close(struct weir_view *view);

/*
 * Calls `see` with bytes [place, place + len) of the file, of which it must
 * take what it wants before it returns; it must hold no lock and begin nothing
 * that has to be ended. false: there is nothing to be seen (too few bytes to be
 * worth it, no address space, a file that cannot be mapped), or it was gone
 * when `see` came to it. A read says why.
 */
bool weir_view_see(struct weir_view *view, uint64_t place, size_t len,
                   void (*see)(void *context, const char *bytes),
                   void *context);

#endif
