#!/usr/bin/env bats
# compare starts the program again with the user's own arguments, lazily and for
# every layout. It prints a table, a chart on a terminal, and a plot.

load kit

layouts='dict list tuple slots flyweight columns'

# lines TEXT ARGUMENT...: what compare prints about modes, sameness and answers.
lines() {
    local want=$1
    shift
    ask 0 "$@" && same '' err &&
        same "$want" <(sed 1d out | cut -d, -f1,10,11)
}

two=$'lazy,-,152\ntuple,yes,152'

@test "compare: lazily and eagerly, with the same answer" {
    lines "$(echo 'lazy,-,50.666666666666664'
        printf '%s,yes,50.666666666666664\n' $layouts)" \
        compare 'mean(age)' people.csv
    same 'mode,records,peak_heap,peak_resident,bytes_per_record,'\
'allocations_per_record,load_seconds,answer_seconds,again_seconds,'\
'same_answer,answer,stopped_at' <(head -n 1 out)
    # Figures are numbers, of all records; nothing stopped.
    awk -F, 'NR > 1 {
        for (i = 2; i <= 9; i++) if ($i !~ /^[0-9.]+$/) exit 1
        if ($2 != 4 || $3 == 0 || $4 == 0 || $12 != "") exit 1
        if (($5 > 0) != ($1 != "lazy") || ($7 > 0) != ($1 != "lazy")) exit 1
        if ($8 <= 0 || $9 <= 0) exit 1
    }' out
    lines "$(echo 'lazy,-,3 rows'; printf '%s,yes,3 rows\n' $layouts)" \
        compare 'count() by country' people.csv
}

@test "layouts are compared in the order of weir help layouts" {
    ask 0 help layouts
    same "$(cut -d ' ' -f 1 out)" <(tr ' ' '\n' <<<"$layouts")
}

@test "compare has only the layouts it is told" {
    lines "$two" compare --eager=tuple 'sum(age)' people.csv
    lines $'lazy,-,152\nlist,yes,152\ncolumns,yes,152' \
        compare --eager=columns --eager=list 'sum(age)' people.csv
}

@test "compare gives its words on, whatever they are" {
    set -- --eager=tuple
    lines "$two" compare "$@" 'sum(age)' people.csv
    lines "$two" --null compare compare "$@" 'sum(age)' people.csv
    lines "$two" compare "$@" --null compare 'sum(age)' people.csv
    lines "$two" compare "$@" 'sum(age)' people.csv --null compare
    lines "$two" compare "$@" -- 'sum(age)' people.csv
    lines "$two" "$@" -- compare 'sum(age)' people.csv
    cp people.csv compare
    lines "$two" compare "$@" 'sum(age)' compare
    lines "$two" compare "$@" 'sum(age) from "people.csv"'
    printf 'a;b\n1;x\n2;2\n' >./-s.csv
    lines $'lazy,-,2\ntuple,yes,2' compare "$@" -d ';' --quiet --bad-cells=null -- \
        'sum(b)' -s.csv
}

@test "compare as JSON, Markdown and a table" {
    ask 0 -o json compare --eager=tuple 'mean(age)' people.csv
    same $'lazy\ntuple' <(jq -r '.[].mode' out)
    same $'50.666666666666664\n50.666666666666664' <(jq '.[].answer' out)
    same 'true' <(jq 'all(.[]; .peak_heap > 1000 and .stopped_at == null)' out)
    head='heap | resident | B/record | allocs/rec | load s | answer s | again s'
    ask 0 -o md compare --eager=tuple 'mean(age)' people.csv
    same "| mode | $head | same |" <(head -n 1 out)
    same $'lazy -\ntuple yes' <(sed 1,2d out | awk '{ print $2, $(NF - 1) }')
    grep -q '^| lazy |.* KiB |.* MiB | 0.0 | ' out
    ask 0 -o table compare --eager=tuple 'mean(age)' people.csv
    same "$(tr -d ' |' <<<"mode $head same")" <(head -n 1 out | tr -d ' ')
    same '4 records; the answer: 50.666666666666664' <(tail -n 1 out)
    [ "$(wc -l <out)" = 5 ]
}

@test "what records take is told by the ledger" {
    "$WEIR_MAKE" users 20000 >users.csv
    ask 0 compare --all-columns 'mean(age)' users.csv
    # More than its texts for what has texts, each cheaper than the last (pool
    # and dictionaries have a price, which so few records do not earn), and no
    # more than its peak.
    awk -F, -v file="$(wc -c <users.csv)" '
        NR == 1 { next }
        $1 ~ /dict|list|tuple/ && $5 * 20000 < file - 8 * 20000 { exit 1 }
        $1 ~ /dict|list|tuple|slots/ && $6 < 1 { exit 1 }
        $5 * 20000 > $3 { exit 1 }
        $1 ~ /dict|list|tuple|slots/ {
            if (before && $5 > before) exit 1
            before = $5
        }' out
    awk -F, '$1 == "lazy" && ($5 != 0 || $6 > 0.1) { exit 1 }' out
    # Only what the question wants is little more than half of that.
    all=$(awk -F, '$1 == "tuple" { print $3 }' out)
    ask 0 compare --eager=tuple 'mean(age)' users.csv
    some=$(awk -F, '$1 == "tuple" { print $3 }' out)
    [ $((some * 19)) -lt $((all * 10)) ]
}

