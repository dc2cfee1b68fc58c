#!/usr/bin/env python3
"""Asks aggregates_tool (in WEIR_TOOLS) for results that Python's fractions
compute exactly, and for those of NIST's nine univariate sets (StRD).

usage: test_aggregates.py [CASES [SEED]]
"""
import math
import os
import random
import subprocess
import sys
from decimal import Context, Decimal, localcontext as decimal_context
from fractions import Fraction

from test_number import (cell_value, decimal_of, digits, draw_number,
                         is_decimal, nearest, written, written_double)

HERE = os.path.dirname(os.path.abspath(__file__))


def root(exact):
    """The double nearest to the square root of a fraction."""
    if exact == 0:
        return 0.0
    shift = 200 + max(0, exact.denominator.bit_length()
                      - exact.numerator.bit_length())
    scaled = exact * 4 ** shift
    floor = math.isqrt(scaled.__floor__())
    if floor * floor == scaled:
        return nearest(Fraction(floor, 2 ** shift))
    return nearest(Fraction(2 * floor + 1, 2 ** (shift + 1)))


def plain(exact):
    """All digits of a fraction that ends."""
    mantissa, exponent = decimal_of(exact)
    text = "%0*d" % (1 - min(exponent, 0), abs(mantissa))
    if exponent >= 0:
        text += "0" * exponent
    else:
        text = text[:exponent] + "." + text[exponent:]
    return ("-" if mantissa < 0 else "") + text


def rounded(value):
    """The text that the tool prints for a result that was rounded to a double.
    """
    if math.isinf(value):
        return "N "
    whole = abs(value) < 2 ** 53 and value == int(value)
    return "%s %s" % ("D" if whole else "B", written_double(value))


def covariance(pairs, less):
    n = len(pairs)
    if n <= less:
        return None
    return ((n * sum(x * y for x, y in pairs)
             - sum(x for x, _ in pairs) * sum(y for _, y in pairs))
            / Fraction(n * (n - less)))


def variance(values, less):
    return covariance([(value, value) for value in values], less)


