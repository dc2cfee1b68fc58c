#!/usr/bin/env python3
"""
Arrow, read by those who did not write it: DuckDB asks SQL over the streams of
the C interface (tests/arrow_tool.c), apache-arrow reads what -o arrow writes.
python/weir gives its streams to DuckDB in capsules. weir's CSV is the oracle of
the values, and Python's fractions compare numbers.
"""

import csv
import ctypes
import gc
import io
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import unittest
from fractions import Fraction

SOURCE = os.environ.get("WEIR_SOURCE", ".")
WEIR = os.environ["WEIR"]
TOOL = os.path.join(os.environ["WEIR_TOOLS"], "arrow_tool")
CACHE = os.path.join(os.path.abspath(SOURCE), "data/cache")
DUCKDB = os.path.join(CACHE, "duckdb/node_modules/@duckdb",
                      "node-bindings-linux-x64/libduckdb.so")
ARROW = os.path.join(CACHE, "arrow/node_modules/apache-arrow")
READER = os.path.join(SOURCE, "tests/arrow_read.mjs")
USERS = os.path.join(os.path.abspath(SOURCE), "data/users.csv")
SKIPPED = 77
# DuckDB's own scan loses the schemas that it asks for.
QUIET = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") +
             ":detect_leaks=0")


def run(*words, data=None, code=0, env=None):
    done = subprocess.run(words, input=data, capture_output=True, check=False,
                          env=env)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done


def rows_of(text):
    """The rows below the header; an empty field is None."""
    rows = list(csv.reader(io.StringIO(text.decode("utf-8"))))
    return [[field or None for field in row] for row in rows[1:]]


def duckdb(sql, path, *options, code=0):
    done = run(TOOL, DUCKDB, sql, path, *options, code=code, env=QUIET)
    if code:
        return done.stderr.decode()
    lines = done.stdout.decode("utf-8").splitlines()
    return [[None if field == "NULL" else field for field in line.split("\t")]
            for line in lines[1:]]


def types(path, *options):
    return [row[1] for row in duckdb("describe weir", path, *options)]


def arrow(*words, data=None, code=0):
    """What apache-arrow reads from weir -o arrow."""
    stream = run(WEIR, "-o", "arrow", *words, data=data, code=code).stdout
    read = run("node", READER, ARROW, data=stream)
    return json.loads(read.stdout)


def number(text):
    return None if text is None else Fraction(text)


def column(got, i):
    return [value for batch in got["batches"] for value in batch[i]]


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text, name="t.csv"):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path


