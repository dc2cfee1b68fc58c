"""The law of failing calls. Any call of a run may fail: an allocation, an open,
a read, a write, a close, a rename and the like, in the program or in libc. Then
the run reports it (one line, the right exit code, no answer, old files
unchanged, new files complete, nothing left behind), or gives all that it gives
undisturbed. It never dies by a signal, and it always ends.

    WEIR=build/dev/weir WEIR_TOOLS=build/dev/tests test_failing.py [--jobs N]
        [--stride N] [--kind KIND]... [--line TEXT] [--show]

Each command line of failing/lines.py is run as often as it makes calls. In each
turn one of the calls fails, or that one and all later ones. The suite samples
the turns; WEIR_LAW_WHOLE does all of them. Under the address sanitizer, whose
allocator stands before this test's, memory is not refused (law_failing refuses
it there), and leaks are not looked for.
"""

import argparse
import collections
import concurrent.futures
import os
import queue
import subprocess
import sys
import tempfile
import time

import mechanisms
import turns as law
from failing import lines, verdict, world

ADDRESS = "address" in os.environ.get("WEIR_SANITIZE", "")
STRIDE = law.stride(61, 499)
# The errors with which each kind of call fails. With the first one the call
# also fails together with all later ones.
NUMBERS = {
    "alloc": ["ENOMEM"], "map": ["ENOMEM"], "open": ["EMFILE", "EACCES"],
    "handle": ["EMFILE"], "read": ["EIO", "EINTR"],
    "write": ["ENOSPC", "EIO", "EINTR"], "close": ["EIO", "EINTR"],
    "name": ["EACCES"], "unlink": ["EACCES"], "stat": ["EIO", "EACCES"],
    "sync": ["EIO"], "seek": ["EIO"], "thread": ["EAGAIN"]}
FEW = 10

Turn = collections.namedtuple("Turn", "line kind number mode n")


def is_sure(turn):
    """Whether the call is certain to be made, as it was in the undisturbed run:
    because the line has one thread, or because it is the first call of its
    kind. Several threads may share their calls out in another way, and a
    profile maps its tables by the addresses of blocks."""
    varies = turn.kind == "map" and "--profile" in turn.line.words
    return turn.line.alone and not varies or turn.n == 1


def turns_of(line, counts, kinds):
    for kind, numbers in NUMBERS.items():
        if kind not in kinds or (line.argp and kind in ("alloc", "map")):
            continue
        for number in numbers:
            for mode in ("once", "all") if number == numbers[0] else ("once",):
                for n in range(1, counts[kind] + 1):
                    yield Turn(line, kind, number, mode, n)


def sample(turns, stride):
    """Every n-th turn, and more of a kind that has only few turns."""
    kinds = collections.defaultdict(list)
    for turn in turns:
        kinds[turn.kind].append(turn)
    return [turn for of_kind in kinds.values()
            for turn in of_kind[::min(stride, 1 + len(of_kind) // FEW)]]


class Trials:
    """The worlds of all jobs, and the undisturbed outcome of each command line.
    """

    def __init__(self, folder, jobs):
        self.worlds = queue.Queue()
        built = os.path.join(folder, "built")
        lines.build(built)
        for i in range(jobs):
            self.worlds.put(world.World(built, os.path.join(folder, str(i))))
        self.want, self.old = {}, {}

    def look(self, line):
        place = self.worlds.get()
        place.tidy(line)
        self.old[line] = place.outcome(line, {}, b"", b"").files
        self.want[line] = place.run(line)
        assert not self.want[line].strays + self.want[line].changed
        self.worlds.put(place)
        return self.want[line]

    def again(self, place, line):
        """After a failure the same command must give what it gives undisturbed.
        """
        want, got = self.want[line], place.run(line)
        for name, how in line.targets.items():
            if how == "whole" and got.files.get(name) != want.files[name]:
                return "%s is not the same afterwards: %s" % (name, got)
        if got.code != want.code or \
                verdict.shape(line, got.out) != verdict.shape(line, want.out):
            return "not the same afterwards: %s" % got
        return None

    def try_turn(self, turn):
        line, want = turn.line, self.want[turn.line]
        place = self.worlds.get()
        try:
            place.tidy(line)
            got = place.run(line, turn.kind, turn.n, turn.mode, turn.number)
            if is_sure(turn) and got.counts and not got.counts["refused"]:
                return turn, got, "no call was refused"
            wrong = verdict.judge(line, turn.kind, turn.mode, turn.number,
                                  self.old[line], want, got)
            if not wrong and line.targets and \
                    (got.code != 0 or got.files.keys() != want.files.keys()):
                wrong = self.again(place, line)
            return turn, got, wrong
        finally:
            self.worlds.put(place)


def disturb_no_sanitizer():
    """The leak check starts a process, which would be refused."""
    if ADDRESS:
        os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + \
            ":detect_leaks=0"


def is_held(folder):
    """Whether the program supports WEIR_HOLD and WEIR_KILL."""
    counts = os.path.join(folder, "counts")
    return subprocess.run([mechanisms.TOOL, counts], check=False,
                          capture_output=True).returncode == 0


def tell(turn, got, wrong):
    print("%s\n  %s %d %s %s: %s\n  %s" % (
        turn.line, turn.kind, turn.n, turn.number, turn.mode, wrong, got),
        flush=True)


def try_all(trials, turns, jobs, options):
    """Tries all turns, and counts the outcomes. Prints each error once for each
    line, kind and way."""
    counted, told, wrongs = collections.Counter(), set(), 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for turn, got, wrong in pool.map(trials.try_turn, turns):
            counted[turn.kind] += 1
            counted["sure", turn.kind] += is_sure(turn)
            counted["refused"] += got.counts.get("refused", 0) > 0
            counted["failed"] += got.code != trials.want[turn.line].code
            wrongs += wrong is not None
            key = (turn.line, turn.kind, wrong)
            if wrong and (options.show or key not in told):
                tell(turn, got, wrong)
            told.add(key)
    return counted, wrongs


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stride", type=int, default=STRIDE)
    parser.add_argument("--kind", action="append", choices=NUMBERS)
    parser.add_argument("--line", help="those whose words have that text")
    parser.add_argument("--show", action="store_true",
                        help="also what is wrong in the same way")
    return parser.parse_args()


def main():
    options = parse()
    kinds = [kind for kind in options.kind or NUMBERS
             if not ADDRESS or kind not in ("alloc", "map")]
    chosen = [line for line in lines.LINES
              if not options.line or options.line in str(line)]
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if not is_held(folder):
            print("# skip a release build stands still nowhere (WEIR_HOLD)")
            return 77
        try:
            disturb_no_sanitizer()
            trials = Trials(folder, options.jobs)
            turns = [turn for line in chosen for turn in
                     turns_of(line, trials.look(line).counts, kinds)]
        except world.Unable as unable:
            print("# skip no call can be made to fail here: %s" % unable)
            return 77
        turns = sample(turns, options.stride)
        counted, wrongs = try_all(trials, turns, options.jobs, options)
    print("%d command lines, %d turns, %d calls refused, %d runs failed, "
          "%d wrong, %.1f s" % (len(chosen), len(turns), counted["refused"],
                                counted["failed"], wrongs,
                                time.monotonic() - begin))
    print(", ".join("%s %d" % (kind, counted[kind]) for kind in kinds))
    empty = [kind for kind in kinds if not counted["sure", kind]]
    if empty and not options.line:
        print("nothing was sure to be refused of " + ", ".join(empty))
    return wrongs > 0 or (bool(empty) and not options.line)


if __name__ == "__main__":
    sys.exit(main())
