#!/usr/bin/env bash
# Writes and reads a partial on a big-endian machine and on this one. The bytes
# must be the same.
#
# Debian's cross compiler builds the code, which needs only libc, and qemu runs
# it. There is no GMP and no zstd for that machine, so no results are computed,
# which need GMP, and blocks are not compressed. Exits with 77 if a program is
# missing.
set -euo pipefail
cd "$WEIR_SOURCE"

compiler=s390x-linux-gnu-gcc
for program in "$compiler" qemu-s390x cc; do
    command -v "$program" >/dev/null || {
        echo "# skip no $program here"
        exit 77
    }
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# These headers are the same on every 64-bit machine.
for header in gmp.h xxhash.h; do
    path=$(cc -E -x c - <<<"#include <$header>" |
        sed -n "s|^# 1 \"\(/[^\"]*/$header\)\".*|\1|p" | head -n 1)
    cp "$path" "$folder"
done

# build COMPILER PROGRAM
build() {
    "$1" -std=gnu11 -D_GNU_SOURCE -I. -Iinclude -isystem "$folder" -O1 -static \
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Werror -o "$2" \
        -Wl,--unresolved-symbols=ignore-all \
        partials/{aside,block,info,key,key_read,merge,partial_read,partial_write}.c \
        partials/{row,run_reader,spill}.c aggregates/*.c \
        base/{arena,estimate,error,mechanism,memory,number_compare,number_double}.c \
        base/{number_read,number_round,number_write,set_aside,utf8,write}.c \
        readers/sources/file.c \
        tests/{cells,runs_kit,s390x_pack,partials_tool}.c -lm
}
build cc "$folder/here"
build "$compiler" "$folder/there"

"$folder/here" write >"$folder/1"
qemu-s390x "$folder/there" write >"$folder/2"
"$folder/here" copy <"$folder/2" >"$folder/3"
qemu-s390x "$folder/there" copy <"$folder/1" >"$folder/4"
for copy in 2 3 4; do
    cmp "$folder/1" "$folder/$copy"
done
# The test says something only if the partial is not empty.
(($(stat -c %s "$folder/1") > 100000))
