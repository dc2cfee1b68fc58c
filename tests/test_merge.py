"""The merge law: however the input is split into shards, and in whatever tree
their partials are merged, the bytes are those of the single run.

    WEIR=build/dev/weir WEIR_TOOLS=build/dev/tests test_merge.py [SEED]

Random tables and questions, in one file (whose quoted line ends a share's
border may fall into) or dealt into several, plain and compressed.
"""

import gzip
import os
import random
import subprocess
import sys
import tempfile

WEIR = os.environ["WEIR"]
TOOL = os.path.join(os.environ["WEIR_TOOLS"], "random_tool")
CASES = 40 if os.environ.get("WEIR_SANITIZE") else 200
# Every aggregate and statistic; random questions seldom have many at once.
QUERIES = [
    "first(t), last(m), first(n + 1), last(d) by k",
    "first(m) as a, last(m) as b, first(k), last(k), count(), count(m)",
    "sum(n), mean(d), var(d), stddev_pop(n), min(m), max(m), min(t), max(d)",
    "count(), sum(d / 3), mean(n), min(d), max(m), first(t) by k, m",
    "median(d), quantile(n, 0.9), p5(d), distinct(m), mode(t), top(m, 2)",
    "median(n), mode(m), distinct(d), last(t), top(t, 3) by k",
    "count(), last(t) by m having count() > 1 order by count() desc limit 7",
    "sum(n) / count() as r, max(t) by k where n > 3 order by r desc, k",
    "distinct(t) by upper(t), k order by 1 limit 20",
]


def run(*words, stdin=b""):
    done = subprocess.run([WEIR, *words], input=stdin, capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def must(*words, stdin=b""):
    code, out, err = run(*words, stdin=stdin)
    assert code == 0, (words, code, err)
    return out


def records_of(table):
    """A table's header and records; quoted line ends are no ends."""
    parts, begin, quoted, at = [], 0, False, 0
    while at < len(table):
        byte = table[at:at + 1]
        if byte == b'"':
            quoted = not quoted
        elif byte in (b"\n", b"\r") and not quoted:
            at += table[at:at + 2] == b"\r\n"
            parts.append(table[begin:at + 1])
            begin = at + 1
        at += 1
    if begin < len(table):
        parts.append(table[begin:] + b"\n")
    return parts


def write_inputs(draw, table):
    """One file, or its records dealt into several, some of them empty."""
    if draw.random() < 0.5:
        with open("one.csv", "wb") as file:
            file.write(table)
        return ["one.csv"]
    header, *records = records_of(table)
    n = draw.randint(2, 5)
    cuts = [0] + sorted(draw.randint(0, len(records)) for _ in range(n - 1)) \
        + [len(records)]
    paths = []
    for i in range(n):
        path = "%d.csv" % i
        text = header + b"".join(records[cuts[i]:cuts[i + 1]])
        if draw.random() < 0.3:
            path, text = path + ".gz", gzip.compress(text)
        with open(path, "wb") as file:
            file.write(text)
        paths.append(path)
    return paths


def merge_tree(draw, partials):
    """Merges some of them, again and again, in any order, by name or one after
    another; then all that are left to the answer."""
    partials = list(partials)
    draw.shuffle(partials)
    while len(partials) > 1 and draw.random() < 0.6:
        some = [partials.pop() for _ in range(draw.randint(1, len(partials)))]
        path = "m%d.part" % draw.getrandbits(40)
        must("merge", "--partial", path, *some)
        partials.insert(draw.randint(0, len(partials)), path)
    if draw.random() < 0.3:
        return run("merge", "-", stdin=b"".join(
            open(path, "rb").read() for path in partials))
    return run("merge", *partials)


def check(seed):
    draw = random.Random(seed)
    drawn = subprocess.run([TOOL, str(seed), str(draw.choice([3, 40, 1500]))],
                           capture_output=True, check=True).stdout
    query, table = drawn.split(b"\0", 1)
    query = query.decode()
    if draw.random() < 0.5:
        query = draw.choice(QUERIES)
    if not table.strip():
        return False
    paths = write_inputs(draw, table)
    options = ["--bad-cells=null", "--bad-records=pad"]
    code, want, _ = run(*options, query, *paths)
    n = draw.randint(1, 7)
    partials = []
    for i in range(1, n + 1):
        path = "s%d.part" % i
        got, _, err = run(*options, "-j", str(draw.randint(1, 3)), "--batch",
                          str(draw.choice([64, 300, 131072])), "--shard",
                          "%d/%d" % (i, n), "--partial", path, query, *paths)
        if got != 0:
            # A wrong question, or one without aggregates.
            assert got == 2 and (code == 2 or "no aggregates" in err), \
                (seed, query, got, err)
            return False
        partials.append(path)
    merged, answer, err = merge_tree(draw, partials)
    # What fails in having or an item fails in both.
    assert (merged, answer if not merged else b"") == \
        (code, want if not code else b""), (seed, query, n, paths, err, answer,
                                            want)
    return code == 0 and want.count(b"\n") > 1


def main():
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    answered = 0
    for seed in range(first, first + CASES):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            answered += check(seed)
            os.chdir("/")
    print("%d cases, %d with rows" % (CASES, answered))
    assert answered > CASES // 3


main()
