#!/usr/bin/env bats
# What messages about cells and records propose, and that it helps.

load kit

# column CELL...: a table of one column, which is x.
column() {
    printf '%s\n' x "$@" >x.tsv
}

@test "a date in another form names the call that reads it" {
    for cell in 02.01.2024 2024/01/05 2024-1-5 20240105 '5 Jan 2024' 1/31/24 \
        '31/1/2024 07:05' 'Jan 5, 2024' '02.01.2024 7:05 PM' 2024-01 \
        05/Jan/2024:10:00:01\ +0200 1704067200 1704067200123 \
        1704067200123456 1704067200123456789 20240105070809; do
        column "$cell"
        for query in 'year(x)' "date_diff('day', x, '2024-01-01')" \
            "date_add(x, 1, 'day')" "at_zone(x, 'UTC')" \
            "strftime(x, '%Y')" "strptime(x, '%Y at %H of %d %m')"; do
            ask 1 "$query" x.tsv
            grep -qF "'$cell' is not a date" err
            hint=$(grep -oP '; \K.* reads it as .*(?=; --bad-cells)' err)
            ask 0 "${hint% reads it as *}" x.tsv
            same "${hint#* reads it as }" <(sed 1d out)
        done
    done
}

@test "a date that may be two is told as both" {
    column 01/05/2024
    refuses 1 "weir: x.tsv:2:1 (byte 2): month(x): '01/05/2024' is not a date;\
 date(x, '%m/%d/%Y') reads it as 2024-01-05, date(x, '%d/%m/%Y') as 2024-05-01;\
 --bad-cells=null skips such cells" 'month(x)' x.tsv
}

@test "an epoch of another unit names it" {
    column 1704067200123
    refuses 1 "weir: x.tsv:2:1 (byte 2): from_epoch(x): '1704067200123' leads\
 to no date in the years 0000 to 9999; from_epoch(x, 'ms') reads it as\
 2024-01-01 00:00:00.123; --bad-cells=null skips such cells" \
        'from_epoch(x)' x.tsv
    answers $'h\n0' "hour(from_epoch(x, 'ms')) as h" x.tsv
}

@test "a date that leads out of the years has no other form" {
    column 9999-12-31
    refuses 1 "weir: x.tsv:2:1 (byte 2): date_add(x, 1, 'day'): '9999-12-31'\
 leads to no date in the years 0000 to 9999; --bad-cells=null skips such\
 cells" "date_add(x, 1, 'day')" x.tsv
}

@test "a word that means null names --null" {
    for cell in N/A NULL null None '\N' '#N/A' n.a. - '?' NaN; do
        column 1 "$cell" 2
        ask 1 'sum(x)' x.tsv
        said=$(grep -oE -- "--null='[^']+'" err)
        eval "option=$said"
        answers $'sum(x)\n3' "$option" 'sum(x)' x.tsv
        ask 1 'count() by year(x)' <(printf 'x\n%s\n' "$cell")
        grep -qF "is not a date; $said takes such cells as null" err
        notes $'sum(x)\n3' "weir: 1 cell taken as null; the first: x.tsv:3:1\
 (byte 4): x: '$cell' is not a number; $said takes such cells as null" \
            --bad-cells null 'sum(x)' x.tsv
    done
    printf 'x,y\n"N/A",1\n' >quoted.csv
    ask 1 'sum(x)' quoted.csv
    grep -qF "'N/A' is not a number; --null='N/A' takes" err
    answers $'sum(x),count()\n,1' --null N/A 'sum(x), count()' quoted.csv
}

@test "a word that a function makes is no cell" {
    column N-A
    refuses 1 "weir: x.tsv:2:1 (byte 2): sum(substr(x, 2, 1) + 1): '-' is not\
 a number; --bad-cells=null skips such cells" 'sum(substr(x, 2, 1) + 1)' x.tsv
}

