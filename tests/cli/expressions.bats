#!/usr/bin/env bats
# The values of expressions.

load kit

# gives VALUE EXPRESSION: the expression's value over a record with x='abc', n=5
# and an empty e.
gives() {
    printf 'x,n,e,d\nabc,5,,2024-02-29T10:20:30Z\n' >one.csv
    ask 0 -o ndjson -- "$2 as v" one.csv && same "{\"v\":$1}" out && same '' err
}

@test "arithmetic is decimal" {
    gives 0.3 '0.1 + 0.2'
    gives 0.01 '1.01 - 1'
    gives 1000000000000000000 '1e9 * 1e9'
    gives 0.06 '0.2 * 0.3'
    gives 9007199254740993 '9007199254740992 + 1'
    gives 7 '1 + 2 * 3'
    gives -2 '-n + 3'
}

@test "division and remainders" {
    gives 3.5 '7 / 2'
    gives 0.3333333333333333 '1 / 3'
    gives 1 '7 % 3'
    gives -1 '-7 % 3'
    gives 1 '7 % -3'
    gives 1.5 '7.5 % 2'
    gives null '1 / 0'
    gives null '1 % 0'
}

@test "null passes through" {
    gives null 'e'
    gives null 'e + 1'
    gives null '-e'
    gives null 'e = e'
    gives null 'e > 1'
    gives null 'upper(e)'
    gives null 'null'
    gives true 'e is null'
    gives false 'e is not null'
    gives false 'false and e = 1'
    gives true 'true or e = 1'
    gives null 'true and e = 1'
    gives null 'not (e = 1)'
}

@test "comparison" {
    gives true 'n = 5.0'
    gives true "x = 'abc'"
    gives false 'n = x'
    gives true 'n <> x'
    gives true 'n >= 5 and n <> 6 and n != 6 and n == 5'
    gives true 'n between 5 and 6'
    gives false 'n not between 5 and 6'
    gives true 'n in (1, 5)'
    gives null 'n in (1, null)'
    gives true 'n in (5, null)'
    gives true 'n not in (1, 2)'
    gives true "x in ('abc')"
    gives true "x between 'abb' and 'abd'"
}

@test "patterns" {
    gives true "x like 'a%'"
    gives true "x like '_b_'"
    gives false "x like 'A%'"
    gives true "x not like 'b%'"
    gives true "x ~ '^a.c\$'"
    gives true "x ~ '(?i)B'"
    gives true "x !~ 'd'"
    gives true "x regexp 'b'"
    gives true "x not regexp 'd'"
}

@test "case and coalesce" {
    gives '"big"' "case when n > 4 then 'big' else 'small' end"
    gives null "case when n > 5 then 'big' end"
    gives 1 "case x when 'abc' then 1 else 2 end"
    gives 0 'coalesce(e, 0)'
    gives 5 'coalesce(n, 0)'
    gives '"abc"' 'coalesce(e, null, x)'
}

@test "case guards a bad cell" {
    printf 'a\n1\nx\n3\n' >x.csv
    answers $'sum(v)\n4' \
        "sum(case when a ~ '^[0-9]+\$' then a * 1 end) as \"sum(v)\"" x.csv
    tells 1 "weir: x.csv:3:1 (byte 4): v: 'x' is not a number;\
 --bad-cells=null skips such cells; the output is incomplete" \
        "case when a = '1' then 0 else a + 1 end as v" x.csv
}

@test "texts" {
    gives '"ABC"' 'upper(x)'
    gives '"abc"' "lower('ABC')"
    gives 3 'length(x)'
    gives 2 "length('äö')"
    gives '"bc"' 'substr(x, 2)'
    gives '"b"' 'substr(x, 2, 1)'
    gives '"bc"' 'substr(x, -2)'
    gives '"x"' "trim('  x ')"
    gives '"x"' "trim('**x*', '*')"
    gives '"abc-5"' "concat(x, '-', n)"
    gives '"abc!"' "x || '!'"
    gives '"it'"'"'s"' "'it''s'"
    gives '"5"' 'text(n)'
    gives 3 "num('3')"
}

