#!/usr/bin/env python3
"""Asks ops_tool (in WEIR_TOOLS) random questions about texts, patterns and
dates, whose answers sqlite3, re and datetime know.

usage: test_ops.py [CASES [SEED]]
"""
import datetime
import decimal
import os
import random
import re
import sqlite3
import subprocess
import sys
import zoneinfo

UNITS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"]
PARTS = UNITS + ["isoyear", "weekday", "yearday"]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
LETTERS = ["a", "b", "c", "A", "Z", "é", "É", "ß", "€", "日", "\U0001f600", " ",
           "\t", "\n", "%", "_", "\\", "1", ".", "-"]


def boolean(value):
    return {None: "unknown", 0: "false", 1: "true"}[value]


class Oracle:
    def __init__(self):
        self.questions, self.expected = [], []
        self.sqlite = sqlite3.connect(":memory:")
        self.sqlite.execute("pragma case_sensitive_like = 1")

    def ask(self, step, operands, expected, choice=0):
        """Asks one question. None expects null, False expects bad; an empty
        text is null."""
        if isinstance(expected, int) and expected is not False:
            expected = str(expected)
        self.questions.append((step, choice, operands))
        self.expected.append({None: "null", "": "null", False: "bad"}.get(
            expected) or "=" + expected.encode().hex())

    def ask_sqlite(self, step, sql, operands, convert=lambda value: value):
        value, = self.sqlite.execute("select " + sql, operands).fetchone()
        self.ask(step, [str(o) for o in operands], convert(value))

    def run(self, tool):
        lines = ["\t".join([step, str(choice)] +
                           [o.encode().hex() for o in operands])
                 for step, choice, operands in self.questions]
        answers = subprocess.run([tool], input="\n".join(lines) + "\n",
                                 stdout=subprocess.PIPE, text=True,
                                 check=True).stdout.split("\n")[:-1]
        wrong = [(q, a, e) for q, a, e in
                 zip(self.questions, answers, self.expected) if a != e]
        for question, answer, expected in wrong[:20]:
            print("wrong: %r -> %s, not %s" % (question, answer, expected))
        print("%d questions, %d answers, %d wrong" %
              (len(lines), len(answers), len(wrong)))
        return len(lines) == len(answers) and not wrong


def draw_text(draw, most=12, letters=LETTERS):
    few = draw.sample(letters, min(len(letters), draw.choice([1, 2, 3, 99])))
    return "".join(draw.choice(few) for _ in range(draw.randint(1, most)))


def ask_texts(oracle, draw):
    text = draw_text(draw, draw.choice([3, 12, 40]))
    drop = draw_text(draw, 3)
    first, count = draw.randint(-15, 15), draw.randint(-15, 15)
    oracle.ask_sqlite("length", "length(?)", [text])
    oracle.ask_sqlite("trim2", "trim(?, ?)", [text, drop])
    oracle.ask_sqlite("concat", "? || ?", [text, drop])
    oracle.ask_sqlite("substr2", "substr(?, ?)", [text, first])
    oracle.ask_sqlite("substr3", "substr(?, ?, ?)", [text, first, count])
    oracle.ask("trim", [text], text.strip(" \t\r\n"))
    # Python maps ß to SS; weir maps a character only where one becomes one.
    if "ß" not in text:
        oracle.ask("upper", [text], text.upper())
    oracle.ask("lower", [text], text.lower())


def ask_like(oracle, draw):
    letters = draw.choice([["a", "b"], ["a", "é", "€"], LETTERS])
    text = draw_text(draw, 10, letters)
    pattern = draw_text(draw, 6, letters + ["%", "%", "_", "\\"])
    if draw.random() < 0.6:
        pattern = "".join(draw.choice([c, c, "_", "%", c + "%"])
                          for c in text)
    # sqlite3 does not allow an escape at the end of a pattern.
    if not re.search(r"(?<!\\)(\\\\)*\\$", pattern):
        oracle.ask_sqlite("like", "? like ? escape '\\'", [text, pattern],
                          boolean)


def draw_regex(draw, depth=0):
    kind = draw.randrange(9 if depth < 3 else 3)
    if kind < 3:
        return draw.choice(["a", "b", "c", ".", "é", "[ab]", "[^a]", "[a-cé]",
                            "\\.", "^", "$"])
    if kind < 6:
        return draw_regex(draw, depth + 1) + draw_regex(draw, depth + 1)
    if kind == 6:
        return "(%s|%s)" % (draw_regex(draw, depth + 1),
                            draw_regex(draw, depth + 1))
    return "(?:%s)%s" % (draw_regex(draw, depth + 1),
                         draw.choice(["*", "+", "?", "{2}", "{1,3}", "*?"]))


def ask_match(oracle, draw):
    pattern = draw_regex(draw)
    text = draw_text(draw, 8, ["a", "b", "c", "é", "€", "."])
    found = re.search(pattern, text) is not None
    oracle.ask("match", [text, pattern], boolean(found))


