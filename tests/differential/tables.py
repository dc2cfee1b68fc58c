"""Small random tables. Their cells suit queries, the way in which they are
written is difficult, and their sizes lie around the sizes of buffers.
"""

import dataclasses

EDGES = [32, 64, 4096, 8192, 16384, 20480, 32768, 131072, 262144]
KINDS = "kndtem"
WORDS = ["apple", "Banana", "fig, dried", 'say "hi"', "two\nlines", "\u00dcber",
         "\udcff\udcfe", "  blank ", "x%y_z", "\r\n", "", "the same word",
         "\u6c34\u6c34", "NULL", "12abc", '"', "a'b", "a;b|c", "#no", "NA", "-",
         "back\\slash", "nul\0byte", "a::b", "=1+1", "\u202e"]
ODD = ["9223372036854775807", "-9223372036854775808", "1" * 40, "-0." + "0" * 29
       + "1", "1e300", "-2.5E-3", "+7", ".5", "1.", "0", "-0", "0.1", "1.10",
       " 3 ", "\t4.25", "4611686018427387904", "3037000500", "1e-300", "007",
       "9" * 300]
BAD = ["abc", "1 2", "--5", "2024-13-01", "0x10", "1e", "nan", "1_000", "."]
TAILS = ["", "", "T10:30:05", " 23:59", "T00:00:00Z", "T01:02:03.5+02:00"]


@dataclasses.dataclass
class Dialect:
    """How a table is written. An empty mark means that there is none."""

    delimiter: str
    quote: str
    escape: str
    comment: str
    ends: list
    name: str = ""


# Dialects by name that are written alike, and the letters of their escapes.
NAMED = ["tsv", "mysql", "postgres"]
CODES = {"\t": "t", "\n": "n", "\r": "r"}


def draw_dialect(draw):
    if draw.random() < 0.1:
        name = draw.choice(NAMED)
        return Dialect("\t", "", "\\", "", ["\n"], name)
    plain = draw.random() < 0.5
    quote = '"' if plain else draw.choice(['"', '"', "'", ""])
    return Dialect(
        "," if plain else draw.choice([",", ";", "\t", "|", " ", "::", "#"]),
        quote,
        "" if plain or draw.random() < 0.7 else "\\",
        "" if plain or draw.random() < 0.7 else draw.choice(["#", "//"]),
        draw.choice([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]]))


def dialect_options(draw, dialect):
    options = []
    if dialect.name:
        return [["--dialect=" + dialect.name]]
    if dialect.delimiter != "," or draw.random() < 0.05:
        text = "\\t" if dialect.delimiter == "\t" else dialect.delimiter
        options.append(["--delimiter=" + text])
    if dialect.quote != '"':
        options.append(["--quote=" + dialect.quote])
    if dialect.escape:
        options.append(["--escape=" + dialect.escape])
    if dialect.comment:
        options.append(["--comment=" + dialect.comment])
    return options


