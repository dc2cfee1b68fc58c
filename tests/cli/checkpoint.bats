#!/usr/bin/env bats
# Checkpoints: what is refused, and the messages. test_checkpoint.py tests that
# a run which was killed and resumed gives the same bytes.

load kit

# Three batches are asked for, and no more before a checkpoint is written.
saved='BATCH_ASKED:4:CHECKPOINT_KEPT:1'

# leave: runs over big.csv and bad.csv. The run fails in bad.csv, and its
# checkpoint is in the file left.
leave() {
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    { echo a,b; seq -f '%.0f,1' 300000; } >big.csv
    printf 'a,b\nx,1\n' >bad.csv
    WEIR_HOLD=$saved ask 1 --checkpoint left --checkpoint-every 0.001 \
        'sum(a) by b' big.csv bad.csv
    same '' out
    [ -s left ]
}

differs='; name another file, or remove it, and the run begins anew'

@test "it goes on from where it was left, and says so" {
    leave
    cp left first
    ask 1 --checkpoint left 'sum(a) by b' big.csv bad.csv
    same '' out
    grep -Eqx 'weir: left: continuing from byte [0-9]+ of (big|bad).csv' \
        <(head -n 1 err)
    # A failure after resuming has the same message, and the checkpoint is kept.
    same "weir: bad.csv:2:1 (byte 4): sum(a): 'x' is not a number;\
 --bad-cells=null skips such cells" <(tail -n +2 err)
    [ -s left ]
    # Other threads, memory, output and blanks do not make another query.
    cp first left
    ask 1 --checkpoint left -j 3 --memory 32M -o json ' sum(a) by b ' big.csv \
        bad.csv
    grep -q 'continuing from' err
}

@test "it is removed when all is done" {
    { echo a,b; seq -f '%.0f,1' 300000; } >big.csv
    for options in '' '--partial p'; do
        # shellcheck disable=SC2086 # words
        WEIR_HOLD=$saved ask 0 --checkpoint left --checkpoint-every 0.001 \
            $options 'sum(a) by b' big.csv
        same '' err
        [ ! -e left ]
    done
    [ -s p ]
    # The partial has another name, and stays.
    rm p
    ask 0 --checkpoint p --partial ./p 'sum(a) by b' big.csv
    answers $'b,sum(a)\n1,45000150000' merge p
}

@test "another question, or another input" {
    leave
    refuses 1 "weir: left: it was left with query 'sum(a) by b', and now it is\
 'sum(b) by b'$differs" --checkpoint left 'sum(b) by b' big.csv bad.csv
    refuses 1 "weir: left: it was left with --null '', and now it is 'NA'\
$differs" --checkpoint left --null NA 'sum(a) by b' big.csv bad.csv
    refuses 1 "weir: left: it was left with the input 'big.csv', and now it is\
 'bad.csv'$differs" --checkpoint left 'sum(a) by b' bad.csv big.csv
    refuses 1 "weir: left: it was left with 2 inputs, and now there are 1\
$differs" --checkpoint left 'sum(a) by b' big.csv
    refuses 1 "weir: left: it was left with --shard 'none', and now it is\
 '1/2'$differs" --checkpoint left --shard 1/2 'sum(a) by b' big.csv bad.csv
    # The same size with a later time; another size; other columns.
    touch -d '+1 minute' bad.csv
    refuses 1 "weir: left: bad.csv has changed since it was left: it had 8\
 bytes, and has 8, written later$differs" \
        --checkpoint left 'sum(a) by b' big.csv bad.csv
    echo 2,2 >>bad.csv
    refuses 1 "weir: left: bad.csv has changed since it was left: it had 8\
 bytes, and has 12$differs" --checkpoint left 'sum(a) by b' big.csv bad.csv
    sed -i '1s/$/,c/' big.csv bad.csv
    refuses 1 "weir: left: it was left with columns 'a,b', and now it is\
 'a,b,c'$differs" --checkpoint left 'sum(a) by b' big.csv bad.csv
    # Without the checkpoint the run starts anew.
    rm left
    ask 1 --checkpoint left 'sum(a) by b' big.csv bad.csv
    run ! grep -q 'continuing' err
}

