/*
 * query/complain.c and its callers: the messages about wrong queries.
 */
#include "base/error.h"
#include "query/query.h"
#include "tests/runner.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define SHELL                                                                  \
    "; the shell takes $1 out of \"double quotes\", not out of 'single "       \
    "quotes'"
#define BRACKETS                                                               \
    "arguments and lists stand in (parentheses), a name with blanks in "       \
    "\"double quotes\""
#define REST "from, where, by, having, order by, limit or the end of the query"

static const struct {
    const char *query, *place;
    uint64_t byte;
    const char *message;
} wrongs[] = {
    {"", "1:1", 0,
     "the query is empty; it says what to compute, as in mean(age) by country "
     "where age >= 18"},
    {";", "1:1", 0,
     "the query is empty; it says what to compute, as in mean(age) by country "
     "where age >= 18"},
    {"mean(age) wher age > 3", "1:11", 10,
     "found 'wher'; did you mean 'where'? a new name goes after 'as'"},
    {"mean(age) gruop by country", "1:11", 10,
     "found 'gruop'; did you mean 'group'? a new name goes after 'as'"},
    {"mean(age) where age > 3 adn b", "1:25", 24,
     "expected an operator, by, having, order by, limit or the end of the "
     "query, found 'adn'; did you mean 'and'?"},
    {"mean(age) limit 5 where a", "1:19", 18,
     "'where' goes before 'limit'; the order is from, where, by, having, order "
     "by, limit"},
    {"mean(age) where a where b", "1:19", 18,
     "'where' is there twice; join conditions with 'and'"},
    {"selct age from x", "1:1", 0, "found 'selct'; did you mean 'select'?"},
    {"where a", "1:1", 0,
     "expected what to compute first, as in mean(age) by country, or * "
     "for all columns, found "
     "'where'"},
    {"a = b = c", "1:7", 6,
     "comparisons do not chain; join two with 'and', as in a < b and b < c, or "
     "put one in brackets"},
    {"a < b < c", "1:7", 6,
     "comparisons do not chain; join two with 'and', as in a < b and b < c, or "
     "put one in brackets"},
    {"a && b", "1:3", 2, "found '&&'; use 'and'"},
    {"!a", "1:1", 0, "found '!'; use 'not'"},
    {"a | b", "1:3", 2, "found '|'; use 'or', or '||' to join texts"},
    {"mean(age", "1:9", 8,
     "expected an operator, ',' or ')', found the end of the query"},
    {"mean(age))", "1:10", 9, "expected an operator, ',', " REST ", found ')'"},
    {"mean(age,", "1:10", 9,
     "expected a value after ',', found the end of the query"},
    {"mean(age), from x.csv", "1:12", 11,
     "expected a value after ',', found 'from'"},
    {"a.b", "1:1", 0,
     "found 'a.b'; a name with a '.' in it must be \"quoted\""},
    {"'abc", "1:1", 0,
     "the text that opens here is never closed; write '' for a quote inside "
     "it"},
    {"\"abc", "1:1", 0, "the quoted name that opens here is never closed"},
    {"it's", "1:3", 2,
     "the text that opens here is never closed; write '' for a quote inside "
     "it"},
    {"'it's'", "1:6", 5,
     "the text that opens here is never closed; write '' for a quote inside "
     "it"},
    {"12abc", "1:1", 0,
     "found '12abc'; it is not a number, and a name that begins with a digit "
     "must be \"quoted\""},
    {"1.2.3", "1:1", 0,
     "found '1.2.3'; it is not a number, and a name that begins with a digit "
     "must be \"quoted\""},
    {"2024-01-01", "1:1", 0,
     "found '2024-01-01'; a date is text, in 'single quotes'"},
    {"signup >= 2024-01-01", "1:11", 10,
     "found '2024-01-01'; a date is text, in 'single quotes'"},
    {"$0", "1:1", 0, "columns count from $1"},
    {"$x", "1:1", 0,
     "found '$'; a column's number follows, as in $3; a name "
     "has no '$'"},
    {"a in 5", "1:6", 5, "expected '(' after 'in', found 5"},
    {"a in ()", "1:7", 6, "expected a value after '(', found ')'"},
    {"a not = b", "1:7", 6,
     "expected in, between, like or regexp after 'not', found '='"},
    {"a is 5", "1:6", 5, "expected 'null' after 'is', found 5"},
    {"a between 1 or 2", "1:13", 12,
     "expected 'and' between the two bounds of 'between', found 'or'"},
    {"case a thn b", "1:8", 7, "expected 'when' after 'case', found 'thn'"},
    {"case when a thn b end", "1:13", 12,
     "expected 'then', found 'thn'; did you mean 'then'?"},
    {"case when a then b", "1:19", 18,
     "expected an operator, 'when', 'else' or 'end' of the case, found the end "
     "of the query"},
    {"a group country", "1:9", 8,
     "expected 'by' after 'group', found 'country'"},
    {"a order age", "1:9", 8, "expected 'by' after 'order', found 'age'"},
    {"a order by age dsc", "1:16", 15,
     "expected an operator, ',', limit or the end of the query, found 'dsc'; "
     "did you mean 'desc'?"},
    {"a where b = 'it's'", "1:17", 16,
     "expected an operator, by, having, order by, limit or the end of the "
     "query, found 's'; write '' for a quote inside a text"},
    {"a limit 1.5", "1:9", 8,
     "expected a whole number after 'limit', found 1.5"},
    {"a limit x", "1:9", 8, "expected a whole number after 'limit', found 'x'"},
    {"a limit 99999999999999999999", "1:9", 8,
     "the limit is larger than 18446744073709551615"},
    {"a from where b", "1:8", 7,
     "expected a file's name after 'from', found 'where'; if it is the file, "
     "quote it"},
    {"a from", "1:7", 6,
     "expected a file's name after 'from', found the end of the query"},
    {"a from ''", "1:8", 7, "a file's name cannot be empty"},
    {"a from x*.csv", "1:8", 7,
     "a file's name with signs in it must be 'quoted'"},
    {"a from a.csv, b.csv", "1:13", 12,
     "found ','; several files are given after the query"},
    {"select distinct a", "1:8", 7,
     "'distinct' is allowed only in a call, as in count(distinct x); to list "
     "the distinct values, group by them, as in count() by x"},
    {"a = not b", "1:5", 4,
     "expected a value, found 'not'; put brackets around the condition, as in "
     "(not a)"},
    {"1 + ", "1:5", 4,
     "expected a value after '+', found the end of the query" SHELL},
    {"1 +", "1:4", 3, "expected a value after '+', found the end of the query"},
    {"() ", "1:2", 1, "expected a value after '(', found ')'"},
    {"* + 1", "1:3", 2, "expected an operator, ',', " REST ", found '+'"},
    {"* as x", "1:3", 2, "expected an operator, ',', " REST ", found 'as'"},
    {"a as 'x'", "1:6", 5,
     "expected a name after 'as', bare or \"quoted\", found the text 'x'"},
    {"a as \"\"", "1:6", 5, "a name cannot be empty"},
    {"a; b", "1:4", 3, "expected the end of the query after ';', found 'b'"},
    {"a limit 5 limit 6", "1:11", 10, "'limit' is there twice; one is enough"},
    {"a having b by c", "1:12", 11,
     "'by' goes before 'having'; the order is from, where, by, having, order "
     "by, limit"},
    {"a by b by c", "1:8", 7, "'by' is there twice; separate keys with ','"},
    {"1e999", "1:1", 0, "the number 1e999 is too large or too small"},
    {"a # b", "1:3", 2, "found '#'; a comment begins with --"},
    {"a {", "1:3", 2, "found '{'; " BRACKETS},
    {"a @ b", "1:3", 2,
     "found '@'; this character is not allowed outside quotes"},
    {"name 5", "1:6", 5, "expected an operator, ',', " REST ", found 5"},
    {"name id 5", "1:6", 5,
     "found 'id'; did you mean 'in'? a new name goes after 'as'"},
    {"sum(x) form users.csv", "1:8", 7,
     "found 'form'; did you mean 'from'? a new name goes after 'as'"},
    {"a like", "1:7", 6,
     "expected a value after 'like', found the end of the query"},
    {"a not b", "1:7", 6,
     "expected in, between, like or regexp after 'not', found 'b'"},
    {"name desc", "1:6", 5,
     "found 'desc' outside 'order by'; it goes after an item of 'order by'"},
    {"f(*, 1)", "1:3", 2, "expected a value after '(', found '*'"},
    {"from users.csv", "1:1", 0,
     "expected what to compute first, as in mean(age) by country, or * "
     "for all columns, found "
     "'from'"},
    {"mean(age) order by x limt 5", "1:22", 21,
     "expected an operator, ',', limit or the end of the query, found 'limt'; "
     "did you mean 'limit'?"},
    {"a where b lik 'x'", "1:11", 10,
     "expected an operator, by, having, order by, limit or the end of the "
     "query, found 'lik'; did you mean 'like'?"},
    {"a = and b", "1:5", 4, "expected a value after '=', found 'and'"},
    {"mean(age),wher age > 3", "1:20", 19,
     "expected an operator, ',', " REST ", found '>'"},
    {"f(x) foo bar", "1:10", 9,
     "expected an operator, ',', " REST
     ", found 'bar'; a name with a blank stands in double quotes: \"foo bar\""},
    {"f(x) where (a and b", "1:20", 19,
     "expected an operator or ')', found the end of the query"},
    {"f(x y)", "1:5", 4,
     "expected an operator, ',' or ')', found 'y'; a name with a blank stands "
     "in double quotes: \"x y\""},
    {"f(Unit Price EUR)", "1:8", 7,
     "expected an operator, ',' or ')', found 'Price'; a name with a blank "
     "stands in double quotes: \"Unit Price EUR\""},
    {"f(Full Name)", "1:8", 7,
     "expected an operator, ',' or ')', found 'Name'; a name with a blank "
     "stands in double quotes: \"Full Name\""},
    {"f(In Stock)", "1:3", 2,
     "expected a value after '(', found 'In'; a name with a blank stands in "
     "double quotes: \"In Stock\""},
    {"a by Order Date", "1:6", 5,
     "expected a value after 'by', found 'Order'; a name with a blank stands "
     "in double quotes: \"Order Date\""},
    {"a where Left Arm = 3", "1:14", 13,
     "expected an operator, by, having, order by, limit or the end of the "
     "query, found 'Arm'; a name with a blank stands in double quotes: \"Left "
     "Arm\""},
    {"a where b left join c", "1:11", 10,
     "found 'left'; weir has no joins: all files are one table"},
    {"a where b >= date '2024-01-02'", "1:19", 18,
     "expected an operator, by, having, order by, limit or the end of the "
     "query, found the text '2024-01-02'; a function is written with "
     "parentheses: date('2024-01-02')"},
    {"a where b = (1, 2)", "1:15", 14,
     "found ','; a list follows 'in', not '=', as in x in (1, 2)"},
    {"select a at time zone 'UTC'", "1:10", 9,
     "found 'at'; write at_zone(d, 'Europe/Berlin')"},
    {"f(x adn y)", "1:5", 4,
     "expected an operator, ',' or ')', found 'adn'; did you mean 'and'?"},
    {"a by b desc", "1:8", 7,
     "found 'desc' outside 'order by'; it goes after an item of 'order by'"},
    {"select", "1:7", 6,
     "expected a value after 'select', found the end of the query"},
    {"select from x.csv", "1:8", 7,
     "expected what to compute first, as in mean(age) by country, or * "
     "for all columns, found "
     "'from'"},
    {"a as", "1:5", 4,
     "expected a name after 'as', bare or \"quoted\", found the end of the "
     "query"},
    {"a as 5", "1:6", 5,
     "expected a name after 'as', bare or \"quoted\", found 5"},
    {"a where", "1:8", 7,
     "expected a value after 'where', found the end of the query"},
    {"a limit -1", "1:9", 8,
     "expected a whole number after 'limit', found '-'"},
    {"a limit 5, 10", "1:10", 9,
     "found ','; one number follows 'limit': how many rows. weir skips no "
     "rows of an answer"},
    {"a order by b limit", "1:19", 18,
     "expected a whole number after 'limit', found the end of the query"},
    {"case a when b then c els d end", "1:22", 21,
     "expected an operator, 'when', 'else' or 'end' of the case, found 'els'; "
     "did you mean 'else'?"},
    {"case end", "1:9", 8,
     "expected 'when' after 'case', found the end of the query"},
    {"a in (1, 2", "1:11", 10,
     "expected an operator, ',' or ')', found the end of the query"},
    {"a in 1, 2", "1:6", 5, "expected '(' after 'in', found 1"},
    {"a between 1", "1:12", 11,
     "expected 'and' between the two bounds of 'between', found the end of the "
     "query"},
    {"a is nul", "1:6", 5,
     "expected 'null' after 'is', found 'nul'; did you mean 'null'?"},
    {"a is not nul", "1:10", 9,
     "expected 'null' after 'is not', found 'nul'; did you mean 'null'?"},
    {"a ? b", "1:3", 2,
     "found '?'; use case when x > 0 then 'yes' else 'no' end"},
    {"a := 5", "1:3", 2,
     "found ':'; this character is not allowed outside quotes"},
    {"a[1]", "1:2", 1, "found '['; " BRACKETS},
    {"$99999999999", "1:1", 0, "no file has that many columns"},
    {"a = 'it's'", "1:10", 9,
     "the text that opens here is never closed; write '' for a quote inside "
     "it"},
    {"a nto in (1)", "1:3", 2,
     "found 'nto'; did you mean 'not'? a new name goes after 'as'"},
    {"a not lik 'x'", "1:7", 6,
     "expected in, between, like or regexp after 'not', found 'lik'; did you "
     "mean 'like'?"},
    {"a by", "1:5", 4,
     "expected a value after 'by', found the end of the query"},
    {"a by b by c where", "1:8", 7,
     "'by' is there twice; separate keys with ','"},
    {"a group by b where c group by d", "1:22", 21,
     "'by' is there twice; separate keys with ','"},
    {"a order by b order by c", "1:14", 13,
     "'order by' is there twice; separate items with ','"},
    {"a from x from y", "1:10", 9,
     "'from' is there twice; several files are given after the query"},
    {"a where b from x", "1:11", 10,
     "'from' goes before 'where'; the order is from, where, by, having, order "
     "by, limit"},
    {"'x' 'y'", "1:5", 4,
     "expected an operator, ',', " REST ", found the text 'y'"},
    {"\"a\" \"b\" \"c\"", "1:9", 8,
     "expected an operator, ',', " REST ", found the name \"c\""},
    {"\"x\"(1)", "1:4", 3, "expected an operator, ',', " REST ", found '('"},
    {"a b oder by c", "1:5", 4,
     "expected an operator, ',', " REST
     ", found 'oder'; did you mean 'order'?"},
    {"mean(age) from users.csv wher age > 3", "1:26", 25,
     "expected where, by, having, order by, limit or the end of the query, "
     "found 'wher'; did you mean 'where'?"},
    {"mean(age) from", "1:15", 14,
     "expected a file's name after 'from', found the end of the query"},
    {"f(distinct distinct x)", "1:12", 11,
     "expected an operator, ',' or ')', found 'distinct'"},
    {"a == = b", "1:6", 5, "expected a value after '=', found '='"},
    {"a => b", "1:3", 2, "found '=>'; use '>='"},
    {"=", "1:1", 0, "expected a value, found '='"},
    {"a # comment", "1:3", 2, "found '#'; a comment begins with --"},
    {"mean(age)\nwhere\n  größe && 3", "3:11", 26, "found '&&'; use 'and'"},
    {"a \xe9"
     " b",
     "1:3", 2,
     "the query is not UTF-8: found the byte \\xE9; a column may also be named "
     "by its number, as in $3"},
    {"a,\n 'x\ny", "2:2", 4,
     "the text that opens here is never closed; write '' for a quote inside "
     "it"},
    {"a \a", "1:3", 2,
     "found '\\x07'; this character is not allowed outside quotes"},
};

