#!/usr/bin/env bats
# The two forms of a query, its clauses, and the messages about wrong queries.

load kit

users=$WEIR_SOURCE/data/users.csv

@test "the examples of the help run" {
    answers $'mean(age)\n43.54' 'mean(age)' "$users"
    ask 0 'count(), mean(age) by country where age >= 18' < <(cat "$users")
    [ "$(head -n 1 out)" = 'country,count(),mean(age)' ]
    answers "$(head -n 1 "$users" | cut -d, -f 2,3)
$(awk -F, 'NR > 1 && $3 > 90 { print $3 "," $2 }' "$users" | sort -rns |
        head -n 5 | sed 's/\(.*\),\(.*\)/\2,\1/')" \
        'name, age where age > 90 order by age desc limit 5' "$users"
    gzip <"$users" >users.csv.gz
    ask 0 'select country, avg(income) group by country' users.csv.gz
    [ "$(head -n 1 out)" = 'country,avg(income)' ]
    printf 'day,shop,amount\n2024-05-01,A,1.10\n2023-01-01,A,2\n' >s1.csv
    printf 'day,shop,amount\n2024-06-01,A,2.20\n2024-06-01,B,7\n' >s2.csv
    answers '[
{"year(day)":2023,"shop":"A","sum(amount)":2},
{"year(day)":2024,"shop":"A","sum(amount)":3.3},
{"year(day)":2024,"shop":"B","sum(amount)":7}
]' -o json 'sum(amount) by year(day), shop' s1.csv s2.csv
}

@test "the short form prints its keys first, SQL what it names" {
    answers $'country,count(),mean(age)\n,1,91\nDE,2,30.5\nFR,1,' \
        'count(), mean(age) by country' people.csv
    answers $'avg(age),country\n91,\n30.5,DE\n,FR' \
        'SELECT avg(age), country GROUP BY country' people.csv
    answers $'count(*)\n1\n2\n1' 'select count(*) by country' people.csv
    answers $'n,country\n1,\n2,DE\n1,FR' 'count() as n, country by country' \
        people.csv
}

@test "where and by may change places" {
    answers $'country,count()\nDE,1' 'count() by country where age = 27' \
        people.csv
    answers $'country,count()\nDE,1' 'count() where age = 27 by country' \
        people.csv
}

@test "SQL's names of aggregates" {
    answers "$(printf '%s\n%s' 'avg(age),total(age),stddev_samp(age),var(age)' \
        '50.666666666666664,152,35.10460558578224,1232.3333333333333')" \
        'avg(age), total(age), stddev_samp(age), var(age)' people.csv
}

@test "every aggregate" {
    answers 'count(),count(age),sum(age),mean(age),min(age),max(age)
4,3,152,50.666666666666664,27,91' \
        'count(), count(age), sum(age), mean(age), min(age), max(age)' \
        people.csv
    answers 'var_pop(age),stddev(age),stddev_pop(age),first(name),last(name)
821.5555555555555,35.10460558578224,28.662790435607548,Ann,Eve' \
        'var_pop(age), stddev(age), stddev_pop(age), first(name), last(name)' \
        people.csv
}

@test "of no records a count is 0, the rest is null" {
    answers $'count(),count(age),sum(age),mean(age),min(age)\n0,0,,,' \
        'count(), count(age), sum(age), mean(age), min(age) where false' \
        people.csv
    answers 'country,count()' 'count() by country where false' people.csv
    answers $'[\n{"sum(age)":null}\n]' -o json 'sum(age) where false' \
        people.csv
    answers '[]' -o json 'name where false' people.csv
    answers '' -o ndjson 'name where false' people.csv
}

@test "from names the input" {
    answers $'count(*)\n4' 'select count(*) from people.csv'
    answers $'count(*)\n2' 'select count(*) from "people.csv" where age > 30;'
    answers $'count(*)\n4' "select count(*) from 'people.csv'" </dev/null
    refuses 2 'weir: the query names its input (from ...), but the command line'\
' names x.csv too; leave one of them out' 'count() from people.csv' x.csv
}

@test "records stream, as they stand in the input" {
    answers "$(cat people.csv | sed 's/"Carr, L"/"Carr, L"/')" '*' people.csv
    answers $'name,name,age,country\nAnn,Ann,34,DE' 'name, * limit 1' people.csv
}

