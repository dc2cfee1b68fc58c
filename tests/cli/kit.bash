# What the tests of the command line share. Each test runs in a directory of
# its own, beside people.csv.

bats_require_minimum_version 1.5.0
: "${WEIR:?names the program to be tested, by an absolute path}"

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset NO_COLOR
    cat >people.csv <<'END'
name,age,country
Ann,34,DE
Bob,,FR
"Carr, L",27,DE
Eve,91,
END
}

# many N PART: N, or under a sanitizer N / PART: it takes ten times as long, and
# sees all code with less.
many() {
    echo $(($1 / (${#WEIR_SANITIZE} ? $2 : 1)))
}

# same WANT FILE: the file holds exactly the text and a line end; or, where the
# text is empty, nothing.
same() {
    diff -u --label expected --label "$2" <(printf '%s' "${1:+$1
}") "$2"
}

# ask CODE ARGUMENT...: weir ends with that code; what it wrote is in the files
# out and err.
ask() {
    local want=$1 code=0
    shift
    "$WEIR" "$@" >out 2>err || code=$?
    if [ "$code" != "$want" ]; then
        echo "exit code $code, expected $want; weir said:"
        cat err
        return 1
    fi
}

# answers TEXT ARGUMENT...: exit 0, the text and nothing else.
answers() {
    local want=$1
    shift
    ask 0 "$@" && same "$want" out && same '' err
}

# refuses CODE TEXT ARGUMENT...: that exit code and message, and no output.
refuses() {
    local code=$1 want=$2
    shift 2
    ask "$code" "$@" && same '' out && same "$want" err
}

# tells CODE TEXT ARGUMENT...: the message's line alone, whatever the output.
tells() {
    local code=$1 want=$2
    shift 2
    ask "$code" "$@" && same "$want" <(head -n 1 err)
}

# held HOLD ARGUMENT...: weir, which shares the file counts, in the background
# as $pid, its output in the files out and err; see base/mechanism.h.
held() {
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    WEIR_MECHANISMS=$PWD/counts WEIR_HOLD=$1 "$WEIR" "${@:2}" >out 2>err 3>&- &
    pid=$!
}

# until_counted KEY N: waits until that has run so often in what shares counts.
until_counted() {
    until "$WEIR_TOOLS/mechanism_tool" counts | awk -v key="$1" -v n="$2" \
        '$2 == key && $1 >= n { found = 1 } END { exit !found }'; do
        kill -0 "$pid" || return 1
        sleep 0.01
    done
}

# let_go: what waits for TOLD goes on.
let_go() {
    "$WEIR_TOOLS/mechanism_tool" counts told
}
