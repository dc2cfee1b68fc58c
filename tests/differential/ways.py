"""A way of asking: what is done, and with what settings; and how both are
drawn.
"""

import dataclasses

ISAS = ["plain", "sse42", "avx2", "avx512", "neon"]
SOURCES = ["file", "file-redirect", "file-pipe", "file-fifo", "gz", "bgz",
           "zst", "zstd", "twice", "xz", "bz2", "lz4", "zst-pipe",
           "gz-redirect"]
FILES = ["file", "file", "gz", "bgz", "zst", "zstd", "xz", "bz2", "lz4"]
THREADS = [1, 2, 2, 2, 3, 8]
BATCHES = ["64", "65", "100", "1000", "4096", "8193", "12289", "16385",
           "20000", "20481", "131073", "1M"]


@dataclasses.dataclass
class Way:
    """kind: what is done, a function of kinds.py. knobs: the settings of each
    kind; those that are left out have no effect. seed: of all that is drawn
    meanwhile."""

    kind: str
    knobs: dict
    seed: int

    def words(self):
        k, words = self.knobs, ["-j", str(self.knobs.get("threads", 1))]
        words += ["--batch=" + k["batch"]] if "batch" in k else []
        words += ["--reader=libcsv"] if "libcsv" in k else []
        words += ["--memory=" + k["memory"]] if "memory" in k else \
            ["--memory=1G"] * (k.get("threads") == 8 or k.get("batch") == "1M")
        words += ["--rejects=rejects"] if "rejects" in k else []
        words += ["--stats"] if "stats" in k else []
        return words + k.get("watch", [])

    def env(self):
        env = {"WEIR_ISA": self.knobs["isa"]} if "isa" in self.knobs else {}
        if "zlib" in self.knobs:
            env["WEIR_GZIP"] = "zlib"
        return env

    def base(self):
        """The way with which this one is compared."""
        return Way("first", {knob: self.knobs[knob]
                             for knob in ("rejects", "stats")
                             if knob in self.knobs}, 0)

    def __str__(self):
        return "%s %s" % (self.kind, self.knobs)


def draw_first(draw, case):
    """The first way: one thread that reads a file. Other settings are for the
    ways that are compared with it."""
    knobs = {}
    if "reject" in (case.option("--bad-cells"), case.option("--bad-records")):
        knobs["rejects"] = True
    if case.query is not None and not case.hurried() and draw.random() < 0.3:
        knobs["stats"] = True
    return Way("first", knobs, 0)


def draw_source(draw, case, kind):
    if kind in ("several", "parts"):
        return {}
    if kind == "damaged":
        return {"source": draw.choice(["file", "file-redirect", "file-pipe",
                                       "file-fifo"])}
    if kind not in ("compare", "shards", "rows", "checkpoint"):
        return {"source": draw.choice(SOURCES)}
    if kind in ("shards", "rows") and case.clean and draw.random() < 0.2 and \
            case.option("--no-header") is None:
        return {"source": "several"}
    return {"source": draw.choice(FILES)}


def draw_asking(draw, case, knobs):
    """Settings for plain answers only."""
    if draw.random() < 0.2:
        knobs["libcsv"] = True
    if draw.random() < 0.1:
        knobs["memory"] = draw.choice(["300K", "1M", "2M", "3M", "5M"])
    if draw.random() < 0.1 and case.query is not None and \
            "stats" not in knobs:
        knobs["watch"] = draw.choice([
            ["--profile"], ["--timeline=time"], ["--progress=always"]])


def kinds_for(draw, case):
    headed = case.option("--no-header") is None
    kinds = ["ask"] * 12 + ["damaged"]
    if draw.random() < 0.1:
        return ["sizeof"] + ["compare"] * (case.query is not None)
    if case.query is not None:
        kinds += ["least", "explain", "eager", "eager", "eager"]
        # Without a header, blank lines before the first record mean nothing if
        # a file ends with them.
        kinds += ["several"] * (case.clean and headed)
    if case.grouped():
        kinds += ["shards", "partial", "checkpoint"]
        kinds += ["parts"] * (case.clean and headed)
    elif case.streams():
        kinds += ["rows"]
    return kinds


def draw_way(draw, case, first):
    kind = draw.choice(kinds_for(draw, case))
    knobs = dict(first.knobs) if kind in ("ask", "eager") else {}
    knobs.update(draw_source(draw, case, kind))
    if draw.random() < 0.6:
        knobs["threads"] = draw.choice(THREADS)
    if draw.random() < 0.4:
        knobs["batch"] = draw.choice(BATCHES)
    if draw.random() < 0.3:
        knobs["isa"] = draw.choice(ISAS)
    if draw.random() < 0.2 and kind != "damaged":  # zlib has its own messages
        knobs["zlib"] = True
    if kind == "ask":
        draw_asking(draw, case, knobs)
    return Way(kind, knobs, draw.getrandbits(32))
