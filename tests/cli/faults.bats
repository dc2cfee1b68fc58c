#!/usr/bin/env bats
# Failures outside weir: outputs, signals, memory.

load kit

@test "a full disk" {
    for query in 'count()' '*' 'count() by name'; do
        for format in csv json table; do
            code=0
            "$WEIR" -o $format "$query" people.csv >/dev/full 2>err || code=$?
            [ "$code" = 3 ]
            same 'weir: cannot write standard output: no space left on the'\
' device after 0 bytes' err
        done
    done
    for words in '--help' '--version' 'help functions' \
        'explain count() people.csv' 'records people.csv' \
        'compare count() people.csv'; do
        code=0
        # shellcheck disable=SC2086 # words
        "$WEIR" $words >/dev/full 2>err || code=$?
        [ "$code" = 3 ]
        [ "$(wc -l <err)" = 1 ]
        grep -qi '^weir: cannot write standard output: no space' err
    done
}

@test "standard descriptors that are closed" {
    code=0
    "$WEIR" 'count()' people.csv >&- 2>err || code=$?
    [ "$code" = 3 ]
    grep -q '^weir: cannot write standard output after 0 bytes: Bad file' err
    code=0
    "$WEIR" 'count()' <&- >out 2>err || code=$?
    [ "$code" = 3 ]
    same '' out
    grep -q '^weir: standard input: .*: Bad file descriptor' err
    # A file that weir opens must not get the descriptor of standard output.
    printf 'a\nx\n' >x.csv
    code=0
    "$WEIR" --rejects r.csv --bad-cells=reject 'count(), sum(a)' x.csv >&- \
        2>err || code=$?
    [ "$code" = 3 ]
    [ "$(wc -l <r.csv)" = 2 ]
    "$WEIR" 'count()' people.csv 2>&- >out
    same $'count()\n4' out
}

@test "a reader that leaves: quiet, 141" {
    { echo a; seq 200000; } >big.csv
    for format in csv tsv json ndjson md table; do
        env --default-signal=PIPE bash -c '
            "$WEIR" -o "$1" "*" big.csv 2>err | head -n 1 >/dev/null
            exit ${PIPESTATUS[0]}' - $format && code=0 || code=$?
        [ "$code" = 141 ]
        same '' err
    done
    env --default-signal=PIPE bash -c '"$WEIR" records big.csv 2>err | head -n 1 >/dev/null
        exit ${PIPESTATUS[0]}' && code=0 || code=$?
    [ "$code" = 141 ]
    same '' err
}

@test "a reader of the figures that leaves: the answer, and 141" {
    "$WEIR" --partial a.part 'count()' people.csv
    mkfifo pipe
    exec 5<>pipe 6>pipe 5>&- # 6 is a pipe that nobody reads
    for options in --stats --profile '--stats --profile' '--eager --stats'; do
        code=0
        # shellcheck disable=SC2086 # words
        env --default-signal=PIPE "$WEIR" $options 'count()' people.csv \
            >out 2>&6 || code=$?
        [ "$code" = 141 ]
        same $'count()\n4' out
    done
    code=0
    env --default-signal=PIPE "$WEIR" merge a.part --stats >out 2>&6 || code=$?
    [ "$code" = 141 ]
    same $'count()\n4' out
    exec 6>&-
    for option in --stats --profile; do
        code=0
        "$WEIR" "$option" 'count()' people.csv >out 2>/dev/full || code=$?
        [ "$code" = 3 ]
        same $'count()\n4' out
    done
}

# The leak sanitizer does not run under a tracer.
# bats test_tags=unsanitized
@test "EIO in the middle of an input" {
    command -v strace >/dev/null || skip 'no strace'
    { echo a; seq 200000; } >big.csv
    strace -qq -o /dev/null true 2>/dev/null || skip 'strace may not trace'
    for call in pread64:1 pread64:2 pread64:3; do
        code=0
        strace -f -qq -o trace -P "$PWD/big.csv" -e trace=read,pread64 \
            -e inject="${call%:*}:error=EIO:when=${call#*:}" \
            "$WEIR" 'sum(a)' big.csv >out 2>err || code=$?
        [ "$code" = 3 ]
        same '' out
        grep -Eq '^weir: big.csv: cannot read at byte [0-9]+: Input/output err' \
            err
    done
}

# bats test_tags=unsanitized
@test "EINTR is no failure" {
    command -v strace >/dev/null || skip 'no strace'
    strace -qq -o /dev/null true 2>/dev/null || skip 'strace may not trace'
    strace -f -qq -o trace -P "$PWD/people.csv" -e trace=read,pread64 \
        -e inject=read,pread64:error=EINTR:when=1 "$WEIR" 'sum(age)' \
        "$PWD/people.csv" >out 2>err
    same $'sum(age)\n152' out
    grep -q EINTR trace
}

# Records whose sum is 0, until the progress line of a run stands in FILE, or
# nobody reads them: a machine may be as slow as it likes.
until_drawn() {
    until grep -aq records "$1"; do
        printf '0\n%.0s' {1..2000} || return 0
        sleep 0.1
    done
}

# stop SIGNAL CODE: weir, drawing progress on a slow fifo, ends by the signal
# (which a shell's background jobs ignore unless told).
stop() {
    mkfifo slow
    env --default-signal=INT,TERM "$WEIR" --progress=always 'sum(a)' \
        --header a slow >out 2>err 3>&- &
    local pid=$! code=0
    exec 7>slow
    until_drawn err >&7
    kill -"$1" "$pid"
    exec 7>&-
    wait "$pid" || code=$?
    [ "$code" = "$2" ]
    same '' out
    # The line was drawn, and is gone.
    grep -q records err
    [ "$(tail -c 4 err | od -An -c | tr -d ' ')" = '\r033[K' ]
}

