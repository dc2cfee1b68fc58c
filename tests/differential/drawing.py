"""Draws everything that a run is about from one generator."""

from differential import questions, tables
from differential.case import Case, Query

NAMES = ["%s%d", "%s %d", "%s-%d", "\u00e9%s%d"]


def reference(name):
    return name if name.isascii() and name.isalnum() else '"%s"' % name


def draw_header(draw, writer, options):
    """How columns are named: the line of the header, and the options that name
    them."""
    names = [kind if i < len(tables.KINDS) else draw.choice(NAMES) % (kind, i)
             for i, kind in enumerate(writer.kinds)]
    places = ["$%d" % (i + 1) for i in range(len(names))]
    form = draw.random()
    if form < 0.8:
        if writer.dialect.name:
            options.append(["--header="])
        refs = [reference(n) if draw.random() < 0.95 else p
                for n, p in zip(names, places)]
        return [tables.encode(writer.dialect.delimiter.join(
            '%s' % n if not writer.dialect.quote or draw.random() < 0.8
            else writer.dialect.quote + n + writer.dialect.quote
            for n in names) + writer.end())], list(zip(refs, writer.kinds))
    if form < 0.9:
        options.append(["--no-header"])
        return [], list(zip(places, writer.kinds))
    names = [name for name in names if name.isascii() and name.isalnum()]
    options.append(["--header=" + writer.dialect.delimiter.join(names)])
    return [], list(zip(names, writer.kinds))


def draw_reading(draw, options):
    """Options other than the dialect's, and the lines to be skipped."""
    head = []
    if draw.random() < 0.1:
        head.append(b"\xef\xbb\xbf")
    if draw.random() < 0.05:
        n = draw.randrange(1, 4)
        options.append(["--skip=%d" % n])
        head += [b"about, \"nothing\n"] * n
    if draw.random() < 0.07:
        options.append(["--trim"])
    if draw.random() < 0.15:
        options.append(["--null=" + draw.choice(["NA", "NA,-", "NULL,0"])])
    if draw.random() < 0.05:
        options.append(["--max-record=%d" % draw.choice([64, 700, 5000])])
    for name, often in (("--bad-cells", 0.6), ("--bad-records", 0.4)):
        if draw.random() < often:
            options.append([name + "=" + draw.choice(
                ["null" if name == "--bad-cells" else "pad", "reject"])])
    return head


def draw_query(draw, columns):
    form = draw.random()
    if form < 0.1:
        return None
    if form < 0.3:
        return plain_query(draw, columns)
    query = questions.Asker(draw, columns).query()
    if draw.random() < 0.03:
        questions.wrong(draw, query)
    return query


def plain_query(draw, columns):
    """A query that Python can answer as well."""
    names = [name for name, _ in columns]
    numbers = [name for name, kind in columns if kind in "nd"] or names
    items = ["count()"] + [
        "%s(%s)" % (call, draw.choice(numbers if call == "sum" else names))
        for call in draw.choices(["sum", "count", "distinct"],
                                 k=draw.randrange(3))]
    return Query(items, by=draw.sample(names, draw.choice([0, 0, 1])),
                 grouped=True)


def draw_case(draw):
    dialect = tables.draw_dialect(draw)
    options = tables.dialect_options(draw, dialect)
    width = draw.choice([1, 1, 2, 3, 6, 6, 6, 6, 6, 6, 8, 40])
    writer = tables.Writer(draw, dialect, width)
    head = draw_reading(draw, options)
    line, columns = draw_header(draw, writer, options)
    head += line
    size = tables.draw_size(draw)
    records = [] if draw.random() < 0.02 else \
        tables.draw_records(draw, writer, size)
    clean = tables.cut(draw, head, records, size) and not writer.dirt
    if draw.random() < 0.01:
        head, records = [], []
    query = draw_query(draw, columns)
    if query is None:  # the records are made for this dialect
        options = [option for option in options if option[0].split("=")[0] not
                   in ("--header", "--bad-cells", "--bad-records")]
    elif draw.random() < 0.3:
        options.append(["--output=" + draw.choice(
            ["table", "tsv", "json", "ndjson", "md", "csv"])])
    return Case(head, records, options, query, clean)
