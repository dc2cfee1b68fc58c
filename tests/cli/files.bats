#!/usr/bin/env bats
# Several files are one table: columns by name, --union, empty files, files that
# are missing.

load kit

# ways ARGUMENT...: the answer is that of the first run, in every way of reading
# and in every layout.
ways() {
    local way options want
    want=$("$WEIR" -j 1 "$@")
    for way in chunks segments prefetch sequence; do
        for options in '-j 1' '-j 3' '-j 3 --batch 100'; do
            # shellcheck disable=SC2086 # words
            WEIR_WAY=$way answers "$want" $options "$@"
        done
    done
    for options in --eager --eager=tuple '--reader libcsv'; do
        # shellcheck disable=SC2086 # words
        answers "$want" -j 2 $options "$@"
    done
}

@test "columns are matched by name" {
    printf 'A,B\n1,2\n' >ab.csv
    printf 'B,A\n20,10\n' >ba.csv
    answers $'sum(A),sum(B)\n11,22' 'sum(A), sum(B)' ab.csv ba.csv
    answers $'A,B\n1,2\n10,20' '*' ab.csv ba.csv
    answers $'B,A\n20,10\n2,1' '*' ba.csv ab.csv
    answers $'B,A\n20,10\n2,1' '*' - ab.csv < <(cat ba.csv)
    answers $'A,B\n1,2\n10,20' '*' ab.csv - < <(cat ba.csv)
    answers $'$1\n1\n10' '$1 as "$1"' ab.csv ba.csv
}

@test "the message names the columns that differ" {
    union='; --union fills what is missing with null'
    printf 'A,B\n1,2\n' >ab.csv
    printf 'B,C\n3,4\n' >bc.csv
    printf 'A,B,C,D\n' >abcd.csv
    printf 'B,A,A\n' >baa.csv
    refuses 1 "weir: bc.csv: the header lacks 'A' and has 'C', unlike that of\
 ab.csv$union" '*' ab.csv bc.csv
    refuses 1 "weir: abcd.csv: the header has 'C', 'D', which that of ab.csv\
 lacks$union" '*' ab.csv abcd.csv
    refuses 1 "weir: ab.csv: the header lacks 'C', 'D', which that of abcd.csv\
 has$union" '*' abcd.csv ab.csv
    for option in '' --union; do
        refuses 1 "weir: ab.csv: the header is not that of baa.csv, and two\
 columns are named 'A'; such files need equal headers" $option '*' baa.csv \
            ab.csv
        answers 'B,A,A' $option '*' baa.csv baa.csv
    done
}

@test "a file with another delimiter is not taken for one without the columns" {
    printf 'a,b\n1,2\n' >comma.csv
    printf 'a;b\n3;4\n' >semicolon.csv
    for option in '' --union; do
        refuses 1 "weir: semicolon.csv: the header has ';', unlike that of\
 comma.csv; weir -d ';' --output-delimiter ',' '*' FILE writes this one with ','" \
            $option 'sum(a)' comma.csv semicolon.csv
        refuses 1 "weir: comma.csv: the header has no ';', unlike that of\
 semicolon.csv; weir -d ';' --output-delimiter ',' '*' FILE writes that one\
 with ','" $option 'sum(a)' semicolon.csv comma.csv
    done
    "$WEIR" -d ';' --output-delimiter ',' '*' semicolon.csv >converted.csv
    answers $'sum(a)\n4' 'sum(a)' comma.csv converted.csv
    # Headers of one column each, without another delimiter, are what they are.
    printf 'x y\n3\n' >other.csv
    answers $'sum(a),count()\n1,2' --union 'sum(a), count()' comma.csv other.csv \
        --bad-records pad
}