@test "numbers" {
    gives 3.1 'abs(-3.10)'
    gives 2 'ceil(1.2)'
    gives -2 'floor(-1.2)'
    gives 3 'round(2.5)'
    gives -3 'round(-2.5)'
    gives 1.23 'round(1.234, 2)'
}

@test "dates" {
    gives '"2024-02-29"' 'date(d)'
    gives 2024 'year(d)'
    gives 2 'month(d)'
    gives 29 'day(d)'
    gives 10 'hour(d)'
    gives 20 'minute(d)'
    gives 30 'second(d)'
    gives 1 'quarter(d)'
    gives 9 'week(d)'
    gives '"2024-02-01"' "date_trunc('month', d)"
    gives '"2024-02-26"' "date_trunc('week', d)"
}

@test "a date that is none" {
    printf 'd\n2023-02-29\n' >d.csv
    refuses 1 "weir: d.csv:2:1 (byte 2): year(d): '2023-02-29' is not a date;\
 --bad-cells=null skips such cells" 'year(d)' d.csv
}

@test "what calls are wrong" {
    tells 2 'weir: query:1:1: substr takes 2 or more arguments, found 1, as'\
' in substr(x, from, count)' 'substr(name)' people.csv
    tells 2 'weir: query:1:1: upper takes 1 argument, found 2, as in upper(x)' \
        'upper(name, age)' people.csv
    tells 2 'weir: query:1:1: count takes one expression, as in count(x)' \
        'count(age, name)' people.csv
    tells 2 "weir: query:1:12: expected 'year', 'quarter', 'month', 'week',\
 'day', 'hour', 'minute' or 'second', as in date_trunc('month', x)" \
        "date_trunc('era', name)" people.csv
    tells 2 "weir: query:1:1: sum(distinct age): distinct is allowed only in\
 count(distinct x)" 'sum(distinct age)' people.csv
    tells 2 "weir: query:1:1: median(distinct age): distinct is allowed only in\
 count(distinct x)" 'median(distinct age)' people.csv
    tells 2 "weir: query:1:1: count takes one expression, as in\
 count(distinct x)" 'count(distinct age, name)' people.csv
}

@test "order statistics" {
    answers $'median(age),mode(country),distinct(country),count(distinct age)
34,DE,2,3' 'median(age), mode(country), distinct(country), count(distinct age)' \
        people.csv
    answers $'country,median(age),p50(age),"quantile(age, 0.25)"
,91,91,91
DE,30.5,30.5,28.75
FR,,,' 'median(age), p50(age), quantile(age, 0.25) by country' people.csv
    answers $'country,u\nDE,2' \
        'distinct(age) as u by country having median(age) < 50' people.csv
    answers $'country\n""\nDE\nFR' \
        'select country by country order by median(age) desc' people.csv
    answers $'p\n5' 'round(p90(age) / 7) as p where age < 80' people.csv
}

@test "top: values with counts, as JSON" {
    printf 'a\nx\n"say ""hi"""\nx\n\ny\n"say ""hi"""\n1.0\n1\n' >t.csv
    answers $'"top(a, 3)"\n"{""say \\""hi\\"""":2,""x"":2,""1"":1}"' \
        'top(a, 3)' t.csv
    answers $'mode(a),distinct(a),n\n"say ""hi""",5,1' \
        --quiet --bad-cells=null 'mode(a), distinct(a), distinct(num(a)) as n' t.csv
}

