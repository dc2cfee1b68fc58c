/*
 * Questions from C whose work is shared by runs: shards, partials and their
 * merge, and checkpoints that another run goes on from.
 */
#include "tests/question_kit.h"
#include "tests/runner.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void ck_assert_written(struct weir_query *query)
{
    struct weir_error error;
    const struct weir_row *row;
    ck_assert_ptr_nonnull(query);
    ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_END);
    weir_query_close(query);
}

#define SHARDS 3
static char part[SHARDS + 1][64];

static const char *const mergeable[] = {
    "sum(v), count() by k", "median(v), distinct(k), mode(v)",
    "max(k), min(k) where v > 2", "first(k), last(k)",
    "count() by v having count() > 10 order by v desc limit 3"};
#define N_MERGEABLE ((int)(sizeof mergeable / sizeof *mergeable))

static char *text;
static struct given given;
static const char *paths[SHARDS];

/* The partials of all shards of a table in a file, part[0, SHARDS). */
static void write_shards(const char *question)
{
    struct weir_error error;
    size_t len;
    text = question_table(30000, &len);
    const struct trial table = {.csv = text, .len = len};
    question_give(&given, IN_A_FILE, &table);
    for (uint32_t i = 0; i <= SHARDS; i++)
        snprintf(part[i], sizeof part[i], "%s-%u", given.path, (unsigned)i);
    for (uint32_t i = 0; i < SHARDS; i++) {
        const struct weir_query_options options = {.size = sizeof options,
                                                   .shard = i + 1,
                                                   .of_shards = SHARDS,
                                                   .threads = 1 + i % 2,
                                                   .partial = part[i]};
        ck_assert_written(
            weir_query_open(question, &given.input, 1, &options, &error));
        paths[i] = part[i];
    }
}

static void drop_shards(void)
{
    for (int i = 0; i <= SHARDS; i++)
        unlink(part[i]);
    question_take_back(&given);
    free(text);
}

START_TEST(partials_of_shards_are_merged)
{
    struct weir_error error;
    enum weir_status status;
    write_shards(mergeable[_i]);
    char *expected = question_text(
        weir_query_open(mergeable[_i], &given.input, 1, NULL, &error), &status,
        &error);
    ck_assert_int_eq(status, WEIR_END);
    char *got = question_text(
        weir_query_open_partials(paths, SHARDS, NULL, &error), &status, &error);
    ck_assert_msg(status == WEIR_END, "%s", error.message);
    ck_assert_str_eq(got, expected);
    free(got);
    /* By way of a partial of all. */
    const struct weir_query_options all = {.size = sizeof all,
                                           .partial = part[SHARDS]};
    const char *const whole[] = {part[SHARDS]};
    ck_assert_written(weir_query_open_partials(paths, SHARDS, &all, &error));
    got = question_text(weir_query_open_partials(whole, 1, NULL, &error),
                        &status, &error);
    ck_assert_str_eq(got, expected);
    free(got);
    free(expected);
    drop_shards();
}
END_TEST

/* One is missing, or one comes twice. */
START_TEST(partials_that_do_not_meet_are_refused)
{
    struct weir_error error;
    enum weir_status status;
    write_shards(mergeable[_i]);
    free(
        question_text(weir_query_open_partials(paths, SHARDS - 1, NULL, &error),
                      &status, &error));
    ck_assert_int_eq(status, WEIR_DATA);
    paths[1] = paths[0];
    ck_assert_ptr_null(weir_query_open_partials(paths, 2, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_DATA);
    drop_shards();
}
END_TEST

/* Where a partial would be lost, or cannot be. */
START_TEST(places_of_partials_are_checked)
{
    struct weir_error error;
    write_shards(mergeable[_i]);
    const struct weir_query_options over = {.size = sizeof over,
                                            .partial = part[0]};
    ck_assert_ptr_null(weir_query_open_partials(paths, 1, &over, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "it would be lost"));
    const struct weir_query_options input_lost = {.size = sizeof over,
                                                  .partial = given.path};
    ck_assert_ptr_null(
        weir_query_open("count()", &given.input, 1, &input_lost, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "it would be lost"));
    const struct weir_query_options nowhere = {.size = sizeof over,
                                               .partial = "-"};
    ck_assert_ptr_null(weir_query_open_partials(paths, 1, &nowhere, &error));
    ck_assert_str_eq(error.message,
                     "options.partial is '-'; it must be a file's path");
    const struct weir_query_options both = {.size = sizeof over,
                                            .partial = part[SHARDS],
                                            .checkpoint = part[SHARDS]};
    ck_assert_ptr_null(
        weir_query_open("count()", &given.input, 1, &both, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "is where the partial goes"));
    drop_shards();
}
END_TEST

START_TEST(a_partial_that_is_not_finished_is_not_there)
{
    struct weir_error error;
    const struct weir_row *row;
    size_t len;
    text = question_table(30000, &len);
    char path[64];
    const struct trial table = {.csv = text, .len = len};
    question_give(&given, IN_A_FILE, &table);
    snprintf(path, sizeof path, "%s-0", given.path);
    const struct weir_query_options options = {.size = sizeof options,
                                               .partial = path};
    struct weir_query *query =
        weir_query_open("sum(v) by k", &given.input, 1, &options, &error);
    ck_assert_ptr_nonnull(query);
    if (_i) {
        weir_query_cancel(query);
        ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_CANCELLED);
    }
    weir_query_close(query);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_ptr_null(weir_query_open("k", &given.input, 1, &options, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "there is nothing to merge"));
    question_take_back(&given);
    free(text);
}
END_TEST

