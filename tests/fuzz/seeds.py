"""Makes seeds for the fuzzers from the tests, the documents and the data.

    seeds.py FOLDER

The files FOLDER/TARGET/... are replaced. WEIR and WEIR_TOOLS name the program
and the folder of the tests' tools.
"""

import gzip
import hashlib
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("WEIR_SOURCE", ".")
WEIR = os.environ.get("WEIR", "build/dev/weir")
TOOLS = os.environ.get("WEIR_TOOLS", "build/dev/tests")

PREAMBLE = 16
FRAME = 32


def read(*path):
    with open(os.path.join(SOURCE, *path), "rb") as file:
        return file.read()


def literals(*path):
    """The string literals of a C file, as bytes."""
    found = re.findall(rb'"((?:\\.|[^"\\\n])*)"', read(*path))
    for text in found:
        yield text.decode("unicode_escape").encode("latin-1", "ignore")


def zstd(text):
    return subprocess.run(["zstd", "-q", "-c", "-1"], input=text,
                          stdout=subprocess.PIPE, check=True).stdout


def program(name):
    """A program that compresses, as a function."""
    return lambda text: subprocess.run([name, "-q", "-c", "-1"], input=text,
                                       stdout=subprocess.PIPE,
                                       check=True).stdout


def unzstd(packed):
    return subprocess.run(["zstd", "-q", "-d", "-c"], input=packed,
                          stdout=subprocess.PIPE, check=True).stdout


def files_of(folder, ending):
    path = os.path.join(SOURCE, folder)
    return sorted(name for name in os.listdir(path) if name.endswith(ending))


def reader():
    texts = [read("data", "users.csv")[:1500]]
    for name in ("test_csv.c", "test_file.c", "test_rows.c"):
        texts += [t for t in literals("tests", name) if b"\n" in t or b"," in t]
    texts += [random_of(seed, 8)[1] for seed in range(20)]
    for i, text in enumerate(texts):
        yield bytes([i % 15, i % 9, i * 7 % 256, i % 4 * 80 + i // 4 % 8, i % 30,
                     40]) + text


def decoders():
    text = read("data", "users.csv")[:600]
    for i in range(24):
        yield bytes([i % 8 * 16 + 2 + i % 6, i * 37 % 256, i, 0]) + text
        yield bytes([i % 8 * 16 + 2 + i % 6, i * 37 % 256, i, i]) + text
        yield bytes([i % 8 * 16 + 1, i * 37 % 256, i * 67 % 256, i % 2]) + text
    parts = [text[:200], text[200:], b""]
    for i, pack in enumerate((zstd, gzip.compress, program("xz"),
                              program("bzip2"), program("lz4"))):
        for flags in (0, 8, 16, 32):
            yield bytes([flags, 200, i, 0]) + pack(text)
            yield (bytes([flags, 77, i, 0]) +
                   b"".join(pack(part) for part in parts))
            yield bytes([flags, 131, i, 0]) + pack(text)[:-5]
    yield bytes([0, 0, 0, 0]) + zstd(gzip.compress(zstd(text)))


