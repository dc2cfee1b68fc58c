"""The estimate that `weir explain` prints, compared with the peak of --stats.

In every way of reading, with both readers and for one thread and two: a run
holds at most what was estimated, and at least ten elevenths of it. A run in
constant memory does so without a limit. A run that spills does so within the
least that it says it needs. A run whose groups or rows fit that least holds
less, as it does not write any: that is bounded, too. What an eager run loads is
not estimated; with that added, the same holds for every layout.
"""

import concurrent.futures
import itertools
import os
import re
import subprocess
import sys
import tempfile

WEIR, MAKE = os.environ["WEIR"], os.environ["WEIR_MAKE"]
RECORDS = 100000
STREAMED = ["count()", "mean(age)", "name, age where age > 90", "*",
            "sum(age), sum(score), min(income), max(age), mean(score)",
            "upper(name)",
            "upper(name), lower(name) as x where length(notes) > 3"]
# Each figure of the estimate is held in one of these: groups, values and rows
# that pass the least, long keys, texts that states keep, and all phases.
SPILLED = ["count() by id", "mean(age), max(score) by id, name",
           "min(name), max(notes) by id", "count() by upper(notes)",
           "median(score)", "median(id), distinct(name)",
           "id, name order by name", "* order by score desc limit 9000",
           "count() as n by name order by n, name",
           "mean(age) by id order by id desc"]
# How much of the least is not held, at most: tables for the groups of a window
# and what is needed to spill them.
FITTING = {"mean(age) by country": 2.2, "top(name, 3), max(name) by country": 1.6,
           "name order by score limit 10": 2.2}
LAYOUTS = ["dict", "list", "tuple", "slots", "flyweight", "columns"]
LOADED = ["mean(age)", "name, upper(notes) where age > 90", "sum(income)"]
WINDOW = 2048
UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20}


def size(text):
    number, unit = text.split()
    return float(number) * UNITS[unit], UNITS[unit] / 10


def run(*words):
    done = subprocess.run([WEIR, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise AssertionError("%s: %s" % (words, done.stderr.decode()))
    return done.stdout.decode(), done.stderr.decode()


def least(words):
    plan, _ = run("explain", *words)
    return re.search(r"([0-9.]+ \w+)  in all, at least", plan)[1]


def peak(words):
    _, stats = run("--stats", *words)
    return re.search(r"memory +([0-9.]+ \w+) heap at its peak", stats)[1]


def compare(words, estimated, most_of):
    """What is wrong if the peak is not at most what is estimated, and at least
    that divided by `most_of`; as lines."""
    most, unit = size(estimated)
    held = peak(words)
    used, used_unit = size(held)
    if used > most + unit + used_unit:
        yield "%s: %s held, %s estimated" % (words, held, estimated)
    if most > most_of * (used + used_unit) + unit:
        yield "%s: %s held, but %s estimated" % (words, held, estimated)


def within_least(words, most_of):
    """The same for a run that may not hold more than its estimate. It may be
    read in another way then, and is estimated anew."""
    estimated = least(words)
    for _ in range(4):
        number, unit = estimated.split()
        limit = "--memory=%s%s" % (number, unit[0] if unit != "bytes" else "")
        before, estimated = estimated, least([limit, *words])
        if estimated == before:
            return compare([limit, *words], estimated, most_of)
    raise AssertionError("%s: no least" % words)


def check(words, most_of):
    question = words[0]
    if question in STREAMED:
        yield from compare(words, least(words), most_of)
        yield from within_least(words, most_of)
    else:
        yield from within_least(words, FITTING.get(question, most_of))


def check_loaded(words, threads):
    """What is wrong with an eager run; a page of a window's records may take
    twice its final size while it is made."""
    estimated, unit = size(least(words))
    _, stats = run("--stats", *words)
    found = re.search(r"memory +(\S+ \w+) heap at its peak, (\S+ \w+) live",
                      stats)
    used, used_unit = size(found[1])
    live, live_unit = size(found[2])
    made = 2 * threads * live * WINDOW / RECORDS
    around = unit + used_unit + live_unit
    if used > estimated + live + made + around:
        yield "%s: %s, %s estimated" % (words, found[0], estimated)
    if estimated + live > 1.1 * used + around:
        yield "%s: %s, but %s estimated" % (words, found[0], estimated)


def files(folder):
    """Their paths: plain, of one frame, of one member, of many frames."""
    plain = os.path.join(folder, "users.csv")
    with open(plain, "wb") as file:
        subprocess.run([MAKE, "users", str(RECORDS)], stdout=file, check=True)
    with open(plain, "rb") as file:
        lines = file.readlines()
    parts = [b"".join(lines[i::16] if i else lines[::16]) for i in range(16)]
    framed = os.path.join(folder, "framed.csv.zst")
    with open(framed, "wb") as file:
        for part in parts:
            file.write(subprocess.run(["zstd", "-qc"], input=part, check=True,
                                      stdout=subprocess.PIPE).stdout)
    subprocess.run(["zstd", "-q", plain], check=True)
    subprocess.run(["gzip", "-k", plain], check=True)
    return [plain, plain + ".zst", plain + ".gz", framed]


def cases(paths):
    """What checks each case, as calls."""
    for path, threads, reader in itertools.product(paths, "12",
                                                   ("scan", "libcsv")):
        words = ["-o", "csv", "-j", threads, "--reader", reader, path]
        # A thread that comes too late for a segment needs no decoder of its
        # own.
        shared = threads == "2" and "framed" in path
        for question in [*STREAMED, *SPILLED, *FITTING]:
            yield check, [question, *words], 9.9 if shared else 1.1
    for layout, threads, columns, question in itertools.product(
            LAYOUTS, "12", ([], ["--all-columns"]), LOADED):
        words = ["-o", "csv", "-j", threads, *columns, "--eager=" + layout]
        yield check_loaded, [question, *words, paths[0]], int(threads)


def main():
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda case: list(case[0](*case[1:])),
                              cases(files(folder))))
    wrong = sum(found, [])
    print("\n".join(wrong))
    print("%d cases, %d wrong" % (len(found), len(wrong)))
    sys.exit(1 if wrong or len(found) < 390 else 0)


if __name__ == "__main__":
    main()
