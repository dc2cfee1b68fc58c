"""What may come of a run in which a call has failed: it says so, or nothing is
different."""

import re

LIMIT, FAILED = 4, 3
CODES = {"alloc": {LIMIT}, "map": {LIMIT, FAILED}, "thread": {LIMIT}}
# What fails when the answer is out may leave all of it there.
LATE = {"write", "close", "unlink", "name", "sync"}
UNKNOWN = b"; what is resident is not known\n"
LOCALE = b"the locale C.UTF-8"  # of which libc says no more than that
PRINTED = ("explain", "help", "--help")  # by stdio
INCOMPLETE = b"; the output is incomplete\n"  # for all that is known
NUMBERS = re.compile(rb"[0-9][0-9,.]*( ?[KMG]iB\b| bytes\b)?")


def shape(line, text):
    """Without figures, where these are times and sizes."""
    if not line.figures:
        return text
    return re.sub(rb"[ =#-]+", b" ", NUMBERS.sub(b"#", text))


def said(line, want, got):
    """What it says on standard error besides what it always says there."""
    usual = shape(line, want.err).splitlines()
    return [text for text in got.err.splitlines()
            if shape(line, text) not in usual and
            (text.startswith(b"weir: ") or not line.figures)]


def same(line, kind, want, got):
    """What was asked for on standard error, the figures, must be there, but
    for a place of a profile that could not be noted; a note may be lost. None,
    or what differs of a run that says that all is well."""
    if line.compares and re.search(rb" stopped( at |: )", got.err):
        return None  # what does not fit is what it is there to find
    if shape(line, got.out) != shape(line, want.out):
        return "another answer, and exit 0"
    if shape(line, got.err) != shape(line, want.err) and \
            UNKNOWN not in got.err and not (line.figures and kind == "map") \
            and (kind != "write" or line.figures or said(line, want, got)):
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
    if line.figures and texts and \
            all(text.startswith(b"weir: ") for text in texts):
        return None  # of several processes, or of the figures too
    if kind == "alloc" and any(b"--memory raises" in text for text in texts):
        return "the limit is blamed for what the system refused"
    if kind == "write" and len(texts) < 2:
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
    codes = CODES.get(kind, {FAILED}) | {want.code} - {0}
    if line.compares or LOCALE in got.err:
        codes = codes | {FAILED}
    if got.code not in codes:
        return "exit %d" % got.code
    if not (line.figures or line.argp) and not want.out.startswith(got.out):
        return "something else on standard output"
    if want.out and not line.figures and got.out == want.out and \
            kind not in LATE and not line.targets and \
            not got.err.endswith(INCOMPLETE):
        return "a whole answer on standard output"
    return message(line, kind, mode, want, got)


def interrupted(line, kind, want, got):
    """No signal of weir's interrupts stdio: it would fail."""
    if kind == "write" and got.out == want.out and \
            got.code in (want.code, FAILED):
        return None  # a line of a message, or of figures
    return None if (line.compares or line.words[0] in PRINTED) and \
        got.code == FAILED else "EINTR is no failure"


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
        return same(line, kind, want, got)
    if got.code == want.code and got.err == want.err:
        return None if want.out == got.out else "another answer"
    if number == "EINTR":
        return interrupted(line, kind, want, got)
    if got.code == 0:
        return "exit 0"
    wrong = failed(line, kind, mode, want, got)
    return wrong or kept(line, old, want, got)
