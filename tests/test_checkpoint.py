"""The kill law. A run with --checkpoint is killed again and again, and each
time started again by the same command. In the end it gives the bytes of a run
that was not killed.

    WEIR=build/dev/weir test_checkpoint.py [SEED]

SIGKILL ends fifty runs over each kind of input: plain text, gzip members, one
zstd frame, many zstd frames, and an input whose groups are spilled. Of five
runs, three are killed as soon as they have written a checkpoint, before a batch
that is drawn, so that the next run resumes from there however busy the machine
is. One is killed when its tables are written and the checkpoint is not yet, and
one at a random moment. A run that was killed must have printed nothing, unless
it was about to end, and must have left nothing but its checkpoint. The same
holds for shards, which are merged in the end. SIGTERM makes a run write a
checkpoint first.
"""

import gzip
import os
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

import mechanisms
import turns

WEIR = os.environ["WEIR"]
KILLS = turns.turns(50, 5)
SKIP = 77  # a release build neither holds nor kills itself
FLOORS = {"CHECKPOINT_RESUMED": 3 * KILLS, "RESUMED_BYTE": KILLS,
          "RESUMED_SEGMENT": KILLS // 5, "CHUNK_GIVEN": 5 * KILLS,
          "SEGMENT_ENTERED": 2 * KILLS, "SPILL_GROUPS": 5 * KILLS,
          "MERGE_MANY": KILLS, "SHARE_BYTES": 6, "SHARE_PARTS": 6}
RECORDS = 50000 if turns.SANITIZED and not turns.WHOLE else 150000
COUNTRIES = ["AT", "CH", "DE", "FR", '"Korea, Republic of"', '"two\nlines"', ""]
QUERY = "count(), mean(age), median(age), first(id), last(id), max(name)" \
    " by country order by 2"
MANY = "count(), sum(age), last(country) by id % 100003 order by 2 desc, 1" \
    " limit 50"


def table(draw):
    """A header and records. Some fields contain line ends."""
    lines = ["id,country,age,name\n"]
    for i in range(RECORDS):
        lines.append("%d,%s,%d,name of %d\n"
                     % (i, COUNTRIES[draw.getrandbits(6) % len(COUNTRIES)],
                        draw.getrandbits(6), draw.getrandbits(20)))
    return "".join(lines).encode()


def zstd_frame(text):
    """A frame of stored blocks, with a window of 1 MiB and without its length.
    """
    frame = [b"\x28\xb5\x2f\xfd\x00\x50"]
    blocks = [text[i:i + 100000] for i in range(0, len(text), 100000)]
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        frame += [struct.pack("<I", len(block) << 3 | last)[:3], block]
    return b"".join(frame)


def in_parts(draw, pack, text):
    packed, at = [], 0
    while at < len(text):
        size = draw.randint(1, 300000)
        packed.append(pack(text[at:at + size]))
        at += size
    return b"".join(packed)


def write(name, packed):
    with open(name, "wb") as file:
        file.write(packed)


def write_inputs(draw):
    text = table(draw)
    write("plain.csv", text)
    write("one.csv.zst", zstd_frame(text))
    write("many.csv.zst", in_parts(draw, zstd_frame, text))
    write("many.csv.gz", in_parts(draw, lambda part: gzip.compress(part, 1),
                                  text))


def must(*words):
    done = subprocess.run([WEIR, *words], capture_output=True)
    assert done.returncode == 0, (words, done.returncode, done.stderr)
    return done.stdout


def run(words, delay, **env):
    """Runs weir and kills it if it still runs after that time (None: never).
    Returns code, output and messages."""
    process = subprocess.Popen([WEIR, *words], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE,
                               env=dict(os.environ, **env))
    try:
        out, err = process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
    return process.returncode, out, err.decode()


def run_killed(draw, words, longest, n):
    """Kills the n-th of five runs in its own way: see above."""
    if n % 5 == 4:
        return run(words, draw.uniform(0, longest))
    mechanism = "CHECKPOINT_WRITTEN" if n % 5 == 3 else "CHECKPOINT_KEPT"
    return run(words, None, WEIR_KILL=mechanism + ":1",
               WEIR_HOLD="BATCH_ASKED:%d:%s:1" % (draw.randint(1, 5),
                                                  mechanism))


