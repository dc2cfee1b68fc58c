#!/usr/bin/env bats
# explain, records, help; and --eager.

load kit

layouts='dict list tuple slots flyweight columns'

@test "--eager answers as without" {
    "$WEIR_MAKE" users 3000 >users.csv
    for query in 'mean(age)' 'count(), sum(income) by country' \
        'name, age where age > 90 order by age, name limit 9' '*' \
        'max(signup), min(notes) by age having count() > 3' \
        'upper(name) as n, score * 2 where country = '"'DE'"; do
        "$WEIR" "$query" users.csv >lazy
        ask 0 --eager "$query" users.csv
        cmp out lazy
        ask 0 --eager "$query" <users.csv
        cmp out lazy
    done
}

@test "explain: the input, the steps, the output" {
    ask 0 explain 'mean(age) as m by country where age > 30 order by m limit 3' \
        people.csv
    same '' err
    same 'input
  people.csv
  3 columns, of which 2 are read; split by the scan' <(head -n 3 out)
    for line in 'for each window of records' '  r0   load age' \
        '  keep the records where r3 is true' '  group by r4' \
        '  a0   mean(r2), [0-9]* bytes a group' \
        'for each window of groups, in key order' '  country = r0' '  m = r1' \
        '  order by r1' '  limit 3' \
        '  More groups than fit what is left are written to /.*'; do
        grep -qx "$line" out
    done
}

@test "explain: one table for all statistics of a value" {
    ask 0 explain 'median(age), mode(age), top(name, 2) by country' people.csv
    for line in '  a0   count(r2), 8 bytes a group' \
        '  table 1: by r0 r1, counted' '  table 2: by r0 r3, counted' \
        '  r1   load number median of table 1, a0 numbers' \
        '  r2   load mode of table 1' '  r3   load top of table 2' \
        "  More different values than fit what is left are written to ${TMPDIR:-/tmp}."; do
        grep -qxF "$line" out
    done
    [ "$(grep -c counted out)" = 2 ]
}

@test "explain: what is compared with is no input" {
    ask 0 explain "country by country having count() > 12 and country < 'x' or
        max(age) > 123456789012345678901234567890" people.csv
    for line in '  r0   load number a0' '  r1   constant 12' \
        '  r2   compare numbers r0 r1' '  r3   load key 0' \
        "  r4   constant 'x'" '  r5   compare texts r3 r4' \
        '  r7   load a1' '  r8   constant 123456789012345678901234567890'; do
        grep -qxF -- "$line" out
    done
}

@test "explain: the lines of the estimate add up" {
    for query in 'count()' 'mean(age) by country' 'median(age) by country' '* order by age limit 2'; do
        ask 0 explain "$query" people.csv
        sed '1,/^memory$/d' out | awk '
            BEGIN { near = 53000 } # the sum is rounded up
            /allowed by/ { allowed = $1 * 1024 * 1024; next }
            $2 == "MiB" { $1 *= 1024 * 1024; near += 53000 } # hidden by rounding
            $2 == "KiB" { $1 *= 1024 }
            /in all, at least/ { all = $1; next }
            /^ *[0-9]/ { sum += $1; n++ }
            END { d = sum - all; if (d < 0) d = -d
                  exit !(n > 3 && d < n * 60 + near && allowed == 64 * 1024 * 1024) }'
    done
}

@test "explain says what grows" {
    ask 0 explain --temp-dir /there 'name order by age' people.csv
    grep -q 'More rows to be sorted than fit .* are written to /there' out
    ask 0 explain --eager 'name' people.csv
    grep -q 'they are all loaded' out
    grep -q 'loaded first, as columns' out
    run ! grep -q 'allowed by' out
    ask 0 explain --reader libcsv 'name' people.csv
    grep -q 'split by libcsv' out
}

@test "explain of what is wrong" {
    refuses 2 "weir: query:1:1: no column 'x'; columns: name, age, country
  x
  ^" explain x people.csv
}

