#!/usr/bin/env bats
# Dates as databases write them: offsets, epochs, formats, zones, differences.

load kit

bad='; --bad-cells=null skips such cells'

@test "offsets and UTC do not change the day" {
    printf 't,v\n2024-01-01 23:30:00+02,1\n2024-01-01 22:00:00 UTC,2\n' >t.csv
    answers $'date(t),sum(v)\n2024-01-01,3' 'sum(v) by date(t)' t.csv
    answers $'a\n2\n0' "date_diff('minute', '2024-01-01 21:28Z', t) as a" \
        <(printf 't\n2024-01-01 23:30:00 +0200\n2024-01-01 21:28\n')
}

@test "epochs, to and fro" {
    printf 's,ms\n1709210096.5,1709210096500\n-0.001,-1\n,\n' >e.csv
    answers $'a,b\n2024-02-29 12:34:56.5,2024-02-29 12:34:56.5
1969-12-31 23:59:59.999,1969-12-31 23:59:59.999\n,' \
        "from_epoch(s) as a, from_epoch(ms, 'ms') as b" e.csv
    answers $'a,b\n1709210096.5,1709210096500\n-0.001,-1\n,' \
        "epoch(from_epoch(s)) as a, epoch(from_epoch(s), 'ms') as b" e.csv
    printf 's\n1\n1e12\n' >far.csv
    for layout in slots dict; do
        refuses 1 "weir: far.csv:3 (byte 4): max(from_epoch(s)): '1e12' leads\
 to no date in the years 0000 to 9999$bad" --eager=$layout \
            'max(from_epoch(s))' far.csv
    done
    refuses 1 "weir: far.csv:3:1 (byte 4): max(from_epoch(s)): '1e12' leads to\
 no date in the years 0000 to 9999$bad" 'max(from_epoch(s))' far.csv
    refuses 1 "weir: far.csv:3:1 (byte 4): max(from_epoch(s * 2)): the value leads\
 to no date in the years 0000 to 9999$bad" 'max(from_epoch(s * 2))' far.csv
    tells 2 "weir: query:1:15: expected 's', 'ms', 'us' or 'ns', as in\
 from_epoch(x, 'ms')" "from_epoch(1, 'min')" people.csv
}

@test "formats are tried in turn" {
    printf 'd,v\n31/01/2024,1\n1/2/2024,2\n' >f.csv
    answers $'m,s\n1,1\n2,2' \
        "month(date(d, '%d/%m/%Y')) as m, sum(v) as s by month(date(d,\
 '%d/%m/%Y'))" f.csv
    printf 'd\n2024-12-31\n"Jan 5, 2024"\n3.4.24 17:05\n' >g.csv
    local forms="'%F', '%b %d, %Y', '%d.%m.%y %H:%M'"
    answers $'a,b\n2024-12-31,2024-12-31\n2024-01-05,2024-01-05
2024-04-03,2024-04-03 17:05:00' "date(d, $forms) as a, strptime(d, $forms)\
 as b" g.csv
    refuses 1 "weir: g.csv:3:1 (byte 13): max(date(d, '%F')): 'Jan 5, 2024' is not\
 a date of the given format; date(x, '%b %d, %Y') reads it as 2024-01-05$bad" \
        "max(date(d, '%F'))" g.csv
    tells 2 "weir: query:1:15: the format gives no year: %Y has four digits,\
 %y two" "date(d, '%F', '%d/%m')" g.csv
    tells 2 "weir: query:1:9: expected a format in quotes: '%Y-%m-%d',\
 as in date(x), date(x, '%d/%m/%Y')" 'date(d, d)' g.csv
    tells 2 "weir: query:1:15: a format is written with letters after %:\
 '%m/%d/%Y'" "date(d, '%F', 'MM/DD/YYYY')" g.csv
    tells 2 "weir: query:1:13: a format is written with letters after %:\
 '%Y-%m-%d %H:%M:%S'" "strptime(d, 'yyyy-MM-dd HH:mm:ss')" g.csv
    tells 2 "weir: query:1:13: a format is written with letters after %:\
 '%d %b %y'" "strftime(d, 'DD Mon YY')" g.csv
    answers $'a\nQuarter' "strftime('2024-01-01', 'Quarter') as a limit 1" g.csv
}

