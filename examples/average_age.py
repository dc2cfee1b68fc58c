#!/usr/bin/env python3
"""
The mean age in a CSV file of any size: a generator in Python, and its consumer.

    average_age.py users.csv.zst
"""

import sys

import weir


def process_records(path):
    """The generator: yields the ages of all records that have one."""
    for age in weir.rows(path, "age"):
        if isinstance(age, (int, float)):
            yield age


def average_age(ages):
    """The consumer. None if there are no ages."""
    total = n = 0
    for age in ages:
        total += age
        n += 1
    return total / n if n else None


if __name__ == "__main__":
    try:
        mean = average_age(process_records(sys.argv[1]))
    except weir.Error as error:
        sys.exit("average_age: %s" % error)
    print("no ages" if mean is None else "%.15g" % mean)
