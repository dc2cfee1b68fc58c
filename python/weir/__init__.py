"""
weir from Python: exact answers about CSV streams of any size, in constant
memory, by the shared library and ctypes.

    import weir

    for age in weir.rows("users.csv.zst", "age"):       # a generator
        ...
    for row in weir.ask("mean(age) by country", "users.csv.zst"):
        print(row.country, row[1])
    print(weir.compare("mean(age)", "users.csv"))       # lazy and eager

A number is an int if it is whole, else a Decimal if it is an exact decimal, and
a float if it is not (1/3). A null is None, a text a str, a boolean a bool. rows()
gives floats instead of Decimals. Text that is not UTF-8 has its bytes as lone
surrogates (errors="surrogateescape").

What rows() and ask() return is also a table to those who have Arrow, by
__arrow_c_stream__; types={"day": "date32"} says types of its columns (weir.h's
weir_arrow.h):

    pyarrow.table(weir.ask("sum(price) by day", path, types={"day": "date32"}))
    polars.DataFrame(weir.rows(path))

The library is what WEIR_LIBRARY names, or libweir.so of the system. compare()
runs the program weir, which WEIR names or PATH has.
"""

import collections
import collections.abc
import ctypes
import json
import os
import subprocess
from decimal import Decimal

from . import _arrow
from . import _library as c
from ._library import Error

__all__ = ["Error", "ask", "compare", "rows"]


def _encoded(text):
    """Bytes for C, where a NUL would end them."""
    encoded = os.fsencode(text)
    if b"\0" in encoded:
        raise ValueError("embedded null byte")
    return encoded


def _decoded(text):
    return text.decode("utf-8", "surrogateescape")


def _row_type(names):
    """A named tuple whose fields are the columns, as far as they are names."""
    return collections.namedtuple("Row", names, rename=True)


def _reading(options):
    """A struct weir_reading of keyword arguments, which are used up."""
    reading = c.Reading()
    for name, kind in c.Reading._fields_:
        if name not in options:
            continue
        value = options.pop(name)
        if kind is ctypes.c_char_p and value is not None:
            value = _encoded(value)
        if name == "bad_records":
            value = c.BAD[value]
        setattr(reading, name, value)
    return reading


class _Open:
    """An open handle of C, which is closed once, or given away."""

    def __init__(self, handle, close, borrowed):
        self.handle, self.close, self.borrowed = handle, close, borrowed

    def take(self):
        handle, self.handle = self.handle, None
        return handle

    def end(self):
        if self.handle:
            self.close(self.take())
        self.borrowed = None


class Rows(collections.abc.Iterator):
    """An iterator over the rows of an open handle, by a generator; and, instead
    of that, a stream for Arrow."""

    def __init__(self, generator, held, arrow, types):
        # Runs to its first yield, which gives nothing: from then on its finally
        # is sure to run.
        next(generator)
        self._generator, self._held = generator, held
        self._arrow, self._types, self._begun = arrow, types, False

    def __next__(self):
        self._begun = True
        return next(self._generator)

    def close(self):
        """Closes the input; the end and del do so as well."""
        self._generator.close()

    def __arrow_c_stream__(self, requested_schema=None):
        """A capsule with all rows. It can be asked for once, instead of
        iterating; a schema that is requested is not looked at, as Arrow's
        PyCapsule interface allows."""
        del requested_schema
        if self._begun or not self._held.handle:
            raise ValueError("the rows have been read, or are closed")
        borrowed = self._held.borrowed
        handle = self._held.take()
        self._generator.close()
        return _arrow.capsule(self._arrow, handle, self._types, borrowed)


def _refuse(options):
    if options:
        raise TypeError("no option %r" % sorted(options)[0])


# ---- records -----------------------------------------------------------------

def rows(path, *columns, **options):
    """
    Yields the records of a CSV file, plain or compressed; "-" is standard
    input. With one column its values, with several or none (which means all)
    named tuples. The options are the members of struct weir_reading (weir.h):
    delimiter=";", no_header=True, bad_records="reject", ... and types.
    """
    types = _arrow.options(options.pop("types", {}), _encoded)
    reading = _reading(options)
    _refuse(options)
    error = c.StructError()
    handle = c.rows_open(_encoded(path), ctypes.byref(reading),
                         ctypes.byref(error))
    if not handle:
        raise Error(error)
    held = _Open(handle, c.rows_close, reading)
    return Rows(_records(held, columns), held, c.rows_arrow, types)


def _records(held, columns):
    """The records of open rows, which it closes."""
    try:
        names = _select(held.handle, columns)
        yield
        values = _values(held.handle, len(names))
        if len(columns) == 1:
            for window in values:
                yield from window[0]
        else:
            make = _row_type(names)._make
            for window in values:
                yield from map(make, zip(*window))
    finally:
        held.end()


