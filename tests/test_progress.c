/*
 * cli/terminal/progress.c and cli/terminal/signals.c: what the line of progress
 * says, when it is drawn, and that it is removed at the end, however the
 * program ends.
 */
#include "base/clock.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/signals.h"
#include "tests/runner.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERASE "\r\033[K"

static const struct {
    struct weir_progress_facts facts;
    size_t width;
    const char *line;
} lines[] = {
    {{301000000, 716000000, 4200000, 512e6},
     80,
     " 42% [#########              ] "
     "301 of 716 MB  512 MB/s  4.2M records  ETA 00:01"},
    {{301000000, 716000000, 4200000, 512e6},
     200,
     " 42% [############                  ] "
     "301 of 716 MB  512 MB/s  4.2M records  ETA 00:01"},
    {{301000000, 716000000, 4200000, 512e6},
     60,
     " 42% 301 of 716 MB  512 MB/s  4.2M records  ETA 00:01"},
    {{301000000, 716000000, 4200000, 512e6}, 20, " 42% 301 of 716 MB "},
    {{301000000, 716000000, 4200000, 512e6}, 1, ""},
    {{1500, 0, 7, 20e3}, 80, "1.5 kB  0.0 MB/s  7 records"},
    {{0, 0, 0, 0}, 80, "0.0 kB  0.0 MB/s  0 records"},
    {{0, 5000000000, 999, 0},
     60,
     "  0% [               ] 0.0 of 5.0 GB  0.0 MB/s  999 records"},
    {{1000, 500, 12000, 1},
     60,
     "100% 1.0 of 0.5 kB  0.0 MB/s  12k records  ETA 00:00"},
    {{2000000000000, 9000000000000, 999960000, 100e6},
     80,
     " 22% [####                ] 2.0 of 9.0 TB  100 MB/s  1.0G records  ETA "
     "19:26:40"},
    {{UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, 1e300}, 512, NULL},
};

START_TEST(line_says_how_far_it_is)
{
    char line[512];
    size_t len = weir_progress_line(&lines[_i].facts, lines[_i].width, line,
                                    sizeof line);

    ck_assert_uint_eq(len, strlen(line));
    ck_assert_uint_lt(len, lines[_i].width);
    if (lines[_i].line)
        ck_assert_str_eq(line, lines[_i].line);
}
END_TEST

START_TEST(line_keeps_within_its_capacity)
{
    for (size_t width = 0; width < 120; width++) {
        for (size_t capacity = 1; capacity < 120; capacity++) {
            char line[120];

            memset(line, 'z', sizeof line);
            ck_assert_uint_lt(
                weir_progress_line(&lines[0].facts, width, line, capacity),
                capacity);
            if (capacity < sizeof line)
                ck_assert_int_eq(line[capacity], 'z');
        }
    }
}
END_TEST

/* Redirects standard error to a pipe, and returns a copy of the old one. */
static int catch_errors(int *read_end)
{
    int ends[2], before = dup(STDERR_FILENO);

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    *read_end = ends[0];
    return before;
}

/* Reads all that was written so far, and terminates it by NUL. */
static void drain(int read_end, char *into, size_t capacity)
{
    ssize_t len = read(read_end, into, capacity - 1);

    into[len > 0 ? len : 0] = '\0';
}

START_TEST(always_draws_late_seldom_and_erases)
{
    struct weir_io_counters io = {.raw_bytes = 50, .total = 60, .ahead = 40};
    struct weir_progress *progress;
    char drawn[4000], rest[100];
    size_t n_draws = 0;
    int read_end, before = catch_errors(&read_end);

    progress = weir_progress_open(WEIR_PROGRESS_ALWAYS, &io);
    weir_progress_update(progress, 1);
    drain(read_end, rest, sizeof rest);
    uint64_t begin = weir_clock_ns();
    for (int i = 0; i < 800; i++) {
        weir_progress_update(progress, 12);
        poll(NULL, 0, 1);
    }
    uint64_t tenths = (weir_clock_ns() - begin) / 100000000;
    drain(read_end, drawn, sizeof drawn);
    weir_progress_close(progress);
    dup2(before, STDERR_FILENO);
    close(before);

    ck_assert_str_eq(rest, "");
    ck_assert_ptr_nonnull(strstr(drawn, ERASE " 50% ["));
    ck_assert_ptr_nonnull(strstr(drawn, "12 records"));
    for (const char *at = drawn; (at = strchr(at, '\r')) != NULL; at++)
        n_draws++;
    ck_assert_uint_ge(n_draws, 2);
    /* ten draws a second, however long it took */
    ck_assert_uint_le(n_draws, tenths + 1);
    drain(read_end, rest, sizeof rest);
    ck_assert_str_eq(rest, ERASE);
    close(read_end);
}
END_TEST

