"""What small tables cannot test. With the memory that the plan says it needs at
least, groups, the values of an ordered-set aggregate and rows to be sorted
exceed it and are spilled. The answer must be that of a run with more memory.
"""

import re

from differential.shell import Wrong

RECORDS = 20000  # a group, a value and a row each: megabytes
QUESTIONS = ["count(), sum(n) by k", "median(n), mode(n) by k",
             "k, n order by n desc, k"]


def table():
    lines = ["k,n"] + ["key %d of %d,%d" % (i * 7919 % RECORDS, RECORDS,
                                            i * 104729 % 1000)
                       for i in range(RECORDS)]
    return "\n".join(lines).encode() + b"\n"


def check(shell):
    shell.fresh()
    shell.write("many.csv", table())
    for question in QUESTIONS:
        for threads in "12":
            words = ["-j", threads, question, "many.csv"]
            plan = shell.weir(["explain"] + words)
            size = re.search(rb"([0-9.]+) ([KM])iB  in all, at least",
                             plan.out)
            least = "--memory=" + (size[1] + size[2]).decode()
            want = shell.weir(["--memory=1G"] + words)
            got = shell.weir([least] + words)
            if want.code or got != want:
                raise Wrong.of("spilling", want, got)
