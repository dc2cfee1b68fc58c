"""Numbers in random notations, compared with Python's decimal module.

    WEIR=build/dev/weir test_numbers.py

A column has cells as people write numbers, right and wrong ones. The oracle
accepts a cell by a regular expression of its own, removes the separators and
gives the rest to Decimal. Options and num() are tried, in every layout, with
several threads, both readers, and merged from shards.
"""

import csv
import io
import os
import random
import re
import subprocess
import tempfile
from decimal import Decimal, getcontext

import turns

WEIR = os.environ["WEIR"]
LAYOUTS = ["dict", "list", "tuple", "slots", "flyweight", "columns"]
MARKS = {"": [""], ",": [","], ".": ["."], "_": ["_"], "'": ["'", "\u2019"],
         " ": [" ", "\u00a0", "\u202f"]}
BLANKS = " \t\u00a0\u202f"
CURRENCIES = ["$", "\u20ac", "\u00a3", "\u20bf", "CHF", "EUR"]
getcontext().prec = 200


def read(cell, decimal, thousands, marks):
    """The number; None for a blank cell, and False for what is none."""
    if not cell.strip(" \t"):
        return None
    text = cell.strip(BLANKS if marks else " \t")
    negative, hundredth = False, False
    if marks:
        if text.count("%") > 1 or sum(text.count(c) for c in CURRENCIES) > 1 \
                or "%" in text and any(c in text for c in CURRENCIES):
            return False
        hundredth = "%" in text
        unit = "|".join(map(re.escape, [*CURRENCIES, "%"]))
        number = re.search("[0-9" + re.escape(decimal) + "]", text)
        if not number:
            return False
        last = max(i for i, c in enumerate(text) if c in "0123456789" + decimal)
        before = re.sub("[%s]|%s" % (BLANKS, unit), "", text[:number.start()])
        after = re.sub("[%s]|%s" % (BLANKS, unit), "", text[last + 1:])
        text = text[number.start():last + 1]
        if (before, after) not in [("", ""), ("-", ""), ("+", ""), ("", "-"),
                                   ("\u2212", ""), ("", "\u2212"), ("(", ")")]:
            return False
        negative = (before + after)[:1] in ("-", "\u2212", "(")
    elif text[:1] in ("+", "-"):
        negative, text = text[0] == "-", text[1:]
    whole = r"[0-9]*"
    for mark in MARKS[thousands]:
        if mark:
            whole += r"|[1-9][0-9]{0,2}(%s[0-9]{3})+" % re.escape(mark)
    mark = re.escape(decimal)
    if not re.fullmatch("(%s)(%s[0-9]*)?" % (whole, mark), text) or \
            not re.search("[0-9]", text):
        return False
    for mark in MARKS[thousands]:
        text = text.replace(mark, "") if mark else text
    value = Decimal(text.replace(decimal, ".")) / (100 if hundredth else 1)
    return -value if negative else value


def grouped(draw, digits, thousands):
    """Mostly groups of three, and sometimes other ones."""
    mark = draw.choice(MARKS[thousands])
    if not mark or draw.random() < 0.2:
        return digits
    size = 3 if draw.random() < 0.9 else draw.choice([2, 4])
    groups = []
    while digits:
        groups.insert(0, digits[-size:])
        digits = digits[:-size]
    return mark.join(groups)


def write(draw, decimal, thousands, marks):
    kind = draw.random()
    if kind < 0.05:
        return draw.choice(["", " ", "abc", "-", decimal, "1 2", "1.5", "1,5"])
    text = grouped(draw, str(draw.randint(0, 10 ** draw.randint(1, 9))),
                   thousands)
    if draw.random() < 0.6:
        text += decimal + str(draw.randint(0, 999))
    if not marks:
        return draw.choice(["", "", "", "-", "+", " ", "\u2212"]) + text
    pieces = [draw.choice(["", "-", "(", "+", "\u2212"]),
              draw.choice(["", "", *CURRENCIES, "%"])]
    draw.shuffle(pieces)
    ends = [draw.choice(["", "", "-", "%", *CURRENCIES]),
            ")" if "(" in pieces else draw.choice(["", "", "", "-"])]
    draw.shuffle(ends)
    blank = draw.choice(["", " ", "\u00a0"])
    return blank.join([*pieces, text, *ends])


def run(*words):
    done = subprocess.run([WEIR, *words], capture_output=True)
    assert done.returncode == 0, (words, done.stderr.decode())
    return done.stdout.decode()


