"""Random queries about random CSV, answered by sqlite3 and by fractions.

    WEIR_TOOLS=build/dev/tests test_query.py [SEED]

The first half asks sqlite3: where with three-valued logic, comparisons of every
kind, in, between, like, case, texts, order by, limit. The database has each
cell twice: as the natural order sees it (null, number or text: s_0) and as its
text (t_0), for places where sqlite3 would turn a number back into a text of its
own making.

The second half computes aggregates by key in exact fractions, which are rounded
once.
"""

import csv
import decimal
import fractions
import io
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile

F = fractions.Fraction
NUMBER = re.compile(r"[ \t]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$")
WORDS = ["apple", "Banana", "fig, dried", 'say "hi"', "two\nlines", "12abc",
         "x%y_z", " lead", "NULL", "Zo\u00eb", "\u6c34\u6c34", "a", "A", "~"]
INTEGERS = ["0", "1", "2", "7", "-3", "10", "42", "999", "-100", "5"]
DECIMALS = ["0.5", "1.50", "-2.25", "1e3", ".5", "3.", "+4", " 7 ", "0.10",
            "1E-2", "-0", "007", "123456.789"]


def is_number(text):
    return NUMBER.match(text) is not None


class Answerer:
    """Runs the tool, and reads its answers."""

    def __init__(self):
        tool = os.path.join(os.environ["WEIR_TOOLS"], "query_tool")
        self.process = subprocess.Popen([tool], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, path, question, bad="error"):
        line = "%s\t%s\t%s\n" % (path, bad, question)
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        sizes = self.process.stdout.readline().split()
        rows = self.process.stdout.read(int(sizes[0])).decode()
        trouble = self.process.stdout.read(int(sizes[1])).decode()
        if trouble:
            return None, trouble
        # The header is not quoted. Items may contain line ends, but not here.
        body = rows[rows.index("\n") + 1:]
        return list(csv.reader(io.StringIO(body, newline=""))), ""

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def write_csv(path, rng, rows):
    """Writes a table with every oddity that RFC 4180 allows."""
    ends = rng.choice(["\n", "\r\n"])
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("k,n,d,t,m" + ends)
        for row in rows:
            cells = []
            for cell in row:
                if rng.random() < 0.2 or any(c in cell for c in ',"\n\r'):
                    cell = '"' + cell.replace('"', '""') + '"'
                cells.append(cell)
            file.write(",".join(cells) + ends)
            if rng.random() < 0.05:
                file.write(ends)
    with open(path, newline="", encoding="utf-8") as file:
        return [row for row in csv.reader(file) if row][1:]


# Queries for sqlite3: pairs of weir's text and SQL's. -------------------------

