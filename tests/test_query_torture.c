/*
 * query/: refused allocations, deep and long queries, and queries with random
 * changes.
 */
#include "base/memory.h"
#include "tests/query_tree.h"
#include "tests/runner.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct weir_error error;
static struct weir_ast query;

static const char whole[] =
    "select *, case x when 1 then 'it''s' else -a end as \"b\"\"c\", "
    "count(distinct lower(d)) f from 'some file.csv' where e in (1, 2, 3, 4, "
    "5) "
    "and not g between 1 and 2.5 or h is not null and $3 !~ '^x' "
    "group by year(i) as j, k having count(*) > 1e3 "
    "order by k desc, l || 'm' limit 10;";

/* `times` copies of `piece` between two texts. The caller frees it. */
static char *repeat(const char *before, const char *piece, size_t times,
                    const char *after)
{
    size_t step = strlen(piece), len = strlen(before) + strlen(after);
    char *text = malloc(len + times * step + 1);
    char *at = stpcpy(text, before);
    for (size_t i = 0; i < times; i++)
        at = stpcpy(at, piece);
    strcpy(at, after);
    return text;
}

static void expect(char *text, enum weir_status status, const char *message)
{
    ck_assert_int_eq(weir_ast_parse(text, &query, &error), status);
    if (status == WEIR_OK)
        ck_assert(query_is_sound(&query));
    else
        ck_assert_msg(strstr(error.message, message), "%s", error.message);
    weir_ast_release(&query);
    free(text);
}

/* Refuses the n-th allocation for n = 1, 2, ... until the query needs no more.
 * Returns how many were refused. */
static uint64_t fail_each(const char *text)
{
    uint64_t before = weir_memory_usage(WEIR_MEMORY_QUERY).live;
    for (uint64_t n = 1;; n++) {
        weir_memory_fail_at(n);
        enum weir_status status = weir_ast_parse(text, &query, &error);
        weir_memory_fail_at(0);
        if (status == WEIR_OK) {
            weir_ast_release(&query);
            return n - 1;
        }
        ck_assert_int_eq(status, WEIR_LIMIT);
        ck_assert_ptr_nonnull(strstr(error.message, "--memory"));
        ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_QUERY).live, before);
    }
}

START_TEST(every_refused_allocation_fails_cleanly)
{
    /* A block holds some forty nodes. `extra` shifts what lies at its
     * boundary. */
    for (size_t extra = 0; extra < 60; extra++) {
        char *padding = repeat("", "0,", extra, whole + strlen("select "));
        ck_assert_uint_ge(fail_each(padding), 1);
        free(padding);
    }
    char *large = repeat("a in (0", ",1", 2000, ")");
    ck_assert_uint_ge(fail_each(large), 50);
    free(large);
    large = repeat("'", "''", 2000, "' x");
    ck_assert_uint_ge(fail_each(large), 2);
    free(large);
}
END_TEST

START_TEST(nesting_is_bounded)
{
    const char *deep = "nests deeper than 200 levels";
    expect(repeat("", "(", 199, "1"), WEIR_USAGE, "expected an operator or");
    char *closed = repeat("", "(", 199, "1");
    expect(repeat(closed, ")", 199, ""), WEIR_OK, NULL);
    free(closed);
    expect(repeat("", "(", 200, "1"), WEIR_USAGE, deep);
    expect(repeat("", "(", 500000, "1"), WEIR_USAGE, deep);
    expect(repeat("", "f(", 200, "1"), WEIR_USAGE, deep);
    expect(repeat("", "case ", 200, "1"), WEIR_USAGE, deep);
    expect(repeat("", "a in (", 170000, "1"), WEIR_USAGE, deep);
    expect(repeat("", "not ", 199, "a"), WEIR_OK, NULL);
    expect(repeat("", "not ", 200, "a"), WEIR_USAGE, deep);
    expect(repeat("", "- ", 199, "a"), WEIR_OK, NULL);
    expect(repeat("", "- ", 500000, "a"), WEIR_USAGE, deep);
    expect(repeat("", "+ ", 500000, "a"), WEIR_OK, NULL);
}
END_TEST

