"""Makes a failing run smaller: fewer records, options, clauses and settings, as
long as it fails in the same way.
"""

import dataclasses


def without(some, i, n):
    return some[:i] + some[i + n:]


def fewer(some, keeps):
    """The fewest elements that still fail: leaves out halves, quarters, ..."""
    n = len(some)
    while n:
        i = 0
        while i < len(some):
            less = without(some, i, n)
            if keeps(less):
                some = less
            else:
                i += n
        n //= 2
    return some


def reduce_query(case, keeps):
    def change(**changes):
        query = dataclasses.replace(case.query, **changes)
        return case.but(query=query)

    for clause in ("limit", "where", "having"):
        if getattr(case.query, clause) and keeps(change(**{clause: ""})):
            case = change(**{clause: ""})
    for clause in ("order", "by", "items"):
        some = fewer(getattr(case.query, clause),
                     lambda less, c=clause: (less or c != "items") and
                     keeps(change(**{c: less})))
        case = change(**{clause: some})
    return case


def reduce_case(case, keeps):
    case = case.but(records=fewer(
        case.records, lambda less: keeps(case.but(records=less))))
    case = case.but(head=fewer(
        case.head, lambda less: keeps(case.but(head=less))))
    case = case.but(options=fewer(
        case.options, lambda less: keeps(case.but(options=less))))
    if case.query is not None:
        case = reduce_query(case, keeps)
    return case


def reduce_bytes(case, keeps):
    """Reduces a table as bytes; after that it is not known where records end.
    """
    text = case.text()
    if case.clean and not keeps(case.but(clean=False)):
        return case
    whole = case.but(head=[], clean=False)
    if len(text) > 200000 or not keeps(whole.but(records=[text])):
        return case
    some = fewer([text[i:i + 1] for i in range(len(text))],
                 lambda less: keeps(whole.but(records=[b"".join(less)])))
    return whole.but(records=[b"".join(some)])


def reduce_way(way, keeps):
    for knob in list(way.knobs):
        less = dataclasses.replace(
            way, knobs={k: v for k, v in way.knobs.items() if k != knob})
        if keeps(less):
            way = less
    return way
