/*
 * base/memory.c and base/estimate.c: what is counted, and what is refused.
 */
#include "base/memory.h"
#include "tests/runner.h"

#include <check.h>
#include <gmp.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OTHER WEIR_MEMORY_OTHER
#define KIB ((size_t)1024)

static uint64_t live(void)
{
    return weir_memory_total().live;
}

START_TEST(ledger_counts_what_malloc_hands_out)
{
    struct weir_usage before = weir_memory_usage(OTHER);
    uint64_t before_total = live();
    char *a = weir_alloc(OTHER, 1000);
    char *b = weir_alloc_zero(OTHER, 200 * KIB);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    static const char zeros[200 * KIB];
    ck_assert_mem_eq(b, zeros, sizeof(zeros));
    uint64_t usable = malloc_usable_size(a) + malloc_usable_size(b);
    struct weir_usage now = weir_memory_usage(OTHER);
    ck_assert_uint_eq(now.live - before.live, usable);
    ck_assert_uint_eq(now.allocations - before.allocations, 2);
    ck_assert_uint_ge(now.peak, now.live);
    ck_assert_uint_eq(live() - before_total, usable);

    weir_free(OTHER, a);
    weir_free(OTHER, b);
    weir_free(OTHER, NULL);
    ck_assert_uint_eq(weir_memory_usage(OTHER).live, before.live);
    ck_assert_uint_ge(weir_memory_usage(OTHER).peak, usable);
    ck_assert_uint_eq(live(), before_total);
}
END_TEST

START_TEST(components_are_told_apart)
{
    uint64_t store = weir_memory_usage(WEIR_MEMORY_STORE).live;
    uint64_t group = weir_memory_usage(WEIR_MEMORY_GROUP).live;
    void *block = weir_alloc(WEIR_MEMORY_GROUP, 100);
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_STORE).live, store);
    ck_assert_uint_gt(weir_memory_usage(WEIR_MEMORY_GROUP).live, group);
    weir_free(WEIR_MEMORY_GROUP, block);
    ck_assert_str_eq(weir_component_name(WEIR_MEMORY_GROUP), "group");
    ck_assert_str_eq(weir_component_name(OTHER), "other");
}
END_TEST

START_TEST(realloc_keeps_the_bytes_and_the_account)
{
    static const size_t sizes[] = {100, 1, 24, 5000, 300000, 200000, 12, 0};
    uint64_t before = live();
    char *block = NULL;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        block = weir_realloc(OTHER, block, sizes[i]);
        ck_assert_ptr_nonnull(block);
        if (i > 0)
            ck_assert_int_eq(block[0], 'k');
        block[0] = 'k';
        ck_assert_uint_eq(live() - before, malloc_usable_size(block));
    }
    weir_free(OTHER, block);
    ck_assert_uint_eq(live(), before);
}
END_TEST

START_TEST(peak_is_the_most_that_lived)
{
    uint64_t base = live();
    void *a = weir_alloc(OTHER, 512 * KIB);
    ck_assert_ptr_nonnull(a);
    uint64_t high = live();
    weir_free(OTHER, a);
    ck_assert_uint_ge(weir_memory_total().peak, high);
    ck_assert_uint_ge(high - base, 512 * KIB);
    uint64_t peak = weir_memory_total().peak;
    void *b = weir_alloc(OTHER, 10);
    weir_free(OTHER, b);
    ck_assert_uint_eq(weir_memory_total().peak, peak);
}
END_TEST