@test "what calls of order statistics are wrong" {
    tells 2 'weir: query:1:1: median takes one expression, as in median(x)' \
        'median(age, 2)' people.csv
    tells 2 'weir: query:1:1: p95 takes one expression, as in p95(x)' \
        'p95(age, 2)' people.csv
    tells 2 "weir: query:1:1: quantile takes an expression and a number from 0\
 to 1, as in quantile(x, 0.95)" 'quantile(age)' people.csv
    for p in 2 -1 95 age "'0.5'" 0.1234567890123456789; do
        tells 2 "weir: query:1:15: expected a number from 0 to 1, of at most 18\
 digits, as in quantile(x, 0.95), found $p" "quantile(age, $p)" people.csv
    done
    tells 2 "weir: query:1:1: top takes an expression and a number of values,\
 as in top(x, 3)" 'top(age)' people.csv
    for k in 0 -1 1.5 1001 1e9 age; do
        tells 2 "weir: query:1:10: expected a whole number from 1 to 1000, as\
 in top(x, 3), found $k" "top(age, $k)" people.csv
    done
    tells 2 "weir: query:1:12: median(age) is an aggregate, which can't stand in\
 where; having can filter by it" 'name where median(age) > 1' people.csv
    tells 2 "weir: query:1:1: no function 'medain'; did you mean 'median'?" \
        'medain(age)' people.csv
    tells 2 "weir: query:1:8: 'distinct' is allowed only in a call, as in\
 count(distinct x); to list the distinct values, group by them, as in count() by\
 x" \
        'select distinct (age)' people.csv
    refuses 1 "weir: people.csv:2:1 (byte 17): median(name): 'Ann' is not a\
 number; --bad-cells=null skips such cells" 'median(name)' people.csv
}

@test "sums past 64 bits are exact" {
    printf '%s\n' a 9223372036854775807 9223372036854775808 \
        123456789012345678901234567890 123456789012345678901234567890 >big.csv
    answers 'sum(a),min(a),max(a)
246913578043138101876178687395,9223372036854775807,123456789012345678901234567890' \
        'sum(a), min(a), max(a)' big.csv
    answers $'[\n{"sum(a)":246913578043138101876178687395}\n]' -o json \
        'sum(a)' big.csv
    printf 'a\n1e300\n1\n-1e300\n' >far.csv
    answers $'sum(a)\n1' 'sum(a)' far.csv
}

@test "what is no number" {
    for cell in nan inf -Infinity +NaN - N/A NULL None '\N' '#N/A'; do
        printf 'a\tb\n%s\t1\n' "$cell" >no.tsv
        refuses 1 "weir: no.tsv:2:1 (byte 4): sum(a): '$cell' is not a number;\
 --null='$cell' takes such cells as null; --bad-cells=null skips such cells" \
            'sum(a)' no.tsv
    done
    for cell in 0x10 1,0,0 '1 2' infinite; do
        printf 'a\tb\n%s\t1\n' "$cell" >no.tsv
        refuses 1 "weir: no.tsv:2:1 (byte 4): sum(a): '$cell' is not a number;\
 --bad-cells=null skips such cells" 'sum(a)' no.tsv
    done
    for cell in 1e309 -1e309 1.7976931348623159e308 1e999 1e-1101 \
        1e99999999999999999999 1e-99999999999999999999; do
        printf 'a\tb\n%s\t1\n' "$cell" >far.tsv
        refuses 1 "weir: far.tsv:2:1 (byte 4): sum(a): '$cell' is out of range;\
 --bad-cells=null skips such cells" 'sum(a)' far.tsv
    done
    printf 'a\n+1\n .5 \n1.\n1e-1\n' >yes.csv
    answers $'sum(a)\n2.6' 'sum(a)' yes.csv
}

@test "a text in quotes that is no number is an error of the question" {
    printf 'v\n1\n' >v.csv
    local wrong="'abc' is not a number, and"
    for query in "'abc' + 1" "2 * 'abc'" "-('abc')" "'abc' % 2"; do
        tells 2 "weir: query:1:$(expr index "$query" "'"): $wrong arithmetic\
 needs one" -- "$query" v.csv
    done
    tells 2 "weir: query:1:7: 'x' is not a number, and round needs one" \
        "round('x')" v.csv
    tells 2 "weir: query:1:11: 'x' is not a number, and substr needs one" \
        "substr(v, 'x')" v.csv
    answers $'n\n6' "'5' + v as n" v.csv
    answers $'n\n""' "'' + v as n" v.csv
}
