/*
 * query/parser.c and its parts: the trees of queries.
 */
#include "base/memory.h"
#include "tests/query_tree.h"
#include "tests/runner.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct weir_error error;

static void parse(const char *text, struct weir_ast *query)
{
    enum weir_status status = weir_ast_parse(text, query, &error);
    ck_assert_msg(status == WEIR_OK, "%s\n%s: %s", text, error.place,
                  error.message);
}

static const struct {
    const char *query, *tree;
} trees[] = {
    /* literals */
    {"1", "1"},
    {"1.5", "1.5"},
    {".5", ".5"},
    {"2.", "2."},
    {"1e3", "1e3"},
    {"1.5E-3", "1.5E-3"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"'US'", "'US'"},
    {"''", "''"},
    {"'O''Brien'", "'O''Brien'"},
    {"''''", "''''"},
    {"'-- no comment'", "'-- no comment'"},
    {"null, NULL, true, False", "null null true false"},
    /* columns */
    {"age", "age"},
    {"_a1", "_a1"},
    {"größe", "größe"},
    {"名前", "名前"},
    {"\"first name\"", "first name"},
    {"`first name`", "first name"},
    {"\"say \"\"hi\"\"\"", "say \"hi\""},
    {"`a``b`", "a`b"},
    {"\"\"", ""},
    {"$1, $17", "$1 $17"},
    {"count", "count"},
    /* keywords as columns */
    {"by", "by"},
    {"limit, from, desc", "limit from desc"},
    {"mean(limit)", "(mean limit)"},
    {"limit limit 5", "limit | limit 5"},
    {"from from from.csv", "from | from from.csv"},
    {"end - by", "(- end by)"},
    {"count() by group", "(count) | by group"},
    {"count() by group as group", "(count) | by group:group"},
    {"a where limit > 3 limit 3", "a | where (> limit 3) | limit 3"},
    {"a order by order desc", "a | order -order"},
    {"a order by desc desc", "a | order -desc"},
    {"a between from and to", "(between a from to)"},
    {"\"null\", `case`", "null case"},
    {"count(distinct)", "(count distinct)"},
    /* calls */
    {"count()", "(count)"},
    {"count(*)", "(count *)"},
    {"COUNT (*)", "(COUNT *)"},
    {"count(distinct x)", "(count distinct x)"},
    {"distinct(x), count(distinct)", "(distinct x) (count distinct)"},
    {"select a, Distinct(x)", "select a (Distinct x)"},
    {"count(DISTINCT lower(x))", "(count distinct (lower x))"},
    {"f(1, g(x), 'a')", "(f 1 (g x) 'a')"},
    {"f(a or b, c)", "(f (or a b) c)"},
    /* arithmetic */
    {"a + b * c", "(+ a (* b c))"},
    {"(a + b) * c", "(* (+ a b) c)"},
    {"a - b - c", "(- (- a b) c)"},
    {"a - (b - c)", "(- a (- b c))"},
    {"a / b * c % d", "(% (* (/ a b) c) d)"},
    {"a || b + c || 'x'", "(|| (+ (|| a b) c) 'x')"},
    {"-a * b", "(* (neg a) b)"},
    {"a - -1", "(- a (neg 1))"},
    {"- - a", "(neg (neg a))"},
    {"+a + +b", "(+ a b)"},
    {"-(a + b)", "(neg (+ a b))"},
    {"a*2,b", "(* a 2) b"},
    /* comparisons */
    {"a = 1", "(= a 1)"},
    {"a == 1", "(= a 1)"},
    {"a != 1", "(!= a 1)"},
    {"a <> 1", "(!= a 1)"},
    {"a<1, a<=1", "(< a 1) (<= a 1)"},
    {"a>1, a>=1", "(> a 1) (>= a 1)"},
    {"a + 1 < b * 2", "(< (+ a 1) (* b 2))"},
    {"(a < b) = true", "(= (< a b) true)"},
    {"a in (1)", "(in a 1)"},
    {"a IN (1, 'b', c + 1)", "(in a 1 'b' (+ c 1))"},
    {"a not in (1, 2)", "(not-in a 1 2)"},
    {"a between 1 and 2 and c", "(and (between a 1 2) c)"},
    {"a not between b - 1 and b + 1", "(not-between a (- b 1) (+ b 1))"},
    {"a like 'x%'", "(like a 'x%')"},
    {"a not like 'x' || b", "(not-like a (|| 'x' b))"},
    {"a ~ '^x'", "(~ a '^x')"},
    {"a regexp '^x'", "(~ a '^x')"},
    {"a !~ '^x'", "(!~ a '^x')"},
    {"a not regexp '^x'", "(!~ a '^x')"},
    {"a is null", "(is-null a)"},
    {"a is not null", "(not-null a)"},
    /* logic */
    {"a or b and c", "(or a (and b c))"},
    {"(a or b) and c", "(and (or a b) c)"},
    {"a and b and c", "(and (and a b) c)"},
    {"not a and b", "(and (not a) b)"},
    {"not a = b", "(not (= a b))"},
    {"not not a", "(not (not a))"},
    {"not a in (1) or b", "(or (not (in a 1)) b)"},
    {"a = 1 AND b = 2 Or c = 3", "(or (and (= a 1) (= b 2)) (= c 3))"},
    /* case */
    {"case when a then b end", "(case a b)"},
    {"case when a then b else c end", "(case a b else c)"},
    {"case x when 1 then 'a' when 2 then 'b' end", "(case of x 1 'a' 2 'b')"},
    {"CASE x + 1 WHEN 1 THEN NULL ELSE - 1 END + 2",
     "(+ (case of (+ x 1) 1 null else (neg 1)) 2)"},
    {"case when a or b then case when c then 1 end end",
     "(case (or a b) (case c 1))"},
    /* items */
    {"*", "*"},
    {"select *", "select *"},
    {"*, a + 1 as b", "* (+ a 1):b"},
    {"a as b, c d, e \"f g\"", "a:b c:d e:f g"},
    {"mean(age) as by by x", "(mean age):by | by x"},
    {"a as `b``c`", "a:b`c"},
    {"name x by other", "name:x | by other"},
    {"selected name", "selected:name"},
    {"elected * 2", "(* elected 2)"},
    /* clauses */
    {"select country, avg(age), count(*) from users.csv where age >= 18 "
     "group by country having count(*) > 1 order by 2 desc, country limit 10;",
     "select country (avg age) (count *) | from users.csv | where (>= age 18) "
     "| by country | having (> (count *) 1) | order -2 country | limit 10"},
    {"count(), mean(age), p95(income) by country where age >= 18",
     "(count) (mean age) (p95 income) | where (>= age 18) | by country"},
    {"a where b by c having d", "a | where b | by c | having d"},
    {"a by year(b) as y, c z", "a | by (year b):y c:z"},
    {"a order by b asc, c desc, d", "a | order b -c d"},
    {"a limit 0", "a | limit 0"},
    {"a limit 18446744073709551615", "a | limit 18446744073709551615"},
    /* files */
    {"a from ../data-1/users_2.csv.gz", "a | from ../data-1/users_2.csv.gz"},
    {"a from /tmp/größe.csv;", "a | from /tmp/größe.csv"},
    {"a from - where b", "a | from - | where b"},
    {"a from 2024.csv", "a | from 2024.csv"},
    {"a from 'it''s here.csv'", "a | from it's here.csv"},
    {"a from \"x y.csv\" where b", "a | from x y.csv | where b"},
    {"a from where.csv by c", "a | from where.csv | by c"},
    /* blanks */
    {" \t\r\n\v\fa\n,\nb\n", "a b"},
    {"a -- b\n, c -- d", "a c"},
    {"-- only\nmean(age)--", "(mean age)"},
    {"a--b", "a"},
};

