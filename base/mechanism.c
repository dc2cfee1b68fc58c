/*
 * The counts are an array of the process. Shared counts are another array, in a
 * mapping, which outlives a process that is killed.
 */
#include "base/mechanism.h"

#ifndef NDEBUG
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#endif

static const struct {
    const char *key, *name;
} mechanisms[] = {
#define WEIR_ROW(name, words) [WEIR_RAN_##name] = {#name, (words)},
    WEIR_MECHANISMS(WEIR_ROW)
#undef WEIR_ROW
};

const char *weir_mechanism_key(enum weir_mechanism mechanism)
{
    return mechanisms[mechanism].key;
}

const char *weir_mechanism_name(enum weir_mechanism mechanism)
{
    return mechanisms[mechanism].name;
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

void weir_mechanism_drive(void (*hook)(enum weir_mechanism mechanism))
{
    (void)hook;
}

#else

static _Atomic uint64_t own[WEIR_MECHANISM_COUNT];
static _Atomic uint64_t *shared; /* NULL: counts are not shared */
static void (*driver)(enum weir_mechanism mechanism);

/* The n-th time that a mechanism runs; if n is 0, no moment is set. */
struct moment {
    enum weir_mechanism mechanism;
    uint64_t n;
};
static struct moment hold, until, death;

static uint64_t add(_Atomic uint64_t *counts, enum weir_mechanism mechanism)
{
    return 1 + atomic_fetch_add_explicit(&counts[mechanism], 1,
                                         memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *counts,
                    enum weir_mechanism mechanism)
{
    return atomic_load_explicit(&counts[mechanism], memory_order_relaxed);
}

uint64_t weir_mechanism_count(enum weir_mechanism mechanism)
{
    return get(shared ? shared : own, mechanism);
}

/* Only a test counts TOLD, in a process of its own: use the shared count. */
static bool is_held(void)
{
    uint64_t n = until.mechanism == WEIR_RAN_TOLD
                     ? weir_mechanism_count(until.mechanism)
                     : get(own, until.mechanism);
    return n < until.n;
}

void weir_ran(enum weir_mechanism mechanism)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    uint64_t n = add(own, mechanism);
    if (shared)
        (void)add(shared, mechanism);
    if (driver)
        driver(mechanism);
    if (death.n && death.mechanism == mechanism && n >= death.n)
        (void)raise(SIGKILL);
    if (hold.n && hold.mechanism == mechanism && n >= hold.n)
        while (is_held())
            (void)nanosleep(&moment, NULL);
}

bool weir_mechanism_share(const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    bool ready = !path || (fd >= 0 && ftruncate(fd, sizeof own) == 0);
    void *counts = MAP_FAILED;
    if (ready)
        counts = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE,
                      MAP_SHARED | (path ? 0 : MAP_ANONYMOUS), fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (counts == MAP_FAILED)
        return false;
    shared = counts;
    return true;
}

void weir_mechanism_drive(void (*hook)(enum weir_mechanism mechanism))
{
    driver = hook;
}

/* Reads a moment like "CHUNK_GIVEN:3". Returns its end, or NULL: not one. */
static const char *read_moment(const char *text, struct moment *moment)
{
    size_t len = strcspn(text, ":");
    char *end;
    for (enum weir_mechanism m = 0; m < WEIR_MECHANISM_COUNT; m++)
        if (strlen(mechanisms[m].key) == len &&
            strncmp(mechanisms[m].key, text, len) == 0 && text[len] == ':') {
            *moment = (struct moment){m, strtoull(text + len + 1, &end, 10)};
            return moment->n ? end : NULL;
        }
    return NULL;
}

/* A test whose request cannot be met must not pass, so the process aborts. */
__attribute__((constructor)) static void read_environment(void)
{
    const char *path = getenv("WEIR_MECHANISMS"), *at = getenv("WEIR_KILL");
    bool read = !at || read_moment(at, &death);
    at = getenv("WEIR_HOLD");
    if (at) {
        at = read_moment(at, &hold);
        read = read && at && *at == ':' && read_moment(at + 1, &until);
    }
    if (read && (!path || weir_mechanism_share(path)))
        return;
    (void)fputs("WEIR_MECHANISMS, WEIR_HOLD or WEIR_KILL is wrong\n", stderr);
    abort();
}

#endif
