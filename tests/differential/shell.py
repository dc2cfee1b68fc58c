"""Runs the program, and records how, so that a run can be printed as shell
commands.
"""

import os
import re
import select
import signal
import subprocess
import threading

import turns

WEIR = os.path.abspath(os.environ.get("WEIR", "build/dev/weir"))
REPORTS = re.compile(rb"Sanitizer|runtime error:|Assertion|\*\*\*")


class Wrong(Exception):
    """kind: what is wrong, in so few words that the same error has the same
    kind. The text is the whole error."""

    def __init__(self, kind, text):
        super().__init__(kind + ": " + text)
        self.kind = kind

    @staticmethod
    def of(kind, want, got):
        """Makes an error whose kind contains the exit codes."""
        return Wrong("%s, %d for %d" % (kind, got.code, want.code),
                     "expected %s\n  got %s" % (want, got))


SET_ASIDE = (rb"^weir: ((?:\d+ )?(?:records? rejected|cells? taken as null|"
             rb"missing fields? taken as null|surplus fields? dropped))")


class Outcome:
    def __init__(self, code, out, err, rejects=None):
        self.code, self.out, self.err = code, out, err
        self.rejects = rejects

    def told(self):
        """The messages. Of a run that succeeds, only how much was set aside:
        where the first of it is depends on the names of the inputs, and an
        eager run does not know its column."""
        return re.findall(SET_ASIDE, self.err, re.M) if self.code == 0 \
            else self.err

    def expect_quiet(self):
        """A run that succeeds tells only what it set aside."""
        if len(self.told()) != self.err.count(b"\n"):
            raise Wrong("noise", str(self))

    def __eq__(self, other):
        return (self.code, self.out, self.told()) == \
            (other.code, other.out, other.told())

    def __str__(self):
        return "exit %d, %r, %r" % (self.code, short(self.out),
                                    short(self.err))


def short(text, room=400):
    """The beginning of a text or of bytes, short enough to be read."""
    if len(text) <= room:
        return text
    rest = "... (%d)" % len(text)
    return text[:room] + (rest if isinstance(text, str) else rest.encode())


def quoted(word):
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def printed(text):
    """The bytes as arguments of printf."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in "\\%'" else
        {10: "\\n", 13: "\\r", 9: "\\t", 37: "%%", 92: "\\\\"}.get(
            byte, "\\%03o" % byte) for byte in text)


def feed(path, text):
    """Writes into a fifo or a pipe until its reader leaves."""
    try:
        with open(path, "wb", buffering=0) as pipe:
            at = 0
            while at < len(text):
                at += pipe.write(text[at:at + 60000])
    except BrokenPipeError:
        pass


class Shell:
    """A shell in the current folder."""

    def __init__(self):
        self.log, self.files = [], {}
        self.out = os.memfd_create("out")
        self.err = os.memfd_create("err")
        self.runs = 0

    def fresh(self):
        """A shell with another log and, as far as it can be seen, another
        folder."""
        for name in os.listdir("."):
            os.unlink(name)
        self.log, self.files = [], {}

    def write(self, name, text):
        with open(name, "wb") as file:
            file.write(text)
        self.files[name] = text
        if len(text) <= 6000:
            self.log.append("printf '%s' >%s" % (printed(text), name))
        else:
            self.log.append("# %s: %d bytes" % (name, len(text)))

    def say(self, words, env, stdin):
        how, name = stdin or ("", "")
        line = " ".join([k + "=" + v for k, v in (env or {}).items()] +
                        ["weir"] + [quoted(word) for word in words])
        self.log.append({"": line, "file": line + " <" + name,
                         "pipe": "cat %s | %s" % (name, line),
                         "fifo": "mkfifo fifo; cat %s >fifo & %s" %
                         (name, line)}[how])

    def begin(self, words, env=None, stdin=None):
        """Starts the program. Returns the process and the thread that feeds it.
        """
        self.say(words, env, stdin)
        self.runs += 1
        for fd in (self.out, self.err):
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
        how, name = stdin or ("", "")
        feeder, source = None, subprocess.DEVNULL
        if how == "file":
            source = os.open(name, os.O_RDONLY)
        elif how == "pipe":
            source, sink = os.pipe()
            feeder = threading.Thread(target=feed,
                                      args=(sink, self.files[name]))
        elif how == "fifo":
            if not os.path.exists("fifo"):
                os.mkfifo("fifo")
            feeder = threading.Thread(target=feed,
                                      args=("fifo", self.files[name]))
        process = subprocess.Popen(
            [WEIR, *words], stdin=source, stdout=self.out, stderr=self.err,
            env={**os.environ, **env} if env else None)
        if source != subprocess.DEVNULL:
            os.close(source)
        if feeder:
            feeder.start()
        return process, feeder, how

    def weir(self, words, env=None, stdin=None, kill=None):
        """Runs the program. kill: after this many seconds a signal kills it if
        it still runs."""
        process, feeder, how = self.begin(words, env, stdin)
        fd = os.pidfd_open(process.pid)
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        number, seconds = kill or (signal.SIGKILL, turns.LIMIT)
        done = poll.poll(1000 * seconds)
        if not done:
            process.send_signal(number)
        process.wait()
        os.close(fd)
        while feeder and feeder.is_alive():
            feeder.join(0.01)
            if how == "fifo":  # which it may not have opened
                os.close(os.open("fifo", os.O_RDONLY | os.O_NONBLOCK))
        outcome = Outcome(process.returncode, self.read(self.out),
                          self.read(self.err))
        if not done and kill is None:
            raise Wrong("hang", "it takes more than %d s" % turns.LIMIT)
        if done or outcome.code != -number:
            check(outcome)
        return outcome

    @staticmethod
    def read(fd):
        size = os.fstat(fd).st_size
        return os.pread(fd, size, 0) if size else b""


def check(outcome):
    """Checks what no run may do, whatever it is about."""
    if REPORTS.search(outcome.err):
        raise Wrong("report", outcome.err.decode("utf-8", "replace"))
    if outcome.code not in (0, 1, 2, 3, 4):
        raise Wrong("crash %d" % outcome.code, str(outcome))
    if outcome.code and not outcome.err.startswith(b"weir: "):
        raise Wrong("silence", str(outcome))