@test "--union" {
    printf 'A,B\n1,2\n' >ab.csv
    printf 'B,C\n3,4\n' >bc.csv
    printf 'C\n\n5\n' >c.csv
    answers $'A,B,C\n1,2,\n,3,4\n,,\n,,5' --union '*' ab.csv bc.csv c.csv
    answers $'C,A,B\n,,\n5,,\n,1,2\n4,,3' --union '*' c.csv ab.csv bc.csv
    answers $'count(A),sum(C)\n1,9' --union 'count(A), sum(C)' ab.csv bc.csv \
        c.csv
    # A pipe's header is read first only if the pipe is the first input.
    answers $'B,C,A\n3,4,\n2,,1' --union '*' - ab.csv < <(cat bc.csv)
    answers $'A,B,C\n1,2,\n,3,4\n,,\n,,5' --union '*' ab.csv - c.csv \
        < <(cat bc.csv)
    tells 1 "weir: standard input: the header has 'C', which no other input has;\
 for --union, name an input that can be read only once first; the output is\
 incomplete" --union '*' ab.csv - < <(cat bc.csv)
    refuses 2 "weir: --union: expected files with headers, and --no-header\
 reads none" --union --no-header 'count()' ab.csv
}

@test "each file has its own number of fields" {
    printf 'A,B\n1,2\n' >ab.csv
    printf 'C\n1\n1,2\n' >c.csv
    refuses 1 "weir: c.csv:3:1 (byte 4): record has 2 fields but the header has\
 1 (to continue: --bad-records=pad or =reject)" --union 'count()' ab.csv c.csv
    ask 0 --quiet --union --bad-records pad '*' ab.csv c.csv
    same $'A,B,C\n1,2,\n,,1\n,,1' out
    ask 0 --union --bad-records reject --rejects r '*' ab.csv c.csv
    same $'A,B,C\n1,2,\n,,1' out
    same $'file,line,byte,column,reason,record
c.csv,3,4,1,record has 2 fields but the header has 1,"1,2"' r
    # The place of a bad cell is in its own column.
    printf 'B,A\n1,2\n3,x\n' >ba.csv
    refuses 1 "weir: ba.csv:3:3 (byte 10): sum(A): 'x' is not a number;\
 --bad-cells=null skips such cells" 'sum(A)' ab.csv ba.csv
    ask 0 --eager --bad-cells reject --rejects r 'sum(A)' ab.csv ba.csv
    same $'file,line,byte,column,reason,record
ba.csv,3,10,3,sum(A): \'x\' is not a number,"3,x"' r
}

@test "an empty file among several adds nothing" {
    : >empty.csv
    printf '\n\n' >blank.csv
    printf 'a\n1\n' >a.csv
    for files in 'a.csv empty.csv' 'empty.csv a.csv' 'blank.csv a.csv blank.csv'
    do
        # shellcheck disable=SC2086 # words
        answers $'sum(a),count()\n1,1' 'sum(a), count()' $files
    done
    answers $'sum(a)\n1' 'sum(a)' - a.csv </dev/null
    refuses 1 "weir: blank.csv: no header: all inputs are empty; --no-header or\
 --header names the columns" 'count()' empty.csv blank.csv
}

@test "a file that is missing or wrong is told before anything is printed" {
    cp people.csv a.csv
    printf 'x\n' >b.csv
    : >c.csv.zst
    refuses 3 'weir: no.csv: cannot open: No such file or directory' \
        '*' a.csv no.csv
    refuses 3 'weir: .: is a directory, where a file is expected' '*' a.csv .
    refuses 1 "weir: b.csv: the header lacks 'name', 'age', 'country' and has\
 'x', unlike that of a.csv; --union fills what is missing with null" '*' \
        a.csv b.csv
    refuses 3 "weir: c.csv.zst: is empty (0 bytes), and its name promises zstd\
 data" '*' a.csv c.csv.zst
    refuses 3 'weir: no.csv: cannot open: No such file or directory' \
        --no-header '*' a.csv no.csv
}

@test "in every way of reading, and in every layout" {
    seq 3000 | awk '{ print (NR == 1 ? "k,v,w\n" : "") $1 % 7 "," $1 ",x" }' \
        >kvw.csv
    seq 3000 | awk '{ print (NR == 1 ? "w,k,v\n" : "")
        "\"y,\"," ($1 % 5) "," $1 + 0.5 }' >wkv.csv
    seq 3000 | awk '{ print (NR == 1 ? "v,new\n" : "") $1 ",\"1\n" $1 "\"" }' \
        >vn.csv
    for file in *.csv; do
        split -l 500 --filter='zstd -q' "$file" >"$file.zst"
    done
    for files in 'kvw.csv wkv.csv kvw.csv' 'wkv.csv.zst kvw.csv.zst wkv.csv'; do
        # shellcheck disable=SC2086 # words
        ways 'sum(v), min(w), last(v), first(w) by k' $files
    done
    ways --union 'sum(v), count(new), max(length(new)), last(w) by k' \
        vn.csv.zst wkv.csv kvw.csv.zst
    ways --union '*' vn.csv wkv.csv.zst
}

