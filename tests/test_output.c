/*
 * cli/formats/output.c and cli/commands/rejects.c: every byte arrives, and
 * every failure is reported.
 */
#include "cli/commands/outputs.h"
#include "cli/formats/output.h"
#include "tests/runner.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

static struct weir_error error;

static unsigned char byte_at(size_t i)
{
    return (unsigned char)(i * 2654435761u >> 13);
}

/* Writes n bytes in parts of many sizes, some larger than the buffer. */
static void put_pattern(struct weir_output *output, size_t n)
{
    static const size_t sizes[] = {1, 3, 0, 1000, 65535, 65536, 65537, 200000};
    char *piece = malloc(200000);
    size_t done = 0;

    ck_assert_ptr_nonnull(piece);
    for (size_t turn = 0; done < n; turn++) {
        size_t len = sizes[turn % 8] < n - done ? sizes[turn % 8] : n - done;

        for (size_t i = 0; i < len; i++)
            piece[i] = (char)byte_at(done + i);
        if (len == 1)
            weir_output_char(output, piece[0]);
        else
            weir_output_put(output, piece, len);
        done += len;
    }
    free(piece);
}

#define PATTERN 1500000

/* Reads slowly to the end, and returns how many bytes were right. */
static void *read_pattern(void *fd)
{
    char bytes[5000];
    size_t good = 0;
    ssize_t len;

    while ((len = read(*(int *)fd, bytes, sizeof bytes)) > 0) {
        poll(NULL, 0, 1);
        for (ssize_t i = 0; i < len; i++)
            good += (unsigned char)bytes[i] == byte_at(good);
    }
    return (void *)good;
}

static void check_pipe(int flags)
{
    struct weir_output output;
    pthread_t reader;
    void *good;
    int ends[2];

    ck_assert_int_eq(pipe2(ends, flags), 0);
    /* The reader always waits for bytes. */
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, 0), 0);
    ck_assert_int_eq(pthread_create(&reader, NULL, read_pattern, &ends[0]), 0);
    ck_assert_int_eq(weir_output_init(&output, ends[1], "the pipe", &error),
                     WEIR_OK);
    put_pattern(&output, PATTERN);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
    ck_assert_int_eq(pthread_join(reader, &good), 0);
    ck_assert_uint_eq((size_t)good, PATTERN);
    close(ends[0]);
}

START_TEST(every_byte_goes_through_a_slow_pipe)
{
    check_pipe(0);
}
END_TEST

START_TEST(every_byte_goes_through_a_non_blocking_pipe)
{
    check_pipe(O_NONBLOCK);
}
END_TEST

static atomic_int alarms; /* either thread may get it */

static void count_alarm(int number)
{
    (void)number;
    alarms++;
}

START_TEST(signals_interrupt_nothing)
{
    struct sigaction action = {.sa_handler = count_alarm};
    struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    check_pipe(0);
    setitimer(ITIMER_REAL, &never, NULL);
    ck_assert_int_gt(alarms, 0);
}
END_TEST

START_TEST(a_file_is_written_when_flushed)
{
    struct weir_output output;
    int fd = memfd_create("test", 0);

    ck_assert_int_eq(weir_output_init(&output, dup(fd), "a file", &error),
                     WEIR_OK);
    weir_output_string(&output, "abc");
    ck_assert_int_eq(weir_output_settle(&output, &error), WEIR_OK);
    ck_assert_int_eq(lseek(fd, 0, SEEK_END), 0);
    ck_assert_int_eq(weir_output_flush(&output, &error), WEIR_OK);
    ck_assert_int_eq(lseek(fd, 0, SEEK_END), 3);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
    close(fd);
}
END_TEST

START_TEST(a_pipe_is_written_when_settled)
{
    struct weir_output output;
    char bytes[8];
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(weir_output_init(&output, ends[1], "a pipe", &error),
                     WEIR_OK);
    weir_output_string(&output, "abc");
    ck_assert_int_eq(weir_output_settle(&output, &error), WEIR_OK);
    ck_assert_int_eq(read(ends[0], bytes, sizeof bytes), 3);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
    close(ends[0]);
}
END_TEST

START_TEST(a_pipe_nobody_reads_is_told_apart)
{
    struct weir_output output;
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(weir_output_init(&output, ends[1], "a pipe", &error),
                     WEIR_OK);
    put_pattern(&output, 300000);
    ck_assert(weir_output_unread(&output));
    ck_assert_int_eq(weir_output_settle(&output, &error), WEIR_IO);
    /* Sticky. */
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_IO);
    ck_assert(weir_output_unread(&output));
}
END_TEST

START_TEST(a_full_device_says_so)
{
    struct weir_output output;
    int fd = open("/dev/full", O_WRONLY);

    ck_assert_int_eq(weir_output_init(&output, fd, "big.csv", &error), WEIR_OK);
    weir_output_string(&output, "abc");
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_IO);
    ck_assert_str_eq(error.message, "cannot write big.csv: no space left on "
                                    "the device after 0 bytes");
    ck_assert(!weir_output_unread(&output));
}
END_TEST

