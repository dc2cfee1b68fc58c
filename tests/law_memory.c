/*
 * The memory laws, which are about the program itself. A run takes the same
 * memory for a small input and for one that is a hundred times as large. It
 * takes no more than its estimate, and no more than --memory allows. If that is
 * too little, the run says so.
 */
#include "cli/commands/commands.h"
#include "cli/commands/report.h"
#include "readers/sources/sources.h"
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/source_kit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1024.0 * 1024)
#define LITTLE 14000L /* users: 1 MB */
/* Slack, in allocations: finishing an exact sum may take a limb more or
 * less. */
#define FINISH 4
/* Slack, in bytes: keys of several parts are stored next to each other, 64 at a
 * time, and some are longer than others. */
#define BLOCK 1024

static char folder[] = "/tmp/weir-law-memory-XXXXXX";

static const char *sanitize(void)
{
    const char *sanitizer = getenv("WEIR_SANITIZE");
    return sanitizer ? sanitizer : "";
}

/* Whether this is an optimised build without a sanitizer. Other builds take
 * more memory. */
static bool is_shipped(void)
{
#ifdef NDEBUG
    return !*sanitize();
#else
    return false;
#endif
}

/* 100 MB of users, or 10 MB under a sanitizer, which is slow. */
static long much_users(void)
{
    return *sanitize() ? 10 * LITTLE : 100 * LITTLE;
}

static int in_folder(const char *what)
{
    char command[200];
    (void)snprintf(command, sizeof command, "cd %s && %s", folder, what);
    return WEXITSTATUS(system(command));
}

static void make_users(long n, const char *name)
{
    char command[1000];
    (void)snprintf(command, sizeof command, "$WEIR_MAKE users %ld >%s/%s", n,
                   folder, name);
    ck_assert_msg(system(command) == 0, "%s", command);
}

/* Runs weir with the options over the input. Fills the figures, and returns the
 * exit code. */
static int run(const char *options, const char *question, const char *input,
               struct weir_stats *stats)
{
    char command[1000];
    (void)snprintf(command, sizeof command,
                   "$WEIR --report 3 %s '%s' %s/%s 3>&1 >/dev/null 2>%s/told",
                   options, question, folder, input, folder);
    struct weir_report report = {0};
    FILE *from = popen(command, "r");
    ck_assert_ptr_nonnull(from);
    bool reported = weir_report_read(&report, from);
    *stats = report.stats;
    int status = pclose(from);
    ck_assert_msg(WIFEXITED(status), "%s", command);
    ck_assert_msg(reported || WEXITSTATUS(status), "%s", command);
    return WEXITSTATUS(status);
}

/* The memory estimate that explain prints, in bytes. The options are those of
 * run(). */
static double estimated(const char *options, const char *question,
                        const char *input)
{
    char words[200], path[100], *rest = words;
    char *argv[10] = {(char[]){"weir"}};
    int argc = 1;
    (void)snprintf(words, sizeof words, "%s", options);
    (void)snprintf(path, sizeof path, "%s/%s", folder, input);
    while (rest)
        argv[argc++] = strsep(&rest, " ");
    argv[argc++] = weir_unconst(question);
    argv[argc++] = path;
    struct weir_options parsed;
    struct weir_question asked;
    struct weir_estimate estimate = {0};
    struct weir_error error;
    weir_options_parse(&parsed, argc, argv);
    parsed.format = &weir_format_csv;
    ck_assert_int_eq(weir_question_open(&asked, &parsed, &error), WEIR_OK);
    weir_question_estimate(&asked, &estimate);
    weir_question_close(&asked);
    weir_options_release(&parsed);
    return (double)weir_estimate_total(&estimate);
}

static const char *const ungrouped[] = {
    "count()",
    "mean(age)",
    "mean(age), sum(income), max(score), stddev(income) where age >= 18",
    "sum(age * income), var(score / age), min(age % 7) where not age = 3",
    "count(), max(score) where country in (\"id\", 3) or age between 3 and 5",
    "name, age where age > 98",
};
#define N_UNGROUPED ((int)(sizeof ungrouped / sizeof *ungrouped))

