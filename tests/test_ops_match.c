#include "tests/op_kit.h"
#include "tests/runner.h"

#include "base/error.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct weir_text text_of(const char *text)
{
    return (struct weir_text){text, strlen(text)};
}

/* Matches the pattern with one text: true, false, unknown or (bad). */
static void check_like(const char *pattern, const char *text,
                       const char *expected)
{
    struct weir_step step = {.op = &weir_op_like,
                             .constant.text = text_of(pattern)};
    const struct op_case one = {{text, pattern}, expected};
    op_check(&step, "t", &one, 1);
}

static void check_match(const char *pattern, const char *text,
                        const char *expected)
{
    struct weir_error error;
    struct weir_step step = {.op = &weir_op_match,
                             .extra =
                                 weir_match_compile(text_of(pattern), &error)};
    ck_assert_msg(step.extra != NULL, "%s", error.message);
    const struct op_case one = {{text, pattern}, expected};
    op_check(&step, "t", &one, 1);
}

START_TEST(like_with_percent_at_the_ends_only)
{
    check_like("abc", "abc", "true");
    check_like("abc", "abcd", "false");
    check_like("abc", "ab", "false");
    check_like("abc", "ABC", "false");
    check_like("abc%", "abcd", "true");
    check_like("abc%", "abc", "true");
    check_like("abc%", "xabc", "false");
    check_like("%abc", "xabc", "true");
    check_like("%abc", "abcx", "false");
    check_like("%%abc%%", "xabcx", "true");
    check_like("%abc%", "xabx", "false");
    check_like("%", "x", "true");
    check_like("%%", "x", "true");
}
END_TEST

START_TEST(like_walks)
{
    check_like("a%c", "abcbc", "true");
    check_like("a%c", "abcb", "false");
    check_like("%a%b%", "xxaxxbxx", "true");
    check_like("%a%b%", "xxbxxaxx", "false");
    check_like("a%ab%b", "aabab", "true");
    check_like("a%a", "a", "false");
    check_like("%aab", "aaaaab", "true");
    check_like("_", "x", "true");
    check_like("_", "xy", "false");
    check_like("%_", "x", "true");
    check_like("__%", "x", "false");
    check_like("a_c%e_", "abcdef", "true");
}
END_TEST

START_TEST(like_counts_characters)
{
    check_like("_", "é", "true");
    check_like("%__", "€", "false");
    check_like("%_%_", "\U0001f600", "false");
    check_like("%__b%", "€bxx", "false");
    check_like("gr__er", "größer", "true");
    check_like("%ö_er", "größer", "true");
    check_like("_x", "\xffx", "true");
    check_like("__", "\xc3(", "true");
    check_like("é_", "\xc3x", "false");
}
END_TEST

START_TEST(like_escapes_by_backslash)
{
    check_like("100\\%", "100%", "true");
    check_like("100\\%", "1000", "false");
    check_like("a\\_b", "a_b", "true");
    check_like("a\\_b", "axb", "false");
    check_like("a\\\\b", "a\\b", "true");
    check_like("%\\%", "50%", "true");
    check_like("%\\%", "50", "false");
    check_like("a\\", "a\\", "true");
    check_like("\\é", "é", "true");
}
END_TEST

/* An empty pattern is a valid pattern; an empty text is null. */
START_TEST(patterns_of_null_and_bad)
{
    check_like("%", NULL, "unknown");
    check_like("%", OP_BAD, OP_BAD);
    check_like("_%", OP_BAD, OP_BAD);
    check_like("", "x", "false");
    check_like("", NULL, "unknown");
    check_match(".", NULL, "unknown");
    check_match(".", OP_BAD, OP_BAD);
    check_match("", "x", "true");
    check_match("^$", NULL, "unknown");
}
END_TEST

/* Since matching never goes back to an earlier %, this takes some 10^8 steps,
 * not 10^40. */
START_TEST(like_does_not_explode)
{
    enum {
        LEN = 5000
    };
    static char text[LEN + 1];
    memset(text, 'a', LEN);
    check_like("%a%a%a%a%a%a%a%a%a%a%a%a%ab", text, "false");
}
END_TEST

START_TEST(match_finds_anywhere)
{
    check_match("b+", "abba", "true");
    check_match("^b", "abba", "false");
    check_match("a$", "abba", "true");
    check_match("\\d{3}-\\d{4}", "call 555-1234 now", "true");
    check_match("(?i)ADA", "lady ada", "true");
    check_match("(a)(b)(c)(d)\\4", "xabcdd", "true");
    check_match("colou?r", "clr", "false");
}
END_TEST