class Column:
    """Cells as the tool reads them, and their values."""

    def __init__(self, cells):
        self.cells = cells
        self.texts, self.binary = [], False
        self.number = []  # of each cell; None: it is no number
        for cell in cells:
            if cell.startswith("="):
                value = float.fromhex(cell[1:])
                self.number.append(Fraction(value))
                self.binary |= not (abs(value) < 2 ** 53
                                    and value == int(value))
                continue
            state, exact = cell_value(cell)
            self.number.append(exact if state == "number" else None)
            if state == "X":
                self.texts.append(cell)
        self.values = [value for value in self.number if value is not None]

    def sum(self):
        if not self.values:
            return "N "
        total = sum(self.values)
        if self.binary:
            return rounded(nearest(total))
        if is_decimal(total):
            return "D " + written(total)
        return "W " + plain(total)

    def mean(self):
        if not self.values:
            return "N "
        return rounded(nearest(sum(self.values) / len(self.values)))

    def var(self, less, finish):
        value = variance(self.values, less)
        return "N " if value is None else rounded(finish(value))

    def pairs(self):
        """The tool's second value is the next cell's."""
        both = zip(self.number, self.number[1:] + self.number[:1])
        return [(x, y) for x, y in both if x is not None and y is not None]

    def covar(self, less):
        value = covariance(self.pairs(), less)
        return "N " if value is None else rounded(nearest(value))

    def corr(self):
        pairs = self.pairs()
        xy, xx, yy = (covariance(these, 0) for these in (
            pairs, [(x, x) for x, _ in pairs], [(y, y) for _, y in pairs]))
        if not xx or not yy:
            return "N "
        return rounded(root(xy * xy / (xx * yy)) * (1 if xy >= 0 else -1))

    def sem(self):
        value = variance(self.values, 1)
        return "N " if value is None else \
            rounded(root(value / len(self.values)))

    def cv(self, less):
        value, total = variance(self.values, less), sum(self.values)
        if value is None or total == 0:
            return "N "
        mean = total / Fraction(len(self.values))
        return rounded(root(value / mean ** 2) * (1 if total > 0 else -1))

    def rms(self):
        n = len(self.values)
        return rounded(root(sum(x * x for x in self.values) / Fraction(n))) \
            if n else "N "

    def moment(self, k):
        n = len(self.values)
        mean = sum(self.values) / Fraction(n)
        return sum((x - mean) ** k for x in self.values) / n

    def skewness(self, sample):
        n = len(self.values)
        if n < (3 if sample else 1) or self.moment(2) == 0:
            return "N "
        square = self.moment(3) ** 2 / self.moment(2) ** 3
        if sample:
            square *= Fraction(n * (n - 1), (n - 2) ** 2)
        return rounded(root(square) * (1 if self.moment(3) >= 0 else -1))

    def kurtosis(self, sample):
        n = len(self.values)
        if n < (4 if sample else 1) or self.moment(2) == 0:
            return "N "
        excess = self.moment(4) / self.moment(2) ** 2 - 3
        if sample:
            excess = Fraction(n - 1, (n - 2) * (n - 3)) * \
                ((n + 1) * excess + 6)
        return rounded(nearest(excess))

    def weighted(self):
        pairs = self.pairs()
        weights = sum(w for _, w in pairs)
        return rounded(nearest(sum(x * w for x, w in pairs) / weights)) \
            if weights else "N "

    def range(self):
        if not self.values:
            return "N "
        value = max(self.values) - min(self.values)
        return "D " + written(value) if is_decimal(value) \
            else rounded(nearest(value))

    def regr(self, name):
        pairs = self.pairs()  # y, x
        n = len(pairs)
        if name == "count":
            return "D %d" % n
        if n == 0:
            return "N "
        ys, xs = [y for y, _ in pairs], [x for _, x in pairs]
        avgx, avgy = sum(xs) / Fraction(n), sum(ys) / Fraction(n)
        sxx = sum((x - avgx) ** 2 for x in xs)
        syy = sum((y - avgy) ** 2 for y in ys)
        sxy = sum((x - avgx) * (y - avgy) for y, x in pairs)
        if name in ("slope", "intercept", "r2") and sxx == 0:
            return "N "
        value = {
            "avgx": lambda: avgx, "avgy": lambda: avgy, "sxx": lambda: sxx,
            "syy": lambda: syy, "sxy": lambda: sxy,
            "slope": lambda: sxy / sxx,
            "intercept": lambda: avgy - sxy / sxx * avgx,
            "r2": lambda: sxy ** 2 / (sxx * syy) if syy else Fraction(1),
        }[name]()
        return rounded(nearest(value))

    def logic(self, of):
        """The tool's condition is x > 0."""
        return "D %d" % of(x > 0 for x in self.values) if self.values else "N "

    def arg(self, name):
        """The text of the first of the cells whose next cell is least or
        greatest."""
        n, best, text = len(self.cells), None, None
        sign = -1 if name == "arg_max" else 1
        for i, cell in enumerate(self.cells):
            j = (i + 1) % n
            other, y = self.cells[j], self.number[j]
            if cell == "" or (y is None and other.strip(" \t") == ""):
                continue
            # Numbers are better than texts.
            key = (0, y) if y is not None else (1, other.encode())
            if best is None or key[0] < best[0] or key[0] == best[0] and (
                    key[1] < best[1] if sign > 0 else key[1] > best[1]):
                best, text = key, cell
        return text

    def expected(self, name):
        if name.startswith("regr_"):
            return self.regr(name[5:])
        return {"sem": self.sem, "cv": lambda: self.cv(1),
                "cv_pop": lambda: self.cv(0), "rms": self.rms,
                "skewness": lambda: self.skewness(True),
                "skewness_pop": lambda: self.skewness(False),
                "kurtosis": lambda: self.kurtosis(True),
                "kurtosis_pop": lambda: self.kurtosis(False),
                "count_if": lambda: "D %d" % sum(x > 0 for x in self.values),
                "bool_and": lambda: self.logic(all),
                "bool_or": lambda: self.logic(any),
                "weighted_avg": self.weighted, "range": self.range,
                "covar_pop": lambda: self.covar(0),
                "covar_samp": lambda: self.covar(1),
                "covar": lambda: self.covar(1), "corr": self.corr,
                "sum": self.sum, "mean": self.mean, "avg": self.mean,
                "var": lambda: self.var(1, nearest),
                "var_pop": lambda: self.var(0, nearest),
                "stddev": lambda: self.var(1, root),
                "stddev_samp": lambda: self.var(1, root),
                "stddev_pop": lambda: self.var(0, root),
                "count_rows": lambda: "D %d" % len(self.cells),
                "count": lambda: "D %d" % sum(c != "" for c in self.cells),
                }[name]()

    def extreme(self, name):
        """The exact value, or of texts alone the text, that min or max gives."""
        pick = min if name == "min" else max
        if self.values or not self.texts:
            return pick(self.values) if self.values else None
        return pick(self.texts, key=lambda text: text.encode())

    def placed(self, name):
        """The first or the last text, as it is written."""
        texts = [cell for cell in self.cells if cell != ""]
        return texts[0 if name == "first" else -1] if texts else None


