#!/usr/bin/env python3
"""
python/weir: records as a generator, answers, lazy and eager figures, by the
shared library alone. The same question on the command line is the oracle of
answers, Python's csv that of records; the C compiler is that of the structs.
"""

import csv
import ctypes
import gc
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import tracemalloc
import unittest
from decimal import Decimal
from fractions import Fraction

SOURCE = os.environ.get("WEIR_SOURCE", ".")
WEIR = os.environ["WEIR"]
LIBRARY = os.path.join(os.path.dirname(WEIR), "libweir.so")
USERS = os.path.join(SOURCE, "data/users.csv")
os.environ["WEIR_LIBRARY"] = LIBRARY
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, "python"))
import weir  # noqa: E402
from weir import _library as c  # noqa: E402


def asked(*words):
    """weir's answer as JSON, with the digits of its numbers."""
    done = subprocess.run([WEIR, "-o", "json", *words], capture_output=True,
                          check=True)
    return json.loads(done.stdout, parse_float=Decimal)


class Structs(unittest.TestCase):
    STRUCTS = {
        "weir_error": c.StructError, "weir_reading": c.Reading,
        "weir_text": c.Text, "weir_span": c.Span, "weir_input": c.Input,
        "weir_query_options": c.QueryOptions, "weir_value": c.Value,
        "weir_row": c.Row}

    def test_they_are_those_of_the_header(self):
        lines = []
        for name, struct in self.STRUCTS.items():
            lines.append('printf("%%zu\\n", sizeof(struct %s));' % name)
            for member, *_ in struct._fields_:
                member = re.sub("^(mantissa|exponent)$", r"decimal.\1", member)
                lines.append('printf("%%zu\\n", offsetof(struct %s, %s));'
                             % (name, member))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "offsets")
            with open(path + ".c", "w", encoding="ascii") as out:
                out.write("#include <stddef.h>\n#include <stdio.h>\n"
                          "#include <weir.h>\nint main(void){%s}\n"
                          % "\n".join(lines))
            subprocess.run(["cc", "-I", os.path.join(SOURCE, "include"), "-o",
                            path, path + ".c", LIBRARY,
                            "-Wl,-rpath," + os.path.dirname(LIBRARY)],
                           check=True)
            numbers = subprocess.run([path], capture_output=True, check=True)
        found = iter(map(int, numbers.stdout.split()))
        for name, struct in self.STRUCTS.items():
            self.assertEqual(ctypes.sizeof(struct), next(found), name)
            for member, *_ in struct._fields_:
                self.assertEqual(getattr(struct, member).offset, next(found),
                                 name + "." + member)
        self.assertIsNone(next(found, None))

    def test_every_symbol_is_exported(self):
        with open(os.path.join(SOURCE, "cmake/libweir.map"),
                  encoding="ascii") as text:
            names = re.findall(r"^\s+(weir_\w+);", text.read(), re.M)
        self.assertGreater(len(names), 20)
        for name in names:
            self.assertTrue(hasattr(c._library, name), name)