class Asker:
    """Writes expressions of a type, in both languages at once."""

    def __init__(self, rng):
        self.rng = rng

    def number(self, depth=0):
        """Whole numbers only: sqlite3 has no decimals."""
        r = self.rng
        choice = r.randrange(9 if depth < 2 else 3)
        if choice == 0:
            n = r.choice(["0", "1", "2", "3", "10", "100"])
            return n, n
        if choice <= 2:
            return "n", "s_n"
        if choice <= 4:
            a, b, op = self.number(depth + 1), self.number(depth + 1), r.choice("+-*")
            return "(%s %s %s)" % (a[0], op, b[0]), "(%s %s %s)" % (a[1], op, b[1])
        if choice == 5:
            a, b = self.number(depth + 1), r.choice(["3", "7", "10", "0"])
            return "(%s %% %s)" % (a[0], b), "(%s %% %s)" % (a[1], b)
        if choice == 6:
            a = self.text(depth + 1)
            return "length(%s)" % a[0], "coalesce(length(%s), 0)" % a[1]
        if choice == 7:
            a = self.number(depth + 1)
            return "abs(%s)" % a[0], "abs(%s)" % a[1]
        return self.case(self.number, depth)

    def case(self, value, depth):
        c, a, b = self.boolean(depth + 1), value(depth + 1), value(depth + 1)
        if self.rng.random() < 0.3:
            return ("case when %s then %s end" % (c[0], a[0]),
                    "case when %s then %s end" % (c[1], a[1]))
        return ("case when %s then %s else %s end" % (c[0], a[0], b[0]),
                "case when %s then %s else %s end" % (c[1], a[1], b[1]))

    def text(self, depth=0):
        """A random text expression. To weir an empty text is null."""
        r = self.rng
        choice = r.randrange(9 if depth < 2 else 3)
        if choice == 0:
            word = r.choice(WORDS[:-4] + ["1", "10"])
            if "\n" in word:
                word = "b"
            word = "'" + word.replace("'", "''") + "'"
            return word, word
        if choice <= 2:
            name = r.choice("ktmdn")
            return "text(%s)" % name, "t_" + name
        a = self.text(depth + 1)
        if choice == 3:
            b = self.text(depth + 1)
            # Joining skips nulls.
            return ("(%s || %s)" % (a[0], b[0]),
                    "nullif(ifnull(%s, '') || ifnull(%s, ''), '')" % (a[1], b[1]))
        if choice == 4:
            start, n = r.choice([1, 2, 3, 5]), r.randrange(5)
            return ("substr(%s, %d, %d)" % (a[0], start, n),
                    "nullif(substr(%s, %d, %d), '')" % (a[1], start, n))
        if choice == 5:
            b = self.text(depth + 1)
            return ("coalesce(%s, %s)" % (a[0], b[0]),
                    "coalesce(%s, %s)" % (a[1], b[1]))
        if choice == 6:
            return "trim(%s, 'a')" % a[0], "nullif(trim(%s, 'a'), '')" % a[1]
        if choice == 7:
            # sqlite3 knows the case of ASCII only, so these words have no other
            # letters.
            word = r.choice(["'MiXed'", "text(k)"])
            sql = {"text(k)": "t_k"}.get(word, word)
            f = r.choice(["lower", "upper"])
            return "%s(%s)" % (f, word), "%s(%s)" % (f, sql)
        return self.case(self.text, depth)

    def cell(self, depth=0):
        del depth
        name = self.rng.choice("ktmdn")
        return name, "s_" + name

    def compared(self, depth):
        """Two values that can be compared, and the function that reads the
        first."""
        r = self.rng
        choice = r.randrange(5)
        if choice == 0:
            return self.number, self.number
        if choice == 1:
            return self.text, self.text
        if choice == 2:
            return self.cell, self.cell
        if choice == 3:
            return self.cell, self.number
        # A cell is compared with a text by its bytes.
        name = r.choice("ktmdn")
        return (lambda d: (name, "t_" + name)), self.text

    def boolean(self, depth=0):
        r = self.rng
        choice = r.randrange(9 if depth < 3 else 5)
        if choice <= 1:
            left, right = self.compared(depth)
            a, b = left(depth + 1), right(depth + 1)
            op = r.choice(["=", "<>", "<", "<=", ">", ">="])
            return "%s %s %s" % (a[0], op, b[0]), ordered(a[1], op, b[1])
        if choice == 2:
            left, right = self.compared(depth)
            a, b, c = left(depth + 1), right(depth + 1), right(depth + 1)
            word = r.choice(["between", "not between"])
            return ("%s %s %s and %s" % (a[0], word, b[0], c[0]),
                    "(%s(%s and %s))" % (word[:-len("between")],
                                         ordered(a[1], ">=", b[1]),
                                         ordered(a[1], "<=", c[1])))
        if choice == 3:
            left, right = self.compared(depth)
            a, b, c = left(depth + 1), right(depth + 1), right(depth + 1)
            word = r.choice(["in", "not in"])
            return ("%s %s (%s, %s)" % (a[0], word, b[0], c[0]),
                    "(%s %s (%s, %s))" % (a[1], word, b[1], c[1]))
        if choice == 4:
            name = r.choice("ktmdn")
            if r.random() < 0.5:
                word = r.choice(["is null", "is not null"])
                return "%s %s" % (name, word), "(t_%s %s)" % (name, word)
            pattern = r.choice(["'%a%'", "'_p%'", "'%'", "'1%'", "'a'", "'%l'"])
            word = r.choice(["like", "not like"])
            return ("%s %s %s" % (name, word, pattern),
                    "(t_%s %s %s)" % (name, word, pattern))
        if choice == 5:
            a = self.boolean(depth + 1)
            return "not (%s)" % a[0], "(not %s)" % a[1]
        a, b, word = self.boolean(depth + 1), self.boolean(depth + 1), r.choice(["and", "or"])
        return "(%s %s %s)" % (a[0], word, b[0]), "(%s %s %s)" % (a[1], word, b[1])

    def item(self):
        """weir's text, SQL's, and whether the two print a boolean."""
        choice = self.rng.randrange(5)
        if choice == 0:
            name = self.rng.choice("ktmdn")
            return name, "t_" + name, False
        if choice == 1:
            return self.boolean() + (True,)
        return self.rng.choice([self.number, self.text])() + (False,)

    def question(self):
        r = self.rng
        items = [self.item() for _ in range(r.randint(1, 3))]
        weir = ", ".join(item[0] for item in items)
        sql = "select " + ", ".join(item[1] for item in items) + " from data"
        if r.random() < 0.8:
            where = self.boolean()
            weir += " where " + where[0]
            sql += " where " + where[1]
        order = []
        if r.random() < 0.5:
            for _ in range(r.randint(1, 2)):
                a = r.choice([self.number, self.text, self.cell, self.cell])()
                if re.fullmatch(r"\d+|'([^']|'')*'", a[0]):
                    continue  # the first item, or the same in every record
                way = r.choice(["", " desc"])
                order.append((a[0] + way, a[1] + way))
        if order:
            weir += " order by " + ", ".join(o[0] for o in order)
            sql += " order by " + ", ".join(o[1] for o in order) + ", rowid"
        if r.random() < 0.3:
            n = r.randrange(12)
            weir += " limit %d" % n
            sql += " limit %d" % n
        return weir, sql, [item[2] for item in items]


