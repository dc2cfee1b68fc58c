/*
 * readers/sources/open.c and readers/codecs/: what is special to one codec, and
 * inputs that no codec decodes.
 */
#include "readers/codecs/zstd.h"
#include "tests/runner.h"
#include "tests/source_kit.h"

#include <check.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct bytes text, packed, result;
static struct weir_error error;

static void free_all(void)
{
    bytes_free(&text);
    bytes_free(&packed);
    bytes_free(&result);
}

static enum weir_status decode_as(const char *path)
{
    return decode(&packed, path, 1000, 1000, &result, &error);
}

/* Decodes with a limit on the window. */
static enum weir_status decode_within(uint64_t max_window)
{
    struct weir_source_options options = {.max_window = max_window};
    struct weir_source *source =
        weir_memory_source_open(packed.at, packed.len, &error);
    ck_assert_ptr_nonnull(source);
    source = weir_source_detect(source, "-", &options, &error);
    result.len = 0;
    return source ? drain(source, 4096, &result, &error) : error.status;
}

/* Appends a skippable frame of `len` bytes. */
static void add_skippable(size_t len)
{
    uint8_t header[8] = {0x5e,
                         0x2a,
                         0x4d,
                         0x18,
                         (uint8_t)len,
                         (uint8_t)(len >> 8),
                         (uint8_t)(len >> 16),
                         0};
    bytes_add(&packed, header, sizeof(header));
    for (size_t i = 0; i < len; i++)
        bytes_add(&packed, "\x28\xb5\x2f\xfd" + i % 4, 1);
}

START_TEST(plain_inputs_of_any_length_are_plain)
{
    bytes_add_csv(&text, 200, 1);
    for (size_t len = 0; len <= text.len; len++) {
        struct bytes plain = {text.at, len, 0};
        ck_assert_int_eq(decode(&plain, "-", 7, 9, &result, &error), WEIR_END);
        ck_assert(bytes_same(&result, &plain));
    }
}
END_TEST

START_TEST(text_that_begins_like_a_magic_number_is_plain)
{
    static const char *const texts[] = {"(", "(a", "P", "P*", "P*M", "P*Ma"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        packed.len = 0;
        bytes_add_text(&packed, texts[i]);
        ck_assert_int_eq(decode_as("-"), WEIR_END);
        ck_assert(bytes_same(&result, &packed));
    }
}
END_TEST

START_TEST(magic_number_cut_short_is_no_text)
{
    bytes_add_text(&packed, "\x28\xb5\x2f");
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_str_eq(error.place, "standard input");
    ck_assert_str_eq(error.message,
                     "zstd frame 1 truncated at compressed byte 3");
    packed.len = 2;
    ck_assert_int_eq(decode_as("-"), WEIR_IO);

    packed.len = 0;
    bytes_add_text(&packed, "\x1f\x8b");
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    packed.len = 1;
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_str_eq(error.message,
                     "gzip member 1 truncated at compressed byte 1");
}
END_TEST

START_TEST(empty_input_named_as_compressed_is_an_error)
{
    ck_assert_int_eq(decode_as("in.csv"), WEIR_END);
    ck_assert_int_eq(decode_as("zst"), WEIR_END);
    ck_assert_int_eq(decode_as("in.csv.zst"), WEIR_IO);
    ck_assert_str_eq(error.place, "in.csv.zst");
    ck_assert_str_eq(error.message,
                     "is empty (0 bytes), and its name promises zstd data");
    ck_assert_int_eq(decode_as("IN.GZ"), WEIR_IO);
    ck_assert_str_eq(error.message,
                     "is empty (0 bytes), and its name promises gzip data");
}
END_TEST

START_TEST(bytes_that_are_no_text_named_as_compressed_are_an_error)
{
    bytes_add(&packed, "\x00\x01\x02\x03\x04\x05", 6);
    ck_assert_int_eq(decode_as("in.csv"), WEIR_END);
    ck_assert_int_eq(decode_as("in.csv.gz"), WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "neither text nor the gzip"));
}
END_TEST

