"""Ordered-set aggregates of random CSV, compared with Python's statistics and
sqlite3.

    WEIR_TOOLS=build/dev/tests test_statistics.py [SEED]

statistics.median gives median, and statistics.quantiles (inclusive) p1 to p99,
both in exact fractions; sqlite3 gives count(distinct x); collections.Counter
gives mode and top, where equal counts come in the natural order. The queries
also have keys, where, having, order by and --bad-cells, and groups come in the
order of several keys.
"""

import collections
import csv
import json
import math
import os
import random
import sqlite3
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True
from test_query import (Answerer, F, is_number, natural_key, random_decimal,
                        same_number, write_csv)

KEYS = ["DE", "a longer key than fifteen bytes", "1", "1.0", "01", "10", "9",
        "", "  ", "x,y", "a longer key than fifteen bytez"]
TEXTS = ["apple", "Banana", 'say "hi"', "two\nlines", "back\\slash", "tab\t", "",
         "1", "1.0", "+1", "10", "  ", "Zo\u00eb", "\u6c34", "zz", "-5", "1e2",
         "100", "a text that is longer than fifteen bytes", "\x01"]


def numbers_of(cells):
    return sorted(F(cell) for cell in cells if is_number(cell) and cell.strip())


def values_of(cells):
    """Each value with its count, in the natural order."""
    counted = collections.Counter(cell for cell in cells if cell)
    return sorted(counted.items(), key=lambda item: natural_key(item[0]))


def quantile(numbers, share):
    """Hyndman and Fan's definition 7, as NumPy documents it."""
    place = (len(numbers) - 1) * share
    low = int(place)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (numbers[high] - numbers[low]) * (place - low)


def percentile(numbers, percent):
    if len(numbers) == 1:
        return numbers[0]
    return statistics.quantiles(numbers, n=100, method="inclusive")[percent - 1]


def same_quantile(of):
    def check(got, cells):
        numbers = numbers_of(cells)
        if not numbers:
            return got == ""
        expected = of(numbers)
        if expected in numbers:
            return is_number(got) and F(got) == expected
        return same_number("median", got, expected)
    return check


def same_distinct(got, cells):
    db = sqlite3.connect(":memory:")
    db.execute("create table t (x text)")
    db.executemany("insert into t values (nullif(?, ''))", [(c,) for c in cells])
    return got == str(db.execute("select count(distinct x) from t").fetchone()[0])


def same_mode(got, cells):
    values = values_of(cells)
    most = max((times for _, times in values), default=0)
    return got == next((v for v, times in values if times == most), "")


def same_entropy(got, cells):
    values = values_of(cells)
    n = sum(times for _, times in values)
    if not n:
        return got == ""
    entropy = math.log2(n) - sum(c * math.log2(c) for _, c in values) / n
    return abs(float(got) - entropy) < 1e-12


def same_antimode(got, cells):
    values = values_of(cells)
    least = min((times for _, times in values), default=0)
    return got == next((v for v, times in values if times == least), "")


def quantile_disc(numbers, share):
    """The first value whose share of values up to it is at least that."""
    return numbers[max(math.ceil(len(numbers) * share), 1) - 1]


def iqr(numbers):
    return quantile(numbers, F("0.75")) - quantile(numbers, F("0.25"))


def same_top(k):
    def check(got, cells):
        values = sorted(values_of(cells), key=lambda item: -item[1])[:k]
        if not values:
            return got == ""
        return got != "" and json.loads(
            got, object_pairs_hook=lambda pairs: pairs) == values
    return check


