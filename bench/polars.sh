#!/usr/bin/env bash
# polars.sh - runs one query in Polars, which is installed first if missing.
#
#     bench/polars.sh [--threads N] SQL
#     bench/polars.sh --install
#
# Polars comes from npm into data/cache/polars, which git ignores. Its compiled
# part is a separate package for each platform.
set -euo pipefail

version=0.26.1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$here/../data/cache/polars

if [[ ! -d $home/node_modules/nodejs-polars ]]; then
    case $(uname -m) in
    aarch64) platform=linux-arm64-gnu ;;
    *) platform=linux-x64-gnu ;;
    esac
    echo "polars.sh: installing nodejs-polars $version" >&2
    mkdir -p "$home"
    timeout 300 npm install --silent --no-audit --no-fund \
        --fetch-retries=0 --no-save --prefix "$home" \
        "nodejs-polars@$version" "nodejs-polars-$platform@$version" >&2
fi
if [[ ${1-} != --install ]]; then
    exec node "$here/polars.mjs" "$@"
fi