def numbers():
    cells = [c for c in literals("tests", "test_number.c") if len(c) < 60]
    cells = [c for c in cells if re.search(rb"[0-9]", c)]
    for i, cell in enumerate(cells):
        other = cells[i * 7 % len(cells)]
        yield bytes([i % 9, i % 256, i % 5 // 4]) + cell + b"\n" + other
    for i, value in enumerate((0.1, 1e300, 5e-324, -2.5, 2.0**53)):
        yield bytes([i, 3, 3]) + struct.pack("<dd", value, 1 / 3)


def commands():
    """The command lines in the documents and the tests."""
    texts = [read("README.md")]
    texts += [read("docs", name) for name in files_of("docs", ".md")]
    texts += [read("tests", "cli", name)
              for name in files_of("tests/cli", ".bats")]
    for text in texts:
        for line in text.decode().splitlines():
            found = re.search(r"\bweir\b (.*)", line)
            if not found:
                continue
            try:
                words = shlex.split(found.group(1), comments=True)
            except ValueError:
                continue
            stop = [i for i, w in enumerate(words) if w[0:1] in ("|", ">", "<")]
            yield words[:stop[0] if stop else None]


def query():
    texts = [" ".join(w for w in words[:1]) for words in commands()]
    texts += re.findall(r"^\| `(.*?)` \|", read("docs", "query.md").decode(),
                        re.M)
    texts = [t.replace("\\|", "|").encode() for t in texts]
    for name in ("test_query.c", "test_query_errors.c", "law_query.c"):
        texts += literals("tests", name)
    texts += [random_of(seed, 1)[0] for seed in range(80)]
    seen = set()
    for text in texts:
        if text in seen or len(text) < 2 or len(text) > 600:
            continue
        seen.add(text)
        yield bytes([len(seen) * 5 % 256]) + text


def random_of(seed, lines):
    """A random query, and the table that it is about."""
    output = subprocess.run(
        [os.path.join(TOOLS, "random_tool"), str(seed), str(lines)],
        stdout=subprocess.PIPE, check=True).stdout
    question, _, table = output.partition(b"\0")
    return question, table


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def transcode(partial):
    """The frames of a partial in the form that tests/fuzz/frames.h describes.
    """
    at, head, rest = PREAMBLE, b"", b""
    while at < len(partial):
        kind, packed, table, n, _, stored = struct.unpack_from(
            "<BBHIII", partial, at)
        payload = partial[at + FRAME:at + FRAME + stored]
        at += FRAME + stored
        payload = unzstd(payload) if packed else payload
        if chr(kind) == "H":
            form, payload = 6, payload[8:]
        elif chr(kind) == "E":
            form, payload = 4, without_counts(payload)
        else:
            form = 0
        frame = struct.pack("<BBHH", form, table, n & 65535,
                            len(payload)) + payload
        if form == 6:
            head = frame
        else:
            rest += frame
    return head, rest


def without_counts(payload):
    at = 0
    for _ in range(8):
        _, at = varint(payload, at)
    account = payload[:at]
    tables, at = varint(payload, at)
    for _ in range(tables):
        _, at = varint(payload, at)
    begin = at
    _, at = varint(payload, at)
    _, at = varint(payload, at)
    return account + payload[begin:after_aside(payload, at)]


def after_aside(payload, at):
    """The offset behind the firsts that were set aside (partials/aside.h)."""
    firsts, at = varint(payload, at)
    for _ in range(firsts):
        known, at = varint(payload, at)
        for field in range(5 if known else 0):
            number, at = varint(payload, at)
            at += number if field > 2 else 0
    return at


def partial_of(question, paths, *options):
    with tempfile.TemporaryDirectory() as folder:
        to = os.path.join(folder, "p")
        done = subprocess.run([WEIR, *options, "--partial", to, question,
                               *paths], stderr=subprocess.PIPE)
        if done.returncode:
            return None
        with open(to, "rb") as file:
            return file.read()


def write_table(folder, seed, lines):
    path = os.path.join(folder, "%d.csv" % seed)
    with open(path, "wb") as file:
        file.write(random_of(seed, lines)[1])
    return path


def checkpoint_questions():
    text = read("tests", "fuzz", "checkpoint.c").decode()
    table = re.search(r"questions\[\] = \{(.*?)\};", text, re.S).group(1)
    return re.findall(r'"(.*?)"', table)


def partial():
    with tempfile.TemporaryDirectory() as folder:
        one, two = (write_table(folder, seed, 12) for seed in (1, 2))
        for question in checkpoint_questions():
            head, rest = transcode(partial_of(question, [one]))
            yield b"\0" + head + rest
            other = transcode(partial_of(question, [two]))
            yield b"\0" + head + rest + other[0] + other[1]
            shards = [transcode(partial_of(question, [one], "--shard", s))
                      for s in ("1/2", "2/2")]
            yield b"\0" + b"".join(h + r for h, r in shards)
            yield b"\7" + rest[6:]
            yield b"\7" + hashlib.sha1(head).digest()[:8] + head[6:]
        for seed in range(12):
            question = random_of(seed, 1)[0].decode()
            made = partial_of(question, [one])
            if made:
                yield b"\0" + b"".join(transcode(made))


def checkpoint():
    places = ("0 0 0 0 0 0", "0 0 100 0 0 0", "1 0 0 0 0 0", "0 0 0 0 0 1",
              "0 200 30 0 0 0", "4 0 0 0 0 0")
    with tempfile.TemporaryDirectory() as folder:
        tables = [write_table(folder, seed, 30) for seed in (1, 2, 3, 4)]
        questions = checkpoint_questions()
        for q, question in enumerate(questions):
            _, rest = transcode(partial_of(question, tables[:1]))
            for i, place in enumerate(places):
                choice = q + len(questions) * (i % 5)
                yield bytes([choice]) + place.encode() + b"\n" + rest


def command_line():
    for words in commands():
        yield "\n".join(words).encode()


def calls():
    text = read("data", "users.csv")[:900]
    for i in range(48):
        words = bytes(b * i % 251 for b in range(1, 2 + i))
        yield bytes([i * 5 % 256, i * 7 % 256, len(words)]) + words + (
            text if i % 3 else random_of(i, 8)[1])


def main(folder):
    targets = (reader, decoders, numbers, query, partial, checkpoint,
               command_line, calls)
    shutil.rmtree(folder, ignore_errors=True)
    for target in targets:
        to = os.path.join(folder, target.__name__)
        os.makedirs(to)
        for i, seed in enumerate(target()):
            with open(os.path.join(to, "%03d" % i), "wb") as file:
                file.write(seed)
        print("%s: %d seeds" % (target.__name__, len(os.listdir(to))))


main(sys.argv[1])
