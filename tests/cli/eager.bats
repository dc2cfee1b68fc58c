#!/usr/bin/env bats
# --eager: the layouts, what is loaded, what is printed about that, and its
# limits.

load kit

layouts='dict list tuple slots flyweight columns'

@test "frames are loaded in the input's order by any number of threads" {
    "$WEIR_MAKE" users 2000 >users.csv
    split -l 100 users.csv part.
    for part in part.*; do zstd -qc "$part"; done >users.zst
    for layout in dict columns; do
        for threads in 1 3; do
            answers "$("$WEIR" 'count(), sum(age), first(id), last(name)' \
                users.csv)" --eager="$layout" -j "$threads" --batch 64 \
                'count(), sum(age), first(id), last(name)' users.zst
        done
    done
}

@test "every layout answers as without, with all columns and with some" {
    "$WEIR_MAKE" users 3000 >users.csv
    for query in 'mean(age), count(score), max(id)' \
        'count(), sum(income) by country where age >= 40 and notes is not null' \
        'name, age, score where age > 90 order by age, name limit 9' '*' \
        'min(score), max(income), first(name), last(signup) by age'; do
        "$WEIR" "$query" users.csv >lazy
        for layout in $layouts; do
            ask 0 "--eager=$layout" "$query" users.csv
            cmp out lazy
            ask 0 "--eager=$layout" --all-columns -j 3 "$query" - <users.csv
            cmp out lazy
        done
    done
}

@test "numbers keep their spelling" {
    printf '%s\n' a 1.0 01 1 +1 '"1"' 1. 1.00 -0 0 1e0 >spelled.csv
    "$WEIR" 'a' spelled.csv >lazy
    "$WEIR" 'count() by a' spelled.csv >groups
    for layout in $layouts; do
        ask 0 "--eager=$layout" 'a' spelled.csv
        cmp out lazy
        ask 0 "--eager=$layout" 'count() by a' spelled.csv
        cmp out groups
    done
}

@test "what is set aside is told as without" {
    printf 'a,b\n1,2\n"x\ny",z\nfoo,"3"\n4,"b,r"\n5\n' >bad.csv
    set -- --bad-cells=reject --bad-records=reject --rejects rejects.csv \
        'sum(a), sum(b)' bad.csv
    ask 0 "$@"
    sort rejects.csv >lazy
    [ "$(wc -l <lazy)" = 6 ] # the header, four records, one of two lines
    for layout in $layouts; do
        ask 0 "--eager=$layout" "$@"
        sort rejects.csv | cmp - lazy
    done
}

@test "a wrong cell is told with its record's place" {
    printf 'a,b\n1,"2\n2"\n3,x\n' >wrong.csv
    for layout in $layouts; do
        refuses 1 "weir: wrong.csv:4 (byte 12): sum(a + num(b)): 'x' is not a number; --bad-cells=null skips such cells" \
            "--eager=$layout" 'sum(a + num(b)) where a > 1' wrong.csv
    done
}

@test "--stats tells what was loaded" {
    local n
    n=$(many 100000 5)
    "$WEIR_MAKE" users "$n" >users.csv
    for layout in $layouts; do
        ask 0 "--eager=$layout" --all-columns --stats 'mean(age)' users.csv
        grep -qE "^loaded    $n records of 8 columns as $layout: .* bytes a record: " err
        grep -qE '^ *loaded in [0-9.]+ s, answered in [0-9.]+ s$' err
    done
    ask 0 --eager=flyweight --stats 'count() by country, name, notes' users.csv
    grep -qE "^loaded    $n records of 3 columns" err
    grep -qE '^pool      [0-9]+ hits, [0-9]+ misses, [0-9]+ evictions; .* save ' err
    grep -qE '^column    notes: [0-9]+ % of the texts looked at were repeats: .* was off$' err
    run ! grep -q '^column    country' err
}

# The same sizes, and what loads them is in the test before.
# bats test_tags=unsanitized
@test "each layout takes less than the one before" {
    "$WEIR_MAKE" users 100000 >users.csv
    last=1000
    for layout in $layouts; do
        ask 0 "--eager=$layout" --all-columns --stats 'count()' users.csv
        now=$(sed -nE 's/^loaded .* ([0-9]+)\.[0-9] bytes a record:.*/\1/p' err)
        [ "$now" -lt "$last" ]
        last=$now
    done
}

@test "--all-columns is for --eager" {
    refuses 2 'weir: --all-columns: expected --eager, which loads columns' \
        --all-columns 'count()' people.csv
    ask 0 compare --all-columns --eager=slots 'count()' people.csv
}
