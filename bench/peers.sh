#!/usr/bin/env bash
# peers.sh - compares weir on one thread with its peers: a table of time and
# memory.
#
#     bench/peers.sh [--rows N] [--runs N] [--tools "duckdb mawk"]
#
# Every tool answers the same two queries about the same file, which is in the
# page cache. Its first run is checked and not timed: an answer that differs
# from weir's ends the benchmark. See README.md.
set -euo pipefail
export LC_ALL=C

rows=10000000
runs=10
tools="duckdb polars mawk datamash mlr sqlite3"
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
weir=$(realpath -m "${WEIR:-$bench/../build/release/weir}")
jobs=(mean groups)
slow_s=3 # A tool whose first run takes longer is run slow_runs times only.
slow_runs=3

say() { echo "peers.sh: $*" >&2; }

fail() {
    say "${@:2}"
    exit "$1"
}

usage() {
    cat <<'HELP'
usage: bench/peers.sh [options]
  --rows N        users in the file (10000000: 716 MB)
  --runs N        timed runs of each tool (10; at most 3 of a slow one)
  --tools LIST    the peers ("duckdb polars mawk datamash mlr sqlite3")
WEIR=path names the weir to measure (build/release/weir).
HELP
}

while [[ $# -gt 0 ]]; do
    case $1 in
    --help) usage && exit 0 ;;
    --rows | --runs | --tools) [[ $# -ge 2 ]] || fail 2 "$1 takes a value" ;;
    *) fail 2 "no option '$1'; see --help" ;;
    esac
    declare "${1#--}=$2"
    shift 2
done
[[ $rows =~ ^[1-9][0-9]*$ ]] || fail 2 "--rows '$rows' is not a count"
[[ $runs =~ ^[1-9][0-9]*$ && $runs -ge 2 ]] || fail 2 "--runs: at least 2"
[[ -x $weir ]] || fail 2 "no weir at $weir: build it, or set WEIR=path"
[[ -x /usr/bin/time ]] || fail 3 "needs Debian's package time"
command -v hyperfine >/dev/null || fail 3 "needs Debian's package hyperfine"

cd "$bench/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- the data ----------------------------------------------------------------

name=$rows
[[ $rows == *000000 ]] && name=${rows%000000}m
file=data/cache/users-$name.csv
mkdir -p data/cache
if [[ ! -s $file ]]; then
    say "writing $file"
    cc -O2 -o "$work/make" data/make.c
    "$work/make" users "$rows" >"$work/users"
    mv "$work/users" "$file"
fi

# ---- the queries, for every tool ---------------------------------------------

line() { printf '%s\n' "$*"; }

# command_of JOB TOOL: prints a line for the shell. rows_of removes headers.
command_of() {
    local mlr='mlr --icsv --ocsv --headerless-csv-output'
    local import="-cmd '.import --csv $file users'"
    case $1/$2 in
    mean/weir) line "'$weir' -j 1 'mean(age)' $file" ;;
    groups/weir) line "'$weir' -j 1 'mean(age), sum(income), max(score)" \
        "by country where age >= 18' $file" ;;
    mean/duckdb) line "node bench/duckdb.mjs --threads 2" \
        "\"select avg(age) from '$file'\" 2>>$work/own" ;;
    groups/duckdb) line "node bench/duckdb.mjs --threads 2" \
        "\"select country, avg(age), sum(income), max(score) from '$file'" \
        "where age >= 18 group by country\" 2>>$work/own" ;;
    mean/polars) line "node bench/polars.mjs --threads 2" \
        "\"select avg(age) from read_csv('$file')\" 2>>$work/own" ;;
    groups/polars) line "node bench/polars.mjs --threads 2" \
        "\"select country, avg(age), sum(income), max(score)" \
        "from read_csv('$file') where age >= 18 group by country\"" \
        "2>>$work/own" ;;
    mean/mawk) line "mawk -F, 'NR > 1 { s += \$3; n++ }" \
        "END { printf \"%.17g\\n\", s / n }' $file" ;;
    groups/mawk) line "mawk -F, 'NR > 1 && \$3 >= 18 {" \
        "n[\$4]++; a[\$4] += \$3; s[\$4] += \$5;" \
        "if (!(\$4 in m) || \$6 > m[\$4]) m[\$4] = \$6 }" \
        "END { for (k in n)" \
        "printf \"%s,%.17g,%.17g,%s\\n\", k, a[k] / n[k], s[k], m[k] }'" \
        "$file" ;;
    mean/datamash) line "datamash -t, --header-in mean 3 <$file" ;;
    groups/datamash) line "mawk -F, 'NR == 1 || \$3 >= 18' $file |" \
        "datamash -t, --header-in -s -g 4 mean 3 sum 5 max 6" ;;
    mean/mlr) line "$mlr stats1 -a mean -f age $file" ;;
    groups/mlr) line "$mlr filter '\$age >= 18' then" \
        "stats1 -a mean,sum,max -f age,income,score -g country then" \
        "cut -o -f country,age_mean,income_sum,score_max $file" ;;
    mean/sqlite3) line "sqlite3 :memory: -csv $import" \
        "'select avg(age) from users'" ;;
    groups/sqlite3) line "sqlite3 :memory: -csv $import" \
        "'select country, avg(age), sum(income), max(score + 0.0) from users" \
        "where age + 0 >= 18 group by country'" ;;
    esac
}