START_TEST(match_reads_utf8_and_survives_what_is_none)
{
    check_match("^.$", "é", "true");
    check_match("^.{2}$", "é", "false");
    check_match("(?i)É", "é", "true");
    check_match("\\p{Greek}+", "αβγ", "true");
    check_match("b", "a\xff\x62", "true");
    check_match("a.b", "a\xff\x62", "false");
    check_match("é", "\xc3\xff\xc3\xa9", "true");
    check_match("^[a-z]+$", "abc\x80", "false");
}
END_TEST

START_TEST(match_past_its_limits_is_bad)
{
    check_match("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", OP_BAD);
    check_match("(*NO_JIT)(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
                OP_BAD);
}
END_TEST

/* n letters take 2^(n + 1) steps. For 16 letters that is within the limit for
 * any text. For 17 it exceeds the limit of a text of 18 bytes, but not that of
 * one of 2,000 bytes. */
START_TEST(match_may_take_more_steps_of_longer_texts)
{
    char text[2001] = "aaaaaaaaaaaaaaaa!";
    check_match("^(a+)+$", text, "false");
    strcpy(text, "aaaaaaaaaaaaaaaaa!");
    check_match("^(a+)+$", text, OP_BAD);
    memset(text + 18, '.', 1982);
    check_match("^(a+)+$", text, "false");
}
END_TEST

