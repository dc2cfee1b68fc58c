#!/usr/bin/env bats
# The sources of records, and damaged inputs.

load kit

@test "standard input: nothing, -, a pipe, among files" {
    answers $'count()\n4' 'count()' <people.csv
    answers $'count()\n4' 'count()' - <people.csv
    cat people.csv | answers $'count()\n4' 'count()'
    answers $'count()\n12' 'count()' people.csv - people.csv <people.csv
}

@test "standard input begins where it stands" {
    printf 'junk\na\n1\n' >j.csv
    {
        read -r line
        answers $'sum(a)\n1' 'sum(a)'
    } <j.csv
}

@test "a fifo" {
    mkfifo fifo
    cat people.csv >fifo &
    answers $'count()\n4' 'count()' fifo
    wait
}

@test "several files are one table" {
    answers $'count(),first(name),last(name)\n8,Ann,Eve' \
        'count(), first(name), last(name)' people.csv people.csv
}

@test "a last record without its line end, CRLF, blank lines" {
    answers $'sum(a)\n3' 'sum(a)' < <(printf 'a\n1\n2')
    answers $'a,b\n1,2\n3,4' '*' < <(printf 'a,b\r\n1,2\r\n3,4\r\n')
    answers $'a,b\n1,2\n3,4' '*' < <(printf '\na,b\n1,2\n\n3,4\n\n')
}

@test "only a header" {
    answers 'a,b' '*' <<<a,b
    answers $'count()\n0' 'count()' <<<a,b
}

@test "file names with blanks and dashes" {
    mkdir 'a dir'
    cp people.csv 'a dir/- a.csv'
    cp people.csv ./-x.csv
    answers $'count()\n8' 'count()' 'a dir/- a.csv' ./-x.csv
    answers $'count()\n4' -- 'count()' -x.csv
    answers $'count()\n4' 'count() from "a dir/- a.csv"'
    printf 'a\nx\n' >'b c.csv'
    refuses 1 "weir: b c.csv:2:1 (byte 2): sum(a): 'x' is not a number;\
 --bad-cells=null skips such cells" 'sum(a)' 'b c.csv'
}

@test "files that cannot be read" {
    refuses 3 'weir: gone.csv: cannot open: No such file or directory' \
        'count()' gone.csv
    refuses 3 'weir: gone.csv: cannot open: No such file or directory' \
        'count()' people.csv gone.csv
    refuses 3 'weir: .: is a directory, where a file is expected' 'count()' .
    refuses 3 'weir: standard input: is a directory, where a file is expected' \
        'count()' <.
    if [ "$(id -u)" != 0 ]; then
        cp people.csv locked.csv
        chmod 0 locked.csv
        refuses 3 'weir: locked.csv: cannot open: Permission denied' \
            'count()' locked.csv
    fi
}

@test "empty inputs" {
    : >empty.csv
    for name in empty.csv /dev/null; do
        refuses 1 "weir: $name: no header: the input is empty; --no-header or\
 --header names the columns" 'count()' $name
        answers $'count()\n0' --header a 'count()' $name
    done
    refuses 1 'weir: standard input: no header: the input is empty;'\
' --no-header or --header names the columns' 'count()' </dev/null
    : >empty.csv.zst
    refuses 3 'weir: empty.csv.zst: is empty (0 bytes), and its name promises'\
' zstd data' 'count()' empty.csv.zst
    : >empty.csv.gz
    refuses 3 'weir: empty.csv.gz: is empty (0 bytes), and its name promises'\
' gzip data' 'count()' empty.csv.gz
}

@test "zstd and gzip, by content and not by name" {
    zstd -q -o z.csv.zst people.csv
    gzip -c people.csv >g.csv.gz
    cp z.csv.zst plain.csv
    cp g.csv.gz other.zst
    cp people.csv fake.gz
    for name in z.csv.zst g.csv.gz plain.csv other.zst; do
        answers $'sum(age)\n152' 'sum(age)' $name
        answers $'sum(age)\n152' 'sum(age)' <$name
    done
    answers $'sum(age)\n608' 'sum(age)' z.csv.zst people.csv g.csv.gz plain.csv
}