START_TEST(limit_is_kept)
{
    uint64_t before = live();
    weir_memory_limit(before + 100 * KIB);
    ck_assert_uint_eq(weir_memory_limit_now(), before + 100 * KIB);
    char *block = weir_alloc(OTHER, 60 * KIB);
    ck_assert_ptr_nonnull(block);
    block[0] = 'k';
    ck_assert_ptr_null(weir_alloc(OTHER, 60 * KIB));
    ck_assert_ptr_null(weir_alloc_zero(OTHER, 60 * KIB));
    ck_assert_ptr_null(weir_realloc(OTHER, block, 110 * KIB));
    ck_assert_int_eq(block[0], 'k');
    ck_assert_uint_eq(live() - before, malloc_usable_size(block));
    ck_assert_ptr_null(weir_alloc(OTHER, SIZE_MAX));
    ck_assert_ptr_null(weir_alloc(OTHER, PTRDIFF_MAX));

    block = weir_realloc(OTHER, block, 80 * KIB);
    ck_assert_ptr_nonnull(block);
    weir_memory_limit(1); /* less than is in use; shrinking is allowed */
    block = weir_realloc(OTHER, block, 10 * KIB);
    ck_assert_ptr_nonnull(block);
    weir_free(OTHER, block);
    weir_memory_limit(0);
    ck_assert_uint_eq(live(), before);
    ck_assert_ptr_null(weir_alloc(OTHER, SIZE_MAX));
    ck_assert_uint_eq(live(), before);
}
END_TEST

/* The limit is never exceeded, not by a byte, at any size, although malloc
 * rounds sizes up. */
START_TEST(limit_holds_for_rounded_sizes)
{
    uint64_t before = live();
    for (size_t bytes = 1; bytes < 400 * KIB; bytes += bytes / 50 + 1) {
        weir_memory_limit(before + bytes + 9 * KIB);
        void *block = weir_alloc(OTHER, bytes);
        ck_assert_ptr_nonnull(block);
        ck_assert_uint_le(weir_memory_usage(OTHER).live, before + bytes + 8192);
        weir_free(OTHER, block);
    }
    weir_memory_limit(0);
}
END_TEST

#define N_THREADS 4
static uint64_t seen[N_THREADS];

static void *allocate_and_watch(void *argument)
{
    uint64_t *max = argument;
    void *block[64] = {0};
    unsigned state = 12345;
    for (int i = 0; i < 20000; i++) {
        state = state * 1103515245 + 12345;
        unsigned at = state >> 16 & 63;
        weir_free(OTHER, block[at]);
        block[at] = weir_alloc(OTHER, state >> 20);
        uint64_t now = live();
        *max = now > *max ? now : *max;
    }
    for (int i = 0; i < 64; i++)
        weir_free(OTHER, block[i]);
    return NULL;
}

START_TEST(threads_share_one_limit)
{
    pthread_t thread[N_THREADS];
    uint64_t before = live();
    uint64_t limit = before + 200 * KIB;
    weir_memory_limit(limit);
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&thread[i], NULL, allocate_and_watch, &seen[i]), 0);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(thread[i], NULL);
    weir_memory_limit(0);
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_uint_gt(seen[i], before);
        ck_assert_uint_le(seen[i], limit);
    }
    ck_assert_uint_eq(live(), before);
}
END_TEST

START_TEST(fail_at_refuses_the_nth_once)
{
    weir_memory_fail_at(3);
    void *a = weir_alloc(OTHER, 8);
    void *b = weir_alloc_zero(OTHER, 8);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert_ptr_null(weir_realloc(OTHER, a, 800));
    void *c = weir_alloc(OTHER, 8);
    ck_assert_ptr_nonnull(c);
    weir_free(OTHER, a);
    weir_free(OTHER, b);
    weir_free(OTHER, c);

    weir_memory_fail_at(1);
    ck_assert_ptr_null(weir_copy_text(OTHER, "a", 1));
    weir_memory_fail_at(1);
    weir_memory_fail_at(0);
    a = weir_alloc(OTHER, 8);
    ck_assert_ptr_nonnull(a);
    weir_free(OTHER, a);
}
END_TEST

START_TEST(copy_text_is_terminated)
{
    char *copy = weir_copy_text(OTHER, "users.csv", 5);
    ck_assert_ptr_nonnull(copy);
    ck_assert_str_eq(copy, "users");
    weir_free(OTHER, copy);
    copy = weir_copy_text(OTHER, NULL, 0);
    ck_assert_ptr_nonnull(copy);
    ck_assert_str_eq(copy, "");
    weir_free(OTHER, copy);
}
END_TEST

