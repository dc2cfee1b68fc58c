/*
 * The law of prefetching. A source that decodes ahead gives the text, the end
 * and the errors of a source that is read in sequence. This holds for every
 * input, whatever is broken in it, however its bytes arrive and are asked for.
 */
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define N(array) (sizeof(array) / sizeof *(array))

/* Several times the size of the ring. */
#define LONG ((size_t)5000000)
#define PARTS ((size_t)50)

static struct bytes text, packed, expected, got;
static struct weir_error expected_error, error;

static const struct packing {
    void (*add)(struct bytes *to, const void *from, size_t len);
    const char *path, *inflater;
} packings[] = {
    {add_zstd, "x.csv.zst", ""},    {add_gzip, "x.csv.gz", "isal"},
    {add_gzip, "x.csv.gz", "zlib"}, {add_xz, "x.csv.xz", ""},
    {add_bzip2, "x.csv.bz2", ""},   {add_lz4, "x.csv.lz4", ""},
};
static const struct packing *packing;

/* Packs parts of up to `max` bytes of text, some of them empty. */
static void begin(int which, size_t len, size_t max, uint64_t seed)
{
    packing = &packings[which];
    setenv("WEIR_GZIP", packing->inflater, 1);
    text.len = packed.len = 0;
    bytes_add_csv(&text, len, (unsigned)seed + 1);
    for (size_t at = 0; at < text.len;) {
        size_t n = draw(&seed, 4) ? draw(&seed, (unsigned)max) + 1 : 0;
        n = n < text.len - at ? n : text.len - at;
        packing->add(&packed, text.at + at, n);
        at += n;
    }
    packing->add(&packed, NULL, 0);
}

static void end(void)
{
    bytes_free(&text);
    bytes_free(&packed);
    bytes_free(&expected);
    bytes_free(&got);
}

/* A random size of a read. */
static size_t any_size(void *seed)
{
    return draw(seed, draw(seed, 8) ? 300 : 200000) + 1;
}

/* Opens the packed bytes as an input of that name. With or without prefetching,
 * ISA-L gives a byte or two less of a damaged member if the compressed bytes
 * arrive in parts, so for ISA-L they arrive at once. */
static struct weir_source *open_packed(uint64_t *seed)
{
    weir_error_init(&error);
    struct weir_source *source =
        weir_memory_source_open(packed.at, packed.len, &error);
    if (strcmp(packing->inflater, "isal") != 0)
        source = chunked_open(source, any_size, seed);
    return weir_source_detect(source, packing->path, NULL, &error);
}

/* Reads the input to its end: the first bytes in sequence, the rest with
 * prefetching. */
static enum weir_status prefetches(size_t first, uint64_t seed)
{
    uint8_t head[64];
    uint64_t source_seed = seed, reads = seed + 1;
    got.len = 0;
    struct weir_source *source = open_packed(&source_seed);
    if (!source)
        return error.status;
    for (ptrdiff_t n = 1; n > 0 && got.len < first;) {
        n = weir_read(source, head, 1 + draw(&reads, sizeof head), &error);
        if (n > 0)
            bytes_add(&got, head, (size_t)n);
    }
    ck_assert(weir_source_prefetch(source, NULL));
    ck_assert(!weir_source_decodes(source));
    source = chunked_open(source, any_size, &reads);
    return drain(source, draw(&reads, 2) ? 100000 : 500, &got, &error);
}

static void ck_assert_alike(uint64_t seed, const char *what, size_t at)
{
    weir_ran(WEIR_RAN_TURN);
    enum weir_status status = decode(&packed, packing->path, 1 << 20, 139000,
                                     &expected, &expected_error);
    enum weir_status other = prefetches((size_t)50 * draw(&seed, 3), seed);
    ck_assert_int_eq(status, other);
    ck_assert_msg(bytes_same(&expected, &got),
                  "%s at %zu of %zu: %zu bytes of text for %zu: %s", what, at,
                  packed.len, got.len, expected.len, expected_error.message);
    if (status == WEIR_END)
        return;
    ck_assert_str_eq(error.message, expected_error.message);
    ck_assert_str_eq(error.place, expected_error.place);
}

START_TEST(whole_inputs_give_the_same)
{
    static const size_t max[] = {20, 1000, 100000, 3000000};
    for (size_t i = 0; i < N(max); i++) {
        begin(_i, max[i] * 3, max[i], i);
        ck_assert_alike(i, "whole", 0);
        ck_assert(bytes_same(&text, &got));
        end();
    }
}
END_TEST

START_TEST(inputs_cut_anywhere_give_the_same)
{
    begin(_i, 30000, 10000, 5);
    size_t whole = packed.len;
    for (size_t cut = 0; cut < 200; cut += stride(3)) {
        packed.len = cut < 100 ? cut : whole - 200 + cut;
        ck_assert_alike(cut, "cut", cut);
    }
    end();
}
END_TEST

START_TEST(inputs_flipped_anywhere_give_the_same)
{
    static const size_t max[] = {50, 5000, 500000};
    for (uint64_t seed = 0; seed < 300; seed += stride(4)) {
        uint64_t state = seed;
        if (seed % 100 == 0)
            begin(_i, max[seed / 100], max[seed / 100], seed);
        size_t at = draw(&state, (unsigned)packed.len);
        uint8_t mask = (uint8_t)(1u << draw(&state, 8));
        packed.at[at] ^= mask;
        ck_assert_alike(seed, "flipped", at);
        packed.at[at] ^= mask;
    }
    end();
}
END_TEST