# near A B: within the size of 20 records, which the arguments may take.
near() {
    [ "$2" -ge $(($1 - 20)) ]
    [ "$2" -le $(($1 + 20)) ]
}

@test "lazy passes where eager dies, and at which record" {
    "$WEIR_MAKE" users 100000 >users.csv
    ask 0 compare -j1 --memory 6M 'max(name)' users.csv
    # Dearer layouts stop earlier; lazy does not.
    awk -F, '
        NR == 1 { next }
        $1 == "lazy" && ($12 != "" || $10 != "-" || $11 == "") { exit 1 }
        $1 == "dict" && !($12 > 1000 && $12 < 100000) { exit 1 }
        $1 == "list" && !($12 > dict && $12 < 100000) { exit 1 }
        $1 == "dict" { dict = $12 }
        $12 != "" && ($10 != "stopped" || $2 != $12 || $5 $8 $11 != "") {
            exit 1
        }
        $12 != "" && $3 > 6 * 1024 * 1024 { exit 1 }' out
    dict=$(awk -F, '$1 == "dict" { print $12 }' out)
    same "dict stopped at record $dict of 100000: more does not fit the 6 MiB"\
' allowed' <(head -n 1 err)
    # As the run itself says; words on its command line are on the ledger, too.
    ask 4 -j1 --eager=dict --memory 6M 'max(name)' users.csv
    near "$dict" "$(sed 's/weir: record \([0-9]*\) does not fit .*/\1/' err)"
    ask 0 compare -j1 --memory 6M -o table 'max(name)' users.csv
    grep -qE '^dict +6 MiB .* stopped *$' out
    near "$dict" "$(sed -n \
        's/^dict stopped at record \([0-9]*\) of 100000: .*/\1/p' out)"
    same '' err
}

@test "what is too little for lazy is said once" {
    "$WEIR_MAKE" users 1000 >users.csv
    ask 4 compare --memory 100K 'max(name)' users.csv
    same '' out
    grep -q '^weir: the run needs at least .*, --memory allows 100 KiB' err
    [ "$(wc -l <err)" = 1 ]
}

@test "compare needs files" {
    refuses 2 'weir: compare reads its input several times: expected a file,'\
' found standard input' compare 'count()' <people.csv
    refuses 2 'weir: compare reads its input several times: expected a file,'\
' found standard input' compare 'count()' people.csv -
    refuses 2 'weir: compare reads its input several times: expected a file,'\
' found standard input' compare 'count() from -' <people.csv
    ask 0 compare 'count() from people.csv'
    refuses 2 "weir: expected a question, as in weir 'mean(age)' users.csv" \
        compare
}

@test "compare of what fails says it once" {
    refuses 2 "weir: query:1:1: no column 'agee'; did you mean 'age'? columns:\
 name, age, country
  agee
  ^" compare agee people.csv
    refuses 3 'weir: gone.csv: cannot open: No such file or directory' \
        compare 'count()' gone.csv
    ask 1 compare 'sum(name)' people.csv
    [ "$(wc -l <err)" = 1 ]
}

# terminal COLUMNS WORD...: runs weir on a terminal of that width; its output
# goes to out, without carriage returns.
terminal() {
    local columns=$1 words
    shift
    printf -v words '%q ' "$WEIR" "$@"
    TERM=xterm script -qec "stty cols $columns; $words" /dev/null </dev/null |
        tr -d '\r' >out
}

@test "bars on a terminal: from zero, as wide as it is, in its characters" {
    "$WEIR_MAKE" users 20000 >users.csv
    for columns in 40 100; do
        NO_COLOR=1 LC_ALL=C terminal "$columns" compare --all-columns \
            'mean(age)' users.csv
        # Of the table, rows wrap where they must; of the chart none does.
        sed -n '/^resident/,$p' out >chart
        [ "$(grep -c $'\x1b' out)" = 0 ]
        awk -v most="$columns" '
            length($0) >= most { exit 1 }
            length($0) > longest { longest = length($0) }
            END { exit longest < most - 2 }' chart
        # The longest bar is the largest time, and the rest in proportion,
        # but for what either is rounded by.
        awk '
            NF == 0 { part++; next }
            part && NF == 4 {
                n++
                of[n] = part
                bar[n] = length($2)
                value[n] = $4 == "ms" ? $3 : 1000 * $3
                round[n] = $4 == "ms" ? 0.05 : 5
                if (value[n] > most[part]) {
                    most[part] = value[n]
                    wide[part] = bar[n]
                }
            }
            END {
                for (i = 1; i <= n; i++) {
                    one = wide[of[i]] / most[of[i]]
                    off = bar[i] - value[i] * one
                    if ((off < 0 ? -off : off) > 1 + 2 * round[i] * one) exit 1
                }
                exit n != 14
            }' chart
    done
    LC_ALL=C.UTF-8 terminal 80 compare --eager=dict 'mean(age)' users.csv
    grep -q $'^dict \x1b\\[34m█*█' out
    grep -q $'^lazy \x1b\\[32m' out
    [ "$(grep -c '#' out)" = 0 ]
    LC_ALL=C.UTF-8 terminal 80 -o csv compare --eager=dict 'mean(age)' users.csv
    [ "$(wc -l <out)" = 3 ]
}

