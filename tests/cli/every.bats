#!/usr/bin/env bats
# Results so far: --every and SIGUSR1.

load kit

# until_holds FILE TEXT [N]: waits until N lines (default 1) of the file contain
# that text, or weir has ended.
until_holds() {
    until [ "$(grep -cF "$2" "$1")" -ge "${3:-1}" ]; do
        kill -0 "$pid" || return 1
        sleep 0.02
    done
}

# feed ARGUMENT...: starts weir over a pipe, which descriptor 7 writes to.
feed() {
    mkfifo in
    "$WEIR" "$@" <in >out 2>err 3>&- &
    pid=$!
    exec 7>in
}

# ask_usr1 TEXT: sends SIGUSR1 to weir, which handles it by now, until standard
# error contains the text.
ask_usr1() {
    local mask
    until grep -qF "$1" err; do
        # It is waited for, or caught.
        mask=$((16#$(sed -n 's/^SigBlk:\s*//p' "/proc/$pid/status") |
            16#$(sed -n 's/^SigCgt:\s*//p' "/proc/$pid/status")))
        ((!(mask & 1 << 9))) || kill -USR1 "$pid"
        sleep 0.02
    done
}

# finish: closes the pipe and waits for weir.
finish() {
    local code=0
    exec 7>&-
    wait "$pid" || code=$?
    [ "$code" = 0 ]
}

@test "a record read is in the next print" {
    for threads in 1 2; do
        rm -f in
        feed -j "$threads" --every 0.05 'count(), mean(age) by country'
        printf 'age,country\n30,DE\n' >&7
        until_holds out 'DE,1,30'
        printf '40,DE\n' >&7
        until_holds out 'DE,2,35'
        printf '1,AT\n' >&7
        until_holds out 'AT,1,1'
        finish
        same '' err
        # Whole answers, and an empty line after each but the last.
        [ "$(tail -n 3 out)" = 'country,count(),mean(age)
AT,1,1
DE,2,35' ]
        [ "$(head -n 1 out)" = 'country,count(),mean(age)' ]
        [ "$(grep -c . out)" -gt "$(grep -c '^$' out)" ]
        [ "$(grep -c '^country' out)" = "$(($(grep -c '^$' out) + 1))" ]
    done
}

@test "what a record lacks is not there yet" {
    feed --every 0.05 'sum(a), max(b)'
    printf 'a,b\n1,x\n2,' >&7
    # In the second print from now on it would be.
    until_holds out '1,x' "$(($(grep -c '1,x' out) + 2))"
    [ "$(grep -c '^3,' out)" = 0 ]
    printf 'y\n' >&7
    until_holds out '3,y'
    finish
}

@test "every format, and order by, having, medians" {
    for format in csv tsv json ndjson md table; do
        rm -f in
        feed -o "$format" --every 0.03 'median(a) as m, count() by b
            having count() > 0 order by m desc limit 1'
        printf 'a,b\n1,x\n5,x\n7,y\n' >&7
        until_holds out 7
        finish
        "$WEIR" -o "$format" 'median(a) as m, count() by b
            having count() > 0 order by m desc limit 1' \
            <<<$'a,b\n1,x\n5,x\n7,y' >whole
        diff whole <(tail -n "$(wc -l <whole)" out)
    done
}

@test "the same answer as without, also where groups are spilled" {
    { echo a,b; seq -f '%.0f,1' 200000; seq -f '%.0f,2' 200000; } >big.csv
    "$WEIR" 'sum(b) by a' big.csv >whole
    WEIR_HOLD=BATCH_ASKED:9:LOOKED_MIDWAY:2 "$WEIR" -j 2 --memory 8M \
        --every 0.02 'sum(b) by a' big.csv >out
    [ "$WEIR_BUILD_TYPE" = Release ] || [ "$(grep -c '^$' out)" -gt 1 ]
    cmp whole <(tail -n "$(wc -l <whole)" out)
    # As many groups as had been read, each print.
    [ "$(grep -c '^a,sum' out)" = "$(($(grep -c '^$' out) + 1))" ]
}

@test "SIGUSR1: once, on standard error" {
    feed -j 2 'count(), max(a)'
    printf 'a\n1\n2\n' >&7
    ask_usr1 'weir: so far, of 2 records'
    printf '3\n' >&7
    finish
    same $'count(),max(a)\n3,3' out
    grep -qFx 2,2 err
}

@test "SIGUSR1 on one thread, which waits for input" {
    feed -j 1 'count(), max(a)'
    printf 'a\n1\n2\n' >&7
    ask_usr1 'weir: so far, of 2 records'
    ask_usr1 2,2
    # And again: it is looked into by a thread of its own by now.
    printf '3\n' >&7
    ask_usr1 'weir: so far, of 3 records'
    finish
    same $'count(),max(a)\n3,3' out
}

@test "SIGUSR1 where records stream out" {
    feed 'a'
    printf 'a\n1\n' >&7
    ask_usr1 'weir: no results so far: the query has no aggregates'
    finish
    same $'a\n1' out
}

@test "on a terminal it is drawn in place, and the answer stays" {
    command -v script >/dev/null || skip 'no script(1)'
    mkfifo in
    TERM=xterm script -qec "stty cols 40 rows 6; '$WEIR' --every 0.05 \
        --progress never 'count() by a' <in" /dev/null </dev/null >out 3>&- &
    pid=$!
    exec 7>in
    { echo a; seq 10 20; } >&7
    until_holds out '... and 9 lines more'
    finish
    # Drawn anew from where it began: three lines and the one that says more.
    grep -qF $'\r\e[4A\e[J' out
    sed 's/\r//g; s/\x1b\[[0-9;?]*[a-zA-Z]//g' out >plain
    [ "$(tail -n 12 plain | head -n 2)" = ' a count()
10       1' ]
    [ "$(tail -n 1 plain)" = '20       1' ]
}

@test "results that take longer than the interval do not hold the run up" {
    { echo a,b; seq -f '%.0f,1' "$(many 300000 5)"; } >big.csv
    "$WEIR" 'sum(b) by a having sum(b) > 1' big.csv >whole
    WEIR_HOLD=BATCH_ASKED:9:LOOKED_MIDWAY:2 "$WEIR" -j 1 --every 0.001 \
        'sum(b) by a having sum(b) > 1' big.csv >out
    cmp whole <(tail -n 1 out)
}

@test "a reader that leaves ends the run" {
    mkfifo in printed
    env --default-signal=PIPE "$WEIR" --every 0.02 'count()' <in >printed \
        2>err 3>&- &
    pid=$!
    exec 7>in
    head -n 1 printed >first 3>&- 7>&- & reader=$!
    { echo a; seq 100; } >&7
    wait "$reader"
    # It is known at the next print, and ends what waits for input at the next
    # record. The input does not end before.
    trap '' PIPE
    while echo 1 >&7; do
        sleep 0.01
    done 2>/dev/null
    exec 7>&-
    code=0
    wait "$pid" || code=$?
    [ "$code" = 141 ]
    same 'count()' first
    same '' err
}

@test "what makes no sense" {
    refuses 2 "weir: --every: the query has no aggregates: its records come out\
 as they are read" --every 1 name people.csv
    for seconds in 0 -1 x '' 1e300; do
        refuses 2 "weir: --every: found '$seconds', expected seconds, 0.001 or\
 more" --every "$seconds" 'count()' people.csv
    done
    refuses 2 "weir: --every: expected a query, not a command, and no --partial" \
        --every 1 --partial p 'count()' people.csv
}