/* Checkpoints: the run saves itself in the middle, from its progress; it is
 * then cancelled, and another one goes on. */
struct saving {
    struct weir_query *_Atomic query;
    pthread_t thread;
    size_t saved, until;
    atomic_bool go, over;
};

static void *save_when_told(void *context)
{
    struct saving *saving = context;
    struct weir_error error;
    while (!atomic_load(&saving->over)) {
        if (!atomic_load(&saving->go))
            continue;
        saving->saved += weir_query_save(saving->query, &error) == WEIR_OK;
        if (saving->saved >= saving->until)
            weir_query_cancel(saving->query);
    }
    return NULL;
}

static void count_read(void *context, const struct weir_record_counts *counts)
{
    struct saving *saving = context;
    if (counts->read > 2000)
        atomic_store(&saving->go, true);
}

START_TEST(a_saved_query_goes_on)
{
    struct weir_error error;
    enum weir_status status;
    size_t len, went_on = 0;
    text = question_table((size_t)turns(300000, 100000), &len);
    char path[64];
    const struct trial table = {.csv = text, .len = len};
    const struct weir_reading reading = {.batch = 4096};
    question_give(&given, IN_A_FILE, &table);
    snprintf(path, sizeof path, "%s-0", given.path);
    char *expected = question_text(
        weir_query_open(mergeable[_i], &given.input, 1, NULL, &error), &status,
        &error);
    /* A run may end before it is saved; not so always. */
    for (size_t turn = 0; turn < 3 || (!went_on && turn < 500); turn++) {
        struct saving saving = {.until = 1};
        const struct weir_query_options options = {.size = sizeof options,
                                                   .reading = &reading,
                                                   .checkpoint = path,
                                                   .context = &saving,
                                                   .progress = count_read};
        saving.query =
            weir_query_open(mergeable[_i], &given.input, 1, &options, &error);
        ck_assert_msg(saving.query != NULL, "%s", error.message);
        ck_assert_int_eq(weir_query_save(saving.query, &error), WEIR_END);
        ck_assert_int_eq(
            pthread_create(&saving.thread, NULL, save_when_told, &saving), 0);
        const struct weir_row *row;
        while ((status = weir_query_next(saving.query, &row, &error)) ==
               WEIR_OK)
            continue;
        atomic_store(&saving.over, true);
        pthread_join(saving.thread, NULL);
        ck_assert_int_eq(access(path, F_OK) == 0, status == WEIR_CANCELLED);
        weir_query_close(saving.query);
        if (status == WEIR_END)
            continue;
        /* Another question is refused, the same one goes on. */
        const struct weir_query_options again = {
            .size = sizeof again, .reading = &reading, .checkpoint = path};
        ck_assert_ptr_null(weir_query_open("count() where k > 3", &given.input,
                                           1, &again, &error));
        ck_assert_int_eq(error.status, WEIR_DATA);
        char *got = question_text(
            weir_query_open(mergeable[_i], &given.input, 1, &again, &error),
            &status, &error);
        ck_assert_msg(status == WEIR_END, "%s", error.message);
        ck_assert_str_eq(got, expected);
        ck_assert_int_ne(access(path, F_OK), 0);
        free(got);
        went_on++;
    }
    ck_assert_uint_gt(went_on, 0);
    question_take_back(&given);
    free(expected);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("question_partials");
    TCase *tests = tcase_create("question_partials");
    tcase_set_timeout(tests, 100);
    tcase_add_loop_test(tests, partials_of_shards_are_merged, 0, N_MERGEABLE);
    tcase_add_loop_test(tests, partials_that_do_not_meet_are_refused, 0,
                        N_MERGEABLE);
    tcase_add_loop_test(tests, places_of_partials_are_checked, 0, N_MERGEABLE);
    tcase_add_loop_test(tests, a_partial_that_is_not_finished_is_not_there, 0,
                        2);
    tcase_add_loop_test(tests, a_saved_query_goes_on, 0, N_MERGEABLE);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