START_TEST(skippable_frames_are_skipped)
{
    static const size_t sizes[] = {0, 1, 5, 12, 70000};
    bytes_add_csv(&text, 1000, 2);
    for (size_t i = 0; i < 5; i++) {
        add_skippable(sizes[i]);
        add_zstd(&packed, text.at + 200 * i, 200);
    }
    add_skippable(9);
    ck_assert_int_eq(decode_as("-"), WEIR_END);
    ck_assert(bytes_same(&result, &text));

    packed.len--;
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "frame 11 truncated"));
}
END_TEST

START_TEST(skippable_frames_alone_are_an_empty_input)
{
    add_skippable(9);
    add_skippable(0);
    ck_assert_int_eq(decode_as("in.zst"), WEIR_END);
    ck_assert_uint_eq(result.len, 0);
}
END_TEST

START_TEST(missing_dictionary_is_an_error)
{
    /* One segment, dictionary 7, content of 0 bytes; an empty last block. */
    static const char frame[] = "\x28\xb5\x2f\xfd\x21\x07\x00\x01\x00\x00";
    bytes_add(&packed, frame, sizeof(frame) - 1);
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_str_eq(error.message, "zstd frame 1 needs dictionary 7; "
                                    "--zstd-dict FILE names it");
}
END_TEST

