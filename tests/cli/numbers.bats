#!/usr/bin/env bats
# Numbers as people write them: --decimal, --thousands, num(x, ',', '.').

load kit

skip_='--bad-cells=null skips such cells'

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    printf 'Year,Q\n2020,"1,000,000"\n2021,"1,500,000"\n2022,"4,000,000"\n' \
        >q.csv
    printf 'k;v\na;1,5\nb;2.000,25\n' >v.csv
}

setup() {
    cd "$BATS_FILE_TMPDIR" || return
}

german() {
    answers "$1" -d ';' --decimal , --thousands . "${@:2}"
}

@test "a cell with groups of thousands is bad, and the message says what helps" {
    local place='weir: q.csv:2:6 (byte 12): where' number="'1,000,000'"
    refuses 1 "$place: $number is not a number; --thousands , reads it as \
1000000; $skip_" 'count() where Q > 2000000' q.csv
    answers $'count()\n1' --thousands , 'count() where Q > 2000000' q.csv
    answers $'sum(Q)\n6500000' --thousands , 'sum(Q)' q.csv
}

@test "a decimal comma is a bad cell, and the message says what helps" {
    refuses 1 "weir: v.csv:2:3 (byte 6): sum(v): '1,5' is not a number; \
--decimal , reads it as 1.5; $skip_" -d ';' 'sum(v)' v.csv
    refuses 1 "weir: v.csv:3:3 (byte 12): sum(v): '2.000,25' is not a number; \
--thousands . reads it as 2000.25; $skip_" -d ';' --decimal , 'sum(v)' v.csv
    german $'sum(v)\n2001.75' 'sum(v)' v.csv
}

@test "with a decimal comma, a point alone is never taken silently" {
    printf 'v\n1.234\n' >point.csv
    refuses 1 "weir: point.csv:2:1 (byte 2): sum(v): '1.234' is not a number; \
--thousands . reads it as 1234, --decimal . as 1.234; $skip_" \
        --decimal , 'sum(v)' point.csv
    notes $'sum(v)\n""' "weir: 1 cell taken as null; the first: point.csv:2:1 \
(byte 2): v: '1.234' is not a number; --thousands . reads it as 1234, \
--decimal . as 1.234" --decimal , --bad-cells null 'sum(v)' point.csv
    german $'sum(v)\n1234' 'sum(v)' point.csv
}

@test "groups have three digits" {
    local bad
    for bad in 1,00,00 1,2345 12,34,567 0,123 1,,000 1,000, ,100 1000,000; do
        printf 'v\n"%s"\n' "$bad" >group.csv
        ask 1 --thousands , 'sum(v)' group.csv
        grep -q "'$bad' is not a number" err
    done
}

@test "the whole query reads the notation, and its own numbers have a point" {
    german $'k\nb' 'k where v > 1.5' v.csv
    german $'k\na' 'k where v = 1.5' v.csv
    german $'k\nb' 'k where v in (7, 2000.25)' v.csv
    german $'k\nb\na' 'k order by v desc' v.csv
    german $'median(v),p95(v),mean(v)\n1000.875,1900.3125,1000.875' \
        'median(v), p95(v), mean(v)' v.csv
    german $'x\n3\n4000.5' 'v * 2 as x' v.csv
    german $'x\n1998.75' 'max(v) - min(v) as x' v.csv
    german $'x\n4.25' 'sum(case when v > 2 then 2.75 else v end) as x' v.csv
    german $'x\n1.5\n0.25' "coalesce(case when v < 2 then v end, 0.25) + 0 as x" \
        v.csv
    german $'v,n\n"2.000,25",1' 'count() as n by v having v > 2' v.csv
}

@test "a cell is printed as it is written" {
    german $'v\n"1,5"\n"2.000,25"' v v.csv
    german $'first(v),mode(v)\n"1,5","1,5"' 'first(v), mode(v)' v.csv
    # The least and the greatest lose their separators of thousands.
    german $'min(v),max(v)\n"1,5","2000,25"' 'min(v), max(v)' v.csv
    printf 'zip,phone\n01234,+4912\n00999,0049\n' >zip.csv
    answers $'min(zip),max(zip),max(phone)\n00999,01234,+4912' \
        --thousands , 'min(zip), max(zip), max(phone)' zip.csv
    answers $'min(k),max(k)\na,b' -d ';' --decimal , 'min(k), max(k)' v.csv
}