# drawn FILE MODE...: the plot is well-formed, has a line for each of these
# modes, and its labels do not overlap and lie on the paper.
drawn() {
    python3 - "$@" <<'END'
import sys
import xml.etree.ElementTree as xml
svg = "{http://www.w3.org/2000/svg}"
root = xml.parse(sys.argv[1]).getroot()
assert root.tag == svg + "svg"
width, height = (float(n) for n in root.get("viewBox").split()[2:])
lines = [path for path in root.iter(svg + "path")
         if path.get("class").startswith("line ")]
assert [path.find(svg + "title").text for path in lines] == sys.argv[:1:-1]
assert len({path.get("class") for path in lines}) == len(lines)
for path in lines:
    points = [tuple(map(float, point.split()))
              for point in path.get("d")[1:].split("L")]
    assert points == sorted(points, key=lambda point: point[0]), points
    assert all(0 < x < width and 0 < y < height for x, y in points), points
labels = {}
for text in root.iter(svg + "text"):
    name = text.find(svg + "tspan")
    if name is not None:
        labels[name.text] = float(text.get("y"))
assert set(labels) == set(sys.argv[2:]), labels
ys = sorted(labels.values())
assert 0 < ys[0] and ys[-1] < height
assert all(b - a > 18.9 for a, b in zip(ys, ys[1:])), ys
print(root.find(svg + "title").text)
END
}

@test "--plot draws one line a mode" {
    "$WEIR_MAKE" users 20000 >users.csv
    ask 0 compare --all-columns --plot plot.svg 'mean(age)' users.csv
    same '' err
    same 'mean(age)' <(drawn plot.svg lazy $layouts)
    # Another takes its place.
    ask 0 compare --plot=plot.svg --eager=columns 'count()' users.csv
    same 'count()' <(drawn plot.svg lazy columns)
    ask 0 compare --memory 4M --plot plot.svg 'max(name)' users.csv
    drawn plot.svg lazy $layouts
    if command -v xmllint; then
        xmllint --noout plot.svg
    fi
}

@test "--plot shows any question and any name" {
    name=$'a&b<c>"\xff\x01.csv'
    cp people.csv "$name"
    query=$'age < 40 and\tname <> \'<b>&amp;]]>\xef\xbf\xbf\''
    ask 0 compare --eager=tuple --plot plot.svg "$query" "$name"
    same $'age < 40 and name <> \'<b>&amp;]]>�\'' \
        <(drawn plot.svg lazy tuple)
    grep -qF 'a&#38;b&#60;c&#62;"��.csv: resident memory' plot.svg
}

@test "--plot's file is nothing else" {
    refuses 2 'weir: --plot people.csv is an input; it would be lost' \
        compare --plot people.csv 'count()' people.csv
    [ -s people.csv ]
    refuses 3 'weir: cannot create no/where: No such file or directory' \
        compare --plot no/where 'count()' people.csv
    tells 3 'weir: cannot write /dev/full: no space left on the device after 0 bytes' \
        compare --plot /dev/full 'count()' people.csv
    refuses 2 "weir: --plot: expected compare, as in weir compare \
--plot=FILE 'mean(age)' users.csv" --plot p.svg 'count()' people.csv
    [ ! -e p.svg ]
}

# What fails is told, once, and ends in 3: F_SETFD is 2, and 8192 bytes are what
# an answer is read by.
@test "a call that fails while a process is started, read or waited for" {
    calls=(dup2:-1:0:starting fcntl:1:2:starting pipe2:-1:0:starting
        memfd:-1:0:starting read:2:8192:'reading the answer of')
    # The leak sanitizer waits, too.
    [ -n "$WEIR_SANITIZE" ] || calls+=(wait4:-1:0:'waiting for')
    for call in "${calls[@]}"; do
        IFS=: read -r name argument value what <<<"$call"
        code=0
        "$WEIR_TOOLS/deny_tool" "$name" "$argument" "$value" "$WEIR" \
            --plot plot.svg --eager=tuple compare 'sum(age)' people.csv \
            >out 2>err || code=$?
        [ "$code" = 3 ]
        same '' out
        same "weir: $what a process to compare with: Input/output error" err
    done
}
