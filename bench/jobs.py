"""
The files and the queries that bench/run measures and bench/profile examines.
Files are made once, in data/cache; paths are relative to the root.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = "data/cache"
MAKE = CACHE + "/make"

# kind of data/make: number of records at full scale, and the arguments that
# follow it
KINDS = {
    "users": (10_000_000,),
    "crlf": (10_000_000,),
    "utf8": (10_000_000,),
    "bad": (10_000_000,),
    "quoted": (5_000_000,),
    "measurements": (50_000_000,),
    "wide": (100_000, 1000),
}

# files made from users.csv: a shell command whose input is $1
MADE_OF_USERS = {
    "csv.zst": "zstd -q -3 -c $1",
    "csv.frames.zst": "split -b 4M --filter 'zstd -q -3 -c' $1",
    "csv.gz": "pigz -3 -c $1",
    "csv.members.gz": "split -b 4M --filter 'pigz -3 -c' $1",
    "csv.bgzf.gz": "bgzip -c $1",
    "body.zst": "tail -n +2 $1 | zstd -q -3 -c",
    "1mb.csv": "head -n 14000 $1",
    "ten.csv": "head -n 11 $1",
}

COLUMNS = "id,name,age,country,income,score,signup,notes"
GROUPS = "mean(age), sum(income), max(score) by country where age >= 18"

# name: file, question, options before it
JOBS = {
    "mean": ("users.csv", "mean(age)"),
    "groups": ("users.csv", GROUPS),
    "stations": ("measurements.csv", "min($2), mean($2), max($2) by $1",
                 "--no-header", "-d", ";"),
    "quoted": ("quoted.csv", "mean(age)"),
    "crlf": ("crlf.csv", "mean(age)"),
    "utf8": ("utf8.csv", "mean(age)"),
    "bad": ("bad.csv", "mean(age)", "--bad-records=reject"),
    "wide": ("wide.csv", "sum(c500)"),
    "ids": ("users.csv", "mean(age) by id"),
    "order": ("users.csv", "median(score), distinct(score), mode(score)"),
    "stream": ("users.csv", "name, age where age > 90"),
    "zst": ("users.csv.zst", "mean(age)"),
    "frames": ("users.csv.frames.zst", "mean(age)"),
    "gz": ("users.csv.gz", "mean(age)"),
    "members": ("users.csv.members.gz", "mean(age)"),
    "bgzf": ("users.csv.bgzf.gz", "mean(age)"),
    "ten": ("users.ten.csv", "mean(age)"),
}


def kind_of(job):
    """The kind of data/make from which a job's file is made."""
    return JOBS[job][0].split(".")[0]


def records(job, scale):
    return KINDS[kind_of(job)][0] // scale


def is_older(path, sources):
    return not os.path.exists(path) or any(
        os.stat(source).st_mtime > os.stat(path).st_mtime
        for source in sources)


def generator():
    """The path of the compiled data/make.c."""
    sources = ["data/" + name for name in os.listdir("data")
               if name.endswith((".c", ".h"))]
    if is_older(MAKE, sources):
        os.makedirs(CACHE, exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", MAKE, "data/make.c"], check=True)
    return MAKE


def path_of(kind, suffix, scale):
    return "%s/bench-%s-%d.%s" % (CACHE, kind, scale, suffix)


def file_of(name, scale):
    """The path of users.csv, users.csv.zst, ..., which is made if it does not
    exist. `scale` 10 means a tenth of the records."""
    kind, suffix = name.split(".", 1)
    path = path_of(kind, suffix, scale)
    if os.path.exists(path):
        return path
    if suffix == "csv":
        count, *rest = KINDS[kind]
        command = [generator(), kind, str(count // scale), *map(str, rest)]
    else:
        shell = MADE_OF_USERS[suffix]
        tool = shell.split("'")[1] if "'" in shell else shell
        need(tool.split()[0])
        command = ["sh", "-c", shell, "sh", file_of(kind + ".csv", scale)]
    print("making " + path, file=sys.stderr)
    with open(path + ".new", "wb") as out:
        subprocess.run(command, stdout=out, check=True)
    os.rename(path + ".new", path)
    return path


def keys_of(groups):
    """The path of a file of `groups` records, each with a key of its own."""
    path = "%s/bench-keys-%d.csv" % (CACHE, groups)
    if not os.path.exists(path):
        print("making " + path, file=sys.stderr)
        with open(path + ".new", "wb") as out:
            subprocess.run([generator(), "keys", str(groups), str(groups)],
                           stdout=out, check=True)
        os.rename(path + ".new", path)
    return path


class Missing(Exception):
    """A program that is not installed."""


def need(program):
    if not shutil.which(program):
        raise Missing("no " + program)


def command(weir, job, threads, scale):
    """The command line of weir for a job. `threads` None leaves the number to
    weir."""
    name, question, *options = JOBS[job]
    if threads:
        options = ["-j", str(threads)] + options
    return [weir, *options, question, file_of(name, scale)]
