#!/usr/bin/env bats
# Each option, with right values and wrong ones.

load kit

@test "--help is 80 columns wide and names every option" {
    ask 0 --help
    run ! grep -E '.{81}' out
    for option in dialect delimiter quote escape comment skip no-header header trim \
        null decimal thousands reader bad-cells bad-records rejects output stats progress \
        threads memory max-record max-window batch eager \
        zstd-dict; do
        grep -q -e "--$option\b" out
    done
    run ! grep -q -e '--report' -e '--lazy' -e Mandatory out
    "$WEIR" help >plain
    cmp out plain
}

@test "--version, and -V" {
    answers "weir $(sed -n 's/^#define WEIR_VERSION "\(.*\)"/\1/p' \
        "$WEIR_SOURCE/include/weir.h")" --version
    "$WEIR" -V >short
    cmp out short
}

@test "an option that is not there" {
    refuses 2 "weir: unrecognized option '--nope'; weir --help lists the\
 options" --nope
    refuses 2 "weir: invalid option -- 'x'; weir --help lists the options, and --\
 comes before a query that begins with '-'" -x
    refuses 2 "weir: option '--memory' requires an argument" --memory
    refuses 2 "weir: --stats: found 'x', expected one of text, json" --stats=x
    refuses 2 "weir: option '--b' is ambiguous; possibilities: '--bad-cells'\
 '--bad-records' '--batch'" --b
}

@test "options may stand anywhere, and end at --" {
    answers $'[\n{"count()":4}\n]' 'count()' people.csv -o json
    cp people.csv ./-o
    cp people.csv ./--help
    answers $'count()\n8' -- 'count()' -o --help
    answers $'count()\n8' 'count()' ./-o ./--help
}

@test "-d, --delimiter" {
    printf 'a;b\n1;2,5\n' >s.csv
    answers $'a,b\n1,"2,5"' -d ';' '*' s.csv
    printf 'a\tb\n1\t2\n' >t.csv
    answers $'a,b\n1,2' -d '\t' '*' t.csv
    answers $'a,b\n1,2' --delimiter=tab '*' t.csv
    cp t.csv t.tsv
    answers $'a,b\n1,2' '*' t.tsv
    zstd -q t.tsv
    answers $'a,b\n1,2' '*' t.tsv.zst
    printf 'a::b\n1::2\n' >c.csv
    answers $'a,b\n1,2' -d :: '*' c.csv
    answers $'"a,b"\n"1,2"' -d '' '*' <<<$'a,b\n1,2'
    refuses 2 "weir: --delimiter '\"' holds the quote or the escape" -d '"' \
        '*' people.csv
    refuses 2 "weir: --delimiter: a line end is not allowed" -d $'\n' '*' \
        people.csv
    refuses 2 'weir: --delimiter: libcsv needs one of one byte; --reader scan'\
' reads it' -d :: --reader libcsv '*' people.csv
}

@test "-d takes bytes by their numbers" {
    answers $'sum(b)\n2' -d '\x01' 'sum(b)' <<<$'a\x01b\n1\x012'
    answers $'sum(b)\n2' -d '\x7C\t' 'sum(b)' <<<$'a|\tb\n1|\t2'
    answers $'sum(b)\n2' -d 'Tab' 'sum(b)' <<<$'a\tb\n1\t2'
    for delimiter in '\x' '\x1' '\x0' '\xg0' 'a\x'; do
        refuses 2 "weir: --delimiter '$delimiter': expected two hexadecimal\
 digits after \\x, as in '\x01'" -d "$delimiter" '*' people.csv
    done
    # What is no such escape stays as it is.
    answers $'sum(b)\n2' -d '\' 'sum(b)' <<<$'a\\b\n1\\2'
    refuses 2 "weir: --delimiter '\x00': a NUL is no delimiter" -d '\x00' '*' \
        people.csv
    refuses 2 "weir: --delimiter: a line end is not allowed" -d '\x0a' '*' \
        people.csv
    answers $'a,b\n1,2' -d '\x41\x41\x41\x41\x41\x41\x41\x41\x41\x41' '*' \
        <<<$'aAAAAAAAAAAb\n1AAAAAAAAAA2'
}

