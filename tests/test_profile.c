/*
 * base/profile.c: each site of the code has its own exact count, from any
 * thread. base/memory.c: the ledger's peak between two calls.
 */
#include "base/memory.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define OTHER WEIR_MEMORY_OTHER

static struct weir_site here = {.file = "here", .line = 1};
static struct weir_site there = {.file = "there", .line = 2, .name = "lib"};

/* All zero before the first block of the site. */
static struct weir_site_usage usage_of(const struct weir_site *site)
{
    struct weir_site_usage usage;
    for (size_t i = 0; weir_profile_usage(i, &usage); i++)
        if (usage.allocations && usage.file == site->file &&
            usage.line == site->line)
            return usage;
    return (struct weir_site_usage){0};
}

static uint64_t live_of_all(void)
{
    struct weir_site_usage usage;
    uint64_t live = 0;
    for (size_t i = 0; weir_profile_usage(i, &usage); i++)
        live += usage.live;
    return live;
}

/* This test must be the first, because a profile that was started cannot be
 * stopped. */
START_TEST(what_lives_before_is_before)
{
    struct weir_site_usage usage;
    void *old = weir_alloc_at(&here, OTHER, 1000);
    ck_assert_ptr_nonnull(old);
    uint64_t bytes = malloc_usable_size(old);
    ck_assert_uint_eq(usage_of(&here).allocations, 0);
    ck_assert(weir_profile_start());
    ck_assert(weir_profile_usage(0, &usage));
    ck_assert_str_eq(usage.name, "before");
    ck_assert_ptr_null(usage.file);
    ck_assert_uint_eq(usage.live, weir_memory_total().live);
    uint64_t before = usage.live;
    weir_free(OTHER, old);
    ck_assert(weir_profile_usage(0, &usage));
    ck_assert_uint_eq(before - usage.live, bytes);
    ck_assert_uint_eq(usage_of(&here).allocations, 0);
}
END_TEST

static void begin(void)
{
    if (!(weir_watched() & WEIR_WATCH_SITES))
        ck_assert(weir_profile_start());
}

START_TEST(a_place_counts_its_own)
{
    begin();
    struct weir_site_usage was = usage_of(&here);
    void *a = weir_alloc_at(&here, OTHER, 100);
    void *b = weir_alloc_zero_at(&here, WEIR_MEMORY_STORE, 500000);
    void *c = weir_alloc_at(&there, OTHER, 30);
    ck_assert(a && b && c);
    uint64_t bytes = malloc_usable_size(a) + malloc_usable_size(b);
    struct weir_site_usage now = usage_of(&here);
    ck_assert_uint_eq(now.live - was.live, bytes);
    ck_assert_uint_ge(now.peak, now.live);
    ck_assert_uint_eq(now.allocations - was.allocations, 2);
    ck_assert_str_eq(usage_of(&there).name, "lib");
    weir_free(WEIR_MEMORY_STORE, b);
    weir_free(OTHER, a);
    ck_assert_uint_eq(usage_of(&here).live, was.live);
    ck_assert_uint_eq(usage_of(&here).peak, now.peak);
    weir_free(OTHER, c);
}
END_TEST

START_TEST(realloc_goes_to_who_asked_last)
{
    begin();
    struct weir_site_usage from = usage_of(&here), to = usage_of(&there);
    void *a = weir_alloc_at(&here, OTHER, 100);
    void *b = weir_realloc_at(&there, OTHER, a, 200000);
    ck_assert_ptr_nonnull(b);
    ck_assert_uint_eq(usage_of(&here).live, from.live);
    ck_assert_uint_eq(usage_of(&there).live - to.live, malloc_usable_size(b));
    weir_memory_fail_at(1);
    ck_assert_ptr_null(weir_realloc_at(&here, OTHER, b, 400000));
    ck_assert_uint_eq(usage_of(&here).live, from.live);
    ck_assert_uint_eq(usage_of(&there).live - to.live, malloc_usable_size(b));
    weir_free(OTHER, b);
    ck_assert_uint_eq(usage_of(&there).live, to.live);
}
END_TEST

/* Each line is a site; so is the caller of weir_grow and weir_copy_text. */
START_TEST(macros_say_where_they_stand)
{
    begin();
    size_t capacity = 0;
    int *array = NULL;
    char *text = weir_copy_text(OTHER, "abc", 3);
    int line = __LINE__ - 1;
    ck_assert(weir_grow(OTHER, &array, &capacity, 10));
    struct weir_site_usage usage;
    size_t found = 0;
    for (size_t i = 0; weir_profile_usage(i, &usage); i++)
        if (usage.file && strcmp(usage.file, "tests/test_profile.c") == 0 &&
            (usage.line == line || usage.line == line + 2)) {
            ck_assert_uint_gt(usage.live, 0);
            ck_assert_uint_eq(usage.allocations, 1);
            found++;
        }
    ck_assert_uint_eq(found, 2);
    weir_free(OTHER, text);
    weir_free(OTHER, array);
}
END_TEST

