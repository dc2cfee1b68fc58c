#!/usr/bin/env bats
# --profile and --timeline: the memory of a run by site, and over time.

load kit

# of KIND FILE: prints the profile's rows of that kind, without the kind.
of() {
    sed -n "s/^$1,//p" "$2"
}

# adds_up FILE: the components and the sites each add up to the total, in live
# bytes and in allocations. The largest peak comes first.
adds_up() {
    awk -F, '
        NR == 1 { wrong = $0 != "by,name,peak,live,allocations,bytes/record" }
        { live[$1] += $4; n[$1] += $5; wrong += $3 < $4 }
        $1 == before && $3 > peak { wrong++ }
        { before = $1; peak = $3 }
        END {
            wrong += live["component"] != live["total"]
            wrong += live["place"] != live["total"]
            wrong += n["component"] != n["total"] || n["place"] != n["total"]
            exit wrong || NR < 10
        }' "$1" || {
        cat "$1"
        return 1
    }
}

@test "components and places add up to the total" {
    "$WEIR_MAKE" users 20000 >users.csv
    for options in -j1 -j4 --eager=tuple '--eager -j4' '--reader libcsv'; do
        read -ra words <<<"$options"
        ask 0 -o csv --profile "${words[@]}" 'count(), mean(age) by country' \
            users.csv
        adds_up err
        of total err | grep -q '^heap,'
        of component err | grep -q '^batch,'
        of place err | grep -q '^base/batch.c:'
    done
}

@test "libraries are places by their own names" {
    zstd -q people.csv
    ask 0 -o csv --profile "mean(age) where name ~ '^A'" people.csv.zst
    adds_up err
    of place err | grep -q '^zstd (readers/codecs/zstd.c:[0-9]*),'
    of place err | grep -q '^PCRE2 (pipeline/ops/ops_match.c:[0-9]*),'
    # Numbers past 64 bits are GMP's.
    printf 'x\n1e300\n-1e-300\n' >wide.csv
    ask 0 -o csv --profile 'stddev(x)' wide.csv
    adds_up err
    of place err | grep -q '^GMP (base/memory_gmp.c:[0-9]*),'
}

@test "what records take is first, eagerly, and told for each" {
    "$WEIR_MAKE" users 50000 >users.csv
    ask 0 -o csv -j1 --profile --eager=tuple 'max(name)' users.csv
    first=$(of component err | head -n 1)
    [[ $first == store,* ]]
    first=$(of place err | head -n 1)
    [[ $first == eager/* ]]
    # A name and its ends: no less than a byte, no more than a hundred.
    awk -F, '{ exit !($6 > 1 && $6 < 100) }' <<<"x,$first"
}

@test "a profile changes neither the answer nor what is held" {
    "$WEIR_MAKE" users 20000 >users.csv
    for mode in --lazy --eager=tuple; do
        for profile in --stats --profile; do
            "$WEIR" --report=3 -j1 $mode $profile 'count() by country' \
                users.csv 3>figures >"out$profile" 2>err
            # live, peak, allocations
            cut -d ' ' -f 7-9 figures >"figures$profile"
        done
        cmp out--stats out--profile
        cmp figures--stats figures--profile
    done
}

@test "a profile is a table for people, and what -o says for programs" {
    ask 0 --profile 'count()' people.csv
    head -n 1 err | grep -qE '^by +name +peak +live +allocations +bytes/record'
    grep -qE '^component batch +[0-9.]+ KiB' err
    ask 0 -o json --profile 'count()' people.csv
    python3 -c 'import json; assert json.load(open("err"))[0]["by"] == "total"'
}

@test "a run that dies of its limit still has its profile" {
    "$WEIR_MAKE" users 200000 >users.csv
    ask 4 -o csv --profile --eager=tuple --memory 4M 'max(name)' users.csv
    grep -q 'does not fit the memory allowed' err
    sed 1d err >profile
    adds_up profile
}

# sound FILE PEAK READ: the rows are in the order of time, none exceeds its own
# peak, and the largest peak is the run's own.
sound() {
    awk -F, -v most="$2" -v read="$3" '
        NR == 1 {
            wrong = $0 != \
                "seconds,phase,records,heap,peak_heap,resident,peak_resident"
            next
        }
        $1 < time || $4 > $5 || $6 > $7 || $6 == 0 { wrong++ }
        { time = $1; peak = $5 > peak ? $5 : peak }
        NR == 2 { wrong += $2 != "open" }
        END {
            exit wrong || peak != most || $2 != "end" || $3 != read || NR < 3
        }' "$1" || {
        echo "expected a peak of $2, and $3 records"
        cat "$1"
        return 1
    }
}

@test "the timeline has the run's own peak, whatever the run" {
    "$WEIR_MAKE" users 50000 >users.csv
    zstd -q users.csv
    for options in -j1 -j2 -j4 '--eager=tuple -j1' '--eager -j4'; do
        read -ra words <<<"$options"
        for file in users.csv users.csv.zst; do
            "$WEIR" --report=3 --timeline time.csv "${words[@]}" \
                'count() by country' "$file" 3>figures >out
            read -r read _ _ _ _ _ _ peak _ <figures
            sound time.csv "$peak" "$read"
        done
    done
    # Its own memory stands in it as well.
    cut -d, -f2 time.csv | uniq >phases
    grep -qx end phases
}

@test "the timeline does not change the answer" {
    answers "$("$WEIR" 'mean(age), count() by country' people.csv)" \
        --timeline time.csv 'mean(age), count() by country' people.csv
    [ "$(head -n 1 time.csv)" = \
        seconds,phase,records,heap,peak_heap,resident,peak_resident ]
}

@test "a run that is killed leaves its timeline" {
    mkfifo pipe
    "$WEIR" --timeline time.csv 'count()' pipe >out &
    run=$!
    exec 5>pipe
    seq 100000 >&5 # more than a batch; more would come
    until [ -e time.csv ] && [ "$(wc -l <time.csv)" -ge 9 ]; do
        kill -0 $run || return 1
    done
    kill -KILL $run
    wait $run || true
    exec 5>&-
    awk -F, 'NF != 7 { exit 1 }' time.csv
    same '' out
}

@test "the timeline's file is nothing else" {
    refuses 2 'weir: --timeline people.csv is an input; it would be lost' \
        --timeline people.csv 'count()' people.csv
    [ -s people.csv ]
    code=0
    ln -s both same
    "$WEIR" --timeline same 'count()' people.csv >both 2>err || code=$?
    [ $code = 2 ]
    same 'weir: --timeline same is where the answer goes' err
    refuses 2 'weir: --timeline rejects is where the rejects go' \
        --rejects rejects --timeline rejects 'count()' people.csv
    tells 3 'weir: cannot create no/where: No such file or directory' \
        --timeline no/where 'count()' people.csv
    tells 3 'weir: cannot write /dev/full: No space left on device' \
        --timeline /dev/full 'count()' people.csv
}

@test "only a question's own run has a profile and a timeline" {
    for command in compare explain; do
        refuses 2 "weir: --profile: expected a query, not a command, as in \
weir --profile 'mean(age)' users.csv" $command --profile 'count()' people.csv
    done
    refuses 2 "weir: --timeline: expected a query, not a command, as in \
weir --timeline=FILE 'mean(age)' users.csv" records --timeline t people.csv
    [ ! -e t ]
}
