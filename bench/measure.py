"""
Measures one command: its answer, time and memory. Compares two commands.
"""

import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Callable

from jobs import Missing


class Command:
    """A command to run. `out` gets its standard output, and `answer` is the
    file that then has its answer. `engine` says that it prints its own seconds
    on standard error. `isa` is the instruction set that it may use."""

    def __init__(self, *arguments, out=os.devnull, answer=None, engine=False,
                 isa=None):
        self.arguments = arguments
        self.out, self.answer, self.engine = out, answer, engine
        self.environment = dict(os.environ)
        if isa:
            self.environment["WEIR_ISA"] = isa

    def run(self, *, wrapper=(), out=None):
        """Runs the command. Returns the seconds of the whole process, and its
        own."""
        with open(out or self.out, "wb") as sink, \
                tempfile.TemporaryFile() as said:
            begin = time.perf_counter()
            code = subprocess.run([*wrapper, *self.arguments], stdout=sink,
                                  stderr=said, stdin=subprocess.DEVNULL,
                                  env=self.environment).returncode
            took = time.perf_counter() - begin
            said.seek(0)
            text = said.read().decode(errors="replace")
        if code:
            sys.exit("bench/run: exit %d of: %s\n%s"
                     % (code, " ".join(self.arguments), text))
        return took, float(text.split()[-1]) if self.engine else took

    def try_out(self, folder):
        """The answer, and the peak of its largest process in MiB."""
        answer = self.answer or os.path.join(folder, "answer")
        peak = self.peak(folder, None if self.answer else answer)
        with open(answer, encoding="utf-8", errors="replace") as text:
            return text.read(), peak

    def peak(self, folder, out=None):
        """The peak of its largest process, in MiB."""
        peak = os.path.join(folder, "peak")
        self.run(wrapper=["/usr/bin/time", "-f", "%M", "-o", peak], out=out)
        with open(peak, encoding="ascii") as kib:
            return int(kib.read()) / 1024


# ---- answers -----------------------------------------------------------------

def cell(text):
    try:
        return float(text)
    except ValueError:
        return text


def rows_of(answer):
    """The rows of an answer in a fixed order, without the header, which is a
    row without a number."""
    rows = [[cell(text) for text in row]
            for row in csv.reader(io.StringIO(answer))]
    if rows and not any(isinstance(c, float) for c in rows[0]):
        del rows[0]
    return sorted(rows, key=str)


def is_same(a, b):
    """Whether two answers are the same: numbers within 1e-9 of their size,
    because engines add in floating point; all else exactly."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-9 * abs(b)
    return a == b


def agree(a, b):
    a, b = rows_of(a), rows_of(b)
    return len(a) == len(b) > 0 and all(
        len(x) == len(y) and all(map(is_same, x, y)) for x, y in zip(a, b))


# ---- a row -------------------------------------------------------------------

HEADER = ["job", "against", "weir s", "other s", "result", "spread",
          "query alone", "bar", "met", "weir MiB", "other MiB"]


@dataclass
class Row:
    """A job and its bar. `value` computes the value of the bar from the two
    times. The commands are made when it is their turn, and may raise Missing.
    """

    job: str
    against: str
    limit: float
    ours: Callable
    theirs: Callable
    value: Callable = lambda a, b: a / b
    unit: str = ""
    below: bool = False  # the bar's own value does not meet it
    asks_same: bool = False  # the other command answers the query too
    subject: str = ""  # rows with the same subject have one answer
    times: int = 1  # factor for the number of pairs

    def bar(self):
        return "%s %.3g%s" % ("below" if self.below else "at most", self.limit,
                            self.unit)

    def is_met(self, value):
        return value < self.limit if self.below else value <= self.limit


def check_same(job, subject, answer, answers):
    """Ends the benchmark if the answer to a subject differs from an earlier
    one."""
    if answers.setdefault(subject, answer) != answer:
        sys.exit("bench/run: %s: %.300r, and before it was %.300r"
                 % (job, answer, answers[subject]))


def check(row, ours, theirs, answers):
    if row.subject:
        check_same(row.job, row.subject, ours, answers)
    if row.asks_same and not agree(ours, theirs):
        sys.exit("bench/run: %s: weir says %.300r, %s %.300r"
                 % (row.job, ours, row.against, theirs))


def verdict(row, value, alone):
    if not row.is_met(value):
        return "**no**"
    return "yes" if row.is_met(alone) else "yes; query alone: no"


def measure(row, runs, folder, answers):
    """Measures a row. Returns its cells, as HEADER names them."""
    try:
        a, b = row.ours(), row.theirs()
    except Missing as missing:
        return [row.job, row.against, "", "", "", "", "", row.bar(),
                "not measured: %s" % missing, "", ""]
    ours, our_peak = a.try_out(folder)
    theirs, their_peak = b.try_out(folder)
    check(row, ours, theirs, answers)
    pairs = [(a.run()[0], *b.run()) for _ in range(runs * row.times)]
    values = sorted(row.value(x, y) for x, y, _ in pairs)
    value = statistics.median(values)
    alone = statistics.median(row.value(x, own) for x, _, own in pairs)
    return [row.job, row.against,
            "%.4f" % statistics.median(x for x, _, _ in pairs),
            "%.4f" % statistics.median(y for _, y, _ in pairs),
            "%.3g%s" % (value, row.unit),
            "%.3g to %.3g" % (values[0], values[-1]),
            "%.3g" % alone if b.engine else "",
            row.bar(), verdict(row, value, alone),
            "%.1f" % our_peak, "%.1f" % their_peak]


def line(cells):
    return "| " + " | ".join(cells) + " |"


def head(cells):
    return line(cells) + "\n" + "|---" * len(cells) + "|"
