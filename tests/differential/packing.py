"""Packs inputs into frames and members, of a whole text or of parts of it."""

import bz2
import gzip
import lzma
import struct
import subprocess
import zlib


def zstd_frame(text):
    """A frame of stored blocks that says the length of its text."""
    blocks = [text[i:i + 1000] for i in range(0, len(text), 1000)] or [b""]
    frame = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(text))
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        frame += struct.pack("<I", len(block) << 3 | last)[:3] + block
    return frame


def frame_of_member(text):
    return zstd_frame(gzip_member(text))


def zstd_program(text):
    return subprocess.run(["zstd", "-qc1", "--check"], input=text,
                          capture_output=True, check=True).stdout


def bgzf_member(text):
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
    data = deflate.compress(text) + deflate.flush()
    return b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + \
        struct.pack("<H", len(data) + 25) + data + \
        struct.pack("<II", zlib.crc32(text), len(text))


def xz_stream(text):
    return lzma.compress(text, preset=0)


def bzip2_stream(text):
    return bz2.compress(text, 1)


def lz4_frame(text):
    """A frame of blocks of 64 KiB, each with a checksum."""
    return subprocess.run(["lz4", "-qc1", "-B4", "-BX"], input=text,
                          capture_output=True, check=True).stdout


def gzip_member(text):
    return gzip.compress(text, 1, mtime=0)


PACKERS = {"gz": gzip_member, "bgz": bgzf_member, "zst": zstd_frame,
           "zstd": zstd_program, "twice": frame_of_member, "xz": xz_stream,
           "bz2": bzip2_stream, "lz4": lz4_frame}


def packed(form, text, draw):
    """The text in one part or several, split anywhere. A BGZF member has 64
    KiB."""
    n = draw.choice([1, 1, 2, 3, 9]) if form not in ("zstd", "lz4") else draw.choice([1, 2])
    cuts = {int(draw.random() * len(text)) for _ in range(n - 1)}
    if form == "bgz":
        cuts |= set(range(0, len(text), 60000))
    if form == "twice":
        cuts = set()  # otherwise an empty frame would follow some
    cuts = sorted(cuts | {0, len(text)})
    parts = [text[a:b] for a, b in zip(cuts, cuts[1:])] or [text]
    return b"".join(PACKERS[form](part) for part in parts)