START_TEST(height_is_bounded)
{
    const char *high = "nested deeper than 1000 levels";
    expect(repeat("a", " + a", 999, ""), WEIR_OK, NULL);
    expect(repeat("a", " + a", 1000, ""), WEIR_USAGE, high);
    expect(repeat("a", " or a", 999, ""), WEIR_OK, NULL);
    expect(repeat("a", " or a", 200000, ""), WEIR_USAGE, high);
    char *inner = repeat("((a", " * a", 600, ")");
    expect(repeat(inner, " + a", 600, ")"), WEIR_USAGE, high);
    free(inner);
    expect(repeat("a in (1", ", 1", 100000, ")"), WEIR_OK, NULL);
    expect(repeat("a", ", a", 100000, ""), WEIR_OK, NULL);
}
END_TEST

START_TEST(length_is_bounded)
{
    expect(repeat("a", " ", WEIR_QUERY_MAX - 1, ""), WEIR_OK, NULL);
    expect(repeat("a", " ", WEIR_QUERY_MAX, ""), WEIR_USAGE,
           "over 1048576 bytes");
}
END_TEST

/* splitmix64, by Sebastiano Vigna: prng.di.unimi.it/splitmix64.c */
static uint64_t draw(uint64_t *state, uint64_t below)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

static const char *const seeds[] = {
    whole,
    "count(), mean(age), p95(income) by country where age >= 18",
    "a + b * -c / (d % 2) || 'x''y' x, `q` \"r\" from a/b.csv -- c\n limit 5",
    "*, $1 where not (a like 'x%' or b !~ 'y') and c <> .5e-3 order by 1 desc",
};

static const char *const pieces[] = {
    "(",       ")",         ",",          ";",       "*",     "-",     "--",
    "'",       "\"",        "`",          "||",      "=",     "!",     "~",
    "<",       ".",         "$",          "1",       "1e",    " ",     "\n",
    "not ",    " and ",     " or ",       " in (",   " is ",  " null", " by ",
    "select ", " from ",    " as ",       " limit ", "case ", " end",  " when ",
    " then ",  " between ", " distinct ", "\xc3",    "é",
};

/* Writes a copy of `text` with one to four changes; returns its length. */
static void mutate(uint64_t *state, const char *text, char *into)
{
    strcpy(into, text);
    for (uint64_t left = 1 + draw(state, 4); left; left--) {
        size_t len = strlen(into), at = draw(state, len + 1);
        const char *piece =
            pieces[draw(state, sizeof(pieces) / sizeof(*pieces))];
        size_t add = draw(state, 3) ? strlen(piece) : 0;
        size_t cut = draw(state, 2) ? draw(state, 12) : 0;
        cut = cut > len - at ? len - at : cut;
        memmove(into + at + add, into + at + cut, len - at - cut + 1);
        for (size_t i = 0; i < add; i++)
            into[at + i] = piece[i];
    }
}

START_TEST(mutations_neither_crash_nor_leak)
{
    enum {
        TIMES = 50000
    };
    const char *seed = seeds[_i];
    uint64_t state = 1 + (uint64_t)_i, parsed = 0;
    size_t capacity = strlen(seed) + 64;
    for (size_t i = 0; i < TIMES; i++) {
        char *text = malloc(capacity);
        mutate(&state, seed, text);
        query_survive(text);
        parsed += weir_ast_parse(text, &query, &error) == WEIR_OK;
        weir_ast_release(&query);
        free(text);
    }
    /* Some mutations are valid, and some are not. */
    ck_assert_uint_gt(parsed, TIMES / 100);
    ck_assert_uint_lt(parsed, TIMES / 2);
}
END_TEST

START_TEST(every_prefix_neither_crashes_nor_leaks)
{
    for (size_t len = 0; len < sizeof(whole); len++) {
        char *text = strndup(whole, len);
        query_survive(text);
        free(text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query torture");
    TCase *tests = tcase_create("query torture");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_refused_allocation_fails_cleanly);
    tcase_add_test(tests, nesting_is_bounded);
    tcase_add_test(tests, height_is_bounded);
    tcase_add_test(tests, length_is_bounded);
    tcase_add_loop_test(tests, mutations_neither_crash_nor_leak, 0,
                        sizeof(seeds) / sizeof(*seeds));
    tcase_add_test(tests, every_prefix_neither_crashes_nor_leaks);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
