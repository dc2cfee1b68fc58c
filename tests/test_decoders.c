/*
 * What must hold for every decoder: zstd, gzip by ISA-L, gzip by zlib, xz,
 * bzip2 and lz4. Each test runs for each of them. If ISA-L is missing, zlib is
 * tried twice.
 */
#include "tests/runner.h"
#include "tests/source_kit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
    const char *name, *path, *part;
    const char *inflater; /* for WEIR_GZIP */
    void (*add)(struct bytes *to, const void *from, size_t len);
    size_t checksum; /* how many bytes before the end there is one of it; in a
                        part of 2500 bytes */
} kinds[] = {
    {"zstd", "in.csv.zst", "frame", "", add_zstd, 1},
    {"gzip", "in.csv.gz", "member", "isal", add_gzip, 5},
    {"gzip", "in.csv.gz", "member", "zlib", add_gzip, 5},
    {"gzip", "in.csv.gz", "member", "isal", add_gzip_full_header, 5},
    {"gzip", "in.csv.gz", "member", "zlib", add_gzip_full_header, 5},
    {"xz", "in.csv.xz", "block", "", add_xz, 25},
    {"bzip2", "in.csv.bz2", "stream", "", add_bzip2, 2},
    {"lz4", "in.csv.lz4", "frame", "", add_lz4, 1},
    {"lz4", "in.csv.lz4", "frame", "", add_lz4_sized, 5},
};
#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static const struct kind *kind;
static struct bytes text, packed, result;
static struct weir_error error;

static void begin(int i)
{
    kind = &kinds[i];
    ck_assert_int_eq(setenv("WEIR_GZIP", kind->inflater, 1), 0);
}

static void free_all(void)
{
    bytes_free(&text);
    bytes_free(&packed);
    bytes_free(&result);
}

static const char *expected(const char *format, unsigned part, size_t byte)
{
    static char scratch[200];
    (void)snprintf(scratch, sizeof(scratch), format, kind->name, kind->part,
                   part, byte);
    return scratch;
}

/* The decoder gets `size` bytes a read, is asked for `size` bytes, and both. */
static void read_by(size_t size)
{
    const size_t large = 65536;
    const size_t ways[3][2] = {{size, large}, {large, size}, {size, size}};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(decode(&packed, kind->path, ways[i][0], ways[i][1],
                                &result, &error),
                         WEIR_END);
        ck_assert(bytes_same(&result, &text));
    }
}

START_TEST(reads_of_any_size_give_the_same_bytes)
{
    static const size_t sizes[] = {1, 2, 3, 7, 63, 64, 65, 4095, 4096, 65536};
    begin(_i);
    bytes_add_csv(&text, 12000, 1);
    kind->add(&packed, text.at, 10000);
    kind->add(&packed, text.at + 10000, 2000);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        read_by(sizes[i]);
}
END_TEST

START_TEST(input_longer_than_every_buffer_is_read)
{
    static const size_t sizes[] = {1021, 4095, 4096, 65536, 1000000};
    begin(_i);
    bytes_add_csv(&text, 800000, 1);
    kind->add(&packed, text.at, 600000);
    kind->add(&packed, text.at + 600000, 200000);
    ck_assert_uint_gt(packed.len, (size_t)3 * 65536);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        read_by(sizes[i]);
}
END_TEST

START_TEST(content_decides_not_the_name)
{
    static const char *const paths[] = {"-", "in.csv", "in.zst", "in.gz", ""};
    begin(_i);
    bytes_add_csv(&text, 3000, 2);
    kind->add(&packed, text.at, text.len);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        ck_assert_int_eq(decode(&packed, paths[i], 4096, 4096, &result, &error),
                         WEIR_END);
        ck_assert(bytes_same(&result, &text));
        ck_assert_int_eq(decode(&text, paths[i], 4096, 4096, &result, &error),
                         WEIR_END);
        ck_assert(bytes_same(&result, &text));
    }
}
END_TEST

