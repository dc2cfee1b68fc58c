"""Python's answers: the csv module reads the records, and exact fractions give
counts and sums, alone and by key. The oracle answers only where Python reads
the dialect as weir does; see test_csv.py for where it does not.
"""

import csv
import fractions
import io
import json
import re

from differential.shell import Wrong, short

csv.field_size_limit(1 << 30)
NUMBER = re.compile(r"[ \t]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
                    r"(?:[eE][+-]?[0-9]{1,3})?[ \t]*$", re.ASCII)
REFERENCE = r'(?:\w+|\$[0-9]{1,3}|"[^"]+")'
SPOKEN = {"--delimiter", "--quote", "--no-header", "--null", "--bad-cells",
          "--bad-records", "--output", "--header"}


def delimiter(case):
    return (case.option("--delimiter") or ",").replace("\\t", "\t")


def speaks(case):
    """Whether Python knows the dialect, and this file the query."""
    if not {option[0].split("=")[0] for option in case.options} <= SPOKEN:
        return False
    return len(delimiter(case)) == 1 and \
        case.option("--output") in (None, "csv")


def records(case):
    """All records, with the header; None if a quote is never closed. If there
    is one column, a blank line is a record."""
    options = {"delimiter": delimiter(case)}
    quote = case.option("--quote")
    if quote == "":
        options["quoting"] = csv.QUOTE_NONE
    elif quote:
        options["quotechar"] = quote
    text = case.text().decode("latin-1").removeprefix("\xef\xbb\xbf")
    if text.startswith("\xff\xfe"):
        return None  # for weir this is UTF-16

    def read(text):
        return list(csv.reader(io.StringIO(text, newline=""), **options))

    if read(text + "\nlast")[-1] != ["last"]:
        return None
    rows = read(text)
    given = case.option("--header")
    one = len(given.split(delimiter(case))) == 1 if given else \
        next((len(row) == 1 for row in rows if row), False)
    return [row or [""] for row in rows if row or one]


def shaped(case, rows, width):
    """What --bad-records makes of records with a wrong number of fields; None:
    a failure."""
    way = case.option("--bad-records")
    if way == "pad":
        return [(row + [""] * width)[:width] for row in rows]
    if way == "reject":
        return [row for row in rows if len(row) == width]
    return rows if all(len(row) == width for row in rows) else None


def column(reference, names):
    """The number of a column; None: it is not known here."""
    if reference.startswith("$"):
        i = int(reference[1:]) - 1
        return i if i < len(names) else None
    name = reference.strip('"')
    return names.index(name) if names.count(name) == 1 else None


def understood(query, names):
    """The query as columns for keys and (aggregate, column) pairs for items;
    None if it is not understood."""
    if query.where or query.having or query.order or query.limit:
        return None
    keys = [re.fullmatch(REFERENCE, key) and column(key, names)
            for key in query.by]
    items = []
    for item in query.items:
        call = re.fullmatch(r"(count|sum|distinct)\((%s)?\)" % REFERENCE, item)
        if not call or (call[1] != "count" and not call[2]):
            return None
        items.append((call[1], call[2] and column(call[2], names)))
        if call[2] and items[-1][1] is None:
            return None
    return None if None in keys else (keys, items)


class Bad(Exception):
    """A cell that is no number where one is needed."""


class Cells:
    def __init__(self, case):
        self.null = {""} | set((case.option("--null") or "").split(","))
        self.way = case.option("--bad-cells")

    def text(self, cell):
        return "" if cell in self.null else cell

    def number(self, cell):
        """The number of a cell; None: null."""
        cell = self.text(cell)
        if not cell.strip(" \t"):
            return None
        if NUMBER.match(cell):
            return fractions.Fraction(cell.strip(" \t"))
        if self.way == "null":
            return None
        raise Bad


def grouped(case, rows, keys, items):
    """The rows of the answer; None: a failure."""
    cells, groups = Cells(case), {}
    for row in rows:
        try:
            values = [cells.number(row[i]) if name == "sum" else
                      i is None or cells.text(row[i]) for name, i in items]
        except Bad:
            if cells.way == "reject":
                continue
            return None
        key = tuple(cells.text(row[i]) for i in keys)
        groups.setdefault(key, []).append(values)
    if not keys:
        groups.setdefault((), [])
    return sorted([*key] + [aggregated(name, [v[i] for v in values])
                            for i, (name, _) in enumerate(items)]
                  for key, values in groups.items())


def aggregated(name, values):
    if name == "sum":
        values = [value for value in values if value is not None]
        return str(sum(values)) if values else ""
    values = [value for value in values if value]
    return str(len(values if name == "count" else set(values)))


def answer(out, keys, items):
    rows = list(csv.reader(io.StringIO(out.decode("latin-1"), newline="")))
    return sorted(
        [cell if i < len(keys) or not cell else
         str(fractions.Fraction(cell)) for i, cell in enumerate(row)]
        for row in (row or [""] for row in rows[1:]))


def check_records(case, rows, want):
    cells = Cells(case)
    got = [json.loads(line) for line in want.out.decode().splitlines()]
    rows = [[cells.text(cell).encode("latin-1").decode("utf-8", "replace")
             for cell in row] for row in rows]
    if got != rows:
        raise Wrong("python", "of the records expected %s\n  got %s" % (
            short(repr(rows)), short(repr(got))))


def check_query(case, rows, want):
    given = case.option("--header")
    headed = not given and case.option("--no-header") is None
    while headed and rows and rows[0] == [""]:
        rows = rows[1:]
    if not rows and not given:
        return False
    names = given.split(delimiter(case)) if given else rows[0]
    asked = understood(case.query, names)
    if not asked:
        return False
    if headed:
        rows = rows[1:]
    rows = shaped(case, rows, len(names))
    expected = None if rows is None else grouped(case, rows, *asked)
    got = None if want.code else answer(want.out, *asked)
    if expected != got:
        raise Wrong("python", "of %s expected %s\n  got %s" % (
            case.asked(), short(repr(expected)), short(repr(got))))
    return True


def check(case, want):
    """Compares the answer with Python's. Returns whether Python had one."""
    if not speaks(case):
        return False
    rows = records(case)
    if rows is None:
        if want.code == 0 and not case.hurried():
            raise Wrong("python", "a quote is never closed, got %s" % want)
        return True
    if case.query is not None:
        return bool(case.query.grouped) and check_query(case, rows, want)
    if want.code == 0:
        check_records(case, rows, want)
    return want.code == 0
