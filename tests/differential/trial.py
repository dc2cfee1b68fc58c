"""Asks one case in one way and compares with the outcome of the first way: what
of two outcomes must be the same.
"""

import re

from differential import packing
from differential.shell import Wrong, short

TIMES = re.compile(rb"^(time|work|reading|memory|loaded|pool|column|          ).*\n|"
                   rb"(?<= of records), .* of input$", re.MULTILINE)
ACCOUNT = re.compile(rb"^(records|fields|bytes)   .*\n", re.MULTILINE)


class Trial:
    def __init__(self, shell, case, way, draw, want=None):
        self.shell, self.case, self.way = shell, case, way
        self.draw, self.want = draw, want

    def place(self, form, raw):
        """Writes the packed input. Returns the words that name it, its standard
        input, and what messages call it."""
        over = self.way.knobs.get("source", "file").partition("-")[2]
        name = {"file": "t.csv", "bgz": "t.csv.bgz"}.get(form,
                                                         "t.csv." + form[:3])
        self.shell.write(name, raw)
        if over == "fifo":
            return ["fifo"], ("fifo", name), b"fifo"
        if over:
            return self.draw.choice([[], ["-"]]), \
                ("pipe" if over == "pipe" else "file", name), b"standard input"
        return [name], None, name.encode()

    def input(self):
        form = self.way.knobs.get("source", "file").partition("-")[0]
        text = self.case.text()
        return self.place(form, text if form == "file" else
                          packing.packed(form, text, self.draw))

    def inputs(self):
        """The names of the files. An empty file has no columns, and cannot be
        divided into shards."""
        if self.way.knobs.get("source") == "several":
            return self.deal(empty=False)
        return self.input()[0]

    def deal(self, empty=True):
        """The records dealt into files. empty: a file may have none."""
        draw, case, names = self.draw, self.case, []
        cuts = sorted(int(draw.random() * (len(case.records) + 1))
                      for _ in range(draw.choice([1, 2, 3])))
        # CR LF is one line end, unless a file ends between them.
        cuts = [c for c in cuts
                if not b"".join(case.records[c:c + 1]).startswith(b"\n")]
        for a, b in zip([0] + cuts, cuts + [len(case.records)]):
            text = b"".join(case.head) + b"".join(case.records[a:b])
            if not text and not empty and case.text():
                continue
            form = draw.choice(["file", "file", "gz", "zst"])
            names.append("%d.csv" % len(names) +
                         ("" if form == "file" else "." + form))
            self.shell.write(names[-1], text if form == "file" else
                             packing.packed(form, text, draw))
        return names

    def weir(self, words, stdin=None):
        return self.shell.weir(self.way.words() + words, self.way.env(), stdin)

    def put(self, *extra, at=None):
        """Asks the query, with further words before it, of an input."""
        words, stdin, name = at or self.input()
        return named(self.weir([*self.case.words(), *extra, self.case.asked(),
                                *words], stdin), name)

    def rejects(self, name):
        """The rejects, sorted. A malformed record is found before a wrong cell
        that precedes it, by up to as many records as a batch holds."""
        if "rejects" not in self.way.knobs:
            return None
        try:
            with open("rejects", "rb") as file:
                return sorted(file.read().replace(name, b"INPUT").split(b"\n"))
        except FileNotFoundError:
            return None

    def expect(self, got):
        """Output, code and message must be those of the first way."""
        if got != self.want:
            raise Wrong.of("difference", self.want, got)

    def expect_rejects(self, got):
        want = self.want.rejects
        if None not in (want, got) and not self.case.hurried() and want != got:
            raise Wrong("rejects", "expected %r\n  got %r" % (
                short(b"\n".join(want)), short(b"\n".join(got))))

    def expect_answer(self, got):
        """The run may fail at another place and in other words, but only if the
        first way fails too."""
        if 0 == got.code:
            self.expect(got)
        elif self.want.code == 0 and not self.case.hurried() or \
                (self.want.code == 2) != (got.code == 2):
            raise Wrong.of("failure", self.want, got)

    def expect_one_of(self, codes):
        """If the runs fail, one of them must fail as the first way does."""
        if self.want.code not in codes and not self.case.hurried():
            raise Wrong(self.way.kind, "expected %s\n  got codes %s" % (
                self.want, sorted(codes)))


def named(outcome, name):
    """Messages with one name for the input, whatever it was called, and of
    --stats only what must be the same. A run that fails may have read further.
    """
    err = TIMES.sub(b"", outcome.err.replace(name, b"INPUT"))
    outcome.err = ACCOUNT.sub(b"", err) if outcome.code else err
    return outcome
