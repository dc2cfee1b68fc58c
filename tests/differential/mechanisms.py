"""Counts what ran while ways of asking were compared: a law about chunks says
nothing if no chunk was read. Development builds count (base/mechanism.h).
"""

import os
import subprocess

TOOL = os.path.abspath(os.path.join(
    os.environ.get("WEIR_TOOLS", "build/dev/tests"), "mechanism_tool"))
# Floors for the runs of the suite: at most a third of what was counted, because
# some counts depend on threads.
FLOORS = {
    "BATCH_GROWN": 100,
    "CUT_EXACT": 2000,
    "WINDOW_EXACT": 1000,
    "FRAME_CROSSED": 300,
    "MEMBER_CROSSED": 300,
    "AHEAD_READ": 50,
    "CHUNK_GIVEN": 60,
    "SEGMENT_ENTERED": 10,
    "SHARE_PARTS": 30,
    "SHARE_BYTES": 20,
    "PARTIAL_READ": 100,
    "MERGE_MANY": 10,
    "SPILL_GROUPS": 5,
    "SPILL_VALUES": 1,
    "SPILL_ROWS": 1,
    "RECORD_PADDED": 30,
    "RECORD_REJECTED": 1000,
    "WINDOW_FAST": 2000,
    "WINDOW_SLOW": 1500,
    "WINDOW_LIBCSV": 100,
    "STORE_WINDOW": 800,
}


def share(path):
    """Makes each run of the program from now on count into the file."""
    os.environ["WEIR_MECHANISMS"] = path


def counts(path):
    """The counts by name; none in a build that does not count."""
    if not os.access(TOOL, os.X_OK):
        return {}
    run = subprocess.run([TOOL, path], capture_output=True, check=False)
    if run.returncode:
        return {}
    return {name: int(n) for n, name in (
        line.split(" ", 1) for line in run.stdout.decode().splitlines())}


def short_of(counted):
    """The mechanisms that ran less often than their floors."""
    return {name: (counted.get(name, 0), floor)
            for name, floor in FLOORS.items()
            if counted and counted.get(name, 0) < floor}