def beginning(moment, part):
    if part == "week":
        day = moment.date().toordinal() - moment.weekday()
        return datetime.date.fromordinal(day).isoformat() if day > 0 else None
    if part in ("hour", "minute", "second"):
        zero = {"hour": {"minute": 0, "second": 0}, "minute": {"second": 0},
                "second": {}}[part]
        return moment.replace(**zero).isoformat(" ", "seconds")
    first = {"year": {"month": 1, "day": 1},
             "quarter": {"month": (moment.month - 1) // 3 * 3 + 1, "day": 1},
             "month": {"day": 1}, "day": {}}[part]
    return moment.replace(**first).date().isoformat()


def ask_date(oracle, moment, text):
    value = {"quarter": (moment.month + 2) // 3,
             "week": moment.isocalendar()[1],
             "isoyear": moment.isocalendar()[0],
             "weekday": moment.isoweekday(),
             "yearday": moment.timetuple().tm_yday}
    oracle.ask("date", [text], moment.date().isoformat())
    for choice, part in enumerate(PARTS):
        number = value.get(part, getattr(moment, part, None))
        oracle.ask("part", [text], number, choice)
        begin = beginning(moment, part) if part in UNITS else None
        if begin is not None:
            oracle.ask("trunc", [text], begin, choice)


def ask_damaged_date(oracle, draw, text):
    """A date with one byte changed is still a date or not, as a pattern and
    datetime say."""
    at = draw.randrange(len(text))
    text = text[:at] + draw.choice("0123456789-:T Z+.x") + text[at + 1:]
    match = re.fullmatch(
        r" *(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)"
        r"(?:Z| ?UTC| ?[+-](?:[01]\d|2[0-3])(?:(?::?[0-5]\d){0,2}))?)? *",
        text, re.ASCII)
    # +05:3000 and +0530:00 mix the two forms of an offset
    if match and re.search(r"[+-]\d\d(:\d{4}|\d\d:\d\d) *$", text):
        match = None
    expected = False
    if match:
        clock = re.sub(r"[.,].*", "", match.group(2) or "00:00")
        try:
            datetime.datetime.fromisoformat(
                # year 0 is a leap year, as is 2000
                re.sub("^0000", "2000", match.group(1)) + "T" + clock)
            expected = match.group(1)
        except ValueError:
            pass
    oracle.ask("date", [text], expected)


def draw_moment(draw):
    day = draw.randint(1, datetime.date.max.toordinal())
    moment = datetime.datetime.combine(
        datetime.date.fromordinal(day),
        datetime.time(draw.randrange(24), draw.randrange(60),
                      draw.randrange(60)))
    form = draw.choice(["%sT%s", "%s %s", " %sT%s  "])
    clock = moment.time().isoformat() + draw.choice(
        ["", ".5", ".123456789", "Z", "+05:30", "-0800", ".0+00:00", ",25",
         "+02", " +0200", " UTC", ",5 -03:30", "-00:44:30"])
    return moment, form % (moment.date().isoformat(), clock)


def iso(moment):
    """The date and time as weir writes them."""
    text = moment.replace(tzinfo=None).isoformat(" ")
    text = text.rstrip("0") if "." in text else text
    if moment.tzinfo:
        text += offset(moment.utcoffset())
    return text


def offset(delta):
    seconds = abs(delta) // datetime.timedelta(seconds=1)
    text = "%s%02d:%02d" % ("-" if delta < datetime.timedelta() else "+",
                            seconds // 3600, seconds // 60 % 60)
    return text + (":%02d" % (seconds % 60) if seconds % 60 else "")


def draw_aware(draw, first=1000, last=9000):
    """A moment with microseconds, perhaps with an offset."""
    zone = draw.choice([None, datetime.timezone.utc, datetime.timezone(
        datetime.timedelta(minutes=draw.randint(-1200, 1200)))])
    return datetime.datetime(
        draw.randint(first, last), draw.randint(1, 12), draw.randint(1, 28),
        draw.randrange(24), draw.randrange(60), draw.randrange(60),
        draw.choice([0, 0, 500000, draw.randrange(1000000)]), zone)


FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%m/%d/%Y %I:%M:%S %p", "%d %b %Y",
           "%B %d, %Y", "%Y%m%d", "%Y%m%d%H%M%S", "%d.%m.%Y %H:%M:%S.%f",
           "%a, %d %b %Y %H:%M:%S %z", "%Y-%j", "%A %d %B %Y", "%FT%T%z", "%y%m%d"]


def ask_formats(oracle, draw):
    moment = draw_aware(draw)
    letters = [l for l in "YmbBdejHIpMSfzaAuGVFTy%" if l != "z" or
               not moment.tzinfo or not moment.utcoffset().seconds % 60]
    form = "".join(draw.choice(["%" + draw.choice(letters), draw.choice("-/ T:")])
                   for _ in range(8))
    oracle.ask("strftime", [iso(moment), form], moment.strftime(form))

    form = draw.choice(FORMATS)
    if "%z" in form and not moment.tzinfo:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    text = moment.strftime(form)
    if draw.random() < 0.4:
        at = draw.randrange(len(text))
        text = text[:at] + draw.choice("0123456789/-:JaP") + text[at + 1:]
    texts = [text, text.upper(), text.replace("/0", "/"), " %s\t" % text]
    text = draw.choice(texts)
    forms = [form, draw.choice(FORMATS)][:draw.randint(1, 2)]
    oracle.ask("strptime", [text, "\0".join(forms)],
               strptime(text.strip(), forms))


def strptime(text, forms):
    for form in forms:
        plain = form.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")
        try:
            moment = datetime.datetime.strptime(text, plain)
        except ValueError:
            continue
        # Python does not look whether the weekday is the date's.
        day = re.match("[A-Za-z]+", text)
        if "%a" in form or "%A" in form:
            name = moment.strftime("%A").lower()
            if day.group(0).lower() not in (name, name[:3]):
                continue
        if not re.search("%[HIT]", form):
            return moment.date().isoformat()
        return iso(moment)
    return False


def index(moment, unit):
    """The number of the unit that the moment is in."""
    months = moment.year * 12 + moment.month - 1
    if unit in ("year", "quarter", "month"):
        return months // {"year": 12, "quarter": 3, "month": 1}[unit]
    if unit in ("week", "day"):
        return (moment.toordinal() - 1) // (7 if unit == "week" else 1)
    since = moment - datetime.datetime(1, 1, 1)
    return since // datetime.timedelta(**{unit + "s": 1})


def ask_differences(oracle, draw):
    a, b = draw_aware(draw), draw_aware(draw)
    if draw.random() < 0.7:
        b = a + datetime.timedelta(seconds=draw.randint(-10**6, 10**6))
        if b.tzinfo and draw.random() < 0.5:
            b = b.astimezone(datetime.timezone.utc)
    for choice, unit in enumerate(UNITS):
        x, y = a.replace(tzinfo=None), b.replace(tzinfo=None)
        if unit in ("hour", "minute", "second") and a.tzinfo and b.tzinfo:
            y = b.astimezone(a.tzinfo).replace(tzinfo=None)
        oracle.ask("diff", [iso(a), iso(b)], index(y, unit) - index(x, unit),
                   choice)
        n = draw.choice([0, 1, -1, draw.randint(-500, 500)])
        oracle.ask("add", [iso(a), str(n)], iso(add(a, n, unit)), choice)


def add(moment, n, unit):
    months = {"year": 12, "quarter": 3, "month": 1}.get(unit)
    if not months:
        return moment + datetime.timedelta(**{unit + "s": n})
    n = moment.year * 12 + moment.month - 1 + n * months
    year, month = n // 12, n % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) -
            datetime.date(year, month, 1)).days
    return moment.replace(year=year, month=month, day=min(moment.day, last))


