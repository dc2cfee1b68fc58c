"""The command lines whose calls fail in turn, and the small world of real files
in which they run.
"""

import gzip
import os
import subprocess

from differential import packing

WEIR = os.path.abspath(os.environ["WEIR"])
MANY = 40000  # records that do not fit SMALL
SMALL = ["-j", "1", "--batch", "4K", "--max-record", "4K", "--memory", "2400K"]
THREADED = ["-j", "2", "--batch", "4K"]
ALONE = {"records", "sizeof", "explain", "merge", "help", "--help"}
WRITTEN = 10 ** 18  # nanoseconds: modification time of all inputs


class Line:
    """A command line, and what is known about its outcome.

    stdin    the name of an input; a tuple of one: the input is a pipe
    targets  names of the files it writes, and how: "whole" (a file gets its
             name when it is complete), "grows" (the file grows while it is
             written), "left" (a checkpoint, which is removed at the end)
    old      targets that exist before, and what they are copied from
    fifo     the input that arrives by the world's fifo
    hold     WEIR_HOLD, which makes a certain moment
    compares it starts other processes, each of which may report a failure
    argp     argp prints its text, and asserts that there is memory for it
    figures  the digits that it prints are sizes or times
    draws    it draws progress, if it runs long enough
    """

    def __init__(self, *words, stdin=None, targets=None, old=None, fifo=None,
                 hold=None, figures=False, compares=False, argp=False, draws=False):
        self.words = words
        self.stdin = stdin
        self.targets = targets or {}
        self.old = old or {}
        self.fifo = fifo
        self.hold = hold
        self.figures = figures
        self.compares = compares
        self.argp = argp
        self.draws = draws

    @property
    def alone(self):
        """Whether the line has one thread, so that each run makes the same
        calls."""
        return self.words[0] in ALONE or (
            "1" in self.words[1:] and "--checkpoint" not in self.words and
            self.words[self.words.index("1") - 1] == "-j")

    def __str__(self):
        return " ".join(word if word.isalnum() else repr(word)
                        for word in self.words)


LINES = [
    Line("count()", "t.csv"),
    Line("-j", "1", "mean(n), sum(d), max(d), first(t), last(t) by k",
         "t.csv"),
    Line(*THREADED, "count(), max(d) by k", "t.csv", "q.csv"),
    Line("-j", "1", "--union", "max(line()), count(m) by file()", "t.csv",
         "m.csv"),
    Line("-d", "auto", "--files-from", "list", "sum(n)", "[q].csv"),
    Line("*", "t.csv"),
    Line("-o", "json", "k, n + d as total where n > 3 limit 5", "t.csv"),
    Line("-o", "table", "k, t order by t desc limit 4", "t.csv"),
    Line("-o", "md", "count() by k having count() > 1", "t.csv"),
    Line("-o", "ndjson", "upper(t), substr(t, 2, 3), at_zone(e, 'Asia/Kolkata')", "t.csv"),
    Line("-d", "tab", "-o", "tsv", "k, n", "t.tsv"),
    Line("median(d), mode(t), top(t, 3), distinct(k)", "q.csv"),
    Line("--reader=libcsv", "count() by t", "q.csv"),
    Line("-j", "1", "sum(n) by k", "t.csv.gz"),
    Line(*THREADED, "sum(n) by k", "t.csv.bgz"),
    Line("-j", "1", "sum(n) by k", "t.csv.zst"),
    Line(*THREADED, "sum(n) by k", "t.csv.zst"),
    Line("--zstd-dict", "q.csv", "-j", "2", "sum(n) by k", "t.csv.zst"),
    Line("-j", "1", "sum(n) by k", "t.csv.xz"),
    Line(*THREADED, "sum(n) by k", "t.csv.bz2"),
    Line(*THREADED, "sum(n) by k", "t.csv.lz4"),
    Line("sum(n)", stdin="t.csv"),
    Line("-j", "2", "sum(n)", "-", stdin=("t.csv.gz",)),
    Line("sum(n), count()", "fifo", fifo="t.csv"),
    Line("count() from 't.csv' where n > 2"),
    Line(*SMALL, "count() by k having k = '77'", "many.csv"),
    Line(*SMALL, "median(v)", "many.csv"),
    Line(*SMALL, "v order by v desc", "many.csv"),
    Line("--eager", "sum(n), count() by k", "t.csv"),
    Line("--eager=dict", "k, t order by t", "t.csv"),
    Line("--eager=flyweight", "-j", "2", "--all-columns", "max(d) by k",
         "q.csv"),
    Line("--eager=slots", "*", "t.csv"),
    Line("records", "q.csv"),
    Line("sizeof", "t.csv", figures=True),
    Line("compare", "--eager=tuple", "sum(n) by k", "t.csv", figures=True,
         compares=True),
    Line("compare", "--eager=list", "--plot", "plot.svg", "sum(n) by k",
         "t.csv", figures=True, compares=True, targets={"plot.svg": "grows"}),
    Line("explain", "count() by k order by 2", "t.csv"),
    Line("--stats", "sum(n) by k", "t.csv", figures=True),
    Line("--profile", "-j", "1", "sum(n)", "t.csv", figures=True),
    Line("--timeline", "time.csv", "sum(n)", "t.csv", figures=True,
         targets={"time.csv": "grows"}),
    Line("--progress=always", "--every", "100", "sum(n)", "t.csv",
         draws=True),
    Line("--partial", "new.part", "median(n), count() by k", "t.csv",
         targets={"new.part": "whole"}),
    Line("--partial", "old.part", "median(n), count() by k", "q.csv",
         targets={"old.part": "whole"}, old={"old.part": "1.part"}),
    Line("--partial", "-", "sum(n)", "t.csv"),
    Line("--shard", "2/2", "--partial", "new.part", "sum(n)", "q.csv",
         targets={"new.part": "whole"}),
    Line("merge", "1.part", "2.part"),
    Line("merge", "-o", "json", "1.part", "2.part", "--stats", figures=True),
    Line("merge", "--partial", "new.part", "2.part", "1.part",
         targets={"new.part": "whole"}),
    Line("-j", "1", "--checkpoint", "left", "--checkpoint-every", "0.001",
         "--batch", "64K", "max(v), count()", "many.csv",
         targets={"left": "left"}, hold="BATCH_ASKED:3:CHECKPOINT_BEGUN:1"),
    Line("--checkpoint", "left", "max(v), count()", "many.csv",
         targets={"left": "left"}, old={"left": "old.left"}),
    Line(*THREADED, "--checkpoint", "left", "sum(v)", "many.csv.zst",
         targets={"left": "left"}, old={"left": "frames.left"}),
    Line("-j", "1", "--checkpoint", "left", "--partial", "new.part",
         "sum(n) by k", "t.csv",
         targets={"left": "left", "new.part": "whole"}),
    Line("--bad-cells=reject", "--bad-records=reject", "--rejects", "bad.out",
         "sum(n)", "bad.csv", targets={"bad.out": "grows"}),
    Line("--bad-records=pad", "--bad-cells=null", "sum(n) by k", "bad.csv"),
    Line("sum(n)", "bad.csv"),
    Line("sum(n", "t.csv"),
    Line("help", "functions"),
    Line("--help", argp=True),
]