# never DATE TEXT RIGHT: nothing DATE gives is TEXT, but RIGHT may be.
never() {
    tells 2 "weir: query:1:15: $1 never gives '$2'; $3" \
        "count() where $1 = '$2'" t.csv
}

@test "a date is compared with a text that it can be" {
    local t="at_zone(t, 'Europe/Berlin')" query
    printf 'd,t\n2024-01-15,2024-01-15 23:00:00+00\n' >t.csv
    never 'date(d)' 15.01.2024 "it gives texts like '2024-01-31'"
    never 'date(d)' '2024-01-15 10:00' "write '2024-01-15'"
    never "date_trunc('month', d)" 2024-01 "write '2024-01-01'"
    never "date_trunc('month', d)" 2024-01-15 "write '2024-01-01'"
    never "date_trunc('hour', t)" '2024-01-15 23:00' \
        "write '2024-01-15 23:00:00'"
    never "$t" '2024-01-16 00:00:00' "write '2024-01-16 00:00:00+01:00'"
    never "$t" 2024-01-15T23:00Z "write '2024-01-16 00:00:00+01:00'"
    never "from_epoch(epoch(t))" 2024-01-15 "write '2024-01-15 00:00:00', or"\
" compare date(from_epoch(epoch(t)))"
    never "strptime(d, '%F %H:%M')" 2024-01-15T10:00 \
        "write '2024-01-15 10:00:00'"
    never "strftime(d, '%Y-%m')" 2024-1 "write '2024-01'"
    never "strftime(d, '%d/%m/%Y')" 2024-01-15 \
        "it gives texts like '31/01/2024'"
    never "date_add(d, 1, 'hour')" '2024-01-15 01:00' \
        "write '2024-01-15 01:00:00'"
    tells 2 "weir: query:1:15: date(d) never gives '2023'; write '2023-01-01'" \
        "count() where '2023' < date(d)" t.csv
    tells 2 "weir: query:1:27: date(d) never gives '1.1.2024'; it gives texts"\
" like '2024-01-31'" "count() where date(d) in ('1.1.2024')" t.csv
    tells 2 "weir: query:1:48: date(d) never gives '2024-1-31'; it gives texts"\
" like '2024-01-31'" \
        "count() where date(d) between '2024-01-01' and '2024-1-31'" t.csv
    for query in "date(d) >= '2024'" "'2024-02' > date(d)" "date(d) != ''" \
        "date_trunc('month', d) < '2024-01-15'" "$t >= '2024-01-16'" \
        "$t = '2024-01-16 00:00:00+01:00'" "strftime(d, '%B') = 'January'" \
        "strptime(d, '%F', '%F %T') = '2024-01-15'" \
        "date_add(d, 1, 'day') <= '2024-01-16'" "text(d) < '2024-1-31'"; do
        answers $'count()\n1' "count() where $query" t.csv
    done
}

@test "a constant that is no date is an error of the question" {
    local say="is not a date; a date is written '2024-01-31' or '2024-01-31"
    say+=" 23:59:59'"
    printf 'd\n2024-01-15\n' >t.csv
    tells 2 "weir: query:1:31: '15.01.2024' $say" \
        "count() where date(d) >= date('15.01.2024')" t.csv
    tells 2 "weir: query:1:21: '24.12.2023' $say" \
        "date_diff('day', d, '24.12.2023')" t.csv
    tells 2 "weir: query:1:6: 2024 $say" 'year(2024)' t.csv
    tells 2 "weir: query:1:6: 'x' is not a date of the given format" \
        "date('x', '%F')" t.csv
    answers $'a,b\n,2024' "year('') as a, year('2024-01-01') as b" t.csv
}

@test "dates are written in a format" {
    answers $'a\n29 Feb 2024 02:03 PM +0530 2024-W09-4' \
        "strftime('2024-02-29 14:03:05.25+05:30',\
 '%d %b %Y %I:%M %p %z %G-W%V-%u') as a limit 1" people.csv
    answers $'m,n\n2024-01,2\n2024-02,1' "strftime(d, '%Y-%m') as m, count() as\
 n by strftime(d, '%Y-%m')" <(printf 'd\n2024-01-31\n2024-02-01\n2024-01-01\n')
    tells 2 "weir: query:1:19: %- is no letter of a format; there are %Y %y %m\
 %b %B %d %e %j %H %I %p %M %S %f %z %Z %a %A %u %F %T %%, and for strftime %G\
 %V" "strftime(country, '%-d')" people.csv
}