@test "xz, bzip2 and lz4, by content and not by name" {
    for program in xz bzip2 lz4; do
        $program -c people.csv >p.$program
        cp p.$program plain.csv
        answers $'sum(age)\n152' 'sum(age)' p.$program
        answers $'sum(age)\n152' 'sum(age)' plain.csv
        answers $'sum(age)\n152' 'sum(age)' <p.$program
        $program -c p.$program | answers $'sum(age)\n152' 'sum(age)'
    done
    answers $'sum(age)\n608' 'sum(age)' p.xz people.csv p.bzip2 p.lz4
}

@test "a .tsv under its compressed names" {
    printf 'a\tb\n1\t2\n' >t.tsv
    xz -k t.tsv
    bzip2 -k t.tsv
    lz4 -q t.tsv t.tsv.lz4
    for suffix in xz bz2 lz4; do
        answers $'sum(b)\n2' 'sum(b)' t.tsv.$suffix
    done
}

@test "what xz, bzip2 and lz4 write, whatever their options" {
    { echo a; seq 30000; } >n.csv
    for how in 'xz -0' 'xz -9e' 'xz -T2 --block-size=20KiB' 'xz -C none' \
        'xz -C crc32' 'xz -C sha256' 'xz --x86 --lzma2' 'xz --delta --lzma2' \
        'bzip2 -1' 'bzip2 -9' 'lz4 -1' 'lz4 -9' 'lz4 -B4 -BD' 'lz4 -B7 -BX' \
        'lz4 --no-frame-crc' 'lz4 --content-size'; do
        $how -c n.csv >n.packed
        $how -c n.csv >>n.packed
        answers $'sum(a)\n900030000' --memory 1G --quiet --bad-cells null 'sum(a)' \
            n.packed
        head -c -3 n.packed >cut
        damaged --memory 1G 'count()' cut
    done
}

@test "streams and frames, one after another" {
    for program in xz bzip2 lz4; do
        printf 'a,b\n1,2\n3' | $program -c >s
        printf '' | $program -c >>s
        printf ',4\n5,"6\n' | $program -c >>s
        printf '"\n' | $program -c >>s
        answers $'a,b\n1,2\n3,4\n5,"6\n"' '*' s
        answers $'a,b\n1,2\n3,4\n5,"6\n"' '*' <s
    done
    printf 'a\n1\n' | xz -c >p.xz
    head -c 8 /dev/zero >>p.xz
    printf '2\n' | xz -c >>p.xz
    head -c 512 /dev/zero >>p.xz
    answers $'sum(a)\n3' 'sum(a)' p.xz
    printf '\0\0' >>p.xz
    size=$(stat -c %s p.xz)
    refuses 3 "weir: p.xz: garbage after xz block 2 at compressed byte\
 $((size - 2))" 'count()' p.xz
    { printf 'P*M\30\3\0\0\0abc'; printf 'a\n1\n' | lz4 -c; } >s.lz4
    printf 'P*M\30\3\0\0\0abc' >>s.lz4
    printf '2\n' | lz4 -c >>s.lz4
    answers $'sum(a)\n3' 'sum(a)' s.lz4
}

@test "xz, bzip2 and lz4, cut, damaged or with garbage" {
    for program in xz bzip2 lz4; do
        case $program in
        xz) part='xz block' ;;
        bzip2) part='bzip2 stream' ;;
        lz4) part='lz4 frame' ;;
        esac
        { echo a; seq 3000; } | $program -c >w
        size=$(stat -c %s w)
        for cut in 5 9 100 $((size / 2)) $((size - 9)) $((size - 1)); do
            head -c "$cut" w >cut
            refuses 3 \
                "weir: cut: $part 1 truncated at compressed byte $cut" \
                'count()' cut
            damaged 'sum(a)' <cut
        done
        for byte in 14 50 500 $((size - 2)) $((size - 5)); do
            cp w bad
            flip bad "$byte"
            damaged 'count()' bad
            grep -q "bad: $part 1 damaged near compressed byte " err
        done
        cp w long
        echo garbage >>long
        refuses 3 "weir: long: garbage after $part 1 at compressed byte $size" \
            'count()' long
    done
}