def statistic(rng):
    """weir's text, the column, whether it needs numbers, and a check."""
    kind = rng.randrange(-4, 8)
    if kind == -4:
        name, rest, check = "entropy", "", same_entropy
    elif kind == -3:
        name, rest, check = "antimode", "", same_antimode
    elif kind == -2:
        share = rng.choice(["0", "1", "0.5", "0.3", "0.999"])
        name, rest = "quantile_disc", ", " + share
        check = same_quantile(lambda numbers: quantile_disc(numbers, F(share)))
    elif kind == -1:
        name, rest, check = "iqr", "", same_quantile(iqr)
    elif kind == 0:
        percent = rng.randint(1, 99)
        name, rest = rng.choice(["p%d" % percent, "P%d" % percent]), ""
        check = same_quantile(lambda numbers: percentile(numbers, percent))
    elif kind == 1:
        share = rng.choice(["0", "1", "0.5", ".25", "0.999", "1e-3", "5e-1",
                            "0.%d" % rng.randrange(10 ** 6),
                            "0.333333333333333333", "0.000000000000000001"])
        name = rng.choice(["quantile", "percentile", "quantile_cont"])
        rest = ", " + share
        check = same_quantile(lambda numbers: quantile(numbers, F(share)))
    elif kind <= 3:
        name, rest, check = "median", "", same_quantile(statistics.median)
    elif kind == 4:
        name, rest, check = "mode", "", same_mode
    elif kind == 5:
        k = rng.choice([1, 2, 3, 1000])
        name, rest, check = "top", ", %d" % k, same_top(k)
    else:
        name, rest, check = "distinct", "", same_distinct
    column = rng.choice("xynt")
    inside = column + rest
    if name == "distinct" and rng.random() < 0.5:
        name, inside = "count", "distinct " + column
    return "%s(%s)" % (name, inside), column, -2 <= kind <= 3, check


def question(rng, rows):
    """weir's query, and how it is answered: rows of keys and checks."""
    items = [statistic(rng) for _ in range(rng.randint(1, 5))]
    bad = rng.choice(["null", "reject"])
    keys = rng.choice(["", "", "k", "k", "kt", "tk", "ktn"])
    words = ", ".join(item[0] for item in items)
    if rng.random() < 0.3:
        words += " where n > 0"
        rows = [row for row in rows if row["n"] and int(row["n"]) > 0]
    if bad == "reject":
        needed = {item[1] for item in items if item[2]}
        rows = [row for row in rows
                if all(is_number(row[c]) or not row[c].strip(" \t")
                       for c in needed)]
    if keys:
        words += " by " + ", ".join(keys)
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[k] for k in keys), []).append(row)
    if not keys:
        groups = {(): rows}
    order = sorted(groups, key=lambda key: [natural_key(part) for part in key])
    least = rng.randrange(4) if rng.random() < 0.3 else None
    if least is not None:
        words += " having distinct(t) > %d" % least
        order = [key for key in order if
                 len({row["t"] for row in groups[key] if row["t"]}) > least]
    if rng.random() < 0.2:
        words += " limit 5"
        order = order[:5]
    return words, bad, items, [(key, groups[key]) for key in order]


def agrees(got, items, answer):
    if got is None or len(got) != len(answer):
        return False
    for row, (key, group) in zip(got, answer):
        if tuple(row[:len(key)]) != key:
            return False
        for cell, (_, column, _, check) in zip(row[len(key):], items):
            if not check(cell, [record[column] for record in group]):
                return False
    return True


def random_rows(rng):
    keys = rng.sample(KEYS, rng.choice([1, 2, len(KEYS)]))
    texts = rng.sample(TEXTS, rng.choice([1, 4, len(TEXTS)]))
    whole = rng.choice([3, 40])
    return [[rng.choice(keys), str(rng.randrange(-whole, whole)) if rng.random()
             < 0.9 else "", random_decimal(rng), rng.choice(texts),
             rng.choice([random_decimal(rng), "", " 7 ", "7", "7.0", "abc"])]
            for _ in range(rng.choice([0, 1, 2, 5, 30, 300]))]


def main():
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    answerer = Answerer()
    wrong = asked = 0
    with tempfile.TemporaryDirectory() as folder:
        for table in range(60):
            path = os.path.join(folder, "data%d.csv" % table)
            # There the columns are k, n, d, t and m.
            rows = [dict(zip("knxty", row))
                    for row in write_csv(path, rng, random_rows(rng))]
            for _ in range(25):
                words, bad, items, answer = question(rng, rows)
                # By number: no column is called x or y.
                named = words.replace("(x", "($3").replace("(y", "($5")
                named = named.replace("t x", "t $3").replace("t y", "t $5")
                got, trouble = answerer.ask(path, named, bad)
                asked += 1
                if not agrees(got, items, answer):
                    wrong += 1
                    if wrong <= 10:
                        print("wrong: %s\n  %s (%s)\n  got %.400s%s\n  of %.600s"
                              % (path, named, bad, got, trouble, answer))
    print("%d questions, %d wrong" % (asked, wrong))
    code = answerer.close()
    if code:
        print("query_tool ended with %d" % code)
    return 1 if wrong or code else 0


if __name__ == "__main__":
    sys.exit(main())
