# filter (where ...) after an aggregate, and aggregates of conditions.

load kit

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    printf '%s\n' k,x,y,s a,1,2,foo b,2,4,bar a,3,n/a,baz b,,8,qux a,5,10, \
        >a.csv
}

@test "a filter chooses the records of one aggregate" {
    answers $'a,b,c,d,e\n3,3,3,10,5' "count() filter (where x > 1) as a,\
 count(*) FILTER (WHERE x > 1) as b, count_rows() filter (where x > 1) as c,\
 sum(x) filter (where x > 1) as d, count() as e" a.csv
    answers $'m,q,n,f,t\n3,3,2,bar,"{""a"":1,""b"":1}"' "median(x) filter (where x > 1)\
 as m, quantile(x, 0.5) filter (where x > 1) as q, count(distinct k) filter\
 (where x > 1) as n, first(s) filter (where x > 1) as f, top(k, 2) filter\
 (where x < 3) as t" a.csv
    answers $'k,n\na,2' "count() filter (where x > 1) as n by k having count()\
 filter (where x > 1) > 1 order by n desc" a.csv
    answers $'filter\n1' 'count() as filter where x = 1' a.csv
}

@test "a filter guards all values of an aggregate" {
    answers $'c\n1' "corr(x, y) filter (where y != 'n/a') as c" a.csv
    answers $'r,s\n0.5,qux' "regr_slope(x, y) filter (where k = 'a' and\
 y != 'n/a') as r, arg_max(s, y) filter (where y != 'n/a') as s" a.csv
    answers $'c,n\n1,5' --bad-cells=reject "corr(x, y) filter (where\
 y != 'n/a') as c, count() as n" a.csv
}

@test "what a filter cannot follow is told" {
    tells 2 "weir: query:1:11: filter (where ...) follows an aggregate, as in\
 sum(x) filter (where x > 0)" 'length(s) filter (where x > 1)' a.csv
    tells 2 "weir: query:1:1: sum takes one expression, as in sum(x); the shell\
 takes \$1 out of \"double quotes\", not out of 'single quotes'" \
        'sum() filter (where x > 1)' a.csv
    tells 2 "weir: query:1:28: no column 'z'; columns: k, x, y, s" \
        'count_rows() filter (where z > 1)' a.csv
    tells 2 "weir: query:1:9: found 'filter'; records are chosen by 'where', and\
 an aggregate's after it; write sum(x) filter (where x > 0)" \
        'count() filter where x > 1' a.csv
    tells 2 "weir: query:1:17: expected 'where' after 'filter (', found 'x'" \
        'count() filter (x > 1)' a.csv
    tells 2 "weir: query:1:1: count_rows takes no value, as in count();\
 count(x) counts the values of x" 'count_rows(x)' a.csv
    tells 2 "weir: query:1:1: regr_slope takes two expressions, as in\
 regr_slope(y, x)" 'regr_slope(x)' a.csv
}

@test "aggregates of conditions are conditions" {
    answers $'k,some\nb,false' "bool_or(x > 2) as some by k having not\
 bool_or(x > 2)" a.csv
    answers $'a,b\n,' 'bool_and(x > 1) as a, bool_or(x > 1) as b where x > 9' \
        a.csv
    tells 2 "weir: query:1:10: expected a condition, found k; compare it: k =\
 'text', k > 0, k is not null" 'bool_and(k)' a.csv
}
