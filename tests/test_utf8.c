#include "base/utf8.h"
#include "tests/runner.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

/* Every code point except the surrogates is written and read back. Nothing else
 * is a code point. */
START_TEST(every_code_point_is_written_and_read)
{
    uint32_t wrong = 0; /* an assertion for each would take seconds */
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char text[4];
        size_t n = weir_utf8_write(text, c);
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        wrong += weir_utf8_character(text, n) != (surrogate ? 0 : n);
        wrong += weir_utf8_read(text, n) != c;
        wrong += n > 1 && weir_utf8_character(text, n - 1) != 0; /* cut short */
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(what_is_not_well_formed_is_no_character)
{
    static const char *const wrong[] = {"\x80",
                                        "\xbf",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xe0\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80\x80",
                                        "\xff",
                                        "\xc3(",
                                        "\xe2\x82(",
                                        "\xf0\x9f\x98("};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        ck_assert_uint_eq(weir_utf8_character(wrong[i], strlen(wrong[i])), 0);
        ck_assert_uint_eq(weir_utf8_count(wrong[i], strlen(wrong[i])),
                          strlen(wrong[i]));
        char text[16] = "\xc3\xa9x";
        ck_assert_uint_eq(weir_utf8_check(text, 3), 3);
        strcat(text, wrong[i]);
        ck_assert_uint_eq(weir_utf8_check(text, strlen(text)), 3);
    }
}
END_TEST

/* Counting and skipping take eight bytes at a time where they can, so every
 * alignment is tried. */
START_TEST(characters_are_counted_and_skipped_wherever_they_stand)
{
    static const char face[4] = {'\xf0', '\x9f', '\x98', '\x80'};
    for (size_t at = 0; at < 24; at++) {
        char text[32];
        memset(text, 'x', sizeof text);
        memcpy(text + at, face, sizeof face);
        ck_assert_uint_eq(weir_utf8_count(text, sizeof text), 29);
        ck_assert_uint_eq(weir_utf8_skip(text, sizeof text, at), at);
        ck_assert_uint_eq(weir_utf8_skip(text, sizeof text, at + 1), at + 4);
        ck_assert_uint_eq(weir_utf8_skip(text, sizeof text, 29), 32);
        ck_assert_uint_eq(weir_utf8_skip(text, sizeof text, 31), 32);
        ck_assert_uint_eq(weir_utf8_skip(text, sizeof text, SIZE_MAX), 32);
    }
}
END_TEST

/* How many bytes of the character at an offset may be shown to people; 0 if it
 * is hidden. */
START_TEST(what_is_hidden_is_not_shown)
{
    /* NOLINTBEGIN(misc-misleading-bidirectional) */
    static const struct {
        const char *text;
        size_t at, shown;
    } cases[] = {
        {"a", 0, 1},
        {"\x1b", 0, 0},
        {"\x7f", 0, 0},
        {"\n", 0, 0},
        {"\xc2\x9b", 0, 0},         /* C1: CSI */
        {"\xc2\xa0", 0, 2},         /* no-break space */
        {"\xc2\xad", 0, 0},         /* soft hyphen */
        {"\xff", 0, 0},             /* no UTF-8 */
        {"x\xe2\x80\xae", 1, 0},    /* right-to-left override */
        {"\xe2\x81\xa6", 0, 0},     /* isolate */
        {"\xef\xbb\xbf", 0, 0},     /* BOM */
        {"\xf3\xa0\x81\x81", 0, 0}, /* a tag */
        {"\xd9\xa1\xdb\x9d", 2, 2}, /* end of ayah is seen */
        {"a\xe2\x80\x8d", 1, 0},    /* joins nothing */
        {"\xe2\x80\x8d", 0, 0},
        {"\xd9\x85\xe2\x80\x8c", 2, 3},         /* Persian */
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d", 4, 3}, /* emoji */
        {"\xe2\x80\x8d\xe2\x80\x8d", 3, 0},
        {"\xe2\x80\xae\xe2\x80\x8d", 3, 0},
        {"\xf0\x9f\x98\x80", 0, 4},
    };
    /* NOLINTEND(misc-misleading-bidirectional) */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(weir_utf8_shown(cases[i].text, strlen(cases[i].text),
                                      cases[i].at) == cases[i].shown,
                      "case %zu", i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_add_test(tests, every_code_point_is_written_and_read);
    tcase_add_test(tests, what_is_not_well_formed_is_no_character);
    tcase_add_test(tests,
                   characters_are_counted_and_skipped_wherever_they_stand);
    tcase_add_test(tests, what_is_hidden_is_not_shown);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
