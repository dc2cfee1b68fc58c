#!/usr/bin/env bats
# What people type who know SQL, spreadsheets, pandas, Miller or awk, and the
# sentence that each of them gets.
# shellcheck disable=SC2016,SC2140,SC1112 # the texts are meant as they stand

load kit

setup_data() {
    cat >in.csv <<'CSV'
g,a,v,d,ok,signup,city,first name
x,1,2.5,2024-01-05,true,2024-02-01,Paris,Al
y,3,4.5,2024-01-06,false,2024-03-01,Lyon,Bo
CSV
}

columns='columns: g, a, v, d, ok, signup, city, first name'
shell='; the shell takes $1 out of "double quotes", not out of '\''single quotes'\'
windows='weir has no window functions: an answer has one row for each group, or'\
' one for each record'
subqueries='weir has no subqueries; the answer of one query can be piped to'\
' another'
changes='weir has no statements that change data: it only reads'

# says PLACE SENTENCE QUERY: the query is refused with that sentence.
says() {
    tells 2 "weir: query:1:$1: $2" "$3" in.csv
    same '' out
}

# wants SENTENCE CALL: the call is no function of weir's.
wants() {
    says 1 "no function '${2%%\(*}'; $1" "$2"
}

@test "numbers where columns are meant" {
    setup_data
    says 29 '1 is the same in every record; by needs a column or an'\
' expression, as in by g' 'select g, count(*) group by 1'
    says 35 '1 is the same in every record; by needs a column or an'\
' expression, as in by year(d)' 'select year(d), count(*) group by 1'
    says 12 '1 is the same in every record; by needs a column or an'\
' expression, as in by $1' 'count() by 1'
    says 24 '1 is the same in every record, and item 1, sum(a), is an'\
' aggregate; by needs a column or an expression' 'select sum(a) group by 1'
    says 12 '9 is the same in every record; by needs a column or an'\
' expression, as in by $1' 'count() by 9'
    answers $'a\n3\n1' 'select a order by 1 desc' in.csv
}

@test "the whole expression is a key" {
    setup_data
    says 8 "city is neither a key nor inside an aggregate; add substr(city, 1,"\
" 2) to 'by', or say which one: first(city), max(city)" \
        'substr(city, 1, 2), count()'
    says 1 "city is neither a key nor inside an aggregate; add it to 'by', or"\
' say which one: first(city), max(city)' 'city, count()'
    says 33 "'m' is an alias and cannot be used here; write the expression"\
' again, as in by month(d) as m' 'month(d) as m, count() group by m'
    says 26 "'s' is an alias and cannot be used here; write the expression"\
' again' 'select sum(a) as s where s > 1'
}

@test "what the shell took out of double quotes" {
    setup_data
    # The query of "sum($3) by $1", for a shell without arguments.
    says 10 "expected a value after 'by', found the end of the query$shell" \
        'sum() by '
    says 1 "sum takes one expression, as in sum(x)$shell" 'sum() by g'
    says 1 "p95 takes one expression, as in p95(x)$shell" 'p95()'
    says 16 "expected a value after 'where', found '>'$shell" \
        'count() where  > 5'
    says 15 "expected a value after 'where', found '>'" 'count() where > 5'
    says 1 'sum takes one expression, as in sum(x)' 'sum(a, v)'
}

@test "percentiles" {
    setup_data
    for name in p99.9 P99.90 p99.900000000000; do
        "$WEIR" "quantile(v, 0.999) as q" <(seq -f '%.0f' 0 500 | sed '1s/.*/v/') >want
        "$WEIR" "$name(v) as q" <(seq -f '%.0f' 0 500 | sed '1s/.*/v/') | cmp - want
    done
    says 1 "no function 'p100.5'; weir help functions and weir help aggregates"\
' list them' 'p100.5(v)'
    says 1 "found 'p99.9'; a name with a '.' in it must be \"quoted\"" p99.9
    says 15 'expected a number from 0 to 1, of at most 18 digits, as in'\
' percentile(x, 0.95), found 90' 'percentile(a, 90)'
    says 22 "found 'within'; write quantile(x, 0.95), quantile_disc(x, 0.95)" \
        'percentile_cont(0.9) within group (order by a)'
    says 1 "no function 'p99_9'; a percentile with a point is p99.9(x)" \
        'p99_9(v)'
    wants 'write min(x)' 'p0(a)'
    wants 'write max(x)' 'p100(a)'
    wants 'write p25(x)' 'q1(a)'
    wants 'write iqr(x)' 'interquartile_range(a)'
}