static void ck_assert_constant(const char *options, const char *question,
                               double resident)
{
    struct weir_stats little, much;
    ck_assert_int_eq(run(options, question, "little.csv", &little), 0);
    ck_assert_int_eq(run(options, question, "much.csv", &much), 0);
    ck_assert_uint_eq(little.counts.read, (uint64_t)LITTLE);
    ck_assert_uint_eq(much.counts.read, (uint64_t)much_users());
    ck_assert_uint_le(little.heap.allocations, much.heap.allocations + FINISH);
    ck_assert_uint_le(much.heap.allocations, little.heap.allocations + FINISH);
    double estimate = estimated(options, question, "little.csv");
    ck_assert_double_le((double)little.heap.peak, estimate);
    ck_assert_double_le((double)much.heap.peak, estimate);
    /* How many pages of a library the kernel maps with the one that is needed
     * depends on what the page cache keeps together, and differs by some dozens
     * of pages. The test takes the smallest of a few runs. */
    uint64_t min = much.peak_resident;
    for (int i = 0; is_shipped() && (double)min > resident && i < 5; i++) {
        ck_assert_int_eq(run(options, question, "much.csv", &much), 0);
        min = much.peak_resident < min ? much.peak_resident : min;
    }
    if (is_shipped())
        ck_assert_double_le((double)min, resident);
}

START_TEST(a_hundred_times_the_input_takes_the_same_memory)
{
    ck_assert_constant("-j 1", ungrouped[_i], 4 * MIB);
}
END_TEST

START_TEST(and_so_it_does_on_two_threads)
{
    ck_assert_constant("-j 2", ungrouped[_i], 6 * MIB);
}
END_TEST

/* The number of groups does not grow either. */
START_TEST(few_groups_take_the_same_memory)
{
    static const char *const questions[] = {
        "count(), mean(age), max(score) by country",
        "median(age), distinct(country) by age % 7",
        "median(age), mode(country), top(country, 5), distinct(age)"};
    const char *question = questions[_i];
    struct weir_stats little, much;
    ck_assert_int_eq(run("-j 1", question, "little.csv", &little), 0);
    ck_assert_int_eq(run("-j 1", question, "much.csv", &much), 0);
    ck_assert_uint_le(much.heap.allocations, little.heap.allocations + FINISH);
    ck_assert_uint_le(much.heap.peak, little.heap.peak + BLOCK);
    ck_assert_double_le((double)much.heap.peak,
                        estimated("-j 1", question, "little.csv"));
}
END_TEST

/* Each record of each window is rejected. */
START_TEST(rejects_take_what_is_estimated)
{
    struct weir_stats stats;
    char options[200];
    (void)snprintf(options, sizeof options,
                   "-j 1 --bad-cells=reject --rejects=%s/rejects", folder);
    ck_assert_int_eq(run(options, "sum(name)", "little.csv", &stats), 0);
    ck_assert_uint_eq(stats.counts.rejected, (uint64_t)LITTLE);
    ck_assert_double_le((double)stats.heap.peak,
                        estimated(options, "sum(name)", "little.csv"));
}
END_TEST

START_TEST(zstd_takes_its_window_besides)
{
    struct weir_stats stats;
    ck_assert_int_eq(run("-j 1", "mean(age)", "windowed.csv.zst", &stats), 0);
    ck_assert_uint_eq(stats.counts.read, (uint64_t)LITTLE);
    ck_assert_double_le((double)stats.heap.peak,
                        estimated("-j 1", "mean(age)", "windowed.csv.zst"));
    if (is_shipped())
        ck_assert_double_le((double)stats.peak_resident, 4 * MIB + 1 * MIB);
}
END_TEST

