"""Has programs export one ugly table, compares what weir reads of it with the
table, and has them read what weir writes. scripts/dialects starts the servers
and calls this. If all is right, the exports are kept as test files."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import xml.sax.saxutils

WEIR = os.environ["WEIR"]
PLACE = os.environ["DIALECTS_PLACE"]
OUT = os.path.join(PLACE, "out")
HERE = os.path.dirname(os.path.abspath(__file__))

TEXTS = [
    "plain", None, "", "N", "\\N", "\\\\N", "NULL", '"', '""', "'",
    'say "hi", he said', '"quoted"', "a\tb", "\t", "l1\nl2", "\n", "end\n",
    "cr\rhere", "crlf\r\nhere", "end\r", "\\", "C:\\dir\\", "\\t", "\\n \\0 \\x41",
    "\\\n", "\\\t", "a,b;c|d", "  leading", "trailing  ", "  ", "\\.", "#no",
    "-- no", "=1+1", "Zo\u00eb \u6c34 \U0001f30a", "\u00a0", "\x01\x02\x1f\x7f",
    "\b\f\v", "sep=;", "0123", "%", "a\u2028b"]
COLUMNS = ["id", "t", "n", "d"]
UGLY = [[str(i + 1), text, "%d.%02d" % (i * 37 - 400, i) if i % 5 else None,
         "2024-%02d-%02d" % (i % 12 + 1, i % 28 + 1) if i % 7 else None]
        for i, text in enumerate(TEXTS)]
# MariaDB's texts may have a NUL, too. A record of one column may be a blank line.
# A cell of LibreOffice cannot have the characters that the sheet leaves out.
TABLES = {"ugly": (COLUMNS, UGLY),
          "bytes": (COLUMNS, UGLY + [["1000", "nul\0\x1a", "1.50", None]]),
          "single": (["t"], [[t] for t in TEXTS]),
          "sheet": (COLUMNS, [r for r in UGLY if not set(r[1] or "") &
                              set("\t\r\x01\x02\x1f\x7f\b\f\v")])}
exports, failures, n_read = [], [], 0


def run(*words, text=None):
    done = subprocess.run(words, input=text, capture_output=True)
    if done.returncode:
        sys.exit("%s: %s" % (" ".join(words[:2]), done.stderr.decode()))
    return done.stdout


def truth(table, header):
    """The table's texts. A null is an empty text to weir."""
    columns, rows = TABLES[table]
    return [columns] * header + [[c or "" for c in row] for row in rows]


def compare(what, got, want):
    global n_read
    n_read += 1
    wrong = [pair for pair in zip(got, want) if pair[0] != pair[1]]
    if got == want:
        print("ok      %s" % what)
        return
    failures.append(what)
    print("WRONG   %s: %d and %d records; %s" % (what, len(got), len(want),
                                                 wrong[:3]))


def records(*words, text=None):
    lines = run(WEIR, "records", *words, text=text).decode().split("\n")
    return [json.loads(line) for line in lines[:-1]]


def export(name, program, table, options, data, header=False):
    """Compares what weir reads of a program's bytes with the table."""
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(data)
    compare("weir %s %s, by %s" % (" ".join(options), name, program),
            records(*options, os.path.join(OUT, name)), truth(table, header))
    exports.append(dict(file=name, table=table, options=options, header=header))


def written(table, form):
    """What weir writes of the table, which it reads from JSON's strings."""
    columns, rows = TABLES[table]
    text = io.StringIO(newline="")
    writer = csv.writer(text, dialect="unix")
    writer.writerow(columns)
    writer.writerows(rows)
    return run(WEIR, "-o", form, "*", text=text.getvalue().encode())


def sql(value):
    return "null" if value is None else "'%s'" % value.replace("'", "''")


def insert(table, quote=sql):
    return "insert into %s values %s;\n" % (table, ",\n".join(
        "(%s)" % ", ".join(map(quote, row)) for row in TABLES[table][1]))


def create(table):
    return "create table %s (%s);\n" % (table, ", ".join(
        "%s %s" % (c, dict(id="int", n="numeric(12,2)", d="date").get(c, "text"))
        for c in TABLES[table][0]))


# PostgreSQL ------------------------------------------------------------------

def psql(query, text=None):
    return run("psql", "-qXAtv", "ON_ERROR_STOP=1", "-c", query, text=text)