@test "functions of other languages" {
    setup_data
    answers $'weekday(d)\n5\n6' 'weekday(d)' in.csv
    wants 'weir has no powers; write x * x' 'power(a, 2)'
    wants 'write x % y' 'mod(a, 2)'
    wants 'write x % y' 'MOD(a, 2)'
    wants 'write substr(s, 1, 2)' 'left(a, 2)'
    wants 'write substr(s, -2)' 'right(a, 2)'
    wants 'write coalesce(x, 0)' 'ifnull(a, 0)'
    wants 'write coalesce(x, 0)' 'nvl(a, 0)'
    wants 'it asks for nulls, or with another value replaces them; write x is'\
' null, coalesce(x, 0)' 'isnull(a, 0)'
    wants 'write x is null' 'isna(a)'
    wants 'num(x) keeps the fraction; write x - x % 1' 'int(v)'
    answers $'v - v % 1\n2\n4' 'v - v % 1' in.csv
    wants 'weir has no function that fills up, repeats or turns round a text' \
        'reverse(city)'
    wants 'write fixed(x, 2)' "printf('%.2f', v)"
    wants "write case when x > 0 then 'yes' else 'no' end" 'if(a > 1, 2, 3)'
    wants "write case when x > 0 then 'yes' else 'no' end" 'iif(a > 1, 2, 3)'
    wants 'write length(s)' 'strlen(city)'
    wants 'write length(s)' 'len(city)'
    wants 'write upper(s)' 'ucase(city)'
    wants 'write lower(s)' 'lcase(city)'
    wants 'write trim(s)' 'strip(city)'
    wants 'trim works at both ends; write trim(s)' 'ltrim(city)'
    wants "write s ~ '^a'" "regexp_matches(city, 'P')"
    wants 'weir has no positions in a text, but can ask for a part; write s'\
" like '%a%'" "strpos(city, 'a')"
    wants 'weir has no function that replaces or splits; sed can, before weir' \
        "replace(city, 'a', 'b')"
    wants 'what MySQL and Spark write as datediff(e, d) begins at d; write'\
" date_diff('day', d, e)" 'datediff(signup, d)'
    answers $'days\n27\n55' "date_diff('day', d, signup) as days" in.csv
    wants "write date_add(d, 1, 'month')" 'dateadd(d, 3)'
    wants "write date_add(d, -1, 'month')" 'date_sub(d, 3)'
    wants "write date_trunc('hour', e)" "time_bucket('1 hour', d)"
    wants "write date(d, '%Y-%m-%d')" 'to_date(d)'
    wants 'write year(d), month(d), day(d)' 'extract(year from d)'
    wants 'from 1 for Monday to 7 for Sunday; write weekday(d)' 'dayofweek(d)'
    wants 'from 1 for Monday to 7 for Sunday; write weekday(d)' 'dow(d)'
    wants "weir has no clock, so a day is a text; write date_diff('day', d,"\
" '2024-01-31')" 'now()'
    wants 'a function of its own reads each type; write num(x), text(x),'\
' date(d)' 'cast(a as int)'
    wants 'weir has no roots, logarithms and angles; + - * / % are exact' \
        'sqrt(a)'
    answers $'"concat(city, g)"\nParisx\nLyony' 'concat(city, g)' in.csv
    answers $'abs(-a)\n1\n3' 'abs(-a)' in.csv
}

