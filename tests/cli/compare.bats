#!/usr/bin/env bats
# compare starts the program again, with the user's own words.

load kit

# lines TEXT ARGUMENT...: what compare says of modes, answers, and sameness.
lines() {
    local want=$1
    shift
    ask 0 "$@" && same '' err &&
        same "$want" <(cut -d, -f1,2,10 out)
}

both='mode,answer,same answer
lazy,152,-
eager: dict,152,yes
eager: list,152,yes
eager: tuple,152,yes
eager: slots,152,yes
eager: flyweight,152,yes
eager: columns,152,yes'

@test "compare gives its words on, whatever they are" {
    lines "$both" compare 'sum(age)' people.csv
    lines "$both" --null compare compare 'sum(age)' people.csv
    lines "$both" compare --null compare 'sum(age)' people.csv
    lines "$both" compare 'sum(age)' people.csv --null compare
    lines "$both" compare -- 'sum(age)' people.csv
    lines "$both" -- compare 'sum(age)' people.csv
    cp people.csv compare
    lines "$both" compare 'sum(age)' compare
    lines "$both" compare 'sum(age) from "people.csv"'
}
