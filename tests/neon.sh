#!/usr/bin/env bash
# Runs the instruction-set law for NEON. The code needs only libc; Debian's
# cross compiler builds it, and qemu runs it. Exits with 77 if one of them is
# missing.
set -euo pipefail
cd "$WEIR_SOURCE"

compiler=aarch64-linux-gnu-gcc
for program in "$compiler" qemu-aarch64; do
    command -v "$program" >/dev/null || {
        echo "# skip no $program here"
        exit 77
    }
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$compiler" -std=gnu11 -D_GNU_SOURCE -I. -Iinclude -O2 -static \
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla -Werror -o "$folder/isa_tool" \
    base/isa.c base/decode.c base/decode_plain.c base/decode_neon.c \
    base/number_read.c base/number_double.c readers/scan/scan.c \
    readers/scan/scan_exact.c readers/scan/scan_plain.c readers/scan/scan_neon.c \
    tests/random_csv.c tests/isa_decode.c tests/isa_scan.c tests/isa_tool.c -lm
qemu-aarch64 "$folder/isa_tool" >"$folder/sets"
# The test says something about NEON only if the law ran for it.
diff - "$folder/sets" <<<$'plain\nneon'
