"""Every text of up to seven symbols, read by weir and by Python's csv module.

The symbols are a letter, a digit, the delimiter, the quote, LF and CR. Both
readers of weir are compared with Python's. test_csv.py lists the places in
which they differ on purpose. Under a sanitizer one text in seven is read;
WEIR_LAW_WHOLE reads texts of eight symbols too.
"""
import itertools
import subprocess
import sys

import turns
from test_csv import TOOL, python

SYMBOLS = 'a1,"\n\r'
AT_ONCE = 100000


def texts():
    for n in range(9 if turns.WHOLE else 8):
        for letters in itertools.product(SYMBOLS, repeat=n):
            yield "".join(letters)


def written(rows):
    """Records as csv_tool writes them."""
    escape = {ord("\n"): "\\u000a", ord("\r"): "\\u000d", ord('"'): "\\u0022"}
    return "".join("[%s]\n" % ",".join(
        '"%s"' % field.translate(escape) for field in row) for row in rows)


def answers(cases, words):
    """The answers of the tool: the records of each text, and how it ended."""
    data = "".join("%d\n%s" % (len(text), text) for text in cases)
    run = subprocess.run([TOOL, *words], input=data.encode(), check=True,
                         stdout=subprocess.PIPE)
    rows = []
    for line in run.stdout.decode().split("\n")[:-1]:
        if line.startswith("["):
            rows.append(line + "\n")
        else:
            yield "".join(rows), line
            rows = []


def differs(text, got, end, libcsv):
    rows, fails = python(text, {"delimiter": ","})
    if libcsv and "libcsv reads differently" in end:
        return not written(rows).startswith(got)
    return got != written(rows) or (end != "end") != fails


def check(cases, words):
    wrong = 0
    libcsv = "reader=libcsv" in words
    for text, (got, end) in zip(cases, answers(cases, words), strict=True):
        if differs(text, got, end, libcsv):
            wrong += 1
            if wrong < 4:
                rows, fails = python(text, {"delimiter": ","})
                print(f"{words}: {text!r}\n  weir:   {got!r} {end}"
                      f"\n  python: {rows} fails: {fails}")
    return wrong


def main():
    compared = wrong = 0
    everything = texts()
    while cases := list(itertools.islice(everything, AT_ONCE)):
        cases = cases[::turns.stride(1, 7)]
        for words in ["delimiter=,"], ["delimiter=,", "reader=libcsv"]:
            wrong += check(cases, words)
            compared += len(cases)
    print(f"{compared} texts, {wrong} wrong")
    return wrong != 0 or compared < 95000


if __name__ == "__main__":
    sys.exit(main())
