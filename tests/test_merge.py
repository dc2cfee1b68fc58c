"""The merge law. However the input is divided into shards, and in whatever tree
their partials are merged, the answer has the bytes of a single run.

    WEIR=build/dev/weir WEIR_TOOLS=build/dev/tests test_merge.py [SEED]

Random tables and queries, in one file or dealt into several, plain and
compressed. The boundary of a shard may fall into a quoted line end. A
compressed file has parts of any size, even of a few bytes. A shard that guessed
wrongly where its first record begins is refused by name, and is read again as
the message says.
"""

import gzip
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zlib

import mechanisms
import turns

WEIR = os.environ["WEIR"]
TOOL = os.path.join(os.environ["WEIR_TOOLS"], "random_tool")
CASES = turns.turns(120, 25)
FLOORS = {"PARTIAL_READ": 5 * CASES, "MERGE_MANY": CASES // 2,
          "SHARE_PARTS": 2 * CASES, "SHARE_BYTES": CASES // 2,
          "SEGMENT_ENTERED": 2 * CASES, "SEGMENT_INSIDE": CASES // 8}
# Every aggregate and ordered-set aggregate; random queries seldom have many of
# them at once.
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
    """The header and the records of a table. Quoted line ends do not end a
    record."""
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


def fooling_table(draw):
    """Text fields whose lines look like records. If they are taken for records,
    no quote stands where none may stand."""
    table = "k,n,d,t,e,m\n"
    for i in range(draw.randint(1, 60)):
        lines = ('b,%d,0.5,"""",2020-01-01,y\n' % draw.randint(0, 99)
                 for _ in range(draw.randint(0, 30)))
        table += 'a,%d,1.5,"\n%s",2021-02-03,""\n' % (i, "".join(lines))
    return table.encode()


def zstd_frame(text):
    """A frame of stored blocks that says the length of its text."""
    blocks = [text[i:i + 1000] for i in range(0, len(text), 1000)] or [b""]
    frame = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(text))
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        frame += struct.pack("<I", len(block) << 3 | last)[:3] + block
    return frame


def skippable_frame(text):
    return b"\x50\x2a\x4d\x18" + struct.pack("<I", len(text)) + text


def bgzf_member(text):
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
    data = deflate.compress(text) + deflate.flush()
    return b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + \
        struct.pack("<H", len(data) + 25) + data + \
        struct.pack("<II", zlib.crc32(text), len(text))


def in_parts(draw, table):
    """The text in compressed parts that are split anywhere: the file's name and
    bytes."""
    name, pack = draw.choice([("one.csv.zst", zstd_frame),
                              ("one.csv.gz", bgzf_member),
                              ("one.csv.gz", gzip.compress)])
    most = draw.choice([5, 50, 700, 20000])
    packed, at = [], 0
    while at < len(table) or not packed:
        size = draw.randint(0 if draw.random() < 0.1 else 1, most)
        packed.append(pack(table[at:at + size]))
        if name.endswith(".zst") and draw.random() < 0.1:
            packed.append(skippable_frame(table[:draw.randint(0, 40)]))
        at += size
    return name, b"".join(packed)


def write_inputs(draw, table, cut):
    """Writes the table to one file, or deals its records into several, some of
    them empty. A file that will be divided into shards is compressed in parts.
    """
    if cut or draw.random() < 0.7:
        name = "one.csv"
        if cut or draw.random() < 0.8:
            name, table = in_parts(draw, table)
        with open(name, "wb") as file:
            file.write(table)
        return [name]
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
    """Merges some of the partials again and again, in any order, by name or in
    one stream, and then merges all that remain to the answer."""
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