@test "aggregates of other languages" {
    setup_data
    for name in avg average mean; do
        answers "$name(a)"$'\n2' "$name(a)" in.csv
    done
    for name in std stdev stddev; do
        answers "$name(a)"$'\n1.4142135623730951' "$name(a)" in.csv
    done
    wants 'write distinct(x)' 'nunique(city)'
    wants 'write distinct(x)' 'approx_count_distinct(city)'
    answers $'count_distinct(city)\n2' 'count_distinct(city)' in.csv
    answers $'count(distinct city)\n2' 'count(distinct city)' in.csv
    answers $'countif(a > 1)\n1' 'countif(a > 1)' in.csv
    wants 'write sum(x) filter (where x > 0)' 'sumif(a, a > 1)'
    wants 'write count_if(x > 0)' 'countifs(a, a > 1)'
    wants 'write mean(x) filter (where x > 0)' 'averageif(a, a > 1)'
    answers $'m\n3' 'mean(case when a > 1 then a end) as m' in.csv
    wants 'write any_value(x)' 'arbitrary(a)'
    wants 'any_value(x) is a value of any record, and bool_or(...) whether a'\
' condition is true in any; write bool_or(x > 0)' 'any(a > 1)'
    answers $'m\ntrue' 'max(a > 1) as m' in.csv
    says 12 "no function 'bucket'; write floor(x / 10) * 10" 'count() by'\
' bucket(a)'
    wants 'weir has no lists, but groups; write count() by s' \
        'group_concat(city)'
    wants 'write arg_max(s, x)' 'idxmax(city, a)'
    wants "$windows" 'row_number() over (partition by g)'
    wants "$windows" 'lag(a)'
    says 1 "no function 'medain'; did you mean 'median'?" 'medain(a)'
}

@test "a text and a column" {
    setup_data
    says 22 "no column 'Paris'; $columns; a text is written 'Paris'" \
        'count() where city = "Paris"'
    says 23 "no column 'Paris'; $columns; a text is written 'Paris'" \
        'count() where city == Paris'
    answers $'count()\n1' "count() where city == 'Paris'" in.csv
    says 24 "no column 'Paris'; $columns; a text is written 'Paris'" \
        'count() where city in ("Paris")'
    says 1 "no column 'text'; $columns; a text is written 'text'" '"text"'
    says 1 "no column 'text2'; $columns" text2
    says 15 "no column 'Paris'; $columns" 'count() where Paris = city'
    says 5 "'v' is a text, the same in every record; a column is written v or"\
' "v"' "sum('v')"
    says 5 "'first name' is a text, the same in every record; a column is"\
' written "first name"' "sum('first name')"
    says 5 "'1' is a text, the same in every record; an aggregate needs a column"\
' or an expression' "sum('1')"
    says 12 "'state' is a text, the same in every record; by needs a column or"\
' an expression' "count() by 'state'"
    answers $'n\n2' 'count("first name") as n' in.csv
    says 12 "'city' is a text, the same in every record; a column is written"\
' city or "city"' "count() by 'city'"
    local text="'ok' is a text, the same in every record; a column is written"
    text+=' ok or "ok"'
    says 15 "$text" "count() where 'ok' = 'true'"
    says 15 "$text" "count() where 'ok' in ('true')"
    says 15 "$text" "count() where 'ok' like 't%'"
    says 15 "$text" "count() where 'ok' is not null"
    says 15 "$text" "count() where 'ok' > 1"
    says 15 "$text" "sum(case when 'ok' = 'true' then 1 end)"
    says 8 "$text" "select 'ok'"
    says 12 "$text" "a order by 'ok'"
    answers $'ok,a\nok,1\nok,3' "'ok' as ok, a" in.csv
    answers $'count()\n2' "count() where 'x' = 'x'" in.csv
    says 15 "'sum(a)' is a text, the same in every record; the item is written"\
' sum(a)' "sum(a) having 'sum(a)' > '5'"
    says 22 "no column 'sum(a)'; write sum(a), or order by 2" \
        'sum(a) by g order by "sum(a)" desc'
    says 12 '1.5 is the same in every record; order by needs a column or an'\
' expression, as in order by $1' 'a order by 1.5'
    says 25 "a pattern is a text in single quotes; write 'P%'" \
        'count() where city like "P%"'
    says 25 "expected a pattern, a text in single quotes, as in 'a%'" \
        'count() where city like g'
    says 22 "found '‘'; a text stands in straight quotes, as in 'text'" \
        'count() where city = ‘Paris’'
    answers $'first name\nAl\nBo' '`first name`' in.csv
    says 1 'there is a column "first name": write it in double quotes, or first'\
' as name' 'first name'
    says 12 'there is a column "first name": write it in double quotes, or'\
' first as name' 'count() by first name, g'
    answers $'name\nx\ny' 'g name' in.csv
    says 1 "no column 'name'; did you mean \"first name\"? $columns" name
    says 8 "found '['; arguments and lists stand in (parentheses), a name with"\
' blanks in "double quotes"' 'select [first name]'
    # An answer of one column in cell 18 of a first try.
    printf 'city,v\nParis,1\n' >city.csv
    tells 2 "weir: query:1:22: no column 'Paris'; columns: city, v; a text is"\
" written 'Paris'" 'count() where city = "Paris"' city.csv
}

