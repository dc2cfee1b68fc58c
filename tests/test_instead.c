/*
 * query/instead.c: no word of its tables is a word of weir's, and every advice
 * that is a query runs. So a row that a new function makes wrong, or that uses
 * a function which is gone, fails here.
 */
#include "query/instead.h"

#include "query/compile.h"
#include "query/lexer.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <string.h>

static const char csv[] = "x,y,s,t,d,e\n"
                          "12,5,abc,b,2024-01-31,2024-02-29 10:30:00\n"
                          "-7.5,2,xyz,,2023-06-15,2024-03-01\n"
                          ",4,a,b,,2025-01-01\n";

/* Copies the next word, and returns what follows it; NULL at the end. */
static const char *next_word(const char *at, char into[64])
{
    size_t len = strcspn(at, " ");
    ck_assert_uint_lt(len, 64);
    memcpy(into, at, len);
    into[len] = '\0';
    return len ? at + len + strspn(at + len, " ") : NULL;
}

typedef const struct weir_instead *(*finder)(struct weir_text word);

/* `find` and `also` are how the words are found; `also` may be NULL. */
static void check_words(const struct weir_instead *table, finder find,
                        finder also)
{
    char word[64];
    for (const struct weir_instead *row = table; row->words; row++)
        for (const char *at = row->words; (at = next_word(at, word));) {
            const struct weir_text text = {word, strlen(word)};
            ck_assert_msg(weir_instead_find(table, text) == row &&
                              find(text) == row && (!also || also(text) == row),
                          "'%s' is in two rows", word);
            ck_assert_msg(find != weir_instead_call ||
                              !weir_compile_is_function(text),
                          "'%s' is a function of weir: take it out of the row "
                          "'%s'",
                          word, row->words);
            ck_assert_msg(weir_lex(word, 0).type == WEIR_TOKEN_NAME ||
                              strcmp(word, "select") == 0 ||
                              strcmp(word, "group") == 0,
                          "'%s' is a keyword of weir", word);
        }
}

START_TEST(words_are_not_weirs)
{
    check_words(weir_instead_calls, weir_instead_call, NULL);
    check_words(weir_instead_words, weir_instead_word, NULL);
    check_words(weir_instead_both, weir_instead_call, weir_instead_word);
}
END_TEST

static void check_advice(const struct weir_instead *table)
{
    for (const struct weir_instead *row = table; row->words; row++) {
        char advice[WEIR_ADVICE_CAPACITY];
        ck_assert_uint_lt(strlen(weir_instead_advice(row, advice)),
                          WEIR_ADVICE_CAPACITY - 1);
        if (!row->write) {
            ck_assert_msg(row->note, "the row '%s' says nothing", row->words);
            continue;
        }
        const struct trial trial = {
            .csv = csv, .len = sizeof csv - 1, .query = row->write};
        struct outcome outcome;
        trial_run(&trial, &outcome);
        ck_assert_msg(outcome.ended && !*outcome.trouble,
                      "the row '%s': '%s' fails: %s", row->words, row->write,
                      outcome.trouble);
        outcome_release(&outcome);
    }
}

START_TEST(advice_runs)
{
    check_advice(weir_instead_calls);
    check_advice(weir_instead_words);
    check_advice(weir_instead_both);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("instead");
    TCase *tests = tcase_create("instead");
    tcase_add_test(tests, words_are_not_weirs);
    tcase_add_test(tests, advice_runs);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
