#!/usr/bin/env bats
# Partials: --partial, merge, --shard. tests/test_merge.py has the law.

load kit

question='count(), mean(age), median(age), first(name), last(name) by country'

# shards N ARGUMENT...: writes N partials, 1.part to N.part, of N shards.
shards() {
    local n=$1 i
    shift
    for ((i = 1; i <= n; i++)); do
        answers '' --quiet --shard "$i/$n" --partial "$i.part" "$@"
    done
}

# several FILE...: writes the records of people.csv, one to each file.
several() {
    local i=1 file
    for file; do
        i=$((i + 1))
        { head -n 1 people.csv && sed -n "${i}p" people.csv; } >"$file"
    done
}

@test "a partial instead of results, and the results of it" {
    want=$("$WEIR" "$question" people.csv)
    answers '' --partial p.part "$question" people.csv
    answers "$want" merge p.part
    "$WEIR" --partial - "$question" <people.csv >piped.part
    answers "$want" merge - <piped.part
    answers '[
{"n":4}
]' -o json merge - < <("$WEIR" --partial - 'count() as n' people.csv)
}

@test "shards of one file: quoted line ends, and any number of them" {
    printf 'name,age,country\n"A\nB\nC\nD",1,X\nE,2,"Y\n\nZ"\nF,3,X' >q.csv
    want=$("$WEIR" -o json "$question" q.csv)
    for n in 1 2 3 7 "$(many 50 4)"; do
        shards "$n" "$question" q.csv
        answers "$want" -o json merge ./*.part
        rm ./*.part
    done
}

@test "a record is of the share in which it begins" {
    printf 'x\n1\n2\n3\n' >x.csv
    answers $'x\n1' --shard 1/2 x x.csv
    answers $'x\n2\n3' --shard 2/2 x x.csv
    printf 'x,y\n1,%0100d\n2,2\n' 0 >x.csv
    answers $'x\n1' --shard 1/3 x x.csv
    answers 'x' --shard 2/3 x x.csv
    answers $'x\n2' --shard 3/3 x x.csv
}

@test "an empty file has empty shards" {
    : >empty.csv
    shards 2 --header a 'count()' empty.csv
    answers $'count()\n0' merge 1.part 2.part
    shards 3 --no-header 'count()' empty.csv
    answers $'count()\n0' merge 1.part 2.part 3.part
    refuses 1 "weir: empty.csv: no header: the input is empty; --no-header or --header names the columns" \
        --shard 2/2 --partial p.part 'count()' empty.csv
}

@test "shards of several files are whole files, compressed ones too" {
    several a.csv b.csv c.csv d.csv
    gzip c.csv
    want=$("$WEIR" "$question" a.csv b.csv c.csv.gz d.csv)
    for n in 2 3 6; do
        shards "$n" "$question" a.csv b.csv c.csv.gz d.csv
        answers "$want" merge ./*.part
        rm ./*.part
    done
    answers $'name\nAnn' --shard 1/4 name a.csv b.csv c.csv.gz d.csv
    answers 'name' --shard 1/8 name a.csv b.csv c.csv.gz d.csv
}

# in_parts COMMAND BYTES FILE NEW: compresses the file in parts of BYTES bytes.
in_parts() {
    split -b "$2" "$3" piece. && for piece in piece.*; do
        $1 -c "$piece"
    done >"$4"
    rm piece.*
}

@test "shards of one compressed file are whole frames or members" {
    printf 'name,age,country\n"A\nB\nC\nD",1,X\nE,2,"Y\n\nZ"\r\nF,3,X' >q.csv
    want=$("$WEIR" -o json "$question" q.csv)
    for bytes in 3 40; do
        in_parts 'zstd -q' "$bytes" q.csv q.zst
        in_parts gzip "$bytes" q.csv q.gz
        for n in 2 3 "$(many 20 2)"; do
            for input in q.zst q.gz; do
                shards "$n" "$question" "$input"
                answers "$want" -o json merge ./*.part
                rm ./*.part
            done
        done
    done
    # A single part belongs to the first shard; the others are empty.
    gzip people.csv
    answers $'count()\n4' --shard 1/2 'count()' people.csv.gz
    answers $'count()\n0' --shard 2/2 'count()' people.csv.gz
    answers $'name\nBob' --shard 1/1 "name where name = 'Bob'" people.csv.gz
}

# fool: makes a file in frames. Lines within its text fields look like records,
# and the quotes look valid if inside and outside are swapped.
fool() {
    {
        echo t
        for i in {1..40}; do
            echo '"'
            for ((j = 0; j < i % 23; j++)); do echo '""""'; done
            echo '"'
        done
    } >fool.csv
    in_parts 'zstd -q' 100 fool.csv fool.zst
}

@test "a shard that began with a wrong guess is told, and how to read it again" {
    fool
    local wrong='did not find where its first record begins;'
    shards 6 'count(), last(t)' fool.zst
    ask 1 merge ./*.part
    grep -q "^weir: shard 2 of 6 $wrong read it again with --shard "\
'2/6@[0-9]*$' err
    refuses 1 "weir: shard 5 or 6 of 6 $wrong merge them with all shards "\
'before them to learn which' merge --partial x.part 6.part 5.part
    for _ in {1..6}; do
        "$WEIR" merge ./*.part 2>err && break
        again=$(sed -n 's/.* again with --shard //p' err)
        answers '' --shard "$again" --partial "${again%%/*}.part" \
            'count(), last(t)' fool.zst
    done
    answers "$("$WEIR" 'count(), last(t)' fool.csv)" merge ./*.part
    # A place that is none is found out.
    answers '' --shard 2/6@77 --partial 2.part 'count(), last(t)' fool.zst
    ask 1 merge ./*.part
    # Where nobody looks at both sides nothing is guessed.
    for i in {1..6}; do "$WEIR" -o ndjson --shard "$i/6" t fool.zst; done >got
    cmp got <("$WEIR" -o ndjson t fool.csv)
}

@test "results are made under the partials' --bad-cells" {
    printf 'a,b\nx,1\n5,2\n' >f.csv
    ask 0 --bad-cells=null --partial m 'max(a)*2, count()' f.csv
    notes $'max(a)*2,count()\n10,2' \
        "weir: 1 cell taken as null; the first: f.csv:2:1 (byte 4): max(a): 'x' is not a number, and others are numbers" \
        merge m
    ask 0 --bad-cells=reject --partial m 'max(a)*2, count()' f.csv
    notes $'max(a)*2,count()\n10,1' \
        "weir: 1 record rejected; the first: f.csv:2:1 (byte 4): max(a): 'x' is not a number; --rejects=FILE keeps them" \
        merge m
    ask 0 --partial m 'max(a)*2, count()' f.csv
    refuses 1 "weir: f.csv:2:1 (byte 4): max(a): 'x' is not a number, and others are numbers; --bad-cells=null skips such cells, and text(...) compares all as texts" \
        merge m
}

@test "partials merge in any tree" {
    want=$("$WEIR" "$question" people.csv)
    shards 5 "$question" people.csv
    answers '' merge --partial x.part 4.part 2.part
    answers '' merge --partial y.part 1.part x.part
    answers "$want" merge 5.part y.part 3.part
    answers "$want" merge - < <(cat 5.part 3.part y.part)
    answers "$want" merge 5.part - 3.part <y.part
}

@test "wholes: each of its own input" {
    several a.csv b.csv
    answers '' --partial a.part 'count(), max(name)' a.csv
    answers '' --partial b.part 'count(), max(name)' b.csv
    answers $'count(),max(name)\n2,Bob' merge b.part a.part
    refuses 1 "weir: a.part: holds an input that was merged already: 'a.csv'" \
        merge a.part a.part
    answers '' --partial a.part 'first(name)' a.csv
    answers '' --partial b.part 'first(name)' b.csv
    refuses 1 'weir: b.part: cannot be merged with the others: first() needs '\
'the order of their inputs; give all inputs to each run, with --shard I/N' \
        merge a.part b.part
    answers $'first(name)\nBob' merge b.part
}

@test "the account of all shards is that of the single run" {
    cp people.csv ragged.csv
    printf 'x,1\nyoung,7,DE\n' >>ragged.csv
    q='count() by country where age > 20'
    ask 0 --stats --bad-records=reject "$q" ragged.csv
    grep '^records' err >want
    shards 3 --bad-records=reject "$q" ragged.csv
    ask 0 --stats merge 3.part 1.part 2.part
    same "$(cat want)" <(grep '^records' err)
    grep -q '^records   6 read = 3 used + 2 filtered + 1 rejected$' want
    in_parts gzip 20 ragged.csv ragged.gz
    shards 3 --bad-records=reject "$q" ragged.gz
    ask 0 --stats merge 3.part 1.part 2.part
    same "$(cat want)" <(grep '^records' err)
}

@test "a missing, repeated, foreign or damaged shard is named" {
    shards 4 'count()' people.csv
    refuses 1 'weir: shards 2 to 3 of 4 are missing' merge 1.part 4.part
    refuses 1 'weir: 1.part: holds shard 1 of 4, which was merged already' \
        merge 1.part 2.part 1.part
    answers '' --shard 2/4 --partial 2.part 'count() where age > 3' people.csv
    local foreign='weir: 2.part: cannot be merged with the others: its'
    refuses 1 "$foreign query is 'count() where age > 3', theirs 'count()'" \
        merge 1.part 2.part 3.part 4.part
    answers '' --null 34 --shard 2/4 --partial 2.part 'count()' people.csv
    refuses 1 "$foreign --null is '34', theirs ''" merge 1.part 2.part
    answers '' --shard 2/5 --partial 2.part 'count()' people.csv
    refuses 1 'weir: 2.part: is of a split into 5 shards, the others of one '\
'into 4' merge 1.part 2.part
    echo 'Zoe,1,FR' >>people.csv
    answers '' --shard 2/4 --partial 2.part 'count()' people.csv
    refuses 1 'weir: 2.part: is of another input, or another version of it: '\
"'people.csv'" merge 1.part 2.part
    head -c 100 1.part >cut.part
    refuses 3 'weir: cut.part (byte 100): the partial that begins at byte 0 is '\
"truncated: it ends inside a frame" merge cut.part
    refuses 3 'weir: people.csv (byte 0): is no partial of weir' \
        merge people.csv
    refuses 3 'weir: gone.part: cannot open: No such file or directory' \
        merge gone.part
}

@test "what cannot be a partial is refused, and leaves no file" {
    refuses 2 'weir: --partial: the query has no aggregates: its answer is '\
'records, and there is nothing to merge' --partial p.part name people.csv
    refuses 2 'weir: --partial people.csv is an input; it would be lost' \
        --partial people.csv 'count()' people.csv
    refuses 2 'weir: --partial: only a query and merge write partials' \
        --partial p.part records people.csv
    refuses 2 'weir: --partial: --eager writes no partials; leave one of the '\
'two options out' --partial p.part --eager 'count()' people.csv
    refuses 2 'weir: --partial: a partial has no --output format; weir merge '\
'takes one' --partial p.part -o json 'count()' people.csv
    refuses 3 'weir: gone/p.part: cannot create the partial: No such file or '\
'directory' --partial gone/p.part 'count()' people.csv
    refuses 2 'weir: merge: expected partials, as weir --partial writes them; '\
'- is standard input' merge
    ask 1 --partial p.part 'sum(name)' people.csv
    [ ! -e p.part ]
}

@test "a shard says where in the whole input something is wrong" {
    { echo x; seq 50; echo '"a'; echo 'b"'; seq 50; } >bad.csv
    code=0
    "$WEIR" 'sum(x)' bad.csv 2>want || code=$?
    [ "$code" = 1 ]
    refuses 1 "$(cat want)" --shard 2/3 'sum(x)' bad.csv
    ask 0 --shard 1/3 'sum(x)' bad.csv
    ask 0 --shard 3/3 'sum(x)' bad.csv
    in_parts 'zstd -q' 20 bad.csv bad.zst
    ask 1 'sum(x)' bad.zst
    cp err want
    refuses 1 "$(cat want)" --shard 2/3 --partial p.part 'sum(x)' bad.zst
    refuses 1 "$(cat want)" --shard 2/3 'sum(x)' bad.zst
    grep -q '^weir: bad.zst:52:1 (byte 143)' want
}

@test "--shard: what is none" {
    refuses 2 "weir: --shard: found '3', expected I/N, such as 2/8, or auto" \
        --shard 3 'count()' people.csv
    refuses 2 'weir: --shard 4/3: there is no shard 4 of 3; expected I/N with '\
'I from 1 to N, and N at most 1073741824' --shard 4/3 'count()' people.csv
    refuses 2 'weir: --shard: standard input has no shards; name the files' \
        --shard 1/2 'count()' <people.csv
    refuses 2 "weir: --shard: found '1/2@', expected I/N, such as 2/8, or auto" \
        --shard 1/2@ 'count()' people.csv
    refuses 2 'weir: --shard: I/N@PLACE is for a single input file; '\
'several files are distributed whole' --shard 1/2@7 'count()' people.csv people.csv
    gzip people.csv
    zstd -q people.csv.gz
    refuses 2 'weir: --shard: cannot split people.csv.gz.zst: expected a file of '\
'text, or one that is compressed once; several files are distributed whole' \
        --shard 1/2 'count()' people.csv.gz.zst
    answers $'count()\n4' --shard 1/1 'count()' people.csv.gz.zst
    refuses 2 "weir: --shard: only a query's input has shards" \
        --shard 1/2 merge p.part
}

# auto ANSWER NAME=VALUE...: of four files, which the engine's task reads.
auto() {
    local want=$1
    shift
    same "$want" <(env "$@" "$WEIR" --shard auto 'mode(name) as name' [1-4].csv |
        sed 1d)
}

@test "--shard auto: the engine's task and how many there are" {
    several 1.csv 2.csv 3.csv 4.csv
    refuses 2 'weir: --shard auto: none of SLURM_ARRAY_TASK_ID, SGE_TASK_ID, '\
'OMPI_COMM_WORLD_RANK and SLURM_PROCID is set; expected --shard I/N' \
        --shard auto 'count()' people.csv
    auto Bob SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_PROCID=0
    auto Ann SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 \
        SLURM_ARRAY_TASK_MIN=0
    auto '"Carr, L"' SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=4 \
        SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_STEP=2
    auto Bob SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 \
        SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=10 SLURM_ARRAY_TASK_STEP=3
    auto Eve SLURM_PROCID=3 SLURM_NTASKS=4
    auto Bob OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 SLURM_PROCID=0 \
        SLURM_NTASKS=1
    auto Eve SGE_TASK_ID=7 SGE_TASK_FIRST=1 SGE_TASK_LAST=8 SGE_TASK_STEPSIZE=2
    auto Ann SGE_TASK_ID=undefined SLURM_PROCID=0 SLURM_NTASKS=4
    SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=3 refuses 2 \
        'weir: --shard auto: there is no shard 7 of 3; expected I/N with '\
'I from 1 to N, and N at most 1073741824' --shard auto 'count()' people.csv
}

# vague NAME VALUE [NAME=VALUE...]: what the engine tells is not enough.
vague() {
    local task=$1 value=$2
    shift 2
    export "$task=$value" "$@"
    refuses 2 "weir: --shard auto: $task is $value, but the number of tasks "\
'is not known, or the tasks are a list such as 3,5; expected --shard I/N' \
        --shard auto 'count()' people.csv
    unset "$task" "${@%%=*}"
}

@test "--shard auto: numbers that do not tell the share" {
    vague SLURM_ARRAY_TASK_ID 3 SLURM_ARRAY_TASK_COUNT=2 \
        SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=5 SLURM_ARRAY_TASK_STEP=1
    vague SLURM_ARRAY_TASK_ID 3 SLURM_ARRAY_TASK_COUNT=2 \
        SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_STEP=2
    vague SLURM_ARRAY_TASK_ID 3 SLURM_ARRAY_TASK_COUNT=1 \
        SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_STEP=1
    vague SLURM_ARRAY_TASK_ID 0 SLURM_ARRAY_TASK_COUNT=4
    vague SLURM_PROCID 0
    vague OMPI_COMM_WORLD_RANK 1 OMPI_COMM_WORLD_SIZE=two
    vague SGE_TASK_ID 3 SGE_TASK_FIRST=3 SGE_TASK_LAST=3
    vague SGE_TASK_ID 3 SGE_TASK_FIRST=4 SGE_TASK_LAST=9
}

@test "what does not fit is merged from a temporary file" {
    { echo x; seq 60000; } >x.csv
    want=$("$WEIR" 'count(), distinct(x), first(x) by x % 30011 as r
        having r < 5' x.csv)
    shards 3 'count(), distinct(x), first(x) by x % 30011 as r
        having r < 5' x.csv
    answers "$want" --memory 4M merge ./*.part
    [ "$(wc -l <out)" = 6 ]
}

@test "a partial waits for a pipe that does not block" {
    awk 'BEGIN { print "k,v"; for (i = 0; i < 200000; i++)
        printf "%d,%d\n", i * 7919003 % 200003, i % 13 }' >many.csv
    "$WEIR" -j 1 --partial whole.part 'sum(v) by k' many.csv
    python3 - "$WEIR" >piped.part <<'END'
import os, subprocess, sys, time
source, sink = os.pipe()
os.set_blocking(sink, False)
run = subprocess.Popen(
    [sys.argv[1], "-j", "1", "--partial", "-", "sum(v) by k", "many.csv"],
    stdout=sink)
os.close(sink)
while chunk := os.read(source, 30000):
    sys.stdout.buffer.write(chunk)
    time.sleep(0.001)
sys.exit(run.wait())
END
    cmp whole.part piped.part
}

@test "no partial is overwritten by what it is merged to" {
    "$WEIR" --shard 1/2 --partial 1.part 'sum(age)' people.csv
    "$WEIR" --shard 2/2 --partial 2.part 'sum(age)' people.csv
    cp 1.part before
    refuses 2 'weir: --partial ./1.part is an input; it would be lost' \
        merge --partial ./1.part 1.part 2.part
    cmp before 1.part
    refuses 2 'weir: merge: --rejects: give it to the runs that write the'\
' partials; merge reads no records' merge --rejects r 1.part 2.part
}
