/*
 * base/error.c: messages, places, and data that is shown in them.
 */
#include "base/error.h"

#include "base/memory.h"
#include "tests/runner.h"
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct weir_error error;

START_TEST(init_empties_all)
{
    memset(&error, 0x7f, sizeof(error));
    weir_error_init(&error);
    ck_assert_int_eq(error.status, WEIR_OK);
    ck_assert_uint_eq(error.byte, WEIR_NO_BYTE);
    ck_assert_uint_eq(error.line, 0);
    ck_assert_uint_eq(error.column, 0);
    ck_assert_str_eq(error.place, "");
    ck_assert_str_eq(error.message, "");
}
END_TEST

START_TEST(fail_writes_the_sentence_and_drops_an_old_place)
{
    strcpy(error.place, "users.csv:3:1");
    error.line = 3;
    enum weir_status status =
        weir_fail(&error, WEIR_DATA, "%d fields, expected %d", 3, 4);
    ck_assert_int_eq(status, WEIR_DATA);
    ck_assert_int_eq(error.status, WEIR_DATA);
    ck_assert_str_eq(error.message, "3 fields, expected 4");
    ck_assert_str_eq(error.place, "");
    ck_assert_uint_eq(error.line, 0);
    ck_assert_uint_eq(error.byte, WEIR_NO_BYTE);
}
END_TEST

START_TEST(fail_cuts_a_sentence_that_is_too_long)
{
    (void)weir_fail(&error, WEIR_DATA, "%01000d", 7);
    ck_assert_uint_eq(strlen(error.message), sizeof(error.message) - 1);
}
END_TEST

START_TEST(fail_errno_adds_the_systems_text)
{
    errno = ENOENT;
    ck_assert_int_eq(weir_fail_errno(&error, "cannot open '%s'", "a.csv"),
                     WEIR_IO);
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_str_eq(error.message,
                     "cannot open 'a.csv': No such file or directory");
}
END_TEST

START_TEST(what_the_system_lacks_is_a_limit)
{
    errno = ENOMEM;
    ck_assert_int_eq(weir_fail_errno(&error, "cannot open"), WEIR_LIMIT);
    ck_assert_int_eq(error.status, WEIR_LIMIT);
    errno = EAGAIN;
    ck_assert_int_eq(weir_fail_errno(&error, "cannot start"), WEIR_LIMIT);
}
END_TEST

START_TEST(fail_errno_keeps_within_the_message)
{
    errno = ENOENT;
    ck_assert_int_eq(weir_fail_errno(&error, "%0700d", 1), WEIR_IO);
    ck_assert_uint_eq(strlen(error.message), sizeof(error.message) - 1);
}
END_TEST

START_TEST(fail_memory_names_the_option_and_the_limit)
{
    weir_memory_limit(1 << 20);
    ck_assert_int_eq(weir_fail_memory(&error, "a batch", 3 << 20), WEIR_LIMIT);
    ck_assert_int_eq(error.status, WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "a batch (3 MiB)"));
    ck_assert_ptr_nonnull(strstr(error.message, "within 1 MiB"));
    ck_assert_ptr_nonnull(strstr(error.message, "--memory"));
    weir_memory_limit(0);

    ck_assert_int_eq(weir_fail_memory(&error, "a batch", 3 << 20), WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "a batch (3 MiB)"));
    ck_assert_ptr_nonnull(strstr(error.message, "--memory"));
}
END_TEST

START_TEST(fail_at_gives_the_byte_and_keeps_the_rest)
{
    (void)weir_fail(&error, WEIR_DATA, "cut short");
    ck_assert_int_eq(weir_fail_at(&error, 4711), WEIR_DATA);
    ck_assert_uint_eq(error.byte, 4711);
    ck_assert_str_eq(error.message, "cut short");
}
END_TEST