def postgres():
    run("psql", "-qXv", "ON_ERROR_STOP=1", text=b"".join(
        (create(t) + insert(t)).encode() for t in ("ugly", "single")))
    who = "PostgreSQL"
    for table in ("ugly", "single"):
        export("postgres-%s.txt" % table, who, table, ["--dialect=postgres"],
               psql("copy %s to stdout" % table))
    export("postgres-header.txt", who, "ugly", ["--dialect=postgres"],
           psql("copy ugly to stdout (header)"), True)
    export("postgres-bar.txt", who, "ugly",
           ["--dialect=postgres", "-d|", "--null=-"],
           psql("copy ugly to stdout (delimiter '|', null '-')"))
    export("postgres.csv", who, "ugly", [],
           psql("copy ugly to stdout (format csv, header)"), True)
    export("postgres-quoted.csv", who, "ugly", ["--dialect=unix"],
           psql("copy ugly to stdout (format csv, header, force_quote *)"),
           True)
    for form, options in (("tsv", "header, null ''"),
                          ("csv", "format csv, header")):
        psql("create table back_%s as select * from ugly limit 0" % form)
        psql("copy back_%s from stdin (%s)" % (form, options),
             text=written("ugly", form))
        got = json.loads(psql("select json_agg(array[id::text, t, n::text, "
                              "d::text] order by id) from back_" + form))
        compare("PostgreSQL copy from (%s), of weir -o %s" % (options, form),
                [[c or "" for c in row] for row in got], truth("ugly", False))


# MariaDB ---------------------------------------------------------------------

def mariadb(query, *words):
    return run("mariadb", "--no-defaults", "-uroot", "-S",
               os.path.join(PLACE, "mariadb", "socket"),
               "--default-character-set=utf8mb4", *words, text=query.encode())


def outfile(name, rest):
    path = os.path.join(OUT, "server-" + name)
    mariadb("select * from weir.%s into outfile '%s' character set utf8mb4 %s"
            % ("single" if "single" in name else "bytes", path, rest))
    with open(path, "rb") as file:
        return file.read()


def escaped(value):
    return "null" if value is None else "'%s'" % value.replace(
        "\\", "\\\\").replace("'", "''").replace("\0", "\\0").replace(
            "\x1a", "\\Z").replace("\r", "\\r")


def maria():
    mariadb("create database weir character set utf8mb4; use weir;\n" + "".join(
        create(t) + insert(t, escaped) for t in ("bytes", "single")))
    who = "MariaDB"
    for table in ("bytes", "single"):
        export("mysql-%s.txt" % table, who, table, ["--dialect=mysql"],
               outfile("mysql-%s.txt" % table, ""))
    export("mysql-enclosed.txt", who, "bytes",
           ["--dialect=mysql", "-d,", '--quote="'],
           outfile("mysql-enclosed.txt", "fields terminated by ',' enclosed by "
                   "'\"'"))
    export("mysql-optionally.txt", who, "bytes",
           ["--dialect=mysql", "-d;", '--quote="'],
           outfile("mysql-optionally.txt", "fields terminated by ';' "
                   "optionally enclosed by '\"'"))
    run("mariadb-dump", "--no-defaults", "-uroot", "-S",
        os.path.join(PLACE, "mariadb", "socket"), "--tab=" + OUT,
        "--default-character-set=utf8mb4", "weir", "bytes")
    with open(os.path.join(OUT, "bytes.txt"), "rb") as file:
        export("mysql-dump.txt", "mariadb-dump --tab", "bytes",
               ["--dialect=mysql"], file.read())
    export("mysql-batch.tsv", "mariadb --batch", "batch",
           ["--dialect=tsv", "--null=NULL"],
           mariadb("select * from weir.bytes where coalesce(t, '') not in "
                   "('NULL') and coalesce(t, '') not like '%\\r%' and "
                   "id < 1000", "--batch"), True)
    for form, rest in (
            ("tsv", ""),
            ("csv", "fields terminated by ',' enclosed by '\"' escaped by '' ")):
        path = os.path.join(OUT, "back." + form)
        with open(path, "wb") as file:
            file.write(written("ugly", form))
        os.chmod(path, 0o644)
        mariadb("use weir; set sql_mode = ''; create table back_%s (id text, t "
                "text, n text, d text); load data infile '%s' into table "
                "back_%s character set utf8mb4 %s ignore 1 lines" % (
                    form, path, form, rest))
        got = mariadb("use weir; select hex(id), hex(coalesce(t, '')), hex(n), "
                      "hex(d) from back_%s order by id + 0" % form, "-N",
                      "--batch")
        # To MariaDB, the word NULL is null where fields may be enclosed.
        want = [["" if c == "NULL" and form == "csv" else c for c in row]
                for row in truth("ugly", False)]
        compare("MariaDB load data %s, of weir -o %s" % (rest, form),
                [[bytes.fromhex(c).decode() for c in line.split("\t")]
                 for line in got.decode().splitlines()], want)


# SQLite, Python --------------------------------------------------------------

def sqlite():
    path = os.path.join(PLACE, "sqlite.db")
    run("sqlite3", "-batch", path,
        text=("create table ugly (id, t, n, d);\n" + insert("ugly").replace(
            "\r", "' || char(13) || '")).encode())
    export("sqlite.csv", "SQLite's .mode csv", "ugly", [],
           run("sqlite3", "-batch", path,
               text=b".mode csv\n.headers on\nselect * from ugly;\n"), True)
    back = os.path.join(OUT, "sqlite-back.csv")
    with open(back, "wb") as file:
        file.write(written("ugly", "csv"))
    run("sqlite3", "-batch", path, text=b".import --csv %s back\n" %
        back.encode())
    got = run("sqlite3", "-batch", path, text=b".mode json\n"
              b"select hex(id), hex(t), hex(n), hex(d) from back;\n")
    compare("SQLite .import --csv, of weir -o csv",
            [[bytes.fromhex(c).decode() for c in row.values()]
             for row in json.loads(got)], truth("ugly", False))