@test "order by: nulls, then numbers, then texts" {
    printf 'x\nb\n10\n\na\n9\n-1.5\nB\n1e1\n' >x.csv
    answers $'x\n""\n-1.5\n9\n10\n1e1\nB\na\nb' 'x order by x' x.csv
    answers $'x\nb\na\nB\n10\n1e1\n9\n-1.5\n""' 'x order by x desc' x.csv
    answers $'x\n""\n-1.5' 'x order by x limit 2' x.csv
    answers $'x\nb\na' 'x order by x desc limit 2' x.csv
    answers 'x' 'x order by x limit 0' x.csv
}

@test "order by: names, aliases, positions, expressions, several" {
    answers $'name\nBob\n"Carr, L"\nAnn\nEve' 'name order by age' people.csv
    answers $'name\nBob\nEve\nAnn\n"Carr, L"' 'name order by -age' people.csv
    answers $'name\n"Carr, L"\nAnn\nBob\nEve' \
        'name order by length(name) desc, name' people.csv
    answers $'name,a\nBob,\n"Carr, L",27' 'name, age as a order by a limit 2' \
        people.csv
    answers $'country,count()\nDE,2\nFR,1\n,1' \
        'count() by country order by 2 desc, 1 desc' people.csv
    answers $'name,age,country\nEve,91,' '* order by 2 desc limit 1' people.csv
}

@test "order by keeps the input's order among equals" {
    answers $'name\nAnn\nBob\n"Carr, L"\nEve' 'name order by line() > 0' people.csv
}

@test "order by a position that is not there" {
    refuses 2 'weir: query:1:15: no column 2 to order by; the answer has 1
  name order by 2
                ^' 'name order by 2' people.csv
    refuses 2 'weir: query:1:15: no column 0 to order by; the answer has 1
  name order by 0
                ^' 'name order by 0' people.csv
}

@test "limit 0 gives the header, limit beyond the end everything" {
    answers name 'name limit 0' people.csv
    answers 'count()' 'count() limit 0' people.csv
    answers '[]' -o json 'name limit 0' people.csv
    ask 0 'name limit 99' people.csv
    [ "$(wc -l <out)" = 5 ]
    answers $'country,count()\n,1\nDE,2' 'count() by country limit 2' people.csv
}

@test "limit stops reading" {
    mkfifo endless
    (yes 1 >endless) 2>/dev/null &
    answers $'a\n1\n1' --header a 'a limit 2' endless
    wait
}

@test "a record with a bad cell after the limit is not met" {
    printf 'a\n1\nx\n' >x.csv
    answers $'a+1\n2' 'a+1 limit 1' x.csv
}

@test "having filters groups" {
    answers $'country,count()\nDE,2' 'count() by country having count() > 1' \
        people.csv
    answers $'country,n\nDE,2' 'count() as n by country having n > 1' people.csv
    answers $'mean(age)\n50.666666666666664' 'mean(age) having count() = 4' \
        people.csv
    answers 'mean(age)' 'mean(age) having count() = 5' people.csv
    refuses 2 'weir: query:1:13: having filters groups, and there are none;'\
' where filters records
  name having age > 1
              ^' 'name having age > 1' people.csv
}

@test "keys by expression" {
    answers $'"substr(name, 1, 1)",sum(age)\nA,34\nB,\nC,27\nE,91' \
        'sum(age) by substr(name, 1, 1)' people.csv
    answers $'age > 30,count()\n,1\nfalse,1\ntrue,2' 'count() by age > 30' \
        people.csv
    answers $'k,country,count()\n1,DE,1\n3,,1\n3,DE,1\n,FR,1' \
        'count() by case when age > 30 then 3 when age > 0 then 1 end as k,
            country order by k is null, k, country' people.csv
}

@test "keys come in natural order" {
    printf 'k\n10\n9\nb\n\na\n9.0\n' >k.csv
    answers $'k,count()\n,1\n9,1\n9.0,1\n10,1\na,1\nb,1' 'count() by k' k.csv
}

