"""Which characters of Unicode a table prints: a row for each code point.

    WEIR=build/dev/weir test_shown.py

The oracle is Python's unicodedata. Characters of the categories Cc, Cf, Zl and
Zp are not printed, except for the marks that precede a number and are visible.
Characters that Unicode 3.2 had already are printed as they are.
"""

import os
import subprocess
import sys
import unicodedata

SEEN = {*range(0x600, 0x606), 0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0x110bd,
        0x110cd}
HIDDEN = ("Cc", "Cf", "Zl", "Zp")


def main():
    most = 0x10000 if os.environ.get("WEIR_SANITIZE") else 0x110000
    points = [point for point in range(1, most)
              if not 0xd800 <= point < 0xe000]
    text = "n,c\n" + "".join('%d,"<%s>"\n' % (point, chr(point).replace('"', '""'))
                             for point in points)
    out = subprocess.run([os.environ["WEIR"], "-o", "table", "*", "-"],
                         input=text.encode(), capture_output=True, check=True)
    shown = {}
    for line in out.stdout.decode().split("\n")[1:-1]:
        number, cell = line.strip(" ").split(" ", 1)
        shown[int(number)] = cell.strip(" ")[1:-1]
    wrong = 0
    for point in points:
        hidden = unicodedata.category(chr(point)) in HIDDEN
        known = unicodedata.ucd_3_2_0.category(chr(point)) not in ("Cn", "Co")
        if hidden and point not in SEEN:
            right = shown[point] == "".join(
                "\\x%02x" % byte for byte in chr(point).encode())
        else:
            right = not known or shown[point] == chr(point)
        if not right:
            print("U+%04X is shown as %r" % (point, shown[point]))
            wrong += 1
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