class InDuckDB(Files):
    def same(self, got, want, numbers):
        self.assertEqual(len(got), len(want))
        for one, other in zip(got, want):
            for i, (a, b) in enumerate(zip(one, other, strict=True)):
                if i in numbers:
                    a, b = number(a), number(b)
                self.assertEqual(a, b)

    def test_records_of_any_compression(self):
        packed = {".csv": None, ".csv.gz": ["gzip", "-c"],
                  ".csv.zst": ["zstd", "-qc"], ".csv.xz": ["xz", "-c"]}
        want = rows_of(run(WEIR, "-o", "csv", "*", USERS).stdout)
        for name, packer in packed.items():
            with self.subTest(name), open(USERS, "rb") as users:
                data = users.read()
                if packer:
                    data = run(*packer, data=data).stdout
                path = self.file(data, "u" + name)
                self.assertEqual(types(path), [
                    "BIGINT", "VARCHAR", "BIGINT", "VARCHAR", "DECIMAL(38,2)",
                    "DECIMAL(38,3)", "VARCHAR", "VARCHAR"])
                got = duckdb("select * from weir", path)
                self.same(got, want, {0, 2, 4, 5})

    def test_sql_over_records(self):
        question = "mean(age), sum(income), count(), min(signup) by country"
        answer = rows_of(run(WEIR, question, USERS).stdout)
        got = duckdb("select country, avg(age), sum(income), count(*), "
                     "min(signup) from weir group by country order by country",
                     USERS, "rows=7")
        for one, other in zip(got, answer, strict=True):
            self.assertEqual(one[0], other[0])
            self.assertEqual(float(one[1]), float(other[1]))
            self.assertEqual([number(one[2]), number(one[3]), one[4]],
                             [number(other[2]), number(other[3]), other[4]])

    def test_answers(self):
        question = ("sum(income) as s, mean(age) as m, count() as n, "
                    "count() > 3 as many, max(signup) as d by country")
        options = ["question=" + question, "types=d=date32"]
        self.assertEqual(types(USERS, *options), [
            "VARCHAR", "DECIMAL(38,2)", "DOUBLE", "BIGINT", "BOOLEAN", "DATE"])
        want = rows_of(run(WEIR, question, USERS).stdout)
        # Of a few rows not all have cents; the mean of some is no fraction.
        certain = ["types=d=date32,m=double,s=decimal(2)"]
        for rows, more in (1, certain), (2, certain), (5, certain), (1000, []):
            got = duckdb("select * from weir", USERS, *options,
                         "rows=%d" % rows, *more)
            for one, other in zip(got, want, strict=True):
                self.assertEqual(one[0], other[0])
                self.assertEqual(number(one[1]), number(other[1]))
                self.assertEqual(float(one[2]), float(other[2]))
                self.assertEqual(one[3:], other[3:])

    def test_types_follow_the_values(self):
        cells = {
            "BIGINT": ["1\n-7\n0", "9223372036854775807\n-9223372036854775808",
                       "-0\n5"],
            "DECIMAL(38,0)": ["9223372036854775808\n1", "1" * 38],
            "DECIMAL(38,2)": ["1.50\n2", "0.25\n" + "9" * 36],
            "DECIMAL(38,38)": ["0." + "1" * 38],
            "VARCHAR": ["007\n1", "+1", "1e3", " 1", ".5", "1.", "1\nx",
                        "1" * 39, "0.25\n" + "9" * 37, "", "true", "1_000"],
        }
        for type_, texts in cells.items():
            for text in texts:
                with self.subTest(text):
                    path = self.file("a,b\n" + "".join(
                        line + ",x\n" for line in text.split("\n")))
                    rows = duckdb("select a, typeof(a) from weir", path)
                    self.assertEqual(rows[0][1], type_)
                    want = [row[0] for row in rows_of(
                        run(WEIR, "-o", "csv", "*", path).stdout)]
                    got = [row[0] for row in rows]
                    if type_ != "VARCHAR":
                        want, got = map(number, want), map(number, got)
                    self.assertEqual(list(got), list(want))

    def test_what_does_not_fit_is_told(self):
        path = self.file("a,b\n1,x\n2,y\n007,z\n")
        told = duckdb("select * from weir", path, "rows=2", code=1)
        self.assertIn("row 3: '007' does not fit column 'a', which is int64 as "
                      "in the first batch; the type utf8 holds it", told)
        self.assertNotIn("--", told)
        got = duckdb("select * from weir", path, "rows=2", "types=a=utf8")
        self.assertEqual(got, [["1", "x"], ["2", "y"], ["007", "z"]])
        got = duckdb("select * from weir", path, "rows=2", "types=a=int64")
        self.assertEqual(got, [["1", "x"], ["2", "y"], ["7", "z"]])
        for type_, value in [("int64", "1.5"), ("int64", "1" * 19 + "0"),
                             ("decimal(1)", "1.25"), ("double", "x"),
                             ("decimal(38)", "1"), ("bool", "yes"),
                             ("date32", "2024-02-30"), ("int64", "N/A")]:
            path = self.file("a,b\n%s,x\n" % value)
            told = duckdb("select * from weir", path, "types=a=" + type_, code=1)
            self.assertIn("row 1: '%s' does not fit column 'a', which is %s as "
                          "asked" % (value, type_), told)

    def test_no_digit_is_lost(self):
        path = self.file("x,y\n9007199254740993,1\n1,3\n")
        question = "question=x / y as q"
        self.assertEqual(duckdb("select q, typeof(q) from weir", path, question),
                         [["9007199254740993", "VARCHAR"],
                          ["0.3333333333333333", "VARCHAR"]])
        self.assertEqual(
            duckdb("select q, typeof(q) from weir", path, question,
                   "types=q=double")[0], ["9007199254740992.0", "DOUBLE"])
        path = self.file("x,y\n1,3\n1,10\n9007199254740993,1\n")
        self.assertEqual([row[0] for row in duckdb(
            "select typeof(q) from weir", path, question, "rows=3")],
            ["VARCHAR"] * 3)
        told = duckdb("select * from weir", path, question, "rows=2", code=1)
        self.assertIn("row 3: '9007199254740993' does not fit column 'q', which "
                      "is double as in the first batch; the type utf8", told)

    def test_blanks_are_texts_unless_a_number_is_asked_for(self):
        path = self.file("a,b\n1,x\n  ,y\n")
        self.assertEqual(duckdb("select a from weir", path), [["1"], ["  "]])
        self.assertEqual(duckdb("select a from weir", path, "types=a=int64"),
                         [["1"], [None]])
        told = duckdb("select a from weir", path, "rows=1", code=1)
        self.assertIn("row 2: '  ' does not fit", told)

    def test_names_that_are_no_utf8(self):
        path = self.file(b"caf\xe9,b\n1,2\n")
        told = duckdb("select * from weir", path, code=1)
        self.assertIn("column 1 is named 'caf\\xe9', which is not UTF-8", told)

    def test_nulls_and_dates(self):
        path = self.file("d,n,t\n1969-12-31,NA,\n0001-01-01 10:00,1,x\n,,y\n"
                         "9999-12-31T23:59:59+05:00,NA,NA\n")
        got = duckdb("select d, n, t from weir", path, "null=NA",
                     "types=d=date32")
        self.assertEqual(got, [["1969-12-31", None, None],
                               ["0001-01-01", "1", "x"], [None, None, "y"],
                               ["9999-12-31", None, None]])

    def test_the_input_fails_in_the_middle(self):
        path = self.file("a,b\n" + "1,x\n" * 30000 + "2\n")
        told = duckdb("select * from weir", path, code=1)
        self.assertIn("t.csv:30002:", told)
        self.assertNotIn("--", told)