static const char *write_dictionary(const void *bytes, size_t len)
{
    static char path[40];
    int fd = memfd_create("dictionary", 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

/* Any bytes are a dictionary without a number; frames do not name it. */
START_TEST(dictionary_of_any_bytes_is_used)
{
    bytes_add_csv(&text, 3000, 7);
    const char *path = write_dictionary(text.at, text.len);
    uint64_t before = weir_memory_total().live;
    struct weir_zstd_dictionary *dictionary =
        weir_zstd_dictionary_open(path, &error);
    ck_assert_ptr_nonnull(dictionary);
    struct weir_estimate estimate = {0};
    weir_zstd_dictionary_estimate(dictionary, &estimate);
    ck_assert_uint_ge(weir_estimate_total(&estimate), text.len);

    ZSTD_CCtx *context = ZSTD_createCCtx();
    uint8_t frame[4096];
    size_t n =
        ZSTD_compress_usingDict(context, frame, sizeof frame, text.at, text.len,
                                dictionary->bytes, dictionary->len, 3);
    ck_assert(!ZSTD_isError(n));
    ck_assert_uint_lt(n, 200);
    ZSTD_freeCCtx(context);
    bytes_add(&packed, frame, n);
    add_zstd(&packed, text.at, text.len); /* without the dictionary */
    for (size_t len = text.len, i = 0; i < len; i++)
        bytes_add(&text, (char[1]){(char)text.at[i]}, 1);

    struct weir_source_options options = {.dictionary = dictionary};
    struct weir_source *source =
        weir_memory_source_open(packed.at, packed.len, &error);
    source = weir_source_detect(source, "-", &options, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 1000, &result, &error), WEIR_END);
    ck_assert(bytes_same(&result, &text));
    weir_zstd_dictionary_close(dictionary);
    ck_assert_uint_eq(weir_memory_total().live, before);
    ck_assert_int_lt(decode_as("-"), 0);
}
END_TEST

START_TEST(dictionary_that_is_none_is_an_error)
{
    static const char damaged[] = "\x37\xa4\x30\xec\1\0\0\0 and no tables";
    weir_error_init(&error);
    ck_assert_ptr_null(weir_zstd_dictionary_open("/nowhere", &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    weir_error_init(&error);
    ck_assert_ptr_null(
        weir_zstd_dictionary_open(write_dictionary("", 0), &error));
    ck_assert_str_eq(error.message,
                     "is empty, where a zstd dictionary is expected");
    weir_error_init(&error);
    const char *path = write_dictionary(damaged, sizeof damaged);
    ck_assert_ptr_null(weir_zstd_dictionary_open(path, &error));
    ck_assert_str_eq(error.message, "is a damaged zstd dictionary");
    ck_assert_str_eq(error.place, path);
    path = write_dictionary("abcdefgh", 8);
    for (uint64_t n = 1; n <= 3; n++) {
        weir_error_init(&error);
        weir_memory_fail_at(n + 1); /* the first is the file's */
        ck_assert_ptr_null(weir_zstd_dictionary_open(path, &error));
        ck_assert_int_eq(error.status, WEIR_LIMIT);
    }
    weir_memory_fail_at(0);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_DECODER).live, 0);
}
END_TEST

START_TEST(wide_window_needs_permission)
{
    const uint64_t wide = (uint64_t)1 << 28;
    bytes_add_csv(&text, 5000, 3);
    add_zstd(&packed, text.at, 2500);
    add_zstd_window(&packed, text.at + 2500, 2500, 28);
    ck_assert_int_eq(decode_within(0), WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "frame 2"));
    ck_assert_ptr_nonnull(strstr(error.message, "256 MiB"));
    ck_assert_ptr_nonnull(strstr(error.message, "--max-window"));
    ck_assert_int_eq(decode_within(wide - 1), WEIR_LIMIT);
    ck_assert_int_eq(decode_within(wide), WEIR_END);
    ck_assert(bytes_same(&result, &text));
    /* 128 MiB is allowed. */
    packed.len = 0;
    add_zstd_window(&packed, text.at, text.len, 27);
    ck_assert_int_eq(decode_within(0), WEIR_END);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

START_TEST(window_beyond_the_library_is_a_limit)
{
    /* Window exponent 31: 2 to the 41 bytes. */
    static const char frame[] = "\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00";
    bytes_add(&packed, frame, sizeof(frame) - 1);
    ck_assert_int_eq(decode_within(UINT64_MAX), WEIR_LIMIT);
}
END_TEST

START_TEST(window_is_charged_to_the_ledger)
{
    bytes_add_csv(&text, 300000, 4);
    add_zstd_window(&packed, text.at, text.len, 24);
    weir_memory_limit(weir_memory_total().live + ((uint64_t)8 << 20));
    ck_assert_int_eq(decode_within(0), WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "a zstd window"));
    ck_assert_ptr_nonnull(strstr(error.message, "--memory"));
    weir_memory_limit(weir_memory_total().live + ((uint64_t)20 << 20));
    ck_assert_int_eq(decode_within(0), WEIR_END);
    weir_memory_limit(0);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

static const char *const inflaters[] = {"isal", "zlib"};

static void choose(int i)
{
    ck_assert_int_eq(setenv("WEIR_GZIP", inflaters[i], 1), 0);
}

START_TEST(wrong_gzip_length_is_an_error)
{
    choose(_i);
    bytes_add_csv(&text, 3000, 5);
    add_gzip(&packed, text.at, text.len);
    packed.at[packed.len - 4]++;
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "member 1 damaged"));
    ck_assert_ptr_nonnull(strstr(error.message, "length"));
}
END_TEST

START_TEST(wrong_gzip_header_checksum_is_an_error)
{
    choose(_i);
    bytes_add_csv(&text, 3000, 6);
    add_gzip_full_header(&packed, text.at, text.len);
    uint8_t *name = memmem(packed.at, packed.len, "users of 1999", 13);
    ck_assert_ptr_nonnull(name);
    name[0] = 'U';
    for (size_t read_size = 1; read_size < 5000; read_size = read_size * 3 + 1)
        ck_assert_int_eq(decode(&packed, "-", read_size, 1000, &result, &error),
                         WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "member 1 damaged"));
}
END_TEST

START_TEST(unknown_gzip_method_is_an_error)
{
    choose(_i);
    bytes_add_csv(&text, 3000, 7);
    add_gzip(&packed, text.at, text.len);
    packed.at[2] = 7;
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "method"));
}
END_TEST

