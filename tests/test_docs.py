r"""The answers that the documents show are weir's answers.

In a ```console block, a shell runs each line `$ weir ...` at the root of the
sources. A command continues in the next line while a quote is open, or after a
\. The lines after a command are what it prints, messages included. In a table
with the head `| expression | gives |`, each expression is asked of
data/users.csv. A ```c block must stand in the example.

A command over a file of data/real, which is downloaded, is skipped if the file
does not exist.
"""

import csv
import os
import re
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("WEIR_SOURCE", Path(__file__).parent.parent))
WEIR = Path(os.environ.get("WEIR", SOURCE / "build/release/weir")).absolute()
QUERY = SOURCE / "docs/query.md"
DOCUMENTS = [SOURCE / "README.md", SOURCE / "docs/real.md", QUERY,
             SOURCE / "docs/cluster.md", SOURCE / "docs/long-runs.md"]


def is_open(command):
    return command.endswith("\\") or command.count("'") % 2 == 1


def commands(document):
    """The (line, command, expected output) of every console block."""
    inside, found = False, []
    for number, line in enumerate(document.read_text().splitlines(), 1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append([number, line[2:], []])
        elif inside and is_open(found[-1][1]):
            found[-1][1] += "\n" + line
        elif inside:
            found[-1][2].append(line)
    return [(at, command, "\n".join(output)) for at, command, output in found]


def expressions(document):
    """The (line, expression, value) of every row of the tables of expressions.
    """
    inside, found = False, []
    for number, line in enumerate(document.read_text().splitlines(), 1):
        if not line.startswith("|"):
            inside = False
        elif line.startswith("| expression | gives |"):
            inside = True
        elif inside and (row := re.match(r"\| `(.+?)` \| `(.*?)` \|", line)):
            value = row[1].replace("\\|", "|")
            found.append((number, value, row[2]))
        elif inside and not line.startswith("|---"):
            raise AssertionError(f"{document.name}:{number}: not read: {line}")
    return found


def is_there(command):
    files = re.findall(r"data/real/[\w.-]+", command)
    return all((SOURCE / file).exists() for file in files)


def shell(command):
    """Runs a command at the root of the sources; `weir` is the program under
    test."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "weir").symlink_to(WEIR)
        path = folder + os.pathsep + os.environ["PATH"]
        return subprocess.run(["sh", "-c", command], cwd=SOURCE, text=True,
                              env={**os.environ, "PATH": path},
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)


class Docs(unittest.TestCase):
    maxDiff = None

    def test_commands_print_what_is_shown(self):
        for document in DOCUMENTS:
            found = commands(document)
            self.assertTrue(found, f"{document.name} has no commands")
            for number, command, expected in found:
                if not is_there(command):
                    print(f"# skip no data for: {command.splitlines()[0]}")
                    continue
                with self.subTest(f"{document.name}:{number}"):
                    printed = shell(command).stdout
                    self.assertEqual(printed.rstrip("\n"), expected)

    def test_expressions_give_what_is_shown(self):
        found = expressions(QUERY)
        self.assertGreater(len(found), 40)
        for number, expression, expected in found:
            with self.subTest(f"{QUERY.name}:{number}: {expression}"):
                query = shlex.quote(expression + " limit 1")
                ran = shell(f"weir -o csv -- {query} data/users.csv")
                self.assertEqual(ran.returncode, 0, ran.stdout)
                rows = list(csv.reader(ran.stdout.splitlines()))
                self.assertEqual(rows[1:], [[expected]])

    def test_c_is_the_example_s(self):
        blocks = re.findall(r"```c\n(.*?)```", DOCUMENTS[0].read_text(), re.S)
        example = (SOURCE / "examples/average_age.c").read_text()
        self.assertTrue(blocks)
        for block in blocks:
            self.assertIn(block, example)

    def test_every_function_and_aggregate_is_shown(self):
        shown = " ".join(e for _, e, _ in expressions(QUERY))
        text = QUERY.read_text()
        for topic in "functions", "aggregates":
            names = [line for line in
                     shell(f"weir help {topic}").stdout.splitlines()
                     if line and not line.endswith(":")]
            self.assertGreater(len(names), 10)
            for name in (re.match(r"\w+", line)[0] for line in names):
                with self.subTest(name):
                    self.assertIn(name + "(",
                                  text if name == "count_rows" else shown)

    def test_every_option_is_in_the_man_page(self):
        options = set(re.findall(r"--[a-z-]+", shell("weir --usage").stdout))
        options -= {"--help", "--usage", "--version"}
        self.assertGreater(len(options), 15)
        page = (SOURCE / "docs/weir.1.scd").read_text()
        for option in sorted(options):
            with self.subTest(option):
                self.assertIn(f"*{option}*", page)


if __name__ == "__main__":
    unittest.main()