@test "json has a cell that is a number as a plain one" {
    printf 'v;w\n1.000;2\n1,50;3\n007;4\n1.00;5\n' >j.csv
    german $'{"v":1000}\n{"v":1.50}\n{"v":"007"}\n{"v":"1.00"}' -o ndjson v j.csv
    german '{"f":1000,"m":1.50,"max":1000}' -o ndjson \
        'first(v) as f, mode(v) as m, max(v) as max where w < 4' j.csv
    answers $'{"v":"1.000"}\n{"v":1.50}' -d ';' --decimal , -o ndjson \
        'v limit 2' j.csv
    german "{\"v\":1$(printf '0%.0s' {1..300})}" -o ndjson 'v' \
        <<<"v"$'\n'"1$(printf '.000%.0s' {1..100})"
    "$WEIR" -d ';' --decimal , --thousands . --partial j.part 'first(v)' j.csv
    answers '{"first(v)":1000}' merge -o ndjson j.part
}

@test "what a message proposes goes with what is given" {
    printf 'v\n1,2345\n1_234\n' >given.csv
    ask 1 -d ';' --thousands , 'sum(v) where line() = 2' given.csv
    grep -q "; num(x, ',') reads it as 1.2345; " err
    answers $'s\n1.2345' -d ';' --thousands , \
        "sum(num(v, ',')) as s where line() = 2" given.csv
    ask 1 -d ';' 'sum(v) where line() = 3' given.csv
    grep -q '; --thousands _ reads it as 1234; ' err
    answers $'s\n1234' -d ';' --thousands _ 'sum(v) as s where line() = 3' given.csv
}

@test "no-break blanks are around the numbers of num() only" {
    printf 'v\n1,5\u00a0\n' >nbsp.csv
    answers $'s\n1.5' -d ';' "sum(num(v, ',')) as s" nbsp.csv
    ask 1 -d ';' --decimal , 'sum(v)' nbsp.csv
    grep -q "num(x, ',') reads it as 1.5" err
}

@test "keys are in the order of their numbers" {
    printf 'v\n"10,5"\n"9,5"\nx\n"1.000,1"\n\n"9,50"\n1.5\n' >keys.csv
    answers $'v,n\n,1\n"9,5",1\n"9,50",1\n"10,5",1\n"1.000,1",1\n1.5,1\nx,1' \
        --decimal , --thousands . 'count() as n by v' keys.csv
    answers $'v\nx\n1.5\n"1.000,1"' --decimal , --thousands . \
        'v order by v desc limit 3' keys.csv
    answers $'mode(v)\n"9,5"' --decimal , --thousands . 'mode(v)' keys.csv
}

@test "two cells are compared in the notation" {
    printf 'a;b\n1,5;1,50\n1.000;999\nx;y\n' >two.csv
    german $'a\n1,5' -o tsv 'a where a = b' two.csv
    german $'a\n1.000\nx' 'a where a <> b' two.csv
    german $'a\n1.000' 'a where a > b and length(a) > 1' two.csv
    printf 'a;b\n1,5;y\n' >two.csv
    refuses 1 "weir: two.csv:2:5 (byte 8): where: 'y' is not a number; $skip_" \
        -d ';' --decimal , 'count() where a < b' two.csv
    ask 2 -d ';' --decimal , "count() where a < '1,5'" two.csv
    grep -q 'a cell is compared with a number in quotes' err
}

@test "num(x, ',', '.') reads one column, with currencies, per cent and signs" {
    answers $'s\n2001.75' -d ';' "sum(num(v, ',', '.')) as s" v.csv
    answers $'a,b,c,d\n1234.5,0.125,-1234.5,-1234' \
        "num('€ 1.234,50', ',', '.') as a, num('12,5 %', ',') as b, \
num('(1,234.50)', '.', ',') as c, num('1,234-', '.', ',') as d limit 1" q.csv
    answers $'a,b,c\n1234567.5,-3,0.005' \
        "num('1 234 567,5 EUR', ',', ' ') as a, num('-\$3', '.') as b, \
num('0.5%', '.') as c limit 1" q.csv
}

