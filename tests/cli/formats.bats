#!/usr/bin/env bats
# How answers are written.

load kit

# on_terminal COMMAND: prints its output on a terminal of 80 columns, without
# CRs.
on_terminal() {
    script -qec "stty cols 80; $1" /dev/null </dev/null | tr -d '\r' >out
}

@test "csv, the one for pipes and files" {
    answers $'name,age,country\nAnn,34,DE\nBob,,FR\n"Carr, L",27,DE\nEve,91,' \
        '*' people.csv
    ask 0 -o csv '*' people.csv
    cmp out people.csv
}

@test "tsv" {
    printf 'a,b\n"x\ty","l\nm\\"\n' >t.csv
    answers $'a\tb\nx\\ty\tl\\nm\\\\' -o tsv '*' t.csv
}

@test "json and ndjson" {
    answers '[
{"name":"Ann","age":34,"country":"DE"},
{"name":"Bob","age":null,"country":"FR"},
{"name":"Carr, L","age":27,"country":"DE"},
{"name":"Eve","age":91,"country":null}
]' -o json '*' people.csv
    answers '{"name":"Ann","age":34}
{"name":"Bob","age":null}' -o ndjson 'name, age limit 2' people.csv
    answers '{"a":true,"n":"007","m":7}' --header n -o ndjson \
        "n = 7 as a, n, n * 1 as m" <<<007
}

@test "json is valid whatever the bytes" {
    printf 'a,b\n"q""\\\x01",\xff\xc3\n' >odd.csv
    answers '{"a":"q\"\\\u0001","b":"��"}' -o ndjson '*' odd.csv
    "$WEIR" -o json '*' odd.csv | jq -e . >/dev/null
}

@test "md" {
    printf 'a,b\n"x|y",1\n"l\nm",2\n' >t.csv
    answers '| a | b |
| --- | ---: |
| x\|y | 2 |
| l<br>m | 3 |' -o md 'a, b + 1 as b' t.csv
}

@test "table" {
    answers 'name    age country
Ann      34 DE
Bob         FR
Carr, L  27 DE
Eve      91 ' -o table '*' people.csv
}

@test "a table on a terminal, its header bold" {
    command -v script >/dev/null || skip 'no script(1)'
    on_terminal "$WEIR 'name, age limit 1' people.csv"
    same $'\033[1mname age\033[0m\nAnn   34' out
}

@test "no colour with NO_COLOR or a dumb terminal; csv in a pipe" {
    command -v script >/dev/null || skip 'no script(1)'
    on_terminal "NO_COLOR=1 $WEIR 'name, age limit 1' people.csv"
    same $'name age\nAnn   34' out
    on_terminal "NO_COLOR= $WEIR 'name limit 0' people.csv"
    same $'\033[1mname\033[0m' out
    on_terminal "TERM=dumb $WEIR -o table 'name limit 0' people.csv"
    same 'name' out
    on_terminal "$WEIR 'name, age limit 1' people.csv | cat"
    same $'name,age\nAnn,34' out
    on_terminal "$WEIR -o csv 'name, age limit 1' people.csv"
    same $'name,age\nAnn,34' out
}

@test "an unknown format brings the nearest" {
    refuses 2 "weir: no output format 'jsn'; did you mean 'json'? formats:\
 table, csv, tsv, json, ndjson, md, arrow, bars" -o jsn 'count()' people.csv
    refuses 2 "weir: no output format 'xyz'; formats: table, csv, tsv, json,\
 ndjson, md, arrow, bars" -o xyz 'count()' people.csv
    refuses 2 "weir: no output format ''; formats: table, csv, tsv, json,\
 ndjson, md, arrow, bars" -o '' 'count()' people.csv
}

@test "bars draw the last number, from zero to both sides" {
    printf 'k,v\nab,3\nZoë,1.5\nc,0\nd,\ne,-1\n' >v.csv
    LC_ALL=C.UTF-8 ask 0 -o bars 'k, v' v.csv
    [ "$(grep -c . out)" = 6 ]
    grep -qE '^ab +(█)+.* 3$' out
    grep -qE '^e +(█)+ -1$' out
    grep -qE '^Zoë +(█)+.* 1\.5$' out
    awk '/^ab/ {ab = index($0, "█")} /^e / {e = index($0, "█")}
        END {exit !(ab > e && e > 0)}' out
    run ! grep -E '.{240}' out
    LC_ALL=C ask 0 -o bars 'k, v' v.csv
    grep -qE '^ab +#+ 3$' out
    run ! grep -q '█' out
    refuses 2 "weir: --output bars draws the column 'k', and 'ab' is no number"\
 -o bars 'v, k' v.csv
    refuses 2 'weir: --output bars draws a number, and the answer has none' \
        -o bars 'lower(k)' v.csv
    seq 0 20000 >many.csv
    refuses 4 'weir: --output bars shows at most 10000 rows; add a limit to the'\
' query, as in limit 20' -o bars '*' many.csv
}
