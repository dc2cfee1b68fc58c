/*
 * The signals are blocked in all threads, and the watch waits for them with
 * sigtimedwait(). So it handles a signal outside a signal handler, where all
 * functions are allowed. It holds no memory between two wake-ups.
 *
 * A run on one thread without --every and --checkpoint starts without a watch.
 * The handler of SIGUSR1 sets `asked`, and the run's thread starts the watch
 * after its batch, or when the signal has interrupted its wait for input.
 */
#include "cli/terminal/watch.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/shown.h"
#include "cli/terminal/signals.h"
#include "cli/terminal/terminal.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

/* Without --checkpoint-every, checkpoints may take a fiftieth of the time. The
 * time for one is estimated as GROUP_NS nanoseconds a group at first, which is
 * rather too high. After a checkpoint of at least GROUPS_MANY groups it is what
 * that one took. */
#define CHECKPOINT_EVERY (30 * SECOND)
#define CHECKPOINT_SHARE 50
#define GROUP_NS 1000
#define GROUPS_MANY 100000

/* SIGUSR1 came, and no watch has answered it yet. */
static atomic_bool asked;

/* The signals that the watch waits for. SIGTERM is one of them if there are
 * checkpoints, except if the program was started with SIGTERM ignored. */
static void set_signals(const struct weir_watcher *watcher, sigset_t *signals)
{
    struct sigaction before;
    sigemptyset(signals);
    sigaddset(signals, SIGUSR1);
    if (watcher->checkpoint && sigaction(SIGTERM, NULL, &before) == 0 &&
        before.sa_handler != SIG_IGN)
        sigaddset(signals, SIGTERM);
}

/* Writes the results so far to the output, in the format for `fd`. WEIR_END if
 * the run is over. */
static enum weir_status put_results(struct weir_watcher *watcher,
                                    struct weir_output *output, int fd,
                                    struct weir_record_counts *counts,
                                    struct weir_error *error)
{
    output->style = watcher->options->style;
    struct weir_sink *sink = weir_format_open(
        weir_options_format(watcher->options, fd), output, error);
    if (!sink)
        return error->status;
    enum weir_status status =
        weir_job_so_far(watcher->job, sink, counts, error);
    sink->ops->close(sink);
    return status ? status : weir_output_flush(output, error);
}

/* Redraws the results so far on the terminal. */
static enum weir_status draw(struct weir_watcher *watcher,
                             struct weir_error *error)
{
    struct weir_output held;
    struct weir_record_counts counts;
    enum weir_status status = weir_output_hold(&held, STDOUT_FILENO, error);
    if (!status)
        status = put_results(watcher, &held, STDOUT_FILENO, &counts, error);
    if (!status) {
        weir_screen_draw(&watcher->drawn, watcher->output, &held);
        status = weir_output_flush(watcher->output, error);
    }
    (void)weir_output_close(&held, status, error);
    return status;
}

/* Prints for --every. A failure makes the run fail. */
static void print(struct weir_watcher *watcher)
{
    struct weir_error error;
    struct weir_record_counts counts;
    enum weir_status status;
    if (weir_terminal(STDOUT_FILENO)) {
        status = draw(watcher, &error);
    } else {
        status = put_results(watcher, watcher->output, STDOUT_FILENO, &counts,
                             &error);
        if (!status) {
            weir_output_char(watcher->output, '\n');
            status = weir_output_flush(watcher->output, &error);
        }
    }
    if (status < 0)
        weir_job_stop(watcher->job, &error);
}

/* Prints for SIGUSR1. A failure is reported on standard error, and the run
 * continues. */
static void tell(struct weir_watcher *watcher)
{
    struct weir_error error;
    struct weir_output output;
    struct weir_record_counts counts = {0};
    enum weir_status status = WEIR_OK;
    if (!watcher->aggregated) {
        weir_progress_erase();
        fprintf(stderr, "weir: no results so far: the query has no "
                        "aggregates; its records are printed as they are "
                        "read\n");
        return;
    }
    /* Standard error may be the terminal that --every draws on: the next
     * drawing must not erase what is printed here. */
    watcher->drawn = 0;
    status =
        weir_output_init(&output, dup(STDERR_FILENO), "standard error", &error);
    if (!status)
        status = put_results(watcher, &output, STDERR_FILENO, &counts, &error);
    if (status < 0) {
        weir_progress_erase();
        fputs("weir: no results so far: ", stderr);
        weir_shown_print(stderr, error.message, strlen(error.message));
        fputc('\n', stderr);
    } else if (!status) {
        fprintf(stderr, "weir: so far, of %" PRIu64 " records\n", counts.read);
    }
    (void)weir_output_close(&output, status, &error);
}

/* Waits for a signal until the time `until`, in nanoseconds of weir_clock_ns().
 * Returns its number, or 0 if none came. */
static int wait_signal(const sigset_t *signals, uint64_t until)
{
    uint64_t now = weir_clock_ns();
    uint64_t left = until > now ? until - now : 0;
    struct timespec time = {.tv_sec = (time_t)(left / SECOND),
                            .tv_nsec = (long)(left % SECOND)};
    int number = until < UINT64_MAX ? sigtimedwait(signals, NULL, &time)
                                    : sigwaitinfo(signals, NULL);
    return number < 0 ? 0 : number;
}

/* Writes a checkpoint. A failure makes the run fail. If the run had continued
 * from a checkpoint and then restarted at the beginning, it keeps that
 * checkpoint and writes none. */
