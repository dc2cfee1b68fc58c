/*
 * The signals are blocked in all threads, and the watch waits for them with a
 * time-out: there are no handlers, and whatever it does it does as any thread
 * may. It holds nothing between two looks.
 */
#include "cli/watch.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

/* A checkpoint may take a fiftieth of the time, where nobody said how often. It
 * takes so many nanoseconds a group, at first for all we know, which is rather
 * too many, and then as many as it took the last one, where they were many. */
#define CHECKPOINT_EVERY (30 * SECOND)
#define CHECKPOINT_SHARE 50
#define GROUP_NS 1000
#define GROUPS_MANY 100000

/* What the watch waits for. SIGTERM is its own only while there is a run, and a
 * checkpoint to be written. */
static void set_signals(const struct weir_watcher *watcher, sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGUSR1);
    if (watcher->checkpoint)
        sigaddset(signals, SIGTERM);
}

/* The results so far, in that format, to the output: WEIR_END where the run is
 * over. */
static enum weir_status put_results(struct weir_watcher *watcher,
                                    struct weir_output *output, int fd,
                                    struct weir_account *account,
                                    struct weir_error *error)
{
    struct weir_format_options look = weir_format_options_of(fd);
    struct weir_sink *sink =
        weir_options_format(watcher->options, fd)->open(output, &look, error);
    if (!sink)
        return error->status;
    enum weir_status status =
        weir_job_so_far(watcher->job, sink, account, error);
    sink->ops->close(sink);
    return status ? status : weir_output_flush(output, error);
}

static enum weir_status draw(struct weir_watcher *watcher,
                             struct weir_error *error)
{
    struct weir_output held;
    struct weir_account account;
    enum weir_status status = weir_output_hold(&held, error);
    if (!status)
        status = put_results(watcher, &held, STDOUT_FILENO, &account, error);
    if (!status) {
        weir_screen_draw(&watcher->screen, watcher->output,
                         (struct weir_text){held.buffer, held.len});
        status = weir_output_flush(watcher->output, error);
    }
    (void)weir_output_close(&held, error);
    return status;
}

/* --every. What fails ends the run. */
static void print(struct weir_watcher *watcher)
{
    struct weir_error error;
    struct weir_account account;
    enum weir_status status;
    if (weir_terminal(STDOUT_FILENO)) {
        status = draw(watcher, &error);
    } else {
        status = put_results(watcher, watcher->output, STDOUT_FILENO, &account,
                             &error);
        if (!status) {
            weir_output_char(watcher->output, '\n');
            status = weir_output_flush(watcher->output, &error);
        }
    }
    if (status < 0)
        weir_job_stop(watcher->job, &error);
}

/* SIGUSR1. What fails is nobody's business but the asker's. */
static void tell(struct weir_watcher *watcher)
{
    struct weir_error error;
    struct weir_output output;
    struct weir_account account = {0};
    enum weir_status status = WEIR_OK;
    if (!watcher->aggregated) {
        weir_progress_erase();
        fprintf(stderr, "weir: the query has no aggregates, and so no results "
                        "before its records\n");
        return;
    }
    status =
        weir_output_init(&output, dup(STDERR_FILENO), "standard error", &error);
    if (!status)
        status = put_results(watcher, &output, STDERR_FILENO, &account, &error);
    if (status < 0) {
        weir_progress_erase();
        fprintf(stderr, "weir: no results so far: %s\n", error.message);
    } else if (!status) {
        fprintf(stderr, "weir: so far, of %" PRIu64 " records\n", account.read);
    }
    (void)weir_output_close(&output, &error);
}

/* The number of a signal, or 0 where none came before `until`, in
 * nanoseconds. */
static int wait_signal(const sigset_t *signals, uint64_t until)
{
    uint64_t now = weir_clock_ns();
    uint64_t left = until > now ? until - now : 0;
    struct timespec time = {.tv_sec = (time_t)(left / SECOND),
                            .tv_nsec = (long)(left % SECOND)};
    int number =
        until ? sigtimedwait(signals, NULL, &time) : sigwaitinfo(signals, NULL);
    return number < 0 ? 0 : number;
}