/* Whatever is done, the sum over the sites is what the ledger holds. */
START_TEST(places_add_up_to_the_ledger)
{
    static struct weir_site site[8];
    begin();
    void *block[100] = {0};
    uint64_t state = 7;
    for (int i = 0; i < 20000; i++) {
        void **at = &block[draw(&state, 100)];
        struct weir_site *by = &site[draw(&state, 8)];
        size_t bytes = draw(&state, i % 50 ? 500 : 300000);
        if (draw(&state, 3) == 0) {
            weir_free(OTHER, *at);
            *at = NULL;
        } else {
            *at = weir_realloc_at(by, OTHER, *at, bytes);
        }
        if (i % 1000 == 0)
            ck_assert_uint_eq(live_of_all(), weir_memory_total().live);
    }
    for (int i = 0; i < 100; i++)
        weir_free(OTHER, block[i]);
    ck_assert_uint_eq(live_of_all(), weir_memory_total().live);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(atomic_load(&site[i].live), 0);
}
END_TEST

#define N_THREADS 4
#define N_SHARED 64
#define N_TURNS 20000
static struct weir_site shared_site[4];
static void *_Atomic shared[N_SHARED];

/* Blocks change hands: a thread seldom frees a block that it has allocated. */
static void *exchange(void *seed)
{
    unsigned state = (unsigned)(uintptr_t)seed;
    for (int i = 0; i < N_TURNS; i++) {
        state = state * 1103515245 + 12345;
        void *mine = weir_alloc_at(&shared_site[state >> 28 & 3], OTHER,
                                   (state >> 16 & 1023) + 1);
        weir_free(OTHER,
                  atomic_exchange(&shared[state >> 20 & (N_SHARED - 1)], mine));
    }
    return NULL;
}

START_TEST(threads_miss_nothing)
{
    begin();
    pthread_t thread[N_THREADS];
    uint64_t allocations = 0;
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, exchange,
                                        (void *)(uintptr_t)(i + 1)),
                         0);
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(thread[i], NULL);
    ck_assert_uint_eq(live_of_all(), weir_memory_total().live);
    for (int i = 0; i < N_SHARED; i++)
        weir_free(OTHER, atomic_load(&shared[i]));
    for (int i = 0; i < 4; i++) {
        ck_assert_uint_eq(atomic_load(&shared_site[i].live), 0);
        ck_assert_uint_gt(atomic_load(&shared_site[i].peak), 0);
        allocations += atomic_load(&shared_site[i].allocations);
    }
    ck_assert_uint_eq(allocations, (uint64_t)N_THREADS * N_TURNS);
}
END_TEST

/* The peak is compared with a model, which knows after each step what is
 * allocated. */
START_TEST(reached_is_the_peak_between_askings)
{
    void *block[20] = {0};
    uint64_t state = 11;
    weir_memory_watch();
    (void)weir_memory_reached();
    uint64_t max = weir_memory_total().live;
    for (int i = 0; i < 20000; i++) {
        void **at = &block[draw(&state, 20)];
        if (*at && draw(&state, 2)) {
            weir_free(OTHER, *at);
            *at = NULL;
        } else {
            *at = weir_realloc(OTHER, *at, draw(&state, 100000));
        }
        uint64_t live = weir_memory_total().live;
        max = live > max ? live : max;
        if (draw(&state, 10))
            continue;
        struct weir_reach reach = weir_memory_reached();
        ck_assert_uint_eq(reach.live, live);
        ck_assert_uint_eq(reach.peak, max);
        max = live;
    }
    for (int i = 0; i < 20; i++)
        weir_free(OTHER, block[i]);
}
END_TEST

static _Atomic bool done;

static void *ask_often(void *max)
{
    uint64_t *peak = max;
    do {
        struct weir_reach reach = weir_memory_reached();
        ck_assert_uint_le(reach.live, reach.peak);
        *peak = reach.peak > *peak ? reach.peak : *peak;
    } while (!atomic_load(&done));
    struct weir_reach last = weir_memory_reached();
    *peak = last.peak > *peak ? last.peak : *peak;
    return NULL;
}

/* A block that exists only for an instant is not missed, whenever the peak is
 * asked for. */
START_TEST(no_peak_is_missed)
{
    uint64_t max = 0;
    pthread_t thread;
    atomic_store(&done, false);
    /* larger than all earlier blocks together, so that it is the process's
     * peak */
    size_t bytes = weir_memory_total().peak + 100000;
    weir_memory_watch();
    (void)weir_memory_reached();
    ck_assert_int_eq(pthread_create(&thread, NULL, ask_often, &max), 0);
    for (int i = 0; i < 3000; i++) {
        void *block = weir_alloc(OTHER, bytes + (size_t)(i == 1234) * 4096);
        ck_assert_ptr_nonnull(block);
        weir_free(OTHER, block);
    }
    atomic_store(&done, true);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(max, weir_memory_total().peak);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *sites = tcase_create("sites");
    tcase_add_test(sites, what_lives_before_is_before);
    tcase_add_test(sites, a_place_counts_its_own);
    tcase_add_test(sites, realloc_goes_to_who_asked_last);
    tcase_add_test(sites, macros_say_where_they_stand);
    tcase_add_test(sites, places_add_up_to_the_ledger);
    tcase_add_test(sites, threads_miss_nothing);
    suite_add_tcase(suite, sites);
    TCase *reach = tcase_create("reach");
    tcase_add_test(reach, reached_is_the_peak_between_askings);
    tcase_add_test(reach, no_peak_is_missed);
    suite_add_tcase(suite, reach);
    return suite_fails(suite);
}