@test "file() and line()" {
    printf '# made\nk,v\n1,"a\nb"\n\n2,x\n' >1.csv
    printf 'k,v\r\n3,"a\r\nb"\r\n4,x' >2.csv
    answers $'file(),line(),k\n1.csv,3,1\n1.csv,6,2' --skip 1 'file(), line(), k' \
        1.csv
    answers $'file(),max(line()),count()\n2.csv,4,2\nstandard input,4,2' \
        'max(line()), count() by file()' 2.csv - < <(cat 2.csv)
    answers $'k,at\n4,4' \
        "k, line() as at where line() > 2 and file() = '2.csv'" 2.csv
    answers $'upper(file()),2 * line()\n2.CSV,4\n2.CSV,8' \
        'upper(file()), 2 * line()' 2.csv
    refuses 1 "weir: 2.csv:2:1 (byte 5): num(file()): '2.csv' is not a number;\
 --bad-cells=null skips such cells" 'num(file())' 2.csv
    tells 2 "weir: query:1:1: file() is neither a key nor inside an aggregate;\
 add it to 'by', or say which one: first(file()), max(file())" \
        'file(), count()' 2.csv
    tells 2 'weir: query:1:1: line takes 0 arguments, found 1, as in line()' \
        'line(k)' 2.csv
    refuses 2 'weir: --checkpoint: line() counts the lines from the beginning'\
' of a file; leave one of the two out' --checkpoint c 'max(line())' 2.csv
}

@test "every record knows its line, in every way of reading" {
    # Each record has the line on which it begins as its last field.
    awk 'BEGIN { printf "t,at\r\n"; for (line = 2; line < 30000; line++) {
        if (line % 7 == 0) { printf "\r\n"; line++ }
        if (line % 5 == 0) { printf "\"a\n\rb\",%d\n", line; line += 2 }
        else printf "x,%d\r\n", line } }' >1.csv
    { echo at,t; seq -f '%.0f,y' 2 20000; } >2.csv
    for i in 1 2; do
        split -l 4000 --filter='zstd -q' $i.csv >$i.csv.zst
    done
    query='sum(line() = num(at)), count(), sum(line() * 2) by file() where at > 3'
    ways "$query" 1.csv 2.csv
    ways "$query" 1.csv.zst 2.csv 2.csv.zst
    awk -F, 'NR > 1 && $2 != $3 { exit 1 }' out
    ways 'line(), file() where line() != num(at)' 1.csv 2.csv.zst
    same 'line(),file()' out
    for i in 1 2 3; do
        for file in 1.csv 1.csv.zst; do
            ask 0 --shard $i/3 --partial "$i.$file" "sum(line() = num(at)), count()" \
                $file
        done
    done
    for file in 1.csv 1.csv.zst; do
        answers "$("$WEIR" 'count() as a, count() as b' 1.csv |
            sed 's/a,b/sum(line() = num(at)),count()/')" merge ?.$file
    done
}

@test "shards have the columns of all files" {
    printf 'a,b\n1,2\n' >1.csv
    printf 'b,a\n20,10\n' >2.csv
    printf 'a,b\n100,200\n' >3.csv
    for option in '' --union; do
        for shard in 1 2 3; do
            # shellcheck disable=SC2086 # words
            ask 0 $option --shard "$shard/3" --partial "$shard.part" \
                'sum(a), sum(b), last(b)' 1.csv 2.csv 3.csv
        done
        answers $'sum(a),sum(b),last(b)\n111,222,200' merge 3.part 1.part 2.part
        printf 'c,a,b\n5,100,200\n' >3.csv
    done
    refuses 1 "weir: 3.csv: the header has 'c', which that of 1.csv lacks;\
 --union fills what is missing with null" --shard 3/3 'sum(a)' 1.csv 2.csv 3.csv
}

