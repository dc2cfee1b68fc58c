"""The law of kept options. A partial keeps options of the command line
(jobs/identity.c), which are in force when it is merged and when a run resumes
from it. Every value of every such option is tried, over a table with bad cells
and over one without. The bytes, the message and the code of a single run must
be those of merging one partial, the shards of a file, and the shards of several
files, and those of resuming a run that stopped between two files. A partial
with another value is not merged with it, and a run with another value does not
resume from it.

    WEIR=build/dev/weir WEIR_TOOLS=build/dev/tests WEIR_SOURCE=. test_options.py
"""

import os
import random
import re
import subprocess
import tempfile

import turns

WEIR = os.environ["WEIR"]
LEAVE = os.path.join(os.environ["WEIR_TOOLS"], "checkpoint_tool")
SOURCE = os.environ["WEIR_SOURCE"]
SANITIZED = turns.SANITIZED and not turns.WHOLE
RECORDS = 30
QUERIES = [
    "max({a}) * 2, count(), min(text({t})) || 'x', first({t}), top({t}, 99)",
    "count(), sum({a}) as s, mean({a}), median({a}), top({t}, 2), last({t}), "
    "max({a}) + 1 as m by {k} having m is null or m < 90000 "
    "order by count() desc, {k}",
]
# It is answered with an error, which a merge and a resumed run must repeat.
FAILING = "count(), first({t}) + 1"
FAILS_UNDER = "--quote", "--escape"  # options of which each value is tried


def quoted(text, quote='"'):
    return quote + text.replace(quote, 2 * quote) + quote


def line(cells, delimiter=",", quote='"'):
    return delimiter.join(
        quoted(cell, quote) if quote and set(cell) & {delimiter[0], quote, "\n"}
        else cell for cell in cells) + "\n"


def plain(records):
    return "".join(line(cells) for cells in records)


def delimited(delimiter):
    return lambda records: "".join(line(c, delimiter) for c in records)


def with_quote(quote):
    return lambda records: "".join(line(c, ",", quote) for c in records)


def unquoted(records):
    return "".join(",".join(c).replace("\n", " ").replace(", ", " and ") + "\n"
                   for c in records)


def escaped(records):
    return "".join(",".join('"%s"' % cell.replace('"', '\\"') for cell in c) +
                   "\n" for c in records)


def commented(mark):
    return lambda records: "".join(
        line(c) + mark + " a, b, c and d\n" * (i % 3 == 0)
        if i % 3 == 0 else line(c) for i, c in enumerate(records))


def skipped(n):
    return lambda records: "a note, of so many, words, and more\n" * n + \
        plain(records)


def headless(records):
    return plain(records[1:])


def padded(records):
    return "".join(",".join("  %s\t" % cell if "\n" not in cell and
                            not set(cell) & set(',"') else quoted(cell)
                            for cell in c) + "\n" for c in records)


def with_nulls(mark):
    return lambda records: plain(
        [[mark if i % 4 == 1 and j else cell for j, cell in enumerate(c)]
         for i, c in enumerate(records)])


def ragged(records):
    return "".join(line(c[:2] if i % 5 == 2 else c + ["more"] if i % 7 == 3
                        else c) for i, c in enumerate(records))


def in_notation(decimal, thousands):
    """Writes the numbers in a notation. 12.5 stays a bad cell in one that has
    no point."""
    def write_in(cell):
        if not re.fullmatch(r"-?[0-9]+\.[0-9]+", cell):
            return cell
        whole, rest = "{:,}".format(float(cell) * 97).split(".")
        return whole.replace(",", thousands) + decimal + rest
    return lambda records: plain([[write_in(cell) for cell in c]
                                  for c in records])


def backslashed(records):
    codes = {"\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return "".join("\t".join("".join(codes.get(c, c) for c in cell) or "\\N"
                             for cell in c) + "\n" for c in records)


