# What the tests of the command line share. Each test runs in a directory of its
# own, which contains people.csv.

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

# many N PART: prints N, or N / PART under a sanitizer, which is ten times
# slower and sees all code with less.
many() {
    echo $(($1 / (${#WEIR_SANITIZE} ? $2 : 1)))
}

# same WANT FILE: the file contains exactly the text and a line end, or nothing
# if the text is empty. Bash reads the file itself: the tests compare thousands
# of files, and to start a program for each would take most of their time. It
# does not see a NUL at the end of the file.
same() {
    local got=() want="${1:+$1
}"
    mapfile -d '' got <"$2"
    [[ ${#got[@]} -le 1 && ${got[0]-} == "$want" ]] ||
        diff -u --label expected --label "$2" <(printf '%s' "$want") \
            <(printf '%s\n' "${got[@]}")
}

# ask CODE ARGUMENT...: weir exits with that code; its output is in the files
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

# responds CODE TEXT MESSAGES ARGUMENT...: weir exits with that code, and prints
# the text and the messages.
responds() {
    local code=$1 want=$2 told=$3
    shift 3
    ask "$code" "$@" && same "$want" out && same "$told" err
}

# answers TEXT ARGUMENT...: weir exits with 0, and prints the text and nothing
# else.
answers() {
    responds 0 "$1" '' "${@:2}"
}

# notes TEXT NOTICE ARGUMENT...: weir exits with 0, prints the text, and tells
# what it set aside.
notes() {
    responds 0 "$1" "$2" "${@:3}"
}

# refuses CODE TEXT ARGUMENT...: weir exits with that code and message, and
# prints no output.
refuses() {
    responds "$1" '' "$2" "${@:3}"
}

# tells CODE TEXT ARGUMENT...: weir exits with that code, and the first line of
# its messages is the text, whatever its output.
tells() {
    local code=$1 want=$2
    shift 2
    ask "$code" "$@" && same "$want" <(head -n 1 err)
}

# held HOLD ARGUMENT...: starts weir with WEIR_HOLD in the background as $pid.
# It shares the file counts; its output is in the files out and err. See
# base/mechanism.h.
held() {
    [ "$WEIR_BUILD_TYPE" != Release ] || skip 'a release build is not held'
    WEIR_MECHANISMS=$PWD/counts WEIR_HOLD=$1 "$WEIR" "${@:2}" >out 2>err 3>&- &
    pid=$!
}

# until_counted KEY N: waits until that mechanism has run N times in the
# programs that share counts.
until_counted() {
    until "$WEIR_TOOLS/mechanism_tool" counts | awk -v key="$1" -v n="$2" \
        '$2 == key && $1 >= n { found = 1 } END { exit !found }'; do
        kill -0 "$pid" || return 1
        sleep 0.01
    done
}

# let_go: a program that waits for TOLD continues.
let_go() {
    "$WEIR_TOOLS/mechanism_tool" counts told
}