/* The source may be closed at any time, even while its thread waits because the
 * ring is full. */
START_TEST(closing_in_the_middle_ends_the_thread)
{
    uint8_t some[1000];
    uint64_t seed = 3;
    begin(_i, LONG, LONG / 2, 3);
    for (size_t reads = 0; reads < 60; reads++) {
        struct weir_source *source = open_packed(&seed);
        uint64_t full = weir_mechanism_count(WEIR_RAN_AHEAD_FULL);
        ck_assert(weir_source_prefetch(source, NULL));
        for (size_t i = 0; i < reads; i++)
            ck_assert_int_gt(weir_read(source, some, sizeof some, &error), 0);
        if (reads % 4 == 0)
            mechanism_wait(WEIR_RAN_AHEAD_FULL, full);
        weir_source_close(source);
    }
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_DECODER).live, 0);
    end();
}
END_TEST

/* A source of the packed bytes, as many as `allowed` says; then it waits. */
struct gate {
    struct weir_source source;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t allowed, given;
};

static ptrdiff_t gate_read(struct weir_source *source, void *into,
                           size_t capacity, struct weir_error *failure)
{
    struct gate *gate = (struct gate *)source;
    (void)failure;
    pthread_mutex_lock(&gate->lock);
    while (gate->given == gate->allowed && gate->given < packed.len)
        pthread_cond_wait(&gate->changed, &gate->lock);
    size_t n = gate->allowed - gate->given;
    n = n < capacity ? n : capacity;
    memcpy(into, packed.at + gate->given, n);
    gate->given += n;
    pthread_mutex_unlock(&gate->lock);
    return (ptrdiff_t)n;
}

static void gate_open(struct gate *gate, size_t allowed)
{
    pthread_mutex_lock(&gate->lock);
    gate->allowed = allowed;
    pthread_cond_signal(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_close(struct weir_source *source)
{
    (void)source;
}

/* If an input pauses, all text that its bytes decode to can be read. */
START_TEST(what_is_there_is_given_before_more_comes)
{
    static const struct weir_source_ops ops = {.read = gate_read,
                                               .close = gate_close};
    struct gate gate = {.source.ops = &ops,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .changed = PTHREAD_COND_INITIALIZER};
    uint8_t some[100];
    begin(_i, 0, 1, 0);
    packed.len = 0;
    for (size_t i = 0; i < PARTS; i++)
        packing->add(&packed, "0123456789", 10);
    size_t part = packed.len / PARTS, n = 0;
    gate.allowed = 4 * part; /* opening peeks at the first bytes */
    struct weir_source *source =
        weir_source_detect(&gate.source, packing->path, NULL, &error);
    ck_assert(weir_source_prefetch(source, NULL));
    for (size_t i = 4; i <= PARTS; i++) {
        gate_open(&gate, i * part);
        while (n < i * 10) {
            ptrdiff_t got_now = weir_read(source, some, sizeof some, &error);
            ck_assert_int_gt(got_now, 0);
            n += (size_t)got_now;
        }
    }
    ck_assert_int_eq(weir_read(source, some, sizeof some, &error), 0);
    weir_source_close(source);
    end();
}
END_TEST

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define ck_assert_needs_a_thread(source)
#else
/* There is memory for the ring, which malloc has kept, and none for a thread's
 * stack. */
static void ck_assert_needs_a_thread(struct weir_source *source)
{
    struct rlimit none = {0, 0}, before;
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &before), 0);
    none.rlim_max = before.rlim_max;
    for (int i = 0; i < 2; i++) {
        void *volatile ring = malloc(weir_prefetch_bytes());
        free(ring);
    }
    uint64_t had = weir_memory_usage(WEIR_MEMORY_DECODER).allocations;
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &none), 0);
    bool prefetch = weir_source_prefetch(source, NULL);
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
    ck_assert(!prefetch);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_DECODER).allocations,
                      had + 1);
}
#endif

/* Without memory or a thread the source is read in sequence as before. */
START_TEST(without_memory_or_a_thread_it_is_read_in_sequence)
{
    uint64_t seed = 1;
    begin(_i, LONG, LONG / 2, 3);
    struct weir_source *source = open_packed(&seed);
    weir_memory_fail_at(1);
    ck_assert(!weir_source_prefetch(source, NULL));
    weir_memory_fail_at(0);
    ck_assert_needs_a_thread(source);
    got.len = 0;
    ck_assert_int_eq(drain(source, 100000, &got, &error), WEIR_END);
    ck_assert(bytes_same(&text, &got));
    end();
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_AHEAD_READ, 100000, 50000},
    {WEIR_RAN_AHEAD_FULL, 45, 45},
    {WEIR_RAN_FRAME_CROSSED, 1500, 500},
    {WEIR_RAN_MEMBER_CROSSED, 2800, 900},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("prefetch");
    TCase *tests = tcase_create("prefetch");
    tcase_set_timeout(tests, 200);
    int n = (int)N(packings);
    tcase_add_loop_test(tests, whole_inputs_give_the_same, 0, n);
    tcase_add_loop_test(tests, inputs_cut_anywhere_give_the_same, 0, n);
    tcase_add_loop_test(tests, inputs_flipped_anywhere_give_the_same, 0, n);
    tcase_add_loop_test(tests, what_is_there_is_given_before_more_comes, 0, n);
    tcase_add_loop_test(
        tests, without_memory_or_a_thread_it_is_read_in_sequence, 0, n);
    tcase_add_loop_test(tests, closing_in_the_middle_ends_the_thread, 0, n);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