@test "records that another delimiter would split alike" {
    printf 'n;p\nAnn;3,50\n' >semicolon.csv
    for reader in scan libcsv; do
        tells 1 "weir: semicolon.csv:2:1 (byte 4): record has 2 fields but the\
 header has 1 (split at ';' both have 2: -d ';')" --reader $reader 'count()' \
            semicolon.csv
    done
    answers $'n,p\nAnn,"3,50"' -d ';' '*' semicolon.csv
    printf 'n\tp\tq\nAnn, B\t3\t5\n' >tab.csv
    tells 1 "weir: tab.csv:2:1 (byte 6): record has 2 fields but the header has\
 1 (split at '\\t' both have 3: -d '\\t')" 'count()' tab.csv
    answers $'count()\n1' -d '\t' 'count()' tab.csv
    printf 'a;b,c\n1,2,3;4\n' >both.csv
    tells 1 "weir: both.csv:2:1 (byte 6): record has 3 fields but the header has\
 2 (split at ';' both have 2: -d ';')" 'count()' both.csv
    printf 'a,b\n1;2\n' >one.csv
    tells 1 "weir: one.csv:2:1 (byte 4): record has 1 field but the header has\
 2 (to continue: --bad-records=pad or =reject)" 'count()' one.csv
    tells 1 "weir: semicolon.csv:2:1 (byte 4): record has 2 fields but the\
 header has 1 (to continue: --bad-records=pad or =reject)" --skip 1 \
        --header x 'count()' semicolon.csv
}

@test "a header in another encoding" {
    printf 'x,Gr\xf6\xdfe\n1,2\n' >latin.csv
    tells 2 "weir: query:1:5: no column 'Größe'; columns: x, Gr\\xf6\\xdfe; the\
 header is not UTF-8, as queries are: iconv -f CP1252 -t UTF-8 FILE turns it\
 into UTF-8" 'sum(Größe)' latin.csv
    answers $'sum(Größe)\n2' 'sum(Größe)' \
        <(iconv -f CP1252 -t UTF-8 latin.csv)
    ask 2 'sum(y)' latin.csv
    run ! grep -q UTF-8 err
}

@test "a text that a function made is read by num, whatever the options" {
    printf 'v;w\n 1,5;2\n 1.234,5;2\n' >german.csv
    ask 1 -d ';' --decimal , --thousands . 'num(trim(v))' german.csv
    grep -qF "'1,5' is not a number; num(x, ',') reads it as 1.5" err
    ask 1 -d ';' 'num(trim(v))' german.csv
    grep -qF "'1,5' is not a number; num(x, ',') reads it as 1.5" err
    ask 1 -d ';' "num(trim(v)) where line() > 2" german.csv
    grep -qF "'1.234,5' is not a number; num(x, ',', '.') reads it as 1234.5" err
    answers $'n\n1.5\n1234.5' -d ';' --decimal , --thousands . \
        "num(trim(v), ',', '.') as n" german.csv
    ask 1 -d ';' 'v + 1' german.csv
    grep -qF -- "' 1,5' is not a number; --decimal , reads it as 1.5" err
}

@test "a number in quotes is advised as a query has it" {
    printf 'v;w\n1,5;2\n' >german.csv
    tells 2 "weir: query:1:15: a cell is compared with a number in quotes; 1.0\
 without quotes compares numbers, and text(...) of the cell compares texts" \
        -d ';' --decimal , "count() where v > '1,0'" german.csv
    answers $'count()\n1' -d ';' --decimal , 'count() where v > 1.0' german.csv
}

@test "dates are not added, subtracted or ordered by numbers" {
    column 2024-01-31
    local date="'2024-01-31' is not a number; it looks like a date"
    for query in 'x + 1' 'x - x' '1 - x' 'sum(x - 1)'; do
        ask 1 "$query" x.tsv
        grep -qF "$date: date_add(x, 1, 'day') is the next day, and\
 date_diff('day', a, b) counts days from a to b;" err
    done
    answers $'n\n2024-02-01' "date_add(x, 1, 'day') as n" x.tsv
    for query in 'x where x > 2020' 'x where x < 20240101'; do
        ask 1 "$query" x.tsv
        grep -qF "$date: compare with '2023-01-01', or year(x);" err
    done
}