class InApacheArrow(Files):
    def check(self, *words):
        want = rows_of(run(WEIR, "-o", "csv", *words).stdout)
        got = arrow(*words)
        for i, type_ in enumerate(got["types"]):
            values = column(got, i)
            wanted = [row[i] for row in want]
            if type_[:3] in ("Int", "Flo", "Dec"):
                values, wanted = map(number, values), map(number, wanted)
            self.assertEqual(list(values), list(wanted), (words, i))
        return got

    def test_users(self):
        got = self.check("*", USERS)
        self.assertEqual(got["types"], [
            "Int64", "Utf8", "Int64", "Utf8", "Decimal[38e+2]",
            "Decimal[38e+3]", "Utf8", "Utf8"])

    def test_the_same_bytes_in_every_way(self):
        question = "sum(income), mean(score), count(), median(age) by country"
        want = run(WEIR, "-o", "arrow", "-j1", question, USERS).stdout
        for more in ["-j2"], ["--batch", "4K"], ["--eager"], ["--reader=libcsv"]:
            got = run(WEIR, "-o", "arrow", *more, question, USERS).stdout
            self.assertEqual(got, want, more)
        parts = []
        for i in 1, 2, 3:
            parts.append(self.file("", "p%d" % i))
            os.remove(parts[-1])
            run(WEIR, "--shard", "%d/3" % i, "--partial", parts[-1], question,
                USERS)
        got = run(WEIR, "merge", "-o", "arrow", *parts).stdout
        self.assertEqual(got, want)

    def test_batches_do_not_depend_on_windows(self):
        """Texts of several MiB, in every packing, by threads and by a pipe."""
        rng = random.Random(3)
        text = "".join("%d,%s,%d\n" % (i, "y" * rng.choice([3, 50, 500]), i % 7)
                       for i in range(40000))
        text = ("n,t,k\n" + text.replace("\n7150,", "\nx,")).encode()
        path = self.file(text, "w.csv")
        want = run(WEIR, "-o", "arrow", "-j1", "*", path, code=1)
        self.assertIn(b"row 7151: 'x' does not fit column 'n'", want.stderr)
        types_ = ["--types", "n=utf8"]
        want = run(WEIR, "-o", "arrow", "-j1", *types_, "*", path).stdout
        for name, packer in {"w.csv": None, "w.csv.gz": ["gzip", "-c"],
                             "w.csv.zst": ["zstd", "-qc"],
                             "w.csv.xz": ["xz", "-0c"]}.items():
            if packer:
                path = self.file(run(*packer, data=text).stdout, name)
            for more in ["-j1"], ["-j2"], ["-j4"], ["--batch", "64K"]:
                got = run(WEIR, "-o", "arrow", *more, *types_, "*", path).stdout
                self.assertEqual(hash(got), hash(want), (name, more))
        got = run(WEIR, "-o", "arrow", *types_, "*", data=text).stdout
        self.assertEqual(hash(got), hash(want))

    def test_numbers_in_a_notation(self):
        path = self.file("id;p\n007;1,5\n+12;1.002,25\n1e3;3\n")
        got = arrow("-d", ";", "--decimal", ",", "--thousands", ".", "*", path)
        self.assertEqual(got["types"], ["Utf8", "Decimal[38e+2]"])
        self.assertEqual(column(got, 0), ["007", "+12", "1e3"])
        self.assertEqual(list(map(number, column(got, 1))),
                         [Fraction("1.5"), Fraction("1002.25"), 3])

    def test_no_rows(self):
        got = arrow("* where age > 1000", USERS)
        self.assertEqual([column(got, i) for i in range(8)], [[]] * 8)
        self.assertEqual(got["names"][0], "id")
        got = arrow("sum(age), count() where age > 1000", USERS)
        self.assertEqual(got["batches"], [[[None], ["0"]]])

    def test_bytes_that_are_no_utf8(self):
        path = self.file(b"a,b\n\xff\xfe,1\nx,2\n")
        got = arrow("*", path)
        self.assertEqual(got["types"], ["Binary", "Int64"])
        self.assertEqual(column(got, 0), ["\xff\xfe", "x"])

    def test_many_batches(self):
        rng = random.Random(5)
        lines = ["%d,%s,%s" % (i, rng.choice(["", "x", "\u00e9" * 9, "y" * 300]),
                               rng.choice(["", "1.5", "-0.25", "100"]))
                 for i in range(40000)]
        path = self.file("n,t,x\n" + "\n".join(lines) + "\n")
        got = self.check("*", path)
        self.assertGreater(len(got["batches"]), 2)
        self.assertLessEqual(max(len(batch[0]) for batch in got["batches"]),
                             16384)

    def test_random_answers(self):
        rng = random.Random(17)
        pieces = ["", "0", "1", "-1", "0.1", "2.50", "1e3", "007", "x", "\u20ac",
                  "99999999999999999999", "1" * 45, "0." + "3" * 30, "true",
                  "2024-02-29"]
        for _ in range(12):
            few = rng.sample(pieces, rng.choice([2, 3, 6]))
            text = "k,n,t\n" + "".join(
                "%s,%s,%s\n" % (rng.choice("abc"), rng.randrange(-5, 5) / 4,
                                rng.choice(few)) for _ in range(60))
            path = self.file(text)
            words = rng.choice([
                ["*", path], ["n * 3 as m, t, n > 0 as p", path],
                ["sum(n), max(n), count(t), min(t) by k", path, "--bad-cells",
                 "null"],
                ["mean(n) as m, k by k order by m desc", path]])
            self.check(*words)

    def test_a_terminal_and_styles_are_refused(self):
        for words, told in [
                (["--types", "x=int64", "*"], b"no column 'x'"),
                (["--types", "agee=int64", "*"], b"did you mean 'age'?"),
                (["--types", "age=int32", "*"], b"has the type 'int32'"),
                (["--types", "age", "*"], b"expected COLUMN=TYPE"),
                (["--types", "age=utf8,age=int64", "*"], b"has two types"),
                (["--every", "1", "*"], b"--every: has no meaning"),
                (["--output-decimal", ",", "*"], b"has no meaning")]:
            done = run(WEIR, "-o", "arrow", *words, USERS, code=2)
            self.assertIn(told, done.stderr)
            self.assertEqual(done.stdout, b"")
        done = run("script", "-qec", "%s -o arrow '*' %s" % (WEIR, USERS),
                   "/dev/null", code=2)
        self.assertIn(b"is a terminal, and Arrow is binary", done.stdout)

    def test_the_first_batch_fails_before_any_byte(self):
        done = run(WEIR, "-o", "arrow", "--types", "name=int64", "*", USERS,
                   code=1)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"--types='name=utf8'", done.stderr)