def python():
    for dialect, name, options in (
            ("unix", "python-unix.csv", ["--dialect=unix"]),
            ("excel", "python-excel.csv", ["--dialect=excel"]),
            ("excel-tab", "python-excel-tab.csv", ["--dialect=excel"])):
        text = io.StringIO(newline="")
        writer = csv.writer(text, dialect=dialect)
        writer.writerow(COLUMNS)
        writer.writerows(UGLY)
        export(name, "Python's csv." + dialect, "ugly", options,
               text.getvalue().encode(), True)
    got = csv.reader(io.StringIO(written("ugly", "csv").decode(), newline=""),
                     dialect="unix")
    compare("Python's csv.reader, of weir -o csv", list(got),
            truth("ugly", True))


# LibreOffice -----------------------------------------------------------------

def paragraph(text):
    """The text of a cell in OpenDocument, where blanks are elements."""
    text = xml.sax.saxutils.escape(text)
    return "<text:p>%s</text:p>" % text.replace(" ", "<text:s/>")


def sheet(rows):
    cells = "".join("<table:table-row>%s</table:table-row>" % "".join(
        '<table:table-cell office:value-type="string">%s</table:table-cell>' %
        "".join(map(paragraph, (c or "").split("\n"))) for c in row)
                    for row in rows)
    names = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"'
                     % (n, n) for n in ("office", "table", "text"))
    return ('<?xml version="1.0" encoding="UTF-8"?><office:document %s '
            'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
            '<office:body><office:spreadsheet><table:table table:name="s">%s'
            '</table:table></office:spreadsheet></office:body>'
            '</office:document>' % (names, cells)).encode()


def soffice(path, suffix, export_filter, *words):
    run("soffice", "--headless", "--norestore",
        "-env:UserInstallation=file://" + os.path.join(PLACE, "office"),
        *words, "--convert-to", suffix + ":" + export_filter, "--outdir",
        os.path.join(PLACE, "converted"), path)
    name = os.path.splitext(os.path.basename(path))[0] + "." + suffix
    with open(os.path.join(PLACE, "converted", name), "rb") as file:
        return file.read()


TO_CSV = "Text - txt - csv (StarCalc):%d,34,76,1,,0,%s,true"


def libreoffice():
    path = os.path.join(OUT, "sheet.fods")
    with open(path, "wb") as file:
        file.write(sheet([COLUMNS] + TABLES["sheet"][1]))
    for name, delimiter, quoted in (("semicolon", 59, "false"),
                                    ("comma", 44, "true"),
                                    ("tab", 9, "false")):
        data = soffice(path, "csv", TO_CSV % (delimiter, quoted))
        export("libreoffice-%s.csv" % name, "LibreOffice", "sheet",
               ["--dialect=excel"], data, True)
        # What people put before it, so that a spreadsheet splits it.
        named = b"\xef\xbb\xbfsep=%c\r\n" % delimiter + data
        export("libreoffice-sep-%s.csv" % name, "LibreOffice, with sep=",
               "sheet", ["--dialect=excel"], named, True)
    back = os.path.join(OUT, "back-sheet.csv")
    with open(back, "wb") as file:
        file.write(written("sheet", "csv"))
    data = soffice(back, "csv", TO_CSV % (59, "true"),
                   "--infilter=Text - txt - csv (StarCalc):44,34,76,1,"
                   "1/2/2/2/3/2/4/2,0,false,false")
    compare("LibreOffice, of weir -o csv",
            records("--dialect=excel", text=data), truth("sheet", True))


def keep():
    for name in os.listdir(HERE):
        if name.endswith((".txt", ".csv", ".tsv", ".json")):
            os.remove(os.path.join(HERE, name))
    for e in exports:
        shutil.copyfile(os.path.join(OUT, e["file"]),
                        os.path.join(HERE, e["file"]))
    used = {e["table"] for e in exports}
    with open(os.path.join(HERE, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(dict(
            tables={t: dict(columns=TABLES[t][0], rows=truth(t, False))
                    for t in TABLES if t in used}, exports=exports), file,
            indent=0, sort_keys=True)
        file.write("\n")


def main():
    # mariadb --batch writes null and the text NULL alike, and CRs as they are.
    TABLES["batch"] = (COLUMNS, [r for r in UGLY if r[1] != "NULL" and
                                 "\r" not in (r[1] or "")])
    for program in (postgres, maria, sqlite, python, libreoffice):
        program()
    print("%d checked, %d wrong" % (n_read, len(failures)))
    if failures:
        sys.exit(1)
    keep()


main()
