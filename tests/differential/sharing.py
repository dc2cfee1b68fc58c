"""Ways in which several runs give one answer (shards, partials, checkpoints),
and one run over several files.
"""

import os
import re
import signal

from differential.shell import Wrong
from differential.trial import named


def several(trial):
    """Deals the records into several files. This changes places in messages."""
    got = trial.weir(trial.case.words() + [trial.case.asked()] + trial.deal())
    if 0 in (trial.want.code, got.code):
        trial.expect(got)
    elif trial.want.code != got.code:
        raise Wrong.of("failure", trial.want, got)


def share(trial, names, shard, path):
    """Writes the partial of a shard."""
    return trial.weir([*trial.case.unformatted(), "--shard=" + shard,
                       "--partial=" + path, trial.case.asked(), *names])


def shards(trial):
    """Writes the partial of each shard, and merges all of them."""
    n, names = trial.draw.choice([1, 2, 3, 5, 8]), trial.inputs()
    partials = ["%d.part" % i for i in range(1, n + 1)]
    codes = {share(trial, names, "%d/%d" % (i, n), path).code
             for i, path in enumerate(partials, 1)}
    if codes == {0}:
        trial.draw.shuffle(partials)
        got = mended(trial, names, partials)
        codes.add(got.code)
        if 0 in (got.code, trial.want.code):
            trial.expect(got)
    trial.expect_one_of(codes)


def merged(trial, partials):
    """Merges all partials at once, or some of them first."""
    if len(partials) > 2:
        some = partials[:len(partials) // 2]
        got = trial.shell.weir(["merge", "--partial=some.part", *some])
        if got.code:
            return got
        partials = ["some.part"] + partials[len(some):]
    return trial.shell.weir(trial.case.formatted() + ["merge"] + partials)


def mended(trial, names, partials):
    """Merges the partials. A shard that guessed wrongly is read again, as the
    message says."""
    for _ in range(len(partials) + 1):
        got = merged(trial, partials)
        guess = re.search(rb"shard (\d+) of \d+ did not find .* with --shard "
                          rb"(\S+)\n", got.err)
        if not guess:
            return got
        again = share(trial, names, guess[2].decode(),
                      "%d.part" % int(guess[1]))
        if again.code:
            return again
    raise Wrong("shards", "a guess is never mended: %s" % got)


def partial(trial):
    """Writes a partial of the whole input. A failure in the results occurs in
    the merge."""
    words, stdin, name = trial.input()
    got = named(trial.weir([*trial.case.unformatted(), "--partial=p",
                            trial.case.asked(), *words], stdin), name)
    if got.code == 0:
        got = merged(trial, ["p"])
        if got.code and got.code == trial.want.code:
            return
    if got.code == 0 or not trial.case.hurried():
        trial.expect(got)


def parts(trial):
    """Merges partials of inputs that were read separately."""
    partials, codes = [], set()
    for name in trial.deal(empty=False):
        partials.append(name + ".part")
        codes.add(trial.weir([
            *trial.case.unformatted(), "--partial=" + partials[-1],
            trial.case.asked()], ("file", name)).code)
    if codes == {0}:
        got = merged(trial, partials)
        if b" needs the order of their inputs" in got.err:
            return
        codes.add(got.code)
        if 0 in (got.code, trial.want.code):
            trial.expect(got)
    trial.expect_one_of(codes)


def rows(trial):
    """Shards whose rows are printed are not merged, so they must not guess.
    Their rows, one shard after another, are those of the single run."""
    n, names = trial.draw.choice([2, 3, 5]), trial.inputs()
    shares = [["--shard=%d/%d" % (i, n)] for i in range(1, n + 1)]
    whole, *got = [
        trial.weir([*trial.case.unformatted(), "--output=ndjson", *some,
                    trial.case.asked(), *names]) for some in [[]] + shares]
    if whole.code == 0 and (any(one.code for one in got) or
                            whole.out != b"".join(one.out for one in got)):
        raise Wrong("rows", "expected %s\n  got %s" % (
            whole, "\n  ".join(map(str, got))))


def checkpoint(trial):
    """Runs with a checkpoint, perhaps kills the run, and resumes it."""
    if os.path.exists("left"):
        os.unlink("left")
    words, _, name = trial.input()
    asked = trial.way.words() + trial.case.words() + [
        "--checkpoint=left", "--checkpoint-every=0.001", trial.case.asked()]
    for _ in range(trial.draw.choice([0, 1, 3])):
        trial.shell.weir(asked + words, trial.way.env(), kill=(
            trial.draw.choice([signal.SIGTERM, signal.SIGKILL]),
            trial.draw.uniform(0.001, 0.006)))
    got = named(trial.shell.weir(asked + words, trial.way.env()), name)
    got.err = re.sub(rb"^weir: left: continuing .*\n", b"", got.err)
    trial.expect(got)


KINDS = {"several": several, "shards": shards, "partial": partial,
         "parts": parts, "rows": rows, "checkpoint": checkpoint}