class Rows(unittest.TestCase):
    def test_one_column_gives_its_values(self):
        with open(USERS, encoding="utf-8") as text:
            expected = [int(row["age"]) for row in csv.DictReader(text)
                        if row["age"]]
        ages = [age for age in weir.rows(USERS, "age") if age is not None]
        self.assertEqual(ages, expected)
        self.assertTrue(all(isinstance(age, int) for age in ages))

    def test_all_columns_give_named_tuples(self):
        with open(USERS, encoding="utf-8") as text:
            expected = list(csv.DictReader(text))
        records = list(weir.rows(USERS))
        self.assertEqual(len(records), len(expected))
        for record, row in zip(records, expected):
            self.assertEqual(list(record._fields), list(row))
            for value, text in zip(record, row.values()):
                if isinstance(value, (int, float)):
                    self.assertEqual(Fraction(value), Fraction(float(text)))
                else:
                    self.assertEqual(value or "", text)

    def test_compressed_input_and_the_order_of_columns(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "users.zst")
            subprocess.run(["zstd", "-q", "-o", path, USERS], check=True)
            pairs = list(weir.rows(path, "name", "age", "name"))
        self.assertEqual([tuple(pair) for pair in pairs],
                         [(row.name, row.age, row.name)
                          for row in weir.rows(USERS)])

    def test_options_nulls_and_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.csv")
            with open(path, "wb") as out:
                out.write(b"1;a\xff\n;NA\n 2.5 ;'x;y'\n")
            values = list(weir.rows(path, delimiter=";", quote="'",
                                    no_header=True, null="NA"))
        self.assertEqual([tuple(value) for value in values],
                         [(1, "a\udcff"), (None, None), (2.5, "x;y")])

    def test_errors_have_a_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.csv")
            with open(path, "wb") as out:
                out.write(b"a,b\n1,2\n3\n")
            rows = weir.rows(path, "a")
            self.assertEqual(next(rows), 1)
            with self.assertRaises(weir.Error) as failed:
                next(rows)
            self.assertEqual((failed.exception.line, failed.exception.byte),
                             (3, 8))
            self.assertIn("record has 1 field", str(failed.exception))
            with self.assertRaisesRegex(weir.Error, "no column 'c'"):
                weir.rows(path, "c")
        with self.assertRaisesRegex(weir.Error, "No such file"):
            weir.rows("/nowhere/x.csv")
        with self.assertRaisesRegex(ValueError, "null byte"):
            weir.rows(USERS + "\0.csv")
        with self.assertRaisesRegex(TypeError, "no option 'delimeter'"):
            weir.rows(USERS, delimeter=";")

    def test_memory_does_not_grow(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.csv")
            with open(path, "w", encoding="ascii") as out:
                out.write("a,b\n" + "".join("%d,some text\n" % i
                                            for i in range(300000)))
            total = 0
            rows = weir.rows(path, "a")
            for _ in range(5000):
                total += next(rows)
            tracemalloc.start()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            total += sum(rows)
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        self.assertEqual(total, 300000 * 299999 // 2)
        self.assertLess(peak, 500000)
        self.assertLess(after - before, 2000)

    def test_what_is_not_read_is_closed(self):
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            weir.rows(USERS, "age")
            next(weir.rows(USERS, "age"))
            weir.ask("name", USERS)
            next(weir.ask("name", USERS))
        gc.collect()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)


class Answers(unittest.TestCase):
    QUESTIONS = [
        "mean(age), sum(income), max(score), count() by country",
        "name, age, age > 40, signup, upper(name) where score > 400",
        "median(income), var(score), min(name), 1/3 as third",
        "income * 1e20 as wide, income / 7 where age > 90",
        "count() where age < 0",
        "name order by age desc, name limit 3",
    ]

    def test_they_are_those_of_the_command_line(self):
        compared = 0
        for question in self.QUESTIONS:
            expected = asked(question, USERS)
            for threads in 1, 2:
                rows = list(weir.ask(question, USERS, threads=threads))
                self.assertEqual(len(rows), len(expected))
                for row, record in zip(rows, expected):
                    for value, other in zip(row, record.values()):
                        if isinstance(value, float):
                            value = Decimal(repr(value))
                        self.assertEqual(value, other, question)
                        compared += 1
        self.assertGreater(compared, 1000)

    def test_types(self):
        row, = weir.ask(
            "max(i), max(d), 1/3, max(w), max(t), max(n), 1 < 2",
            b"i,d,w,t,n\n7,1.50,123456789012345678901234567890,x,\n")
        self.assertEqual(
            [type(value) for value in row],
            [int, Decimal, float, int, str, type(None), bool])
        self.assertEqual(row[1], Decimal("1.5"))
        self.assertEqual(row[3], 123456789012345678901234567890)

    def test_names_are_fields(self):
        row, = weir.ask("count() as n, mean(age) as age", USERS)
        self.assertEqual((row.n, row.age), (200, 43.54))

    def test_several_inputs_and_none(self):
        self.assertEqual(next(weir.ask("count()", USERS, USERS)), (400,))
        self.assertEqual(next(weir.ask("count() from '%s'" % USERS)), (200,))

    def test_options(self):
        text = b"a;b\n1,5;x\ny;z\n"
        self.assertEqual(next(weir.ask("sum(a)", text, delimiter=";",
                                       decimal=",", bad_cells="null")),
                         (Decimal("1.5"),))
        with self.assertRaisesRegex(weir.Error, "not a number") as failed:
            list(weir.ask("sum(a)", text, delimiter=";", decimal=","))
        self.assertEqual(failed.exception.line, 3)
        with self.assertRaisesRegex(weir.Error, "needs at least"):
            weir.ask("count()", text, memory=1000)
        with self.assertRaisesRegex(TypeError, "no option 'thread'"):
            weir.ask("count()", text, thread=2)

    def test_a_wrong_question_has_its_place(self):
        with self.assertRaises(weir.Error) as failed:
            weir.ask("count() by agee", USERS)
        self.assertEqual(failed.exception.place, "query:1:12")
        self.assertEqual(failed.exception.byte, 11)
        self.assertIn("did you mean 'age'", failed.exception.message)


class Compare(unittest.TestCase):
    def test_lazy_and_eager(self):
        lazy, eager = weir.compare("mean(age)", USERS, eager=["tuple"])
        self.assertEqual([lazy["mode"], eager["mode"]], ["lazy", "tuple"])
        self.assertEqual(eager["same_answer"], "yes")
        self.assertGreater(eager["bytes_per_record"],
                           lazy["bytes_per_record"])
        with self.assertRaisesRegex(RuntimeError, "no column"):
            weir.compare("mean(agee)", USERS)


if __name__ == "__main__":
    unittest.main()