class Duck:
    """DuckDB by ctypes."""

    def __init__(self):
        self.library = ctypes.CDLL(DUCKDB)
        database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        assert not self.library.duckdb_open(None, ctypes.byref(database))
        assert not self.library.duckdb_connect(database,
                                               ctypes.byref(self.connection))
        self.text = self.library.duckdb_value_varchar
        self.text.restype = ctypes.c_char_p
        self.text.argtypes = [ctypes.c_void_p, ctypes.c_uint64,
                              ctypes.c_uint64]

    def ask(self, sql, n):
        """The first `n` values of the first row."""
        result = (ctypes.c_uint64 * 6)()
        assert not self.library.duckdb_query(
            self.connection, sql.encode(), ctypes.byref(result))
        return [self.text(ctypes.addressof(result), i, 0) for i in range(n)]

    def table(self, capsule):
        get = ctypes.pythonapi.PyCapsule_GetPointer
        get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object,
                                                      ctypes.c_char_p]
        stream = ctypes.c_void_p(get(capsule, b"arrow_array_stream"))
        assert not self.library.duckdb_arrow_scan(self.connection, b"stream",
                                                  stream)
        self.ask("create or replace table weir as select * from stream", 0)


@unittest.skipIf(os.environ.get("WEIR_SANITIZE"),
                 "Python loads no library of a sanitizer's build")