def ordered(a, op, b):
    """A comparison. A number and a text have no order, which is null with
    --bad-cells=null."""
    if op in ("=", "<>"):
        return "(%s %s %s)" % (a, op, b)
    return ("(case when (typeof(%s) = 'text') = (typeof(%s) = 'text') "
            "then %s %s %s end)" % (a, b, a, op, b))


def natural(cell):
    """A cell as the natural order sees it; a blank one is null."""
    if not cell.strip(" \t"):
        return None
    if not is_number(cell):
        return cell
    value = F(cell.strip(" \t"))
    return int(value) if value.denominator == 1 else float(value)


def sqlite_table(rows):
    db = sqlite3.connect(":memory:")
    db.execute("pragma case_sensitive_like = on")
    names = ["%s_%s" % (kind, name) for name in "kndtm" for kind in "st"]
    db.execute("create table data (%s)" % ", ".join(names))
    for row in rows:
        values = []
        for cell in row:
            values += [natural(cell), cell or None]
        db.execute("insert into data values (%s)" % ",".join("?" * 10), values)
    return db


def printed(value, boolean):
    if value is None:
        return ""
    if boolean:
        return "true" if value else "false"
    return str(value)


def random_rows(rng, n):
    keys = ["k%d" % i for i in range(rng.choice([1, 3, 8]))] + ["1", "1.0", ""]
    anything = WORDS + INTEGERS + DECIMALS + ["", "", "  "]
    return [[rng.choice(keys), rng.choice(INTEGERS + [""]),
             rng.choice(DECIMALS + INTEGERS + ["", "  "]),
             rng.choice(WORDS + [""]), rng.choice(anything)] for _ in range(n)]