@test "a caret shows the place" {
    refuses 2 "weir: query:1:9: expected an operator, ',' or ')', found the\
 end of the query
  mean(age
          ^" 'mean(age' people.csv
    refuses 2 "weir: query:1:11: found 'wher'; did you mean 'where'? a new\
 name goes after 'as'
  mean(age) wher age > 3
            ^" 'mean(age) wher age > 3' people.csv
    refuses 2 "weir: query:2:12: found '&&'; use 'and'
  where äge && 3
            ^" 'name
where äge && 3' people.csv
}

@test "a caret stands under the column, whatever the characters before" {
    ask 2 "name as \"äöü\", agee" people.csv
    same "  name as \"äöü\", agee
                 ^" <(tail -n 2 err)
}

@test "only the query's line that is wrong is shown" {
    refuses 2 "weir: query:2:7: no column 'agee'; did you mean 'age'? columns:\
 name, age, country
  where agee > 3
        ^" $'name\nwhere agee > 3\nlimit 1' people.csv
}

@test "what is wrong with a clause" {
    tells 2 "weir: query:1:12: expected a whole number after 'limit', found '-'" \
        'name limit -1' people.csv
    tells 2 'weir: query:1:12: the limit is larger than 18446744073709551615' \
        'name limit 99999999999999999999999' people.csv
    tells 2 'weir: query:1:1: expected what to compute first, as in mean(age)'\
' by country, or * for all columns, found '"'by'" 'by country' people.csv
    tells 2 "weir: query:1:14: the text that opens here is never closed; write\
 '' for a quote inside it" "name where it's" people.csv
    tells 2 'weir: query:1:12: expected a condition, found age; compare it: age'\
" = 'text', age > 0, age is not null" 'name where age' people.csv
    tells 2 'weir: query:1:1: name is neither a key nor inside an aggregate;'\
" add it to 'by', or say which one: first(name), max(name)" \
        'name, count()' people.csv
    tells 2 'weir: query:1:6: mean(age) is an aggregate, which can'"'t"\
' stand in an aggregate' 'mean(mean(age))' people.csv
    tells 2 'weir: query:1:15: count() is an aggregate, which can'"'t"\
' stand in where; having can filter by it' 'count() where count() > 1' \
        people.csv
    tells 2 "weir: query:1:19: found '2024-01-31'; a date is text, in 'single\
 quotes'" 'name where name > 2024-01-31' people.csv
    tells 2 'weir: query:1:24: regular expression: missing terminating ] for'\
' character class at character 2' "name where name regexp '['" people.csv
}

@test "no query, an empty one, a file in its place" {
    tells 2 "weir: expected a question, as in weir 'mean(age)' users.csv"
    refuses 2 "weir: expected a question, as in weir 'mean(age)' users.csv" --
    refuses 2 'weir: query:1:1: the query is empty; it says what to compute, as'\
' in mean(age) by country where age >= 18' '' people.csv
    refuses 2 'weir: query:1:3: the query is empty; it says what to compute, as'\
' in mean(age) by country where age >= 18' '  ' people.csv
    refuses 2 'weir: people.csv is a file; the question comes first, as in weir'\
" 'count()' people.csv" people.csv
    refuses 2 'weir: people.csv is a file; the question comes first, as in weir'\
" 'count()' people.csv" people.csv 'count()'
    cp people.csv people
    refuses 2 "weir: people is a file; the question comes first, as in weir\
 'count()' people" people people.csv
    refuses 2 "weir: query:1:1: found 'gone.csv'; a name with a '.' in it must\
 be \"quoted\"
  gone.csv
  ^" gone.csv people.csv
}

@test "comments and line ends in a query" {
    answers $'n\n4' 'count() -- all of them
        as n;' people.csv
}

@test "sums at the end of what 128 bits hold" {
    {
        printf 'k,a\nx,0.27\nx,1701411834604692317e18\n'
        printf 'x,316873037158841057\n'
        yes x, | head -n 2045 # so that what follows has its own window
        yes x,0.01 | head -n 10
    } >near.csv
    sum=1701411834604692317316873037158841057
    answers $'k,sum(a)\nx,'$sum.37 'sum(a) by k' near.csv
    sed 's/,0.27/,0.28/; s/,\([0-9]\)/,-\1/' near.csv >below.csv
    answers $'k,sum(a)\nx,-'$sum.38 'sum(a) by k' below.csv
}