class Writer:
    """Writes records with a number of fields, in a dialect."""

    def __init__(self, draw, dialect, width):
        self.draw, self.dialect = draw, dialect
        self.plain = draw.random() < 0.3  # short and regular cells only
        self.kinds = [KINDS[i % len(KINDS)] for i in range(width)]
        self.bad = 0.01 if draw.random() < 0.25 else 0
        self.ragged = 0.05 if draw.random() < 0.25 else 0
        self.blank = 0.03 if draw.random() < 0.3 else 0
        self.dirt = 0.02 if draw.random() < 0.1 else 0
        self.often = draw.choice([0, 0.1, 1])  # quoted although it need not be
        self.keys = draw.choice([1, 3, 8, 2000])
        self.long = draw.choice(EDGES[:-2] + [700]) \
            if draw.random() < 0.15 else 0

    def value(self, kind):
        draw = self.draw
        if kind == "m":
            kind = draw.choice("kndte")
        if kind == "k":
            n = draw.randrange(self.keys)
            return "k%d" % n if self.plain else \
                ["%d", "k%d", "key of some length %d", "\u00e9%d",
                 "%d.0"][n % 5] % n
        if kind == "n":
            return str(draw.randrange(-50, 50 if self.plain else 4000))
        if kind == "d":
            return "%.2f" % draw.uniform(-999, 999) \
                if self.plain or draw.random() < 0.7 else draw.choice(ODD)
        if kind == "t":
            return draw.choice(WORDS) * draw.choice([1] * 20 + [9])
        return "%04d-%02d-%02d" % (
            draw.randrange(1990, 2030), draw.randrange(1, 13),
            draw.randrange(1, 29)) + draw.choice(TAILS)

    def cell(self, kind):
        draw = self.draw
        if not self.plain and draw.random() < 0.1:
            return draw.choice(["", "", "", "  "])
        if self.bad and draw.random() < self.bad:
            return draw.choice(BAD)
        return self.value(kind)

    def written(self, cell):
        """The cell as it is written in a record."""
        draw, dialect = self.draw, self.dialect
        marks = [mark for mark in (dialect.delimiter, dialect.quote,
                                   dialect.escape, "\r", "\n") if mark]
        if not any(mark in cell for mark in marks) and \
                draw.random() >= self.often:
            return cell + ("x" + dialect.quote
                           if draw.random() < self.dirt else "")
        if not dialect.quote:
            if not dialect.escape:
                return "".join(c for c in cell if c not in "\r\n" and
                               c not in dialect.delimiter)
            return "".join(
                dialect.escape + (CODES.get(c, c) if dialect.name else c)
                if c in "".join(marks) else c for c in cell)
        if dialect.escape:
            cell = cell.replace(dialect.escape, dialect.escape * 2)
        twice = dialect.escape or dialect.quote
        cell = dialect.quote + cell.replace(
            dialect.quote, twice + dialect.quote) + dialect.quote
        return cell + ("after" if draw.random() < self.dirt else "")

    def join(self, cells):
        return self.dialect.delimiter.join(self.written(c) for c in cells) + \
            self.end()

    def end(self):
        return self.draw.choice(self.dialect.ends)

    def record(self):
        draw, kinds = self.draw, self.kinds
        chance = draw.random()
        if chance < self.blank:
            mark = self.dialect.comment
            return (mark + "no," if mark and chance < self.blank / 2 else "") \
                + self.end()
        if draw.random() < self.ragged:
            kinds = kinds[:draw.randrange(len(kinds))] or kinds + ["t"]
        cells = [self.cell(kind) for kind in kinds]
        if self.long and draw.random() < 0.2:
            i = draw.randrange(len(cells))
            cells[i] = (cells[i] or "z") + "x" * (
                self.long + draw.randrange(-3, 4))
        return self.join(cells)


def encode(text):
    return text.encode("utf-8", "surrogateescape")


def draw_size(draw):
    form = draw.random()
    if form < 0.75:
        return int(2 ** draw.uniform(0, 12))
    if form < 0.93:
        return draw.choice(EDGES[:6]) + draw.randrange(-3, 4)
    return draw.choice(EDGES + [300000]) + draw.randrange(-3, 4)


def draw_records(draw, writer, size):
    """As many records as fill the size, or only a few. If there are many, some
    repeat."""
    few = draw.random() < 0.2
    most = draw.randrange(1, 4) if few else 400
    records, total = [], 0
    while total < size and len(records) < most:
        records.append(encode(writer.record()))
        total += len(records[-1])
    while total < size and not few:
        records.append(records[draw.randrange(most)])
        total += len(records[-1])
    return records


def cut(draw, head, records, size):
    """Cuts the table's end. Returns whether each record is still whole."""
    form = draw.random()
    if not records or form < 0.4:
        return True
    total, last = sum(map(len, head + records)), records[-1]
    if form < 0.9:
        records[-1] = last.rstrip(b"\r\n")
        if form > 0.75:  # beyond the next size of a buffer
            edge = min((edge for edge in EDGES if edge > total), default=total)
            records[-1] += b"x" * (edge - total + draw.randrange(40))
        return True
    records[-1] = last[:max(0, len(last) - max(0, total - size))]
    return False
