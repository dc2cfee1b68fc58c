"""Random queries by the grammar. In a grouped query values are keys and
aggregates; otherwise they are columns. The same rules write both.
"""

import contextlib

from differential.case import Query

NUMBERS = ["0", "1", "2.50", "-3", ".5", "1e3", "9223372036854775807", "7",
           "0.1", "null", "123456789012345678901234567890"]
TEXTS = ["'apple'", "'k1'", "''", "'it''s'", "'\u00e93'", "'12'"]
SUMS = ["sum", "mean", "var", "stddev", "var_pop", "stddev_pop", "count",
        "median", "p95", "distinct", "mode"]
PAIRS = ["corr", "covar_pop", "covar_samp"]
KEPT = ["min", "max", "first", "last", "mode", "distinct"]
PATTERNS = [" like '%a%'", " not like '_p%'", " ~ '^[a-z]+$'",
            " regexp '(o|a)n'", " !~ '\\d'"]
TEXT_KINDS = "ktm"
PARTS = ["year", "quarter", "month", "week", "day", "hour", "minute"]


class Asker:
    """columns: pairs of a reference and the kind of the column's cells."""

    def __init__(self, draw, columns):
        self.draw, self.columns = draw, columns
        self.keys = []
        self.grouped = self.inside = False
        self.as_texts = False  # texts are mostly text(m), not m

    def column(self, kinds):
        some = [name for name, kind in self.columns if kind in kinds]
        if self.draw.random() < 0.05 or not some:
            some = [name for name, _ in self.columns] or ["$1"]
        return self.draw.choice(some)

    @contextlib.contextmanager
    def of_texts(self, ordered):
        """Where texts are ordered, a column of numbers and texts is an error,
        and text() of it is none."""
        was, self.as_texts = self.as_texts, self.as_texts or ordered
        yield
        self.as_texts = was

    def within(self, value):
        """The argument of an aggregate, in which values are columns."""
        was, self.inside = self.inside, True
        text = value(2)
        self.inside = was
        return text

    def aggregate(self, names, value):
        form, name = self.draw.random(), self.draw.choice(names)
        if form < 0.2:
            return "count()"
        if form < 0.25:
            return "quantile(%s, 0.25)" % self.within(self.number)
        if form < 0.3:
            return "top(%s, 3)" % self.within(value)
        if form < 0.36:
            return "%s(%s, %s)" % (self.draw.choice(PAIRS),
                                   self.within(self.number),
                                   self.within(self.number))
        with self.of_texts(name in ("min", "max")):
            return "%s(%s)" % (name, self.within(value))

    def leaf(self, kinds, literals, names, value):
        if self.draw.random() < 0.2:
            return self.draw.choice(literals)
        if not self.grouped or self.inside:
            as_text = self.as_texts and kinds == TEXT_KINDS and \
                self.draw.random() < 0.9
            return ("text(%s)" if as_text else "%s") % self.column(kinds)
        if self.keys and self.draw.random() < 0.4:
            return self.draw.choice(self.keys)
        return self.aggregate(names, value)

    def number(self, depth=0):
        draw = self.draw
        form = draw.randrange(9) if depth < 3 else 0
        if form < 4:
            return self.leaf("nd", NUMBERS, SUMS, self.number)
        if form == 4:
            return "%s(%s)" % (draw.choice(["abs", "floor", "ceil", "round"]),
                               self.number(depth + 1))
        if form == 5:
            return "length(%s)" % self.text(depth + 1)
        if form == 6:
            return "case when %s then %s else %s end" % (
                self.boolean(depth + 1), self.number(depth + 1),
                self.number(depth + 1))
        return "(%s %s %s)" % (self.number(depth + 1), draw.choice("+-*/%"),
                               self.number(depth + 1))

    def text(self, depth=0):
        draw = self.draw
        form = draw.randrange(10) if depth < 3 else 0
        if form < 4:
            return self.leaf(TEXT_KINDS, TEXTS, KEPT, self.text)
        if form == 4:
            return "substr(%s, %d, %d)" % (
                self.text(depth + 1), draw.randrange(-3, 5), draw.randrange(6))
        if form == 5:
            return self.date()
        if form == 6:
            return "(%s || %s)" % (self.text(depth + 1), self.text(depth + 1))
        if form == 7:
            return "coalesce(%s, %s)" % (self.text(depth + 1),
                                         self.text(depth + 1))
        if form == 8:
            return "fixed(%s, %d, ',', '.')" % (self.number(depth + 1),
                                                draw.randrange(4))
        return "%s(%s)" % (draw.choice(["lower", "upper", "trim", "text"]),
                           self.text(depth + 1))

    def date(self):
        if self.grouped and not self.inside:
            return "max(%s)" % self.within(lambda _: self.column("e"))
        name, part = self.column("e"), self.draw.choice(PARTS)
        return self.draw.choice(["date_trunc('%s', %s)" % (part, name),
                                 "%s(%s)" % (part, name), "date(%s)" % name])

    def boolean(self, depth=0):
        draw = self.draw
        form = draw.randrange(8) if depth < 2 else draw.randrange(6)
        if form < 2:
            return self.comparison(self.number, depth)
        if form < 4:
            with self.of_texts(True):
                return self.comparison(self.text, depth)
        if form == 4:
            return self.text(depth + 1) + draw.choice(PATTERNS)
        if form == 5:
            return self.text(depth + 1) + draw.choice([" is null",
                                                       " is not null"])
        return "%s(%s %s %s)" % (draw.choice(["", "not "]),
                                 self.boolean(depth + 1),
                                 draw.choice(["and", "or"]),
                                 self.boolean(depth + 1))

    def comparison(self, side, depth):
        draw = self.draw
        form, left = draw.randrange(6), side(depth + 1)
        if form == 0:
            return "%s between %s and %s" % (left, side(depth + 1),
                                             side(depth + 1))
        if form == 1:
            return "%s in (%s, %s)" % (left, side(depth + 1), side(depth + 1))
        return "%s %s %s" % (left, draw.choice(["=", "<>", "<", "<=", ">",
                                                ">="]), side(depth + 1))

    def value(self):
        form = self.draw.randrange(7)
        return (self.number if form < 3 else self.text if form < 6 else
                self.boolean)(self.draw.randrange(3))

    def key(self):
        draw = self.draw
        return draw.choice([
            self.column("km"), self.column("km"), self.column("n") + " % 3",
            "lower(%s)" % self.column("t"), "year(%s)" % self.column("e"),
            self.column("n") + " > 5", self.column("d")])

    def order(self):
        value = self.value()
        while value != "1" and value in NUMBERS + TEXTS:  # these are refused
            value = self.value()
        return value + self.draw.choice(["", " asc", " desc"])

    def query(self):
        draw = self.draw
        self.grouped = False
        where = self.boolean() if draw.random() < 0.4 else ""
        if draw.random() < 0.65:
            self.keys = [self.key() for _ in range(draw.choice([0, 1, 1, 2]))]
            self.grouped = True
        items = [self.value() for _ in range(draw.choice([1, 2, 3]))]
        if self.grouped:
            items[0] = self.aggregate(SUMS + KEPT, self.number)
        elif draw.random() < 0.2:
            items = ["*"]
        return Query(
            items, where, list(self.keys),
            self.boolean() if self.grouped and draw.random() < 0.2 else "",
            [self.order() for _ in range(draw.choice([0, 0, 0, 1, 2]))],
            str(draw.randrange(20)) if draw.random() < 0.2 else "",
            self.grouped)


def wrong(draw, query):
    """A query that is probably refused."""
    form = draw.randrange(5)
    if form == 0:
        query.items.append("$%d" % draw.choice([0, 1, 2, 3, 100000, 2 ** 32,
                                                2 ** 64]))
    elif form == 1:
        query.items.append("nope")
    elif form == 2:
        query.where = "$9 = " + draw.choice(NUMBERS)
    elif form == 3:
        query.order = ["count()", "9"]
    else:
        text = query.text()
        i = draw.randrange(len(text))
        query.items, query.by, query.order = [text[:i] + text[i + 1:]], [], []
        query.where = query.having = query.limit = ""
        query.grouped = None