@test "null in other languages" {
    setup_data
    for word in None nan NONE nil; do
        says 20 "no column '$word'; $columns; write a is null" \
            "count() where a == $word"
        says 20 "no column '$word'; $columns; write a is not null" \
            "count() where a != $word"
    done
    says 1 "no column 'None'; $columns; write x is null" None
    answers $'count()\n0' 'count() where a is null' in.csv
    says 20 "no column 'None'; $columns; a text is written 'None'" \
        'count() where g == "None"'
    says 20 "no column 'today'; $columns; weir has no clock, so a day is a text;"\
" write date_diff('day', d, '2024-01-31')" 'count() where d >= today'
}

@test "words that functions of dates take" {
    setup_data
    says 11 "no column 'day'; $columns; a text is written 'day'" \
        'date_diff(day, d, signup)'
    says 12 "no column 'month'; $columns; a text is written 'month'" \
        'date_trunc(month, d)'
    says 20 "no column 'year'; $columns; a text is written 'year'" \
        'max(date_add(d, 1, year))'
    says 10 "no column 'ms'; $columns; a text is written 'ms'" 'epoch(d, ms)'
    says 12 "no column 'UTC'; $columns; a text is written 'UTC'" 'at_zone(d, UTC)'
    says 6 "no column 'day'; $columns; the function is written day(...)" \
        'text(day)'
    answers $'m\n2024-01-01\n2024-01-01' "date_trunc('month', d) as m" in.csv
}

@test "true and false, dates" {
    setup_data
    says 21 "found 'true'; where a cell has the text true, write = 'true'; a"\
" condition stands alone, or after 'not'" 'count() where ok is true'
    says 30 "found 'false'; where a cell has the text false, write != 'false';"\
" a condition stands alone, or after 'not'" 'count() where (a > 1) is not false'
    says 15 "epoch(d) is a number, and is compared with a date; write"\
" epoch('2022-01-01')" "count() where epoch(d) > '2022-01-01'"
    answers $'count()\n2' "count() where epoch(d) > epoch('2022-01-01')" in.csv
    says 15 "strftime(d, '%Y') is a text, and is compared with a number; write"\
" '2024'" "count() where strftime(d, '%Y') = 2024"
    answers $'count()\n2' "count() where strftime(d, '%Y') = '2024'" in.csv
    says 15 "strftime(d, '%m') is a text, and is compared with a number; write"\
" num(strftime(d, '%m'))" "count() where 1 = strftime(d, '%m')"
    answers $'count()\n2' "count() where 1 = num(strftime(d, '%m'))" in.csv
    says 15 'quarter(d) is a number (1 to 4); write 2' \
        "count() where quarter(d) = 'Q2'"
    says 15 "quarter(d) is a number (1 to 4), and 'Q5' is a text" \
        "count() where quarter(d) = 'Q5'"
    says 15 'a value is compared with a condition; where a cell has the text'\
" true or false, write = 'true' or = 'false'" 'count() where ok = true'
    answers $'count()\n1' "count() where ok = 'true'" in.csv
    says 1 "a date is not a number; date_diff('day', a, b) counts days"\
" from a to b, date_add(x, 1, 'day') adds one" "date('2024-01-01') - signup"
    says 5 "found 'interval'; write date_add(d, 1, 'month')" \
        "d + interval '1 day'"
    says 19 "found '2024-01-05'; a date is text, in 'single quotes'" \
        'count() where d > 2024-01-05'
    says 1 "no column 'current_date'; $columns; weir has no clock, so a day is"\
" a text; write date_diff('day', d, '2024-01-31')" current_date
}