START_TEST(wrong_query_says_where_and_why)
{
    struct weir_ast query;
    struct weir_error error;
    char place[32];
    enum weir_status status = weir_ast_parse(wrongs[_i].query, &query, &error);
    ck_assert_int_eq(status, WEIR_USAGE);
    ck_assert_int_eq(error.status, WEIR_USAGE);
    ck_assert_str_eq(error.message, wrongs[_i].message);
    snprintf(place, sizeof(place), "query:%s", wrongs[_i].place);
    ck_assert_str_eq(error.place, place);
    ck_assert_uint_eq(error.byte, wrongs[_i].byte);
    snprintf(place, sizeof(place), "%d:%d", (int)error.line, (int)error.column);
    ck_assert_str_eq(place, wrongs[_i].place);
    ck_assert_ptr_null(query.blocks);
    weir_ast_release(&query);
}
END_TEST

START_TEST(fail_at_counts_lines_and_bytes)
{
    struct weir_error error;
    weir_fail(&error, WEIR_USAGE, "no column");
    ck_assert_int_eq(weir_ast_fail_at("ab\n\n\xc3\xa9!", 6, &error),
                     WEIR_USAGE);
    ck_assert_str_eq(error.place, "query:3:3");
    ck_assert_str_eq(error.message, "no column");
    ck_assert_uint_eq(error.byte, 6);
    ck_assert_uint_eq(error.line, 3);
    ck_assert_uint_eq(error.column, 3);
}
END_TEST

START_TEST(what_the_system_refused_has_no_place)
{
    struct weir_error error;
    weir_fail(&error, WEIR_LIMIT, "no memory");
    ck_assert_int_eq(weir_ast_fail_at("ab", 1, &error), WEIR_LIMIT);
    ck_assert_str_eq(error.place, "");
    weir_fail(&error, WEIR_IO, "no file");
    ck_assert_int_eq(weir_ast_fail_at("ab", 1, &error), WEIR_IO);
    ck_assert_str_eq(error.place, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query errors");
    TCase *tests = tcase_create("query errors");
    tcase_add_loop_test(tests, wrong_query_says_where_and_why, 0,
                        sizeof(wrongs) / sizeof(*wrongs));
    tcase_add_test(tests, fail_at_counts_lines_and_bytes);
    tcase_add_test(tests, what_the_system_refused_has_no_place);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
