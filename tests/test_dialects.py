"""The named dialects. Random text is read by weir and by a model of each
dialect, written with regular expressions from the programs' manuals. What -o
tsv writes is read back to the same bytes. And the files that programs have
written (tests/dialects, by scripts/dialects) give the table that they were
written from, in every way of reading.

    WEIR=build/dev/weir WEIR_TOOLS=build/dev/tests WEIR_SOURCE=. test_dialects.py
"""

import gzip
import json
import os
import random
import re
import subprocess
import tempfile

import turns

WEIR = os.environ["WEIR"]
TOOL = os.path.join(os.environ["WEIR_TOOLS"], "csv_tool")
EXPORTS = os.path.join(os.environ["WEIR_SOURCE"], "tests", "dialects")
CASES = 200 if turns.SANITIZED else 1500
LINE_END = "\r\n|\n|\r"


class Escapes:
    """A dialect whose fields are ended by a byte."""

    def __init__(self, field, ends, letters, codes=False, escape=True):
        self.field = re.compile(field)
        self.end = re.compile(ends)
        self.letters, self.codes, self.escape = letters, codes, escape

    def undone(self, match):
        octal, hexadecimal, other = match.groups()
        if octal and self.codes:
            return chr(int(octal, 8) & 255)
        if hexadecimal and self.codes:
            return chr(int(hexadecimal, 16))
        other = match.group()[1:]
        return self.letters.get(other[0], other[0]) + other[1:]

    def text(self, field):
        if field == "\\N":
            return ""
        pattern = r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))" \
            if self.codes else r"\\(?:(?!)()|(?!)()|([\s\S]))"
        return re.sub(pattern, self.undone, field) if self.escape else field

    def records(self, text, comment):
        """The records, and whether the last of them ends."""
        at = 0
        while at < len(text):
            if comment and text.startswith(comment, at):
                at = re.compile("[^\r\n]*(%s|$)" % LINE_END).match(text, at).end()
                continue
            record, end, start = [], None, at
            while end is None or end.group() == self.mark:
                field = self.field.match(text, at)
                record.append(self.text(field.group()))
                end = self.end.match(text, field.end())
                if not end:  # an escape is the last byte
                    yield None
                    return
                at = end.end()
            yield record if end.start() > start else []

    mark = "\t"


class Hive(Escapes):
    mark = "\x01"


class Blanks:
    @staticmethod
    def records(text, comment):
        lines = re.split(LINE_END, text)
        for line in lines if lines[-1] else lines[:-1]:
            line = line.strip(" \t")
            yield re.split("[ \t]+", line) if line else []


ANY = r"(?:\\(?:\r\n|[\s\S])|[^\\\t\r\n])*"
DIALECTS = {
    "tsv": Escapes(r"[^\t\r\n]*", r"\t|$(?![\s\S])|" + LINE_END,
                   {"t": "\t", "n": "\n", "r": "\r"}),
    "mysql": Escapes(r"(?:\\[\s\S]|[^\\\t\n])*", r"\t|\n|$(?![\s\S])",
                     {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t",
                      "Z": "\x1a"}),
    "postgres": Escapes(ANY, r"\t|$(?![\s\S])|" + LINE_END,
                        {"b": "\b", "f": "\f", "n": "\n", "r": "\r",
                         "t": "\t", "v": "\v"}, codes=True),
    "hive": Hive("[^\x01\r\n]*", "\x01|$(?![\\s\\S])|" + LINE_END, {},
                 escape=False),
    "hive escape=\\": Hive(
        ANY.replace(r"\t", r"\x01"), "\x01|$(?![\\s\\S])|" + LINE_END,
        {"n": "\n", "r": "\r"}),
    "blanks": Blanks,
}


def soup(draw, name):
    marks = ["\\"] * 4 + ["\t", "\n", "\r", "\r\n", "\x01", " "]
    letters = list("N0bfnrtvZx79aF.8") + ["\\N", "\t\\N\n", '"', "word"]
    some = marks + draw.sample(letters, draw.randrange(1, len(letters)))
    text = "".join(draw.choices(some, k=draw.choice([3, 8, 20, 200])))
    # A CR and an LF that are escaped one by one look like an escaped CRLF.
    return text if name != "blanks" else text.replace("\\", "x")