START_TEST(grow_doubles_and_keeps)
{
    int *array = NULL;
    size_t capacity = 0;
    ck_assert(weir_grow(OTHER, &array, &capacity, 5));
    ck_assert_uint_eq(capacity, 5);
    array[4] = 42;
    ck_assert(weir_grow(OTHER, &array, &capacity, 6));
    ck_assert_uint_eq(capacity, 10);
    ck_assert(weir_grow(OTHER, &array, &capacity, 100));
    ck_assert_uint_eq(capacity, 100);
    ck_assert(weir_grow(OTHER, &array, &capacity, 100));
    ck_assert_uint_eq(capacity, 100);
    ck_assert_int_eq(array[4], 42);

    void *old = array;
    weir_memory_fail_at(1);
    ck_assert(!weir_grow(OTHER, &array, &capacity, 101));
    ck_assert(!weir_grow(OTHER, &array, &capacity, SIZE_MAX / 2));
    ck_assert_ptr_eq(array, old);
    ck_assert_uint_eq(capacity, 100);
    ck_assert_int_eq(array[4], 42);
    weir_free(OTHER, array);
}
END_TEST

START_TEST(gmp_takes_from_the_ledger)
{
    weir_memory_hook_gmp();
    uint64_t before = weir_memory_usage(WEIR_MEMORY_NUMBER).live;
    mpz_t number;
    mpz_init_set_ui(number, 1);
    mpz_mul_2exp(number, number, 100000);
    ck_assert_uint_ge(weir_memory_usage(WEIR_MEMORY_NUMBER).live - before,
                      100000 / 8);
    mpz_clear(number);
    weir_memory_release_gmp();
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_NUMBER).live, before);
}
END_TEST

/* Uses numbers of all sizes repeatedly; what earlier ones freed is enough for
 * the later ones. */
static void use_gmp(void)
{
    mpz_t a, b;
    mpz_init_set_ui(a, 3);
    mpz_init_set_ui(b, 7);
    for (unsigned bits = 1; bits < 6000; bits += 97) {
        mpz_mul_2exp(a, a, 97);
        mpz_add(b, b, a);
    }
    mpz_sub(b, b, a);
    for (unsigned bits = 1; bits < 6000; bits += 97)
        mpz_fdiv_q_2exp(a, a, 97);
    ck_assert_int_eq(mpz_cmp_ui(a, 3), 0);
    mpz_clear(a);
    mpz_realloc2(b, 64);
    mpz_clear(b);
}

START_TEST(gmp_comes_back_for_what_it_gave)
{
    weir_memory_hook_gmp();
    uint64_t before = weir_memory_usage(WEIR_MEMORY_NUMBER).live;
    use_gmp();
    uint64_t allocations = weir_memory_usage(WEIR_MEMORY_NUMBER).allocations;
    for (int i = 0; i < 100; i++)
        use_gmp();
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_NUMBER).allocations,
                      allocations);
    weir_memory_release_gmp();
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_NUMBER).live, before);
    weir_memory_release_gmp();
}
END_TEST

START_TEST(gmp_leaves_no_more_than_a_little)
{
    mpz_t many[1000];
    weir_memory_hook_gmp();
    uint64_t before = weir_memory_usage(WEIR_MEMORY_NUMBER).live;
    for (size_t i = 0; i < 1000; i++)
        mpz_init2(many[i], 64 * (i % 300 + 1));
    for (size_t i = 0; i < 1000; i++)
        mpz_clear(many[i]);
    ck_assert_uint_lt(weir_memory_usage(WEIR_MEMORY_NUMBER).live,
                      before + 80 * KIB);
    weir_memory_release_gmp();
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_NUMBER).live, before);
}
END_TEST

/* In a child process: if GMP is refused memory, the process prints one line and
 * exits with 4. */
