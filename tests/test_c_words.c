/*
 * base/c_words.h: what a message says of options, as a C program is told it.
 */
#include "base/c_words.h"
#include "tests/runner.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *message, *in_c;
} messages[] = {
    {"'x' is not a number; --bad-cells=null skips such cells",
     "'x' is not a number; bad_cells=null skips such cells"},
    {"'--null' is not a number; --null='--null' takes such cells as null",
     "'--null' is not a number; null='--null' takes such cells as null"},
    {"record has 1 field but the header has 2 (to continue: --bad-records=pad "
     "or =reject)",
     "record has 1 field but the header has 2 (to continue: bad_records=pad or "
     "=reject)"},
    {"--quote, --escape: a line end is not allowed",
     "quote, escape: a line end is not allowed"},
    {"no column 'v'; columns: a;v: try -d ';' --trim",
     "no column 'v'; columns: a;v: try delimiter ';' trim"},
    {"the header lacks 'b'; --union fills what is missing with null",
     "the header lacks 'b'; by_union fills what is missing with null"},
    {"; --temp-dir names another folder", "; folder names another folder"},
    {"1 - 2 -- 3 a--b -x- -d", "1 - 2 -- 3 a--b -x- delimiter"},
    {"'O'Brien' is not a number; --bad-cells=null skips such cells",
     "'O'Brien' is not a number; bad_cells=null skips such cells"},
    {"'it's --null' is not a number", "'it's --null' is not a number"},
    {"it's --trim", "it's trim"},
    {"an xlsx file; xlsx2csv 'a.xlsx' makes CSV of it: libreoffice --headless "
     "--convert-to csv 'a b'",
     "an xlsx file; xlsx2csv 'a.xlsx' makes CSV of it: libreoffice --headless "
     "--convert-to csv 'a b'"},
    {"iconv -f UTF-32 -t UTF-8 'x.csv'", "iconv -f UTF-32 -t UTF-8 'x.csv'"},
    {"unlike that of a; weir -d ';' --output-delimiter ',' '*' FILE writes it",
     "unlike that of a; weir -d ';' --output-delimiter ',' '*' FILE writes "
     "it"},
    {"--nullify, --no-headers, --d", "--nullify, --no-headers, --d"},
    {"--", "--"},
    {"-", "-"},
    {"", ""},
};
#define N_MESSAGES ((int)(sizeof messages / sizeof *messages))

START_TEST(options_become_members)
{
    char text[640];
    strcpy(text, messages[_i].message);
    ck_assert_str_eq(weir_c_words(text, sizeof text), messages[_i].in_c);
    ck_assert_str_eq(weir_c_words(text, sizeof text), messages[_i].in_c);
}
END_TEST

/* Whatever the room, what fits is the beginning of the whole. */
START_TEST(messages_are_cut)
{
    for (size_t capacity = strlen(messages[_i].message) + 1; capacity < 200;
         capacity++) {
        char *text = malloc(capacity);
        strcpy(text, messages[_i].message);
        weir_c_words(text, capacity);
        ck_assert_uint_lt(strlen(text), capacity);
        ck_assert_mem_eq(text, messages[_i].in_c, strlen(text));
        free(text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("c_words");
    TCase *tests = tcase_create("c_words");
    tcase_add_loop_test(tests, options_become_members, 0, N_MESSAGES);
    tcase_add_loop_test(tests, messages_are_cut, 0, N_MESSAGES);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
