#!/usr/bin/env python3
"""
weir describe, over random tables: Python's csv and statistics are the oracle.
"""

import collections
import csv
import io
import json
import os
import random
import re
import statistics
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

WEIR = os.environ["WEIR"]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]([ T].*)?")
CELLS = {
    "integer": ["0", "7", "-3", "12", "1000000"],
    "decimal": ["0.5", "-2.25", "3", "10.125"],
    "date": ["2024-02-29", "1999-12-31", "2024-02-29 10:00"],
    "boolean": ["true", "false", "True"],
    "text": ["x", "a b", "Zo\u00eb", "007a", "-", "n/a"],
}


def table(rng):
    names, columns, n = [], [], rng.choice([0, 1, 2, 5, 40, 300])
    for i in range(rng.randint(1, 6)):
        kinds = rng.sample(sorted(CELLS), rng.choice([1, 1, 1, 2, 3]))
        pool = [cell for kind in kinds for cell in CELLS[kind]]
        empty = rng.choice([0, 0, 0.3, 1])
        names.append(rng.choice(["a", "b c", "x,y", "\u00fc"]) + str(i))
        columns.append(["" if rng.random() < empty else rng.choice(pool)
                        for _ in range(n)])
    return names, columns


def type_of(cells):
    """The type's words, as describe has them."""
    n = len(cells)
    numbers = [Fraction(cell) for cell in cells if NUMBER.fullmatch(cell)]
    whole = sum(x.denominator == 1 for x in numbers)
    kinds = [("integer" if whole == len(numbers) else "decimal", len(numbers)),
             ("date", sum(bool(DATE.fullmatch(cell)) for cell in cells)),
             ("boolean", sum(cell.lower() in ("true", "false")
                             for cell in cells))]
    name, most = max(kinds, key=lambda kind: kind[1])
    if n == 0:
        return "empty"
    if most == n:
        return name
    return "text, %.3g%% %s" % (100 * most / n, name) if most else "text"


def near(text, exact):
    """Whether a number has 15 digits of the exact one."""
    if exact is None:
        return text is None
    return abs(Fraction(text) - exact) <= abs(exact) / 10 ** 14 + \
        Fraction(1, 10 ** 14)


def check(got, name, cells):
    values = [cell for cell in cells if cell]
    numbers = [Fraction(cell) for cell in values if NUMBER.fullmatch(cell)]
    only = values and len(numbers) == len(values)
    quartiles = statistics.quantiles(numbers, n=4, method="inclusive") \
        if len(numbers) > 1 else numbers * 3 or [None] * 3
    counted = collections.Counter(values)
    lengths = [len(value) for value in values]
    text = lambda value: None if value is None else str(value)
    assert got["column"] == name
    assert got["type"] == type_of(values), (got["type"], type_of(values))
    assert got["nulls"] == len(cells) - len(values)
    assert got["distinct"] == len(counted)
    if only:
        assert Fraction(text(got["min"])) == min(numbers)
        assert Fraction(text(got["max"])) == max(numbers)
    elif values:
        order = sorted(values, key=str.encode)
        assert (text(got["min"]), text(got["max"])) == (order[0], order[-1])
    mean = sum(numbers) / len(numbers) if numbers else None
    assert near(text(got["mean"]), mean)
    deviation = got["stddev"]
    if len(numbers) > 1:
        assert near(str(Fraction(text(deviation)) ** 2),
                    statistics.variance(numbers))
    else:
        assert deviation is None
    for key, value in zip(("p25", "median", "p75"), quartiles):
        assert near(text(got[key]), value), (key, got[key], value)
    assert got["shortest"] == min(lengths, default=None)
    assert got["longest"] == max(lengths, default=None)
    top = json.loads(got["most frequent"]) if values else {}
    assert sorted(top.values(), reverse=True) == \
        [times for _, times in counted.most_common(3)]
    assert all(counted[value] == times for value, times in top.items())
    kinds = [got[kind] for kind in
             ("integers", "decimals", "dates", "booleans", "texts")]
    assert sum(kinds) == len(values) and kinds[0] + kinds[1] == len(numbers)


def main():
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    described = 0
    for turn in range(60):
        names, columns = table(rng)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([names, *zip(*columns)])
        if len(names) == 1:  # an empty line would be no record
            columns[0] = [cell for cell in columns[0] if cell]
            text = io.StringIO(names[0].join(['"', '"']) + "\n" +
                               "".join(cell + "\n" for cell in columns[0]))
        done = subprocess.run(
            [WEIR, "-j", rng.choice("12"), "-o", "json", "describe"],
            input=text.getvalue().encode(), capture_output=True, check=True)
        assert done.stderr == b"", done.stderr
        got = json.loads(done.stdout, parse_float=Decimal)
        assert len(got) == len(names)
        for one, name, cells in zip(got, names, columns):
            check(one, name, cells)
            described += 1
    print("%d columns described" % described)
    assert described > 100


if __name__ == "__main__":
    main()
