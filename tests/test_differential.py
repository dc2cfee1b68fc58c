"""The differential law. Small random tables, dialects, options and queries: in
whatever way a query is asked, it gives the same answer, to the byte, or the
same failure. Python's csv module and fractions give the same where Python reads
the same dialect.

    WEIR=build/dev/weir test_differential.py [--runs N] [--seed S] [--jobs [J]]

A run draws a table, a query and some ways of asking. Its seed is S plus its
number, so a run that fails can be repeated alone: --seed S --runs 1. The
failing case is made smaller first, and printed as shell commands. --jobs
without a number takes all cores.
"""

import argparse
import collections
import os
import random
import sys
import tempfile
import time
import traceback

import turns
from differential import (drawing, kinds, mechanisms, oracle, reduce,
                          spilling, ways)
from differential.shell import Shell, Wrong

SANITIZED = bool(os.environ.get("WEIR_SANITIZE"))
RUNS = turns.turns(600, 60)
WAYS = 4
TRIES = 1500  # time to make a failure smaller
REPORTED = 5000  # runs between two lines of progress of a job
FEWEST = 0.25  # share of the runs that have rows to compare


def failure(shell, case, way):
    """What is wrong with the answer; None: nothing."""
    shell.fresh()
    try:
        want = kinds.first(shell, case, way.base())
        if way.kind == "first":
            oracle.check(case, want)
        else:
            kinds.try_way(shell, case, way, want)
    except Wrong as wrong:
        return wrong
    return None


def smaller(shell, case, way, kind):
    tries = [TRIES]

    def fails(case, way):
        tries[0] -= 1
        wrong = tries[0] >= 0 and failure(shell, case, way)
        return wrong and wrong.kind == kind

    if not fails(case, way):
        return case, way  # it does not fail always
    way = reduce.reduce_way(way, lambda less: fails(case, less))
    case = reduce.reduce_case(case, lambda less: fails(less, way))
    if way.kind not in ("several", "parts"):
        case = reduce.reduce_bytes(case, lambda less: fails(less, way))
    return case, way


def tell(seed, shell, case, way, wrong):
    case, way = smaller(shell, case, way, wrong.kind)
    again = failure(shell, case, way)
    return "--seed %d --runs 1: %s\n  %s\nafter\n  %s\n" % (
        seed, way, again or "%s (not when asked again)" % wrong,
        "\n  ".join(shell.log))


def run(seed, shell, seen):
    """Runs one table, one query and some ways of asking. Returns what is wrong,
    as text."""
    draw = random.Random(seed)
    case = drawing.draw_case(draw)
    way = first = ways.draw_first(draw, case)
    shell.fresh()
    try:
        want = kinds.first(shell, case, first)
        seen["exit %d" % want.code] += 1
        seen["rows"] += want.code == 0 and want.out.count(b"\n") > 1
        seen["python"] += oracle.check(case, want)
        for _ in range(WAYS):
            way = ways.draw_way(draw, case, first)
            seen[way.kind] += 1
            kinds.try_way(shell, case, way, want)
    except Wrong as wrong:
        return tell(seed, shell, case, way, wrong)
    return ""


def spill(shell):
    """What is wrong, as text."""
    try:
        spilling.check(shell)
    except Wrong as wrong:
        return "%s\nafter\n  %s\n" % (wrong, "\n  ".join(shell.log))
    return ""


def worker(job, options, pipe):
    """Does every J-th run, and returns what it saw."""
    shell, seen = Shell(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        text = spill(shell) if job == 0 else ""
        if text:
            seen["found"] += 1
            print(text, flush=True)
        for seed in range(options.seed + job, options.seed + options.runs,
                          options.jobs):
            text = run(seed, shell, seen)
            seen["runs"] += 1
            if text:
                seen["found"] += 1
                print(text, flush=True)
            if seen["found"] >= options.most:
                break
            if seen["runs"] % REPORTED == 0:
                print("job %d: %d runs" % (job, seen["runs"]), flush=True)
        shell.fresh()
        os.chdir("/")
    seen["processes"] = shell.runs
    with os.fdopen(pipe, "w") as file:
        for name, n in seen.items():
            file.write("%s\t%d\n" % (name, n))


def spread(options):
    """Does all runs, in several processes."""
    seen, pipes = collections.Counter(), []
    for job in range(options.jobs):
        source, sink = os.pipe()
        if os.fork() == 0:
            os.close(source)
            try:
                worker(job, options, sink)
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        os.close(sink)
        pipes.append(source)
    for pipe in pipes:
        with os.fdopen(pipe) as file:
            lines = file.read().splitlines()
        assert lines, "a worker died"
        for line in lines:
            name, n = line.split("\t")
            seen[name] += int(n)
        os.wait()
    return seen


def parse():
    parser = argparse.ArgumentParser(description="The differential law.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, nargs="?",
                        const=os.cpu_count())
    parser.add_argument("--most", type=int, default=3,
                        help="failures that each job tells before it stops")
    return parser.parse_args()


def listed(counts):
    return ", ".join("%d %s" % (n, name)
                     for name, n in sorted(counts.items()) if n)


def main():
    options = parse()
    begin = time.monotonic()
    with tempfile.NamedTemporaryFile() as file:
        mechanisms.share(file.name)
        seen = spread(options)
        counted = mechanisms.counts(file.name)
    print("%d runs in %.0f s: %s" % (seen["runs"], time.monotonic() - begin,
                                     listed(seen)))
    print("what ran: " + listed(counted))
    assert not seen["found"], "%d failures" % seen["found"]
    if options.runs >= RUNS:
        assert seen["rows"] > FEWEST * seen["runs"], \
            "most questions say nothing"
    if options.runs == RUNS and options.seed == 0 and not SANITIZED:
        assert not mechanisms.short_of(counted), mechanisms.short_of(counted)


main()
