"""Judges a run in which a call has failed: the run must report that, or its
outcome must be the undisturbed one.
"""

import re

LIMIT, FAILED = 4, 3
CODES = {"alloc": {LIMIT}, "map": {LIMIT, FAILED}, "thread": {LIMIT}}
# If these calls fail after the answer was printed, all of it may be there.
LATE = {"write", "close", "unlink", "name", "sync"}
UNKNOWN = b"; what is resident is not known\n"
LOCALE = b"the locale C.UTF-8"  # libc gives no reason for a locale
PRINTED = ("explain", "help", "--help")  # these print by stdio
INCOMPLETE = b"; the output is incomplete\n"  # which cannot be ruled out
# If the system refused something, a message must not blame a limit of weir's.
BLAMED = re.compile(rb"--memory raises|takes more than")
ALLOWED = re.compile(rb"[0-9.]+ .iB is nine tenths of ")
# Temporary files: next to a target, and in the folder for spills.
TEMPORARY = re.compile(r"(?P<target>.+)\.[0-9a-f]{8}|tmp/.+")
DRAWN = re.compile(rb"\r\033\[K[^\r\n]*")
NUMBERS = re.compile(rb"[0-9][0-9,.]*( ?[KMG]iB\b| bytes\b)?")


def shape(line, text):
    """The text without what depends on time: figures, if these are times and
    sizes, and lines of progress."""
    if line.draws:
        return DRAWN.sub(b"", text)
    if not line.figures:
        return text
    return re.sub(rb"[ =#-]+", b" ", NUMBERS.sub(b"#", text))


def said(line, want, got):
    """The lines on standard error that the undisturbed run does not print."""
    usual = shape(line, want.err).splitlines()
    return [text for text in got.err.splitlines()
            if shape(line, text) not in usual and
            (text.startswith(b"weir: ") or not line.figures)]


def untold(kind, mode, got):
    """Whether the failed call may have kept the run from printing a message."""
    return kind == "write" and (mode == "all" or got.counts["stderr"] > 0)


def without(texts, names):
    """The texts without the rows of these modes, and without what is said about
    their being stopped."""
    return b"".join(text for text in texts.splitlines(True)
                    if re.match(rb"[a-z]*", text).group() not in names and
                    not ALLOWED.match(text))


def compared(line, want, got):
    """The output of a comparison without the modes that were stopped, because
    finding these is its purpose, and without those that failed and report it.
    All others must be undisturbed."""
    names = re.findall(rb"^([a-z]+) stopped(?: at |: )", got.err, re.M)
    if got.code != 0:
        names += re.findall(rb"^([a-z]+),.*,failed,", got.out, re.M)
    if not line.compares or not names:
        return want, got
    return [run._replace(out=without(run.out, names),
                         err=without(run.err, names))
            for run in (want, got)]


def same(line, kind, mode, want, got):
    """Compares a run that reports success with the undisturbed one. Returns
    what differs, or None. The figures that were asked for on standard error
    must be there, except for a site of a profile that could not be noted. A
    note may be lost."""
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
                continue  # to resume from, or to start anew
            return "%s is there, or not, and exit 0" % name
        if how == "whole" and got.files[name] != want.files[name]:
            return "%s differs, and exit 0" % name
    return None


def lacks_figures(line, want, got):
    """Whether figures are missing. They are printed after the answer, and may
    fail as well."""
    return bool(line.figures and want.err) and \
        shape(line, want.err) not in shape(line, got.err)


def message(line, kind, mode, want, got):
    texts = said(line, want, got)
    if kind in ("alloc", "map") and any(map(BLAMED.search, texts)):
        return "the limit is blamed for what the system refused"
    most = len(texts) if line.compares else \
        1 + (mode == "all" and bool(line.figures and want.err))
    # Printed by several processes, or part of the answer and part of the
    # figures.
    if 1 <= len(texts) <= most and \
            all(re.fullmatch(rb"weir: \S.*[^:]", text) for text in texts):
        return None
    if untold(kind, mode, got) and len(texts) < 2:
        return None
    return "no message" if not texts else "no single line of message"


def kept(line, old, want, got):
    """Checks the files that the run writes."""
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
    """What is wrong with a run that reports a failure, or None."""
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
    """Whether EINTR made the run fail where it may. weir repeats its own calls.
    Since no signal of weir interrupts stdio, stdio fails: what it prints,
    messages, what the processes of a comparison say to each other, and the
    comparison's plot."""
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
    """Files that must not exist. If a file cannot be removed, a temporary file
    stays."""
    may_stay = kind == "unlink" or (kind == "name" and mode == "all")
    return got.changed + [
        name for name in got.strays for found in [TEMPORARY.fullmatch(name)]
        if not (may_stay and found and
                (not found["target"] or found["target"] in line.targets))]


def judge(line, kind, mode, number, old, want, got):
    """What is wrong with the run, in a few words, or None."""
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