static const struct {
    const char *bytes;
    size_t max;
    const char *shown;
} shows[] = {
    {"", 10, ""},
    {"abc", 3, "abc"},
    {"abcd", 3, "abc..."},
    {"abcd", 0, "..."},
    {"a\tb\n\x7f", 10, "a\\x09b\\x0a\\x7f"},
    {"Z\xc3\xbcrich", 10, "Z\xc3\xbcrich"},
    {"Z\xc3\xbcrich", 2, "Z..."}, /* no part of a character is shown */
    {"\xe2\x82\xac\xf0\x9f\x98\x80", 7, "\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"\xc3", 10, "\\xc3"},
    {"\xc3(", 10, "\\xc3("},
    {"\xc0\xaf", 10, "\\xc0\\xaf"},                   /* overlong */
    {"\xe0\x9f\xbf", 10, "\\xe0\\x9f\\xbf"},          /* overlong */
    {"\xf0\x8f\xbf\xbf", 10, "\\xf0\\x8f\\xbf\\xbf"}, /* overlong */
    {"\xed\xa0\x80", 10, "\\xed\\xa0\\x80"},          /* surrogate */
    {"\xf4\x90\x80\x80", 10, "\\xf4\\x90\\x80\\x80"}, /* past U+10FFFF */
    {"\xc2\x9b", 10, "\\xc2\\x9b"},                   /* controls a terminal */
    {"\xc2\xa0", 10, "\xc2\xa0"},
};

START_TEST(show_escapes_what_cannot_be_shown)
{
    char into[64];
    ck_assert_str_eq(weir_show(into, sizeof(into), shows[_i].bytes,
                               strlen(shows[_i].bytes), shows[_i].max),
                     shows[_i].shown);
}
END_TEST

START_TEST(show_takes_nul_as_a_byte)
{
    char into[64];
    ck_assert_str_eq(weir_show(into, sizeof(into), "a\0b", 3, 10), "a\\x00b");
}
END_TEST

/* Every capacity. The buffer is on the heap, so that a sanitizer sees a write
 * past its end. */
START_TEST(show_keeps_within_its_capacity)
{
    static const char bytes[] = "ab\x01\xe2\x82\xac"
                                "cdefgh";
    for (size_t capacity = 0; capacity < 24; capacity++) {
        char *into = malloc(capacity + 1);
        ck_assert_ptr_nonnull(into);
        memset(into, 'x', capacity + 1);
        ck_assert_ptr_eq(
            weir_show(into, capacity, bytes, sizeof(bytes) - 1, 100), into);
        ck_assert_int_eq(into[capacity], 'x');
        if (capacity)
            ck_assert_uint_lt(strlen(into), capacity);
        if (capacity >= 4 && capacity < 16)
            ck_assert_str_eq(into + strlen(into) - 3, "...");
        free(into);
    }
}
END_TEST

static const char *place_in(const char *name)
{
    (void)weir_fail(&error, WEIR_DATA, "wrong");
    (void)weir_fail_at(&error, 4);
    (void)weir_fail_where(&error,
                          &(struct weir_where){name, "a,b\n1,x", 100, 7});
    return error.place;
}

START_TEST(where_says_line_column_and_byte)
{
    ck_assert_str_eq(place_in("users.csv"), "users.csv:8:1 (byte 104)");
    ck_assert_uint_eq(error.line, 8);
    ck_assert_uint_eq(error.column, 1);
    ck_assert_uint_eq(error.byte, 104);
}
END_TEST

START_TEST(where_keeps_the_end_of_a_long_name_and_the_place)
{
    for (size_t len = 230; len < 270; len++) {
        char name[300] = "";
        size_t at = len % 2; /* the cut divides \xc3\xbc both ways */
        name[0] = 'x';
        for (; at + 2 < len; at += 2)
            memcpy(name + at, "\xc3\xbc", 2);
        strcpy(name + at, "end.csv");
        const char *place = place_in(name);
        ck_assert_ptr_nonnull(strstr(place, "end.csv:8:1 (byte 104)"));
        ck_assert_ptr_null(strstr(place, "\\x"));
    }
}
END_TEST

START_TEST(where_says_it_in_one_line)
{
    ck_assert_str_eq(place_in("a\nb\x1b.csv"),
                     "a\\x0ab\\x1b.csv:8:1 (byte 104)");
    char name[400];
    memset(name, '\n', sizeof name);
    name[sizeof name - 1] = '\0';
    ck_assert_ptr_nonnull(strstr(place_in(name), "...:8:1 (byte 104)"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *tests = tcase_create("error");
    tcase_add_test(tests, what_the_system_lacks_is_a_limit);
    tcase_add_test(tests, init_empties_all);
    tcase_add_test(tests, fail_writes_the_sentence_and_drops_an_old_place);
    tcase_add_test(tests, fail_cuts_a_sentence_that_is_too_long);
    tcase_add_test(tests, fail_errno_adds_the_systems_text);
    tcase_add_test(tests, fail_errno_keeps_within_the_message);
    tcase_add_test(tests, fail_memory_names_the_option_and_the_limit);
    tcase_add_test(tests, fail_at_gives_the_byte_and_keeps_the_rest);
    tcase_add_loop_test(tests, show_escapes_what_cannot_be_shown, 0,
                        sizeof(shows) / sizeof(shows[0]));
    tcase_add_test(tests, show_takes_nul_as_a_byte);
    tcase_add_test(tests, show_keeps_within_its_capacity);
    tcase_add_test(tests, where_says_line_column_and_byte);
    tcase_add_test(tests, where_keeps_the_end_of_a_long_name_and_the_place);
    tcase_add_test(tests, where_says_it_in_one_line);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