@test "a shard goes on as a shard" {
    { echo a,b; seq -f '%.0f,1' 300000; } >big.csv
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    WEIR_KILL=CHECKPOINT_KEPT:1 WEIR_HOLD=$saved ask 137 --shard 1/2 \
        --checkpoint left --checkpoint-every 0.001 --partial p1 'sum(a) by b' \
        big.csv
    [ -s left ]
    refuses 1 "weir: left: it was left with --shard '1/2', and now it is '2/2'\
$differs" --checkpoint left --shard 2/2 --partial p2 'sum(a) by b' big.csv
    ask 0 --checkpoint left --shard 1/2 --partial p1 'sum(a) by b' big.csv
    grep -q 'continuing' err
    ask 0 --checkpoint left --shard 2/2 --partial p2 'sum(a) by b' big.csv
    answers $'b,sum(a)\n1,45000150000' merge p1 p2
}

@test "a file that is no checkpoint, or is damaged" {
    leave
    cp left whole
    ask 0 --partial left 'sum(a) by b' big.csv
    refuses 1 "weir: left: it is a partial, and no checkpoint: it has no place\
$differs" --checkpoint left 'sum(a) by b' big.csv
    : >left
    refuses 3 "weir: left (byte 0): is no partial of weir: it is empty\
$differs" --checkpoint left 'sum(a) by b' big.csv
    echo notes >left
    refuses 3 "weir: left (byte 0): is no partial of weir$differs" \
        --checkpoint left 'sum(a) by b' big.csv
    same notes left
    # Truncated at several lengths, and changed at several offsets.
    local len at step=7
    [ -z "$WEIR_SANITIZE" ] || step=17
    len=$(stat -c %s whole)
    for ((at = 1; at < len; at += step)); do
        head -c "$at" whole >left
        ask 3 --checkpoint left 'sum(a) by b' big.csv bad.csv
        same '' out
        grep -q '^weir: left' <(tail -n 1 err)
        { head -c "$at" whole; printf '\377'; tail -c +$((at + 2)) whole; } \
            >left
        ! cmp -s left whole || continue
        ask 3 --checkpoint left 'sum(a) by b' big.csv bad.csv
        same '' out
        grep -q '^weir: left' <(tail -n 1 err)
    done
}

@test "merge takes no checkpoint for a partial" {
    leave
    refuses 1 'weir: left: it is the checkpoint of a run that is not done;'\
' start that run again' merge left
    ask 0 --partial p 'sum(a) by b' big.csv bad.csv --bad-cells=null
    refuses 1 'weir: left: it is the checkpoint of a run that is not done;'\
' start that run again' merge p left
}

@test "inputs that cannot be read again" {
    refuses 2 "weir: --checkpoint: standard input cannot be read again from\
 where it was left; name regular files" --checkpoint left 'count()' <people.csv
    mkfifo in
    cat people.csv >in 3>&- &
    refuses 2 "weir: --checkpoint: in cannot be read again from where it was\
 left; name regular files" --checkpoint left 'count()' in
    [ ! -e left ]
}

@test "what makes no sense" {
    refuses 2 "weir: --checkpoint: the query has no aggregates: its records\
 are out, and there is nothing to go on from" --checkpoint left name people.csv
    refuses 2 "weir: --checkpoint: the records that --eager loads are not\
 saved; leave one of the two options out" --checkpoint left --eager 'count()' people.csv
    refuses 2 "weir: --checkpoint: the records in a --rejects file would be\
 there twice, or not at all; leave one of them out" \
        --checkpoint left --rejects r 'count()' people.csv
    refuses 2 "weir: --checkpoint-every: expected --checkpoint=FILE too" \
        --checkpoint-every 1 'count()' people.csv
    refuses 2 "weir: --checkpoint: expected a query or explain, not another\
 command" \
        sizeof --checkpoint left people.csv
    for name in '' -; do
        refuses 2 "weir: --checkpoint: found '$name', expected the name of a\
 file" --checkpoint "$name" 'count()' people.csv
    done
    for seconds in 0 -1 x '' 1e300; do
        refuses 2 "weir: --checkpoint-every: found '$seconds', expected\
 seconds, 0.001 or more" --checkpoint left --checkpoint-every "$seconds" \
            'count()' people.csv
    done
    [ ! -e left ]
}

