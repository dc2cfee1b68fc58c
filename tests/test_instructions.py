"""
Three jobs must cost the instructions that they cost when these figures were
recorded, within a margin. This shows a slip in a hot loop on any machine,
however busy it is. And a match that takes too long ends at its record.

The figures are instructions for a byte of input, counted by callgrind, with
AVX2 (which most machines have; callgrind knows no AVX-512), on one thread of a
release build. Two sizes are run, so that the cost of starting does not count. A
change that is meant to cost less, or more, records its own figures: run this
with --record.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

MARGIN = 0.10
RECORDED = {
    "mean(age)": 1.89,
    "mean(age), sum(income), max(score) by country where age >= 18": 4.45,
    "name, age where age > 90": 2.15,
}
SIZES = (4000, 40000)
SKIP = 77
# Each query has a step that ends at the first record, whose match with a
# regular expression takes too long, and computes nothing of the other records.
HASTY = ("count() where t ~ '^(a+)+$'", "t ~ '^(a+)+$'",
         "count() by t having t ~ '^(a+)+$'")


def instructions(query, path, code=0, options=()):
    command = ["valgrind", "--tool=callgrind",
               "--callgrind-out-file=/dev/null", os.environ["WEIR"],
               "-j", "1", *options, query, path]
    run = subprocess.run(command, capture_output=True, text=True, check=False,
                         env=dict(os.environ, WEIR_ISA="avx2"))
    if run.returncode != code:
        sys.exit("%s: exit code %d\n%s" % (query, run.returncode, run.stderr))
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def hasty(folder):
    """How many of the queries do more work for 200 slow records than for two.
    """
    wrong = 0
    paths = [os.path.join(folder, name) for name in ("two.csv", "all.csv")]
    for path, rows in zip(paths, (2, 200)):
        with open(path, "w", encoding="utf-8") as out:
            out.write("t\n" + "".join("%s!%d\n" % ("a" * 40, i)
                                      for i in range(rows)))
    for query in HASTY:
        two, all_of_them = (instructions(query, path, 1) for path in paths)
        print("%-62s %.2f times as many for 200 records as for 2" %
              (query, all_of_them / two))
        wrong += all_of_them > 2 * two
    return wrong


def rejects(folder):
    """Whether a rejected record costs more if there are many. Its line is
    counted from the rejected record before it, not from the beginning of the
    batch."""
    costs = []
    for end in ("\n", "\r", "\r\n"):
        for rows in (1000, 2000, 20000):
            path = os.path.join(folder, "bad.csv")
            with open(path, "w", encoding="utf-8", newline="") as out:
                out.write("a,b" + end + ("x" + end) * rows)
            costs.append(instructions(
                "count()", path, options=(
                    "--bad-records=reject",
                    "--rejects=" + os.path.join(folder, "rejects.csv"))))
        first, second, many = costs[-3:]
        one = (many - second) / 18000
        print("%-62s %d each, where there are few %d" %
              ("a record set aside, lines that end in %r" % end, one,
               (second - first) / 1000))
        if one > 1.2 * (second - first) / 1000:
            return 1
    return 0


def bytes_of(path):
    return os.stat(path).st_size


def main():
    for lacks, what in (
            (os.environ.get("WEIR_BUILD_TYPE") != "Release", "no release"),
            (not shutil.which("valgrind"), "no valgrind here"),
            ("avx2" not in open("/proc/cpuinfo").read(), "no AVX2 here")):
        if lacks:
            print("# skip", what)
            return SKIP
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, "%d.csv" % n) for n in SIZES]
        for path, n in zip(paths, SIZES):
            with open(path, "wb") as out:
                subprocess.run([os.environ["WEIR_MAKE"], "users", str(n)],
                               stdout=out, check=True)
        length = bytes_of(paths[1]) - bytes_of(paths[0])
        for query, recorded in RECORDED.items():
            small, large = (instructions(query, path) for path in paths)
            now = (large - small) / length
            print("%-62s %.2f a byte, recorded %.2f" % (query, now, recorded))
            if "--record" not in sys.argv:
                wrong += now > recorded * (1 + MARGIN)
        wrong += hasty(folder) + rejects(folder)
    if wrong:
        print("%d of them cost over %d %% more" % (wrong, MARGIN * 100))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
