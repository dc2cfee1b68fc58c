"""The answers of docs/real.md about real data, compared with SQLite's.

For every command of docs/real.md over a file of data/real (which data/real.sh
downloads) this test has the query in SQL. Python's csv reads the same file,
SQLite answers, and weir must give the same: texts exactly, numbers within 1e-9
of their size, because SQLite adds in floating point. tests/test_docs.py checks
that weir prints what docs/real.md shows.

    WEIR=build/release/weir python3 tests/test_real.py
"""

import csv
import re
import sqlite3
import unittest

from test_docs import SOURCE, commands, shell

# For each file its columns (None: it has a header), and a query for each
# command.
QUESTIONS = {
    "asn-ipv4.csv": (["first", "last", "asn", "name"], [
        """select name, count(*) as n from t where name <> ''
           group by name order by n desc, name limit 5""",
    ]),
    "geo-whois-asn-country-ipv4.csv": (["first", "last", "country"], [
        """select country, count(*) as n from t
           group by country order by n desc, country limit 3""",
    ]),
    "flights-3m.csv": (None, [
        """select origin, count(*) as n, avg(delay) as d from t
           group by origin having n > 100000 order by d desc""",
        """select cast(substr(date, 12, 2) as integer) as h, count(*),
           avg(delay) as d from t group by h order by d limit 3""",
    ]),
    "oui.csv": (None, [
        "select registry, count(*) from t group by registry",
        """select "Organization Name" as name, count(*) as n from t
           group by name order by n desc limit 3""",
    ]),
    "fair.csv": (None, [
        """select children, count(*), avg(age) from t
           group by children order by children""",
    ]),
}


def asked():
    """The commands of docs/real.md over real data, by file."""
    found = {}
    for _, command, _ in commands(SOURCE / "docs/real.md"):
        if file := re.search(r"data/real/([\w.-]+)", command):
            found.setdefault(file[1], []).append(command)
    return found


def database(file, columns):
    """The file as table t. Cells that look like numbers are numbers."""
    connection = sqlite3.connect(":memory:")
    with open(SOURCE / "data/real" / file, newline="") as stream:
        rows = csv.reader(stream)
        names = columns or next(rows)
        connection.execute("create table t (%s)" % ", ".join(
            f'"{name}" numeric' for name in names))
        connection.executemany("insert into t values (%s)" % ", ".join(
            "?" * len(names)), rows)
    return connection


def ask(command):
    ran = shell(command)
    if ran.returncode:
        raise AssertionError(ran.stdout)
    return list(csv.reader(ran.stdout.splitlines()))[1:]


def same(ours, theirs):
    if isinstance(theirs, str):
        return ours == theirs
    return abs(float(ours) - theirs) <= 1e-9 * abs(theirs)


class Real(unittest.TestCase):
    def test_every_command_has_its_question(self):
        self.assertEqual({file: len(lines)
                          for file, lines in asked().items()},
                         {file: len(questions)
                          for file, (_, questions) in QUESTIONS.items()})

    def test_weir_answers_as_sqlite_does(self):
        for file, lines in asked().items():
            columns, questions = QUESTIONS[file]
            if not (SOURCE / "data/real" / file).exists():
                print(f"# skip {file} is not there; data/real.sh fetches it")
                continue
            connection = database(file, columns)
            for command, question in zip(lines, questions):
                with self.subTest(command):
                    ours = ask(command)
                    theirs = connection.execute(question).fetchall()
                    self.assertTrue(theirs)
                    self.assertEqual(len(ours), len(theirs), ours)
                    for a, b in zip(ours, theirs):
                        self.assertTrue(len(a) == len(b) and
                                        all(map(same, a, b)), (a, b))
            connection.close()


if __name__ == "__main__":
    unittest.main()