START_TEST(query_means_its_tree)
{
    struct weir_ast query;
    parse(trees[_i].query, &query);
    ck_assert(query_is_sound(&query));
    char *tree = query_tree(&query);
    ck_assert_str_eq(tree, trees[_i].tree);
    free(tree);
    weir_ast_release(&query);
}
END_TEST

START_TEST(query_means_the_same_with_every_bracket_written)
{
    struct weir_ast query, again;
    parse(trees[_i].query, &query);
    char *text = query_rewritten(&query);
    parse(text, &again);
    ck_assert_msg(query_same(&query, &again), "%s\n%s", trees[_i].query, text);
    weir_ast_release(&again);
    weir_ast_release(&query);
    free(text);
}
END_TEST

START_TEST(different_queries_are_not_the_same)
{
    struct weir_ast query, other;
    parse(trees[_i].query, &query);
    for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
        parse(trees[i].query, &other);
        ck_assert_msg(query_same(&query, &other) ==
                          !strcmp(trees[_i].tree, trees[i].tree),
                      "%s\n%s", trees[_i].query, trees[i].query);
        weir_ast_release(&other);
    }
    weir_ast_release(&query);
}
END_TEST

START_TEST(numbers_are_equal_by_value)
{
    struct weir_ast query;
    parse("1.50, 1.5, 15e-1, 1.51", &query);
    const struct weir_item *item = query.items.item;
    ck_assert(weir_node_equal(item[0].node, item[1].node));
    ck_assert(weir_node_equal(item[0].node, item[2].node));
    ck_assert(!weir_node_equal(item[0].node, item[3].node));
    ck_assert_int_eq(item[2].node->number.kind, WEIR_DECIMAL);
    weir_ast_release(&query);
}
END_TEST