/* What fails ends the run, but for one that ends anyway. */
static void save(struct weir_watcher *watcher)
{
    struct weir_error error;
    if (weir_checkpoint_save(watcher->checkpoint, watcher->job, &error) < 0)
        weir_job_stop(watcher->job, &error);
    watcher->saved_at = weir_clock_ns();
}

/* Writes a checkpoint, if it does not come too early: returns when to try
 * again. */
static uint64_t save_in_time(struct weir_watcher *watcher)
{
    uint64_t n, every = watcher->options->checkpoint_ns;
    if (every) {
        save(watcher);
        return watcher->saved_at + every;
    }
    if (weir_job_groups(watcher->job, &n))
        return UINT64_MAX;
    uint64_t due = watcher->saved_at + CHECKPOINT_SHARE * n * watcher->group_ns;
    if (due > weir_clock_ns())
        return due;
    save(watcher);
    if (n >= GROUPS_MANY)
        watcher->group_ns = 1 + watcher->checkpoint->took_ns / n;
    return watcher->saved_at + CHECKPOINT_EVERY;
}

static void save_and_leave(struct weir_watcher *watcher)
{
    struct weir_error error;
    if (weir_checkpoint_save(watcher->checkpoint, watcher->job, &error) < 0)
        (void)weir_complain(&error, NULL);
    weir_signals_leave(SIGTERM);
}

/* The next time after `now`; those that were missed meanwhile are. */
static uint64_t after(uint64_t due, uint64_t every, uint64_t now)
{
    return due + (now > due ? (now - due) / every * every : 0) + every;
}

static void *on_thread(void *context)
{
    struct weir_watcher *watcher = context;
    uint64_t now = weir_clock_ns(), every = watcher->options->every_ns;
    bool prints = every && watcher->output;
    uint64_t print_at = prints ? now + every : UINT64_MAX;
    uint64_t save_at = UINT64_MAX;
    uint64_t save_every = watcher->options->checkpoint_ns;
    sigset_t signals;
    set_signals(watcher, &signals);
    watcher->saved_at = now;
    watcher->group_ns = GROUP_NS;
    if (watcher->checkpoint)
        save_at = now + (save_every ? save_every : CHECKPOINT_EVERY);
    for (;;) {
        int number =
            wait_signal(&signals, print_at < save_at ? print_at : save_at);
        if (atomic_load(&watcher->over))
            return NULL;
        if (number == SIGUSR1)
            tell(watcher);
        else if (number == SIGTERM)
            save_and_leave(watcher);
        now = weir_clock_ns();
        if (now >= print_at) {
            print(watcher);
            print_at = after(print_at, every, now);
        }
        if (now >= save_at)
            save_at = save_in_time(watcher);
    }
}

static void begin(void *context, struct weir_job *job)
{
    struct weir_watcher *watcher = context;
    sigset_t signals;
    watcher->job = job;
    atomic_store(&watcher->over, false);
    set_signals(watcher, &signals);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    watcher->started =
        pthread_create(&watcher->thread, NULL, on_thread, watcher) == 0;
}

static void end(void *context)
{
    struct weir_watcher *watcher = context;
    if (!watcher->started)
        return;
    atomic_store(&watcher->over, true);
    (void)pthread_kill(watcher->thread, SIGUSR1);
    (void)pthread_join(watcher->thread, NULL);
    watcher->started = false;
    if (watcher->checkpoint) {
        sigset_t sigterm;
        sigemptyset(&sigterm);
        sigaddset(&sigterm, SIGTERM);
        (void)pthread_sigmask(SIG_UNBLOCK, &sigterm, NULL);
    }
    if (watcher->output)
        weir_screen_clear(&watcher->screen, watcher->output);
}

void weir_watcher_init(struct weir_watcher *watcher,
                       const struct weir_options *options)
{
    sigset_t signals;
    *watcher = (struct weir_watcher){.options = options};
    watcher->watch = (struct weir_watch){watcher, begin, end};
    set_signals(watcher, &signals);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

const struct weir_watch *weir_watcher_over(struct weir_watcher *watcher,
                                           bool aggregated,
                                           struct weir_output *output,
                                           struct weir_checkpoint *checkpoint)
{
    watcher->checkpoint = checkpoint;
    watcher->aggregated = aggregated;
    watcher->output = output;
    return &watcher->watch;
}
