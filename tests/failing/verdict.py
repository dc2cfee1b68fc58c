"""What may come of a run in which a call has failed: it says so, or nothing is
different."""

import re

LIMIT, FAILED = 4, 3
CODES = {"alloc": {LIMIT}, "map": {LIMIT, FAILED}, "thread": {LIMIT, FAILED}}
# What fails when the answer is out may leave all of it there.
LATE = {"write", "close", "unlink", "name", "sync"}
NUMBERS = re.compile(rb"[0-9][0-9,.]*( ?[KMG]iB\b| B\b)?")


def shape(line, text):
    """Without figures, where these are times and sizes."""
    if not line.figures:
        return text
    return re.sub(rb"[ =#-]+", b" ", NUMBERS.sub(b"#", text))


def said(line, want, got):
    """What it says on standard error besides what it always says there."""
    usual = shape(line, want.err).splitlines()
    return [text for text in got.err.splitlines()
            if shape(line, text) not in usual]


def same(line, want, got):
    """None, or what differs of a run that says that all is well."""
    if line.compares and b" stopped at " in got.err:
        return None  # what does not fit is what it is there to find
    if shape(line, got.out) != shape(line, want.out):
        return "another answer, and exit 0"
    if shape(line, got.err) != shape(line, want.err):
        return "another message, and exit 0"
    for name in want.files.keys() | got.files.keys():
        how = line.targets[name]
        if (name in got.files) != (name in want.files):
            if how == "left":
                continue  # to be gone on from, or begun anew
            return "%s is there, or not, and exit 0" % name
        if how == "whole" and got.files[name] != want.files[name]:
            return "%s differs, and exit 0" % name
    return None


def message(line, kind, mode, want, got):
    texts = said(line, want, got)
    if len(texts) == 1 and re.fullmatch(rb"weir: \S.*[^:]", texts[0]):
        return None
    if line.compares and len(texts) == 2 and \
            b" has failed, with exit code " in texts[1]:
        return None
    if kind == "write" and not texts:
        return None  # it could not be written
    return "no message" if not texts else "no single line of message"


def kept(line, old, want, got):
    """What became of files that it writes."""
    for name, how in line.targets.items():
        is_old = got.files.get(name) == old.get(name)
        is_new = name in got.files and \
            got.files[name] == want.files.get(name)
        if how == "whole" and not is_old and not is_new:
            return "%s is neither old nor new" % name
        if how == "left" and name in old and name not in got.files:
            return "%s is lost" % name
    return None


def failed(line, kind, mode, want, got):
    """None, or what is wrong with a run that says that it failed."""
    if got.code not in CODES.get(kind, {FAILED}) | {want.code} - {0}:
        return "exit %d" % got.code
    if not line.figures and not want.out.startswith(got.out):
        return "something else on standard output"
    if want.out and not line.figures and got.out == want.out and \
            kind not in LATE and not line.targets:
        return "a whole answer on standard output"
    return message(line, kind, mode, want, got)


def judge(line, kind, mode, number, old, want, got):
    """None, or what is wrong, in a few words."""
    if got.code is None:
        return "signal %d" % got.counts["signal"] \
            if "signal" in got.counts else "it hangs"
    if got.strays and not (kind == "unlink" or (
            kind == "name" and mode == "all")):
        return "left behind or changed: " + ", ".join(
            re.sub("[0-9a-f]{8}$", "*", name) for name in got.strays)
    if got.code == want.code == 0:
        return same(line, want, got)
    if got.code == want.code and got.err == want.err:
        return None if want.out == got.out else "another answer"
    if number == "EINTR":
        return "EINTR is no failure"
    if got.code == 0:
        return "exit 0"
    wrong = failed(line, kind, mode, want, got)
    return wrong or kept(line, old, want, got)