def check_folder(known, at_random, seen):
    """Only the checkpoint may be new. If a run is killed while the file has two
    names, before the second one replaces the old file, the first name stays."""
    for name in set(os.listdir(".")) - known - {"left"}:
        assert at_random and re.fullmatch(r"(left|part\d)\.[0-9a-f]{8}", name), \
            name
        os.unlink(name)
        seen["strays"] += 1


def until_done(draw, words, want, kills, longest, seen):
    """Runs the command again until it ends, and kills it `kills` times at most.
    Returns whether it ended by itself."""
    known = set(os.listdir("."))
    for n in range(kills):
        threads = str(1 + seen["runs"] % 2)
        left = os.path.exists("left")
        code, out, err = run_killed(draw, ["-j", threads, *words], longest, n)
        at_random = n % 5 == 4
        seen["runs"] += 1
        assert at_random or left == ("continuing " in err), (words, err)
        seen["resumed"] += "continuing " in err
        check_folder(known, at_random, seen)
        if code == 0:
            assert out == want, (words, out[:300], want[:300])
            assert not os.path.exists("left")
            return kills - n
        assert code == -signal.SIGKILL and want.startswith(out), \
            (words, code, out, err)
        assert at_random or out == b""
        assert n % 5 > 2 or os.path.exists("left")
        seen["printed"] += out != b""
        seen["kills"] += 1
    return 0


def timed(*words):
    begin = time.monotonic()
    answer = must(*words)
    return answer, time.monotonic() - begin


def check_kills(draw, words, seen):
    want, took = timed(*words)
    words = [*words, "--checkpoint", "left", "--checkpoint-every", "0.01"]
    kills = KILLS
    while kills:
        kills = until_done(draw, words, want, kills, took, seen)
    # At last it resumes from the last checkpoint.
    assert must(*words) == want
    assert not os.path.exists("left")


def check_shards(draw, options, name, seen):
    want, took = timed(*options, QUERY, name)
    for shard in "123":
        words = [*options, "--shard", shard + "/3", "--partial",
                 "part" + shard, "--checkpoint", "left", "--checkpoint-every",
                 "0.01", QUERY, name]
        write("part" + shard, b"")  # an older file of that name
        until_done(draw, words, b"", 5, took / 2, seen)
        must(*words)
    assert must("merge", "part1", "part2", "part3") == want, name


def check_sigterm(words, counts):
    """SIGTERM writes a checkpoint however long the interval is. It arrives
    before the third batch or segment of the run, then before the second, and
    before the first of the runs that resume."""
    want = must(*words)
    words = ["-j", "2", *words, "--checkpoint", "left", "--checkpoint-every", "1000"]
    for asked in (3, 2, 1):
        before = counts.read()["BATCH_ASKED"]
        process = subprocess.Popen(
            [WEIR, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, WEIR_HOLD="BATCH_ASKED:%d:TOLD:1" % asked))
        while counts.read()["BATCH_ASKED"] < before + asked:
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate()
        assert (process.returncode, out) == (-signal.SIGTERM, b""), err
        assert os.path.exists("left")
    again = subprocess.run([WEIR, *words], capture_output=True)
    assert again.returncode == 0 and again.stdout == want, again.stderr
    assert re.fullmatch(rb"weir: left: continuing .*\n", again.stderr), \
        again.stderr
    assert not os.path.exists("left")


def main():
    draw = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    seen = dict.fromkeys(("runs", "kills", "resumed", "strays", "printed"), 0)
    small = ["--batch", "16K"]  # and so segments
    with tempfile.TemporaryDirectory() as folder, \
            tempfile.TemporaryDirectory() as kept:
        counts = mechanisms.Counts(os.path.join(kept, "counts"))
        if counts.read() is None:
            return SKIP
        os.chdir(folder)
        write_inputs(draw)
        for words in (["plain.csv"], ["one.csv.zst"], ["many.csv.zst"],
                      ["many.csv.gz", *small], ["many.csv.zst", *small]):
            check_kills(draw, [QUERY, *words], seen)
        check_kills(draw, ["--memory", "8M", "--temp-dir", ".", MANY,
                           "plain.csv"], seen)
        for name in ("plain.csv", "many.csv.zst"):
            check_shards(draw, small, name, seen)
            check_sigterm([QUERY, name], counts)
        os.chdir("/")
        counts.check(FLOORS)
    print("%(runs)d runs, %(kills)d killed, %(printed)d of them as they "
          "printed, %(resumed)d went on, %(strays)d files left over" % seen)
    return 0


sys.exit(main())
