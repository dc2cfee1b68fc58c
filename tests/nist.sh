#!/bin/sh
# Makes tests/nist/*.csv: four univariate data sets of NIST's StRD (public
# domain), from Debian's golang-github-montanaflynn-stats-dev. The other five
# sets follow rules, and tests/test_aggregates.py makes them itself.
set -eu

package=golang-github-montanaflynn-stats-dev
into=$(cd "$(dirname "$0")" && pwd)/nist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

(cd "$work" && apt-get -qq download "$package" 2>/dev/null &&
    dpkg-deb -x ./*.deb .)
source=$(find "$work" -name nist_test.go)

# extract NAME SET: the numbers between the braces that follow SET's name
extract() {
    {
        echo y
        sed -n "/^	$2 = .*{\$/,/}/p" "$source" | sed 1d | tr -d '}	 ' |
            tr ',' '\n' | grep -v '^$'
    } >"$into/$1.csv"
}

mkdir -p "$into"
extract lew lew
extract lottery lottery
extract mavro mavro
extract michelso michelson
wc -l "$into"/*.csv
