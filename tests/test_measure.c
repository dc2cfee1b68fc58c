/*
 * The law of pipeline/measure.c. What is measured, window by window, is what a
 * store of all the records takes. This holds for every layout, even if the pool
 * is too small and texts are evicted.
 */
#include "pipeline/load.h"

#include "eager/pool.h"
#include "eager/store.h"
#include "readers/csv/csv.h"
#include "tests/runner.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORDS 30000
#define LAYOUTS_MAX 16

static char path[] = "/tmp/weir-test-measure-XXXXXX";
static uint32_t column[4] = {0, 1, 2, 3};

/* Numbers, texts that repeat soon or much later, and texts that never
 * repeat. */
static bool write_records(void)
{
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file)
        return false;
    (void)fprintf(file, "n,often,far,once\n");
    for (int i = 0; i < RECORDS; i++)
        (void)fprintf(file, "%d,%s,text that is far: %d,only at %d\n", i % 977,
                      i % 3 ? "seldom" : "often", i * 31 % 5000, i * 7919);
    return fclose(file) == 0;
}

static struct weir_stream *open_records(void)
{
    static const char *paths[] = {path};
    struct weir_error error;
    const struct weir_csv_inputs inputs = {.path = paths, .n = 1};
    const struct weir_reading reading = {0};
    struct weir_stream *stream = weir_csv_open(&inputs, &reading, &error);
    ck_assert_msg(stream != NULL, "%s", error.message);
    weir_stream_project(stream, column, 4);
    return stream;
}

static size_t measure(struct weir_store_account *counts)
{
    struct weir_error error;
    struct weir_record_counts read;
    struct weir_stream *stream = open_records(), *store[LAYOUTS_MAX];
    size_t n = 0;
    for (; weir_layouts[n]; n++) {
        store[n] = weir_store_open(weir_layouts[n], stream, false, &error);
        ck_assert_ptr_nonnull(store[n]);
    }
    weir_pool_keep(true);
    ck_assert_int_eq(weir_measure(stream, store, n, NULL, &read, &error),
                     WEIR_OK);
    ck_assert_uint_eq(read.read, RECORDS);
    for (size_t i = 0; i < n; i++) {
        weir_store_account(store[i], &counts[i]);
        weir_stream_close(store[i]);
    }
    weir_pool_keep(false);
    weir_stream_close(stream);
    return n;
}

static void ck_assert_near(uint64_t got, uint64_t want, unsigned part)
{
    uint64_t off = got > want ? got - want : want - got;
    ck_assert_msg(off * part <= want, "%llu measured, %llu held",
                  (unsigned long long)got, (unsigned long long)want);
}

/* The figures agree to one part in `part`, because slack depends on where
 * malloc finds free memory. */
static void compare(const struct weir_layout *layout,
                    const struct weir_store_account *measured, unsigned part)
{
    struct weir_error error;
    struct weir_record_counts read;
    struct weir_store_account held;
    struct weir_stream *stream = open_records();
    const struct weir_plan plan = {.projected = column, .n_projected = 4};
    const struct weir_loading loading = {.layout = layout, .threads = 1};
    uint64_t before = weir_memory_usage(WEIR_MEMORY_STORE).live;
    struct weir_stream *store =
        weir_load(&loading, stream, &plan, &read, &error);
    ck_assert_ptr_nonnull(store);
    weir_store_account(store, &held);
    ck_assert_uint_eq(measured->records, held.records);
    ck_assert_uint_eq(measured->cost.payload, held.cost.payload);
    ck_assert_uint_eq(measured->cost.pointers, held.cost.pointers);
    ck_assert_near(measured->cost.names, held.cost.names, 1000);
    ck_assert_uint_eq(measured->cost.allocations, held.cost.allocations);
    ck_assert_near(measured->places, held.places, 50);
    ck_assert_near(weir_cost_bytes(&measured->cost) + measured->places,
                   weir_memory_usage(WEIR_MEMORY_STORE).live - before, part);
    weir_stream_close(store);
    weir_stream_close(stream);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_STORE).live, before);
}

/* The pool's cap in bytes: all that it needs, or too little. With too little,
 * texts are evicted after the records around them were freed, and malloc takes
 * blocks out of holes that are a little too large. */
static const struct {
    uint64_t cap;
    unsigned part;
} pools[] = {{(uint64_t)64 << 20, 50}, {(uint64_t)128 << 10, 20}};

START_TEST(measured_is_held)
{
    struct weir_store_account counts[LAYOUTS_MAX];
    struct weir_pool_account before, after;
    weir_pool_cap(pools[_i].cap);
    weir_pool_account(&before);
    size_t n = measure(counts);
    weir_pool_account(&after);
    ck_assert_int_eq(after.evictions > before.evictions, _i == 1);
    ck_assert_uint_eq(weir_cost_bytes(&after.cost), 0);
    for (size_t i = 0; i < n; i++)
        compare(weir_layouts[i], &counts[i], pools[_i].part);
    weir_pool_cap(pools[0].cap);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("measure");
    TCase *law = tcase_create("law");
    tcase_add_loop_test(law, measured_is_held, 0, sizeof pools / sizeof *pools);
    suite_add_tcase(suite, law);
    if (!write_records())
        return 1;
    bool failed = suite_fails(suite);
    (void)unlink(path);
    return failed;
}