START_TEST(a_closed_descriptor_is_an_error)
{
    struct weir_output output;
    int fd = dup(STDERR_FILENO);

    close(fd);
    ck_assert_int_eq(weir_output_init(&output, fd, "standard output", &error),
                     WEIR_OK);
    weir_output_string(&output, "abc");
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_IO);
    ck_assert_str_eq(error.message, "cannot write standard output after 0 "
                                    "bytes: Bad file descriptor");
}
END_TEST

START_TEST(close_reports_even_where_nothing_was_put)
{
    struct weir_output output;
    int fd = dup(STDERR_FILENO);

    close(fd);
    ck_assert_int_eq(weir_output_init(&output, fd, "standard output", &error),
                     WEIR_OK);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_IO);
}
END_TEST

START_TEST(no_memory_for_the_buffer_is_a_limit)
{
    struct weir_output output;
    int fd = dup(STDERR_FILENO);

    weir_memory_fail_at(1);
    ck_assert_int_eq(weir_output_init(&output, fd, "a file", &error),
                     WEIR_LIMIT);
    /* The descriptor is taken over even on failure. */
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
}
END_TEST

static char path[64];

static void make_path(void)
{
    strcpy(path, "/tmp/weir-test-XXXXXX");
    close(mkstemp(path));
}

static void remove_path(void)
{
    unlink(path);
}

static const struct weir_reject rejects_given[] = {
    {"users.csv", 3, 41, 2, "age: 'abc' is not a number", {"1,abc", 5}},
    {"a,b.csv", 0, WEIR_NO_BYTE, 0, "3 fields, not 2", {"x,\"y\"\n,z", 8}},
    {"-", 1, 0, 0, "2 fields, not 3", {"", 0}},
};

START_TEST(rejects_are_a_csv)
{
    static const char expected[] =
        "file,line,byte,column,reason,record\n"
        "users.csv,3,41,2,age: 'abc' is not a number,\"1,abc\"\n"
        "\"a,b.csv\",,,,\"3 fields, not 2\",\"x,\"\"y\"\"\n,z\"\n"
        "-,1,0,,\"2 fields, not 3\",\n";
    struct weir_output rejects;
    char found[400] = "";
    int fd;

    ck_assert_int_eq(weir_rejects_open(&rejects, path, &error), WEIR_OK);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(weir_rejects_add(&rejects, &rejects_given[i], &error),
                         WEIR_OK);
    ck_assert_int_eq(weir_output_close(&rejects, WEIR_OK, &error), WEIR_OK);
    fd = open(path, O_RDONLY);
    ck_assert_int_eq(read(fd, found, sizeof found), sizeof expected - 1);
    ck_assert_str_eq(found, expected);
    close(fd);
}
END_TEST

START_TEST(rejects_report_what_fails)
{
    struct weir_output rejects;

    ck_assert_int_eq(weir_rejects_open(&rejects, "/dev/full", &error), WEIR_OK);
    ck_assert_int_eq(weir_rejects_add(&rejects, &rejects_given[0], &error),
                     WEIR_IO);
    ck_assert_int_eq(weir_output_close(&rejects, WEIR_OK, &error), WEIR_IO);
    ck_assert_int_eq(
        weir_rejects_open(&rejects, "/nowhere/rejects.csv", &error), WEIR_IO);
    ck_assert_str_eq(error.message, "cannot create /nowhere/rejects.csv: No "
                                    "such file or directory");
}
END_TEST

START_TEST(rejects_without_memory_leak_nothing)
{
    uint64_t before = weir_memory_total().live;
    struct weir_output rejects;

    weir_memory_fail_at(1);
    ck_assert_int_eq(weir_rejects_open(&rejects, path, &error), WEIR_LIMIT);
    ck_assert_uint_eq(weir_memory_total().live, before);
    weir_memory_fail_at(0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("output");
    TCase *rejects = tcase_create("rejects");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_byte_goes_through_a_slow_pipe);
    tcase_add_test(tests, every_byte_goes_through_a_non_blocking_pipe);
    tcase_add_test(tests, signals_interrupt_nothing);
    tcase_add_test(tests, a_file_is_written_when_flushed);
    tcase_add_test(tests, a_pipe_is_written_when_settled);
    tcase_add_test(tests, a_pipe_nobody_reads_is_told_apart);
    tcase_add_test(tests, a_full_device_says_so);
    tcase_add_test(tests, a_closed_descriptor_is_an_error);
    tcase_add_test(tests, close_reports_even_where_nothing_was_put);
    tcase_add_test(tests, no_memory_for_the_buffer_is_a_limit);
    tcase_add_checked_fixture(rejects, make_path, remove_path);
    tcase_add_test(rejects, rejects_are_a_csv);
    tcase_add_test(rejects, rejects_report_what_fails);
    tcase_add_test(rejects, rejects_without_memory_leak_nothing);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, rejects);
    return suite_fails(suite);
}
