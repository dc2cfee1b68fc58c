#!/usr/bin/env bats
# Errors in the data: the places that messages name, the options for bad data,
# and the record counts.

load kit

# account TEXT ARGUMENT...: what --stats prints about the records.
account() {
    local want=$1
    shift
    ask 0 --stats "$@"
    same "$want" <(sed -n 's/^records *//p; /^fields/p; /^cells/p' err)
}

bad='is not a number; --bad-cells=null skips such cells'

@test "a bad cell is an error with its place, and nothing comes out" {
    printf 'name,age\nAnn,3\nBob,abc\n' >p.csv
    refuses 1 "weir: p.csv:3:5 (byte 19): mean(age): 'abc' $bad" \
        'mean(age)' p.csv
    refuses 1 "weir: p.csv:3:5 (byte 19): mean(age): 'abc' $bad" \
        -o json 'mean(age) by name' p.csv
    refuses 1 "weir: standard input:3:5 (byte 19): mean(age): 'abc' $bad" \
        'mean(age)' <p.csv
    refuses 1 "weir: standard input:3:5 (byte 19): mean(age): 'abc' $bad" \
        'mean(age)' - <p.csv
    refuses 1 "weir: p.csv:3:5 (byte 19): order by: 'abc' $bad" \
        'name order by age + 1' p.csv
    refuses 1 "weir: p.csv:3:5 (byte 19): where: 'abc' $bad" \
        'count() where age + 1 > 2' p.csv
}

@test "what follows from a bad cell is bad, and never a text" {
    local bad_case="case when num(name) > 3 then age else name end"
    local place='weir: p.csv:2:1 (byte 9)' why="'Ann' $bad"
    printf 'name,age\nAnn,3\nBob,4\n' >p.csv
    for compared in '> 5' '= 5' '<> 5' 'in (1, 2)' 'between 1 and 2' \
        "> 'a'" 'is null' "like 'a%'"; do
        refuses 1 "$place: where: $why" "count() where ($bad_case) $compared" \
            p.csv
    done
    for aggregate in max min sum count first mode median distinct; do
        refuses 1 "$place: $aggregate($bad_case): $why" \
            "$aggregate($bad_case)" p.csv
    done
    refuses 1 "$place: where: $why" "count() where coalesce($bad_case, 1) = 1" \
        p.csv
    notes "$(printf 'max(age),n\n4,2\n')" \
        "weir: 2 cells taken as null; the first: p.csv:2:1 (byte 9): name: 'Ann' is not a number" \
        --bad-cells=null "max(age), count() as n where ($bad_case) = name" p.csv
}

@test "the place is the decoded one in a .zst and a .gz" {
    printf 'name,age\nAnn,3\nBob,abc\n' >p.csv
    zstd -q p.csv
    gzip -k p.csv
    refuses 1 "weir: p.csv.zst:3:5 (byte 19): sum(age): 'abc' $bad" \
        'sum(age)' p.csv.zst
    refuses 1 "weir: p.csv.gz:3:5 (byte 19): sum(age): 'abc' $bad" \
        'sum(age)' p.csv.gz
}

@test "the place after quoted line feeds, CRLF and a byte order mark" {
    printf 'a,b\n"x\ny\n",1\n"z",q\n' >lf.csv
    refuses 1 "weir: lf.csv:5:5 (byte 17): sum(b): 'q' $bad" 'sum(b)' lf.csv
    printf 'a,b\r\n1,2\r\n"x\r\ny",q\r\n' >crlf.csv
    refuses 1 "weir: crlf.csv:4:4 (byte 17): sum(b): 'q' $bad" 'sum(b)' crlf.csv
    printf '\xef\xbb\xbfa,b\n1,q\n' >bom.csv
    refuses 1 "weir: bom.csv:2:3 (byte 9): sum(b): 'q' $bad" 'sum(b)' bom.csv
}

@test "the place of a cell whose quotes were doubled" {
    printf 'a,b\n1,2\n3,"q""r"\n' >q.csv
    refuses 1 "weir: q.csv:3:3 (byte 10): sum(b): 'q\"r' $bad" 'sum(b)' q.csv
}

@test "the place in the second of several files" {
    printf 'a,b\n1,2\n' >1.csv
    printf 'a,b\n1,2\n3,x\n' >2.csv
    refuses 1 "weir: 2.csv:3:3 (byte 10): sum(b): 'x' $bad" \
        'sum(b)' 1.csv 2.csv 1.csv
}

