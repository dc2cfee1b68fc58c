/*
 * The columns:
 *
 *     seconds        since the run began
 *     phase          open, load (eager), answer, end
 *     records        read so far in this phase
 *     heap           bytes allocated now, by the ledger
 *     peak_heap      the maximum since the row before. The ledger keeps it, it
 *                    is not sampled: the column's maximum is the run's peak
 *     resident       resident bytes now, by the kernel
 *     peak_resident  the maximum of resident bytes so far, by the kernel
 */
#include "cli/terminal/timeline.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/write.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_MIN UINT64_C(1000000)
#define PART 256

struct weir_timeline {
    const char *path;
    uint64_t begin;
    int fd, status_fd; /* status_fd: /proc/self/status; -1: not available */
    int failure;       /* errno of the first failed write; 0: none */
    _Atomic uint64_t records;
    const char *_Atomic phase;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ended;
};

uint64_t weir_timeline_interval(uint64_t elapsed)
{
    uint64_t part = elapsed / PART;
    return part > NS_MIN ? part : NS_MIN;
}

void weir_timeline_phase(struct weir_timeline *timeline, const char *phase)
{
    if (!timeline)
        return;
    weir_timeline_records(timeline, 0);
    atomic_store_explicit(&timeline->phase, phase, memory_order_relaxed);
}

void weir_timeline_records(struct weir_timeline *timeline, uint64_t records)
{
    if (timeline)
        atomic_store_explicit(&timeline->records, records,
                              memory_order_relaxed);
}

/* The value of a line such as "VmRSS:   1396 kB" of /proc/self/status, in
 * bytes; 0 if there is none. */
static uint64_t field(const char *status, const char *name)
{
    const char *at = strstr(status, name);
    uint64_t kilobytes = 0;
    if (at)
        at += strcspn(at, "0123456789");
    while (at && *at >= '0' && *at <= '9')
        kilobytes = kilobytes * 10 + (uint64_t)(*at++ - '0');
    return kilobytes * 1024;
}

static void write_text(struct weir_timeline *timeline, const char *text,
                       size_t len)
{
    if (!timeline->failure)
        timeline->failure = weir_write_all(timeline->fd, text, len, NULL);
}

static void put_row(struct weir_timeline *timeline)
{
    char status[4096], row[200];
    ssize_t n = pread(timeline->status_fd, status, sizeof status - 1, 0);
    status[n > 0 ? n : 0] = '\0';
    struct weir_reach reach = weir_memory_reached();
    uint64_t micros = (weir_clock_ns() - timeline->begin) / 1000;
    int len =
        snprintf(row, sizeof row,
                 "%" PRIu64 ".%06" PRIu64 ",%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64
                 ",%" PRIu64 ",%" PRIu64 "\n",
                 micros / 1000000, micros % 1000000,
                 atomic_load_explicit(&timeline->phase, memory_order_relaxed),
                 atomic_load_explicit(&timeline->records, memory_order_relaxed),
                 reach.live, reach.peak, field(status, "VmRSS:"),
                 field(status, "VmHWM:"));
    write_text(timeline, row, (size_t)len);
}

static void *watch(void *context)
{
    struct weir_timeline *timeline = context;
    pthread_mutex_lock(&timeline->lock);
    while (!timeline->ended) {
        uint64_t now = weir_clock_ns();
        uint64_t due = now + weir_timeline_interval(now - timeline->begin);
        struct timespec until = {.tv_sec = (time_t)(due / 1000000000),
                                 .tv_nsec = (long)(due % 1000000000)};
        int code = 0;
        while (!timeline->ended && code != ETIMEDOUT)
            code = pthread_cond_timedwait(&timeline->changed, &timeline->lock,
                                          &until);
        if (!timeline->ended)
            put_row(timeline);
    }
    pthread_mutex_unlock(&timeline->lock);
    return NULL;
}

/* Starts the thread with all signals blocked: the other threads get them.
 * Returns 0 or an errno. */
static int start(struct weir_timeline *timeline)
{
    sigset_t all, before;
    pthread_condattr_t attributes;
    sigfillset(&all);
    if (pthread_condattr_init(&attributes))
        return ENOMEM;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&timeline->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&timeline->lock, NULL);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int code = pthread_create(&timeline->thread, NULL, watch, timeline);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static void release(struct weir_timeline *timeline)
{
    if (timeline->fd >= 0)
        close(timeline->fd);
    if (timeline->status_fd >= 0)
        close(timeline->status_fd);
    weir_free(WEIR_MEMORY_OTHER, timeline);
}

struct weir_timeline *weir_timeline_open(const char *path, uint64_t begin,
                                         struct weir_error *error)
{
    static const char columns[] =
        "seconds,phase,records,heap,peak_heap,resident,peak_resident\n";
    struct weir_timeline *timeline =
        weir_alloc_zero(WEIR_MEMORY_OTHER, sizeof *timeline);
    if (!timeline)
        return weir_no_memory(error, "the timeline", sizeof *timeline);
    timeline->path = path;
    timeline->begin = begin;
    atomic_init(&timeline->phase, "open");
    timeline->status_fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    timeline->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (timeline->fd < 0) {
        weir_fail_errno(error, "cannot create %s", path);
        release(timeline);
        return NULL;
    }
    weir_memory_watch();
    write_text(timeline, columns, sizeof columns - 1);
    put_row(timeline);
    errno = start(timeline);
    if (errno == 0)
        return timeline;
    weir_fail_errno(error, "cannot start a thread for --timeline");
    release(timeline);
    return NULL;
}

enum weir_status weir_timeline_close(struct weir_timeline *timeline,
                                     struct weir_error *error)
{
    if (!timeline)
        return WEIR_OK;
    pthread_mutex_lock(&timeline->lock);
    timeline->ended = true;
    pthread_cond_signal(&timeline->changed);
    pthread_mutex_unlock(&timeline->lock);
    pthread_join(timeline->thread, NULL);
    pthread_cond_destroy(&timeline->changed);
    pthread_mutex_destroy(&timeline->lock);
    atomic_store_explicit(&timeline->phase, "end", memory_order_relaxed);
    put_row(timeline);
    enum weir_status status = WEIR_OK;
    errno = timeline->failure;
    if (errno)
        status = weir_fail_errno(error, "cannot write %s", timeline->path);
    release(timeline);
    return status;
}