def check_sqlite(answerer, path, rng, questions):
    wrong = refused = 0
    for table in range(questions // 100):
        rows = write_csv(path, rng, random_rows(rng, rng.choice([0, 1, 30, 80])))
        # A new name makes the tool read the new file.
        now = path + str(table)
        os.rename(path, now)
        db = sqlite_table(rows)
        for _ in range(100):
            weir, sql, booleans = Asker(rng).question()
            got, trouble = answerer.ask(now, weir, "null")
            # An order of a cell and a quoted number is refused, and so is an
            # order by what is the same in every record.
            if ("with a number in quotes" in trouble and "'1" in weir or
                    "the same in every record; order by" in trouble):
                refused += 1
                continue
            try:
                expected = [[printed(v, t) for v, t in zip(row, booleans)]
                            for row in db.execute(sql)]
            except sqlite3.OperationalError:
                refused += 1
                continue
            if got != expected:
                wrong += 1
                if wrong <= 10:
                    print("wrong: %s\n  %s\n  %s\n  got %.300s%s\n  not %.300s" %
                          (now, weir, sql, got, trouble, expected))
    print("%d questions beside sqlite3, %d not for it, %d wrong" %
          (questions, refused, wrong))
    return wrong == 0 and refused < questions / 10


# Aggregates, in fractions. -----------------------------------------------------

class Number:
    """A decimal of 64 bits or a double, as weir computes with them."""

    def __init__(self, value, double=False):
        self.value, self.double = value, double

    @staticmethod
    def of(exact, double):
        """The exact decimal if the value is one, otherwise the nearest double.
        """
        if not double and fits(exact):
            return Number(exact)
        try:
            nearest = float(exact)
        except OverflowError:
            return None
        value = F(nearest)
        whole = value.denominator == 1 and abs(value) < 2 ** 53
        return Number(value, not whole)


def digits_of(value):
    """The mantissa and exponent of a decimal; None if it is no decimal."""
    d, twos, fives = value.denominator, 0, 0
    while d % 2 == 0:
        d, twos = d // 2, twos + 1
    while d % 5 == 0:
        d, fives = d // 5, fives + 1
    if d != 1:
        return None
    places = max(twos, fives)
    mantissa = int(value * 10 ** places)
    while mantissa and mantissa % 10 == 0:
        mantissa, places = mantissa // 10, places - 1
    return mantissa, -places


def fits(value):
    digits = digits_of(value)
    return digits is not None and abs(digits[0]) < 2 ** 63


def combine(op, a, b):
    if a is None or b is None:
        return None
    double = a.double or b.double
    if op == "+":
        return Number.of(a.value + b.value, double)
    if op == "-":
        return Number.of(a.value - b.value, double)
    if op == "*":
        return Number.of(a.value * b.value, double)
    if b.value == 0:
        return None
    return Number.of(a.value / b.value, double)


def random_decimal(rng):
    form = rng.randrange(8)
    if form == 0:
        return ""
    if form == 1:
        return str(rng.choice([2 ** 63 - 1, -2 ** 63, 2 ** 62, 10 ** 18, 3037000500]))
    if form == 2:
        return "%d.%02d" % (rng.randrange(-50, 50), rng.randrange(100))
    if form == 3:
        return "%de%d" % (rng.randrange(-99, 99), rng.randrange(-12, 12))
    if form == 4:
        return str(rng.randrange(10 ** 25) - 10 ** 24)
    if form == 5:
        return "0.%018d" % rng.randrange(10 ** 18)
    return str(rng.randrange(-1000, 1000))


def cell_number(cell):
    if not cell.strip():
        return None
    value = F(cell)
    return Number(value)


def arithmetic(rng, depth=0):
    """weir's text and a function of a record. A number of more than 64 bits
    becomes a double when something is computed from it."""
    choice = rng.randrange(5 if depth < 2 else 2)
    if choice == 0:
        literal = rng.choice(["1", "2.5", "0.1", "100", "3"])
        return literal, lambda row: Number(F(literal))
    if choice == 1:
        name = rng.choice("xy")
        return name, lambda row: cell_number(row["xy".index(name) + 1])
    op = rng.choice("+-*/")
    a, b = arithmetic(rng, depth + 1), arithmetic(rng, depth + 1)
    return ("(%s %s %s)" % (a[0], op, b[0]),
            lambda row: combine(op, a[1](row), b[1](row)))


def root(value):
    with decimal.localcontext() as context:
        context.prec = 120
        exact = decimal.Decimal(value.numerator) / decimal.Decimal(value.denominator)
        return F(float(exact.sqrt()))


def aggregate(name, values):
    """The exact result and whether weir prints it in full; None is null."""
    values = [v.value for v in values if v is not None]
    n = len(values)
    if name == "count":
        return F(n)
    if n == 0:
        return None
    if name == "sum":
        return sum(values)
    mean = sum(values) / n
    if name == "mean":
        return mean
    if name in ("min", "max"):
        return {"min": min, "max": max}[name](values)
    n -= not name.endswith("_pop")
    if n == 0:
        return None
    variance = sum((v - mean) ** 2 for v in values) / n
    return root(variance) if name.startswith("stddev") else variance


def same_number(name, got, expected):
    """Whether the numbers are the same: exact if a decimal holds the value,
    otherwise the nearest double in its shortest form."""
    if expected is None:
        return got == ""
    if not is_number(got):
        return False
    value = F(got)
    if name in ("sum", "count", "min", "max") and digits_of(expected) is not None:
        if value == expected:
            return True
    elif fits(expected) and value == expected:
        return True
    try:
        nearest = float(expected)
    except OverflowError:
        return got == ""
    digits = re.sub(r"[eE].*|[^0-9]", "", got).strip("0")
    shortest = re.sub(r"[eE].*|[^0-9]", "", repr(nearest)).strip("0")
    return float(value) == nearest and digits == shortest


NAMES = ["count", "sum", "mean", "min", "max", "var", "stddev", "var_pop",
         "stddev_pop"]


def natural_key(text):
    if not text.strip():
        return (0, 0, text)
    if is_number(text):
        return (1, F(text), text)
    return (2, text.encode(), text)


def grouped(rows, keyed):
    if not keyed:
        return {"": rows}
    groups = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return groups


def covariance(pairs, fewer):
    n = len(pairs)
    if n <= fewer:
        return None
    mean_x, mean_y = (sum(side) / n for side in zip(*pairs))
    return sum((x - mean_x) * (y - mean_y)
               for x, y in pairs) / (n - fewer)


def aggregate_pairs(name, pairs):
    """An aggregate over the records that have both values."""
    pairs = [(x.value, y.value) for x, y in pairs
             if x is not None and y is not None]
    if name != "corr":
        return covariance(pairs, name == "covar_samp")
    xy, xx, yy = (covariance(these, 0) for these in (
        pairs, [(x, x) for x, _ in pairs], [(y, y) for _, y in pairs]))
    if not xx or not yy:
        return None
    return root(xy * xy / (xx * yy)) * (1 if xy >= 0 else -1)


PAIR_NAMES = ["covar_pop", "covar_samp", "corr"]


def call(rng):
    """A random aggregate of one or two values, and the function that computes
    its result from rows."""
    if rng.random() < 0.2:
        name, x, y = rng.choice(PAIR_NAMES), arithmetic(rng), arithmetic(rng)
        return ("%s(%s, %s)" % (name, x[0], y[0]), name,
                lambda group: aggregate_pairs(
                    name, [(x[1](row), y[1](row)) for row in group]))
    name, x = rng.choice(NAMES), arithmetic(rng)
    return ("%s(%s)" % (name, x[0]), name,
            lambda group: aggregate(name, [x[1](row) for row in group]))


def fractions_question(rng, rows):
    """weir's query and its answer: rows of (key, [(name, value)])."""
    calls = [call(rng) for _ in range(rng.randint(1, 3))]
    weir = ", ".join(text for text, _, _ in calls)
    keyed = rng.random() < 0.6
    kept = rows
    if rng.random() < 0.4:
        limit = rng.choice(["0", "10", "-3.5", "1e3"])
        weir += " where x > " + limit
        kept = [row for row in rows if row[1].strip() and F(row[1]) > F(limit)]
    if keyed:
        weir += " by k"
    answer = []
    for key, group in sorted(grouped(kept, keyed).items(),
                             key=lambda item: natural_key(item[0])):
        answer.append((key, [(name, result(group))
                             for _, name, result in calls]))
    if rng.random() < 0.3:
        least = rng.randrange(4)
        weir += " having count() > %d" % least
        groups = grouped(kept, keyed)
        answer = [a for a in answer if len(groups[a[0]]) > least]
    return weir, keyed, answer


def agrees(got, keyed, answer):
    if got is None or len(got) != len(answer):
        return False
    for row, (key, values) in zip(got, answer):
        if keyed and row[0] != key:
            return False
        cells = row[1:] if keyed else row
        if not all(same_number(name, cell, value)
                   for cell, (name, value) in zip(cells, values)):
            return False
    return True


def check_fractions(answerer, path, rng, questions):
    wrong = 0
    for table in range(questions // 25):
        keys = rng.choice([["a"], ["a", "b", "1", "1.0", "10", "9", ""]])
        now = "%s.x%d" % (path, table)
        rows = [[rng.choice(keys), random_decimal(rng), random_decimal(rng)]
                for _ in range(rng.choice([0, 1, 2, 30]))]
        with open(now, "w", newline="") as file:
            csv.writer(file).writerows([["k", "x", "y"]] + rows)
        for _ in range(25):
            weir, keyed, answer = fractions_question(rng, rows)
            got, trouble = answerer.ask(now, weir)
            if not agrees(got, keyed, answer):
                wrong += 1
                if wrong <= 10:
                    shown = [(k, [(n, v if v is None else float(v)) for n, v in vs])
                             for k, vs in answer]
                    print("wrong: %s\n  %s\n  got %.400s%s\n  not %.400s" %
                          (now, weir, got, trouble, shown))
    print("%d questions beside fractions, %d wrong" % (questions, wrong))
    return wrong == 0


def main():
    rng = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    answerer = Answerer()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data.csv")
        good = check_sqlite(answerer, path, rng, 6000)
        good = check_fractions(answerer, path, rng, 2000) and good
    code = answerer.close()
    if code:
        print("query_tool ended with %d" % code)
    return 0 if good and not code else 1


if __name__ == "__main__":
    sys.exit(main())
