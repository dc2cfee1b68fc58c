/*
 * base/hash.c: hashes of texts that an adversary may choose. No key makes many
 * other keys collide. Texts that collide under one seed do not collide under
 * another. The answer of a table is the same under all seeds.
 */
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "cli/formats/json.h"
#include "eager/dictionary.h"
#include "pipeline/groups/group.h"
#include "tests/deny.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define PAD 64
#define KEY_CAPACITY 48
#define BUCKETS 256u

static struct weir_error error;

/* A text and the bytes around it that may be read. */
struct padded {
    char bytes[PAD + KEY_CAPACITY + PAD];
};

static char *text_of(struct padded *padded)
{
    return padded->bytes + PAD;
}

static void draw_text(struct padded *padded, uint64_t *seed, size_t len)
{
    for (size_t i = 0; i < len; i++)
        text_of(padded)[i] = (char)('a' + draw(seed, 26));
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t count_different(uint64_t *value, size_t n)
{
    size_t different = 0;
    qsort(value, n, sizeof *value, by_value);
    for (size_t i = 0; i < n; i++)
        different += i == 0 || value[i] != value[i - 1];
    return different;
}

/* Words that would make a factor zero if the constants were known, and the
 * seed's own words, which would be the worst choice of an adversary. */
static const uint64_t words[] = {0x2d358dccaa6c78a5, 0x2d358dccaa6c78b5,
                                 0x8bb84b93962eacc9, 0, UINT64_MAX};
#define N_WORDS (sizeof words / sizeof *words)

START_TEST(no_word_takes_the_rest_out_of_the_hash)
{
    static uint64_t hash[2][2000];
    struct weir_seed seed = weir_seed_draw();
    uint64_t state = 7;
    struct padded padded = {""};
    draw_text(&padded, &state, KEY_CAPACITY);
    for (size_t k = 0; k < 2 * (N_WORDS + 2); k++) {
        size_t w = k / 2;
        uint64_t word = w < N_WORDS ? words[w] : seed.word[w - N_WORDS];
        char *fixed = text_of(&padded) + k % 2 * 8;
        char *drawn = text_of(&padded) + (1 - k % 2) * 8;
        memcpy(fixed, &word, sizeof word);
        for (uint64_t i = 0; i < 2000; i++) {
            memcpy(drawn, &i, sizeof i);
            hash[0][i] = weir_hash_padded(&seed, text_of(&padded), 16);
            hash[1][i] = weir_hash_known(text_of(&padded), 16);
        }
        ck_assert_uint_eq(count_different(hash[0], 2000), 2000);
        ck_assert_uint_eq(count_different(hash[1], 2000), 2000);
    }
}
END_TEST

static uint32_t bucket_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32) % BUCKETS;
}

static uint64_t hash_of(const struct weir_seed *seed, struct padded *padded,
                        size_t len, bool any)
{
    return any ? weir_hash(seed, text_of(padded), len)
               : weir_hash_padded(seed, text_of(padded), len);
}

/* Takes 200 texts that share a bucket under one seed, and counts their buckets,
 * of 256, under another seed. Some 139 are expected. */
static size_t buckets_under_another(size_t len, bool any)
{
    struct weir_seed one = weir_seed_draw(), other = weir_seed_draw();
    uint64_t state = len + 1, bucket[200];
    struct padded padded = {""};
    for (size_t n = 0; n < 200;) {
        draw_text(&padded, &state, len);
        if (bucket_of(hash_of(&one, &padded, len, any)) == 0)
            bucket[n++] = bucket_of(hash_of(&other, &padded, len, any));
    }
    return count_different(bucket, 200);
}

START_TEST(what_collides_under_one_seed_does_not_under_another)
{
    for (size_t len = 4; len <= 40; len += 3) {
        ck_assert_uint_gt(buckets_under_another(len, false), 80);
        ck_assert_uint_gt(buckets_under_another(len, true), 80);
    }
}
END_TEST

/* Group tables: the tag of each group's slot. */
#define GROUPS 20000

static struct padded key[GROUPS];
static struct weir_span key_span[GROUPS];
static uint32_t tag[2][GROUPS];