@test "the place past the first batch" {
    { echo a; seq 100000; echo x; seq 9; } >far.csv
    refuses 1 "weir: far.csv:100002:1 (byte 588897): sum(a): 'x' $bad" \
        'sum(a)' far.csv
    refuses 1 "weir: far.csv:100002:1 (byte 588897): sum(a): 'x' $bad" \
        --batch 1000 'sum(a)' far.csv
}

@test "of several faults the first in the input is told" {
    printf 'a,b\n1,1\nx,1\n1\n1,y\n' >m.csv
    tells 1 "weir: m.csv:3:1 (byte 8): sum(a): 'x' $bad" 'sum(b), sum(a)' m.csv
    tells 1 'weir: m.csv:4:1 (byte 12): record has 1 field but the header has'\
' 2 (to continue: --bad-records=pad or =reject)' 'sum(b)' m.csv
}

@test "a cell nobody asks for is not read" {
    printf 'a,b\n1,x\n' >x.csv
    answers $'sum(a),count(b)\n1,1' 'sum(a), count(b)' x.csv
    answers $'sum(b)\n""' "sum(b) where a = 2" x.csv
}

@test "--bad-cells=null takes bad cells for null" {
    printf 'name,age\nAnn,3\nBob,abc\nEve,5\n' >p.csv
    told="weir: 1 cell taken as null; the first: p.csv:3:5 (byte 19): age: 'abc' is not a number"
    notes $'mean(age),count()\n4,3' "$told" --bad-cells=null \
        'mean(age), count()' p.csv
    notes $'name,v\nAnn,4\nBob,\nEve,6' "$told" --bad-cells=null \
        'name, age + 1 as v' p.csv
    notes $'name\nAnn\nEve' "$told" --bad-cells=null \
        'name where age + 1 > 0' p.csv
    answers $'name\nAnn\nEve' --bad-cells=null --quiet \
        'name where age + 1 > 0' p.csv
    account '3 read = 3 used + 0 filtered + 0 rejected
cells     1 taken as null' --quiet --bad-cells=null 'mean(age)' p.csv
}

@test "--bad-cells=reject sets the record aside" {
    printf 'name,age\nAnn,3\nBob,abc\n"E\nve",5\n"Z\n""a",-\n' >p.csv
    ask 0 --bad-cells=reject --rejects r.csv 'mean(age), count()' p.csv
    same $'mean(age),count()\n4,2' out
    same "file,line,byte,column,reason,record
p.csv,3,19,5,mean(age): 'abc' is not a number,\"Bob,abc\"
p.csv,7,40,6,mean(age): '-' is not a number; --null='-' takes such cells as null,\"\"\"Z
\"\"\"\"a\"\",-\"" r.csv
    account '4 read = 2 used + 0 filtered + 2 rejected' --bad-cells=reject \
        'mean(age)' p.csv
    account '4 read = 1 used + 1 filtered + 2 rejected' --bad-cells=reject \
        'mean(age) where age + 0 > 3' p.csv
    account '4 read = 0 used + 4 filtered + 0 rejected' --bad-cells=reject \
        'mean(age) where false' p.csv
}

@test "a reject's reason is whole, whatever is in the cell" {
    printf 'a\n1\nx; --bad-cells=y\n' >p.csv
    ask 0 --bad-cells=reject --rejects r.csv 'sum(a)' p.csv
    same "file,line,byte,column,reason,record
p.csv,3,4,1,sum(a): 'x; --bad-cells=y' is not a number,x; --bad-cells=y" r.csv
}

@test "rejects of standard input, of several files, of a .zst" {
    printf 'a\n1\nx\n' >1.csv
    printf 'a\ny\n2\n' | zstd -q >2.csv.zst
    ask 0 --bad-cells=reject --rejects r.csv 'sum(a)' 1.csv 2.csv.zst - <1.csv
    same $'sum(a)\n4' out
    same "file,line,byte,column,reason,record
1.csv,3,4,1,sum(a): 'x' is not a number,x
2.csv.zst,2,2,1,sum(a): 'y' is not a number,y
standard input,3,4,1,sum(a): 'x' is not a number,x" r.csv
}

@test "a record is rejected once, however much is wrong with it" {
    printf 'a,b\nx,y\n1,2\n' >p.csv
    ask 0 --bad-cells=reject --rejects r.csv 'sum(a), sum(b)' p.csv
    same $'sum(a),sum(b)\n1,2' out
    [ "$(wc -l <r.csv)" = 2 ]
}