NUMERIC = ["sum", "mean", "avg", "var", "var_pop", "stddev", "stddev_samp",
           "stddev_pop", "count", "count_rows", "covar_pop", "covar_samp",
           "covar", "corr", "sem", "cv", "cv_pop", "rms", "skewness",
           "skewness_pop", "kurtosis", "kurtosis_pop", "weighted_avg", "range",
           "count_if", "bool_and", "bool_or", "regr_slope", "regr_intercept", "regr_r2", "regr_count",
           "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy"]
NATURAL = ["min", "max", "first", "last", "arg_min", "arg_max"]


def draw_column(draw):
    style = draw.randrange(9)
    n = draw.choice([0, 1, 2, 3, 10, 100, draw.randint(0, 300)])
    places = draw.randint(0, 6)

    def fixed(size):
        text = digits(draw, draw.randint(1, size))
        return draw.choice(["", "-"]) + text + "." + digits(draw, places)

    def scaled(span):
        return "%s%se%d" % (draw.choice(["", "-"]), digits(draw, 5),
                            draw.randint(-span, span))

    def double():
        return "=" + draw.choice([draw.uniform(-1e3, 1e3), 0.1, 5e-324,
                                  draw.gauss(0, 1) * 10.0 ** draw.randint(
                                      -200, 150)]).hex()

    makers = [lambda: fixed(6), lambda: fixed(12),
              lambda: str(draw.randint(-2 ** 63 + 1, 2 ** 63 - 1)),
              lambda: scaled(5), lambda: scaled(300),
              lambda: fixed(40), double,
              lambda: draw_valid(draw),
              lambda: draw.choice([lambda: fixed(6), lambda: scaled(300),
                                   lambda: fixed(60), double, lambda: ""])()]
    cells = [makers[style]() for _ in range(n)]
    if style < 8 and draw.random() < 0.3:
        cells = [draw.choice(["", cell, cell]) for cell in cells]
    if draw.random() < 0.2:
        cells += [cell[1:] if cell.startswith("-") else "-" + cell
                  for cell in cells if cell and cell[0] not in "=+"]
        draw.shuffle(cells)
    if draw.random() < 0.2:
        cells = [cell if cell[:1] in ("", "=") else
                 draw.choice(["", " "]) + cell +
                 draw.choice(["", "  "]) for cell in cells]
    return cells


def draw_valid(draw):
    while True:
        text = draw_number(draw)
        if cell_value(text)[0] == "number":
            return text


def draw_texts(draw, cells):
    cells = [cell if draw.random() < 0.7 else "".join(
        draw.choice("abäz 019-") for _ in range(draw.randint(1, 40)))
        for cell in cells]
    if draw.random() < 0.3:
        cells = [cell for cell in cells if cell_value(cell)[0] == "X"
                 and not cell.startswith("=")]
    return cells