START_TEST(source_is_what_was_written)
{
    static const char *const source[] = {
        "( a+b ) *c",     "f( x ,1 )",     "case when 1 then 2  end",
        "a is  not null", "a in (1 , 2 )", "\"x y\""};
    struct weir_ast query;
    parse("( a+b ) *c , f( x ,1 ) y, case when 1 then 2  end, "
          "a is  not null, a in (1 , 2 ), \"x y\"",
          &query);
    ck_assert_uint_eq(query.items.n, sizeof(source) / sizeof(*source));
    for (size_t i = 0; i < query.items.n; i++) {
        struct weir_text text =
            weir_node_source(&query, query.items.item[i].node);
        ck_assert_uint_eq(text.len, strlen(source[i]));
        ck_assert_mem_eq(text.bytes, source[i], text.len);
    }
    weir_ast_release(&query);
}
END_TEST

START_TEST(release_gives_all_memory_back)
{
    struct weir_ast query = {0};
    weir_ast_release(&query);
    uint64_t before = weir_memory_usage(WEIR_MEMORY_QUERY).live;
    parse(trees[0].query, &query);
    ck_assert_ptr_nonnull(weir_ast_take(&query, 100000));
    ck_assert_ptr_null(weir_ast_take(&query, SIZE_MAX));
    ck_assert_uint_gt(weir_memory_usage(WEIR_MEMORY_QUERY).live, before);
    weir_ast_release(&query);
    weir_ast_release(&query);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_QUERY).live, before);
}
END_TEST

int main(void)
{
    enum {
        N_TREES = sizeof(trees) / sizeof(*trees)
    };
    Suite *suite = suite_create("query");
    TCase *tests = tcase_create("query");
    tcase_add_loop_test(tests, query_means_its_tree, 0, N_TREES);
    tcase_add_loop_test(tests, query_means_the_same_with_every_bracket_written,
                        0, N_TREES);
    tcase_add_loop_test(tests, different_queries_are_not_the_same, 0, N_TREES);
    tcase_add_test(tests, numbers_are_equal_by_value);
    tcase_add_test(tests, source_is_what_was_written);
    tcase_add_test(tests, release_gives_all_memory_back);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