@test "a record with too few or too many fields is an error" {
    printf 'a,b\n1,2\n3\n' >few.csv
    printf 'a,b\n1,2\n3,4,5\n' >many.csv
    refuses 1 'weir: few.csv:3:1 (byte 8): record has 1 field but the header'\
' has 2 (to continue: --bad-records=pad or =reject)' 'sum(a)' few.csv
    refuses 1 'weir: many.csv:3:1 (byte 8): record has 3 fields but the header'\
' has 2 (to continue: --bad-records=pad or =reject)' 'sum(a)' many.csv
    refuses 1 'weir: many.csv:3:1 (byte 8): record has 3 fields but the header'\
' has 2 (to continue: --bad-records=pad or =reject)' --reader libcsv 'sum(a)' many.csv
}

@test "--bad-records=pad fills and cuts" {
    printf 'a,b\n1,2\n3\n4,5,6\n' >r.csv
    notes $'a,b\n1,2\n3,\n4,5' \
        $'weir: 1 missing field taken as null (--bad-records=pad)\nweir: 1 surplus field dropped (--bad-records=pad)' \
        --bad-records=pad '*' r.csv
    account '3 read = 3 used + 0 filtered + 0 rejected
fields    1 missing taken for null, 1 surplus dropped' --bad-records=pad \
        'sum(a)' r.csv
}

@test "--bad-records=reject sets the record aside" {
    printf 'a,b\n1,2\n3\n4,5,6\n' >r.csv
    ask 0 --bad-records=reject --rejects out.csv 'sum(a)' r.csv
    same $'sum(a)\n1' out
    same 'file,line,byte,column,reason,record
r.csv,3,8,1,record has 1 field but the header has 2,3
r.csv,4,10,1,record has 3 fields but the header has 2,"4,5,6"' out.csv
    account '3 read = 1 used + 0 filtered + 2 rejected' --bad-records=reject \
        'sum(a)' r.csv
}

@test "both kinds of rejects go to one file" {
    printf 'a,b\nx,1\n3\ny,1\n' >r.csv
    ask 0 --bad-records=reject --bad-cells=reject --rejects out.csv \
        'sum(a)' r.csv
    same $'sum(a)\n""' out
    same '2 3 4' <(cut -s -d, -f 2 out.csv | sed 1d | sort | paste -sd ' ')
    account '3 read = 0 used + 0 filtered + 3 rejected' --bad-records=reject \
        --bad-cells=reject 'sum(a)' r.csv
}

@test "the first record that is rejected is the first in the input" {
    local way question
    printf 'a,b\n1,2\n4,y\nx,3\nz,w\n5\n6,7,8\n' >r.csv
    for way in '-j 1' '-j 2' '--reader libcsv' '--batch 64' \
        '--eager --rejects /dev/null'; do
        for question in 'sum(a), sum(b)' 'sum(a), sum(b) where a > 0' 'sum(b)'; do
            ask 0 $way --bad-cells=reject --bad-records=reject "$question" r.csv
            grep -q "the first: r.csv:3:3 (byte 10): sum(b): 'y' " err
        done
        ask 0 $way --bad-cells=null --bad-records=reject \
            'sum(b), count() where a > 0' r.csv
        grep -q "null; the first: r.csv:3.*: b: 'y' " err
    done
}

@test "a quote that never closes is always an error" {
    printf 'a,b\n1,2\n3,"4\n5,6\n' >q.csv
    for option in error pad reject; do
        refuses 1 'weir: q.csv:3:3 (byte 10): a quote that opens here never'\
" closes; --quote '' turns quoting off" --bad-records=$option 'sum(a)' q.csv
    done
    answers $'a,b\n1,2\n3,"""4"\n5,6' --quote '' '*' q.csv
}

@test "the account of what is filtered" {
    account '4 read = 2 used + 2 filtered + 0 rejected' 'name where age > 30' \
        people.csv
    account '4 read = 4 used + 0 filtered + 0 rejected' 'count()' people.csv
    account '4 read = 2 used + 2 filtered + 0 rejected' --eager \
        'name where age > 30' people.csv
    ask 1 --stats 'sum(name)' people.csv
    grep -q '^records   .* read' err
}

@test "the account of an eager run" {
    printf 'a,b\n1,2\n3\nx,5\n6,6\n' >r.csv
    for mode in --batch=128K --eager; do
        account '4 read = 1 used + 1 filtered + 2 rejected' $mode \
            --bad-records=reject --bad-cells=reject 'sum(a) where b < 6' r.csv
    done
}

