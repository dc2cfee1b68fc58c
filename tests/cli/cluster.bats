#!/usr/bin/env bats
# The scripts that docs/cluster.md shows for engines run as they are written,
# and give the single run's bytes. Stand-ins for srun and ssh do what these do
# with a command; scripts/cluster-demo uses the real Slurm.

load kit

question='count(), mean(age), median(score) by country'

# Each test has a folder with users.csv, and weir in the path.
users() {
    cp "$WEIR_SOURCE/data/users.csv" .
    mkdir bin
    ln -s "$WEIR" bin/weir
    PATH=$PWD/bin:$PATH
}

# block N HEADING: prints the N-th block of code below that heading. Parts of
# 100M are made as small as users.csv needs.
block() {
    awk -v n="$1" -v heading="## $2" '
        /^## / { here = $0 == heading }
        here && /^```/ { inside = !inside; blocks += inside; next }
        inside && blocks == n' "$WEIR_SOURCE/docs/cluster.md" |
        sed 's/ 100M/ 4k/' | grep .
}

# program NAME TEXT: makes a program in the path.
program() {
    printf '#!/usr/bin/env bash\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

# same_as QUERY FILE: the file has the answer of a single run.
same_as() {
    cmp "$2" <("$WEIR" "$1" users.csv)
}

@test "Slurm: the array's script in each of its tasks" {
    users
    block 1 Slurm >shard.sh
    export SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=8
    export SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_TASK_ID
    for SLURM_ARRAY_TASK_ID in 8 7 6 5 4 2 1; do
        bash shard.sh
    done
    refuses 1 'weir: shard 3 of 8 is missing' merge ./?.part
    SLURM_ARRAY_TASK_ID=3 bash shard.sh
    weir merge ./?.part >out
    same_as "$question" out
}

@test "Slurm: the ranks of srun" {
    users
    # shellcheck disable=SC2016 # for the program to expand
    program srun 'export SLURM_NTASKS=${1#*=} SLURM_PROCID
        for ((SLURM_PROCID = 0; SLURM_PROCID < SLURM_NTASKS; SLURM_PROCID++)); do
            "${@:2}" || exit
        done'
    block 3 Slurm >ranks.sh
    bash -e ranks.sh >out
    same_as 'mean(age)' out
}

# parallel_gives N...: each of these blocks gives the single run's answer.
parallel_gives() {
    local n
    for n; do
        block "$n" 'GNU parallel' >block.sh
        rm -f ./*.part
        bash -e -o pipefail block.sh >out
        same_as 'mean(age) by country' out
    done
}

with_parallel() {
    parallel --version 2>/dev/null | grep -q GNU || skip 'GNU parallel is not here'
    users
    zstd -q users.csv
    export HOME=$PWD/home # where parallel keeps what it learns
    mkdir home
}

@test "GNU parallel: shards, and parts of files and pipes" {
    with_parallel
    parallel_gives 1 2 3
    code=0
    sed -i 's/mean(age)/mean(name)/' block.sh
    bash -e -o pipefail block.sh >out 2>err || code=$?
    [ "$code" != 0 ]
    same '' out
}

@test "GNU parallel: over ssh" {
    with_parallel
    # shellcheck disable=SC2016 # for the program to expand
    program ssh 'echo "$1" >>"${0%/*}/../hosts"
        shift
        [ "$1" != -- ] || shift
        cd "$HOME" || exit
        SHELL=/bin/sh exec sh -c "$*"'
    export PARALLEL_SSH=$PWD/bin/ssh
    parallel_gives 4 5
    same $'one\ntwo' <(sort -u hosts)
}

@test "make: what is missing is all that is made" {
    command -v make >/dev/null || skip 'make is not here'
    users
    block 1 make >Makefile
    make -s -j 2
    same_as "$question" answer.csv
    rm 3.part
    make >log
    [ "$(grep -c 'weir --shard' log)" = 1 ]
    grep -q 'weir --shard 3/4 --partial 3.part' log
    same_as "$question" answer.csv
}

# mapper, combiner and reducer as they are shown, over records without a header.
engine() {
    users
    program mapper "$(block 1 'Engines that pipe')"
    program combiner "$(block 2 'Engines that pipe')"
    program reducer "$(block 3 'Engines that pipe')"
    sed 1d users.csv >records
}

@test "pipes: any parts, in any order, one partial after another" {
    engine
    split -n l/5 --filter=mapper records | sort -r >lines
    [ "$(wc -l <lines)" = 5 ]
    reducer <lines >out
    same_as "$question" out
    sed 's/$/\t/' lines | reducer >out
    same_as "$question" out
    split -l 2 --filter=combiner lines | reducer >out
    same_as "$question" out
}

@test "pipes: parts without records, and nothing at all" {
    engine
    { mapper </dev/null && mapper <records && mapper </dev/null; } |
        reducer >out
    same_as "$question" out
    mapper </dev/null | reducer >out
    same 'country,count(),mean(age),median(score)' out
    refuses 3 'weir: standard input (byte 0): is no partial of weir: it is '\
'empty' merge - </dev/null
}

@test "pipes: the header's line in a part is passed over" {
    engine
    sed -i "s/'count.*'/\"$question where id != 'id'\"/" bin/mapper
    split -n l/5 --filter=mapper users.csv | reducer >out
    same_as "$question" out
}

@test "pipes: what is cut, mixed, or of another question is refused" {
    engine
    tail -n 100 records | mapper | base64 -d >one
    code=0
    { head -n 100 records && echo 'x,y,none,DE,1,2,,'; } | mapper >line 2>err ||
        code=$?
    [ "$code" = 1 ]
    grep -q "mean(age): 'none' is not a number" err
    base64 -d line >cut.part
    ask 3 merge - < <(cat one cut.part)
    same '' out
    ask 3 merge - < <(cat cut.part one)
    same '' out
    head -n 100 records | mapper | base64 -d >two
    for size in 16 1000; do
        split -a 4 -b "$size" --additional-suffix=.1 one "mixed$size."
        split -a 4 -b "$size" --additional-suffix=.2 two "mixed$size."
        ask 3 merge - < <(cat "mixed$size".*)
        same '' out
    done
    weir --partial - 'count()' <users.csv >other
    ask 1 merge - < <(cat one other)
    same '' out
}

@test "pipes: first and last have no order" {
    engine
    sed -i 's/count()/first(name)/' bin/mapper
    code=0
    split -n l/2 --filter=mapper records | reducer >out 2>err || code=$?
    [ "$code" = 1 ]
    same '' out
    grep -q "first() needs the order of their inputs" err
}