@test "num(x) reads the plain notation, and its message names the others" {
    printf 'v\n$5\n' >dollar.csv
    refuses 1 "weir: dollar.csv:2:1 (byte 2): num(v): '\$5' is not a number; \
num(x, '.') reads it as 5; $skip_" 'num(v)' dollar.csv
    answers $'x\n1.5' --decimal , "num('1.5') as x limit 1" q.csv
}

@test "the marks of num() are checked" {
    refuses 2 "weir: query:1:8: expected a point or a comma in quotes, found ';'
  num(Q, ';')
         ^" "num(Q, ';')" q.csv
    refuses 2 "weir: query:1:8: expected a point or a comma in quotes, found Q
  num(Q, Q)
         ^" "num(Q, Q)" q.csv
    refuses 2 "weir: query:1:13: expected a separator of thousands that is not \
the decimal mark
  num(Q, ',', ',')
              ^" "num(Q, ',', ',')" q.csv
    answers $'a\n2.5' "num(1.5 + 1, ',') as a limit 1" q.csv
}

@test "the marks of the options are checked" {
    refuses 2 "weir: --decimal: found 'x', expected a point or a comma" \
        --decimal x 'count()' q.csv
    refuses 2 "weir: --thousands: found '', expected a comma, a point, a blank, \
an apostrophe or an underscore" --thousands '' 'count()' q.csv
    refuses 2 "weir: --thousands: found '.', which is the decimal mark; \
expected another one, or --decimal ," --thousands . 'count()' q.csv
    refuses 2 "weir: --thousands: found ',', which is the decimal mark; \
expected another one, or --decimal ." --decimal , --thousands , 'count()' q.csv
    refuses 2 "weir: records shows every record as it is read: --decimal has no \
meaning for it" records --decimal , q.csv
}

@test "partials of another notation are not merged" {
    "$WEIR" --thousands , --partial a.part 'sum(Q), max(Q)' q.csv
    printf 'Year,Q\n1,"7,000"\n' >r.csv
    "$WEIR" --thousands , --partial b.part 'sum(Q), max(Q)' r.csv
    printf 'Year,Q\n1,2\n' >s.csv
    "$WEIR" --partial c.part 'sum(Q), max(Q)' s.csv
    answers $'sum(Q),max(Q)\n6507000,4000000' merge a.part b.part
    ask 1 merge a.part c.part
    grep -q -e '--thousands' err
}

@test "dates are not affected" {
    printf 'd,v\n2024-02-29,"1,5"\n' >date.csv
    answers $'y,v\n2024,1.5' --decimal , 'sum(v) as v by year(d) as y' date.csv
}

@test "the least of computed numbers is printed as a number" {
    german $'min(num(v)),min(v)\n1.5,"1,5"' 'min(num(v)), min(v)' v.csv
    german $'max(v * 2)\n4000.5' 'max(v * 2)' v.csv
}

@test "--output-delimiter: what holds it is quoted, and a comma is not" {
    answers $'y;"a;b";c\n252.5;1,000,000;x' --output-delimiter ';' \
        "Year / 8 as y, Q as \"a;b\", 'x' as c limit 1" q.csv
    answers $'Year\tQ\n2020\t1,000,000' --output-delimiter '\t' \
        'Year, Q limit 1' q.csv
    "$WEIR" --output-delimiter '|' "Q || '|' as a, '\"' as b" q.csv |
        "$WEIR" -d '|' 'a, b limit 1' >out
    same $'a,b\n"1,000,000|",""""' out
}

@test "--output-decimal: numbers have the mark, and read back" {
    answers $'y,Q\n"252,5","1,000,000"' --output-decimal , \
        'Year / 8 as y, Q limit 1' q.csv
    answers $'y;n\n252,5;2020' --output-decimal , --output-delimiter ';' \
        'Year / 8 as y, Year as n limit 1' q.csv
    answers $'y\t252,5' --no-output-header -o tsv --output-decimal , \
        "'y', Year / 8 limit 1" q.csv
    answers $'| y |\n| ---: |\n| 252,5 |' -o md --output-decimal , \
        'Year / 8 as y limit 1' q.csv
    answers $'252,5' -o table --output-decimal , --no-output-header \
        'Year / 8 as y limit 1' q.csv
    answers $'y\n252.5' --output-decimal . 'Year / 8 as y limit 1' q.csv
    # As long as a number may be.
    answers $'y\n"123456789012345678901,5"' --output-decimal , \
        "num('123456789012345678901.5') as y limit 1" q.csv
    "$WEIR" --output-decimal , 'Year / 8 as y' q.csv |
        "$WEIR" --decimal , 'sum(y) as y' >out
    same $'y\n757.875' out
}