def model(text, name):
    """The records, as csv_tool gives them, and whether weir should fail."""
    records = list(DIALECTS[name].records(
        text, "\\." if name == "postgres" else None))
    fails = bool(records) and records[-1] is None
    records = [r for r in records if r is not None]
    first = next((r for r in records if r), [])
    return [r or [""] for r in records if r or len(first) == 1], fails


def weir(texts, words):
    data = b"".join(b"%d\n" % len(text) + text.encode("latin-1")
                    for text in texts)
    run = subprocess.run([TOOL, *words], input=data, capture_output=True,
                         check=True)
    rows = []
    for line in run.stdout.decode("latin-1").split("\n")[:-1]:
        if line.startswith("["):
            rows.append(json.loads(line))
        else:
            yield rows, line
            rows = []


def check_models():
    draw = random.Random(1970)
    compared = failed = 0
    for name in DIALECTS:
        words = ("dialect=" + name).split(" ")
        texts = [soup(draw, name) for _ in range(CASES)]
        for text, (rows, end) in zip(texts, weir(texts, words), strict=True):
            want, fails = model(text, name)
            if fails:  # perhaps before its first record
                rows, want = ([r for r in some if r != [""]]
                              for some in (rows, want if rows else []))
            assert rows == want, (name, text, rows, want)
            assert (end != "end") == fails, (name, text, end)
            compared += 1
            failed += fails
    return compared, failed


def run(*words, text=None):
    done = subprocess.run([WEIR, *words], input=text, capture_output=True)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def check_tsv():
    """-o tsv, read back."""
    draw = random.Random(7)
    pieces = ["\t", "\n", "\r", "\r\n", "\\", "\\N", "N", "\\t", '"', "a", ",",
              "", "\u00fc", " ", "12", "0.50"]
    for _ in range(20 if turns.SANITIZED else 100):
        width = draw.randrange(1, 4)
        names = ["".join(draw.choices(pieces[:-4], k=2)) + str(i)
                 for i in range(width)]
        rows = [names] + [["".join(draw.choices(pieces, k=draw.randrange(4)))
                           for _ in names] for _ in range(draw.randrange(20))]
        table = "".join(",".join('"%s"' % cell.replace('"', '""')
                                 for cell in row) + "\n" for row in rows)
        table = table.encode()
        want = run("-o", "json", "*", text=table)
        tsv = run("-o", "tsv", "*", text=table)
        assert run("--dialect", "tsv", "-o", "json", "*", text=tsv) == want, \
            (table, tsv)
        assert run("--dialect", "tsv", "-o", "tsv", "*", text=tsv) == tsv


def check_exports():
    """Every file gives its table, whichever way it is read."""
    with open(os.path.join(EXPORTS, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    seen = set()
    for export in truth["exports"]:
        path, options = os.path.join(EXPORTS, export["file"]), export["options"]
        table = truth["tables"][export["table"]]
        rows = [table["columns"]] * export["header"] + table["rows"]
        lines = run("records", *options, path).decode().split("\n")
        got = [json.loads(line) for line in lines[:-1]]
        assert got == rows, \
            (export, [p for p in zip(got, rows) if p[0] != p[1]])
        words = [*options, "-o", "ndjson", "*"]
        if export["header"]:
            words.append("--header=")
        want = run(*words, "-j1", path)
        assert want.count(b"\n") == len(rows) - export["header"], export
        with open(path, "rb") as file:
            text = file.read()
        with tempfile.NamedTemporaryFile(suffix=".gz") as packed:
            packed.write(gzip.compress(text))
            packed.flush()
            for more in (["-j2"], ["-j8"], ["--eager"], ["--batch=64"]):
                assert run(*words, *more, path) == want, (export, more)
                assert run(*words, *more, packed.name) == want, (export, more)
            assert run(*words, text=text) == want
            zstd = subprocess.run(["zstd", "-qc"], input=text,
                                  capture_output=True, check=True).stdout
            assert run(*words, text=zstd) == want
        seen.add(next((o.split("=")[1] for o in options
                       if o.startswith("--dialect=")), "default"))
    assert seen >= {"mysql", "postgres", "tsv", "excel", "unix", "default"}, seen
    return len(truth["exports"])


def main():
    compared, failed = check_models()
    check_tsv()
    exports = check_exports()
    print("%d cases, %d of them end in an escape; %d files" %
          (compared, failed, exports))
    assert compared == len(DIALECTS) * CASES and failed > CASES // 20


main()
