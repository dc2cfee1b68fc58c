/*
 * cli/terminal/timeline.c: when the rows are written, and that an error is
 * reported if the file cannot be written.
 */
#include "cli/terminal/timeline.h"

#include "base/clock.h"
#include "tests/runner.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)
#define DAY (UINT64_C(86400) * SECOND)

static unsigned rows_of(uint64_t length)
{
    unsigned rows = 0;
    for (uint64_t at = 0; at < length; rows++)
        at += weir_timeline_interval(at);
    return rows;
}

START_TEST(rows_are_few_however_long_it_runs)
{
    ck_assert_uint_eq(rows_of(SECOND / 100), 10);
    ck_assert_uint_lt(rows_of(60 * SECOND), 1700);
    ck_assert_uint_lt(rows_of(3600 * SECOND), 2710);
    ck_assert_uint_lt(rows_of(365 * DAY), 5050);
    ck_assert_uint_lt(rows_of(182500 * DAY), 6650);
}
END_TEST

START_TEST(rows_are_dense_however_long_it_runs)
{
    for (uint64_t at = SECOND; at < 1000000 * SECOND; at += at / 3)
        ck_assert_uint_le(weir_timeline_interval(at), at / 200);
}
END_TEST

/* Counts the rows that are in the file. */
static unsigned count_rows(const char *path)
{
    char line[300];
    unsigned n = 0;
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file))
        n += line[strlen(line) - 1] == '\n';
    (void)fclose(file);
    return n;
}

START_TEST(rows_are_there_before_the_end)
{
    char path[] = "/tmp/weir-timeline-XXXXXX";
    struct weir_error error;
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    struct weir_timeline *timeline =
        weir_timeline_open(path, weir_clock_ns(), &error);
    ck_assert_ptr_nonnull(timeline);
    weir_timeline_phase(timeline, "answer");
    while (count_rows(path) < 5)
        (void)usleep(1000);
    unsigned rows = count_rows(path);
    ck_assert_int_eq(weir_timeline_close(timeline, &error), WEIR_OK);
    ck_assert_uint_gt(count_rows(path), rows);
    close(fd);
    unlink(path);
}
END_TEST

START_TEST(a_full_disk_is_told)
{
    struct weir_error error;
    struct weir_timeline *timeline =
        weir_timeline_open("/dev/full", weir_clock_ns(), &error);
    ck_assert_ptr_nonnull(timeline);
    ck_assert_int_eq(weir_timeline_close(timeline, &error), WEIR_IO);
    ck_assert_str_eq(error.message,
                     "cannot write /dev/full: No space left on device");
    ck_assert_ptr_null(
        weir_timeline_open("/nowhere/at/all", weir_clock_ns(), &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_int_eq(weir_timeline_close(NULL, &error), WEIR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timeline");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, rows_are_few_however_long_it_runs);
    tcase_add_test(rows, rows_are_dense_however_long_it_runs);
    tcase_add_test(rows, rows_are_there_before_the_end);
    tcase_add_test(rows, a_full_disk_is_told);
    suite_add_tcase(suite, rows);
    return suite_fails(suite);
}