static void fill_groups(struct weir_groups *groups, uint32_t *tags)
{
    static uint32_t group[GROUPS];
    struct weir_vector vector = {.base = (char *)key, .span = key_span};
    const struct weir_vector *const part[] = {&vector};
    ck_assert_int_eq(weir_groups_init(groups, 1, &error), WEIR_OK);
    ck_assert_int_eq(weir_groups_find(groups, part, GROUPS, group, &error),
                     WEIR_OK);
    for (uint32_t i = 0; i < GROUPS; i++)
        ck_assert_uint_eq(group[i], i);
    for (size_t i = 0; i <= groups->slot_mask; i++)
        if (groups->slot[i].group)
            tags[groups->slot[i].group - 1] = groups->slot[i].tag;
}

START_TEST(group_tables_have_seeds_of_their_own)
{
    static uint64_t bucket[GROUPS];
    uint64_t state = 3;
    struct weir_groups groups;
    size_t n = 0;
    for (uint32_t i = 0; i < GROUPS; i++) {
        size_t len = 8 + i % 32;
        draw_text(&key[i], &state, len);
        memcpy(text_of(&key[i]), &i, sizeof i); /* all keys are different */
        key_span[i] = (struct weir_span){(uint32_t)(i * sizeof *key + PAD),
                                         (uint32_t)len};
    }
    for (size_t k = 0; k < 2; k++) {
        fill_groups(&groups, tag[k]);
        weir_groups_release(&groups);
    }
    for (uint32_t i = 0; i < GROUPS; i++)
        if (tag[0][i] % BUCKETS == 0)
            bucket[n++] = tag[1][i] % BUCKETS;
    ck_assert_uint_gt(n, 20);
    ck_assert_uint_gt(count_different(bucket, n), n / 2);
}
END_TEST

/* Codes follow the order of first appearance, whatever the seed. */
START_TEST(dictionaries_give_the_same_codes_under_all_seeds)
{
    static struct weir_dictionary dictionary[4];
    struct padded padded = {""};
    for (size_t k = 0; k < 4; k++) {
        uint64_t state = 5;
        ck_assert(weir_dictionary_init(&dictionary[k]));
        for (uint32_t i = 0; i < 3000; i++) {
            draw_text(&padded, &state, 12);
            memcpy(text_of(&padded), &i, sizeof i);
            struct weir_text text = {text_of(&padded), 12};
            ck_assert_uint_eq(weir_dictionary_code(&dictionary[k], text), i);
            ck_assert_uint_eq(weir_dictionary_code(&dictionary[k], text), i);
        }
        ck_assert(k == 0 || memcmp(&dictionary[k].seed, &dictionary[0].seed,
                                   sizeof dictionary->seed) != 0);
        weir_dictionary_release(&dictionary[k]);
    }
}
END_TEST

START_TEST(unique_names_are_the_same_under_all_seeds)
{
    static const char *const name[] = {"a", "a", "a_2", "a", "", "", "b", "a"};
    static const uint32_t want[] = {0, 3, 0, 4, 0, 2, 0, 5};
    for (size_t k = 0; k < 50; k++) {
        uint32_t suffix[8];
        ck_assert_int_eq(weir_unique_names(name, 8, suffix, &error), WEIR_OK);
        ck_assert_mem_eq(suffix, want, sizeof want);
    }
}
END_TEST

/* Draws seeds on a thread to which the kernel gives no random numbers. */
static void *draw_without_kernel(void *seeds)
{
    struct weir_seed *seed = seeds;
    if (!deny(SYS_getrandom, DENY_ALWAYS, 0, ENOSYS))
        return NULL;
    seed[0] = weir_seed_draw();
    seed[1] = weir_seed_draw();
    return seeds;
}

START_TEST(seeds_differ_even_without_the_kernel)
{
    struct weir_seed seed[4] = {{{0, 0}}};
    uint64_t word[8];
    pthread_t thread;
    void *drawn;
    ck_assert_int_eq(pthread_create(&thread, NULL, draw_without_kernel, seed),
                     0);
    ck_assert_int_eq(pthread_join(thread, &drawn), 0);
    ck_assert_ptr_eq(drawn, seed);
    seed[2] = weir_seed_draw();
    seed[3] = weir_seed_draw();
    memcpy(word, seed, sizeof word);
    ck_assert_uint_eq(count_different(word, 8), 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *tests = tcase_create("hash");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, no_word_takes_the_rest_out_of_the_hash);
    tcase_add_test(tests, what_collides_under_one_seed_does_not_under_another);
    tcase_add_test(tests, group_tables_have_seeds_of_their_own);
    tcase_add_test(tests, dictionaries_give_the_same_codes_under_all_seeds);
    tcase_add_test(tests, unique_names_are_the_same_under_all_seeds);
    tcase_add_test(tests, seeds_differ_even_without_the_kernel);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
