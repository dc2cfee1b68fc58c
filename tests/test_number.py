#!/usr/bin/env python3
"""Asks number_tool (in WEIR_TOOLS) random questions whose answers Python knows.

usage: test_number.py [CASES [SEED]]
"""
import os
import random
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

GRAMMAR = re.compile(r"[ \t]*([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)[ \t]*",
                     re.ASCII)
INT64 = 2 ** 63
LOWEST = Fraction(10) ** -1100


def nearest(exact):
    """The double nearest to a fraction; infinite where it is too large."""
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return float("inf") if exact > 0 else float("-inf")


def cell_value(cell):
    """The ("N"|"X"|"number", exact value) of a cell."""
    if not cell.strip(" \t"):
        return "N", None
    match = GRAMMAR.fullmatch(cell)
    if not match:
        return "X", None
    text = match.group(1)
    exponent = re.search(r"[eE]([+-]?\d+)", text)
    if exponent and abs(int(exponent.group(1))) > 100000:
        digits = re.split("[eE]", text)[0]
        if not Decimal(digits):
            return "number", Fraction(0)
        return "X", None
    exact = Fraction(Decimal(text))
    if abs(nearest(exact)) == float("inf"):
        return "X", None
    if (exact / LOWEST).denominator != 1:
        return "X", None
    return "number", exact


def decimal_of(exact):
    """The (mantissa, exponent) of a fraction, where the mantissa is not
    divisible by ten; None if the decimal does not end."""
    if exact == 0:
        return 0, 0
    over, twos, fives = exact.denominator, 0, 0
    while over % 2 == 0:
        over //= 2
        twos += 1
    while over % 5 == 0:
        over //= 5
        fives += 1
    if over != 1:
        return None
    places = max(twos, fives)
    mantissa, exponent = int(exact * 10 ** places), -places
    while mantissa % 10 == 0:
        mantissa //= 10
        exponent += 1
    return mantissa, exponent


def is_decimal(exact):
    held = decimal_of(exact)
    return (held is not None and abs(held[0]) < INT64 and held[1] >= -1100
            and held[1] <= 308 and abs(nearest(exact)) != float("inf"))


def look(negative, digits, exponent):
    """How a number is written: digits * 10^exponent."""
    sign = "-" if negative else ""
    before = len(digits) + exponent
    if exponent >= 0:
        plain = digits + "0" * exponent
    elif before > 0:
        plain = digits[:before] + "." + digits[before:]
    else:
        plain = "0." + "0" * -before + digits
    if len(plain.replace(".", "")) <= 21:
        return sign + plain
    head = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return "%s%se%+d" % (sign, head, before - 1)


def written(exact):
    mantissa, exponent = decimal_of(exact)
    return look(mantissa < 0, str(abs(mantissa)), exponent)


def written_double(value):
    shortest = decimal_of(Fraction(Decimal(repr(value))))
    return look(value < 0, str(abs(shortest[0])), shortest[1])


class Answer:
    def __init__(self, line):
        kind, mantissa, exponent, double, text = line.split(" ", 4)
        self.kind, self.text = kind, text
        self.double = float.fromhex(double)
        if kind == "D":
            self.exact = int(mantissa) * Fraction(10) ** int(exponent)
        elif kind == "B":
            self.exact = Fraction(self.double)
        elif kind == "W":
            self.exact = Fraction(Decimal(text))
        else:
            self.exact = None


def digits(draw, n):
    return "".join(draw.choice("0123456789") for _ in range(n))


def draw_number(draw):
    style = draw.randrange(12)
    if style == 0:
        text = str(draw.choice([0, 1, 9, 10, INT64 - 1, INT64, INT64 + 1,
                                10 ** 18, 10 ** 19 - 1, 2 ** 53 + 1]))
    elif style == 1:
        text = digits(draw, draw.randint(1, 18)) + "0" * draw.randint(0, 30)
    elif style == 2:
        text = "0" * draw.randint(1, 30) + digits(draw, draw.randint(1, 20))
    elif style == 3:
        text = digits(draw, draw.randint(15, 60))
    elif style == 4:
        text = repr(draw.uniform(-1e3, 1e3)).lstrip("-")
    elif style == 5:
        text = repr(abs(draw.gauss(0, 1) * 10.0 ** draw.randint(-300, 300)))
    else:
        text = digits(draw, draw.randint(1, draw.choice([3, 8, 18])))
    if "e" not in text:
        if "." not in text and draw.random() < 0.5:
            at = draw.randint(0, len(text))
            text = text[:at] + "." + text[at:]
        if draw.random() < 0.2:
            span = draw.choice([3, 20, 310, 1200])
            text += "%s%s%d" % (draw.choice("eE"), draw.choice(["", "+"]),
                                draw.randint(0, span))
            if draw.random() < 0.5:
                text = text.replace("+", "").replace("e", "e-") \
                           .replace("E", "E-")
    return draw.choice(["", "", "", "-", "+"]) + text


