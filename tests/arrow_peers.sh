#!/usr/bin/env bash
# arrow_peers.sh - installs the readers of Arrow that tests/test_arrow.py asks:
# DuckDB and apache-arrow, from npm, into data/cache, which git ignores.
set -euo pipefail

version=21.2.0
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=$root/data/cache/arrow

"$root/bench/duckdb.sh" --install
if [[ ! -d $home/node_modules/apache-arrow ]]; then
    echo "arrow_peers.sh: installing apache-arrow $version" >&2
    mkdir -p "$home"
    timeout 300 npm install --silent --no-audit --no-fund \
        --fetch-retries=0 --no-save --prefix "$home" \
        "apache-arrow@$version" >&2
fi
