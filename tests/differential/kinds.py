"""The kinds of ways to ask. Each function raises Wrong or returns."""

import random
import re

from differential import packing, sharing
from differential.shell import Outcome, Wrong
from differential.trial import ACCOUNT, Trial
from differential.ways import Way

LAYOUTS = ["dict", "list", "tuple", "slots", "flyweight", "columns"]


def first(shell, case, way):
    """Asks in the first way, whose outcome all others must equal."""
    trial = Trial(shell, case, way, None)
    at = trial.input()
    got = trial.put(at=at)
    if got.code and got.out and (case.grouped() or
                                 case.query and case.query.order):
        raise Wrong("leak", str(got))
    if got.code == 0 and "stats" not in way.knobs:
        got.expect_quiet()
    got.rejects = trial.rejects(at[2])
    return got


def refuses(trial, got):
    """Whether a run may be refused: libcsv reports what it does not read, and a
    limit says which one it is."""
    return "libcsv" in trial.way.knobs and got.code in (1, 2) and \
        b"--reader scan " in got.err or "memory" in trial.way.knobs and \
        got.code == 4 and b"--memory" in got.err


def ask(trial):
    at = trial.input()
    got = trial.put(at=at)
    if refuses(trial, got):
        return
    if "watch" in trial.way.knobs:
        got.err = trial.want.err
    trial.expect(got)
    if got.code == 0:
        trial.expect_rejects(trial.rejects(at[2]))


def least(trial):
    """Asks with the memory that the plan says it needs at least; the rest is
    spilled."""
    at = trial.input()
    plan = trial.put("explain", at=at)
    if plan.code:
        return
    size = re.search(rb"([0-9.]+) ([KM])iB  in all, at least", plan.out)
    got = trial.put("--memory=%s%s" % (size[1].decode(), size[2].decode()),
                    at=at)
    # The plan does not know of records that are longer than a batch.
    if got.code != 4 or b"--memory" not in got.err:
        trial.expect(got)


def explain(trial):
    got = trial.put("explain")
    if (got.code == 0 and trial.want.code == 2) or \
            (got.code == 2 and trial.want.code != 2):
        raise Wrong.of("explain", trial.want, got)


def sizeof(trial):
    words, stdin, _ = trial.input()
    trial.weir(trial.case.words() + ["sizeof"] + words, stdin)


def damaged(trial):
    """A damaged input gives the same message however it is read. Its name does
    not matter in one respect: an input that is empty or not text is one thing
    if it is named .zst, and another from a pipe. ISA-L may hold back text of a
    changed member that it decoded before the change."""
    draw, form = trial.draw, trial.draw.choice(sorted(packing.PACKERS))
    kept_back = False
    raw = bytearray(packing.packed(form, trial.case.text(), draw))
    at = int(draw.random() * len(raw))
    if draw.random() < 0.5:
        del raw[at:]
    else:
        raw[at] ^= 1 << draw.randrange(8)
        kept_back = not form.startswith("zst")
    plain = Trial(trial.shell, trial.case, Way("damaged", {}, 0), draw)
    trial.want = plain.put(at=plain.place("file", bytes(raw)))
    got = trial.put(at=trial.place("file", bytes(raw)))
    if 4 in (got.code, trial.want.code):
        return  # one of the ways may allow more
    if not kept_back or 0 in (got.code, trial.want.code):
        trial.expect(got)


def eager(trial):
    at = trial.input()
    got = trial.put("--eager=" + trial.draw.choice(LAYOUTS),
                    *trial.draw.choice([[], ["--all-columns"]]), at=at)
    trial.expect_answer(got)
    if got.code == 0:
        trial.expect_rejects(trial.rejects(at[2]))


def compare(trial):
    words, _, _ = trial.input()
    got = trial.weir([
        *trial.case.unformatted(), "--output=csv",
        "--eager=" + trial.draw.choice(LAYOUTS), "compare",
        trial.case.asked(), *words])
    if got.code == 0 and b",no," in got.out or \
            (got.code == 0) != (trial.want.code == 0) and \
            not trial.case.hurried():
        raise Wrong.of("compare", trial.want, got)


KINDS = {"ask": ask, "least": least, "explain": explain, "sizeof": sizeof,
         "damaged": damaged, "eager": eager, "compare": compare,
         **sharing.KINDS}


def try_way(shell, case, way, want):
    if "stats" not in way.knobs:
        want = Outcome(want.code, want.out, ACCOUNT.sub(b"", want.err),
                       want.rejects)
    KINDS[way.kind](Trial(shell, case, way, random.Random(way.seed), want))