@test "operators of other languages" {
    setup_data
    says 28 "'x' alone is not a condition; write city in ('Rome', 'x')" \
        "count() where city='Rome'or'x'"
    says 24 '3 alone is not a condition; write a in (1, 3)' \
        'count() where a = 1 or 3'
    answers $'count()\n2' 'count() where a > 1 or 3' in.csv
    local function="num(...) or text(...) says which is meant"
    says 15 "a number is compared with a text; $function" \
        'count() where length(city) = city || g'
    says 15 'length(city) is a number, and is compared with a text; write 3'\
' without quotes' "count() where length(city) = '3'"
    says 15 'month(d) is a number (1 to 12); write 2' \
        "count() where month(d) = 'Feb'"
    says 15 'weekday(d) is a number (1 for Monday to 7 for Sunday); write 1' \
        "count() where weekday(d) = 'Monday'"
    says 15 "dayofyear(d) is a number (1 to 366), and 'x' is a text" \
        "count() where dayofyear(d) = 'x'"
    says 15 "date(d) is a text like '2024-01-31', and is compared with a"\
' number' 'count() where date(d) > 20240101'
    says 5 "a date is not a number; date_diff('day', a, b) counts days"\
" from a to b, date_add(x, 1, 'day') adds one" "d - '2023-12-25'"
    says 21 "found '&&'; use 'and'" 'count() where a > 1 && v > 2'
    says 19 "'||' joins texts; use 'or' between conditions" \
        'count() where a > 1 || v > 2'
    says 15 "'||' joins texts; use 'or' between conditions" \
        'count() where (a > 1) || (v > 2)'
    answers $'city || g\nParisx\nLyony' 'city || g' in.csv
    says 15 "found '!'; use 'not'" 'count() where !(a > 1)'
    says 17 "found '=>'; use '>='" 'count() where a => 1'
    says 17 "found '=<'; use '<='" 'count() where a =< 1'
    says 20 "found '=~'; use '~'" "count() where city =~ 'P'"
    says 17 "found '==='; use '='" 'count() where a === 1'
    says 17 "found '≥'; use '>='" 'count() where a ≥ 1'
    says 3 "found '**'; there are no powers; use x * x" 'a ** 2'
    says 3 "found '//'; use floor(x / y)" 'a // 2'
    says 2 "found '::'; use num(x), text(x) or date(x)" 'a::int'
    says 10 "found '#'; a comment begins with --" 'select a # comment'
    says 1 "found '\$'; a column's number follows, as in \$3; a name has no"\
" '\$'" '$city'
    says 3 "found 'mod'; write x % y" 'a mod 2'
    says 20 "found 'ilike'; write lower(s) like 'a%'" \
        "count() where city ilike 'p%'"
    says 20 "found 'contains'; write s like '%a%'" \
        "count() where city contains 'a'"
    for query in 'count() where a <> 1' 'count() where a not in (1, 2)'; do
        answers $'count()\n1' "$query" in.csv
    done
    answers $'count()\n2' 'count() where a is not null' in.csv
}

