#include "cli/commands/syntax.h"

#include <stddef.h>

/* From those that bind least to those that bind most. */
const struct weir_syntax weir_operators[] = {
    {"or", "x > 1 or y > 1", "true if one of them is"},
    {"and", "x > 1 and y > 1", "true if both are"},
    {"not", "not x > 1", "true if it is false"},
    {"= == != <>", "x = 1, s != 'a'", "equal or not; also == and <>"},
    {"< <= > >=", "x < y, x <= y, x > 1, x >= 1",
     "numbers by value, texts by bytes"},
    {"between", "x between 1 and 9", "both ends are included; not between"},
    {"in", "s in ('a', 'b')", "equal to one of them; not in"},
    {"like", "s like 'a%'", "% any text, _ one character; not like"},
    {"~ !~ regexp", "s ~ '^a', s !~ 'b$'",
     "a PCRE2 pattern matches anywhere; also regexp"},
    {"is null", "x is null, x is not null", "an empty cell is null"},
    {"+ -", "x + y, x - 1", "exact, as all arithmetic but division"},
    {"||", "s || t", "the texts joined"},
    {"* / %", "x * y, x / 2, x % 2",
     "a remainder has the sign of the left side"},
    {"case when then else end", "case when x > 1 then s else t end",
     "by the first condition that is true"},
    {"distinct", "count(distinct x)", "how many different values"},
    {NULL, NULL, NULL}};

/* In the order in which a query has them. */
const struct weir_syntax weir_clauses[] = {
    {"select as", "select x, x * y as area",
     "items: what is printed; * is all columns"},
    {"from", "sum(x) from in.csv",
     "the input, if none is named after the query"},
    {"where", "sum(x) where s = 'a'", "only records for which it is true"},
    {"by group", "sum(x) by s, t", "a row for each group; also group by"},
    {"having", "sum(x) by s having sum(x) > 1", "only such groups"},
    {"order asc desc", "x, s order by x desc, s", "the order of the rows"},
    {"limit", "x limit 5", "at most so many rows"},
    {NULL, NULL, NULL}};