# Option: value (None: it takes none), how its files are written, and whether
# the option matters to them. A value that is the default changes nothing.
WORLDS = {
    "--dialect": [("tsv", backslashed, True), ("unix", plain, False),
                  ("excel", delimited(";"), True),
                  ("mysql", lambda records: backslashed(records[1:]), True),
                  ("postgres", lambda records: backslashed(records[1:]), True)],
    "--delimiter": [(";", delimited(";"), True), ("tab", delimited("\t"), True),
                    ("\\t", delimited("\t"), True),
                    ("||", delimited("||"), True),
                    ("\\x01", delimited("\x01"), True),
                    ("auto", delimited(";"), True), (",", plain, False)],
    "--quote": [("'", with_quote("'"), True), ("", unquoted, True),
                ('"', plain, False)],
    "--escape": [("\\", escaped, True), ("", plain, False)],
    "--comment": [("#", commented("#"), True), ("//", commented("//"), True),
                  ("", plain, False)],
    "--skip": [("1", skipped(1), True), ("3", skipped(3), True),
               ("0", plain, False)],
    "--header": [("k,a,t", headless, True), ('"k","a",t', headless, True)],
    "--no-header": [(None, headless, True)],
    "--trim": [(None, padded, True)],
    "--null": [("NA", with_nulls("NA"), True),
               ("-,NA", with_nulls("-"), True), ("", plain, False)],
    "--bad-records": [("error", plain, False), ("pad", ragged, True),
                      ("reject", ragged, True)],
    "--bad-cells": [("error", plain, False), ("null", plain, True),
                    ("reject", plain, True)],
    "--decimal": [(",", in_notation(",", ""), True), (".", plain, False)],
    "--thousands": [(mark, in_notation(".", mark), True)
                    for mark in (",", "'", " ", "_")],
}


def check_worlds():
    """Checks that every kept option is in this test, with every value if it has
    only a few."""
    with open(os.path.join(SOURCE, "jobs", "identity.c")) as file:
        kept = re.findall(r'add_option\(identity, "(--[a-z-]+)"', file.read())
    assert len(kept) > 10 and set(kept) == set(WORLDS), kept
    with open(os.path.join(SOURCE, "cli", "option_values.c")) as file:
        source = file.read()
    for option, name in (("--bad-records", "RECORDS"), ("--bad-cells", "CELLS")):
        values = re.findall(r'\[WEIR_BAD_%s_\w+\] = "(\w+)"' % name, source)
        assert sorted(values) == sorted(w[0] for w in WORLDS[option]), values


def records_of(draw, bad):
    """A header and records, whose texts contain what dialects are about."""
    texts = ["apple", '"hi" he', "fig, dried", "two\nlines", "it's", "", "b c"]
    records = [["k", "a", "t"]]
    for i in range(RECORDS):
        a = str(draw.randint(-500, 500) / 4)
        if bad and draw.random() < 0.15:
            a = draw.choice(["x", "1 2", "--3"])
        records.append(["k%d" % draw.randint(0, 3), a,
                        draw.choice(texts) + str(i % 3)])
    return records


def write(name, text):
    with open(name, "w", newline="") as file:
        file.write(text)