@test "clauses and statements of other languages" {
    setup_data
    answers "$(cat in.csv)" 'select *' in.csv
    answers $'count()\n2' 'count();' in.csv
    says 10 "expected the end of the query after ';', found 'count'" \
        'count(); count()'
    says 8 "'distinct' is allowed only in a call, as in count(distinct x); to"\
' list the distinct values, group by them, as in count() by x' \
        'select distinct city'
    says 11 "found 'offset'; weir skips no rows of an answer; write * limit 5" \
        'a limit 5 offset 2'
    says 10 "found ','; one number follows 'limit': how many rows. weir skips"\
' no rows of an answer' 'a limit 5, 10'
    says 12 "no column 'all'; $columns; each key is named, and without a limit"\
' there are all rows; write count() by s, t' 'count() by all'
    says 8 "found 'top'; write * limit 5" 'select top 10 a'
    says 1 "found 'head'; write * limit 5" 'head 5'
    says 17 "found 'FETCH'; write * limit 5" \
        'select a, v, d  FETCH FIRST 5 ROWS ONLY'
    says 17 "found 'sort'; write * order by x desc" \
        'count() by city sort by count()'
    says 3 "found 'sort'; write * order by x desc" 'a sort by a'
    says 20 "found 'join'; weir has no joins: all files are one table" \
        'select * from in.f join out.f on a = b'
    says 10 "found 'union'; weir has no set operations; several files, named"\
' after the query, are one table' 'select a union select b'
    says 1 "found 'with'; $subqueries" 'with t as (select a) select a'
    says 21 "found 'select'; $subqueries" 'count() where a in (select a)'
    says 8 "found 'over'; $windows" 'sum(a) over (partition by g)'
    says 10 "found 'into'; weir has no tables to write to; the answer goes to"\
' standard output' 'select a into b'
    says 10 "found 'set'; $changes" 'update q set a = 1'
    says 1 "found 'create'; $changes" 'create table t'
    answers $'sum(a)\n4' 'sum(a) having sum(a) > 1' in.csv
    says 10 'having filters groups, and there are none; where filters records' \
        'a having a > 1'
    says 1 'expected what to compute first, as in mean(age) by country, or *'\
" for all columns, found 'where'" 'where a > 1'
    says 1 "no column 'count'; $columns; the function is written count(...)" \
        'count by city'
    says 1 "no column 'sum'; $columns; the function is written sum(...)" 'sum a'
    says 5 "found 'of'; write sum(x)" 'sum of a'
    says 1 "no column 'group'; $columns; what to compute comes first; write"\
' count() by s' 'group by city'
    says 1 "no column 'summary'; $columns; weir describe FILE says what every"\
' column is' summary
}

@test "words of other languages may be names" {
    printf 'top,sort,join,mod,filter\n1,2,3,4,5\n' >in.csv
    answers $'top,sort,join,mod,filter\n1,2,3,4,5' 'top, sort, join, mod,'\
' filter' in.csv
    answers $'offset,over\n5,2' 'filter as offset, sort over' in.csv
    answers $'sort,count()\n2,1' 'count() by sort' in.csv
    says 7 "expected an operator, ',', from, where, by, having, order by, limit"\
" or the end of the query, found 'wher'; did you mean 'where'?" 'top x wher y'
}

# option MESSAGE WORD...: the words are refused with that message.
option() {
    local want=$1
    shift
    refuses 2 "weir: $want" "$@" 'count()' people.csv
}

# unknown ADVICE WORD...: the first word is an option that weir does not have.
unknown() {
    local want=$1 name=${2%%=*}
    shift
    case $name in
    --*) option "unrecognized option '$name'; $want" "$@" ;;
    *) option "invalid option -- '${name#-}'; $want" "$@" ;;
    esac
}

@test "options by their spelling" {
    unknown "did you mean '--delimiter'?" --delimeter ';'
    unknown "did you mean '--delimiter'?" --delimeter=';'
    unknown "did you mean '--memory'?" --memmory=1G
    unknown "did you mean '--null'?" --nulls NA
    unknown 'weir --help lists the options' --xyzzy
    unknown 'weir --help lists the options, and -- comes before a query that'\
" begins with '-'" -x
    answers $'-age\n-34' -- '-age limit 1' people.csv
    # The argument of an option is none itself, and -- ends them.
    answers $'count()\n4' --null --sep 'count()' people.csv
    answers $'count()\n4' --null=--sep -j 1 'count()' people.csv
    answers $'count()\n4' -d, --mem 64M 'count()' people.csv
    cp people.csv ./--sep
    answers $'count()\n4' -- 'count()' --sep
}