@test "a checkpoint in a file with another header" {
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    { echo a,b; seq -f '%.0f,1' 10; } >ab.csv
    { echo b,a; seq -f '2,%.0f' 300000; } >ba.csv
    # The second batch, the first of ba.csv, is used.
    WEIR_KILL=CHECKPOINT_KEPT:1 WEIR_HOLD=BATCH_ASKED:3:CHECKPOINT_KEPT:1 \
        ask 137 -j 1 --checkpoint left --checkpoint-every 1 \
        'sum(a) by b' ab.csv ba.csv
    ask 0 --checkpoint left 'sum(a) by b' ab.csv ba.csv
    same $'b,sum(a)\n1,55\n2,45000150000' out
    grep -Eqx 'weir: left: continuing from byte [0-9]+ of ba.csv' err
}

@test "--files-from" {
    for i in 1 2 3; do
        printf 'a\n%d\n' "$i" >"$i.csv"
    done
    printf 'a\n4\n' >$'4\n.csv'
    query='sum(a), count() by file()'
    printf '1.csv\n\n2.csv' >list
    answers $'file(),sum(a),count()\n1.csv,1,1\n2.csv,2,1' --files-from list \
        "$query"
    zstd -q list
    answers $'a\n3\n1\n2' --files-from list.zst '*' 3.csv
    answers $'a\n1\n2' --files-from - '*' <list
    printf '3.csv\0004\n.csv\0' >list
    answers $'a\n3\n4' --files-from list '*'
    answers $'a\n3\n4' --files-from - '*' <list
    printf '\n\n' >list
    refuses 2 'weir: list: --files-from: no names in it' --files-from list '*'
    refuses 2 'weir: standard input: --files-from: no names in it' \
        --files-from - '*' 1.csv </dev/null
    refuses 3 'weir: no: cannot open: No such file or directory' \
        --files-from no '*'
    refuses 2 'weir: --files-from: expected one list, found two' \
        --files-from list --files-from list '*'
    refuses 2 'weir: --files-from: standard input is the list, and cannot be a'\
' file too' --files-from - '*' - <<<1.csv
    refuses 2 'weir: --files-from: compare reads its list several times:'\
' expected a file, found standard input' compare --files-from - 'count()' <list
    echo '?.csv' >list
    answers $'a\n1\n2\n3' --files-from list '*'
    echo 'x*.csv' >list
    refuses 3 'weir: x*.csv: no file matches the pattern' --files-from list '*'
    printf '1.csv\r\n\r\n2.csv\r\n' >list
    answers $'a\n1\n2' --files-from list '*'
    printf '1.csv\n2.csv\n' >list
    ask 0 explain --files-from list 'sum(a)'
    ask 0 sizeof --files-from list
    answers $'["a"]\n["1"]\n["a"]\n["2"]' records --files-from list
}

@test "patterns" {
    for i in 10 2 b; do
        printf 'a\n1\n' >"f$i.csv"
    done
    cp f2.csv 'f[2].csv'
    query='count() by file()'
    answers $'file(),count()\nf10.csv,1\nf2.csv,1\nfb.csv,1' "$query" 'f*[0-9b].csv'
    answers $'file(),count()\nf2.csv,1\nfb.csv,1' "$query" 'f?.csv'
    answers $'file(),count()\nf[2].csv,1' "$query" 'f[2].csv'
    answers $'file(),count()\nf2.csv,1\nfb.csv,1' \
        "count() from 'f?.csv' by file()"
    refuses 3 'weir: g*.csv: no file matches the pattern' '*' f2.csv 'g*.csv'
    refuses 3 'weir: g*.csv: no file matches the pattern' "* from 'g*.csv'"
    refuses 3 'weir: g.csv: cannot open: No such file or directory' '*' g.csv
    ask 0 --partial 1.part 'count()' f2.csv
    answers $'count()\n1' merge '?.part'
    refuses 2 'weir: --rejects fb.csv is an input; it would be lost' \
        --bad-cells reject --rejects fb.csv "sum(a) from 'f?.csv'"
}