@test "NUL bytes and invalid UTF-8 pass through" {
    printf 'a,b\n1,x\0y\n2,\xff\xc3\n' >odd.csv
    ask 0 '*' odd.csv
    cmp out odd.csv
    ask 0 'length(b) as l' odd.csv
    same $'l\n3\n2' out
    tells 1 "weir: odd.csv:2:3 (byte 6): sum(b): 'x\\x00y' $bad" 'sum(b)' odd.csv
}

@test "--rejects must not be an input" {
    ln -s people.csv link.csv
    for name in people.csv ./people.csv link.csv; do
        refuses 2 "weir: --rejects $name is an input; it would be lost" \
            --rejects "$name" --bad-cells=reject 'sum(age)' people.csv
    done
    [ "$(wc -l <people.csv)" = 5 ]
    refuses 2 'weir: --rejects people.csv is an input; it would be lost' \
        --rejects people.csv 'count() from people.csv'
    [ "$(wc -l <people.csv)" = 5 ]
    refuses 2 'weir: --rejects people.csv is an input; it would be lost' \
        --rejects people.csv 'count()' <people.csv
    [ "$(wc -l <people.csv)" = 5 ]
}

@test "--rejects must not be where the answer goes" {
    echo kept >answer.csv
    code=0
    "$WEIR" --rejects answer.csv 'count()' people.csv 2>err >>answer.csv ||
        code=$?
    [ "$code" = 2 ]
    same 'weir: --rejects answer.csv is where the answer goes' err
    same kept answer.csv
    ask 0 --rejects /dev/null 'count()' people.csv </dev/null
}

@test "--rejects that cannot be made or written" {
    refuses 3 'weir: cannot create gone/r.csv: No such file or directory' \
        --rejects gone/r.csv 'count()' people.csv
    printf 'a\nx\n' >x.csv
    ask 3 --rejects /dev/full --bad-cells=reject 'sum(a)' x.csv
    grep -q '^weir: cannot write /dev/full: no space left' err
}

@test "a regular expression that takes too long is an error where it counts" {
    slow=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!
    printf 't,n\nb,x\n%s,1\n%s,y\na,2\n' $slow $slow >slow.csv
    refuses 1 "weir: slow.csv:3:1 (byte 8): where: '$slow' takes the regular expression too long; --bad-cells=null skips such cells" \
        "count() where t ~ '^(a+)+\$'" slow.csv
    # A row before it that is an error of its own comes first.
    refuses 1 "weir: slow.csv:2:3 (byte 6): sum(n + 0): 'x' is not a number; --bad-cells=null skips such cells" \
        "sum(n + 0), count(t ~ '^(a+)+\$')" slow.csv
    answers $'count()\n4' "count() where t ~ '^(a+)+\$' or n is not null" \
        slow.csv
    notes $'count()\n1' \
        "weir: 2 cells taken as null; the first: slow.csv:3:1 (byte 8): where: '$slow' takes the regular expression too long" \
        --bad-cells=null "count() where t ~ '^(a+)+\$'" slow.csv
    refuses 1 "weir: group t = '$slow': having: '$slow' takes the regular expression too long; --bad-cells=null skips such cells" \
        "count() by t having t ~ '^(a+)+\$'" slow.csv
}

# asked TEXT CODE NOTICE ARGUMENT...: weir answers with the text, or fails with
# the code, and in either case prints the notice, in every way of reading. With
# a sanitizer, one of each kind.
asked() {
    local want=$1 code=$2 told=$3 way
    local ways=('-j 1' '-j 2' '--reader libcsv' '--batch 64')
    local packed=(gz zst) layouts=(dict list tuple slots flyweight columns)
    if [ -n "${WEIR_SANITIZE-}" ]; then
        ways=('-j 2 --batch 64') packed=(zst) layouts=(columns)
    fi
    shift 3
    for way in "${ways[@]}"; do
        responds "$code" "$want" "$told" $way "$@" f.csv
    done
    gzip -c f.csv >f.csv.gz
    zstd -qc f.csv >f.csv.zst
    for way in "${packed[@]}"; do
        responds "$code" "$want" "${told//f.csv/f.csv.$way}" "$@" "f.csv.$way"
    done
    for way in "${layouts[@]}"; do
        ask "$code" --eager=$way "$@" f.csv
        same "$want" out
    done
    [ "$code" = 0 ] || return 0
    for way in 1 2 3; do
        ask 0 --shard $way/3 --partial $way.part "$@" f.csv
    done
    ask 0 merge 3.part 1.part 2.part
    same "$want" out
}