START_TEST(parts_are_one_input)
{
    begin(_i);
    bytes_add_csv(&text, 3000, 3);
    kind->add(&packed, NULL, 0);
    for (size_t at = 0; at < text.len; at += 100) {
        kind->add(&packed, text.at + at, 100);
        if (at % 300 == 0)
            kind->add(&packed, NULL, 0);
    }
    ck_assert_int_eq(decode(&packed, kind->path, 77, 4096, &result, &error),
                     WEIR_END);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

START_TEST(empty_parts_are_an_empty_input)
{
    begin(_i);
    kind->add(&packed, NULL, 0);
    kind->add(&packed, NULL, 0);
    ck_assert_int_eq(decode(&packed, kind->path, 77, 4096, &result, &error),
                     WEIR_END);
    ck_assert_uint_eq(result.len, 0);
}
END_TEST

START_TEST(cut_anywhere_is_an_error_but_between_parts)
{
    begin(_i);
    size_t boundary[4] = {0};
    bytes_add_csv(&text, 600, 4);
    for (size_t i = 0; i < 3; i++) {
        kind->add(&packed, text.at + 200 * i, 200);
        boundary[i + 1] = packed.len;
    }
    unsigned part = 1;
    for (size_t cut = 0; cut < packed.len; cut++) {
        struct bytes left = {packed.at, cut, 0};
        enum weir_status status =
            decode(&left, kind->path, 50, 100, &result, &error);
        if (cut == boundary[part]) {
            ck_assert_int_eq(status, WEIR_END);
            ck_assert_uint_eq(result.len, 200 * (size_t)part);
            ck_assert(bytes_begin(&text, &result));
            part++;
            continue;
        }
        ck_assert_msg(status == WEIR_IO, "cut at %zu: %d", cut, status);
        ck_assert_str_eq(error.place, kind->path);
        if (cut >= 4)
            ck_assert_str_eq(
                error.message,
                expected("%s %s %u truncated at compressed byte %zu", part,
                         cut));
    }
    ck_assert_uint_eq(part, 3);
}
END_TEST

/* Flips each bit of a byte in turn. Returns how many of the eight flips were
 * reported as errors. */
static unsigned flip(size_t byte)
{
    unsigned noticed = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        uint8_t mask = (uint8_t)(1u << bit);
        packed.at[byte] ^= mask;
        enum weir_status status =
            decode(&packed, kind->path, 4096, 4096, &result, &error);
        packed.at[byte] ^= mask;
        noticed += status < 0;
        ck_assert_msg(status < 0 || bytes_same(&result, &text),
                      "byte %zu bit %u", byte, bit);
    }
    return noticed;
}

START_TEST(flipped_bit_is_an_error_or_changes_nothing)
{
    begin(_i);
    bytes_add_csv(&text, 300, 5);
    kind->add(&packed, text.at, text.len);
    unsigned noticed = 0;
    unsigned flipped = 0;
    for (size_t byte = 0; byte < packed.len; byte++) {
        /* All bytes in the middle of a long header are alike. */
        if (byte > 100 && byte + 400 < packed.len)
            continue;
        noticed += flip(byte);
        flipped += 8;
    }
    /* Some bits do not concern the content: a time, a reserved flag. */
    ck_assert_uint_gt(noticed, flipped * 9 / 10);
}
END_TEST

START_TEST(wrong_checksum_says_where)
{
    begin(_i);
    bytes_add_csv(&text, 5000, 6);
    kind->add(&packed, text.at, 2500);
    kind->add(&packed, text.at + 2500, 2500);
    packed.at[packed.len - kind->checksum] ^= 1;
    ck_assert_int_eq(decode(&packed, kind->path, 100, 100, &result, &error),
                     WEIR_IO);
    ck_assert_ptr_nonnull(
        strstr(error.message,
               expected("%s %s %u damaged near compressed byte ", 2, 0)));
    ck_assert_ptr_nonnull(strstr(error.message, "check"));
}
END_TEST

START_TEST(garbage_after_the_last_part_is_an_error)
{
    static const char *const garbage[] = {"\n", "x", "PK\003\004", "garbage",
                                          "id,name\n1,2\n"};
    begin(_i);
    bytes_add_csv(&text, 1000, 7);
    kind->add(&packed, text.at, text.len);
    size_t len = packed.len;
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        packed.len = len;
        bytes_add_text(&packed, garbage[i]);
        ck_assert_int_eq(
            decode(&packed, kind->path, 4096, 4096, &result, &error), WEIR_IO);
        ck_assert_str_eq(
            error.message,
            expected("garbage after %s %s %u at compressed byte %zu", 1, len));
    }
}
END_TEST

