"""Floors for laws in Python. A floor says how often a mechanism must have run
in all the programs that share a file of counts (base/mechanism.h).

    counts = mechanisms.Counts(path)     # programs that are run now count too
    ...
    counts.check({"PARTIAL_READ": 900})

WEIR_MECHANISMS_SHOWN in the environment prints all counts that are not zero. A
release build counts nothing, so no floor is checked there.
"""

import os
import subprocess

TOOL = os.path.join(os.environ["WEIR_TOOLS"], "mechanism_tool")
NOT_COUNTED = 77


class Counts:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        os.environ["WEIR_MECHANISMS"] = self.path

    def read(self):
        """The counts by mechanism; None in a release build."""
        done = subprocess.run([TOOL, self.path], capture_output=True,
                              text=True)
        if done.returncode == NOT_COUNTED:
            return None
        assert done.returncode == 0, self.path
        lines = (line.split() for line in done.stdout.splitlines())
        return {key: int(count) for count, key in lines}

    def tell(self):
        """Lets a program go on that WEIR_HOLD keeps waiting for TOLD."""
        subprocess.run([TOOL, self.path, "told"], check=True)

    def check(self, floors):
        counts = self.read()
        if counts is None:
            return
        if os.environ.get("WEIR_MECHANISMS_SHOWN"):
            for key, count in counts.items():
                if count:
                    print("%12d %s" % (count, key))
        for key, least in floors.items():
            assert counts[key] >= least, \
                "this law is empty: %s ran %d times, at least %d are expected" \
                % (key, counts[key], least)