@test "SIGINT while reading" {
    stop INT 130
}

@test "SIGTERM while reading" {
    stop TERM 143
}

@test "progress on a slow pipe, gone before the answer" {
    { seq 5000; until_drawn err; } |
        "$WEIR" --progress=always --header a 'sum(a)' >out 2>err
    same $'sum(a)\n12502500' out
    grep -q ' kB .* MB/s .*k records' err
    [ "$(tail -c 4 err | od -An -c | tr -d ' ')" = '\r033[K' ]
}

@test "progress is gone before the answer where both go to one place" {
    { seq 5000; until_drawn out; } |
        "$WEIR" --progress=always --header a 'sum(a)' 2>&1 | cat >out
    tail -n 2 out | head -n 1 | grep -q "$(printf '\r\033\\[K')sum(a)\$"
}

@test "no progress unless asked or on a terminal" {
    { seq 5000; sleep 0.6; seq 5000; } |
        "$WEIR" --header a 'count()' >out 2>err
    same '' err
}

@test "progress is gone before a message" {
    { seq 5000; until_drawn err; echo x; } |
        "$WEIR" --progress=always --header a 'sum(a)' >out 2>err || code=$?
    [ "$code" = 1 ]
    same '' out
    tail -n 1 err | grep -q "$(printf '\r\033\\[K')weir: standard input:[0-9]*:1"
}

@test "records stream as they come" {
    mkfifo in out1
    "$WEIR" --header a 'a + 1 as b' in >out1 2>err 3>&- &
    exec 8<out1 7>in
    seq 1 50 >&7
    for want in b {2..51}; do
        read -r -t 60 line <&8
        [ "$line" = "$want" ]
    done
    echo 100 >&7
    read -r -t 60 line <&8
    [ "$line" = 101 ]
    exec 7>&-
    wait $!
    exec 8<&-
    same '' err
}

@test "--memory too small for the run" {
    for size in 1 1K 100K; do
        ask 4 --memory $size 'count()' people.csv
        same '' out
        [ "$(wc -l <err)" = 1 ]
        grep -q -- '--memory' err
    done
    ask 4 --memory 300K 'count() by name' people.csv
    grep -Eq '^weir: the run needs at least .* MiB, --memory allows 300 KiB;'\
' weir explain shows what for$' err
}

# spills QUERY: gives the same bytes in little memory as in much, by a temporary
# file in --temp-dir that leaves nothing there. A full disk is an error.
spills() {
    local code=0
    mkdir -p spilled
    ask 0 --memory 1G "$1" keys.csv
    mv out all
    ask 0 -j 2 --memory 5M --temp-dir spilled "$1" keys.csv
    cmp out all
    [ -z "$(ls -A spilled)" ]
    ask 3 --memory 5M --temp-dir nowhere "$1" keys.csv
    same '' out
    grep -q 'nowhere.*--temp-dir' err
    (
        ulimit -f 300
        "$WEIR" --memory 5M --temp-dir spilled "$1" keys.csv >/dev/null 2>err
    ) || code=$?
    [ "$code" = 3 ]
    grep -q 'spilled.*--temp-dir' err
    [ -z "$(ls -A spilled)" ]
}

@test "groups, values and rows that outgrow --memory are spilled" {
    "$WEIR_MAKE" keys 200000 200000 >keys.csv
    spills 'count(), max(value) by key'
    spills 'median(value), distinct(key), mode(key)'
    spills 'key, value order by value desc, key'
    spills 'count() as n by key order by n, key desc'
}

@test "a sort under a limit holds twice the limit" {
    "$WEIR_MAKE" keys 100000 100000 >keys.csv
    ask 0 --memory 3M --temp-dir nowhere 'key order by value, key limit 3' \
        keys.csv
    [ "$(wc -l <out)" = 4 ]
}

@test "a load that outgrows --memory" {
    { echo a; seq 10000000 11000000; } >big.csv
    for layout in dict list tuple slots flyweight columns; do
        ask 4 "--eager=$layout" --memory 2500K 'max(a)' big.csv
        same '' out
        grep -qE '^weir: record [1-9][0-9]* does not fit .*--memory' err
    done
    ask 0 --eager 'count()' big.csv
}

@test "a record longer than --max-record" {
    { printf 'a\n1\n'; head -c 100000 /dev/zero | tr '\0' x; echo; } >long.csv
    refuses 4 'weir: long.csv:3:1 (byte 4): a record is longer than'\
' --max-record 65536 bytes' --max-record 64K 'count()' long.csv
    answers $'max(length(a))\n100000' 'max(length(a))' long.csv
}

# The heap is a sanitizer's there.
# bats test_tags=unsanitized
@test "the memory of a lazy run does not grow with its input" {
    peak() {
        "$WEIR" --stats 'mean(a), max(b)' 2>&1 >/dev/null |
            sed -n 's/^memory *\(.*\) heap at its peak.*/\1/p'
    }
    small=$({ echo a,b; seq -f '%.0f,x%.0f' 30000; } | peak)
    large=$({ echo a,b; seq -f '%.0f,x%.0f' 600000; } | peak)
    [ -n "$small" ]
    [ "$small" = "$large" ]
}