@test "an order needs numbers, equality does not" {
    printf 'id,v\n1,50\n2,N/A\n3,500\n4,null\n5,-\n' >f.csv
    asked '' 1 "weir: f.csv:3:3 (byte 12): where: 'N/A' is not a number; --null='N/A' takes such cells as null; --bad-cells=null skips such cells" \
        'count() where v > 100'
    asked $'count()\n1' 0 "weir: 3 cells taken as null; the first: f.csv:3:3 (byte 12): v: 'N/A' is not a number; --null='N/A' takes such cells as null" \
        --bad-cells=null 'count() where v > 100'
    asked $'count()\n1' 0 "weir: 3 records rejected; the first: f.csv:3:3 (byte 12): where: 'N/A' is not a number; --null='N/A' takes such cells as null; --rejects=FILE keeps them" \
        --bad-cells=reject 'count() where v > 100'
    asked $'n\n1' 0 "weir: 3 cells taken as null; the first: f.csv:3:3 (byte 12): v: 'N/A' is not a number; --null='N/A' takes such cells as null" \
        --bad-cells=null 'sum(case when v > 100 then 1 else 0 end) as n'
    asked $'count()\n1' 0 '' 'count() where v = 500'
    asked $'count()\n4' 0 '' 'count() where v <> 500'
    asked $'count()\n2' 0 '' 'count() where v in (50, 500)'
    for condition in 'v <= 100' '100 > v' 'v between 1 and 100' \
        'v not between 1 and 100' 'v > id' "case when v > 1 then true end"; do
        ask 1 "count() where $condition" f.csv
    done
    printf 'd,n\n2022-04-28,1\n2024-01-02,2\n' >f.csv
    asked '' 1 "weir: f.csv:2:1 (byte 4): where: '2022-04-28' is not a number; it looks like a date: compare with '2023-01-01', or year(d); --bad-cells=null skips such cells" \
        'count() where d > 2023'
    asked $'count()\n1' 0 '' 'count() where year(d) > 2023'
    refuses 2 "weir: query:1:15: a cell is compared with a number in quotes; 2023 without quotes compares numbers, and text(...) of the cell compares texts
  count() where d > '2023'
                ^" "count() where d > '2023'" f.csv
    asked $'count()\n1' 0 '' "count() where d > '2023-01-01'"
    for number in 2023 ' 5' 1e400; do
        ask 2 "count() where trim(d) > '$number'" f.csv
        grep -q 'a cell is compared with a number in quotes' err
    done
    answers $'count()\n1' "count() where text(trim(d)) > '2023'" f.csv
}

@test "dates are ordered if they are written alike" {
    local text hint advice='; --bad-cells=null skips such cells'
    printf 't\n2024-01-01 12:00:00\n2024-01-01T12:00:00\n2024-01-02\n' >f.csv
    text="is not written as the date it is compared with"
    hint="; date_trunc('second', x) writes all as '2024-01-31 23:59:59'"
    asked '' 1 "weir: f.csv:3:1 (byte 22): where: '2024-01-01T12:00:00' $text$hint$advice" \
        "count() where t > '2024-01-01 10:00:00'"
    asked '' 1 "weir: f.csv:2:1 (byte 2): where: '2024-01-01 12:00:00' $text$hint$advice" \
        "count() where '2024-01-01T10:00:00' <= trim(t)"
    asked $'count()\n1' 0 "weir: 1 cell taken as null; the first: f.csv:3:1 (byte 22): t: '2024-01-01T12:00:00' $text$hint" \
        --bad-cells=null "count() where t between '2024-01-01 10:00' and '2024-01-01 13:00'"
    asked $'count()\n2' 0 '' \
        "count() where date_trunc('second', t) < '2024-01-01 13:00:00'"
    # The day decides, or nothing but equality is asked for.
    asked $'count()\n3' 0 '' "count() where t > '2023-12-31T10:00:00'"
    asked $'count()\n3' 0 '' "count() where t > '2023-12-31'"
    asked $'count()\n1' 0 '' "count() where t = '2024-01-01T12:00:00'"
    printf 't\n2024\n2024-05\nnever\n\n' >f.csv
    asked $'count()\n3' 0 '' "count() where t > '2023-12-31'"
    for cell in 31.12.2024 12/31/2024 20241231 2024/12/31; do
        printf 't\n2024-01-01\n%s\n' "$cell" >f.csv
        ask 1 "count() where t > '2023-12-31'" f.csv
        grep -q "f.csv:3:1 (byte 13): where: '$cell' $text; .* reads it as 2024-12-31" err
    done
}