static void save(struct weir_watcher *watcher)
{
    struct weir_error error;
    if (!watcher->begun_again &&
        weir_checkpoint_save(watcher->checkpoint, watcher->job, &error) < 0)
        weir_job_stop(watcher->job, &error);
    watcher->saved_at = weir_clock_ns();
}

/* Writes a checkpoint, unless it is too early for one. Returns the time when to
 * try next. */
static uint64_t save_in_time(struct weir_watcher *watcher)
{
    uint64_t n, every = watcher->options->checkpoint.every_ns;
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

/* SIGTERM: writes a checkpoint and ends the program. */
static void save_and_leave(struct weir_watcher *watcher)
{
    struct weir_error error;
    if (!watcher->begun_again && !atomic_load(&watcher->over) &&
        weir_checkpoint_save(watcher->checkpoint, watcher->job, &error) < 0)
        (void)weir_complain(&error, NULL);
    weir_signals_leave(SIGTERM);
}

/* Prints, and returns the time of the next print. Times that passed meanwhile
 * are skipped, and the run gets at least as much time as the printing took. */
static uint64_t print_in_time(struct weir_watcher *watcher, uint64_t due)
{
    uint64_t every = watcher->options->every_ns, begin = weir_clock_ns();
    print(watcher);
    uint64_t now = weir_clock_ns(), min = now + (now - begin);
    uint64_t next = due + (now - due) / every * every + every;
    return next > min ? next : min;
}

static void *on_thread(void *context)
{
    struct weir_watcher *watcher = context;
    const struct weir_options *o = watcher->options;
    uint64_t now = weir_clock_ns();
    uint64_t print_at = UINT64_MAX, save_at = UINT64_MAX;
    sigset_t signals;
    set_signals(watcher, &signals);
    watcher->saved_at = now;
    watcher->group_ns = GROUP_NS;
    if (o->every_ns && watcher->output)
        print_at = now + o->every_ns;
    if (watcher->checkpoint)
        save_at = now + (o->checkpoint.every_ns ? o->checkpoint.every_ns
                                                : CHECKPOINT_EVERY);
    for (;;) {
        uint64_t until = print_at < save_at ? print_at : save_at;
        int number = atomic_exchange(&asked, false)
                         ? SIGUSR1
                         : wait_signal(&signals, until);
        if (number == SIGTERM)
            save_and_leave(watcher);
        if (atomic_load(&watcher->over))
            return NULL;
        if (number == SIGUSR1)
            tell(watcher);
        if (weir_clock_ns() >= print_at)
            print_at = print_in_time(watcher, print_at);
        if (weir_clock_ns() >= save_at)
            save_at = save_in_time(watcher);
    }
}

/* Whether the watch starts together with the run: something is to be done at
 * intervals, or the run has several threads anyway. */
static bool is_needed(const struct weir_options *options)
{
    return options->every_ns || options->checkpoint.path ||
           options->resources.threads > 1;
}

/* Blocks the signals and starts the thread. Without a thread the run fails if
 * an option needs the watch. */
static void start(struct weir_watcher *watcher)
{
    sigset_t signals, before;
    set_signals(watcher, &signals);
    (void)pthread_sigmask(SIG_BLOCK, &signals, &before);
    watcher->started =
        pthread_create(&watcher->thread, NULL, on_thread, watcher) == 0;
    if (watcher->started)
        return;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (watcher->options->every_ns || watcher->checkpoint) {
        struct weir_error error;
        weir_error_init(&error);
        weir_fail(&error, WEIR_LIMIT,
                  "cannot start a thread for --every or --checkpoint");
        weir_job_stop(watcher->job, &error);
    }
}

void weir_watcher_wake(struct weir_watcher *watcher)
{
    if (atomic_load(&asked) && watcher->job && !watcher->started)
        start(watcher);
}

static void on_usr1(int number)
{
    (void)number;
    atomic_store(&asked, true);
}

static void begin(void *context, struct weir_job *job)
{
    struct weir_watcher *watcher = context;
    watcher->job = job;
    watcher->begun_again = watcher->checkpoint &&
                           weir_checkpoint_left(watcher->checkpoint) &&
                           !weir_job_continues(job);
    atomic_store(&watcher->over, false);
    if (is_needed(watcher->options) || atomic_load(&asked))
        start(watcher);
}

static void end(void *context)
{
    struct weir_watcher *watcher = context;
    if (!watcher->started) {
        watcher->job = NULL;
        return;
    }
    atomic_store(&watcher->over, true);
    (void)pthread_kill(watcher->thread, SIGUSR1);
    (void)pthread_join(watcher->thread, NULL);
    watcher->started = false;
    watcher->job = NULL;
    atomic_store(&asked, false);
    if (watcher->checkpoint) {
        sigset_t sigterm;
        sigemptyset(&sigterm);
        sigaddset(&sigterm, SIGTERM);
        (void)pthread_sigmask(SIG_UNBLOCK, &sigterm, NULL);
    }
    if (watcher->output && watcher->options->every_ns) {
        weir_screen_clear(&watcher->drawn, watcher->output);
        watcher->printed = watcher->output->written + watcher->output->len;
    }
}

void weir_watcher_init(struct weir_watcher *watcher,
                       const struct weir_options *options)
{
    /* Without SA_RESTART the signal interrupts a read. */
    struct sigaction action = {.sa_handler = on_usr1};
    sigset_t usr1;
    *watcher = (struct weir_watcher){.options = options};
    watcher->watch = (struct weir_watch){watcher, begin, end};
    sigemptyset(&action.sa_mask);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    (void)sigaction(SIGUSR1, &action, NULL);
    if (is_needed(options))
        (void)pthread_sigmask(SIG_BLOCK, &usr1, NULL);
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