def run(*words):
    done = subprocess.run([WEIR, *words], capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


def words_of(option, value):
    return [option] if value is None else ["%s=%s" % (option, value)]


def partial(path, words, paths, want):
    """Writes a partial. Returns whether there is one: an input that cannot be
    read has none."""
    code, out, err = run("--partial", path, *words, *paths)
    assert out == b"" and (code == 0 or (code, err) == (want[0], want[2])), \
        (words, code, err, want)
    return code == 0


def same(seen, want, got, what):
    """Compares two runs. A failure in a result must occur in both."""
    assert got == want, (what, got, want)
    seen["merged"] += 1
    seen["failed"] += want[0] != 0


def check_merges(words, seen):
    splits = [(2, ["0.csv", "1.csv"]), (3, ["one.csv"])]
    for n, paths in splits[:1] if SANITIZED else splits:
        want = run(*words, *paths)
        if not partial("whole", words, paths, want):
            seen["unread"] += 1
            return False
        same(seen, want, run("merge", "whole"), words)
        parts = ["part%d" % i for i in range(n)]
        for i, path in enumerate(parts):
            assert partial(path, [*words, "--shard=%d/%d" % (i + 1, n)], paths,
                           want)
        assert run("merge", "--partial", "some", *parts[1:])[0] == 0
        same(seen, want, run("merge", "some", parts[0]), (words, n))
    return True


def leave(words, place, read, paths):
    """Writes a checkpoint at that position, after a run over `read`."""
    done = subprocess.run([LEAVE, "left", place, read, *words, *paths],
                          capture_output=True)
    assert done.returncode == 0, (words, done.stderr)
    with open("left", "rb") as file:
        return file.read()


def check_resume(words, seen):
    """Resumes from between two files, and from the middle of one."""
    at = os.path.getsize("0.csv")
    for place, paths, told in (
            ("1 0 0 0 0 0", ["0.csv", "1.csv"], "byte 0 of 1.csv"),
            ("0 %d 0 0 0 0" % at, ["one.csv"], "byte %d of one.csv" % at)):
        want = run(*words, *paths)
        leave(words, place, "0.csv", paths)
        code, out, err = run("--checkpoint=left", *words, *paths)
        going_on, rest = err.split("\n", 1)
        assert going_on == "weir: left: continuing from " + told, err
        # The first part was read from a file of its own.
        rest = rest.replace("weir: 0.csv", "weir: " + paths[0])
        rest = rest.replace("first: 0.csv", "first: " + paths[0])
        same(seen, want, (code, out, rest), ("resumed", words))
        assert os.path.exists("left") == (code != 0)
        seen["resumed"] += 1


def check_others(option, words, other, seen):
    """With another value of the option the query is another one, and is
    refused."""
    left = leave(words, "1 0 0 0 0 0", "0.csv", ["0.csv", "1.csv"])
    code, out, err = run("--checkpoint=left", *other, "0.csv", "1.csv")
    assert code and out == b"", (words, other, code)
    seen["others"] += "it was left with %s '" % option in err
    with open("left", "rb") as file:
        assert file.read() == left
    if run("--partial=other", *other, "1.csv")[0] == 0:
        assert run("--partial=mine", *words, "0.csv")[0] == 0
        code, out, err = run("merge", "mine", "other")
        assert code == 1 and out == b"" and \
            "cannot be merged with the others: its " in err, err
        seen["others"] += "its %s is '" % option in err


def check(option, world, bad_cells, seen):
    value, written, matters = world
    bad = bad_cells is not None
    draw = random.Random(repr((option, value, bad_cells)))
    records = records_of(draw, bad)
    cut = draw.randint(1, RECORDS)
    write("one.csv", written(records))
    write("0.csv", written(records[:cut]))  # the name begins with it
    write("1.csv", written([records[0]] + records[cut:]))
    names = dict(k="k", a="a", t="t")
    if option == "--no-header" or value in ("mysql", "postgres"):
        names = dict(k="$1", a="$2", t="$3")
    others = ["--bad-cells=" + bad_cells] if bad and option != "--bad-cells" \
        else []
    queries = QUERIES[:1] if SANITIZED or not bad else QUERIES
    if not bad and option in FAILS_UNDER:
        queries = [*queries, FAILING]
    for i, query in enumerate(queries):
        query = query.format(**names)
        words = [*words_of(option, value), *others, query]
        want = run(*words, "one.csv")
        default = run(*others, query, "one.csv")
        if i == 0 and option != "--bad-cells":
            assert (default != want) == matters, (words, want)
        seen["mattered"] += default != want
        if check_merges(words, seen):
            check_resume(words, seen)
            if matters:
                check_others(option, words, [*others, query], seen)


def check_names(seen):
    """Whatever a header contains, a merge knows the same columns."""
    draw = random.Random(5)
    pieces = ["a", ",", '"', "\n", "\r", " ", "#", "$1", "'", "\\", "\ufeff",
              "\u00e9", "\t", ";", "--", "0", "\r\n", "a" * 300]
    for i in range(5 if SANITIZED else 40):
        names = ["".join(draw.choice(pieces) for _ in range(draw.randint(0, 4)))
                 for _ in range(draw.randint(1, 4))]
        write("one.csv", ",".join(map(quoted, names)) + "\n" +
              "2,".join("1" for _ in names) + "\n" +
              ",".join("3" for _ in names) + "\n")
        words = ["sum($%d), count() by $1, $%d" % (len(names), len(names))]
        want = run(*words, "one.csv")
        assert partial("whole", words, ["one.csv"], want) == (want[0] == 0)
        if want[0] == 0:
            same(seen, want, run("merge", "whole"), (i, names))
            seen["names"] += 1
    if not SANITIZED:  # longer than a record may be by default
        write("one.csv", "a" * 16800000 + ",b\n1,2\n")
        words = ["--max-record=64M", "--memory=256M", "sum($2) as b"]
        want = run(*words, "one.csv")
        assert partial("whole", words, ["one.csv"], want)
        same(seen, want, run("merge", "--memory=256M", "whole"), "long name")


def main():
    seen = dict.fromkeys(("merged", "failed", "unread", "resumed", "others",
                          "mattered", "names"), 0)
    check_worlds()
    worlds = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for option, values in WORLDS.items():
            for world in values:
                bad = world[0] if option == "--bad-cells" else "null"
                if SANITIZED and not world[2]:
                    continue
                both = not SANITIZED or option in FAILS_UNDER
                for bad_cells in [None, bad] if both else [bad]:
                    check(option, world, bad_cells, seen)
                    worlds += 1
        check_names(seen)
        os.chdir("/")
    print("%d worlds; %s" % (worlds, ", ".join("%s %d" % pair
                                               for pair in seen.items())))
    floors = dict(merged=80, failed=8, resumed=34, others=15, mattered=17,
                  names=4) if SANITIZED else \
        dict(merged=500, failed=20, resumed=150, others=45, mattered=50,
             names=35)
    for what, least in floors.items():
        assert seen[what] >= least, (what, seen[what], least)


main()
