#!/usr/bin/env python3
"""
The same as average_age.py with Python alone, as tutorials on generators and
memory write it: a generator over csv.DictReader. It reads plain CSV only.

    average_age_tutorial.py users.csv
"""

import csv
import sys


def read_records(path):
    """The first generator: yields each record as a dict."""
    with open(path, newline="", encoding="utf-8") as text:
        yield from csv.DictReader(text)


def process_records(records):
    """The second: yields the ages of the records that have one."""
    for record in records:
        if record["age"]:
            yield float(record["age"])


def average_age(ages):
    """The consumer."""
    total = n = 0
    for age in ages:
        total += age
        n += 1
    return total / n


if __name__ == "__main__":
    print("%.15g" % average_age(process_records(read_records(sys.argv[1]))))
