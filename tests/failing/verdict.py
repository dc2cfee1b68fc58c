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
# Of what the system refused, a limit of weir's says nothing.
BLAMED = re.compile(rb"--memory raises|takes more than")
ALLOWED = re.compile(rb"[0-9.]+ .iB is nine tenths of ")
# Beside a target, and in the folder for what does not fit memory.
TEMPORARY = re.compile(r"(?P<target>.+)\.[0-9a-f]{8}|tmp/.+")
DRAWN = re.compile(rb"\r\033\[K[^\r\n]*")
NUMBERS = re.compile(rb"[0-9][0-9,.]*( ?[KMG]iB\b| bytes\b)?")


def shape(line, text):
    """Without what time decides: figures, where these are times and sizes, and
    lines of progress."""
    if line.draws:
        return DRAWN.sub(b"", text)
    if not line.figures:
        return text
    return re.sub(rb"[ =#-]+", b" ", NUMBERS.sub(b"#", text))


def said(line, want, got):
    """What it says on standard error besides what it always says there."""
    usual = shape(line, want.err).splitlines()
    return [text for text in got.err.splitlines()
            if shape(line, text) not in usual and
            (text.startswith(b"weir: ") or not line.figures)]


def untold(kind, mode, got):
    """What it had to say could not be written."""
    return kind == "write" and (mode == "all" or got.counts["stderr"] > 0)


def without(texts, names):
    """Without the rows of these modes, and what is said of that they
    stopped."""
    return b"".join(text for text in texts.splitlines(True)
                    if re.match(rb"[a-z]*", text).group() not in names and
                    not ALLOWED.match(text))


def compared(line, want, got):
    """A comparison without what stopped, which it is there to find, and
    without what failed, where it says that it did: the others must be what
    they are undisturbed."""
    names = re.findall(rb"^([a-z]+) stopped(?: at |: )", got.err, re.M)
    if got.code != 0:
        names += re.findall(rb"^([a-z]+),.*,failed,", got.out, re.M)
    if not line.compares or not names:
        return want, got
    return [run._replace(out=without(run.out, names),
                         err=without(run.err, names))
            for run in (want, got)]


def same(line, kind, mode, want, got):
    """What was asked for on standard error, the figures, must be there, but
    for a place of a profile that could not be noted; a note may be lost. None,
    or what differs of a run that says that all is well."""
    want, got = compared(line, want, got)
    if shape(line, got.out) != shape(line, want.out):
        return "another answer, and exit 0"
    if shape(line, got.err) != shape(line, want.err) and \
            UNKNOWN not in got.err and not (line.figures and kind == "map") \
            and not (untold(kind, mode, got) and not line.figures and
                     not said(line, want, got)):
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


def lacks_figures(line, want, got):
    """They come when the answer is out, and may fail besides."""
    return bool(line.figures and want.err) and \
        shape(line, want.err) not in shape(line, got.err)


def message(line, kind, mode, want, got):
    texts = said(line, want, got)
    if kind in ("alloc", "map") and any(map(BLAMED.search, texts)):
        return "the limit is blamed for what the system refused"
    most = len(texts) if line.compares else \
        1 + (mode == "all" and bool(line.figures and want.err))
    # Of several processes, or of the answer and of the figures.
    if 1 <= len(texts) <= most and \
            all(re.fullmatch(rb"weir: \S.*[^:]", text) for text in texts):
        return None
    if untold(kind, mode, got) and len(texts) < 2:
        return None
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
    given, due = [shape(line, run.out)
                  for run in reversed(compared(line, want, got))]
    if not line.argp and not due.startswith(given):
        return "something else on standard output"
    if want.out and shape(line, got.out) == shape(line, want.out) and \
            kind not in LATE and not line.targets and \
            not lacks_figures(line, want, got) and \
            not got.err.endswith(INCOMPLETE):
        return "a whole answer on standard output"
    return message(line, kind, mode, want, got)


def interrupted(line, kind, old, want, got):
    """weir's own calls go on. No signal of weir's interrupts stdio, which
    fails: of what it prints, of messages, and of what the processes of a
    comparison say to each other, and its plot."""
    by_stdio = kind == "write" and (
        line.words[0] in PRINTED or got.counts["stderr"] > 0)
    if not (by_stdio or (line.compares and kind in ("read", "write"))) or \
            got.code not in (want.code, FAILED):
        return "EINTR is no failure"
    if not line.argp and \
            not shape(line, want.out).startswith(shape(line, got.out)):
        return "something else on standard output"
    return kept(line, old, want, got)


def strays(line, kind, mode, got):
    """What is there besides, and may not be: where a name cannot be taken away
    a temporary one stays."""
    may_stay = kind == "unlink" or (kind == "name" and mode == "all")
    return got.changed + [
        name for name in got.strays for found in [TEMPORARY.fullmatch(name)]
        if not (may_stay and found and
                (not found["target"] or found["target"] in line.targets))]


def judge(line, kind, mode, number, old, want, got):
    """None, or what is wrong, in a few words."""
    if got.code is None:
        return "signal %d" % got.counts["signal"] \
            if "signal" in got.counts else "it hangs"
    stayed = strays(line, kind, mode, got)
    if stayed:
        return "left behind or changed: " + ", ".join(
            re.sub("[0-9a-f]{8}$", "*", name) for name in stayed)
    if got.code == want.code == 0:
        return same(line, kind, mode, want, got)
    if got.code == want.code and got.err == want.err:
        return None if want.out == got.out else "another answer"
    if number == "EINTR":
        return interrupted(line, kind, old, want, got)
    if got.code == 0:
        return "exit 0"
    wrong = failed(line, kind, mode, want, got)
    return wrong or kept(line, old, want, got)
