/*
 * readers/sources/file.c: regular files, pipes, fifos, and their failures.
 */
#include "tests/runner.h"
#include "tests/source_kit.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/weir_test_file_XXXXXX";
static char path[64];
static struct weir_error error;

static void make_folder(void)
{
    strcpy(folder + sizeof(folder) - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/in.csv", folder);
    weir_error_init(&error);
}

static void remove_folder(void)
{
    (void)unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
}

static void write_file(const struct bytes *bytes)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    if (bytes->len > 0)
        ck_assert_uint_eq(fwrite(bytes->at, bytes->len, 1, file), 1);
    ck_assert_int_eq(fclose(file), 0);
}

/* Number of alarms that were caught, in memory that child processes share.
 * NULL: no alarms are sent. */
static atomic_uint *alarms;

/* Sends an alarm to the parent process while that waits for bytes. */
static void alarm_parent(void)
{
    unsigned heard = atomic_load(alarms);
    (void)kill(getppid(), SIGALRM);
    while (atomic_load(alarms) == heard)
        (void)usleep(100);
}

/* Starts a child process that writes all bytes to `fd`, `step` at a time, with
 * pauses. */
static pid_t write_slowly(int fd, const struct bytes *bytes, size_t step)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child > 0)
        return child;
    for (size_t at = 0; at < bytes->len;) {
        size_t n = bytes->len - at < step ? bytes->len - at : step;
        if (alarms)
            alarm_parent();
        ssize_t written = write(fd, bytes->at + at, n);
        if (written < 0)
            _exit(1);
        at += (size_t)written;
        (void)usleep(2000);
    }
    _exit(0);
}

static void wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        ck_assert_int_eq(errno, EINTR);
    ck_assert_int_eq(status, 0);
}

/* Makes `fd` the standard input, and returns a copy of the old one. */
static int redirect(int fd)
{
    int old = dup(STDIN_FILENO);
    ck_assert_int_ge(dup2(fd, STDIN_FILENO), 0);
    return old;
}

static void restore(int old)
{
    if (old < 0) {
        (void)close(STDIN_FILENO);
        return;
    }
    ck_assert_int_ge(dup2(old, STDIN_FILENO), 0);
    (void)close(old);
}

static int open_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

START_TEST(file_gives_its_bytes)
{
    static const size_t rooms[] = {1, 7, 64, 4095, 65536, (size_t)1 << 20};
    struct bytes text = {0};
    struct bytes read = {0};
    bytes_add_csv(&text, 50000, 1);
    write_file(&text);
    int before = open_descriptors();
    for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
        struct weir_io_counters io = {0};
        struct weir_source *source = weir_file_open(path, &io, &error);
        ck_assert_ptr_nonnull(source);
        ck_assert_uint_eq(io.total, text.len);
        ck_assert_uint_eq(io.raw_bytes, 0);
        read.len = 0;
        ck_assert_int_eq(drain(source, rooms[i], &read, &error), WEIR_END);
        ck_assert(bytes_same(&read, &text));
        ck_assert_uint_eq(io.raw_bytes, text.len);
    }
    ck_assert_int_eq(open_descriptors(), before);
    bytes_free(&text);
    bytes_free(&read);
}
END_TEST

START_TEST(empty_file_ends_at_once)
{
    struct bytes none = {0};
    write_file(&none);
    struct weir_source *source = weir_file_open(path, NULL, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 100, &none, &error), WEIR_END);
    ck_assert_uint_eq(none.len, 0);
}
END_TEST

