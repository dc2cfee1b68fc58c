#!/usr/bin/env bash
# duckdb.sh - runs one query in DuckDB, which is installed first if missing.
#
#     bench/duckdb.sh [--threads N] SQL
#     bench/duckdb.sh --install
#
# DuckDB comes from npm into data/cache/duckdb, which git ignores.
set -euo pipefail

version=1.5.6-r.1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$here/../data/cache/duckdb

if [[ ! -d $home/node_modules/@duckdb/node-api ]]; then
    echo "duckdb.sh: installing @duckdb/node-api $version" >&2
    mkdir -p "$home"
    timeout 300 npm install --silent --no-audit --no-fund \
        --fetch-retries=0 --no-save --prefix "$home" \
        "@duckdb/node-api@$version" >&2
fi
if [[ ${1-} != --install ]]; then
    exec node "$here/duckdb.mjs" "$@"
fi