@test "-d auto" {
    printf '# ,,,\n\n"a;,,";b\n"1,2";3\n' >s.csv
    printf 'b\ta\n5\t4\n' >t.txt
    : >empty
    for options in '-j 1 --comment #' '-j 2 --skip 1' '--reader libcsv --skip 1' \
        '--eager --skip 1'; do
        # shellcheck disable=SC2086 # words
        answers $'"a;,,",b\n"1,2",3' -d auto $options '*' s.csv
    done
    # Each file has its own.
    printf 'a|b\n1|2\n' >p.csv
    answers $'a,b\n1,2\n4,5' -d auto '*' p.csv empty t.txt
    answers $'$1,$2\nb,a\n5,4' -d auto --no-header '*' t.txt
    answers $'x,y\nb,a\n5,4' -d auto --header x,y '*' t.txt
    refuses 1 "weir: standard input:1:1 (byte 0): -d auto: the header has 1 x\
 ',', 1 x '\t'; -d TEXT names the delimiter, and -d '' takes a line as one field" \
        -d auto '*' <<<$'a,b\tc'
    refuses 1 "weir: standard input:2:1 (byte 1): -d auto: the header has no ',',\
 ';', '\t' or '|'; -d TEXT names the delimiter, and -d '' takes a line as one\
 field" -d auto '*' <<<$'\nab\n1;2'
    answers $'a,b\n1,2' -d auto --quote ';' '*' <<<$'a,;b;\n;1;,2'
}

@test "the list of --header is split at commas or at the delimiter" {
    answers $'sum(b)\n2' -d ';' --header a,b 'sum(b)' <<<'1;2'
    answers $'sum(b)\n2' -d ';' --header 'a;b' 'sum(b)' <<<'1;2'
    answers $'"a,b",c\n1,2' -d ';' --header 'a,b;c' '*' <<<'1;2'
    answers $'"a,b"\n"1,2"' -d '' --header a,b '*' <<<'1,2'
}

@test "a column that another option would find" {
    local where='weir: query:1:5: no column'
    printf 'a;b\n1;2\n' >s.csv
    tells 2 "$where 'b'; columns: a;b; the header has ';' and no ',': try -d ';'" \
        'sum(b)' s.csv
    tells 2 "$where \$2; there are 1; the header has ';' and no ',': try -d ';'" \
        'sum($2)' s.csv
    tells 2 "$where \$2; there are 1: v" 'sum($2)' <<<$'v\n1'
    tells 2 "$where 'c'; columns: a;b" 'sum(c)' s.csv
    tells 2 "$where 'b'; columns: a;b; the header has ';' and no '\t': try -d ';'" \
        -d tab 'sum(b)' s.csv
    tells 2 "$where 'b'; columns: a, x\\x09b; the header split at '\t' has it:\
 try -d '\t'" 'sum(b)' <<<$'a,x\tb'
    tells 2 "$where 'x;y'; columns: b|\"x;y\"; the header has '|' and no ',': try\
 -d '|'" 'sum("x;y")' <<<'b|"x;y"'
    tells 2 "$where 'b'; columns: a; b; the header has ';' and no ',': try -d ';'\
 --trim" 'sum(b)' <<<'a; b'
    printf 'sep=;\none;two\n1;2\n' >e.csv
    names='this line only names the delimiter: -d auto takes it from here, and'
    for query in 'sum(two)' 'count()' '*'; do
        refuses 1 "weir: e.csv:1:1 (byte 0): $names --skip 1 -d ';' passes the\
 line over" "$query" e.csv
        refuses 1 "weir: e.csv:1:1 (byte 0): $names --skip 1 -d ';' passes the\
 line over" -d '|' --no-header --eager "$query" people.csv e.csv
    done
    answers $'sum(two)\n2' --skip 1 -d ';' 'sum(two)' e.csv
    answers $'sum(two)\n2' -d auto 'sum(two)' e.csv
    # It names the delimiter that is given.
    answers $'sum(two)\n2' -d ';' 'sum(two)' e.csv
    answers $'sum(two)\n2' --dialect excel -d ';' 'sum(two)' e.csv
    answers $'sum(two)\n2' --eager 'sum(two)' <<<$'sep=,\none,two\n1,2'
    answers $'max($2)\n2' --no-header -d ';' -j 2 --reader libcsv 'max($2)' \
        <<<$'sep=;\n1;2'
    answers $'sep=;;,count()\n1,1' 'count() by "sep=;;"' <<<$'sep=;;\n1'
    printf '"Year", "Quantity"\n2015, 345\n' >q.csv
    tells 2 "$where 'Quantity'; columns: Year,  \"Quantity\"; the header has\
 blanks around it: try --trim" 'sum(Quantity)' q.csv
    answers $'sum(Quantity)\n345' --trim 'sum(Quantity)' q.csv
}

@test "--quote and --escape" {
    answers $'a\n"x,y"' --quote "'" '*' <<<$'a\n\'x,y\''
    answers $'a\n"""x"""' --quote '' '*' <<<$'a\n"x"'
    answers $'a\n"x""y"' --escape '\' '*' <<<$'a\n"x\\"y"'
    refuses 2 "weir: --quote 'ab': expected one byte, or '' to turn it off" \
        --quote ab '*' people.csv
    refuses 2 "weir: --escape 'ab': expected one byte, or '' to turn it off" \
        --escape ab '*' people.csv
    refuses 2 "weir: --delimiter ',' holds the quote or the escape" \
        --escape , '*' people.csv
}

