#!/usr/bin/env bats
# weir sizeof: its figures are those of the eager runs.

load kit

columns='layout,bytes/record,payload,pointers,names,slack,places,headers,allocations,all records'

# layouts: prints the names of all layouts.
layouts() {
    "$WEIR" help layouts | cut -d ' ' -f 1
}

# size FILE LAYOUT TITLE: prints that figure of the output of sizeof, which is
# in `sizes`.
size() {
    awk -F, -v layout="$2" -v title="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == title) column = i }
        $1 == layout { print $column }' "$1"
}

# near GOT WANT WHAT [PART]: the figures agree within 2 %, or within PART.
near() {
    awk -v got="$1" -v want="$2" -v part="${4:-0.02}" 'BEGIN {
        off = got > want ? got - want : want - got
        exit !(want > 0 && off <= want * part)
    }' || {
        echo "$3: sizeof says $1, it is $2"
        return 1
    }
}

# agrees FILE: for every layout the bytes of sizeof are within 2 % of what an
# eager run holds by the ledger; and its parts add up.
agrees() {
    ask 0 -o csv sizeof "$1"
    same "$columns" <(head -n 1 out)
    mv out sizes
    awk -F, 'NR > 1 {
        off = $2 - ($3 + $4 + $5 + $6 + $7 + $8)
        if (off > 0.04 || off < -0.04) exit 1
    }' sizes
    "$WEIR" --report=3 -j1 'count()' "$1" 3>lazy >/dev/null
    read -r _ _ _ _ _ _ without _ <lazy
    for layout in $(layouts); do
        "$WEIR" --report=3 -j1 --eager="$layout" --all-columns 'count()' "$1" \
            3>eager >/dev/null
        read -r read _ _ _ _ _ live _ <eager
        near "$(awk "BEGIN { print $read * ($(size sizes "$layout" \
            bytes/record) - $(size sizes "$layout" headers)) }")" \
            $((live - without)) "$layout of $1"
    done
}

@test "sizeof agrees with what every layout takes: users" {
    "$WEIR_MAKE" users "$(many 100000 3)" >users.csv
    agrees users.csv
}

@test "sizeof agrees with what every layout takes: quoted" {
    "$WEIR_MAKE" quoted 20000 >quoted.csv
    agrees quoted.csv
}

@test "sizeof agrees with what every layout takes: few texts, many times" {
    awk 'BEGIN { print "a,b,c"; for (i = 0; i < 60000; i++)
        print "the text number " i % 50 "," (i % 7 ? "" : i) "," i % 3 }' >few.csv
    agrees few.csv
}

@test "sizeof agrees with what every layout takes: long texts, never twice" {
    awk 'BEGIN { print "id,text"; for (i = 0; i < 20000; i++)
        printf "%d,%d times %0*d\n", i, i * 7919, 10 + i % 300, i }' >long.csv
    agrees long.csv
}

# resident LAYOUT FILE: prints the kernel's peak of an eager run, the least of
# three. The kernel counts pages for each core by itself and adds them up now and
# then, so that on a busy machine one peak is off by some hundred pages.
resident() {
    for _ in 1 2 3; do
        "$WEIR" --report=3 -j1 --eager="$1" --all-columns 'count()' "$2" \
            3>eager >/dev/null
        cut -d ' ' -f 10 eager
    done | sort -n | head -n 1
}

# What so many records more take of the kernel; sanitizers hold much besides.
# What malloc leaves unused between blocks is nobody's: 2.6 % in columns, whose
# blocks are large and of many sizes; in the others less than 1.
# bats test_tags=unsanitized
@test "sizeof agrees with what the kernel holds" {
    for n in 50000 400000; do
        "$WEIR_MAKE" users $n >$n.csv
        ask 0 -o csv sizeof $n.csv
        mv out $n.sizes
    done
    for layout in $(layouts); do
        near $(($(size 400000.sizes "$layout" 'all records') - \
            $(size 50000.sizes "$layout" 'all records'))) \
            $(($(resident "$layout" 400000.csv) - \
                $(resident "$layout" 50000.csv))) "$layout" 0.04
    done
}

@test "sizeof holds a page, whatever the length" {
    "$WEIR_MAKE" users 200000 >users.csv
    # Less than the texts of the records alone, were they held.
    ask 0 -o csv --memory 8M sizeof users.csv
    [ "$(wc -l <out)" = $(($(layouts | wc -l) + 1)) ]
    # But for what malloc rounds up, it says the same wherever it reads from.
    "$WEIR" -o csv sizeof - <users.csv >again
    cmp <(cut -d, -f 1,3-5,9 out) <(cut -d, -f 1,3-5,9 again)
    tells 4 'weir: a page of 1922 records as dict does not fit the memory '\
'allowed; --memory raises it' --memory 1M sizeof users.csv
}

@test "sizeof of one layout, of nothing, of several files" {
    ask 0 -o csv --eager=tuple sizeof people.csv people.csv
    [ "$(cut -d, -f1 out | tail -n +2)" = tuple ]
    # 8 records: what is in people.csv, twice.
    awk -F, 'NR > 1 { exit !($3 == 7) }' out
    echo a,b >empty.csv
    ask 0 -o csv sizeof empty.csv
    awk -F, 'NR > 1 { exit !($3 == 0) }' out
    ask 0 -o json sizeof people.csv
    python3 -c 'import json; json.load(open("out"))[0]["bytes/record"] + 1'
    ask 0 -o table sizeof people.csv
    head -n 1 out | grep -q '^layout *bytes/record *payload'
}

@test "sizeof refuses what it cannot do" {
    refuses 2 'weir: sizeof loads every record as it is: --bad-cells has no '\
'meaning for it' --bad-cells null sizeof people.csv
    tells 3 'weir: nothing.csv: cannot open: No such file or directory' \
        sizeof nothing.csv
    printf 'a,b\n1\n' >short.csv
    ask 1 sizeof short.csv
    same '' out
    ask 0 --bad-records pad sizeof short.csv
}
