"""The walk-throughs of CONTRIBUTING.md work as they are written. Their files
and rows are put into a copy of the tree, which is built. Their commands must
answer as shown, and the laws of the registries must hold for the new rows.

A line "`path`:" before a ```c block names a new file. A line that ends in "in
`path`" and a colon, or continues after a comma, precedes a ```diff block: its
lines stand in that file, and those with + are put between them.
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("WEIR_SOURCE", Path(__file__).parent.parent))
DOCUMENT = SOURCE / "CONTRIBUTING.md"
FOLDERS = ["aggregates", "arrow", "base", "cli", "cmake", "data", "eager", "examples",
           "include", "jobs", "partials", "pipeline", "query", "readers",
           "tests", "bench"]
TARGETS = ["weir", "test_aggregates", "test_layouts", "test_hash_aggregate"]


def walks():
    """The list of (heading, [(kind, path, text)]) for each section that has
    code."""
    found, path = [], None
    lines = iter(DOCUMENT.read_text().splitlines())
    for line in lines:
        if line.startswith("## "):
            found.append((line[3:], []))
        elif line.startswith("```"):
            text = []
            for inner in lines:
                if inner == "```":
                    break
                text.append(inner)
            found[-1][1].append((line[3:], path, text))
        elif row := re.search(r"`([a-z_/]+\.[ch])`", line):
            path = row[1]
    return [(name, [block for block in blocks
                    if block[0] in ("c", "diff", "console")])
            for name, blocks in found]


def add_lines(path, block):
    """Puts the lines with + between the others, which must be in the file once.
    """
    old = [line[1:] for line in block if not line.startswith("+")]
    new = [line[1:] for line in block]
    text = path.read_text()
    before, after = "\n".join(old) + "\n", "\n".join(new) + "\n"
    assert text.count(before) == 1, "%s: %r" % (path, old)
    path.write_text(text.replace(before, after))


def commands(block):
    command, output = None, []
    for line in block + ["$ "]:
        if line.startswith("$ "):
            if command:
                yield command, "\n".join(output)
            command, output = line[2:], []
        else:
            output.append(line)


class Walks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.tree = Path(cls.room.name) / "tree"
        cls.tree.mkdir()
        for folder in FOLDERS:
            shutil.copytree(SOURCE / folder, cls.tree / folder,
                            ignore=shutil.ignore_patterns("real", "cache"))
        for file in SOURCE.glob("*"):
            if file.is_file():
                shutil.copy(file, cls.tree)
        for _, blocks in walks():
            for kind, path, text in blocks:
                if kind == "c":
                    assert not (cls.tree / path).exists(), path
                    (cls.tree / path).write_text("\n".join(text) + "\n")
                elif kind == "diff":
                    add_lines(cls.tree / path, text)
        cls.build = Path(cls.room.name) / "build"
        for command in (["cmake", "-S", cls.tree, "-B", cls.build,
                         "-DCMAKE_BUILD_TYPE=Debug", "-DWEIR_TESTS=ON",
                         "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
                         "-DCMAKE_C_FLAGS_DEBUG=-O0"],
                        ["cmake", "--build", cls.build, "--parallel", "2",
                         "--target"] + TARGETS):
            done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            assert done.returncode == 0, done.stdout

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def test_each_kind_is_shown(self):
        shown = [name for name, blocks in walks()
                 if {"c", "diff", "console"} <= {kind for kind, _, _ in blocks}]
        self.assertEqual(shown, ["An aggregate", "A function", "A codec",
                                 "An output format", "A layout"])

    def test_what_is_shown_is_answered(self):
        environment = {**os.environ, "PATH": "%s:%s" % (self.build,
                                                        os.environ["PATH"])}
        ran = 0
        for name, blocks in walks():
            for kind, _, text in blocks:
                for command, output in (commands(text)
                                        if kind == "console" else ()):
                    with self.subTest(walk=name, command=command):
                        done = subprocess.run(
                            command, shell=True, cwd=self.tree, text=True,
                            env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, check=False)
                        self.assertEqual(done.stdout.rstrip("\n"), output)
                    ran += 1
        self.assertGreaterEqual(ran, 6)

    def test_laws_hold_the_new_rows(self):
        for law in TARGETS[1:]:
            done = subprocess.run([self.build / "tests" / law], text=True,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
        names = subprocess.run([self.build / "weir", "help", "aggregates"],
                               text=True, stdout=subprocess.PIPE, check=True)
        self.assertIn("at_least", names.stdout)


if __name__ == "__main__":
    unittest.main()
