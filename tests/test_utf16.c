/*
 * readers/codecs/utf16.c: UTF-16 with a byte order mark becomes UTF-8, however
 * its bytes arrive, and what is malformed has its place.
 */
#include "tests/runner.h"
#include "tests/source_kit.h"

#include <check.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const order[] = {"UTF-16LE", "UTF-16BE"};
static struct bytes text, packed, result;
static struct weir_error error;

static void free_all(void)
{
    bytes_free(&text);
    bytes_free(&packed);
    bytes_free(&result);
}

static void add_unit(unsigned unit, int big_endian)
{
    const uint8_t bytes[2] = {(uint8_t)(big_endian ? unit >> 8 : unit),
                              (uint8_t)(big_endian ? unit : unit >> 8)};
    bytes_add(&packed, bytes, 2);
}

/* iconv is the oracle. */
static void pack(int big_endian)
{
    iconv_t converter = iconv_open(order[big_endian], "UTF-8");
    ck_assert(converter != (iconv_t)-1);
    size_t in_left = text.len, out_left = text.len * 4;
    char *in = (char *)text.at, *units = malloc(out_left), *out = units;
    ck_assert_ptr_nonnull(units);
    ck_assert(iconv(converter, &in, &in_left, &out, &out_left) == 0);
    add_unit(0xfeff, big_endian);
    bytes_add(&packed, units, text.len * 4 - out_left);
    ck_assert_int_eq(iconv_close(converter), 0);
    free(units);
}

START_TEST(reads_of_any_size_give_the_same_text)
{
    static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 63, 64, 4095, 65536};
    bytes_add_csv(&text, 600, 1);
    bytes_add_text(&text, "\xe2\x82\xac,\xf0\x9f\x98\x80,\xf4\x8f\xbf\xbf,"
                          "\xef\xbf\xbf,\xee\x80\x80,\xed\x9f\xbf,\x7f,\xc2\x80"
                          ",\xdf\xbf,\xe0\xa0\x80\n");
    pack(_i);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            ck_assert_int_eq(
                decode(&packed, "x.csv", sizes[i], sizes[k], &result, &error),
                WEIR_END);
            ck_assert(bytes_same(&result, &text));
        }
}
END_TEST

START_TEST(every_character_is_converted)
{
    for (unsigned code = 1; code < 0x110000; code += code < 0x3000 ? 1 : 37) {
        char utf8[8];
        const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
        unsigned rest = code;
        int n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        if (code >= 0xd800 && code < 0xe000)
            continue;
        for (int i = n - 1; i > 0; i--, rest >>= 6)
            utf8[i] = (char)(0x80 | (rest & 0x3f));
        utf8[0] = (char)(first[n] | rest);
        bytes_add(&text, utf8, (size_t)n);
    }
    pack(_i);
    ck_assert_int_eq(decode(&packed, "x.csv", 65536, 65536, &result, &error),
                     WEIR_END);
    ck_assert(bytes_same(&result, &text));
}
END_TEST

START_TEST(a_mark_alone_is_an_empty_text)
{
    pack(_i);
    ck_assert_int_eq(decode(&packed, "x.csv", 1, 10, &result, &error),
                     WEIR_END);
    ck_assert_uint_eq(result.len, 0);
}
END_TEST

static const struct {
    unsigned unit[3];
    const char *message;
} wrong[] = {
    {{0xdc00, 'a', 'b'},
     "malformed UTF-16 at byte 102: the second half of a pair alone"},
    {{0xd800, 'a', 'b'},
     "malformed UTF-16 at byte 102: the first half of a pair alone"},
    {{0xd83d, 0xd83d, 0xde00},
     "malformed UTF-16 at byte 102: the first half of a pair alone"},
    {{'a', 'b', 0xdbff},
     "malformed UTF-16 at byte 106: the first half of a pair alone"},
};

START_TEST(halves_of_pairs_are_errors)
{
    for (int big_endian = 0; big_endian < 2; big_endian++)
        for (size_t size = 1; size < 20; size++) {
            packed.len = 0;
            add_unit(0xfeff, big_endian);
            for (size_t i = 0; i < 50; i++)
                add_unit('x', big_endian);
            for (size_t i = 0; i < 3; i++)
                add_unit(wrong[_i].unit[i], big_endian);
            ck_assert_int_eq(
                decode(&packed, "x.csv", size, size, &result, &error), WEIR_IO);
            ck_assert_str_eq(error.message, wrong[_i].message);
            ck_assert_str_eq(error.place, "x.csv");
            ck_assert_uint_eq(result.len, _i == 3 ? 52 : 50);
        }
}
END_TEST

START_TEST(half_a_unit_is_an_error)
{
    bytes_add_csv(&text, 60, 1);
    text.len = 50;
    pack(_i);
    packed.len--;
    ck_assert_int_eq(decode(&packed, "x.csv", 100, 100, &result, &error),
                     WEIR_IO);
    ck_assert_str_eq(error.message,
                     "malformed UTF-16 at byte 100: half a unit at the end");
    ck_assert_uint_eq(result.len, 49);
}
END_TEST

START_TEST(other_codecs_may_wrap_it)
{
    struct bytes inner = {0};
    bytes_add_csv(&text, 5000, 1);
    pack(_i);
    add_gzip(&inner, packed.at, packed.len);
    ck_assert_int_eq(decode(&inner, "x.csv.gz", 100, 100, &result, &error),
                     WEIR_END);
    ck_assert(bytes_same(&result, &text));
    bytes_free(&inner);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf16");
    TCase *tests = tcase_create("utf16");
    tcase_add_checked_fixture(tests, NULL, free_all);
    tcase_add_loop_test(tests, reads_of_any_size_give_the_same_text, 0, 2);
    tcase_add_loop_test(tests, every_character_is_converted, 0, 2);
    tcase_add_loop_test(tests, a_mark_alone_is_an_empty_text, 0, 2);
    tcase_add_loop_test(tests, halves_of_pairs_are_errors, 0,
                        (int)(sizeof wrong / sizeof *wrong));
    tcase_add_loop_test(tests, half_a_unit_is_an_error, 0, 2);
    tcase_add_loop_test(tests, other_codecs_may_wrap_it, 0, 2);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