class InPython(Files):
    @classmethod
    def setUpClass(cls):
        os.environ["WEIR_LIBRARY"] = os.path.join(os.path.dirname(WEIR),
                                                  "libweir.so")
        sys.dont_write_bytecode = True
        sys.path.insert(0, os.path.join(SOURCE, "python"))
        import weir
        from weir import _arrow
        cls.weir, cls.arrow, cls.duck = weir, _arrow, Duck()

    def none_is_open(self):
        gc.collect()
        self.assertEqual((self.arrow._open, self.arrow._in_capsules), ({}, {}))

    def test_rows(self):
        self.duck.table(self.weir.rows(USERS, "age", "country")
                        .__arrow_c_stream__())
        self.assertEqual(self.duck.ask(
            "select count(*), sum(age), max(country) from weir", 3),
            [b"200", b"8708", b"ZA"])
        self.none_is_open()

    def test_ask(self):
        with open(USERS, "rb") as users:
            rows = self.weir.ask("max(signup) as d, count() as n by country",
                                 users.read(), types={"d": "date32"})
        self.duck.table(rows.__arrow_c_stream__())
        self.assertEqual(self.duck.ask(
            "select sum(n), max(d), typeof(max(d)) from weir", 3),
            [b"200", b"2024-12-09", b"DATE"])
        self.none_is_open()

    def test_capsules_that_are_dropped_on_other_threads(self):
        capsules = queue.SimpleQueue()

        def drop():
            while capsules.get() is not None:
                pass
        threads = [threading.Thread(target=drop) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(2000):
            capsules.put(self.weir.rows(USERS, "age").__arrow_c_stream__())
        for thread in threads:
            capsules.put(None)
        for thread in threads:
            thread.join()
        self.none_is_open()

    def test_a_capsule_that_nobody_reads(self):
        open_files = len(os.listdir("/proc/self/fd"))
        rows = self.weir.rows(USERS)
        capsule = rows.__arrow_c_stream__()
        self.assertEqual(list(rows), [])
        self.assertRaises(ValueError, rows.__arrow_c_stream__)
        del capsule
        self.none_is_open()
        self.assertEqual(len(os.listdir("/proc/self/fd")), open_files)

    def test_rows_that_have_been_read(self):
        rows = self.weir.rows(USERS, "age")
        next(rows)
        self.assertRaises(ValueError, rows.__arrow_c_stream__)
        rows.close()
        self.assertRaises(ValueError, rows.__arrow_c_stream__)

    def test_wrong_types(self):
        for text in ("int32", "decimal", "int64(2)", "decimal(x)", "auto",
                     "decimal()", "decimal(39)", "decimal(2))", "int64("):
            with self.assertRaises(ValueError):
                self.weir.rows(USERS, types={"age": text})
        with self.assertRaisesRegex(self.weir.Error, "no column 'x'"):
            self.weir.rows(USERS, types={"x": "int64"}).__arrow_c_stream__()
        self.none_is_open()


if __name__ == "__main__":
    if not (os.path.exists(DUCKDB) and os.path.isdir(ARROW)):
        print("# skip no DuckDB or apache-arrow here; tests/arrow_peers.sh "
              "installs them")
        sys.exit(SKIPPED)
    unittest.main()