START_TEST(short_runs_draw_nothing)
{
    struct weir_io_counters io = {.raw_bytes = 50};
    struct weir_progress *progress;
    char drawn[100];
    int read_end, before = catch_errors(&read_end);

    progress = weir_progress_open(WEIR_PROGRESS_ALWAYS, &io);
    weir_progress_update(progress, 1);
    weir_progress_erase();
    weir_progress_close(progress);
    dup2(before, STDERR_FILENO);
    close(before);
    drain(read_end, drawn, sizeof drawn);
    ck_assert_str_eq(drawn, "");
    close(read_end);
}
END_TEST

START_TEST(auto_draws_on_terminals_alone)
{
    struct weir_io_counters io = {.raw_bytes = 50};
    int read_end, before = catch_errors(&read_end);
    struct weir_progress *progress =
        weir_progress_open(WEIR_PROGRESS_AUTO, &io);

    dup2(before, STDERR_FILENO);
    close(before);
    close(read_end);
    ck_assert_ptr_null(progress);
    ck_assert_ptr_null(weir_progress_open(WEIR_PROGRESS_NEVER, &io));
    weir_progress_update(NULL, 1);
    weir_progress_close(NULL);
}
END_TEST

START_TEST(no_memory_is_no_progress)
{
    struct weir_io_counters io = {.raw_bytes = 0};

    weir_memory_fail_at(1);
    ck_assert_ptr_null(weir_progress_open(WEIR_PROGRESS_ALWAYS, &io));
}
END_TEST

/* Starts a child process that draws and then gets the signal. Returns how it
 * ended. */
static int end_by(int number, void (*action)(int), char *drawn, size_t capacity)
{
    struct weir_io_counters io = {.raw_bytes = 50};
    int read_end, status, before = catch_errors(&read_end);
    pid_t child = fork();

    if (child == 0) {
        struct weir_progress *progress;

        signal(number, action);
        weir_signals_init();
        progress = weir_progress_open(WEIR_PROGRESS_ALWAYS, &io);
        poll(NULL, 0, 600);
        weir_progress_update(progress, 1);
        raise(number);
        _exit(7);
    }
    dup2(before, STDERR_FILENO);
    close(before);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    drain(read_end, drawn, capacity);
    close(read_end);
    return status;
}

START_TEST(a_signal_erases_and_kills)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    char drawn[500];
    int status = end_by(numbers[_i], SIG_DFL, drawn, sizeof drawn);

    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), numbers[_i]);
    ck_assert_ptr_nonnull(strstr(drawn, "1 records" ERASE));
}
END_TEST

START_TEST(an_ignored_signal_stays_ignored)
{
    char drawn[500];
    int status = end_by(SIGINT, SIG_IGN, drawn, sizeof drawn);

    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

START_TEST(a_broken_pipe_does_not_kill)
{
    char drawn[500];
    int status = end_by(SIGPIPE, SIG_DFL, drawn, sizeof drawn);

    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *tests = tcase_create("progress");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, line_says_how_far_it_is, 0,
                        sizeof lines / sizeof lines[0]);
    tcase_add_test(tests, line_keeps_within_its_capacity);
    tcase_add_test(tests, always_draws_late_seldom_and_erases);
    tcase_add_test(tests, short_runs_draw_nothing);
    tcase_add_test(tests, auto_draws_on_terminals_alone);
    tcase_add_test(tests, no_memory_is_no_progress);
    tcase_add_loop_test(tests, a_signal_erases_and_kills, 0, 2);
    tcase_add_test(tests, an_ignored_signal_stays_ignored);
    tcase_add_test(tests, a_broken_pipe_does_not_kill);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