START_TEST(gmp_refused_says_why_and_exits_4)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        weir_memory_hook_gmp();
        weir_memory_limit(live() + 4 * KIB);
        mpz_t number;
        mpz_init_set_ui(number, 1);
        mpz_mul_2exp(number, number, 100000000);
        _exit(0);
    }
    close(ends[1]);
    char said[200] = "";
    ssize_t n = read(ends[0], said, sizeof(said) - 1);
    close(ends[0]);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 4);
    ck_assert_int_gt(n, 0);
    ck_assert_ptr_nonnull(strstr(said, "--memory"));
    ck_assert_ptr_eq(strchr(said, '\n'), said + n - 1);
}
END_TEST

START_TEST(estimate_adds_lines_and_overflows_into_the_last)
{
    struct weir_estimate estimate = {0};
    ck_assert_uint_eq(weir_estimate_total(&estimate), 0);
    weir_estimate_add(&estimate, 100, "batch %d of %d", 1, 2);
    ck_assert_str_eq(estimate.line[0].what, "batch 1 of 2");
    for (size_t i = 1; i < 60; i++)
        weir_estimate_add(&estimate, 1, "line");
    ck_assert_uint_eq(estimate.n, 48);
    ck_assert_uint_eq(weir_estimate_total(&estimate), 159);
    weir_estimate_add(&estimate, 1, "%0100d", 1);
    ck_assert_uint_eq(estimate.n, 48);
    struct weir_estimate other = {0};
    weir_estimate_add(&other, 1, "%0100d", 1);
    ck_assert_uint_eq(strlen(other.line[0].what), 63);
}
END_TEST

START_TEST(estimate_is_that_of_the_largest_phase)
{
    struct weir_estimate estimate = {0}, twice = {0};
    weir_estimate_add(&estimate, 1, "all phases");
    estimate.phases = WEIR_PHASE_READ;
    weir_estimate_add(&estimate, 10, "read");
    estimate.phases = WEIR_PHASE_READ | WEIR_PHASE_MERGE;
    weir_estimate_add(&estimate, 100, "both");
    estimate.phases = WEIR_PHASE_MERGE | WEIR_PHASE_SORT;
    weir_estimate_add(&estimate, 1000, "both");
    ck_assert_uint_eq(weir_estimate_phase(&estimate, WEIR_PHASE_LOAD), 1);
    ck_assert_uint_eq(weir_estimate_phase(&estimate, WEIR_PHASE_READ), 111);
    ck_assert_uint_eq(weir_estimate_phase(&estimate, WEIR_PHASE_MERGE), 1101);
    ck_assert_uint_eq(weir_estimate_phase(&estimate, WEIR_PHASE_SORT), 1001);
    ck_assert_uint_eq(weir_estimate_total(&estimate), 1101);
    weir_estimate_add_all(&twice, &estimate, 2);
    ck_assert_uint_eq(weir_estimate_total(&twice), 2202);
    ck_assert_str_eq(twice.line[1].what, "2 x read");
    ck_assert_uint_eq(twice.line[1].phases, WEIR_PHASE_READ);
}
END_TEST

static const struct {
    uint64_t bytes;
    const char *text;
} texts[] = {
    {0, "0 bytes"},
    {1023, "1023 bytes"},
    {1024, "1 KiB"},
    {1536, "1.5 KiB"},
    {UINT64_C(128) * 1024, "128 KiB"},
    {1048524, "1023.9 KiB"},
    {1048525, "1 MiB"},
    {1048575, "1 MiB"},
    {3 << 19, "1.5 MiB"},
    {UINT64_C(5) << 40, "5 TiB"},
    {UINT64_MAX, "16 EiB"},
};

START_TEST(size_text_is_short)
{
    char into[32];
    ck_assert_str_eq(weir_size_text(into, texts[_i].bytes), texts[_i].text);
}
END_TEST