START_TEST(zeros_after_a_gzip_member_are_padding)
{
    static const uint8_t zeros[5000];
    choose(_i);
    bytes_add_csv(&text, 3000, 8);
    add_gzip(&packed, text.at, text.len);
    size_t len = packed.len;
    for (size_t n = 1; n < sizeof(zeros); n = n * 2 + 1) {
        packed.len = len;
        bytes_add(&packed, zeros, n);
        ck_assert_int_eq(decode_as("-"), WEIR_END);
        ck_assert(bytes_same(&result, &text));

        bytes_add_text(&packed, "x");
        ck_assert_int_eq(decode_as("-"), WEIR_IO);
        ck_assert_ptr_nonnull(
            strstr(error.message, "garbage after gzip member 1"));
    }
    packed.len = len;
    bytes_add(&packed, zeros, 10);
    add_gzip(&packed, text.at, text.len);
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
}
END_TEST

/* A header whose flags say that a dictionary is needed. */
START_TEST(lz4_dictionary_is_not_supported)
{
    add_lz4(&packed, "a\n1\n", 4);
    packed.at[4] |= 1;
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_str_eq(error.message, "lz4 frame 1 needs a dictionary, and lz4's "
                                    "dictionaries are not supported");
}
END_TEST

START_TEST(skippable_frame_belongs_to_the_frame_after_it)
{
    bytes_add_csv(&text, 3000, 8);
    for (size_t len = 0; len < 16; len++) {
        packed.len = 0;
        add_skippable(len);
        if (len % 2)
            add_lz4(&packed, text.at, text.len);
        else
            add_zstd(&packed, text.at, text.len);
        add_skippable(len);
        ck_assert_int_eq(decode_as("-"), WEIR_END);
        ck_assert(bytes_same(&result, &text));
    }
}
END_TEST

/* An index that lists other sizes than the blocks have, with a right CRC. */
START_TEST(xz_index_must_list_the_blocks)
{
    struct bytes other = {0};
    bytes_add_csv(&text, 3000, 9);
    add_xz_blocks(&packed, text.at, 2000, 1000, LZMA_CHECK_CRC64);
    add_xz_blocks(&other, text.at, 1800, 900, LZMA_CHECK_CRC64);
    /* Index and footer of two blocks have the same length in both. */
    const size_t end = 2 * (1 + 2 + 2) + 2 + 4 + 12;
    memcpy(packed.at + packed.len - end, other.at + other.len - end, end);
    ck_assert_int_eq(decode_as("-"), WEIR_IO);
    ck_assert_ptr_nonnull(
        strstr(error.message, "xz block 2 damaged near compressed byte "));
    ck_assert_ptr_nonnull(strstr(error.message, "the index after it"));
    bytes_free(&other);
}
END_TEST

START_TEST(xz_padding_comes_in_words)
{
    bytes_add_csv(&text, 3000, 8);
    add_xz(&packed, text.at, text.len);
    for (size_t n = 1; n < 20; n++) {
        bytes_add(&packed, "", 1);
        ck_assert_int_eq(decode_as("-"), n % 4 ? WEIR_IO : WEIR_END);
        ck_assert(bytes_same(&result, &text));
    }
}
END_TEST

START_TEST(wide_xz_dictionary_needs_permission)
{
    bytes_add_csv(&text, 3000, 8);
    add_xz(&packed, text.at, text.len); /* a dictionary of 256 KiB */
    ck_assert_int_eq(decode_within((256 << 10) - 1), WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "--max-window"));
    ck_assert_int_eq(decode_within(256 << 10), WEIR_END);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

START_TEST(xz_dictionary_is_charged_to_the_ledger)
{
    bytes_add_csv(&text, 3000, 8);
    add_xz(&packed, text.at, text.len);
    weir_memory_limit(weir_memory_total().live + (256 << 10));
    ck_assert_int_eq(decode_as("-"), WEIR_LIMIT);
    weir_memory_limit(0);
    ck_assert_ptr_nonnull(strstr(error.message, "an xz dictionary"));
}
END_TEST

