/*
 * base/write.c: every byte is written, or the failure is reported.
 */
#include "base/write.h"
#include "tests/runner.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define LEN ((size_t)3000000)

static char byte_at(size_t i)
{
    return (char)(i * 7 + i / 4096);
}

/* Reads slowly, in parts of odd lengths. Returns how many bytes were right. */
static void *read_slowly(void *fd)
{
    char bytes[4099];
    size_t right = 0;
    ssize_t n;
    while ((n = read(*(int *)fd, bytes, sizeof bytes)) != 0)
        for (ssize_t i = 0; i < n; i++)
            right += bytes[i] == byte_at(right);
    return (void *)right;
}

static atomic_int alarms;

static void count_alarm(int number)
{
    (void)number;
    atomic_fetch_add(&alarms, 1);
}

static void set_alarms(suseconds_t every)
{
    const struct sigaction action = {.sa_handler = count_alarm};
    const struct itimerval timer = {{0, every}, {0, every}};
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void check_pipe(int flags)
{
    int end[2];
    pthread_t reader;
    void *right;
    uint64_t written = 5;
    char *bytes = malloc(LEN);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = byte_at(i);
    ck_assert_int_eq(pipe2(end, flags), 0);
    ck_assert_int_eq(fcntl(end[0], F_SETFL, 0), 0); /* the reader waits */
    ck_assert_int_eq(pthread_create(&reader, NULL, read_slowly, &end[0]), 0);
    ck_assert_int_eq(weir_write_all(end[1], bytes, LEN, &written), 0);
    ck_assert_int_eq(close(end[1]), 0);
    ck_assert_int_eq(pthread_join(reader, &right), 0);
    ck_assert_uint_eq((size_t)right, LEN);
    ck_assert_uint_eq(written, LEN + 5);
    ck_assert_int_eq(close(end[0]), 0);
    free(bytes);
}

START_TEST(all_goes_through_a_pipe)
{
    check_pipe(_i ? O_NONBLOCK : 0);
}
END_TEST

START_TEST(all_goes_through_a_pipe_under_alarms)
{
    set_alarms(200);
    do
        check_pipe(_i ? O_NONBLOCK : 0);
    while (atomic_load(&alarms) == 0);
    set_alarms(0);
}
END_TEST

START_TEST(what_fails_is_told)
{
    int end[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    uint64_t written = 0;
    ck_assert_int_ge(full, 0);
    ck_assert_int_eq(weir_write_all(full, "abc", 3, &written), ENOSPC);
    ck_assert_int_eq(weir_write_all(full, "", 0, NULL), 0);
    ck_assert_int_eq(weir_write_all(-1, "abc", 3, NULL), EBADF);
    (void)signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(end), 0);
    ck_assert_int_eq(close(end[0]), 0);
    ck_assert_int_eq(weir_write_all(end[1], "abc", 3, &written), EPIPE);
    ck_assert_uint_eq(written, 0);
    ck_assert_int_eq(close(end[1]), 0);
    ck_assert_int_eq(close(full), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("write");
    TCase *tests = tcase_create("write");
    tcase_add_loop_test(tests, all_goes_through_a_pipe, 0, 2);
    tcase_add_loop_test(tests, all_goes_through_a_pipe_under_alarms, 0, 2);
    tcase_add_test(tests, what_fails_is_told);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
