"""The case of a run: a table as it is written, a dialect, and a query."""

import dataclasses


@dataclasses.dataclass
class Query:
    """A query by its clauses, so that each can be left out. grouped: whether it
    has keys or aggregates; None: not known."""

    items: list
    where: str = ""
    by: list = dataclasses.field(default_factory=list)
    having: str = ""
    order: list = dataclasses.field(default_factory=list)
    limit: str = ""
    grouped: bool = False

    def text(self):
        words = ", ".join(self.items)
        if self.where:
            words += " where " + self.where
        if self.by:
            words += " by " + ", ".join(self.by)
        if self.having:
            words += " having " + self.having
        if self.order:
            words += " order by " + ", ".join(self.order)
        return words + (" limit " + self.limit if self.limit else "")


@dataclasses.dataclass
class Case:
    """head: the lines before the records. options: a list of lists of words.
    query: None asks for `records`. clean: each record ends where it seems to,
    so that the records can be dealt into several files."""

    head: list
    records: list
    options: list
    query: Query
    clean: bool

    def text(self):
        return b"".join(self.head) + b"".join(self.records)

    def words(self):
        return [word for option in self.options for word in option]

    def formatted(self):
        """The options for the format of the answer."""
        return [w for w in self.words() if w.startswith("--output")]

    def unformatted(self):
        """All other options; a partial has no format."""
        return [w for w in self.words() if not w.startswith("--output")]

    def asked(self):
        return "records" if self.query is None else self.query.text()

    def grouped(self):
        return self.query is not None and self.query.grouped

    def hurried(self):
        """Whether the run may end before it has read everything."""
        query = self.query
        return query is not None and (
            query.limit == "0" or query.grouped is None or
            query.limit != "" and not query.grouped and not query.order)

    def streams(self):
        """Whether the answer is rows in the order of the input."""
        query = self.query
        return query is not None and query.grouped is False and \
            not query.order and not query.limit

    def option(self, name):
        for option in self.options:
            if option[0].split("=")[0] == name:
                return option[0].partition("=")[2]
        return None

    def but(self, **changes):
        return dataclasses.replace(self, **changes)