/* Blocks of one stream after another are decoded in the same memory. */
START_TEST(streams_and_frames_share_their_memory)
{
    static void (*const add[])(struct bytes *, const void *,
                               size_t) = {add_xz, add_bzip2, add_lz4};
    bytes_add_csv(&text, 30000, 8);
    for (size_t at = 0; at < text.len; at += 1000)
        add[_i](&packed, text.at + at, 1000);
    struct weir_source *source =
        weir_memory_source_open(packed.at, packed.len, &error);
    ck_assert_ptr_nonnull(source);
    source = weir_source_detect(source, "-", NULL, &error);
    uint64_t allocations = weir_memory_total().allocations;
    ck_assert_int_eq(drain(source, 4096, &result, &error), WEIR_END);
    ck_assert_uint_eq(weir_memory_total().allocations, allocations);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

START_TEST(empty_memory_is_an_empty_input)
{
    struct weir_source *source = weir_memory_source_open(NULL, 0, &error);
    ck_assert_ptr_nonnull(source);
    ck_assert_int_eq(drain(source, 10, &result, &error), WEIR_END);
    ck_assert_uint_eq(result.len, 0);
}
END_TEST

static TCase *of_gzip(void)
{
    TCase *gzip = tcase_create("gzip");
    tcase_add_checked_fixture(gzip, NULL, free_all);
    tcase_add_loop_test(gzip, wrong_gzip_length_is_an_error, 0, 2);
    tcase_add_loop_test(gzip, wrong_gzip_header_checksum_is_an_error, 0, 2);
    tcase_add_loop_test(gzip, unknown_gzip_method_is_an_error, 0, 2);
    tcase_add_loop_test(gzip, zeros_after_a_gzip_member_are_padding, 0, 2);
    return gzip;
}

static TCase *of_zstd(void)
{
    TCase *zstd = tcase_create("zstd");
    tcase_add_checked_fixture(zstd, NULL, free_all);
    tcase_add_test(zstd, skippable_frames_are_skipped);
    tcase_add_test(zstd, skippable_frames_alone_are_an_empty_input);
    tcase_add_test(zstd, missing_dictionary_is_an_error);
    tcase_add_test(zstd, dictionary_of_any_bytes_is_used);
    tcase_add_test(zstd, dictionary_that_is_none_is_an_error);
    tcase_add_test(zstd, wide_window_needs_permission);
    tcase_add_test(zstd, window_beyond_the_library_is_a_limit);
    tcase_add_test(zstd, window_is_charged_to_the_ledger);
    return zstd;
}

static TCase *of_others(void)
{
    TCase *others = tcase_create("others");
    tcase_add_checked_fixture(others, NULL, free_all);
    tcase_add_test(others, lz4_dictionary_is_not_supported);
    tcase_add_test(others, skippable_frame_belongs_to_the_frame_after_it);
    tcase_add_test(others, xz_index_must_list_the_blocks);
    tcase_add_test(others, xz_padding_comes_in_words);
    tcase_add_test(others, wide_xz_dictionary_needs_permission);
    tcase_add_test(others, xz_dictionary_is_charged_to_the_ledger);
    tcase_add_loop_test(others, streams_and_frames_share_their_memory, 0, 3);
    return others;
}

int main(void)
{
    Suite *suite = suite_create("sources");
    TCase *open = tcase_create("open");
    tcase_add_checked_fixture(open, NULL, free_all);
    tcase_add_test(open, plain_inputs_of_any_length_are_plain);
    tcase_add_test(open, text_that_begins_like_a_magic_number_is_plain);
    tcase_add_test(open, magic_number_cut_short_is_no_text);
    tcase_add_test(open, empty_input_named_as_compressed_is_an_error);
    tcase_add_test(open,
                   bytes_that_are_no_text_named_as_compressed_are_an_error);
    tcase_add_test(open, empty_memory_is_an_empty_input);
    suite_add_tcase(suite, open);
    suite_add_tcase(suite, of_zstd());
    suite_add_tcase(suite, of_gzip());
    suite_add_tcase(suite, of_others());
    return suite_fails(suite);
}