@test "an order of two cells needs two numbers or two texts" {
    printf 'a,b\n9,10\nx,y\n,1\n' >f.csv
    asked $'count()\n2' 0 '' 'count() where a < b'
    printf 'a,b\n9,10\nx,5\n' >f.csv
    asked '' 1 "weir: f.csv:3:1 (byte 9): where: 'x' is not a number, and is compared with one; --bad-cells=null skips such cells" \
        'count() where a < b'
    asked '' 1 "weir: f.csv:3:1 (byte 9): where: 'x' is not a number, and is compared with one; --bad-cells=null skips such cells" \
        'count() where b > a'
    asked $'count()\n1' 0 "weir: 1 cell taken as null; the first: f.csv:3:1 (byte 9): a: 'x' is not a number, and is compared with one" \
        --bad-cells=null 'count() where a < b'
    asked $'count()\n1' 0 "weir: 1 cell taken as null; the first: f.csv:3:1 (byte 9): a: 'x' is not a number, and is compared with one" \
        --bad-cells=null 'count() where a < b and b >= a or a between b and b'
    asked $'count()\n2' 0 '' 'count() where a <> b'
}

@test "an empty cell is an empty text" {
    printf 'k,v\n,1\n"",2\na,4\nb,8\n' >f.csv
    asked $'sum(v)\n12' 0 '' "sum(v) where k != ''"
    asked $'sum(v)\n12' 0 '' "sum(v) where '' < k"
    asked $'sum(v)\n3' 0 '' "sum(v) where k = ''"
    asked $'sum(v)\n12' 0 '' "sum(v) where k not in ('')"
    asked $'sum(v)\n7' 0 '' "sum(v) where k in ('', 'a')"
    asked $'sum(v)\n3' 0 '' "sum(v) where length(k) = 0"
    asked $'sum(v)\n3' 0 '' "sum(v) where trim(k) = ''"
    asked $'n\n3' 0 '' "sum(case k when '' then v else 0 end) as n"
}

@test "min and max are of numbers or of texts" {
    printf 'v\n10\n20\nRedacted\n30\n' >f.csv
    local mixed="weir: f.csv:4:1 (byte 8): max(v): 'Redacted' is not a number, and others are numbers; --bad-cells=null skips such cells, and text(...) compares all as texts"
    asked '' 1 "$mixed" 'max(v)'
    asked '' 1 "$mixed" 'max(v), min(v) by text(v)'
    asked $'max(v),sum(v)\n30,60' 0 "weir: 1 cell taken as null; the first: f.csv:4:1 (byte 8): v: 'Redacted' is not a number" \
        --bad-cells=null 'max(v), sum(v)'
    asked $'max(v),count()\n30,4' 0 "weir: 1 cell taken as null; the first: f.csv:4:1 (byte 8): max(v): 'Redacted' is not a number, and others are numbers" \
        --bad-cells=null 'max(v), count()'
    asked $'max(v),count()\n30,3' 0 "weir: 1 record rejected; the first: f.csv:4:1 (byte 8): max(v): 'Redacted' is not a number; --rejects=FILE keeps them" \
        --bad-cells=reject 'max(v), count()'
    asked $'max(text(v))\nRedacted' 0 '' 'max(text(v))'
    printf 'g,v\na,1\nb,x\na,2\n' >f.csv
    asked $'g,max(v)\na,2\nb,' 0 "weir: 1 cell taken as null; the first: f.csv:3:3 (byte 10): max(v): 'x' is not a number, and others are numbers" \
        --bad-cells=null 'max(v) by g'
    printf 'v\nb\na\n\n' >f.csv
    asked $'min(v),max(v)\na,b' 0 '' 'min(v), max(v)'
}

# grouped TEXT TOLD ARGUMENT...: with --bad-cells=null the text is the answer and
# the notice is told, in every way of reading; eagerly, spilled and merged, too.
grouped() {
    local want=$1 told=$2 way
    shift 2
    asked "$want" 0 "$told" --bad-cells=null "$@"
    same "$told" err
    for way in '--eager -j 2' '--memory 4M' '--rejects /dev/null'; do
        responds 0 "$want" "$told" $way --bad-cells=null "$@" f.csv
    done
}