def mend(words, partials, seen):
    """Reads the shards again that a merge of all partials names. Then they can
    be merged."""
    for _ in range(len(partials) + 1):
        code, _, err = run("merge", *partials)
        wrong = re.search(r"^weir: shard (\d+) of \d+ did not find where its "
                          r"first record begins; read it again with --shard "
                          r"(\S+)$", err)
        if not wrong:
            return
        assert code == 1, (code, err)
        seen["wrong"] += 1
        must(*words, "--shard", wrong[2], "--partial",
             "s%s.part" % wrong[1])
    raise AssertionError(err)


def check_records(seed, options, paths, n):
    """Shards whose rows are printed are not merged, so they must not guess.
    Their records, one shard after another, are those of the single run."""
    code, want, err = run(*options, "k, n, t", *paths)
    if code != 0:
        return
    header, got = b"k,n,t\n", b""
    for i in range(1, n + 1):
        rows = must(*options, "--shard", "%d/%d" % (i, n), "k, n, t", *paths)
        assert rows.startswith(header), (seed, rows)
        got += rows[len(header):]
    assert header + got == want, (seed, n, paths, got, want)


def check(seed, seen):
    draw = random.Random(seed)
    drawn = subprocess.run([TOOL, str(seed), str(draw.choice([3, 40, 1500]))],
                           capture_output=True, check=True).stdout
    query, table = drawn.split(b"\0", 1)
    query = query.decode()
    fools = seed % 8 == 0
    if fools or draw.random() < 0.5:
        query = draw.choice(QUERIES)
    if fools or draw.random() < 0.2:
        table = fooling_table(draw)
    if not table.strip():
        return False
    paths = write_inputs(draw, table, fools)
    options = ["--bad-cells=null", "--bad-records=pad"]
    code, want, _ = run(*options, query, *paths)
    # What can be asked can be explained; what fails, fails when it is read.
    explained = run("explain", *options, query, *paths)[0]
    assert explained == (2 if code == 2 else 0), (seed, query, code, explained)
    seen["explained"] += explained == 0
    n = draw.choice([5, 7, 20] if fools else [1, 2, 3, 5, 7, 20])
    partials = []
    check_records(seed, options, paths, n)
    for i in range(1, n + 1):
        path = "s%d.part" % i
        # Rejects are printed in order, so no shard is read from a guess.
        exact = ["--rejects", "rejects"] if draw.random() < 0.2 else []
        got, _, err = run(*options, *exact, "-j", str(draw.randint(1, 3)), "--batch",
                          str(draw.choice([64, 300, 131072])), "--shard",
                          "%d/%d" % (i, n), "--partial", path, query, *paths)
        if got != 0:
            # The query is invalid, or has no aggregates.
            assert got == 2 and (code == 2 or "no aggregates" in err), \
                (seed, query, got, err)
            return False
        partials.append(path)
    words = [*options, "--batch", str(draw.choice([64, 300, 131072])), query,
             *paths]
    wrong = seen["wrong"]
    mend(words, partials, seen)
    seen["cut"] += len(paths) == 1 and paths != ["one.csv"] and n > 1
    seen["mended"] += seen["wrong"] > wrong
    merged, answer, err = merge_tree(draw, partials)
    # A failure in having or in an item occurs in both.
    assert (merged, answer if not merged else b"") == \
        (code, want if not code else b""), (seed, query, n, paths, err, answer,
                                            want)
    return code == 0 and want.count(b"\n") > 1


def main():
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    answered, seen = 0, {"cut": 0, "wrong": 0, "mended": 0, "explained": 0}
    with tempfile.TemporaryDirectory() as kept:
        counts = mechanisms.Counts(os.path.join(kept, "counts"))
        for seed in range(first, first + CASES):
            with tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                answered += check(seed, seen)
                os.chdir("/")
        counts.check(FLOORS)
    print("%d cases, %d with rows, %d of compressed parts, %d of them mended"
          % (CASES, answered, seen["cut"], seen["mended"]))
    assert answered > CASES // 3
    assert seen["explained"] > CASES // 2
    assert seen["mended"] >= CASES // 20


main()
