#!/usr/bin/env bats
# Every run draws new seeds for its hash tables. No byte of the output depends
# on them.

load kit

# alike ARGUMENT...: six runs write the same bytes.
alike() {
    ask 0 "$@"
    mv out first
    for _ in 1 2 3 4 5; do
        ask 0 "$@"
        cmp out first
    done
}

@test "groups, values and rows are the same under all seeds" {
    "$WEIR_MAKE" users 4000 >users.csv
    alike 'count(), sum(income), first(id), last(id) by name' users.csv
    alike -j 2 'mean(score), top(country, 3) by age, name limit 99' users.csv
    alike 'distinct(name), mode(notes), median(income)' users.csv
    alike -j 1 --memory 3M 'count(), distinct(notes) by id, name' users.csv
    for n in 1 2 3; do
        ask 0 --partial "$n.part" 'count(), median(age) by name' users.csv
        cmp "$n.part" 1.part
    done
}

@test "layouts, their sizes and unique names are the same under all seeds" {
    "$WEIR_MAKE" users 2000 >users.csv
    for layout in dict flyweight columns; do
        alike "--eager=$layout" --all-columns 'count(), max(id) by name' users.csv
    done
    alike -j 1 -o csv sizeof users.csv
    printf 'a,a,a_2,b,b,\n1,2,3,4,5,6\n' >names.csv
    alike -o json '$1, $2, $3, $1, $4, $5, $2' names.csv
}
