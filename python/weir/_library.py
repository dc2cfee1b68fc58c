"""
The shared library: what weir.h declares, for ctypes. tests/test_python.py
compares the structs with those of the C compiler.
"""

import ctypes
import ctypes.util
import os
from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_double,
                    c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64,
                    c_void_p)

END = 1
BAD = {"error": 0, "pad": 1, "reject": 2}
BAD_CELLS = {"error": 0, "null": 1, "reject": 2}
VALUE_NULL, VALUE_BOOLEAN, VALUE_DECIMAL, VALUE_DOUBLE, VALUE_TEXT = range(5)


class StructError(Structure):
    _fields_ = [("status", c_int), ("byte", c_uint64), ("line", c_uint64),
                ("column", c_uint32), ("place", c_char * 320),
                ("message", c_char * 640)]


class Error(Exception):
    """What went wrong, and where: place is a text such as "users.csv:3:1", or
    empty; byte, line and column are None where they are not known."""

    def __init__(self, error):
        self.status = error.status
        self.place = error.place.decode("utf-8", "surrogateescape")
        self.message = error.message.decode("utf-8", "surrogateescape")
        self.byte = error.byte if error.byte != 2 ** 64 - 1 else None
        self.line = error.line or None
        self.column = error.column or None
        super().__init__(": ".join(filter(None, [self.place, self.message])))


class Reading(Structure):
    _fields_ = [(name, c_char_p) for name in
                ("dialect", "delimiter", "quote", "escape", "comment",
                 "header", "null", "reader")] + [
                    ("skip", c_uint64), ("max_record", c_size_t),
                    ("batch", c_size_t), ("bad_records", c_int),
                    ("no_header", c_bool), ("trim", c_bool)]


class Text(Structure):
    _fields_ = [("bytes", c_void_p), ("len", c_size_t)]


class Span(Structure):
    _fields_ = [("start", c_uint32), ("len", c_uint32)]


class Window(Structure):
    """The public members alone; a window is only used by its pointer."""
    _fields_ = [("rows", c_size_t), ("columns", c_size_t), ("text", c_void_p),
                ("column", POINTER(POINTER(Span)))]


class Input(Structure):
    _fields_ = [("path", c_char_p), ("read", c_void_p), ("context", c_void_p),
                ("bytes", c_char_p), ("len", c_size_t), ("name", c_char_p)]


class QueryOptions(Structure):
    _fields_ = [("size", c_size_t), ("reading", POINTER(Reading)),
                ("by_union", c_bool),
                ("bad_cells", c_int), ("decimal", c_char),
                ("thousands", c_char), ("threads", c_size_t),
                ("memory", c_size_t), ("folder", c_char_p),
                ("context", c_void_p), ("reject", c_void_p),
                ("progress", c_void_p), ("shard", c_uint32),
                ("of_shards", c_uint32), ("partial", c_char_p),
                ("checkpoint", c_char_p), ("max_window", c_uint64), ("dictionary", c_char_p)]


class Value(Structure):
    """decimal, a struct of its own in C, is mantissa and exponent here."""
    _fields_ = [("kind", c_int), ("boolean", c_bool), ("mantissa", c_int64),
                ("exponent", c_int32), ("number", c_double), ("text", Text)]


class Row(Structure):
    _fields_ = [("n", c_size_t), ("value", POINTER(Value))]


class ArrowColumn(Structure):
    _fields_ = [("name", c_char_p), ("type", c_int), ("scale", c_int32)]


class ArrowOptions(Structure):
    _fields_ = [("size", c_size_t), ("column", POINTER(ArrowColumn)),
                ("n", c_size_t), ("rows", c_size_t)]


class ArrowStream(Structure):
    """Arrow's struct ArrowArrayStream; the other functions are for C."""


ArrowRelease = CFUNCTYPE(None, POINTER(ArrowStream))
ArrowStream._fields_ = [("get_schema", c_void_p), ("get_next", c_void_p),
                        ("get_last_error", c_void_p),
                        ("release", ArrowRelease), ("private_data", c_void_p)]


def _load():
    name = os.environ.get("WEIR_LIBRARY") or ctypes.util.find_library("weir") \
        or "libweir.so.0.1"
    return ctypes.CDLL(name)


def _function(name, result, *arguments):
    function = getattr(_library, "weir_" + name)
    function.restype = result
    function.argtypes = arguments
    return function


_library = _load()
_error = POINTER(StructError)

rows_open = _function("rows_open", c_void_p, c_char_p, POINTER(Reading),
                      _error)
rows_select = _function("rows_select", c_int, c_void_p, POINTER(c_char_p),
                        c_size_t, _error)
rows_columns = _function("rows_columns", c_size_t, c_void_p)
rows_name = _function("rows_name", c_char_p, c_void_p, c_size_t)
rows_window = _function("rows_window", c_int, c_void_p,
                        POINTER(POINTER(Window)), _error)
rows_close = _function("rows_close", None, c_void_p)
window_numbers = _function("window_numbers", POINTER(c_double),
                           POINTER(Window), c_size_t)

query_open = _function("query_open", c_void_p, c_char_p, POINTER(Input),
                       c_size_t, POINTER(QueryOptions), _error)
query_columns = _function("query_columns", c_size_t, c_void_p)
query_name = _function("query_name", c_char_p, c_void_p, c_size_t)
query_next = _function("query_next", c_int, c_void_p, POINTER(POINTER(Row)),
                       _error)
query_close = _function("query_close", None, c_void_p)

rows_arrow = _function("rows_arrow", c_int, c_void_p, POINTER(ArrowOptions),
                       POINTER(ArrowStream), _error)
query_arrow = _function("query_arrow", c_int, c_void_p, POINTER(ArrowOptions),
                        POINTER(ArrowStream), _error)
