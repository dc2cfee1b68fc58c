#!/usr/bin/env bats
# The memory of a lazy run does not depend on the length of its input.

load kit

# users N: prints N records.
users() {
    awk -v n="$1" 'BEGIN {
        print "age,score,name"
        for (i = 0; i < n; i++)
            printf "%d,%.3f,n%d %s\n", i % 90, (i * 7919 % 99991) / 97, i % 50,
                i % 3 ? "Ann" : "Bob"
    }'
}

# allocations THREADS N QUERY: prints how many allocations a run over N users
# makes.
allocations() {
    users "$2" >"users-$2.csv"
    "$WEIR" -j "$1" --stats "$3" "users-$2.csv" 2>&1 >/dev/null |
        grep -o '[0-9]* allocations' | cut -d' ' -f1
}

# steady QUERY: sixteen times the input makes only a handful more allocations.
# Each thread that gets a record may make as many as one thread does; which
# threads get records is chance.
steady() {
    local few many
    few=$(allocations 1 10000 "$1")
    for threads in 1 2; do
        many=$(allocations "$threads" 160000 "$1")
        echo "$1: $few allocations, then $many on $threads threads"
        [ "$many" -le $((threads * few + 8)) ]
    done
}

@test "after the first batch the number of allocations does not grow" {
    steady 'mean(age), stddev(score), max(name)'
    steady 'mean(score) by name where age >= 18'
    steady "count(), max(upper(name)) where name ~ 'A(n)+' and age in (1, 2)"
    steady 'name, score order by score desc limit 5'
}

@test "nor where arithmetic leaves the decimals" {
    steady 'mean(age / 3 + 0.1), max(score / 7 * 1.1)'
    steady 'sum(round(score / 3, 2)), min(floor(age / 7 + 0.7))'
    steady 'sum(score * 12345678901234567 % 7.5)'
}

@test "a thread gives up what it kept for exact numbers" {
    users 40000 >users.csv
    live=()
    for threads in 1 4; do
        ask 0 -j "$threads" --stats 'max(age / 3 + 0.1), max(age)' users.csv
        live+=("$(grep -o 'peak, .* live' err | grep -o '[0-9.]* KiB live')")
    done
    echo "${live[@]}"
    [ "${live[0]}" = "${live[1]}" ]
}

# suffices QUERY: the minimum that explain prints is enough, and gives the bytes
# of a run with more memory.
suffices() {
    local least threads
    for threads in 1 2; do
        least=$("$WEIR" explain -j $threads "$1" keys.csv |
            sed -nE 's/^ *([0-9.]+) (K|M)iB  in all, at least$/\1\2/p')
        ask 0 -j $threads --memory 1G "$1" keys.csv
        mv out all
        ask 0 -j $threads --memory "$least" "$1" keys.csv
        cmp out all
    done
}

# The same sizes, and slow.
# bats test_tags=unsanitized
@test "what explain says is needed suffices" {
    "$WEIR_MAKE" keys 100000 100000 >keys.csv
    suffices 'count()'
    suffices 'count(), min(key) by key'
    suffices 'median(value), mode(key), distinct(value)'
    suffices 'key, value order by value desc, key'
    suffices 'sum(value) as s by key order by s desc'
}

@test "keys that share their text in a store are told in full" {
    # A long record makes the batches large; two texts of 2000 bytes serve all.
    text=$(head -c 2000 /dev/zero | tr '\0' t)
    {
        printf 't,id,z\na,0,'
        head -c 4194304 /dev/zero | tr '\0' z
        echo
        seq 5000 | sed "s/.*/$text,&,/"
        seq 5001 8000 | sed "s/.*/u$text,&,/"
    } >shared.csv
    for memory in 16M 20M 64M; do
        "$WEIR" -j 1 --eager=columns --all-columns --memory $memory \
            'count() by t, id' shared.csv | sha256sum >"$memory"
        cmp 16M "$memory"
    done
}
