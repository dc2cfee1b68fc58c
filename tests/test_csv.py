"""Random CSV with many oddities, read by weir and by Python's csv module.

They differ for good reasons in a few places, and only there:
- Blank lines: Python gives [], weir skips them, except in one-column files,
  where a blank line is an empty record.
- A quote that never closes, and an escape that is the last byte: Python takes
  what there is, weir fails.
- A byte order mark is not text to weir.
- An escaped CRLF is data as a whole to weir; Python ends the record at the LF.
- An escape right after a closing quote escapes; to Python it is a character.
"""
import csv
import io
import json
import os
import random
import re
import subprocess
import sys

TOOL = os.path.join(os.environ.get("WEIR_TOOLS", "build/dev/tests"), "csv_tool")
csv.field_size_limit(1 << 30)

DIALECTS = [
    (["delimiter=,"], dict(delimiter=",")),
    (["delimiter=;"], dict(delimiter=";")),
    (["delimiter=\t"], dict(delimiter="\t")),
    (["delimiter= "], dict(delimiter=" ")),
    (["quote='"], dict(quotechar="'")),
    (["quote="], dict(quotechar=None, quoting=csv.QUOTE_NONE)),
    (["escape=\\"], dict(escapechar="\\")),
    (["escape=^", "quote=|"], dict(escapechar="^", quotechar="|")),
]


def soup(draw, marks):
    """Marks and a few letters in random order, mostly few."""
    some = marks + draw.choice([["a"], ["a", " ", "\t", "\x00"],
                                ["\xe9", "\xff", "#"], ["long" * 30]])
    return "".join(draw.choices(some, k=draw.choice([3, 8, 20, 200])))


def field(draw, marks):
    delimiter, quote = marks[0], marks[1]
    form = draw.randrange(8)
    if form < 4:
        return draw.choice(["", "1", " x ", "word", "\xc3\xa9", "5 inch"])
    inside = "".join(draw.choices([delimiter, quote * 2, "\n", "\r\n", "b"],
                                  k=draw.randrange(4)))
    return {4: quote + inside + quote, 5: quote + inside + quote,
            6: quote + inside + quote + "after",
            7: "5" + quote + " pipe"}[form]


def table(draw, marks):
    """Records of fields, most of them well written."""
    width = draw.randrange(1, 5)
    end = draw.choice([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]])
    text = draw.choice(["", "", "", "\xef\xbb\xbf"])
    for _ in range(draw.randrange(30)):
        n = width if draw.randrange(8) else draw.randrange(1, 7)
        if draw.randrange(10):
            text += marks[0].join(field(draw, marks) for _ in range(n))
        text += draw.choice(end)
    return text[:-1] if draw.randrange(2) else text


def cases(draw, options):
    marks = [options.get("delimiter", ","), options.get("quotechar") or '"']
    marks += ["\n", "\r", "\r\n"]
    if "escapechar" in options:
        marks.append(options["escapechar"])
    for _ in range(600):
        yield soup(draw, marks)
    for _ in range(300):
        yield table(draw, marks)


def skipped(text, options):
    """Whether the two readers differ on purpose in a way that this test cannot
    tell from an error."""
    escape = options.get("escapechar")
    if text.startswith("\xff\xfe"):
        return True  # for weir this is UTF-16
    if "\0" in text[:4]:
        return True  # and this may be UTF-16 without a byte order mark
    return escape and (escape + "\r\n" in text or
                       options.get("quotechar", '"') + escape in text)


def read(text, options):
    return list(csv.reader(io.StringIO(text, newline=""), strict=False,
                           **options))


def is_whole(text, options):
    return read(text + "\nlast", options)[-1] == ["last"]


def python(text, options):
    """The records that weir should give, and whether it should fail."""
    if text.startswith("\xef\xbb\xbf"):
        text = text[3:]
    fails = not is_whole(text, options)
    rows = read(text, options)
    first = next((row for row in rows if row), [])
    if fails and first is rows[-1] and not is_whole(
            text.rstrip(options.get("escapechar", "\n")), options):
        return [], True  # the header has a quote that never closes
    rows = [row or [""] for row in rows if row or len(first) == 1]
    return (rows[:-1] if fails else rows), fails


def weir(texts, options):
    data = b"".join(b"%d\n" % len(text) + text.encode("latin-1")
                    for text in texts)
    run = subprocess.run([TOOL, *options], input=data, stdout=subprocess.PIPE,
                         check=True)
    rows = []
    for line in run.stdout.decode("latin-1").split("\n")[:-1]:
        if line.startswith("["):
            rows.append(json.loads(line))
        else:
            yield rows, line
            rows = []


def check(texts, words, options, libcsv):
    wrong = compared = 0
    words = words + (["reader=libcsv"] if libcsv else [])
    for text, (rows, end) in zip(texts, weir(texts, words), strict=True):
        expected, fails = python(text, options)
        if libcsv and "libcsv reads differently" in end:
            expected, fails = expected[:len(rows)], True
        compared += 1
        if rows != expected or (end != "end") != fails:
            wrong += 1
            if wrong < 4:
                print(f"{words}: {text!r}\n  weir:   {rows} {end}"
                      f"\n  python: {expected} fails: {fails}")
    return compared, wrong


def main():
    draw = random.Random(4180)
    compared = wrong = 0
    for words, options in DIALECTS:
        texts = [text for text in cases(draw, options)
                 if not skipped(text, options)]
        readers = [False]
        if not re.search("escape|quote=$", " ".join(words)):
            readers.append(True)
        for libcsv in readers:
            n, bad = check(texts, words, options, libcsv)
            compared += n
            wrong += bad
    print(f"{compared} cases, {wrong} wrong")
    return wrong != 0 or compared < 5000


if __name__ == "__main__":
    sys.exit(main())
