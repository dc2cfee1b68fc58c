#!/usr/bin/env bats
# No text of the input or of the command line can control a terminal, or hide in
# what the terminal shows. Pipes get every byte as it is.

load kit

esc=$'\e' rlo=$'\u202e' mark=$'\u200b'

inputs() {
    printf 'a%sb,c\n"x%s%s\n",%s\n' "$rlo" "$esc" "$rlo" $'👩\u200d💻' >in.csv
}

# terminal COMMAND: prints the bytes that a terminal gets.
terminal() {
    command -v script >/dev/null || skip 'no script(1)'
    TERM=xterm NO_COLOR=1 script -qec "$1" /dev/null </dev/null |
        tr -d '\r' >out
}

@test "every format on a terminal" {
    inputs
    rlo_hex='\xe2\x80\xae' joined=$'👩\u200d💻'
    terminal "'$WEIR' -o table '*' in.csv"
    same "a${rlo_hex}b c
x\\x1b${rlo_hex}\\x0a $joined" <(sed 's/\x1b\[[0-9]*m//g; s/   */ /; s/ *$//' out)
    terminal "'$WEIR' -o csv '*' in.csv"
    same "a${rlo_hex}b,c
x\\x1b${rlo_hex}\\x0a,$joined" out
    terminal "'$WEIR' -o tsv '*' in.csv"
    same "a${rlo_hex}b	c
x\\x1b${rlo_hex}\\n	$joined" out
    terminal "'$WEIR' -o md '*' in.csv"
    same "| a${rlo_hex}b | c |
| --- | --- |
| x\\x1b${rlo_hex}<br> | $joined |" out
    terminal "'$WEIR' -o ndjson '*' in.csv"
    same "{\"a\\u202eb\":\"x\\u001b\\u202e\\n\",\"c\":\"$joined\"}" out
    terminal "'$WEIR' records in.csv"
    same "[\"a\\u202eb\",\"c\"]
[\"x\\u001b\\u202e\\n\",\"$joined\"]" out
    printf 'a\n"1%s"\n' "$rlo" >bad.csv
    terminal "'$WEIR' --bad-cells=reject --rejects /dev/tty 'sum(a)' bad.csv"
    grep -qF "'1$rlo_hex' is not a number,\"\"\"1$rlo_hex\"\"\"" out
}

@test "every format in a pipe, byte for byte, but for the table" {
    inputs
    answers "$(printf 'a%sb,c\n"x%s%s\n",%s' "$rlo" "$esc" "$rlo" \
        $'👩\u200d💻')" -o csv '*' in.csv
    answers "$(printf 'a%sb\tc\nx%s%s\\n\t%s' "$rlo" "$esc" "$rlo" \
        $'👩\u200d💻')" -o tsv '*' in.csv
    answers "{\"a${rlo}b\":\"x\\u001b$rlo\\n\",\"c\":\"👩"$'\u200d'"💻\"}" \
        -o ndjson '*' in.csv
    ask 0 -o table '*' in.csv
    run ! grep -qE "$rlo|$esc" out
}

@test "messages show what the command line holds" {
    inputs
    refuses 2 "weir: unrecognized option '--f\\x1b[31mo'; weir --help lists\
 the options" "--f$esc[31mo"
    refuses 2 "weir: invalid option -- '\\x1b'; weir --help lists the options, and --\
 comes before a query that begins with '-'" "-$esc"
    refuses 2 "weir: --threads: found '1\\xe2\\x80\\xae', expected a whole number" \
        --threads "1$rlo" 'count()' in.csv
    tells 2 "weir: no help on '\\x1b'; there is help on $(printf '%s, ' query \
        operators functions aggregates layouts formats dialects)and on each\
 name in them" help "$esc"
}

@test "compare shows the answer" {
    printf 'a\nx%s%s\n' "$rlo" "$esc" >one.csv
    ask 0 -o table --eager=tuple compare 'max(a)' one.csv
    grep -qF 'the answer: x\xe2\x80\xae\x1b' out
    run ! grep -qE "$rlo|$esc" out
}