title_of() {
    case $1 in
    mean) echo "mean(age)" ;;
    groups) echo "mean(age), sum(income), max(score)" \
        "by country where age >= 18" ;;
    esac
}

is_here() {
    case $1 in
    weir) true ;;
    duckdb | polars)
        command -v node >/dev/null && "bench/$1.sh" --install
        ;;
    mawk | datamash | mlr | sqlite3) command -v "$1" >/dev/null ;;
    *) fail 2 "no tool '$1': expected duckdb, polars, mawk, datamash, mlr or sqlite3" ;;
    esac
}

# ---- one tool, one job -------------------------------------------------------

# Prints the answer without its header, in the order of its keys.
rows_of() {
    case $1 in
    weir | duckdb | polars) tail -n +2 ;;
    *) cat ;;
    esac | tr -d '\r' | sort
}

# Numbers must agree within 1e-9 of their size, because most peers add in
# floating point, and some print few digits. All else must agree exactly.
agree() {
    paste -d '\n' "$1" "$2" | awk -F, '
        function differs(a, b) {
            if (a ~ /^-?[0-9.]+(e[+-]?[0-9]+)?$/ && b ~ /^-?[0-9]/)
                return (a - b) ^ 2 > (1e-9 * b) ^ 2
            return a != b
        }
        NR % 2 { n = split($0, wanted, ","); next }
        NF != n || n == 0 { exit bad = 1 }
        { for (i = 1; i <= n; i++) if (differs($i, wanted[i])) exit bad = 1 }
        END { exit bad || NR == 0 }'
}

# check JOB TOOL: runs the tool once; its seconds and KiB go to $work/first.
check() {
    local answer=$work/$1.$2
    : >"$work/own"
    /usr/bin/time -f '%e %M' -o "$work/first" \
        sh -c "$(command_of "$1" "$2")" >"$work/raw" 2>"$work/log" ||
        fail 3 "$2 failed: $(tail -n 3 "$work/log" "$work/own")"
    rows_of "$2" <"$work/raw" >"$answer"
    if ! agree "$work/$1.weir" "$answer"; then
        diff "$work/$1.weir" "$answer" | head -n 6 >&2 || true
        fail 1 "$2 answers $(title_of "$1") differently (< weir, > $2)"
    fi
}

median() { sort -n | awk '{ v[NR] = $1 } END {
    print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

# measure JOB TOOL: prints a row of numbers for the table.
#     tool  median  min  max  own median  peak KiB  runs
measure() {
    local n=$runs first peak own
    check "$1" "$2"
    read -r first peak < <(tail -n 1 "$work/first")
    if awk "BEGIN { exit !($first > $slow_s) }" && ((n > slow_runs)); then
        n=$slow_runs
    fi
    : >"$work/own"
    hyperfine --style none --runs "$n" --export-csv "$work/times" \
        "$(command_of "$1" "$2")" >/dev/null 2>"$work/log" ||
        fail 3 "$2: $(<"$work/log")"
    own=$(median <"$work/own")
    tail -n 1 "$work/times" | awk -F, -v tool="$2" -v own="$own" \
        -v peak="$peak" -v n="$n" '{
            OFS = "\t"
            median = $(NF - 4)
            print tool, median, $(NF - 1), $NF, own ? own : median, peak, n }'
}

# ---- the table ---------------------------------------------------------------

cat "$file" >/dev/null
printf '%s: %d users, %d bytes, in the page cache; %d cores, %s\n' "$file" \
    "$rows" "$(stat -c %s "$file")" "$(nproc)" \
    "$(sed -n 's/^model name[^:]*: //p;T;q' /proc/cpuinfo)"
for job in "${jobs[@]}"; do
    printf '\n%s\n' "$(title_of "$job")"
    printf '%-14s %9s %9s %9s %7s %9s %7s %9s %5s\n' tool "median s" min max \
        "x weir" "query s" "x weir" "peak MB" runs
    for tool in weir $tools; do
        if ! is_here "$tool"; then
            say "$tool is not installed: left out"
            continue
        fi
        say "$tool"
        measure "$job" "$tool"
    done | awk -F '\t' '
        NR == 1 { base = $2 }
        { printf "%-14s %9.3f %9.3f %9.3f %7.1f %9.3f %7.1f %9.1f %5d\n", $1,
            $2, $3, $4, $2 / base, $5, $5 / base, $6 * 1024 / 1e6, $7
          fflush() }'
done