def _select(handle, columns):
    """Selects the columns and returns the names of all that are read."""
    if columns:
        error = c.StructError()
        names = (ctypes.c_char_p * len(columns))(*map(_encoded, columns))
        if c.rows_select(handle, names, len(columns), ctypes.byref(error)):
            raise Error(error)
    return [_decoded(c.rows_name(handle, i))
            for i in range(c.rows_columns(handle))]


def _values(handle, n):
    """Yields windows: for each column a list of values."""
    error = c.StructError()
    window = ctypes.POINTER(c.Window)()
    while True:
        status = c.rows_window(handle, ctypes.byref(window),
                               ctypes.byref(error))
        if status == c.END:
            return
        if status:
            raise Error(error)
        yield [_column(window, i) for i in range(n)]


def _column(window, column):
    numbers = c.window_numbers(window, column)
    if not numbers:
        raise MemoryError
    values = numbers[:window.contents.rows]
    try:
        whole = list(map(int, values))
        if whole == values:  # the usual case, compared without a loop
            return whole
    except ValueError:  # a NaN
        pass
    spans = window.contents.column[column]
    text = window.contents.text
    return [_number(value) if value == value else _text(text, spans[row])
            for row, value in enumerate(values)]


def _number(value):
    return int(value) if value.is_integer() else value


def _text(base, span):
    text = ctypes.string_at(base + span.start, span.len)
    return _decoded(text) if text.strip(b" \t") else None


# ---- questions ---------------------------------------------------------------

def ask(question, *inputs, **options):
    """
    Yields the rows of the answer as named tuples. An input is a path, or bytes
    with the CSV itself; without one the question names it (from 'x.csv'). The
    options are the members of struct weir_query_options (weir.h) and of its
    reading: threads=2, memory=2**25, bad_cells="null", delimiter=";", ... With
    partial=PATH the answer has no rows, and the partial is there once they have
    been asked for. Checkpoints and callbacks are for C. types is for Arrow.
    """
    types = _arrow.options(options.pop("types", {}), _encoded)
    settings = c.QueryOptions(size=ctypes.sizeof(c.QueryOptions),
                              reading=ctypes.pointer(_reading(options)))
    for name in ("by_union", "threads", "memory", "shard", "of_shards",
                 "max_window"):
        if name in options:
            setattr(settings, name, options.pop(name))
    for name in "decimal", "thousands", "folder", "partial", "dictionary":
        if name in options:
            setattr(settings, name, _encoded(options.pop(name)))
    if "bad_cells" in options:
        settings.bad_cells = c.BAD_CELLS[options.pop("bad_cells")]
    _refuse(options)
    given = (c.Input * max(len(inputs), 1))(*map(_input, inputs))
    error = c.StructError()
    query = c.query_open(_encoded(question), given, len(inputs),
                         ctypes.byref(settings), ctypes.byref(error))
    if not query:
        raise Error(error)
    held = _Open(query, c.query_close, (inputs, given, settings))
    return Rows(_answer(held), held, c.query_arrow, types)


def _input(what):
    if isinstance(what, (bytes, bytearray, memoryview)):
        held = bytes(what)
        return c.Input(bytes=held, len=len(held))
    return c.Input(path=_encoded(what))


def _answer(held):
    """The rows of an open query, which it closes."""
    query = held.handle
    error = c.StructError()
    row = ctypes.POINTER(c.Row)()
    try:
        make = _row_type([_decoded(c.query_name(query, i))
                          for i in range(c.query_columns(query))])._make
        yield
        while True:
            status = c.query_next(query, ctypes.byref(row),
                                  ctypes.byref(error))
            if status == c.END:
                return
            if status:
                raise Error(error)
            yield make(map(_value, row.contents.value[:row.contents.n]))
    finally:
        held.end()


def _value(value):
    if value.kind == c.VALUE_NULL:
        return None
    if value.kind == c.VALUE_BOOLEAN:
        return value.boolean
    text = ctypes.string_at(value.text.bytes, value.text.len)
    if value.kind == c.VALUE_TEXT:
        return _decoded(text)
    if value.kind == c.VALUE_DECIMAL:
        exact = Decimal((value.mantissa < 0,
                         tuple(map(int, str(abs(value.mantissa)))),
                         value.exponent))
        return int(exact) if exact == exact.to_integral_value() else exact
    return _double(value.number, _decoded(text))


def _double(number, text):
    """A number that is not a decimal of 64 bits: a float, if that has all the
    digits that the answer has."""
    try:
        exact = Decimal(text)
    except ArithmeticError:
        return number
    if exact == exact.to_integral_value():
        return int(exact)
    return number if Decimal(repr(number)) == exact else exact


# ---- lazy and eager ----------------------------------------------------------

def compare(question, *paths, eager=()):
    """
    Answers the question lazily and from every layout of loaded records (or
    those in `eager`), each in a process of its own. Returns a list of dicts:
    what was compared, its seconds, and its memory in bytes.
    """
    command = [os.environ.get("WEIR", "weir"), "-o", "json", "compare",
               *("--eager=" + layout for layout in eager), question,
               *map(os.fspath, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return json.loads(done.stdout)