@test "differences and sums" {
    printf 'a,b,n\n2024-01-31,2024-03-01,1\n2023-12-31 23:59,2024-01-01,-2\n' \
        >d.csv
    answers $'d,m,y,h,w,s\n30,2,0,720,4,2024-02-29\n1,1,1,1,1,2023-10-31 23:59:00' \
        "date_diff('day', a, b) as d, date_diff('month', a, b) as m,\
 date_diff('year', a, b) as y, date_diff('hour', a, b) as h,\
 date_diff('week', a, b) as w, date_add(a, n, 'month') as s" d.csv
    refuses 1 "weir: d.csv:2:23 (byte 28): date_diff('day', a, n): '1' is not\
 a date$bad" "date_diff('day', a, n)" d.csv
    printf 'a,n\n2024-01-01,1\n2024-01-01,1.5\n' >n.csv
    refuses 1 "weir: n.csv:3:12 (byte 28): max(date_add(a, n, 'day')): '1.5'\
 is not a whole number$bad" "max(date_add(a, n, 'day'))" n.csv
    refuses 1 "weir: d.csv:2:1 (byte 6): date_add(a, 8000, 'year'):\
 '2024-01-31' leads to no date in the years 0000 to 9999$bad" \
        "date_add(a, 8000, 'year')" d.csv
    tells 2 "weir: query:1:1: a date is not a number; date_diff('day', a, b)\
 counts days from a to b, date_add(x, 1, 'day') adds one" "date('2024-01-01') - a" d.csv
    tells 2 "weir: query:1:16: expected 'year', 'quarter', 'month', 'week',\
 'day', 'hour', 'minute' or 'second', as in date_add(x, 1, 'month')" "date_add(a, 1, 'era')" d.csv
    tells 2 "weir: query:1:16: expected 'year', 'quarter', 'month', 'week',\
 'day', 'hour', 'minute' or 'second'; did you mean 'hour'?" \
        "date_add(a, 1, 'hours')" d.csv
    tells 2 "weir: query:1:11: expected 'year', 'quarter', 'month', 'week',\
 'day', 'hour', 'minute' or 'second', as in date_diff('day', x, y)" \
        "date_diff(a, b, 'day')" d.csv
    tells 2 "weir: query:1:1: date_diff takes 3 arguments, found 2, as in\
 date_diff('day', x, y)" "date_diff(a, '2023-12-25')" d.csv
}

@test "zones of the system's database" {
    printf 't\n2024-03-31 00:59:59Z\n2024-03-31 03:00+02:00\n2024-07-01\n' >z.csv
    answers $'a\n2024-03-31 01:59:59+01:00\n2024-03-31 03:00:00+02:00
2024-07-01 02:00:00+02:00' "at_zone(t, 'Europe/Berlin') as a" z.csv
    answers $'h,n\n0,1\n1,2' "hour(at_zone(t, 'UTC')) as h, count() as n by\
 hour(at_zone(t, 'UTC'))" <(printf 't\n2024-01-01 02:59+02\n2024-01-01 01:00\n2024-01-01 01:00Z\n')
    tells 2 "weir: query:1:12: no time zone 'Berlin' in /usr/share/zoneinfo;\
 did you mean 'Europe/Berlin'?" "at_zone(t, 'Berlin')" z.csv
    for name in ../../etc/passwd /etc/passwd Europe Europe/Nowhere ''; do
        tells 2 "weir: query:1:12: no time zone '$name' in /usr/share/zoneinfo" \
            "at_zone(t, '$name')" z.csv
    done
    tells 2 "weir: query:1:12: expected a time zone in quotes:\
 'Europe/Berlin', as in at_zone(x, 'Europe/Berlin')" 'at_zone(t, t)' z.csv
    mkdir zones
    TZDIR=zones answers $'a\n2024-03-31 00:59:59+00:00' \
        "at_zone(t, 'UTC') as a limit 1" z.csv
    TZDIR=zones tells 2 "weir: query:1:12: no time zone 'Europe/Berlin' in\
 zones" "at_zone(t, 'Europe/Berlin')" z.csv
    echo TZif >zones/Cut
    TZDIR=zones tells 3 "weir: zones/Cut is not a time zone file\
 (TZif)" "at_zone(t, 'Cut')" z.csv
}

