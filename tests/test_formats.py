"""Random cells are written in every output format and read back by Python's
parsers.

    WEIR=build/dev/weir test_formats.py [SEED]

The parsers are the oracle: csv in strict mode, json with numbers kept as texts,
bytes.decode(errors="replace") for bytes that are not UTF-8, and decimal for the
value of a number with more digits than 64 bits hold.
"""

import csv
import decimal
import io
import json
import os
import random
import re
import subprocess
import sys

ROWS = 250
JSON_NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
PIECES = [
    b"a", b"Zo\xc3\xab", b"\xe2\x82\xac", b"\xf0\x9f\x8c\x8a", b'"', b'""',
    b",", b"\t", b"\n", b"\r", b"\r\n", b"\\", b"|", b"<", b"/", b"\x00",
    b"\x1b", b"\x7f", b" ", b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80",
    b"\xf0\x9f", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xe0\x80", b"1", b"0",
    b"-", b"+", b".", b"e", b"007", b"1.50", b"-0", b"1e999", b"true",
]


def random_text(rng):
    return b"".join(rng.choice(PIECES) for _ in range(rng.choice([0, 1, 1, 3, 9])))


def random_number(rng):
    digits = str(rng.randrange(10 ** rng.choice([1, 3, 17, 19, 25, 60])))
    sign = rng.choice(["", "", "-", "+"])
    form = rng.choice(["{}", "{}.", "{}.25", "{}.5e3", "{}.e-2", "{}E+1", ".{}"])
    blank = rng.choice(["", "", " ", "\t "])
    return (blank + sign + form.format(digits) + blank).encode()


def quoted(cells):
    return b",".join(b'"' + cell.replace(b'"', b'""') + b'"' for cell in cells)


def question(kind, n_columns):
    """A query of the columns as they are, or all as texts, or as numbers."""
    if kind == "cell":
        return "*"
    call = {"text": "text", "number": "num"}[kind]
    return ", ".join(f"{call}(${c + 1}) as k{c}" for c in range(n_columns))


def written(form, kind, names, rows):
    given = b"".join(quoted(cells) + b"\n" for cells in [names] + rows)
    done = subprocess.run(
        [os.environ["WEIR"], "-o", form, question(kind, len(names)), "-"],
        input=given, stdout=subprocess.PIPE, check=True,
    )
    return done.stdout


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")


def shown(data):
    return data.decode("utf-8", "replace")


class Number(str):
    """A JSON number, as its text."""


def load(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def is_same(value, cell, kind):
    if cell == b"":
        return value is None
    if kind == "number":
        return isinstance(value, Number) and (
            decimal.Decimal(value) == decimal.Decimal(cell.decode().strip())
        )
    if kind == "cell" and JSON_NUMBER.fullmatch(cell):
        return isinstance(value, Number) and value == cell.decode()
    return not isinstance(value, Number) and value == shown(cell)


def check_objects(what, objects, names, rows, kind):
    keys = [shown(name) for name in names]
    if kind != "cell":
        keys = [f"k{c}" for c in range(len(names))]
    check(what + " rows", len(objects), len(rows))
    for found, row in zip(objects, rows):
        check(what + " keys", list(found), keys)
        for value, cell in zip(found.values(), row):
            if not is_same(value, cell, kind):
                sys.exit(f"{what}: {value!r} for {cell!r} as {kind}")


def check_json(names, rows, kind):
    whole = written("json", kind, names, rows)
    check_objects("json", load(whole.decode()), names, rows, kind)
    check("json lines", whole.count(b"\n"), len(rows) + 2 if rows else 1)
    lines = written("ndjson", kind, names, rows).decode()
    objects = [load(line) for line in lines.split("\n")[:-1]]
    check_objects("ndjson", objects, names, rows, kind)


def check_csv(names, rows):
    # Latin 1 keeps every byte; Python's reader refuses NUL before 3.11.
    given = [[cell.replace(b"\x00", b"") for cell in row] for row in rows]
    text = written("csv", "cell", names, given).decode("latin-1")
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    expected = [[cell.decode("latin-1") for cell in row] for row in [names] + given]
    check("csv", found, expected)


def check_tsv(names, rows):
    back = {b"\\t": b"\t", b"\\n": b"\n", b"\\r": b"\r", b"\\\\": b"\\"}
    data = written("tsv", "cell", names, rows)
    found = [
        [re.sub(rb"\\.", lambda m: back[m.group()], cell) for cell in line.split(b"\t")]
        for line in data.split(b"\n")[:-1]
    ]
    check("tsv", found, [names] + rows)


def check_lines(form, extra, names, rows):
    data = written(form, "cell", names, rows)
    check(form + " lines", data.count(b"\n"), len(rows) + extra)
    check(form + " is text", b"\x00" in data and form == "table", False)


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    decimal.getcontext().prec = 200
    for n_columns in (1, 2, 5):
        rng = random.Random(f"{seed} {n_columns}")
        names = [b"c%d %s" % (c, piece) for c, piece in
                 zip(range(n_columns), [b'"', b",\n", b"\\|", b"\xff", b"\xc3\xab"])]
        rows = [[random_text(rng) for _ in names] for _ in range(ROWS)]
        numbers = [[random_number(rng) for _ in names] for _ in range(ROWS)]
        for kind in ("cell", "text"):
            check_json(names, rows, kind)
        check_json(names, numbers, "number")
        check_json(names, [], "cell")
        check_csv(names, rows)
        check_tsv(names, rows)
        check_lines("md", 2, names, rows)
        check_lines("table", 1, names, rows)


main()
