#!/usr/bin/env python3
"""
namesakes.py - the tutorial's ways to hold records, in Python; weir's layouts
are named for them.

    namesakes.py NAME FILE.csv

Prints as JSON the mean of the column age, the seconds that it took, and the
peak resident bytes.
"""

import csv
import json
import resource
import sys
import time


class Person:
    """A record whose attributes are in a dict of its own."""

    def __init__(self, row):
        (self.id, self.name, self.age, self.country, self.income, self.score,
         self.signup, self.notes) = row


class Slotted:
    __slots__ = ("id", "name", "age", "country", "income", "score", "signup",
                 "notes")

    def __init__(self, row):
        (self.id, self.name, self.age, self.country, self.income, self.score,
         self.signup, self.notes) = row


class Shared:
    """A record with numbers as numbers, in which equal texts are shared."""
    __slots__ = Slotted.__slots__

    def __init__(self, row):
        self.id, self.age = int(row[0]), int(row[2])
        self.income, self.score = float(row[4]), float(row[5])
        self.name, self.country = sys.intern(row[1]), sys.intern(row[3])
        self.signup, self.notes = sys.intern(row[6]), sys.intern(row[7])


def rows(file):
    reader = csv.reader(file)
    next(reader)
    return reader


def mean(ages):
    total = count = 0
    for age in ages:
        total += int(age)
        count += 1
    return total / count


def dicts(file):
    records = list(csv.DictReader(file))
    return mean(record["age"] for record in records)


def objects_of(kind):
    def answer(file):
        records = [kind(row) for row in rows(file)]
        return mean(record.age for record in records)
    return answer


def rows_as(kind):
    def answer(file):
        records = [kind(row) for row in rows(file)]
        return mean(record[2] for record in records)
    return answer


def generator(file):
    return mean(row[2] for row in rows(file))


NAMESAKES = {
    "dict": dicts,
    "list": rows_as(list),
    "tuple": rows_as(tuple),
    "object": objects_of(Person),
    "slots": objects_of(Slotted),
    "flyweight": objects_of(Shared),
    "generator": generator,
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in NAMESAKES:
        sys.exit("usage: namesakes.py %s FILE.csv" % "|".join(NAMESAKES))
    begin = time.perf_counter()
    with open(sys.argv[2], newline="", encoding="utf-8") as file:
        answer = NAMESAKES[sys.argv[1]](file)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"mean": answer, "seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    main()