START_TEST(what_is_allowed_is_kept)
{
    struct weir_stats stats;
    /* What does not fit is spilled, and the answer is complete. */
    static const char *const spilled[] = {
        "mean(age) by id", "id order by name", "median(id), distinct(name)",
        "count() as n by name order by n, name desc"};
    for (size_t i = 0; i < sizeof spilled / sizeof *spilled; i++) {
        ck_assert_int_eq(
            run("-j 2 --memory 5M", spilled[i], "much.csv", &stats), 0);
        ck_assert_uint_eq(stats.counts.read, (uint64_t)much_users());
        ck_assert_double_le((double)stats.heap.peak, 5 * MIB);
        if (is_shipped())
            ck_assert_double_le((double)stats.peak_resident, 8 * MIB);
    }
    /* Hardly more memory than the minimum: there are many runs, which are
     * merged two or three at a time. */
    static const char *const min[] = {"median(id), distinct(name)",
                                      "mode(name), distinct(id)",
                                      "top(name, 3), distinct(id)",
                                      "mode(id), median(score)",
                                      "mean(age) by id",
                                      "max(score) by id",
                                      "count() by id, name"};
    for (size_t i = 0; i < sizeof min / sizeof *min; i++) {
        ck_assert_int_eq(
            run("-j 1 --batch 4K --memory 1700K", min[i], "much.csv", &stats),
            0);
        ck_assert_double_le((double)stats.heap.peak, 1700 * 1024);
    }
    /* Too little memory to start. */
    ck_assert_int_eq(run("--memory 300k", "mean(age)", "much.csv", &stats), 4);
    ck_assert_uint_eq(stats.counts.read, 0);
    /* Enough memory. */
    ck_assert_int_eq(
        run("-j 1 --memory 3M", "count() by country, age", "much.csv", &stats),
        0);
    ck_assert_double_le((double)stats.heap.peak, 3 * MIB);
    ck_assert_int_eq(run("-j 1 --memory 3M", "id order by name limit 50",
                         "much.csv", &stats),
                     0);
}
END_TEST

static void make_inputs(void)
{
    struct bytes plain = {0}, packed = {0};
    char path[100], block[65536];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_users(LITTLE, "little.csv");
    make_users(much_users(), "much.csv");
    (void)snprintf(path, sizeof path, "%s/little.csv", folder);
    FILE *file = fopen(path, "r");
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        bytes_add(&plain, block, n);
    (void)fclose(file);
    add_zstd_window(&packed, plain.at, plain.len, 20); /* 1 MiB */
    (void)snprintf(path, sizeof path, "%s/windowed.csv.zst", folder);
    file = fopen(path, "w");
    ck_assert_uint_eq(fwrite(packed.at, 1, packed.len, file), packed.len);
    (void)fclose(file);
    bytes_free(&plain);
    bytes_free(&packed);
}

static void remove_inputs(void)
{
    ck_assert_int_eq(in_folder("rm -- *"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

static const struct floor floors[] = {
    {WEIR_RAN_CHUNK_GIVEN, 4000, 400}, {WEIR_RAN_SPILL_GROUPS, 500, 50},
    {WEIR_RAN_SPILL_VALUES, 700, 70},  {WEIR_RAN_SPILL_ROWS, 30, 4},
    {WEIR_RAN_MERGE_LEVEL, 1000, 50},
};

int main(void)
{
    mechanism_begin_programs();
    Suite *suite = suite_create("law_memory");
    TCase *tests = tcase_create("law_memory");
    tcase_set_timeout(tests, 200);
    tcase_add_unchecked_fixture(tests, make_inputs, remove_inputs);
    tcase_add_loop_test(tests, a_hundred_times_the_input_takes_the_same_memory,
                        0, N_UNGROUPED);
    tcase_add_loop_test(tests, and_so_it_does_on_two_threads, 0, N_UNGROUPED);
    tcase_add_loop_test(tests, few_groups_take_the_same_memory, 0, 3);
    tcase_add_test(tests, rejects_take_what_is_estimated);
    tcase_add_test(tests, zstd_takes_its_window_besides);
    tcase_add_test(tests, what_is_allowed_is_kept);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