@test "an order of cells and a date in another form is told" {
    local note="'01.01.2024' and d are compared as texts; date(x, '%d.%m.%Y')"
    note+=" reads it as 2024-01-01"
    printf 'd,v\n02.01.2024,5\n15.12.2023,7\n' >t.csv
    ask 0 "sum(v) where d >= '01.01.2024'" t.csv
    same $'sum(v)\n12' out
    same "weir: $note" err
    ask 0 "sum(v) where '01.01.2024' < d" t.csv
    same "weir: $note" err
    ask 0 "count() where d between '5/1/2024' and '2024-1-31'" t.csv
    same "weir: '5/1/2024' and d are compared as texts; date(x, '%m/%d/%Y')\
 reads it as 2024-05-01, date(x, '%d/%m/%Y') as 2024-01-05" err
    for query in "d = '01.01.2024'" "d = '2024-01-01'" "d > 'abc'" \
        "date(d, '%d.%m.%Y') >= date('01.01.2024', '%d.%m.%Y')"; do
        ask 0 "count() where $query" t.csv
        same '' err
    done
    answers $'sum(v)\n12' --quiet "sum(v) where d >= '01.01.2024'" t.csv
}

@test "dates that come out in the order of their bytes are told" {
    printf 'd,v\n31.12.2023,1\n02.01.2024,2\n' >d.csv
    local told="compares texts: '31.12.2023' looks like a date;"
    told+=" date(x, '%d.%m.%Y') reads it as 2023-12-31"
    notes $'max(d)\n31.12.2023' "weir: max(d) $told" 'max(d)' d.csv
    notes $'d\n02.01.2024\n31.12.2023' "weir: order by d $told" \
        'd order by d' d.csv
    notes $'v,max(d)\n2,02.01.2024\n1,31.12.2023' \
        "weir: max(d) $told" 'max(d) by v order by v desc' d.csv
    answers '' --partial p 'max(d)' d.csv
    responds 0 $'max(d)\n31.12.2023' "weir: max(d) $told" merge p
    answers $'max(d)\n31.12.2023' --quiet 'max(d)' d.csv
    answers $'m\n2024-01-02' "max(date(d, '%d.%m.%Y')) as m" d.csv
    answers $'d\n31.12.2023\n02.01.2024' \
        "d order by date(d, '%d.%m.%Y')" d.csv
    # Bytes and days have the same order.
    printf 'd\n2023/12/31\n2024.01.02\n20240103\n' >y.csv
    answers $'d\n2024.01.02\n2023/12/31' 'd order by d desc limit 2' y.csv
    printf 'd\n1.10.2\n1.9.12\n' >versions.csv
    answers $'max(d)\n1.9.12' 'max(d)' versions.csv
}

@test "year(x) and week(x) in one question are told about isoyear(x)" {
    printf 'd,v\n2024-01-01,1\n2024-12-30,10\n' >w.csv
    local note='year(d), week(d): around New Year a week belongs to the year
before or after; isoyear(d) is its year'
    note=${note//$'\n'/ }
    answers $'isoyear(d),week(d),sum(v)\n2024,1,1\n2025,1,10' \
        'sum(v) by isoyear(d), week(d)' w.csv
    ask 0 'sum(v) by Year(d), week(d)' w.csv
    same $'Year(d),week(d),sum(v)\n2024,1,11' out
    same "weir: $note" err
    answers $'year(d),week(d),sum(v)\n2024,1,11' --quiet \
        'sum(v) by year(d), week(d)' w.csv
    "$WEIR" explain 'sum(v) by week(d), year(d)' w.csv | grep -qF "  $note"
    for question in "d where year(d) = 2024 and week(d) = 1" \
        "year(d) || '-' || week(d)" 'count() by week(d) having max(year(d)) > 1' \
        'd order by year(d), week(d) limit 1'; do
        ask 0 "$question" w.csv
        same "weir: $note" err
    done
    for keys in 'week(d), year(d), isoyear(d)' "week(d), year(date(d, '%F'))"; do
        ask 0 "sum(v) by $keys" w.csv
        same '' err
    done
}