@test "a dictionary of xz wider than --max-window, or than --memory" {
    { echo a; seq 1000; } | xz --lzma2=dict=1GiB >w.xz
    refuses 4 'weir: w.xz: xz block 1 needs a dictionary of 1 GiB (1073741824'\
' bytes), and 128 MiB are allowed; --max-window and --memory allow more' \
        'count()' w.xz
    ask 4 --max-window 2G 'count()' w.xz
    same '' out
    grep -q -- '--memory' err
    answers $'count()\n1000' --max-window 2G --memory 3G 'count()' w.xz
}

@test "an lz4 frame that needs a dictionary" {
    { echo a; seq 1000; } >dictionary
    lz4 -q -D dictionary -c <dictionary >d.lz4
    damaged 'count()' d.lz4
}

@test "concatenated frames and members; a record that straddles them" {
    printf 'a,b\n1,2\n3' | zstd -q >s.zst
    printf ',4\n5,"6\n' | zstd -q >>s.zst
    printf '"\n' | zstd -q >>s.zst
    answers $'a,b\n1,2\n3,4\n5,"6\n"' '*' s.zst
    printf 'a,b\n1,2\n3' | gzip >s.gz
    printf ',4\n' | gzip >>s.gz
    answers $'a,b\n1,2\n3,4' '*' s.gz
    head -c 512 /dev/zero >>s.gz
    answers $'a,b\n1,2\n3,4' '*' s.gz
}

@test "what pzstd and pigz write" {
    if command -v pzstd >/dev/null; then
        { echo a; seq 300000; } | pzstd -q -p 2 >p.zst
        answers $'sum(a)\n45000150000' 'sum(a)' p.zst
    fi
    if command -v pigz >/dev/null; then
        { echo a; seq 300000; } | pigz -p 2 >p.gz
        answers $'sum(a)\n45000150000' 'sum(a)' p.gz
    fi
}

# Every fault below gives exit code 3, one line, and nothing on standard output.
damaged() {
    ask 3 "$@"
    same '' out
    [ "$(wc -l <err)" = 1 ]
}

@test "a .zst cut anywhere" {
    { echo a; seq 2000; } | zstd -q >w.zst
    { seq 2000; } | zstd -q >>w.zst
    size=$(stat -c %s w.zst)
    first=$({ echo a; seq 2000; } | zstd -q | wc -c)
    for cut in 5 9 100 $((first / 2)) $((first + 2)) $((first + 100)) \
        $((size - 5)) $((size - 1)); do
        head -c "$cut" w.zst >cut.zst
        damaged 'count()' cut.zst
        grep -q "cut.zst: zstd frame [12] truncated at compressed byte $cut\$" \
            err
        damaged 'sum(a)' <cut.zst
    done
}

@test "a .gz cut anywhere" {
    { echo a; seq 2000; } | gzip >w.gz
    size=$(stat -c %s w.gz)
    for cut in 5 100 $((size / 2)) $((size - 8)) $((size - 1)); do
        head -c "$cut" w.gz >cut.gz
        damaged 'count()' cut.gz
        damaged 'sum(a)' <cut.gz
    done
}

# flip FILE BYTE: flips one bit of that byte.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "\\x$(printf %x $((byte ^ 4)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "a .zst with a bit flipped" {
    { echo a; seq 2000; } | zstd -q --check >w.zst
    for byte in 50 500 $(($(stat -c %s w.zst) - 2)); do
        cp w.zst bad.zst
        flip bad.zst "$byte"
        damaged 'count()' bad.zst
    done
}

@test "a .gz with a wrong checksum or length" {
    { echo a; seq 2000; } | gzip >w.gz
    for back in 8 5 4 1; do
        cp w.gz bad.gz
        flip bad.gz $(($(stat -c %s w.gz) - back))
        damaged 'count()' bad.gz
    done
}

@test "garbage after the end" {
    zstd -q -o z.zst people.csv
    echo garbage >>z.zst
    damaged 'count()' z.zst
    gzip -c people.csv >g.gz
    echo garbage >>g.gz
    damaged 'count()' g.gz
}