UGLY = ["", " ", "\t", ".", "+", "-", "+.", "-.", "e", "1e", "1e+", ".e1",
        "1.e1", "0x10", "1_000", "1,000", "nan", "inf", "-inf", "1e999",
        "-1e999", "1e-1100", "1e-1101", "10e-1101", "0e99999999999999999999",
        "0e-99999999999999999999", "1e99999999999999999999",
        "1e-99999999999999999999", "1..2", "1.2.3", "--1", "+-1", "1 2", "1-",
        "-0", "-0.0", "+0", "0", "00", "0.", ".0", "1.", ".5", "-.5e1",
        "١", "½", "1e5e", "1e308", "1.7976931348623157e308",
        "1.7976931348623158e308", "1.7976931348623159e308", "9" * 309,
        "179769313486231580793728971405303415079934132710037826936173778980444"
        "968292764750946649017977587207096330286416692887910946555547851940402"
        "630657488671505820681908902000708383676273854845817711531764475730270"
        "069855571366959622842914819860834936475292719074168444365510704342711"
        "559699508093042880", "0" * 5000 + "1", "0." + "0" * 1099 + "1",
        "0." + "0" * 1100 + "1", "1" + "0" * 308, "1" + "0" * 309,
        "0." + "0" * 5000 + "1e5001", "1" + "0" * 5000 + "e-5000",
        "-9223372036854775808", "9223372036854775807", "9223372036854775808",
        "2.4703282292062327e-324", "2.4703282292062328e-324",
        "9007199254740993", "123456789012345678901234567890",
        "+123456789012345678901234567890.50", "1e-1074", "4.9e-324"]


def draw_cell(draw):
    kind = draw.randrange(20)
    if kind == 0:
        return draw.choice(UGLY)
    if kind == 1:
        return "".join(draw.choice("0123456789.+-eE x")
                       for _ in range(draw.randint(1, 20)))
    text = draw_number(draw)
    if kind == 2:
        text = draw.choice(["", " ", "\t", "  \t "]) + text \
               + draw.choice(["", " ", "\t", " \t"])
    if kind == 3:
        at = draw.randrange(len(text) + 1)
        text = text[:at] + chr(draw.randint(32, 126)) + text[at + draw.randint(
            0, 1):]
        text = text.replace("\\", "/").lstrip("=")
    return text


def draw_operand(draw):
    """An operand as the tool reads it, its kind, and its exact value."""
    if draw.random() < 0.2:
        value = draw.choice([
            1 / draw.randint(1, 1000), draw.uniform(-1e6, 1e6),
            draw.gauss(0, 1) * 10.0 ** draw.randint(-320, 300),
            float(draw.randint(-1000, 1000)), 5e-324, 0.5, 2.0 ** 60])
        whole = abs(value) < 2 ** 53 and value == int(value)
        return "=" + value.hex(), "D" if whole else "B", Fraction(value)
    while True:
        text = draw_number(draw)
        state, exact = cell_value(text)
        if state == "number":
            return text, "D" if is_decimal(exact) else "W", exact


def truncated(a, b):
    q = abs(a) // abs(b)
    return a - b * (q if (a < 0) == (b < 0) else -q)


def rounded(a, places, how):
    a *= Fraction(10) ** places
    if how == "floor":
        a = Fraction(a.__floor__())
    elif how == "ceil":
        a = Fraction(a.__ceil__())
    else:
        half = (abs(a) + Fraction(1, 2)).__floor__()
        a = Fraction(half if a >= 0 else -half)
    return a / Fraction(10) ** places


ARITHMETIC = {"add": lambda a, b: a + b, "subtract": lambda a, b: a - b,
              "multiply": lambda a, b: a * b,
              "divide": lambda a, b: a / b if b else None,
              "modulo": lambda a, b: truncated(a, b) if b else None}