@test "bad cells after grouping are null, counted and told" {
    local told="weir: 1 cell taken as null; the first: group k = 'a':"
    printf 'k,v\na,1\n5,2\n' >f.csv
    grouped $'k,count()\n5,1' "$told k: 'a' is not a number" \
        'count() by k having k > 1'
    grouped $'k,k > 1,count()\n5,true,1\na,,1' \
        "$told k: 'a' is not a number" 'k > 1, count() by k'
    grouped $'k,count()\na,1\n5,1' "$told k: 'a' is not a number" \
        'count() by k order by num(k)'
    grouped $'v,first(k) + 1\n1,\n2,6' \
        "${told/k = \'a\'/v = \'1\'} first(k): 'a' is not a number" \
        'first(k) + 1 by v'
    told="weir: 2 cells taken as null; the first: group k = '5':"
    grouped $'k,count()' "$told having: '5' is not a date" \
        'count() by k having year(k) > 1'
    grouped $'k,date(k),year(k)\n5,,\na,,' "$told date(k): '5' is not a date" \
        'date(k), year(k) by k'
    grouped $'k,count()\n5,1\na,1' "$told order by: '5' is not a date" \
        'count() by k order by date(k)'
    grouped $'year(first(k)),count()\n,2' \
        "weir: 1 cell taken as null; the first: year(first(k)): 'a' is not a date" \
        'year(first(k)), count()'
    # A cell with a place comes before all groups.
    asked $'k,sum(k)\n5,5' 0 \
        "weir: 2 cells taken as null; the first: f.csv:2:1 (byte 4): k: 'a' is not a number" \
        --bad-cells=null 'sum(k) by k having k > 1'
    ask 0 --bad-cells=null --stats=json 'count() by k having k > 1' f.csv
    grep -q '"cells_taken_as_null":1,' err
}

@test "of the groups behind a limit no cell is told" {
    { echo k && seq 9 && printf 'a%s\n' {1..2000}; } >f.csv
    grouped $'k\n1\n2' '' 'select num(k) as k by k limit 2'
    grouped $'k,count()\n9,1' '' 'count() by k having k > 8 limit 1'
    grouped $'n\n9\n""\n""' \
        "weir: 2 cells taken as null; the first: group k = 'a1': k: 'a1' is not a number" \
        'select num(k) as n by k having k = 9 or count() > 0 and length(k) > 1 limit 3'
    grouped $'n\n9' \
        "weir: 2000 cells taken as null; the first: group k = 'a1': k: 'a1' is not a number" \
        'select num(k) as n by k having k > 8'
    asked $'k\n1\n2' 0 '' 'select num(k) as k by k limit 2'
    asked $'k,count()\n9,1' 0 '' 'count() by k having k > 8 limit 1'
}

@test "a bad cell after grouping is an error that names the group" {
    local group way="; --bad-cells=null skips such cells"
    printf 'd,k\n2024-01-01,x\n' >f.csv
    group="weir: group d = '2024-01-01'"
    asked '' 1 "$group: having: '2024-01-01' is not a number; it looks like a date: compare with '2023-01-01', or year(d)$way" \
        'count() by d having d > 2023'
    asked '' 1 "$group, upper(k) = 'X': num(upper(k)): 'X' is not a number$way" \
        'num(upper(k)) by d, upper(k)'
    asked '' 1 "weir: max(d) + 1: '2024-01-01' is not a number; it looks like a date: date_add(max(d), 1, 'day') is the next day, and date_diff('day', a, b) counts days from a to b$way" \
        'max(d) + 1'
    asked '' 1 "$group: having: '2024-01-01' is not a number; it looks like a date: compare with '2023-01-01', or year(d); --bad-cells=reject applies to records, not to groups; =null skips such cells" \
        --bad-cells=reject 'count() by d having d > 2023'
    ask 0 --partial m 'count() by d having d > 2023' f.csv
    refuses 1 "$group: having: '2024-01-01' is not a number; it looks like a date: compare with '2023-01-01', or year(d)$way" \
        merge m
}

@test "what is wrong with a text among numbers is said before what helps" {
    local way="; --bad-cells=null skips such cells, and text(...) compares all as texts"
    printf 'v\n1\nnan\n' >f.csv
    asked '' 1 "weir: f.csv:3:1 (byte 4): max(v): 'nan' is not a number, and others are numbers; --null='nan' takes such cells as null$way" \
        'max(v)'
    printf 'v\n1\n"1,5"\n' >f.csv
    asked '' 1 "weir: f.csv:3:1 (byte 4): max(v): '1,5' is not a number, and others are numbers; --decimal , reads it as 1.5$way" \
        'max(v)'
    printf 'v\n1\n1e999\n' >f.csv
    asked '' 1 "weir: f.csv:3:1 (byte 4): max(v): '1e999' is out of range, and others are numbers$way" \
        'max(v)'
}

