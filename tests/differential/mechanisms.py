"""What ran while ways of asking were compared: a law about pieces says nothing
if no piece was joined. Development builds count (base/mechanism.h)."""

import os
import subprocess

TOOL = os.path.abspath(os.path.join(
    os.environ.get("WEIR_TOOLS", "build/dev/tests"), "mechanism_tool"))
# How often in the runs of the suite: a third of what it was, at most, as
# threads have a say in some.
FLOORS = {
    "batches grown": 100,
    "cuts by the byte machine": 2000,
    "scans by the byte machine": 1000,
    "frames crossed": 300,
    "members crossed": 300,
    "reads of text decoded ahead": 50,
    "pieces joined": 60,
    "lanes entered": 10,
    "shares of frames and members": 30,
    "shares of plain text": 20,
    "partials read": 100,
    "merges of more than two runs": 10,
    "spills of groups": 5,
    "spills of a statistic's values": 1,
    "records padded": 30,
    "records rejected": 1000,
    "windows of the fast lane": 2000,
    "windows of the slow lane": 1500,
    "windows of libcsv": 100,
    "windows out of a store": 800,
}


def share(path):
    """Each run of the program, from now on, counts into the file."""
    os.environ["WEIR_MECHANISMS"] = path


def counts(path):
    """By name; none where nothing counts."""
    if not os.access(TOOL, os.X_OK):
        return {}
    run = subprocess.run([TOOL, path], capture_output=True, check=False)
    if run.returncode:
        return {}
    return {name: int(n) for n, name in (
        line.split(" ", 1) for line in run.stdout.decode().splitlines())}


def short_of(counted):
    """Those that ran less often than their floors."""
    return {name: (counted.get(name, 0), floor)
            for name, floor in FLOORS.items()
            if counted and counted.get(name, 0) < floor}