def answer(draw, words, seed):
    """The answer in one of many ways."""
    way = seed % 10
    if way < len(LAYOUTS):
        return run("--eager=" + LAYOUTS[way], *words, "v.csv")
    if way < 8:
        return run("--reader=" + ["scan", "libcsv"][way - 6], "--batch=100",
                   "-j%d" % draw.randint(1, 3), *words, "v.csv")
    shards = draw.randint(2, 4)
    parts = ["%d.part" % i for i in range(shards)]
    for i, part in enumerate(parts):
        run("--partial", part, "--shard=%d/%d" % (i + 1, shards), *words,
            "v.csv")
    draw.shuffle(parts)
    return run("merge", *parts)


def middle(values):
    values = sorted(values)
    n = len(values)
    return (values[(n - 1) // 2] + values[n // 2]) / 2


def try_once(seed):
    draw = random.Random(seed)
    decimal = draw.choice(".,")
    thousands = draw.choice([m for m in MARKS if m != decimal])
    marks = seed % 2 == 1
    cells = [write(draw, decimal, thousands, marks) for _ in range(80)]
    with open("v.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["k", "v"], *([i % 3, c] for i, c in
                                                  enumerate(cells))])
    read_ones = [read(cell, decimal, thousands, marks) for cell in cells]
    values = [v for v in read_ones if v is not None and v is not False]
    limit = draw.choice(values)
    words = ["--bad-cells=null", "--quiet"]
    name = "v"
    if marks:
        mark = thousands.replace("'", "''")
        name = "num(v, '%s'%s)" % (decimal, ", '%s'" % mark if mark else "")
    else:
        words += ["--decimal=" + decimal]
        words += ["--thousands=" + draw.choice(MARKS[thousands])] \
            if thousands else []
    query = ("count({0}) - count_numbers({0}) as none, count_numbers({0}) as n,"
             " sum({0}) as s, min(num({0})) as a, max(num({0})) as b,"
             " median({0}) as m, sum(case when {0} > {1} then 1 else 0 end) as c,"
             " sum(case when {0} = {1} then 1 else 0 end) as e"
             ).format(name, "(%s)" % format(limit, "f"))
    out = answer(draw, [*words, query], seed // 2)
    others = sum(v is False for v in read_ones)
    none = 0 if marks else others
    # Blank cells are null as numbers, and count(v) counts texts.
    none += 0 if marks else sum(c == " " for c in cells)
    want = [none, len(values), sum(values), min(values), max(values),
            middle(values), sum(v > limit for v in values),
            sum(v == limit for v in values)]
    got = [Decimal(x) for x in list(csv.reader(io.StringIO(out)))[1]]
    assert got == want, (seed, words, query, cells, got, want)
    return len(values), others


def check_order(seed):
    """Keys, order by and where go by the same numbers."""
    draw = random.Random(seed)
    decimal, thousands = draw.choice([(",", "."), (".", ","), (",", " ")])
    cells = list({write(draw, decimal, thousands, False) for _ in range(60)})
    numbers = {c: read(c, decimal, thousands, False) for c in cells}
    with open("v.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["v", "w"], *([c, "x"] for c in cells)])
    words = ["--decimal=" + decimal, "--thousands=" + thousands]

    def rank(cell):
        value = numbers[cell]
        return (0, 0, cell.encode()) if value is None else \
            (2, 0, cell.encode()) if value is False else \
            (1, value, cell.encode())

    want = sorted(cells, key=rank)
    for query in ("count() by v", "count() by v, w", "w, v order by v"):
        rows = list(csv.reader(io.StringIO(answer(draw, [*words, query], 9) if
                                           "by v," in query else
                                           run(*words, query, "v.csv"))))[1:]
        got = [row[query.startswith("w")] for row in rows]
        if "order by" in query:
            assert [rank(c)[:2] for c in got] == [rank(c)[:2] for c in want]
        else:
            assert got == want, (seed, query, got, want)


def main():
    good = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for seed in range(turns.turns(300, 40)):
            n, none = try_once(seed)
            good += n
            bad += none
        for seed in range(turns.turns(40, 8)):
            check_order(seed)
        os.chdir("/")
    print("%d numbers, %d others" % (good, bad))
    assert good > 30 * turns.turns(300, 40) and bad > turns.turns(300, 40)


main()
