#!/usr/bin/env bats
# --dialect: how programs write their tables.

load kit

@test "--dialect: an unknown one, and the list" {
    refuses 2 "weir: --dialect: found 'csv', expected one of excel, tsv, mysql,\
 postgres, hive, unix, blanks" --dialect csv '*' people.csv
    ask 0 help dialects
    run ! grep -E '.{81}' out
    cut -d' ' -f1 out >names
    same $'excel\ntsv\nmysql\npostgres\nhive\nunix\nblanks' names
    while read -r name; do
        grep -q -e "^| \`$name\` |" "$WEIR_SOURCE/docs/inputs.md"
        "$WEIR" --help | tr -s ' \n' ' ' | grep -q "writes tables:.* $name\b"
    done <names
}

@test "null is compared before escapes are undone" {
    printf 'id,flag\n1,N\n2,\\N\n3,Y\n' >f.csv
    for options in '-j 1' '-j 2' --eager; do
        # shellcheck disable=SC2086 # words
        answers $'count(flag)\n2' --escape '\' --null '\N' $options \
            'count(flag)' f.csv
    done
    answers $'flag,count()\n,1\nN,1\nY,1' --escape '\' --null '\N' \
        'count() by flag' f.csv
    answers $'count(flag)\n2' --escape '\' --null 'N' 'count(flag)' f.csv
    answers $'count(flag)\n2' --null '\N' 'count(flag)' f.csv
    answers $'count(flag)\n2' --null '\N' --reader libcsv 'count(flag)' f.csv
}

@test "--dialect tsv reads what -o tsv writes" {
    printf 'a,b\n"x\ty",1\n"l1\nl2",2\n"\\N",\n,\\\n' >f.csv
    ask 0 -o json '*' f.csv
    mv out want
    ask 0 -o tsv '*' f.csv
    mv out f.tsv
    for options in '-j 1' '-j 2' --eager '--batch 64'; do
        # shellcheck disable=SC2086 # words
        ask 0 --dialect tsv -o json $options '*' f.tsv
        cmp out want
    done
    # A null that another program has written.
    answers $'count(a),count()\n1,2' --dialect tsv 'count(a), count()' \
        <<<$'a\tb\n\\N\t1\n\\\\N\t2'
}

@test "--dialect mysql and postgres: no header unless there is one" {
    printf '1\ta\\\nb\n2\t\\N\n' >f.txt
    printf 'id\tt\n1\ta\\nb\n2\t\\N\n' >h.txt
    for dialect in mysql postgres; do
        answers $'sum($1),count($2)\n3,1' --dialect "$dialect" \
            'sum($1), count($2)' f.txt
        answers $'sum(id),count(t)\n3,1' --dialect "$dialect" --header id,t \
            'sum(id), count(t)' f.txt
        answers $'sum(id),count(t)\n3,1' --dialect "$dialect" --header '' \
            'sum(id), count(t)' h.txt
        tells 2 "weir: query:1:5: no column 'id'; columns: \$1, \$2; the first\
 record has it: try --header '', which reads it as the header" \
            --dialect "$dialect" 'sum(id)' h.txt
        refuses 2 'weir: --union: expected files with headers, and --dialect '\
'reads none' --dialect "$dialect" --union '*' f.txt h.txt
        answers $'sum(id)\n6' --dialect "$dialect" --union --header '' \
            'sum(id)' h.txt h.txt
    done
    answers $'["1","a\\nb"]\n["2",""]' records --dialect mysql f.txt
}

@test "--dialect: other options change its values" {
    answers $'a,b\n1,NULL' --dialect mysql --header a,b --null '' '*' \
        <<<$'1\tNULL'
    answers $'a,b\n1,' --dialect mysql --header a,b --null NULL '*' \
        <<<$'1\tNULL'
    answers $'a,b\n1,"x""y"' --dialect mysql -d , --quote '"' --header a,b '*' \
        <<<'"1","x\"y"'
    answers $'a,b\n1,\\t' --dialect tsv --escape '' '*' <<<$'a\tb\n1\t\\t'
    answers $'a,b\n1,\\N' --dialect hive --escape '\' --header a,b '*' \
        <<<$'1\x01\\\\N'
    answers $'a,b\n1,x y' --dialect blanks --quote "'" '*' <<<"a b
 1   'x y'"
}

@test "--dialect mysql: a CR is data" {
    printf 'a\rb\t1\r\n\r\t2\n' >f.txt
    for options in '-j 1' '-j 2' --eager; do
        # shellcheck disable=SC2086 # words
        answers '[
{"$1":"a\rb","$2":"1\r"},
{"$1":"\r","$2":2}
]' --dialect mysql -o json $options '*' f.txt
    done
    printf '\r' >>f.txt
    answers $'["a\\rb","1\\r"]\n["\\r","2"]\n["\\r"]' records --dialect mysql \
        f.txt
}

@test "--dialect excel" {
    printf '\xef\xbb\xbfsep=;\r\none;two\r\n1;2\r\n' >s.csv
    printf 'one\ttwo\r\n1\t3\r\n' >t.csv
    refuses 1 "weir: s.csv:1:1 (byte 3): this line only names the delimiter: -d\
 auto takes it from here, and --skip 1 -d ';' passes the line over" \
        'sum(two)' s.csv
    for options in '-j 1' '-j 2' '--reader libcsv' --eager; do
        # shellcheck disable=SC2086 # words
        answers $'sum(two)\n5' --dialect excel $options 'sum(two)' s.csv t.csv
    done
    answers $'sum(two)\n2' -d auto 'sum(two)' s.csv
    printf 'sep=;\none;two\n1;x\n' >b.csv
    refuses 1 "weir: b.csv:3:3 (byte 16): sum(two): 'x' is not a number;\
 --bad-cells=null skips such cells" --dialect excel 'sum(two)' b.csv
    answers $'one\n1' --dialect excel '*' <<<$'one\n1'
}

@test "--dialect blanks" {
    printf '  USER  PID %%CPU \nroot \t  1 0.5\n\n me     22  1.5\n' >ps.txt
    for options in '-j 1' '-j 2' --eager '--batch 64'; do
        # shellcheck disable=SC2086 # words
        answers $'sum(pid)\n23' --dialect blanks $options 'sum(PID) as "sum(pid)"' \
            ps.txt
    done
    tells 2 "weir: query:1:5: no column 'PID'; columns:   USER  PID %CPU ; the\
 header has blanks: try -d blanks" 'sum(PID)' ps.txt
    answers $'a\n1' -d blanks a <<<$'a b\n1 2'
}

@test "partials and checkpoints keep the dialect" {
    printf '1\t2\n' >a.txt
    "$WEIR" --dialect mysql --partial m.part 'sum($2)' a.txt
    "$WEIR" --dialect postgres --partial p.part 'sum($2)' a.txt
    refuses 1 "weir: p.part: cannot be merged with the others: its --dialect is\
 'postgres', theirs 'mysql'" merge m.part p.part
}