/* Every size that the text can be read as allows the bytes, and hardly more. */
START_TEST(size_enough_is_enough)
{
    char into[32];
    uint64_t drawn = 1;
    for (unsigned i = 0; i < 200000; i++) {
        drawn = drawn * 6364136223846793005u + 1442695040888963407u;
        uint64_t bytes = drawn >> (24 + i % 40), parsed;
        (void)weir_size_enough(into, bytes);
        char *blank = strchr(into, ' ');
        if (strcmp(blank, " bytes") == 0)
            *blank = '\0';
        else
            memmove(blank, blank + 1, strlen(blank));
        ck_assert_msg(weir_size_parse(into, &parsed), "%s", into);
        ck_assert_msg(parsed >= bytes && parsed - bytes <= bytes / 10,
                      "%s is %llu, not %llu", into, (unsigned long long)parsed,
                      (unsigned long long)bytes);
    }
}
END_TEST

static const struct {
    const char *text;
    uint64_t bytes;
} sizes[] = {
    {"0", 0},
    {"4096", 4096},
    {"4096B", 4096},
    {"1k", 1024},
    {"64M", 64 << 20},
    {"64m", 64 << 20},
    {"16MiB", 16 << 20},
    {"16mib", 16 << 20},
    {"1.5g", UINT64_C(3) << 29},
    {".5K", 512},
    {"2.K", 2048},
    {"0.001K", 1},
    {"1.999999T", 2199022156040},
    {"16777215T", UINT64_C(16777215) << 40},
    {"18446744073709551615", UINT64_MAX},
};

START_TEST(size_parse_reads_sizes)
{
    uint64_t bytes = 1;
    ck_assert(weir_size_parse(sizes[_i].text, &bytes));
    ck_assert_uint_eq(bytes, sizes[_i].bytes);
}
END_TEST

static const char *const no_sizes[] = {
    "",     "-1",   " 1",   "1 M", "M",         ".",
    ".M",   "1.5",  "1x",   "1Mx", "1MM",       "1.2.3M",
    "0x10", "1e6",  "1ib",  "1i",  "16777216T", "18446744073709551616",
    "+1",   "1MBB", "1kbi",
};

START_TEST(size_parse_refuses_the_rest)
{
    uint64_t bytes = 42;
    ck_assert_msg(!weir_size_parse(no_sizes[_i], &bytes), "'%s' was read",
                  no_sizes[_i]);
    ck_assert_uint_eq(bytes, 42);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *ledger = tcase_create("ledger");
    tcase_add_test(ledger, ledger_counts_what_malloc_hands_out);
    tcase_add_test(ledger, components_are_told_apart);
    tcase_add_test(ledger, realloc_keeps_the_bytes_and_the_account);
    tcase_add_test(ledger, peak_is_the_most_that_lived);
    tcase_add_test(ledger, limit_is_kept);
    tcase_add_test(ledger, limit_holds_for_rounded_sizes);
    tcase_add_test(ledger, threads_share_one_limit);
    tcase_add_test(ledger, fail_at_refuses_the_nth_once);
    tcase_add_test(ledger, copy_text_is_terminated);
    tcase_add_test(ledger, grow_doubles_and_keeps);
    tcase_add_test(ledger, gmp_takes_from_the_ledger);
    tcase_add_test(ledger, gmp_comes_back_for_what_it_gave);
    tcase_add_test(ledger, gmp_leaves_no_more_than_a_little);
    tcase_add_test(ledger, gmp_refused_says_why_and_exits_4);
    suite_add_tcase(suite, ledger);
    TCase *estimate = tcase_create("estimate");
    tcase_add_test(estimate, estimate_adds_lines_and_overflows_into_the_last);
    tcase_add_test(estimate, estimate_is_that_of_the_largest_phase);
    tcase_add_loop_test(estimate, size_text_is_short, 0,
                        sizeof(texts) / sizeof(texts[0]));
    tcase_add_test(estimate, size_enough_is_enough);
    tcase_add_loop_test(estimate, size_parse_reads_sizes, 0,
                        sizeof(sizes) / sizeof(sizes[0]));
    tcase_add_loop_test(estimate, size_parse_refuses_the_rest, 0,
                        sizeof(no_sizes) / sizeof(no_sizes[0]));
    suite_add_tcase(suite, estimate);
    return suite_fails(suite);
}