@test "min and max give the cell as it is written" {
    printf 'zip,phone\n01234,+4912345\n00999,004912340\n' >f.csv
    asked $'min(zip),max(zip),max(phone)\n00999,01234,+4912345' 0 '' \
        'min(zip), max(zip), max(phone)'
    asked $'max(num(zip))\n1234' 0 '' 'max(num(zip))'
    printf 'v\n1.10\n1.1\n.5\n0.50\n2.\n1e0\n' >f.csv
    asked $'min(v),max(v),count_numbers(v)\n0.50,2.,6' 0 '' \
        'min(v), max(v), count_numbers(v)'
    printf 'v\n.5\n0.50\n1e0\n2.\n1.1\n1.10\n' >f.csv
    asked $'min(v),max(v),max(v)+1\n0.50,2.,3' 0 '' 'min(v), max(v), max(v)+1'
    printf 'k,v\na,10\na, 5\nb,\t7 \nb,3\n' >f.csv
    asked $'k,min(v),max(v),max(v)-min(v)\na, 5,10,5\nb,3,\t7 ,4' 0 '' \
        'min(v), max(v), max(v)-min(v) by k'
    for cell in 00.5 1e3 -0 -.5 '" 7 "' +0 0.10 -0.010 123456789012345678901; do
        printf 'v\n%s\n' "$cell" >f.csv
        asked "$(printf 'max(v)\n%s' "$cell" | tr -d '"')" 0 '' 'max(v)'
    done
}

@test "rejects are in the order of the input, up to where the run stops" {
    printf 'a,v,w\n1,x,1\n2\n3,3,y\n4,5,6,7\n5,5,5\n6,z,y\n7\n' >m.csv
    local all=(--bad-records=reject --bad-cells=reject --rejects=r)
    local head=file,line,byte,column,reason,record
    local short='record has 1 field but the header has 3'
    local long='record has 4 fields but the header has 3'
    local -a told=("m.csv,2,8,3,sum(v): 'x' is not a number,\"1,x,1\""
        "m.csv,3,12,1,$short,2" "m.csv,4,18,5,where: 'y' is not a number,\"3,3,y\""
        "m.csv,5,20,1,$long,\"4,5,6,7\""
        "m.csv,7,38,5,where: 'y' is not a number,\"6,z,y\""
        "m.csv,8,40,1,$short,7")
    for how in -j1 -j2 '--batch 4K'; do
        # shellcheck disable=SC2086 # an option and its value
        ask 0 $how "${all[@]}" 'sum(v) where w > 0' m.csv
        same $'sum(v)\n5' out
        same "$(printf '%s\n' "$head" "${told[@]}")" r
        # shellcheck disable=SC2086
        ask 0 $how "${all[@]}" 'num(v) as n where w > 0 limit 1' m.csv
        same $'n\n5' out
        same "$(printf '%s\n' "$head" "${told[@]:0:4}" | sed 's/sum(v)/n/')" r
        # shellcheck disable=SC2086
        ask 1 $how "${all[@]:1}" 'sum(v) where w > 0' m.csv
        same "$(printf '%s\n' "$head" "${told[0]}")" r
    done
}

@test "what a failing or an empty answer sets aside is not told" {
    printf 'k\n5\nab\nac\n' >k.csv
    ask 1 --stats=json 'max(k)' k.csv
    grep -qF '"cells_taken_as_null":0' err
    notes $'max(k)\n5' "weir: 2 cells taken as null; the first: k.csv:3:1 (byte\
 4): max(k): 'ab' is not a number, and others are numbers" \
        --bad-cells=null 'max(k)' k.csv
    answers 'k > 5,count()' --bad-cells=null 'count() by k > 5 limit 0' k.csv
    notes '' "weir: 2 cells taken as null; the first: k.csv:3:1 (byte 4): k: \
'ab' is not a number" --bad-cells=null --partial p \
        'count() by k > 5 limit 0' k.csv
    answers 'k > 5,count()' merge p
}

@test "a cell that an aggregate gives back can be taken for null" {
    printf 'd,v\na,N/A\nb,3\n' >na.csv
    local wrong="'N/A' is not a number;" skips='--bad-cells=null skips such cells'
    refuses 1 "weir: group d = 'a': having: $wrong --null='N/A' takes such cells\
 as null; $skips" 'count() by d having first(v) > 2' na.csv
    answers $'d,count()\nb,1' --null=N/A 'count() by d having first(v) > 2' na.csv
    refuses 1 "weir: group d = 'a': having: $wrong $skips" \
        'count() by d having first(upper(v)) > 2' na.csv
}
