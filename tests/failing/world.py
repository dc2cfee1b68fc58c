"""A folder in which command lines run, and which is examined afterwards."""

import collections
import os
import shutil
import stat
import subprocess
import threading

import turns
from failing import lines

TOOL = os.path.join(os.path.abspath(os.environ["WEIR_TOOLS"]), "failing_tool")
LIBRARY = os.path.join(os.path.abspath(os.environ["WEIR_TOOLS"]), "refuse.so")
SKIPPED = 77


class Outcome(collections.namedtuple(
        "Outcome", "counts out err files strays changed")):
    """counts   numbers of calls of each kind, "refused", "stderr"
             (failing_tool.c), and how the run ended: "exit" or "signal";
             nothing if it had to be killed
    files    those of the line's targets that exist
    strays   other files that exist
    changed  files that are not as they were
    """

    @property
    def code(self):
        return self.counts.get("exit")

    def __str__(self):
        end = "exit %d" % self.code if self.code is not None else \
            "signal %d" % self.counts["signal"] \
            if "signal" in self.counts else "it hangs"
        return "%s, %r, %r, files %s" % (
            end, self.out[:300], self.err[:600],
            {name: len(content) for name, content in self.files.items()})


class Unable(Exception):
    """The machine cannot make calls fail; the text says what it lacks."""


def feed(path, content):
    """Writes the content into a fifo when that is opened."""
    try:
        with open(path, "wb") as file:
            file.write(content)
    except BrokenPipeError:
        pass


class World:
    """A copy of what lines.build() has made. Checkpoints differ between copies.
    """

    def __init__(self, built, folder):
        subprocess.run(["cp", "-a", built, folder], check=True)
        self.folder = folder
        self.report = folder + ".report"
        self.built = self.look()
        self.environment = dict(os.environ, TMPDIR="tmp")
        # Counting needs a file, which might be refused.
        self.environment.pop("WEIR_MECHANISMS", None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def look(self):
        """The state of all files, without opening them."""
        found = {}
        for at, folders, names in os.walk(self.folder):
            for name in folders + names:
                path = os.path.join(at, name)
                status = os.lstat(path)
                about = [status.st_mode]
                if stat.S_ISREG(status.st_mode):
                    about += [status.st_size, status.st_mtime_ns]
                found[os.path.relpath(path, self.folder)] = about
        return found

    def tidy(self, line):
        """Restores the world to what it was before the line ran."""
        for name in set(self.look()) - set(self.built):
            os.unlink(self.path(name))
        for name, source in line.old.items():
            shutil.copyfile(self.path(source), self.path(name))

    def open_stdin(self, line):
        if not line.stdin:
            return subprocess.DEVNULL
        if not isinstance(line.stdin, tuple):
            return open(self.path(line.stdin), "rb")
        reading, writing = os.pipe()
        with open(self.path(line.stdin[0]), "rb") as file:
            os.write(writing, file.read())  # it fits into the pipe
        os.close(writing)
        return os.fdopen(reading, "rb")

    def begin_feeding(self, line):
        if not line.fifo:
            return None
        with open(self.path(line.fifo), "rb") as file:
            feeder = threading.Thread(
                target=feed, args=(self.path("fifo"), file.read()))
        feeder.start()
        return feeder

    def end_feeding(self, feeder):
        """Ends the writer of the fifo, even if nothing has opened it or its
        reader has left early."""
        while feeder and feeder.is_alive():
            fd = os.open(self.path("fifo"), os.O_RDONLY | os.O_NONBLOCK)
            feeder.join(0.01)
            os.close(fd)

    def run(self, line, kind="read", n=0, mode="once", number="EIO"):
        """Runs the line without tidying before."""
        stdin = self.open_stdin(line)
        feeder = self.begin_feeding(line)
        environment = dict(self.environment)
        if line.hold:
            environment["WEIR_HOLD"] = line.hold
        try:
            done = subprocess.run(
                [TOOL, LIBRARY, kind, str(n), mode, number, self.report,
                 lines.WEIR, *line.words], cwd=self.folder, stdin=stdin,
                capture_output=True, timeout=turns.LIMIT, env=environment)
            if done.returncode == SKIPPED:
                raise Unable(done.stderr.decode().strip())
            assert done.returncode == 0, done
            with open(self.report, encoding="ascii") as file:
                counts = {word: int(count) for word, count in
                          (report.split() for report in file)}
            out, err = done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            counts, out, err = {}, late.stdout or b"", late.stderr or b""
        finally:
            self.end_feeding(feeder)
            if stdin is not subprocess.DEVNULL:
                stdin.close()
        return self.outcome(line, counts, out, err)

    def outcome(self, line, counts, out, err):
        found, files, strays, changed = self.look(), {}, [], []
        for name in sorted(set(found) | set(self.built)):
            if name in line.targets:
                if name in found:
                    with open(self.path(name), "rb") as file:
                        files[name] = file.read()
            elif name not in self.built:
                strays.append(name)
            elif found.get(name) != self.built[name]:
                changed.append(name)
        return Outcome(counts, out, err, files, strays, changed)
