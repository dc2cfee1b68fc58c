/*
 * readers/csv/resume.c: a checkpoint whose checksums are right but whose
 * position is wrong. A position that the inputs do not have is refused, and no
 * position does harm.
 */
#include "base/error.h"
#include "partials/partial.h"
#include "readers/sources/sources.h"
#include "tests/runner.h"
#include "tests/saver.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINES 4000u
#define TURNS turns(400, 40)

static char folder[40];
static const char *const names[] = {"0.csv", "1.csv"};
static uint64_t file_len; /* of each */
static struct trial trial;

static void write_file(const char *name, int packing)
{
    struct bytes text = {0}, packed = {0};
    bytes_add_text(&text, "k,n\n");
    for (unsigned i = 0; i < LINES; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "%u,%u\n", i % 7, i);
        bytes_add_text(&text, line);
    }
    const size_t part = 1500;
    for (size_t at = 0; at < text.len; at += part) {
        size_t len = part < text.len - at ? part : text.len - at;
        if (packing == 0)
            bytes_add(&packed, text.at + at, len);
        else if (packing == 1)
            add_zstd_sized(&packed, text.at + at, len, 1);
        else
            add_gzip(&packed, text.at + at, len);
    }
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(packed.at, 1, packed.len, file), packed.len);
    ck_assert_int_eq(fclose(file), 0);
    file_len = packed.len;
    bytes_free(&packed);
    bytes_free(&text);
}

static void enter_folder(void)
{
    strcpy(folder, "/tmp/weir-place-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    for (size_t i = 0; i < 2; i++)
        (void)unlink(names[i]);
    (void)unlink(SAVER_FILE);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* Runs over two files, saves the run within the first file, and stops it. */
static void stop_a_run(int packing)
{
    struct outcome got;
    for (size_t i = 0; i < 2; i++)
        write_file(names[i], packing);
    trial = (struct trial){.query = "count(), sum(n) by k",
                           .paths = names,
                           .n_paths = 2,
                           .threads = 2,
                           .reading.batch = 500,
                           .hooks.planned = saver_planned,
                           .watch = saver_watch,
                           .hooks.step = saver_step};
    saver_begin(3, true);
    trial_run(&trial, &got);
    outcome_release(&got);
    ck_assert(saver.saved);
}

/* Resumes the run from that position. Returns the message, which the caller
 * frees. */
static char *resume_from(struct weir_position place, unsigned threads)
{
    struct weir_partial_info info;
    struct weir_error error;
    struct weir_left resume = {.place = place, .info = &info};
    struct outcome got;
    struct trial other = trial;
    struct weir_source *source = weir_file_open(SAVER_FILE, NULL, &error);
    ck_assert_ptr_nonnull(source);
    resume.reader = weir_partial_open(source, SAVER_FILE, &error);
    ck_assert_ptr_nonnull(resume.reader);
    ck_assert_int_eq(weir_partial_next(resume.reader, &info, &error), WEIR_OK);
    other.resume = &resume;
    other.threads = threads;
    saver_begin(0, true);
    trial_run(&other, &got);
    weir_partial_close(resume.reader);
    weir_partial_info_release(&info);
    char *trouble = strdup(got.trouble);
    outcome_release(&got);
    return trouble;
}

static void ck_assert_refused(struct weir_position place)
{
    for (unsigned threads = 1; threads <= 2; threads++) {
        char *trouble = resume_from(place, threads);
        ck_assert_msg(strstr(trouble, "the place where it was left is not in "
                                      "the inputs"),
                      "%u %llu %llu: '%s'", place.input,
                      (unsigned long long)place.raw,
                      (unsigned long long)place.skip, trouble);
        free(trouble);
    }
}

START_TEST(a_place_past_the_inputs_is_refused)
{
    stop_a_run(_i);
    char *trouble = resume_from(saver.place, 2);
    ck_assert_str_eq(trouble, "");
    free(trouble);
    ck_assert_refused((struct weir_position){.input = 2, .raw = 1});
    ck_assert_refused((struct weir_position){.input = 2, .skip = 1});
    ck_assert_refused((struct weir_position){.input = 3});
    ck_assert_refused((struct weir_position){.input = UINT32_MAX, .raw = 5});
    ck_assert_refused((struct weir_position){.raw = file_len + 1});
    ck_assert_refused((struct weir_position){.input = 1, .raw = file_len + 1});
    ck_assert_refused((struct weir_position){.raw = UINT64_MAX});
    ck_assert_refused((struct weir_position){.raw = 3, .skip = UINT64_MAX});
    ck_assert_refused((struct weir_position){.raw = _i ? 0 : 1, .skip = 1});
}
END_TEST

static uint64_t draw_number(uint64_t *seed)
{
    static const uint64_t near[] = {0, 0, UINT64_MAX, UINT64_MAX / 2,
                                    (uint64_t)1 << 32};
    uint64_t number = draw(seed, 2)
                          ? near[draw(seed, sizeof near / sizeof *near)]
                          : draw(seed, 2 * (unsigned)file_len);
    return number + draw(seed, 5) - 2;
}

START_TEST(no_place_does_harm)
{
    uint64_t seed = 77 + (uint64_t)_i;
    stop_a_run(_i);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        struct weir_position place = {.input = draw(&seed, 4),
                                      .raw = draw_number(&seed),
                                      .skip = draw_number(&seed),
                                      .split = {draw_number(&seed)},
                                      .no_guesses = draw(&seed, 2)};
        free(resume_from(place, 1 + draw(&seed, 3)));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resume");
    TCase *tests = tcase_create("resume");
    tcase_set_timeout(tests, 100);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_loop_test(tests, a_place_past_the_inputs_is_refused, 0, 3);
    tcase_add_loop_test(tests, no_place_does_harm, 0, 3);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