@test "--comment and --skip" {
    printf '# made today\na\n# half\n1\n' >c.csv
    answers $'a\n1' --comment '#' '*' c.csv
    answers $'a\n# half\n1' --skip 1 '*' c.csv
    refuses 1 'weir: c.csv: no header: the input is empty; --no-header or'\
' --header names the columns' --skip 9 '*' c.csv
    refuses 2 "weir: --skip: found 'x', expected a whole number" --skip x '*'
    refuses 2 "weir: --skip: found '-1', expected a whole number" --skip -1 '*'
    refuses 2 "weir: --skip: found '99999999999999999999', expected at most\
 18446744073709551615" --skip 99999999999999999999 '*'
    # What was said to be the header is none.
    printf '1,a\nid,x\n2,b\n' >d.csv
    answers $'count(name)\n2' --comment id, --header id,name 'count(name)' d.csv
}

@test "--no-header and --header" {
    answers $'$1,$2\n1,2' --no-header '*' <<<1,2
    answers $'sum($2)\n2' --no-header 'sum($2)' <<<1,2
    answers $'a,"b,c"\n1,2' --header 'a,"b,c"' '*' <<<1,2
    refuses 1 'weir: standard input:1:1 (byte 0): record has 2 fields but the'\
' header has 1 (to continue: --bad-records=pad or =reject)' --header a '*' <<<1,2
}

@test "--trim and --null" {
    answers $'a,b\nx,""" y """' --trim '*' <<<$' a , b \n x ,""" y """'
    answers $'count(a)\n1' --null NA,- 'count(a)' <<<$'a\nNA\n-\n1\n'
    answers $'sum(a)\n1' --null NA,- 'sum(a)' <<<$'a\nNA\n-\n1'
}

@test "--reader" {
    for reader in auto scan libcsv; do
        answers $'sum(age)\n152' --reader $reader 'sum(age)' people.csv
    done
    refuses 2 "weir: no reader 'foo'; there are auto, scan and libcsv" \
        --reader foo '*' people.csv
}

@test "--bad-cells, --bad-records and --progress name their choices" {
    refuses 2 "weir: --bad-cells: found 'x', expected one of error, null,\
 reject" --bad-cells x '*'
    refuses 2 "weir: --bad-records: found 'x', expected one of error, pad,\
 reject" --bad-records x '*'
    refuses 2 "weir: --progress: found 'x', expected one of auto, always,\
 never" --progress x '*'
}

@test "sizes: --memory, --max-record, --max-window, --batch" {
    for option in memory max-record max-window batch; do
        for size in x 0 -1 1e3 1Q '' 99999999999999G; do
            refuses 2 "weir: --$option: found '$size', expected a size such as\
 64M" --$option "$size" '*'
        done
        answers $'count()\n4' --$option 4M 'count()' people.csv
    done
    answers $'count()\n4' --memory 1.5M 'count()' people.csv
    answers $'count()\n4' --batch 1 'count()' people.csv
    refuses 2 'weir: --max-record, --batch: at most 512 MiB' --batch 10G \
        'count()' people.csv
}

@test "--threads" {
    answers $'count()\n4' -j 2 'count()' people.csv
    refuses 2 "weir: --threads: found '0', expected at least 1" -j 0 '*'
    refuses 2 "weir: --threads: found '5000', expected at most 1024" -j 5000 '*'
    refuses 2 "weir: --threads: found 'x', expected a whole number" \
        --threads x '*'
}

@test "--eager" {
    answers $'sum(age)\n152' --eager 'sum(age)' people.csv
    answers $'sum(age)\n152' --eager=tuple 'sum(age)' people.csv
    refuses 2 "weir: --eager: no layout 'x'; weir help layouts lists them" \
        --eager=x '*'
    refuses 2 "weir: --eager: write the layout after '=', as in --eager=tuple" \
        --eager tuple 'sum(age)' people.csv
}

@test "--stats is the account, on standard error" {
    ask 0 --stats 'count()' people.csv
    same $'count()\n4' out
    same 'records   4 read = 4 used + 0 filtered + 0 rejected' \
        <(head -n 1 err)
    same 'bytes     42 of records, 59 of input' <(sed -n 2p err)
    grep -qx 'reading   in chunks' err
    grep -Eq '^time      [0-9.]+ s, [0-9.]+ MB/s, [0-9]+ records/s$' err
    grep -Eq '^memory    .* heap at its peak, .* resident at its peak' err
    [ "$(wc -l <err)" = 6 ]
}

@test "--stats counts the input's own bytes" {
    zstd -q people.csv
    ask 0 --stats 'count()' people.csv.zst
    same "bytes     42 of records, $(stat -c %s people.csv.zst) of input" \
        <(sed -n 2p err)
}

@test "a file without a name is refused" {
    for option in rejects partial timeline temp-dir; do
        refuses 2 "weir: --$option: found '', expected the name of a file" \
            --$option= 'count()' people.csv
    done
    refuses 2 "weir: found '' among the files; - is standard input" \
        'count()' ''
}