class Oracle:
    def __init__(self):
        self.questions, self.checks = [], []

    def ask(self, name, cells, check):
        self.questions.append("\t".join([name] + (cells or [])))
        self.checks.append(check)

    def exactly(self, name, cells):
        expected = Column(cells or [""]).expected(name)
        self.ask(name, cells or [""], lambda line: line == expected)

    def naturally(self, name, cells):
        column = Column(cells)
        expected = (column.extreme(name) if name in ("min", "max")
                    else column.arg(name) if name.startswith("arg_")
                    else column.placed(name))

        def check(line):
            kind, text = line.split(" ", 1)
            if expected is None:
                return kind == "N"
            if isinstance(expected, str):
                return kind == "T" and text == expected
            if kind == "B":
                return float(text) == nearest(expected)
            return kind in "DW" and Fraction(Decimal(text)) == expected
        self.ask(name, cells or [""], check)

    def harmonically(self, cells):
        """Within 2^-52 of the mean of the magnitudes."""
        values = Column(cells or [""]).values

        def check(line):
            kind, text = line.split(" ", 1)
            if not values or (0 not in values
                              and min(values) < 0 < max(values)):
                return kind == "N"
            if 0 in values:
                return text == "0"
            total = sum(1 / x for x in values)
            exact = len(values) / total
            if math.isinf(nearest(exact)):
                return kind == "N"
            spread = sum(abs(1 / x) for x in values) / abs(total)
            error = abs(Fraction(Decimal(text)) - exact)
            return error <= abs(exact) * (spread + 1) / 2 ** 53 + \
                Fraction(5e-324)
        self.ask("harmonic_mean", cells or [""], check)

    def geometrically(self, cells):
        """Within 2^-50, by logarithms of 50 digits."""
        values = Column(cells or [""]).values

        def check(line):
            kind, text = line.split(" ", 1)
            if not values or min(values) < 0:
                return kind == "N"
            if 0 in values:
                return text == "0"
            with decimal_context(Context(prec=50)):
                logs = [Decimal(x.numerator).ln() - Decimal(x.denominator).ln()
                        for x in values]
                exact = (sum(logs) / len(logs)).exp()
                if exact > Decimal("1e308"):
                    return True
                return abs(Decimal(text) - exact) <= \
                    exact / 2 ** 50 + Decimal("5e-324")
        self.ask("geometric_mean", cells or [""], check)

    def certified(self, cells, mean, deviation):
        """Whether both agree in every digit that NIST prints."""
        for name, value in ("mean", mean), ("stddev", deviation):
            def check(line, value=value):
                ours = Decimal(line.split(" ")[1])
                unit = Decimal(value).as_tuple().exponent
                return ours.quantize(Decimal(1).scaleb(unit)) == Decimal(value)
            self.ask(name, cells, check)

    def run(self, tool):
        out = subprocess.run([tool], input="\n".join(self.questions) + "\n",
                             stdout=subprocess.PIPE, encoding="utf-8",
                             check=True).stdout
        answers, wrong = out.split("\n")[:-1], 0
        for question, answer, check in zip(self.questions, answers,
                                           self.checks):
            if not check(answer):
                wrong += 1
                if wrong <= 20:
                    print("wrong: %r -> %r" % (question[:400], answer[:400]))
        print("%d questions, %d answers, %d wrong"
              % (len(self.questions), len(answers), wrong))
        return wrong == 0 and len(answers) == len(self.questions)


def pi_digits(n):
    """The first n digits of pi, by Machin's formula."""
    one = 10 ** (n + 20)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)

    def arctan(x):
        total, power, k = 0, one // x, 1
        while power:
            total += power // k if k % 4 == 1 else -(power // k)
            power //= x * x
            k += 2
        return total
    return list(str(4 * (4 * arctan(5) - arctan(239)))[:n])


def by_turns(first, low, high):
    return [first] + [low, high] * 500


def nist(name):
    with open(os.path.join(HERE, "nist", name + ".csv")) as file:
        return file.read().split()[1:]


def ask_nist(oracle):
    # The 957th digit of pi is 8. NIST's set has 3, and so has what it
    # certifies.
    digits_of_pi = pi_digits(5000)
    digits_of_pi[956] = "3"
    oracle.certified(digits_of_pi, "4.53480000000000", "2.86733906028871")
    oracle.certified(nist("lottery"), "518.958715596330", "291.699727470969")
    oracle.certified(nist("lew"), "-177.435000000000", "277.332168044316")
    oracle.certified(nist("mavro"), "2.00185600000000",
                     "0.000429123454003053")
    oracle.certified(nist("michelso"), "299.852400000000",
                     "0.0790105478190518")
    oracle.certified(["10000001", "10000003", "10000002"], "10000002", "1")
    oracle.certified(by_turns("1.2", "1.1", "1.3"), "1.2", "0.1")
    oracle.certified(by_turns("1000000.2", "1000000.1", "1000000.3"),
                     "1000000.2", "0.1")
    oracle.certified(by_turns("10000000.2", "10000000.1", "10000000.3"),
                     "10000000.2", "0.1")
    # If the exact value has few digits, no others are printed.
    for cells in (by_turns("10000000.2", "10000000.1", "10000000.3"),
                  by_turns("1.2", "1.1", "1.3")):
        oracle.ask("stddev", cells, lambda line: line == "B 0.1")


def main():
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw, oracle = random.Random(seed), Oracle()
    ask_nist(oracle)
    for _ in range(cases):
        cells = draw_column(draw)
        for name in NUMERIC:
            oracle.exactly(name, cells)
        for name in NATURAL:
            oracle.naturally(name, draw_texts(draw, cells))
            oracle.naturally(name, cells)
        oracle.harmonically(cells)
        oracle.geometrically(cells)
    tool = os.path.join(os.environ["WEIR_TOOLS"], "aggregates_tool")
    sys.exit(0 if oracle.run(tool) else 1)


if __name__ == "__main__":
    main()