/* Rows after the first one that takes too long are not computed. */
START_TEST(a_hasty_match_stops_at_the_row)
{
    enum {
        ROWS = 6,
        BAD = 3
    };
    static const char slow[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    static const char *const cell[ROWS] = {"aa", NULL, "b", slow, "a", slow};
    struct weir_error error;
    struct op_run *run = malloc(sizeof *run);
    ck_assert_ptr_nonnull(run);
    for (int hasty = 0; hasty < 2; hasty++) {
        struct weir_step step = {
            .op = &weir_op_match,
            .extra = weir_match_compile(text_of("(a+)+$"), &error)};
        ck_assert_ptr_nonnull(step.extra);
        op_open(run, &step, "t");
        memcpy(run->column[0], cell, sizeof cell);
        struct weir_slot *out = &run->program.slot[run->out];
        memset(out->vector.boolean, 9, ROWS);
        run->program.hasty = hasty;
        ck_assert(op_go(run, ROWS));
        ck_assert_uint_eq(run->program.done, hasty ? BAD + 1 : ROWS);
        ck_assert_uint_eq(out->vector.boolean[BAD], WEIR_BOOLEAN_BAD);
        ck_assert_uint_eq(out->vector.boolean[BAD + 1], hasty ? 9 : WEIR_TRUE);
        op_close(run);
    }
    free(run);
}
END_TEST

/* More than the JIT's stack holds, and less than the interpreter may take. */
START_TEST(match_goes_on_where_the_jit_gives_up)
{
    enum {
        LEN = 5000
    };
    static char text[LEN + 1];
    memset(text, 'a', LEN);
    check_match("^(a|b|(c))*$", text, "true");
    text[LEN - 1] = 'x';
    check_match("^(a|b|(c))*$", text, "false");
}
END_TEST

START_TEST(match_past_the_interpreters_room_is_bad)
{
    enum {
        LEN = 1000000
    };
    char *text = malloc(LEN + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'a', LEN);
    text[LEN] = '\0';
    check_match("^(a|b|(c))*$", text, OP_BAD);
    ck_assert_uint_lt(weir_memory_usage(WEIR_MEMORY_QUERY).peak, 8 << 20);
    free(text);
}
END_TEST

START_TEST(wrong_expressions_are_told_with_their_place)
{
    static const struct {
        const char *pattern, *message;
    } wrong[] = {
        {"a(b", "missing closing parenthesis at character 4"},
        {"*a", "quantifier does not follow a repeatable item at character 1"},
        {"[z-a]", "range out of order in character class at character 4"},
        {"é)", "unmatched closing parenthesis at character 2"},
        {"a\\C", "using \\C is disabled by the application at character 4"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct weir_error error;
        weir_error_init(&error);
        ck_assert_ptr_null(
            weir_match_compile(text_of(wrong[i].pattern), &error));
        ck_assert_int_eq(error.status, WEIR_USAGE);
        ck_assert_int_eq(strncmp(error.message, "regular expression: ", 20), 0);
        ck_assert_str_eq(error.message + 20, wrong[i].message);
    }
}
END_TEST

static void *compile_or_limit(uint64_t fail_at)
{
    struct weir_error error;
    weir_error_init(&error);
    weir_memory_fail_at(fail_at);
    void *extra = weir_match_compile(text_of("(a|b)*c"), &error);
    weir_memory_fail_at(0);
    if (!extra)
        ck_assert_int_eq(error.status, WEIR_LIMIT);
    return extra;
}

START_TEST(refused_memory_is_said_when_compiling)
{
    uint64_t before = weir_memory_total().live;
    uint64_t n = 1;
    for (; n < 100; n++) {
        uint64_t taken = weir_memory_total().allocations;
        void *extra = compile_or_limit(n);
        taken = weir_memory_total().allocations - taken;
        if (extra)
            weir_op_match.release(extra);
        ck_assert_uint_eq(weir_memory_total().live, before);
        if (extra && taken < n)
            break;
    }
    ck_assert_uint_ge(n, 5);
    ck_assert_uint_lt(n, 100);
}
END_TEST

/* The interpreter allocates its memory through the ledger, as it needs it. */
START_TEST(refused_memory_is_said_when_matching)
{
    static char text[5001];
    memset(text, 'a', sizeof text - 1);
    uint64_t before = weir_memory_total().live;
    size_t refused = 0;
    struct op_run *run = malloc(sizeof *run);
    ck_assert_ptr_nonnull(run);
    for (bool done = false; !done; refused += !done) {
        struct weir_error error;
        struct weir_step step = {
            .op = &weir_op_match,
            .extra = weir_match_compile(text_of("^(a|b|(c))*$"), &error)};
        ck_assert_ptr_nonnull(step.extra);
        op_open(run, &step, "t");
        run->column[0][0] = text;
        weir_memory_fail_at(refused + 1);
        done = op_go(run, 1);
        weir_memory_fail_at(0);
        op_close(run);
        ck_assert_uint_eq(weir_memory_total().live, before);
    }
    ck_assert_uint_gt(refused, 0);
    free(run);
}
END_TEST

/* Once that memory is allocated, matching allocates no more. */
START_TEST(match_allocates_nothing_for_the_second_window)
{
    static char text[5001];
    memset(text, 'a', sizeof text - 1);
    struct weir_error error;
    struct weir_step step = {
        .op = &weir_op_match,
        .extra = weir_match_compile(text_of("^(a|b|(c))*$"), &error)};
    struct op_run *run = malloc(sizeof *run);
    ck_assert(step.extra && run);
    op_open(run, &step, "t");
    for (size_t r = 0; r < OP_ROWS; r++)
        run->column[0][r] = text;
    ck_assert(op_go(run, OP_ROWS));
    uint64_t taken = weir_memory_total().allocations;
    ck_assert(op_go(run, OP_ROWS));
    ck_assert_uint_eq(weir_memory_total().allocations, taken);
    ck_assert_str_eq(op_row(run, OP_ROWS - 1), "true");
    op_close(run);
    free(run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ops_match");
    TCase *tests = tcase_create("ops_match");
    tcase_add_test(tests, like_with_percent_at_the_ends_only);
    tcase_add_test(tests, like_walks);
    tcase_add_test(tests, like_counts_characters);
    tcase_add_test(tests, like_escapes_by_backslash);
    tcase_add_test(tests, patterns_of_null_and_bad);
    tcase_add_test(tests, like_does_not_explode);
    tcase_add_test(tests, match_finds_anywhere);
    tcase_add_test(tests, match_reads_utf8_and_survives_what_is_none);
    tcase_add_test(tests, match_past_its_limits_is_bad);
    tcase_add_test(tests, match_may_take_more_steps_of_longer_texts);
    tcase_add_test(tests, a_hasty_match_stops_at_the_row);
    tcase_add_test(tests, match_goes_on_where_the_jit_gives_up);
    tcase_add_test(tests, match_past_the_interpreters_room_is_bad);
    tcase_add_test(tests, wrong_expressions_are_told_with_their_place);
    tcase_add_test(tests, refused_memory_is_said_when_compiling);
    tcase_add_test(tests, refused_memory_is_said_when_matching);
    tcase_add_test(tests, match_allocates_nothing_for_the_second_window);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
