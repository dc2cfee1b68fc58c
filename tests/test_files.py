"""Several files are one table: weir's answer over random files is that of
Python's csv.DictReader, which also knows columns by their names. The files have
the same columns in any order, or with --union any columns; some are empty.

    WEIR=build/dev/weir test_files.py
"""

import csv
import io
import itertools
import os
import random
import subprocess
import tempfile

import turns

WEIR = os.environ["WEIR"]
NAMES = ["a", "b", "c d", 'e"', "\u00e9"]
CELLS = ["1", "", "x,y", 'q"q', "two\nlines", "-2.5", " "]
WAYS = [["-j", "1"], ["-j", "2"], ["--eager"], ["--eager=list"],
        ["--reader", "libcsv"], ["--batch", "64"]]


def text(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def run(*words):
    done = subprocess.run([WEIR, *words], capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def draw_file(draw, names):
    """The text of a file with these columns; in one of eight there is none."""
    if draw.random() < 0.125:
        return draw.choice(["", "\n", "\ufeff"])
    names = draw.sample(names, len(names))
    rows = [[draw.choice(CELLS) for _ in names]
            for _ in range(draw.randint(0, 5))]
    return text([names] + rows)


def expected(texts):
    """The header and the records of all files, or None if all are empty."""
    readers = [csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
               for text in texts]
    names = list(dict.fromkeys(itertools.chain.from_iterable(
        reader.fieldnames or [] for reader in readers)))
    records = [[record.get(name, "") for name in names]
               for reader in readers for record in reader]
    return names and [names] + records


def check(draw, union, seen):
    columns = draw.sample(NAMES, draw.randint(2, len(NAMES)))
    paths, texts = [], []
    for i in range(draw.randint(2, 4)):
        own = draw.sample(columns, draw.randint(2, len(columns))) \
            if union else columns
        paths.append("%d.csv" % i)
        texts.append(draw_file(draw, own))
        with open(paths[-1], "w", newline="", encoding="utf-8") as file:
            file.write(texts[-1])
    want = expected(texts)
    option = ["--union"] if union else []
    way = draw.choice(WAYS)
    code, out, err = run(*way, *option, "*", *paths)
    if not want:
        assert code == 1 and "all inputs are empty" in err, err
        seen["empty"] += 1
        return
    got = list(csv.reader(io.StringIO(out)))
    assert (code, err, got) == (0, "", want), (way, texts, code, err, got, want)
    seen["records"] += len(want) - 1
    # file() and line() against a count of line ends in each file.
    code, out, err = run(*way, *option, "file(), line()", *paths)
    assert code == 0, err
    places = []
    for path, content in zip(paths, texts):
        reader = csv.reader(io.StringIO(content.lstrip("\ufeff")))
        before = 0
        for i, row in enumerate(reader):
            if row and i:
                places.append([path, str(before + 1)])
            before = reader.line_num
    assert list(csv.reader(io.StringIO(out)))[1:] == places, (texts, out)


def main():
    draw = random.Random(7)
    seen = {"records": 0, "empty": 0}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for i in range(60 if turns.SANITIZED else 300):
            check(draw, i % 2, seen)
        os.chdir("/")
    print(seen)
    assert seen["records"] > 200, seen
    assert seen["empty"] > 0 or turns.SANITIZED, seen


main()