START_TEST(missing_file_says_why)
{
    ck_assert_ptr_null(weir_file_open(path, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_str_eq(error.place, path);
    ck_assert_str_eq(error.message, "cannot open: No such file or directory");
}
END_TEST

START_TEST(directory_is_no_file)
{
    int before = open_descriptors();
    ck_assert_ptr_null(weir_file_open(folder, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "is a directory"));
    ck_assert_int_eq(open_descriptors(), before);
}
END_TEST

START_TEST(closed_standard_input_says_why)
{
    int old = dup(STDIN_FILENO);
    (void)close(STDIN_FILENO);
    ck_assert_ptr_null(weir_file_open("-", NULL, &error));
    restore(old);
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_str_eq(error.place, "standard input");
    ck_assert_ptr_nonnull(strstr(error.message, strerror(EBADF)));
}
END_TEST

START_TEST(growing_file_ends_where_it_did_when_opened)
{
    struct bytes text = {0};
    struct bytes read = {0};
    bytes_add_csv(&text, 5000, 2);
    write_file(&text);
    struct weir_source *source = weir_file_open(path, NULL, &error);
    ck_assert_ptr_nonnull(source);
    FILE *file = fopen(path, "ab");
    ck_assert_ptr_nonnull(file);
    (void)fputs("and,more,1\n", file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(drain(source, 999, &read, &error), WEIR_END);
    ck_assert(bytes_same(&read, &text));
    bytes_free(&text);
    bytes_free(&read);
}
END_TEST

START_TEST(shrinking_file_is_an_error)
{
    struct bytes text = {0};
    struct bytes read = {0};
    char first[100];
    bytes_add_csv(&text, 5000, 3);
    write_file(&text);
    struct weir_source *source = weir_file_open(path, NULL, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(weir_read(source, first, sizeof(first), &error), 100);
    ck_assert_int_eq(truncate(path, 300), 0);
    ck_assert_int_eq(drain(source, 64, &read, &error), WEIR_IO);
    ck_assert_uint_eq(read.len, 200);
    ck_assert_str_eq(error.place, path);
    ck_assert_str_eq(error.message, "file changed while being read: it ends at "
                                    "byte 300, and had 5000 when opened");
    bytes_free(&text);
    bytes_free(&read);
}
END_TEST

START_TEST(failing_read_says_where)
{
    /* Nothing is mapped at address 0, so reading there fails with EIO. */
    struct bytes none = {0};
    struct weir_source *source = weir_file_open("/proc/self/mem", NULL, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 10, &none, &error), WEIR_IO);
    ck_assert_str_eq(error.place, "/proc/self/mem");
    ck_assert_str_eq(error.message,
                     "cannot read at byte 0: Input/output error");
}
END_TEST

START_TEST(file_without_a_size_is_read)
{
    struct bytes read = {0};
    struct weir_source *source =
        weir_file_open("/proc/self/status", NULL, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 64, &read, &error), WEIR_END);
    ck_assert_uint_gt(read.len, 100);
    bytes_free(&read);
}
END_TEST

START_TEST(device_is_read)
{
    struct bytes none = {0};
    struct weir_source *source = weir_file_open("/dev/null", NULL, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 64, &none, &error), WEIR_END);
    ck_assert_uint_eq(none.len, 0);
}
END_TEST

START_TEST(fifo_with_partial_writes_is_read)
{
    struct bytes text = {0};
    struct bytes read = {0};
    bytes_add_csv(&text, 900, 4);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    pid_t opener = fork();
    ck_assert_int_ge(opener, 0);
    if (opener == 0) {
        int fd = open(path, O_WRONLY);
        wait_for(write_slowly(fd, &text, 31));
        _exit(0);
    }
    struct weir_io_counters io = {0};
    struct weir_source *source = weir_source_open(path, NULL, &io, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 4096, &read, &error), WEIR_END);
    ck_assert(bytes_same(&read, &text));
    ck_assert_uint_eq(io.total, 0);
    ck_assert_uint_eq(io.raw_bytes, text.len);
    wait_for(opener);
    bytes_free(&text);
    bytes_free(&read);
}
END_TEST

/* Any thread can read any bytes at any time; the descriptor's own offset
 * stays. */