@test "records that stream are said to be incomplete" {
    { echo a; seq 100000; } | zstd -q >w.zst
    head -c $(($(stat -c %s w.zst) - 2)) w.zst >cut.zst
    ask 3 a cut.zst
    [ -s out ]
    grep -q 'truncated at compressed byte .*; the output is incomplete$' err
}

@test "a window wider than --max-window" {
    head -c 9000000 /dev/zero | tr '\0' '\n' | zstd -q --long=23 >w.zst
    ask 4 --max-window 1M --header a 'count()' w.zst
    same '' out
    grep -q -- '--max-window' err
}

@test "a frame that needs a dictionary" {
    seq 20000 >sample
    split -n l/200 sample part.
    zstd -q --train part.* -o dictionary 2>/dev/null || skip 'no training'
    zstd -q -D dictionary people.csv -o d.zst
    damaged 'count()' d.zst
    grep -q 'd.zst: zstd frame 1 needs dictionary [0-9]*; --zstd-dict FILE names it$' err
    answers $'sum(age)\n152' --zstd-dict dictionary 'sum(age)' d.zst
    answers $'sum(age)\n152' --zstd-dict dictionary 'sum(age)' <d.zst
    answers $'sum(age)\n304' --zstd-dict dictionary 'sum(age)' d.zst people.csv
    ask 0 --zstd-dict dictionary records d.zst
    [ "$(wc -l <out)" = 5 ]
    ask 0 --zstd-dict dictionary sizeof d.zst
    ask 0 --zstd-dict dictionary compare 'sum(age)' d.zst
    ask 0 --zstd-dict dictionary explain 'sum(age)' d.zst
    grep -q 'zstd dictionary$' out
    # Another dictionary, one that has no number, a damaged one, none at all.
    zstd -q --train part.* --dictID=7 -o seven
    damaged --zstd-dict seven 'count()' d.zst
    grep -q 'needs dictionary [0-9]*, and that of --zstd-dict is 7$' err
    damaged --zstd-dict people.csv 'count()' d.zst
    grep -q 'and that of --zstd-dict has no number$' err
    head -c 100 dictionary >short
    refuses 3 'weir: short: is a damaged zstd dictionary' --zstd-dict short \
        'count()' d.zst
    refuses 3 'weir: gone: cannot open: No such file or directory' \
        --zstd-dict gone 'count()' people.csv
    refuses 2 "weir: --zstd-dict: found '', expected the name of a file" \
        --zstd-dict '' 'count()' people.csv
}

@test "a dictionary on many threads, in shards and checkpoints" {
    "$WEIR_MAKE" users 100000 >u.csv
    head -c 200000 u.csv | split -C 1000 - part.
    zstd -q --train part.* -o dictionary 2>/dev/null || skip 'no training'
    split -C 500000 --filter='zstd -q -D dictionary' u.csv >u.zst
    ask 0 'sum(age), median(score) by country' u.csv
    mv out want
    for words in '-j 1' '-j 3' --eager '--checkpoint left'; do
        # shellcheck disable=SC2086 # several words
        ask 0 --zstd-dict dictionary $words \
            'sum(age), median(score) by country' u.zst
        cmp out want
    done
    for i in 1 2 3; do
        ask 0 --zstd-dict dictionary --shard $i/3 --partial $i.part \
            'sum(age), median(score) by country' u.zst
    done
    ask 0 merge ?.part
    cmp out want
    ask 0 -j 3 --stats --zstd-dict dictionary 'count()' u.zst
    grep -q 'in segments' err
}

@test "reserved flags of a .gz's header are damage, whoever decodes it" {
    printf 'a\n1\n' | gzip -n >r.gz
    printf '\x20' | dd of=r.gz bs=1 seek=3 conv=notrunc status=none
    message='weir: r.gz: gzip member 1 damaged near compressed byte 4: unknown header flags'
    refuses 3 "$message" 'count()' r.gz
    WEIR_GZIP=zlib refuses 3 "$message" 'count()' r.gz
}

@test "what a short damaged file says does not depend on its name" {
    { printf ',\n,\n' | gzip -n && printf ',\n' | gzip -n | head -c 15; } >cut
    cp cut cut.gz
    ask 3 --no-header '*' cut
    mv out whole
    ask 3 --no-header '*' cut.gz
    same "$(cat whole)" out
}