def table(records, quoted):
    rows = ["k,n,d,t,e"]  # several letters that are not ASCII
    for i in range(records):
        text = "\"a %d\nb, \"\"c\"\"\"" % i if quoted and i % 3 == 0 else \
            "te\u00dft%d" % (i * 7 % 11)
        rows.append("%s,%d,%d.%02d,%s,2024-%02d-%02d" %
                    ("xyz"[i % 3], i * 37 % 100, i, i * 13 % 100, text,
                     1 + i % 12, 1 + i % 28))
    return "\n".join(rows).encode() + b"\n"


def parts(pack, text, n):
    cuts = [len(text) * i // n for i in range(n + 1)]
    return b"".join(pack(text[a:b]) for a, b in zip(cuts, cuts[1:]))


def inputs():
    """The inputs by their names."""
    plain, quoted = table(150, False), table(90, True)
    many = "k,v\n" + "".join("%d,%d\n" % (i * 7919 % MANY, i)
                             for i in range(MANY))
    bad = plain.replace(b"x,37,", b"x,?,").replace(b"y,74,", b"y,74,1,2,3,4,")
    return {
        "t.csv": plain, "q.csv": quoted, "bad.csv": bad,
        "m.csv": b"m,n\n1,2\n", "list": b"t.csv\0",
        "t.tsv": plain.replace(b",", b"\t"),
        "t.csv.gz": parts(lambda text: gzip.compress(text, 1, mtime=0),
                          plain, 3),
        "t.csv.bgz": parts(packing.bgzf_member, plain, 4),
        "t.csv.zst": parts(packing.zstd_frame, plain, 4),
        "t.csv.xz": parts(packing.xz_stream, plain, 2),
        "t.csv.bz2": parts(packing.bzip2_stream, plain, 2),
        "t.csv.lz4": parts(packing.lz4_frame, plain, 2),
        "many.csv": many.encode(),
        "many.csv.zst": parts(packing.zstd_frame, many.encode(), 6)}


def must(*words, **variables):
    subprocess.run([WEIR, *words], check=not variables, capture_output=True,
                   env=dict(os.environ, **variables))


def build(folder):
    """Builds the world in a folder; command lines run in copies of it."""
    os.makedirs(os.path.join(folder, "tmp"))
    for name, content in inputs().items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
        os.utime(os.path.join(folder, name), ns=(WRITTEN, WRITTEN))
    before = os.getcwd()
    os.chdir(folder)
    must("--partial", "1.part", "median(n), count() by k", "t.csv")
    must("--partial", "2.part", "median(n), count() by k", "q.csv")
    # Runs that are killed when they have written their first checkpoint.
    for name, words in (
            ("old.left", ["-j", "1", "--batch", "64K", "max(v), count()",
                          "many.csv"]),
            ("frames.left", ["-j", "1", "--batch", "64K", "sum(v)",
                             "many.csv.zst"])):
        must("--checkpoint", name, "--checkpoint-every", "0.001", *words,
             WEIR_KILL="CHECKPOINT_KEPT:1",
             WEIR_HOLD="BATCH_ASKED:2:CHECKPOINT_KEPT:1")
        assert os.path.exists(name), "no checkpoint was left"
    os.chdir(before)
    os.mkfifo(os.path.join(folder, "fifo"))