@test "--no-output-header, also of no rows, of results so far and of merge" {
    answers '2020' --no-output-header 'Year limit 1' q.csv
    answers '' --no-output-header 'Year limit 0' q.csv
    answers '""' --no-output-header 'null as x limit 1' q.csv
    "$WEIR" --partial d.part 'sum(Year) / 2' q.csv
    answers '3031,5' merge --no-output-header --output-decimal , \
        --output-delimiter ';' d.part
}

@test "what a format cannot do is refused" {
    local what
    for what in '--output-delimiter=;' --output-decimal=, --no-output-header; do
        for format in json ndjson; do
            refuses 2 "weir: ${what%%=*}: has no meaning for --output $format" \
                -o "$format" "$what" 'Year' q.csv
        done
        refuses 2 "weir: ${what%%=*}: expected a query or merge, and no \
--partial" --partial x "$what" 'sum(Year)' q.csv
        ask 2 records "$what" q.csv
        ask 2 compare "$what" 'sum(Year)' q.csv
    done
    ask 2 -o tsv '--output-delimiter=;' 'Year' q.csv
    ask 2 -o md --no-output-header 'Year' q.csv
    for what in '' '"' ab $'\n'; do
        ask 2 --output-delimiter "$what" 'Year' q.csv
        grep -q 'expected one byte that is neither a quote nor a line end' err
    done
    refuses 2 "weir: --output-decimal: found ';', expected a point or a comma" \
        --output-decimal ';' 'Year' q.csv
}

@test "fixed(x, n) prints the zeros, and rounds exactly" {
    answers $'a,b,c,d,e,f\n2.50,2.68,-2.68,0.00,3,10.0' \
        "fixed(2.5, 2) as a, fixed(2.675, 2) as b, fixed(-2.675, 2) as c, \
fixed(-0.001, 2) as d, fixed(2.5) as e, fixed(9.96, 1) as f limit 1" q.csv
    answers $'a,b,c,d\n1.00,0.10,0.0,1' \
        "fixed(0.995, 2) as a, fixed(0.0951, 2) as b, fixed(0.049, 1) as c, \
fixed(0.5, 0) as d limit 1" q.csv
    # More digits than a mantissa or a double has.
    answers $'a\n123456789012345678901234567890.13' \
        "fixed(123456789012345678901234567890.125, 2) as a limit 1" q.csv
    answers $'a\n1000000000000000000000000000000.0' \
        "fixed(1e30, 1) as a limit 1" q.csv
    answers $'a\n0.3333333333333333148296' "fixed(1 / 3, 22) as a limit 1" q.csv
    answers $'a\n"1.234.567,90"\n"-999,00"\n"0,00"\n""' \
        "fixed(x, 2, ',', '.') as a" - <<<$'x\n1234567.895\n-999\n0\n""'
    answers $'a\n1 000 000' "fixed(1e6, 0, '.', ' ') as a limit 1" q.csv
    answers $'s\n6500000.00' --thousands , 'fixed(sum(Q), 2) as s' q.csv
}

@test "fixed(x, n): wrong arguments, and cells that are no numbers" {
    local places='expected how many digits follow the decimal mark, 0 to 100'
    for n in 101 -1 1.5 Q "'2'"; do
        ask 2 "fixed(Year, $n)" q.csv
        grep -q -F "$places, found $n" err
    done
    ask 2 "fixed(Year, 2, 'x')" q.csv
    grep -q 'expected a point or a comma in quotes' err
    ask 1 'fixed(Q, 2)' q.csv
    grep -q "'1,000,000' is not a number; --thousands , reads it as 1000000" err
    ask 0 --bad-cells null 'fixed(Q, 2) as a limit 1' q.csv
    same $'a\n""' out
}
