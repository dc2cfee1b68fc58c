#!/usr/bin/env bats
# Any number of threads gives the same bytes over real files: those that are
# read in parallel, and those that must be read in sequence afterwards.

load kit

# as_from_a_pipe QUERY FILE OPTION...: every number of threads gives what one
# thread gives that reads a pipe, including the message and the record counts.
as_from_a_pipe() {
    local query=$1 file=$2 threads code=0 numbers="1 2 3 4 8 16"
    [ -z "$WEIR_SANITIZE" ] || numbers="1 2 16"
    # The thread sanitizer cannot see anything in a run on one thread.
    [ "$WEIR_SANITIZE" != thread ] || numbers="2 16"
    shift 2
    "$WEIR" -j 1 "$@" "$query" <(cat "$file") >want 2>want.err || code=$?
    sed -i 's|/dev/fd/[0-9]*|IN|' want.err
    for threads in $numbers; do
        ask "$code" -j "$threads" "$@" "$query" "$file"
        cmp want out
        sed "s|$file|IN|" err | diff -u want.err -
    done
}

@test "many pieces" {
    "$WEIR_MAKE" users 30000 >users.csv
    as_from_a_pipe 'count(), mean(age), sum(income), first(id), last(id)' \
        users.csv
    as_from_a_pipe 'mean(score), min(name), max(notes) by country' users.csv
    as_from_a_pipe 'name, age where age > 97' users.csv
    as_from_a_pipe '* order by score desc, id limit 7' users.csv
    as_from_a_pipe 'id limit 2500' users.csv
}

@test "quotes, line feeds in them" {
    "$WEIR_MAKE" quoted 20000 >quoted.csv
    as_from_a_pipe 'count(), mean(age), max(notes), last(name)' quoted.csv
    as_from_a_pipe 'name, notes where id % 500 = 7' quoted.csv
}

@test "records longer than what is left over between pieces" {
    "$WEIR_MAKE" wide 200 1000 >wide.csv
    as_from_a_pipe 'count(), sum(c1), sum(c500), sum(c1000)' wide.csv
}

@test "records longer than a piece" {
    "$WEIR_MAKE" users 5000 >long.csv
    printf '9,Long,50,DE,1,1,2020-01-01,' >>long.csv
    head -c 700000 /dev/zero | tr '\0' x >>long.csv
    printf '\n' >>long.csv
    "$WEIR_MAKE" users 5000 | tail -n +2 >>long.csv
    as_from_a_pipe 'count(), sum(age), max(length(notes))' long.csv
    as_from_a_pipe 'count()' long.csv --max-record 100K
    as_from_a_pipe 'count(), sum(age), max(length(notes))' long.csv --batch 1K
    as_from_a_pipe 'count(), sum(age), max(length(notes))' long.csv --batch 10K
}

@test "frames and members, side by side" {
    "$WEIR_MAKE" users "$(many 200000 2)" >users.csv
    "$WEIR_MAKE" quoted "$(many 100000 2)" >quoted.csv
    split -b "$(many 900001 2)" --filter='zstd -q1' users.csv >frames.zst
    split -b "$(many 1900001 2)" --filter='gzip -1' users.csv >members.gz
    split -b "$(many 700001 2)" --filter='zstd -q1' quoted.csv >quoted.zst
    sed "$(many 150000 2)s/,[A-Z][A-Z],/,X/" users.csv |
        split -b "$(many 900001 2)" --filter='zstd -q1' >ragged.zst
    head -c "$(many 5000000 2)" frames.zst >cut.zst
    for file in frames.zst members.gz; do
        as_from_a_pipe 'count(), max(notes), first(id), last(id) by country' \
            $file
    done
    as_from_a_pipe 'count(), max(notes), last(name)' quoted.zst
    as_from_a_pipe 'count()' ragged.zst
    as_from_a_pipe 'count(), sum(age)' ragged.zst --bad-records=reject
    as_from_a_pipe 'sum(age)' cut.zst
}

@test "one frame, one member: decoded ahead" {
    "$WEIR_MAKE" users "$(many 100000 2)" >users.csv
    zstd -q1 --check users.csv -o one.zst
    gzip -1 <users.csv >one.gz
    head -c "$(many 2000000 2)" one.zst >cut.zst
    head -c "$(many 2000000 2)" one.gz >cut.gz
    cp one.zst bad.zst
    truncate -s -1 bad.zst # the last byte is the checksum's
    printf 'x' >>bad.zst
    for file in one.zst one.gz cut.zst cut.gz bad.zst; do
        as_from_a_pipe 'count(), mean(age), first(id), last(id)' $file
        as_from_a_pipe 'id, name where age > 97 limit 30' $file
    done
    as_from_a_pipe 'id, name where age > 97' one.zst
    refuses 3 "weir: bad.zst: zstd frame 1 damaged near compressed byte "\
"$(stat -c %s bad.zst): its text doesn't match its checksum" -j 2 'count()' \
        bad.zst
}

@test "quotes behind more fields than a chunk has room for" {
    { printf 'a,b\n' && yes 1,2 | head -n 10300 && printf '1,"x\n3,y"\n'; } >q.csv
    for threads in 1 2; do
        answers $'count(),sum(a),last(b)\n10301,10301,"x\n3,y"' \
            -j "$threads" 'count(), sum(a), last(b)' q.csv
    done
}

@test "text is decoded ahead where that fits the memory allowed" {
    "$WEIR_MAKE" users 1000 | zstd -q >users.zst
    "$WEIR" explain -j 2 'count()' users.zst | grep -q 'text decoded ahead'
    "$WEIR" explain -j 1 'count()' users.zst >plan
    grep -c 'text decoded ahead' plan | grep -qx 0
    for kib in $(seq 3600 100 5900); do
        answers $'count()\n1000' -j 2 --memory "${kib}K" 'count()' users.zst
    done
}

@test "failures: the first one in the input, its line, the account" {
    "$WEIR_MAKE" users 30000 |
        awk -F, -v OFS=, 'NR == 20000 || NR == 29000 { $3 = "x" } { print }' \
            >bad.csv
    as_from_a_pipe 'sum(age)' bad.csv
    as_from_a_pipe 'sum(age), count()' bad.csv --bad-cells=null
    as_from_a_pipe 'sum(age), count()' bad.csv --bad-cells=reject
    sed -i '15000s/,.*//' bad.csv
    as_from_a_pipe 'sum(age)' bad.csv
    as_from_a_pipe 'sum(age)' bad.csv --bad-records=reject
    as_from_a_pipe 'sum(age)' bad.csv --bad-records=reject --bad-cells=reject
}

@test "rejects come in the input's order" {
    "$WEIR_MAKE" users 30000 | sed '5~997s/,.*//' >bad.csv
    ask 0 -j 1 --bad-records=reject --rejects want 'count()' bad.csv
    for threads in 2 4 16; do
        ask 0 -j "$threads" --bad-records=reject --rejects got 'count()' bad.csv
        cmp want got
    done
}

@test "several files" {
    "$WEIR_MAKE" users 10000 >a.csv
    "$WEIR_MAKE" quoted 10000 >b.csv
    "$WEIR_MAKE" users 9 >c.csv
    ask 0 -j 1 'count(), sum(age), first(name), last(notes)' a.csv b.csv c.csv
    cp out want
    for threads in 2 4 16; do
        ask 0 -j "$threads" 'count(), sum(age), first(name), last(notes)' \
            a.csv b.csv c.csv
        cmp want out
    done
}
