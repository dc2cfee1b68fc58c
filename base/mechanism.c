/*
 * The counts are an array of the process, until they are shared. A mapping is
 * shared with children, and outlives a process that is killed.
 */
#include "base/mechanism.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const names[] = {
#define WEIR_ROW(name, words) [WEIR_RAN_##name] = (words),
    WEIR_MECHANISMS(WEIR_ROW)
#undef WEIR_ROW
};

const char *weir_mechanism_name(enum weir_mechanism mechanism)
{
    return names[mechanism];
}

#ifdef NDEBUG

uint64_t weir_mechanism_count(enum weir_mechanism mechanism)
{
    (void)mechanism;
    return 0;
}

bool weir_mechanism_share(const char *path)
{
    (void)path;
    return false;
}

#else

static _Atomic uint64_t own[WEIR_MECHANISM_COUNT];
_Atomic uint64_t *weir_mechanism_counts = own;

uint64_t weir_mechanism_count(enum weir_mechanism mechanism)
{
    return atomic_load_explicit(&weir_mechanism_counts[mechanism],
                                memory_order_relaxed);
}

bool weir_mechanism_share(const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (path && (fd < 0 || ftruncate(fd, sizeof own) != 0)) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    void *counts = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE,
                        MAP_SHARED | (path ? 0 : MAP_ANONYMOUS), fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (counts == MAP_FAILED)
        return false;
    weir_mechanism_counts = counts;
    return true;
}

__attribute__((constructor)) static void share_from_environment(void)
{
    const char *path = getenv("WEIR_MECHANISMS");
    if (path && !weir_mechanism_share(path))
        abort(); /* a test that counts must not count nothing */
}

#endif