START_TEST(layers_are_unwrapped_eight_deep)
{
    begin(_i);
    bytes_add_csv(&text, 1000, 8);
    bytes_add(&packed, text.at, text.len);
    for (int layer = 1; layer <= 9; layer++) {
        struct bytes wrapped = {0};
        kinds[layer % 2].add(&wrapped, packed.at, packed.len);
        bytes_free(&packed);
        packed = wrapped;
        enum weir_status status =
            decode(&packed, "-", 4096, 4096, &result, &error);
        ck_assert_int_eq(status, layer <= 8 ? WEIR_END : WEIR_LIMIT);
        ck_assert(layer > 8 || bytes_same(&result, &text));
    }
}
END_TEST

START_TEST(refused_allocations_leak_nothing)
{
    begin(_i);
    bytes_add_csv(&text, 100000, 9);
    kind->add(&packed, text.at, text.len);
    uint64_t before = weir_memory_total().live;
    enum weir_status status = WEIR_LIMIT;
    uint64_t n;
    for (n = 1; status != WEIR_END; n++) {
        weir_memory_fail_at(n);
        status = decode(&packed, kind->path, 4096, 4096, &result, &error);
        ck_assert_uint_eq(weir_memory_total().live, before);
        if (status == WEIR_END)
            break;
        ck_assert_int_eq(status, WEIR_LIMIT);
        ck_assert_ptr_nonnull(strstr(error.message, "--memory"));
        ck_assert_uint_lt(n, 100);
    }
    weir_memory_fail_at(0);
    ck_assert_uint_ge(n, 4);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

START_TEST(estimate_covers_what_is_held)
{
    begin(_i);
    struct weir_estimate estimate = {0};
    bytes_add_csv(&text, 300000, 10);
    kind->add(&packed, text.at, text.len);
    uint64_t before = weir_memory_total().live;
    uint64_t allocations;
    struct weir_source *source =
        weir_memory_source_open(packed.at, packed.len, &error);
    ck_assert_ptr_nonnull(source);
    source = weir_source_detect(source, kind->path, NULL, &error);
    ck_assert_ptr_nonnull(source);
    weir_source_estimate(source, &estimate);
    allocations = weir_memory_total().allocations;
    uint64_t held = weir_memory_total().live - before;
    ck_assert_int_eq(weir_read(source, (char[64]){0}, 64, &error), 32);
    ck_assert_int_eq(drain(source, 4096, &result, &error), WEIR_END);
    ck_assert_uint_eq(weir_memory_total().allocations, allocations);
    ck_assert_uint_eq(weir_memory_total().live, before);
    /* The estimate does not include what malloc adds by rounding up. */
    ck_assert_uint_le(held, weir_estimate_total(&estimate) + 16384);
    ck_assert_uint_ge(held, weir_estimate_total(&estimate));
}
END_TEST

#define ADD(test) tcase_add_loop_test(decoders, test, 0, N_KINDS)

int main(void)
{
    Suite *suite = suite_create("decoders");
    TCase *decoders = tcase_create("decoders");
    tcase_set_timeout(decoders, 60);
    tcase_add_checked_fixture(decoders, NULL, free_all);
    ADD(reads_of_any_size_give_the_same_bytes);
    ADD(input_longer_than_every_buffer_is_read);
    ADD(content_decides_not_the_name);
    ADD(parts_are_one_input);
    ADD(empty_parts_are_an_empty_input);
    ADD(cut_anywhere_is_an_error_but_between_parts);
    ADD(flipped_bit_is_an_error_or_changes_nothing);
    ADD(wrong_checksum_says_where);
    ADD(garbage_after_the_last_part_is_an_error);
    ADD(layers_are_unwrapped_eight_deep);
    ADD(refused_allocations_leak_nothing);
    ADD(estimate_covers_what_is_held);
    suite_add_tcase(suite, decoders);
    return suite_fails(suite);
}