START_TEST(file_reads_at_any_place)
{
    struct bytes text = {0};
    struct bytes rest = {0};
    char first[100], some[5000];
    bytes_add_csv(&text, 20000, 6);
    write_file(&text);
    struct weir_source *source = weir_file_open(path, NULL, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(weir_read(source, first, sizeof first, &error),
                     sizeof first);
    ck_assert_int_eq(
        source->ops->read_at(source, some, sizeof some, 7777, &error), WEIR_OK);
    ck_assert_mem_eq(some, text.at + 7777, sizeof some);
    ck_assert_int_eq(
        source->ops->read_at(source, some, sizeof some, 15001, &error),
        WEIR_IO);
    ck_assert_int_eq(drain(source, 4096, &rest, &error), WEIR_END);
    ck_assert_mem_eq(first, text.at, sizeof first);
    ck_assert_uint_eq(rest.len, text.len - sizeof first);
    ck_assert_mem_eq(rest.at, text.at + sizeof first, rest.len);
    bytes_free(&text);
    bytes_free(&rest);
}
END_TEST

START_TEST(standard_input_begins_where_it_stands_and_stays_open)
{
    struct bytes text = {0};
    struct bytes read = {0};
    bytes_add_csv(&text, 5000, 5);
    write_file(&text);
    int fd = open(path, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    int old = redirect(fd);
    ck_assert_int_eq(lseek(STDIN_FILENO, 1000, SEEK_SET), 1000);
    struct weir_io_counters io = {0};
    struct weir_source *source = weir_file_open("-", &io, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_uint_eq(io.total, 4000);
    ck_assert_int_eq(drain(source, 333, &read, &error), WEIR_END);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0);
    restore(old);
    (void)close(fd);
    ck_assert_uint_eq(read.len, 4000);
    ck_assert_int_eq(memcmp(read.at, text.at + 1000, 4000), 0);
    bytes_free(&text);
    bytes_free(&read);
}
END_TEST

/* Reads `text` from a pipe as standard input. */
static void read_through_pipe(const struct bytes *text, int flags)
{
    struct bytes read = {0};
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    if (flags)
        ck_assert_int_eq(fcntl(ends[0], F_SETFL, flags), 0);
    pid_t child = write_slowly(ends[1], text, 57);
    (void)close(ends[1]);
    int old = redirect(ends[0]);
    (void)close(ends[0]);
    struct weir_source *source = weir_source_open("-", NULL, NULL, &error);
    ck_assert_msg(source != NULL, "%s", error.message);
    ck_assert_int_eq(drain(source, 4096, &read, &error), WEIR_END);
    restore(old);
    ck_assert(bytes_same(&read, text));
    wait_for(child);
    bytes_free(&read);
}

START_TEST(non_blocking_standard_input_waits)
{
    struct bytes text = {0};
    bytes_add_csv(&text, 900, 6);
    read_through_pipe(&text, O_NONBLOCK);
    bytes_free(&text);
}
END_TEST

static void count_alarm(int number)
{
    (void)number;
    atomic_fetch_add(alarms, 1);
}

static void read_under_alarms(int flags)
{
    struct bytes text = {0};
    struct sigaction action = {.sa_handler = count_alarm};
    struct sigaction old;
    bytes_add_csv(&text, 900, 7);
    alarms = mmap(NULL, sizeof *alarms, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(alarms != MAP_FAILED);
    ck_assert_int_eq(sigaction(SIGALRM, &action, &old), 0);
    read_through_pipe(&text, flags);
    ck_assert_int_eq(sigaction(SIGALRM, &old, NULL), 0);
    ck_assert_uint_gt(atomic_load(alarms), 5);
    ck_assert_int_eq(munmap(alarms, sizeof *alarms), 0);
    alarms = NULL;
    bytes_free(&text);
}

START_TEST(signals_interrupt_nothing)
{
    read_under_alarms(0);
    read_under_alarms(O_NONBLOCK);
}
END_TEST

START_TEST(io_counters_are_shared_by_several_files)
{
    struct bytes text = {0};
    struct bytes read = {0};
    struct weir_io_counters io = {0};
    bytes_add_csv(&text, 500, 8);
    write_file(&text);
    for (int i = 0; i < 3; i++) {
        struct weir_source *source = weir_file_open(path, &io, &error);
        ck_assert_ptr_nonnull(source);
        ck_assert_int_eq(drain(source, 100, &read, &error), WEIR_END);
    }
    ck_assert_uint_eq(io.total, 1500);
    ck_assert_uint_eq(io.raw_bytes, 1500);
    bytes_free(&text);
    bytes_free(&read);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file");
    TCase *file = tcase_create("file");
    tcase_add_checked_fixture(file, make_folder, remove_folder);
    tcase_add_test(file, file_gives_its_bytes);
    tcase_add_test(file, file_reads_at_any_place);
    tcase_add_test(file, empty_file_ends_at_once);
    tcase_add_test(file, missing_file_says_why);
    tcase_add_test(file, directory_is_no_file);
    tcase_add_test(file, closed_standard_input_says_why);
    tcase_add_test(file, growing_file_ends_where_it_did_when_opened);
    tcase_add_test(file, shrinking_file_is_an_error);
    tcase_add_test(file, failing_read_says_where);
    tcase_add_test(file, file_without_a_size_is_read);
    tcase_add_test(file, device_is_read);
    tcase_add_test(file, fifo_with_partial_writes_is_read);
    tcase_add_test(file, standard_input_begins_where_it_stands_and_stays_open);
    tcase_add_test(file, non_blocking_standard_input_waits);
    tcase_add_test(file, signals_interrupt_nothing);
    tcase_add_test(file, io_counters_are_shared_by_several_files);
    suite_add_tcase(suite, file);
    return suite_fails(suite);
}
