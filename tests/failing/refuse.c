/*
 * A library that LD_PRELOAD brings into a program, in front of libc's
 * allocator. It counts allocations from the beginning of main(), and refuses
 * the n-th of them, or that and all later ones. Allocations of the dynamic
 * loader and of constructors are not counted.
 */
#include "tests/failing/refuse.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* glibc exports these for libraries that replace malloc. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t n, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

static struct refusing *refusing; /* NULL: main() has not begun */

static bool refuses(void)
{
    if (!refusing)
        return false;
    uint64_t n = 1 + atomic_fetch_add(&refusing->allocations, 1);
    if (!refusing->nth || n < refusing->nth ||
        (n > refusing->nth && !refusing->all))
        return false;
    atomic_fetch_add(&refusing->refused, 1);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return refuses() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t n, size_t bytes)
{
    return refuses() ? NULL : __libc_calloc(n, bytes);
}

void *realloc(void *block, size_t bytes)
{
    return refuses() ? NULL : __libc_realloc(block, bytes);
}

void *memalign(size_t alignment, size_t bytes)
{
    return refuses() ? NULL : __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return memalign(alignment, bytes);
}

int posix_memalign(void **block, size_t alignment, size_t bytes)
{
    void *taken = memalign(alignment, bytes);
    if (!taken)
        return ENOMEM;
    *block = taken;
    return 0;
}

/* main() begins --------------------------------------------------------- */

typedef int main_function(int argc, char **argv, char **environment);
typedef int start_function(main_function *main, int argc, char **argv,
                           void (*init)(void), void (*fini)(void),
                           void (*rtld_fini)(void), void *stack_end);

static main_function *own_main;

static int counted_main(int argc, char **argv, char **environment)
{
    const char *path = getenv(REFUSE_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = MAP_FAILED;
    if (fd >= 0)
        mapped = mmap(NULL, sizeof *refusing, PROT_READ | PROT_WRITE,
                      MAP_SHARED, fd, 0);
    /* If the tool is not there, the test must not pass. */
    if (mapped == MAP_FAILED || close(fd) || syscall(REFUSE_MAIN_BEGINS))
        abort();
    refusing = mapped;
    return own_main(argc, argv, environment);
}

int __libc_start_main(main_function *main, int argc, char **argv,
                      void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(main_function *main, int argc, char **argv,
                      void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
    start_function *start;
    void *symbol = dlsym(RTLD_NEXT, "__libc_start_main");
    memcpy(&start, &symbol, sizeof start);
    own_main = main;
    return start(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