@test "options by their meaning" {
    for name in --sep --separator --fs --ifs -F -t; do
        unknown "write -d ';'" "$name" ';'
    done
    unknown "write -d ';'" '--sep=;'
    unknown "write --output-delimiter ';'" '--ofs=;'
    unknown "write --output-delimiter ';'" --output-sep ';'
    for name in --on-bad-lines --bad-lines --bad-rows; do
        unknown 'write --bad-records reject' "$name" skip
    done
    unknown "the query has the zone, as in at_zone(x, 'Europe/Berlin')" --tz UTC
    unknown "the query has the zone, as in at_zone(x, 'Europe/Berlin')" \
        --timezone=UTC
    unknown "the query can turn the order, as in '* order by line() desc limit"\
" 5'" --tail 5
    answers $'n\n4' 'line() - 1 as n order by line() desc limit 1' people.csv
    unknown "the answer goes to standard output; the shell's | less shows it"\
' page by page' --pager
    unknown 'an empty line is no record, except in a file of one column' \
        --skip-empty-lines
    answers $'count()\n2' 'count()' <<<$'a,b\n1,2\n\n3,4'
    unknown "the query has the format, as in date(x, '%d/%m/%Y')" \
        --date-format '%d/%m/%Y'
    unknown 'write -d tab' --tsv
    unknown 'write -o json' --json
    unknown 'write -o json' --format json
    unknown 'write -o json' -O json
    for name in --headerless-csv-input --no-headers --noheader -H; do
        unknown 'write --no-header' "$name"
    done
    unknown 'the first record is the header, if there is no --no-header' \
        --header-row
    unknown '--no-header reads a file without a header, and the query has the'\
" limit, as in '* limit 5'" -n
    unknown "the query has the limit, as in '* limit 5'" --limit 5
    unknown "the query has the limit, as in '* limit 5'" --head 5
    unknown "the query has the keys, as in 'count() by country'" --group-by x
    unknown "the query has the order, as in '* order by age desc'" --sort x
    unknown 'write --threads 2' --jobs 2
    unknown 'write --threads 2' --nthreads 2
    unknown 'write --memory 1G' --memory-limit 1G
    unknown "files follow the query, as in weir 'count()' FILE" --input x.csv
    unknown 'compressed files are recognised by content' --gzip
}

# rows KIND: the beginnings of the rows of that kind in the table of options.
rows() {
    sed -n '/struct weir_instead options/,/^    {0}}/p' \
        "$WEIR_SOURCE/cli/option_unknown.c" | tr -d '\n' | sed 's/" *"//g' |
        grep -oE "WEIR_$1\\(\"[a-zA-Z0-9 -]+\""
}

@test "what the advice about options says to write are options" {
    advised=$(sed -n '/struct weir_instead options/,/^    {0}}/p' \
        "$WEIR_SOURCE/cli/option_unknown.c" | tr -d '\n' |
        grep -o 'WEIR_WRITE([^()]*)' |
        sed 's/.*"\(-.*\)")/\1/; s/\\"/"/g')
    [ "$(wc -l <<<"$advised")" -ge 15 ]
    while read -r words; do
        eval "ask 0 $words 'count()' people.csv"
    done <<<"$advised"
}

@test "no word of the advice about options is an option" {
    words=$(rows '[A-Z_]+' | sed 's/.*("//; s/"//')
    [ "$(wc -w <<<"$words")" -ge 100 ]
    for word in $words; do
        [ "${#word}" -gt 1 ] && word=-$word
        ask 2 "-$word" 'count()' people.csv
        grep -qE "^weir: (unrecognized option|invalid option --) '.*'; " err
    done
}

@test "values of options" {
    local formats='formats: table, csv, tsv, json, ndjson, md, arrow, bars'
    option "no output format 'jsonl'; did you mean 'ndjson'? $formats" -o jsonl
    option "no output format 'markdown'; did you mean 'md'? $formats" \
        -o markdown
    option "no output format 'pretty'; did you mean 'table'? $formats" \
        -o pretty
    option "no output format 'parquet'; $formats" -o parquet
    option "--bad-cells: found 'skip', expected one of error, null, reject" \
        --bad-cells skip
    option "--threads: found 'many', expected a whole number" -j many
    option "--memory: found 'lots', expected a size such as 64M" --memory lots
}

@test "-h prints the help, and weir alone how to begin" {
    ask 0 --help
    mv out help
    ask 0 -h
    cmp out help
    ask 0 -help
    cmp out help
    ask 0 --stats -h x.csv
    cmp out help
    answers $'count()\n4' --null -h 'count()' people.csv
    refuses 2 "weir: expected a question, as in weir 'mean(age)' users.csv
  weir '* limit 5' users.csv                   the first records
  weir 'count(), mean(age) by country' users.csv
  weir --help                                  the query and all options
  weir help functions, weir help aggregates    what a query can compute"
}