def ask_epochs(oracle, draw):
    moment = draw_aware(draw, 1, 9999)
    aware = moment if moment.tzinfo else moment.replace(
        tzinfo=datetime.timezone.utc)
    micros = (aware - EPOCH) // datetime.timedelta(microseconds=1)
    power = draw.choice([0, 3, 6])
    number = decimal.Decimal(micros).scaleb(power - 6)
    text = format(number.normalize(), "f")
    oracle.ask("epoch", [iso(moment)], "0" if text == "-0" else text, power)
    naive = (EPOCH + datetime.timedelta(microseconds=micros)).replace(
        tzinfo=None) if abs(micros) < 2 * 10**17 else None
    if naive:
        oracle.ask("from_epoch", [text], iso(naive), power)


def ask_zones(oracle, draw, zones):
    zone = draw.choice(zones)
    moment = draw_aware(draw, *draw.choice([(1850, 2037), (1970, 2050),
                                            (1000, 9000)]))
    aware = moment if moment.tzinfo else moment.replace(
        tzinfo=datetime.timezone.utc)
    oracle.ask("at_zone", [iso(moment), zone],
               iso(aware.astimezone(zoneinfo.ZoneInfo(zone))))


def main():
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw, oracle = random.Random(seed), Oracle()
    zones = sorted(zone for zone in zoneinfo.available_timezones()
                   if zone != "localtime")
    for day in range(datetime.date(1999, 1, 1).toordinal(),
                     datetime.date(2005, 1, 1).toordinal()):
        date = datetime.date.fromordinal(day)
        ask_date(oracle, datetime.datetime.combine(date, datetime.time()),
                 date.isoformat())
    for _ in range(cases):
        ask_texts(oracle, draw)
        ask_like(oracle, draw)
        ask_match(oracle, draw)
        moment, text = draw_moment(draw)
        if draw.random() < 0.3:
            ask_date(oracle, moment, text)
        ask_damaged_date(oracle, draw, text)
    for _ in range(cases // 2):
        ask_formats(oracle, draw)
        ask_differences(oracle, draw)
        ask_epochs(oracle, draw)
        ask_zones(oracle, draw, zones)
    tool = os.path.join(os.environ["WEIR_TOOLS"], "ops_tool")
    sys.exit(0 if oracle.run(tool) else 1)


if __name__ == "__main__":
    main()