@test "a file that is something else" {
    cp people.csv copy
    refuses 2 'weir: --checkpoint people.csv is an input; it would be lost' \
        --checkpoint people.csv 'count()' people.csv
    cmp people.csv copy
    tells 2 'weir: --checkpoint out is where the answer goes' \
        --checkpoint out 'count()' people.csv
    refuses 2 'weir: --checkpoint p is where the partial goes' \
        --checkpoint p --partial p 'count()' people.csv
    refuses 2 'weir: --checkpoint t is where the timeline goes' \
        --checkpoint t --timeline t 'count()' people.csv
    refuses 2 'weir: .: --checkpoint: it is no regular file' \
        --checkpoint . 'count()' people.csv
    refuses 2 'weir: /dev/full: --checkpoint: it is no regular file' \
        --checkpoint /dev/full 'count()' people.csv
}

@test "a folder that cannot be written to is known at once" {
    refuses 3 'weir: none/left: cannot create the partial: No such file or'\
' directory' --checkpoint none/left 'count()' people.csv
    ask 3 --checkpoint /proc/left 'count()' people.csv
    [ "$(id -u)" != 0 ] || return 0
    mkdir locked
    chmod a-w locked
    refuses 3 'weir: locked/left: cannot create the partial: Permission denied' \
        --checkpoint locked/left 'count()' people.csv
}

@test "a full disk ends the run" {
    # A file past its limit stands in for it.
    awk 'BEGIN { print "a"; srand(1)
        for (i = 0; i < 300000; i++) print int(rand() * 20000) * 7919003 % 1e9
    }' >big.csv
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    local code=0
    (
        ulimit -f 20
        WEIR_HOLD=BATCH_ASKED:4:RUN_STOPPED:1 exec "$WEIR" -j 1 \
            --checkpoint left --checkpoint-every 0.001 'count() by a' big.csv \
            >/dev/null 2>err
    ) || code=$?
    [ "$code" = 3 ]
    same 'weir: left: cannot write the partial: File too large' err
}

@test "a SIGTERM that is ignored stays so" {
    { echo a; seq 1000000; } >big.csv
    trap '' TERM
    held BATCH_ASKED:4:TOLD:1 --checkpoint left 'sum(a)' big.csv
    until_counted BATCH_ASKED 4
    kill -TERM "$pid"
    let_go
    wait "$pid"
    trap - TERM
    same $'sum(a)\n500000500000' out
}

@test "a share of frames that was left before its first record" {
    command -v zstd >/dev/null || skip 'no zstd(1)'
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    { echo a,b; seq -f '%.0f,1' 60000; } >big.csv
    split -b 40k --filter 'zstd -qc' big.csv >big.csv.zst
    "$WEIR" 'count(), sum(a), last(a)' big.csv.zst >whole
    for shard in 1 2 3; do
        # Before its first batch, and before later ones.
        for asked in 1 1 2; do
            WEIR_KILL=CHECKPOINT_KEPT:1 \
                WEIR_HOLD=BATCH_ASKED:$asked:CHECKPOINT_KEPT:1 \
                ask 137 -j 1 --shard $shard/3 --partial $shard.part \
                --checkpoint left --checkpoint-every 0.001 \
                'count(), sum(a), last(a)' big.csv.zst
        done
        rm -f $shard.part
        "$WEIR" -j 1 --shard $shard/3 --partial $shard.part --checkpoint left \
            'count(), sum(a), last(a)' big.csv.zst 2>/dev/null
    done
    answers "$(cat whole)" merge 1.part 2.part 3.part
}
