"""
Arrow's PyCapsule interface: a stream of weir in a capsule. A consumer moves the
stream out of its capsule and releases it when it likes, on any thread.
"""

import ctypes
import re

from . import _library as c

NAME = b"arrow_array_stream"
_TYPE = re.compile(r"(utf8|binary|int64|double|bool|date32)|"
                   r"decimal\((\d|[12]\d|3[0-8])\)")
TYPES = ("auto", "utf8", "binary", "int64", "decimal", "double", "bool",
         "date32")

# By the stream's private data: its own release, and what it borrows until then.
_open = {}
# By address: the structs that are in capsules.
_in_capsules = {}


@c.ArrowRelease
def _release(stream):
    key = stream.contents.private_data
    # Once it is released, another stream may have its private data's address.
    release, borrowed = _open.pop(key)
    stream.contents.release = release
    release(stream)
    del borrowed


@ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
def _destroy(capsule):
    """Gets the address of a capsule that is being freed: no reference may be
    taken to it."""
    stream = _in_capsules.pop(_get_pointer(capsule, NAME))
    if stream.release:
        stream.release(ctypes.byref(stream))


_get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p,
                                 ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi))
_new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p,
                         ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi))


def options(types, encode):
    """A struct weir_arrow_options of {"day": "date32", "price": "decimal(2)"}.
    """
    columns = (c.ArrowColumn * max(len(types), 1))()
    for column, (name, text) in zip(columns, types.items()):
        match = _TYPE.fullmatch(text)
        if not match:
            raise ValueError("the type of column %r is %r; expected utf8, "
                             "binary, int64, decimal(SCALE), double, bool or "
                             "date32" % (name, text))
        column.name = encode(name)
        column.type = TYPES.index(match[1] or "decimal")
        column.scale = int(match[2] or 0)
    return c.ArrowOptions(size=ctypes.sizeof(c.ArrowOptions), column=columns,
                          n=len(types))


def capsule(make, handle, settings, borrowed):
    """A capsule with the stream that make() makes of the handle, which is taken
    over, also on failure."""
    stream = c.ArrowStream()
    error = c.StructError()
    if make(handle, ctypes.byref(settings), ctypes.byref(stream),
            ctypes.byref(error)):
        raise c.Error(error)
    release = c.ArrowRelease(
        ctypes.cast(stream.release, ctypes.c_void_p).value)
    _open[stream.private_data] = release, borrowed
    stream.release = _release
    address = ctypes.addressof(stream)
    _in_capsules[address] = stream
    return _new(address, NAME, ctypes.cast(_destroy, ctypes.c_void_p))
