#!/usr/bin/env bats
# Inputs that are not CSV are refused by name, with the command that makes CSV
# of them. UTF-16 with a byte order mark is read.

load kit

# turns NAME WHAT [FROM TO]: weir refuses the file with one line, which says
# what it is, however it is asked. The line's command makes a CSV of it that
# weir reads as it reads table.csv; FROM in the command is replaced by TO.
turns() {
    local name=$1 what=$2 command
    ask 3 'count()' "$name"
    same '' out
    [ "$(wc -l <err)" = 1 ]
    grep -q "^weir: $name: $what, where CSV is expected; " err
    command=$(sed 's/.*expected; \(.*\) turns it into CSV\(, if .*\)\?$/\1/' err)
    [ $# -lt 3 ] || command=${command/$3/$4}
    command -v "${command%% *}" >/dev/null || return 0
    bash -c "$command" >made.csv
    answers $'count(),sum(b),max(c)\n3,12,z' 'count(), sum(b), max(c)' made.csv
}

# refused NAME WHAT: weir refuses the file by each way of reading.
refused() {
    refuses_as "$2" --no-header 'count()' "$1"
    refuses_as "$2" --header a,b,c -d ';' 'count()' <"$1"
    refuses_as "$2" --skip 1 --eager 'count()' "$1"
    refuses_as "$2" --reader=libcsv -j 1 'count()' "$1"
    cat "$1" | refuses_as "$2" --trim 'count()'
    refuses_as "$2" records "$1"
    refuses_as "$2" 'count()' table.csv "$1"
    refuses_as "$2" --shard 1/2 --partial - 'count()' "$1"
}

refuses_as() {
    local what=$1
    shift
    ask 3 "$@"
    same '' out
    grep -q ": $what, where CSV is expected; " err
}

table() {
    printf 'a,b,c\n1,2,x\n3,4,y\n5,6,z\n' >table.csv
}

# pack CODE: Python writes a file.
pack() {
    python3 -c "$1"
}

@test "what has no CSV in it" {
    table
    printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR' >t.png
    printf '%%PDF-1.7\n%%\xe2\n1 0 obj\n' >t.pdf
    printf '<?xml version="1.0"?>\n<a/>\n' >t.xml
    refuses 3 'weir: t.png: is a PNG picture, where CSV is expected' '*' t.png
    refuses 3 'weir: t.pdf: is a PDF document, where CSV is expected' '*' t.pdf
    refuses 3 'weir: t.xml: is an XML document, where CSV is expected' '*' t.xml
}

@test "zip, xlsx, ods" {
    table
    pack 'import zipfile as z
with z.ZipFile("t.zip", "w", z.ZIP_DEFLATED) as f: f.write("table.csv")
with z.ZipFile("t.xlsx", "w") as f: f.writestr("[Content_Types].xml", "<x/>")
with z.ZipFile("t.ods", "w") as f: f.writestr("mimetype",
    "application/vnd.oasis.opendocument.spreadsheet")'
    turns t.zip 'is a zip archive'
    refused t.zip 'is a zip archive'
    refuses 3 "weir: t.xlsx: is an Excel file (.xlsx), where CSV is expected;\
 xlsx2csv 't.xlsx' turns it into CSV" 'count()' t.xlsx
    refused t.ods 'is an OpenDocument spreadsheet (.ods)'
    cp t.zip t.csv
    refused t.csv 'is a zip archive'
}

@test "SQLite" {
    table
    sqlite3 s.db 'create table t(a, b, c)' \
        "insert into t values (1, 2, 'x'), (3, 4, 'y'), (5, 6, 'z')"
    turns s.db 'is an SQLite database' TABLE t
    refused s.db 'is an SQLite database'
    gzip -k s.db
    refuses 3 "weir: s.db.gz: holds an SQLite database, where CSV is expected;\
 sqlite3 -csv -header 'FILE' 'select * from TABLE' turns it into CSV" \
        'count()' s.db.gz
}

@test "tar, also compressed" {
    table
    tar cf t.tar table.csv
    refuses 3 "weir: t.tar: is a tar archive, where CSV is expected; tar -xOf\
 't.tar' turns it into CSV, if it holds one file; unpack several, and name\
 them" 'count()' t.tar
    turns t.tar 'is a tar archive'
    refused t.tar 'is a tar archive'
    for program in gzip zstd xz bzip2; do
        $program -c t.tar >t.packed
        turns t.packed 'holds a tar archive'
    done
    mkdir -p "a/folder/with/many/letters/so/that/its/name/is/long/enough"
    cp table.csv a/folder/with/many/letters/so/that/its/name/is/long/enough
    tar cf t.tar a/folder/with/many/letters/so/that/its/name/is/long/enough/*
    turns t.tar 'is a tar archive'
}

@test "JSON" {
    table
    printf '{"a":1,"b":2,"c":"x"}\n{"a":3,"b":4,"c":"y"}\n{"a":5,"b":6,"c":"z"}\n' \
        >t.ndjson
    jq -s . t.ndjson >t.json
    turns t.ndjson 'is JSON'
    turns t.json 'is JSON'
    for words in '' --no-header '--header a,b,c' '-j 1' --eager; do
        # shellcheck disable=SC2086 # several words
        refuses_as 'is JSON' $words 'count()' t.json
        # shellcheck disable=SC2086
        refuses_as 'is JSON' $words 'count()' <t.ndjson
    done
    # A dialect that was asked for may have such cells.
    printf '{"a": 1}\t5\n{"a": 2}\t6\n' >t.tsv
    answers $'sum($2)\n11' --no-header 'sum($2)' t.tsv
    answers $'sum($2)\n11' -d tab --no-header 'sum($2)' <t.tsv
    printf '[1]\n[a]\n{x}\n' >odd.csv
    answers $'count()\n2' 'count()' odd.csv
}

@test "HTML" {
    printf '<!DOCTYPE html>\n<html><body>Not found</body></html>\n' >t.csv
    refuses_as 'is a web page (HTML)' 'count()' t.csv
    refuses_as 'is a web page (HTML)' 'count()' <t.csv
}

@test "Parquet, Arrow, 7z, compress, lz4's old format" {
    table
    printf 'PAR1\25\4\25\36\25"L\25\2\25\0\22\0\0' >t.parquet
    refuses 3 "weir: t.parquet: is a Parquet file, where CSV is expected;\
 duckdb -csv -c \"from 't.parquet'\" turns it into CSV" 'count()' t.parquet
    refused t.parquet 'is a Parquet file'
    printf 'ARROW1\0\0\377\377\377\377\170\1\0\0' >t.arrow
    refused t.arrow 'is an Arrow file'
    printf '7z\274\257\47\34\0\4' >t.7z
    refused t.7z 'is a 7z archive'
    # Codes of 9 bits, all of them literal.
    pack 'text = open("table.csv", "rb").read()
bits = sum(byte << 9 * i for i, byte in enumerate(text))
open("t.Z", "wb").write(b"\x1f\x9d\x90" +
                        bits.to_bytes((len(text) * 9 + 7) // 8, "little"))'
    turns t.Z 'is a file of compress (.Z)'
    lz4 -q -l table.csv old.lz4
    turns old.lz4 'is an lz4 file of the legacy format'
}

@test "a NUL in the header" {
    printf 'a,b\0,c\n1,2,3\n' >n.csv
    message='the header has a NUL byte, which no CSV header has: this is binary data, or UTF-16 text without a byte order mark (iconv -f UTF-16LE -t UTF-8 turns it into UTF-8)'
    refuses 3 "weir: n.csv:1:4 (byte 3): $message" 'count()' n.csv
    printf 'x\n' | cat - n.csv >m.csv
    refuses 3 "weir: m.csv:2:4 (byte 5): $message" --skip 1 'count()' m.csv
    # Data may have some.
    answers $'count()\n2' --no-header 'count()' n.csv
    printf 'a,b\n1\0,2\n' | answers $'sum(b)\n2' 'sum(b)'
}

@test "UTF-16 and UTF-32 without a byte order mark" {
    table
    for encoding in UTF-16LE UTF-16BE UTF-32LE UTF-32BE; do
        iconv -f UTF-8 -t $encoding table.csv >wide
        turns wide "is ${encoding%?E} text without a byte order mark"
        refused wide "is ${encoding%?E} text without a byte order mark"
    done
    for encoding in UTF-32LE UTF-32BE; do
        { printf '\357\273\277' && cat table.csv; } |
            iconv -f UTF-8 -t $encoding >wide
        turns wide 'is UTF-32 text'
        refused wide 'is UTF-32 text'
    done
}

@test "UTF-16 with a byte order mark" {
    { printf '\357\273\277' && cat people.csv && printf '"Zo\303\253 \360\237\230\200",5,\n'; } >p.csv
    for encoding in UTF-16LE UTF-16BE; do
        iconv -f UTF-8 -t $encoding p.csv >wide.csv
        gzip -kf wide.csv
        for words in '-j 1' '-j 2' '--eager' '--reader=libcsv' '--no-header --skip 1'; do
            # shellcheck disable=SC2086 # several words
            answers $'count(),sum($2)\n5,157' $words 'count(), sum($2)' wide.csv
            # shellcheck disable=SC2086
            answers $'count(),sum($2)\n5,157' $words 'count(), sum($2)' <wide.csv
            # shellcheck disable=SC2086
            answers $'count(),sum($2)\n5,157' $words 'count(), sum($2)' \
                wide.csv.gz
        done
        answers $'name\nZo\303\253 \360\237\230\200' 'name where age = 5' \
            wide.csv
        # A place is in the converted text.
        refuses 1 "weir: wide.csv:2:1 (byte 17): sum(name): 'Ann' is not a\
 number; --bad-cells=null skips such cells" 'sum(name)' wide.csv
        head -c -1 wide.csv >cut.csv
        refuses 3 "weir: cut.csv: malformed UTF-16 at byte $((
            $(stat -c %s wide.csv) - 2)): half a unit at the end" \
            'count()' cut.csv
    done
    { printf '\377\376' && printf 'a,b\n1,\n' | iconv -t UTF-16LE &&
        printf '\0\330'; } >half.csv
    refuses 3 'weir: half.csv: malformed UTF-16 at byte 16: the first half of a'\
' pair alone' 'count()' half.csv
}
