#include "tests/mechanism_kit.h"

#include "tests/trial.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

void mechanism_begin(void)
{
#ifndef NDEBUG
    const char *path = getenv("WEIR_MECHANISMS"); /* shared at the start */
    if (!path && !weir_mechanism_share(NULL)) {
        perror("the counts of mechanisms cannot be shared");
        exit(1);
    }
#endif
}

static char counts[] = "/tmp/weir-counts-XXXXXX";
static pid_t owner;

/* Only the process that made the file removes it: forked tests exit as well. */
static void remove_counts(void)
{
    if (getpid() == owner)
        (void)unlink(counts);
}

void mechanism_begin_programs(void)
{
    if (getenv("WEIR_MECHANISMS"))
        return;
    int fd = mkstemp(counts);
    owner = getpid();
    if (fd < 0 || close(fd) || atexit(remove_counts) ||
        setenv("WEIR_MECHANISMS", counts, 1)) {
        perror(counts);
        exit(1);
    }
#ifndef NDEBUG
    if (!weir_mechanism_share(counts)) {
        perror(counts);
        exit(1);
    }
#endif
}

void mechanism_wait(enum weir_mechanism mechanism, uint64_t n)
{
#ifdef NDEBUG
    (void)mechanism, (void)n;
#else
    const struct timespec moment = {.tv_nsec = 100000};
    while (weir_mechanism_count(mechanism) <= n)
        (void)nanosleep(&moment, NULL);
#endif
}

static void show(void)
{
    for (enum weir_mechanism m = 0; m < WEIR_MECHANISM_COUNT; m++)
        if (weir_mechanism_count(m))
            printf("%12" PRIu64 " %s\n", weir_mechanism_count(m),
                   weir_mechanism_name(m));
}

static bool only_some_run(void)
{
    return getenv("CK_RUN_CASE") || getenv("CK_RUN_SUITE") ||
           getenv("CK_INCLUDE_TAGS") || getenv("CK_EXCLUDE_TAGS");
}

bool mechanism_fell_short(const struct floor *floor, size_t n)
{
    bool short_of = false;
    if (getenv("WEIR_MECHANISMS_SHOWN"))
        show();
#ifdef NDEBUG
    n = 0;
#endif
    for (size_t i = 0; i < n && !only_some_run(); i++) {
        uint64_t count = weir_mechanism_count(floor[i].mechanism);
        uint64_t min = sanitized() && floor[i].min_sanitized
                           ? floor[i].min_sanitized
                           : floor[i].min;
        if (count >= min)
            continue;
        (void)fprintf(stderr,
                      "this law is empty: %" PRIu64 " %s, at least %" PRIu64
                      " are expected\n",
                      count, weir_mechanism_name(floor[i].mechanism), min);
        short_of = true;
    }
    return short_of;
}
