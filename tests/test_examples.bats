#!/usr/bin/env bats
# The examples, as their readers would run them.

bats_require_minimum_version 1.5.0

setup() {
    average_age=$WEIR_EXAMPLES/average_age
    users=$WEIR_SOURCE/data/users.csv
}

# weir's answer, without its header
answer() {
    "$WEIR" 'mean(age)' "$@" | tail -n 1
}

@test "average_age says what weir says" {
    run -0 "$average_age" "$users"
    [ "$output" = "$(answer "$users")" ]
}

@test "average_age reads zstd and standard input" {
    zstd -q -c "$users" >"$BATS_TEST_TMPDIR/users"
    run -0 "$average_age" "$BATS_TEST_TMPDIR/users"
    [ "$output" = "$(answer "$users")" ]
    run -0 "$average_age" <"$users"
    [ "$output" = "$(answer "$users")" ]
}

@test "average_age passes over cells without a number" {
    run -0 "$average_age" < <(printf 'age\n3\nunknown\n5\n')
    [ "$output" = 4 ]
}

@test "average_age says that a file is missing" {
    run -1 --separate-stderr "$average_age" /nowhere/users.csv
    [ "$output" = "" ]
    [ "$stderr" = "average_age: /nowhere/users.csv: cannot open: No such file\
 or directory" ]
}

@test "average_age says that a column is missing" {
    run -1 --separate-stderr "$average_age" < <(printf 'name\nAl\n')
    [ "$output" = "" ]
    [ "$stderr" = "average_age: standard input: no column 'age'" ]
}

@test "average_age gives no answer for a damaged file" {
    {
        cat "$users"
        echo '201,"Al'
    } >"$BATS_TEST_TMPDIR/users.csv"
    run -1 --separate-stderr "$average_age" "$BATS_TEST_TMPDIR/users.csv"
    [ "$output" = "" ]
    [[ $stderr == *"users.csv:202:5 "*"quote"* ]]
}

@test "average_age gives no answer where there are no ages" {
    run -1 --separate-stderr "$average_age" < <(printf 'age\n\n')
    [ "$output" = "" ]
    [ "$stderr" = "average_age: -: no ages" ]
}