class Oracle:
    def __init__(self):
        self.questions, self.checks = [], []

    def ask(self, question, check):
        self.questions.append(question.replace("\t", "\\t")
                              .replace("\x1f", "\t"))
        self.checks.append(check)

    def read(self, cell):
        state, exact = cell_value(cell)

        def check(line):
            answer = Answer(line)
            if state != "number":
                return answer.kind == state
            bare = GRAMMAR.fullmatch(cell).group(1).lstrip("+")
            kind = "D" if is_decimal(exact) else "W"
            text = written(exact) if kind == "D" else bare
            return (answer.kind == kind and answer.exact == exact
                    and answer.double == nearest(exact)
                    and answer.text == text)
        self.ask("read\x1f" + cell, check)

    def compare(self, a, b):
        expected = (a[2] > b[2]) - (a[2] < b[2])
        self.ask("compare\x1f%s\x1f%s" % (a[0], b[0]),
                 lambda line: int(line) == expected)

    def result(self, question, exact, binary):
        def check(line):
            answer = Answer(line)
            if exact is None or abs(nearest(exact)) == float("inf"):
                return answer.kind == "N"
            if not binary and is_decimal(exact):
                return (answer.kind == "D" and answer.exact == exact
                        and answer.text == written(exact))
            value = nearest(exact)
            whole = abs(value) < 2 ** 53 and value == int(value)
            return (answer.kind == ("D" if whole else "B")
                    and answer.exact == Fraction(value)
                    and answer.text == written_double(value))
        self.ask(question, check)

    def arithmetic(self, name, a, b):
        binary = a[1] == "B" or b[1] == "B"
        exact = ARITHMETIC[name](a[2], b[2])
        self.result("%s\x1f%s\x1f%s" % (name, a[0], b[0]), exact, binary)

    def negate(self, a):
        self.result("negate\x1f" + a[0], -a[2], a[1] != "D")

    def round(self, how, a, places):
        self.result("%s\x1f%s\x1f%d" % (how, a[0], places),
                    rounded(a[2], places, how), False)

    def run(self, tool):
        out = subprocess.run([tool], input="\n".join(self.questions) + "\n",
                             stdout=subprocess.PIPE, text=True,
                             check=True).stdout
        answers = out.split("\n")[:-1]
        wrong = 0
        if len(answers) != len(self.questions):
            print("%d questions, %d answers" % (len(self.questions),
                                                len(answers)))
            return False
        for question, answer, check in zip(self.questions, answers,
                                           self.checks):
            if not check(answer):
                wrong += 1
                if wrong <= 20:
                    print("wrong: %r -> %r" % (question[:300], answer[:300]))
        print("%d questions, %d wrong" % (len(answers), wrong))
        return wrong == 0


def near(draw, a):
    """Mostly another random operand, sometimes one that is very near."""
    if a[1] != "B" and draw.random() < 0.3:
        exact = a[2] + draw.choice([-1, 0, 1]) * draw.choice(
            [Fraction(10) ** -draw.randint(0, 40), abs(a[2]) / 10 ** 20])
        held = decimal_of(exact)
        text = "%de%d" % held if held else ""
        state, value = cell_value(text)
        if state == "number":
            return text, "D" if is_decimal(value) else "W", value
    if draw.random() < 0.2:
        value = nearest(a[2])
        whole = abs(value) < 2 ** 53 and value == int(value)
        return "=" + value.hex(), "D" if whole else "B", Fraction(value)
    return draw_operand(draw)


def main():
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw, oracle = random.Random(seed), Oracle()
    for cell in UGLY:
        oracle.read(cell)
    for power in range(-1074, 1024):
        value = 2.0 ** power
        oracle.result("read\x1f=" + value.hex(), Fraction(value), True)
    for _ in range(cases):
        oracle.read(draw_cell(draw))
        a = draw_operand(draw)
        b = near(draw, a)
        oracle.compare(a, b)
        oracle.arithmetic(draw.choice(list(ARITHMETIC)), a, b)
        choice = draw.randrange(4)
        if choice == 0:
            oracle.negate(a)
        elif choice == 1:
            oracle.round(draw.choice(["round", "floor", "ceil"]), a,
                         draw.choice([0, 0, 1, 2, -1, -2, 5,
                                      draw.randint(-30, 30)]))
    tool = os.path.join(os.environ["WEIR_TOOLS"], "number_tool")
    sys.exit(0 if oracle.run(tool) else 1)


if __name__ == "__main__":
    main()