@test "records: every record a JSON array" {
    answers '["name","age","country"]
["Ann","34","DE"]
["Bob","","FR"]
["Carr, L","27","DE"]
["Eve","91",""]' records people.csv
    printf 'a,"b ""q"""\n\n1,2,3\n4\n"x\ny",\xff' >odd.csv
    answers '["a","b \"q\""]
["1","2","3"]
["4"]
["x\ny","�"]' records odd.csv
    answers '["1","2"]' records -d ';' <<<'1;2'
    answers '' records </dev/null
}

@test "records stops at what is no CSV" {
    printf 'a\n"b\n' >q.csv
    ask 1 records q.csv
    grep -q '^weir: q.csv:2:1 (byte 2): a quote that opens here never' err
    refuses 3 'weir: gone.csv: cannot open: No such file or directory' \
        records gone.csv
}

topics='query operators functions aggregates layouts formats dialects'

@test "help lists the registries" {
    for topic in $topics; do
        ask 0 help "$topic"
        same '' err
        run ! grep -E '.{81}' out
        [ "$(wc -l <out)" -gt 5 ]
        run ! grep -vE '^[^ ].*[^ ]  *[^ ]|^[A-Z].*:$|^$' out
    done
    "$WEIR" help aggregates | grep -q '^mean(x)  *the exact sum by the number'
    "$WEIR" help functions | grep -q '^substr(x, from, count)  *characters'
    "$WEIR" help layouts | grep -q '^tuple '
    "$WEIR" help formats | grep -q '^ndjson '
    refuses 2 "weir: no help on 'x'; there is help on ${topics// /, }, and on\
 each name in them" help x
}

@test "help on a name is its row of the topic" {
    for topic in functions aggregates layouts formats dialects; do
        while read -r line; do
            name=${line%%[ (]*}
            ask 0 help "$name"
            grep -qxF "$line" <(sed 's/  *$//' out)
        done < <("$WEIR" help $topic | grep -v '^[A-Z].*:$\|^$')
    done
    for name in or AND not = != '<' '>=' between in like '~' regexp is null + - \
        '||' '*' / % case when else distinct select as from where by group \
        having order desc limit; do
        ask 0 help -- "$name"
        grep -qF -- "${name,,}" out
    done
    for name in substring isodow DATE; do
        ask 0 help "$name"
        [ "$(wc -l <out)" = 1 ]
    done
    for name in avg p95 percentile MAX_BY; do
        ask 0 help "$name"
        grep -q '^  takes  ' out
    done
    ask 0 help substring
    mv out first
    ask 0 help substr
    cmp out first
}

@test "the help on an aggregate has an example that runs" {
    cd "$WEIR_SOURCE"
    "$WEIR" help aggregates | sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' >"$OLDPWD/names"
    [ "$(wc -l <"$OLDPWD/names")" -gt 45 ]
    while read -r name; do
        example=$("$WEIR" help "$name" |
            sed -n "/^$name(/,/example/s/^  example   weir //p")
        [ "$(eval "\"$WEIR\" $example" | wc -l)" = 2 ]
    done <"$OLDPWD/names"
}

@test "the operators and clauses of the help are run" {
    printf 'x,y,s,t\n2,3,a,b\n' >in.csv
    for topic in operators query; do
        "$WEIR" help $topic | sed 's/   *.*//' >forms
        [ "$(wc -l <forms)" -gt 6 ]
        while read -r form; do
            local file=in.csv
            [[ $form != *from* ]] || file=
            ask 0 "$form" ${file:+"$file"}
            [ "$(wc -l <out)" = 2 ]
        done <forms
    done
}

@test "every function that help lists can be called" {
    printf 'x,from,count,y\n2024-02-29,1,2,3\n' >one.csv
    "$WEIR" help functions | sed 's/  .*//; s/substr(x, from, count)/&/' |
        grep -v num >calls
    [ "$(wc -l <calls)" -gt 15 ]
    while read -r call; do
        call=${call%%, [a-z]*\(*}
        call=${call//, .../}
        case $call in
        abs* | ceil* | floor* | from_epoch* | round*) call=${call//x/y} ;;
        fixed*) call="fixed(y)" ;;
        date_diff*) call=${call/, y)/, x)} ;;
        strptime*) call="strptime(x, '%F')" ;;
        esac
        "$WEIR" "$call" one.csv >out
    done <calls
}
