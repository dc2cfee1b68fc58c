/*
 * readers/csv/csv.h: every form of the dialect, the records and the messages.
 * Each input is read by both readers and with two batch sizes.
 */
#include "base/error.h"
#include "tests/reading.h"
#include "tests/runner.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define PAD .bad_records = WEIR_BAD_RECORDS_PAD
#define REJECT .bad_records = WEIR_BAD_RECORDS_REJECT

static const struct row {
    const char *what, *csv, *expected;
    struct weir_reading options;
    const char *libcsv; /* libcsv's reading; NULL: the same */
    size_t len;         /* 0: strlen(csv) */
} rows[] = {
    /* Line ends. */
    {.what = "line feeds", "a,b\n1,2\n3,4\n", "a|b\n2: 1|2\n3: 3|4\nend\n"},
    {.what = "CRLF", "a,b\r\n1,2\r\n3,4\r\n", "a|b\n2: 1|2\n3: 3|4\nend\n"},
    {.what = "lone CR", "a,b\r1,2\r3,4\r", "a|b\n2: 1|2\n3: 3|4\nend\n"},
    {.what = "all of them",
     "a,b\n1,2\r3,4\r\n5,6\n\r7,8\r\r\n9,0",
     "a|b\n2: 1|2\n3: 3|4\n4: 5|6\n6: 7|8\n8: 9|0\nend\n"},
    {.what = "no last line end", "a,b\n1,2", "a|b\n2: 1|2\nend\n"},
    {.what = "no last line end after a quote",
     "a,b\n1,\"2\"",
     "a|b\n2: 1|2\nend\n"},
    {.what = "a CR at the end of a block",
     "a\n\"45678901234567890123456789012345678"
     "90123456789012345678901234\"\r",
     "a\n2: "
     "45678901234567890123456789012345678901234567890123456789"
     "01234\nend\n"},
    /* Quotes. */
    {.what = "quoted delimiter and line ends",
     "a,b\n\"1,2\",\"x\ny\r\nz\r\"\n3,4\n",
     "a|b\n2: 1,2|x\\ny\\r\\nz\\r\n6: 3|4\nend\n"},
    {.what = "doubled quotes",
     "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n\"\",\"\"\"\"\"\"\n",
     "a|b\n2: say \"hi\"|\"\n3: |\"\"\nend\n"},
    {.what = "bare quotes",
     "a,b\n5\" pipe,x\"y\"\n \"1\", \"\n",
     "a|b\n2: 5\" pipe|x\"y\"\n3:  \"1\"| \"\nend\n"},
    {.what = "text after a closing quote",
     "a,b\n1,2\n\"x\"y,\"p\" \"q\"\n",
     "a|b\n2: 1|2\n3: xy|p \"q\"\nend\n",
     .libcsv = "a|b\n2: 1|2\nDATA x.csv:3:4 (byte 11): text after a closing "
               "quote, which "
               "libcsv reads differently; --reader scan keeps it\n"},
    {.what = "a quote that never closes",
     "a,b\n1,2\n3,\"x\n5,6\n",
     "a|b\n2: 1|2\nDATA x.csv:3:3 (byte 10): a quote that opens here never "
     "closes; --quote '' turns quoting off\n"},
    {.what = "one in the header",
     "a,\"b\n1,2\n",
     "DATA x.csv:1:3 (byte 2): a quote that opens here never closes; --quote "
     "'' turns quoting off\n"},
    {.what = "another quote",
     "a,b\n'1,2',it's\n",
     "a|b\n2: 1,2|it's\nend\n",
     {.quote = "'"}},
    {.what = "no quote",
     "a,b\n\"1,2\"\n",
     "a|b\n2: \"1|2\"\nend\n",
     {.quote = ""},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    /* Blanks and what is empty. */
    {.what = "blanks are part of a field",
     "a,b\n 1 ,\t2\t\n",
     "a|b\n2:  1 |\\x092"
     "\\x09\nend\n"},
    {.what = "trimmed",
     " a ,\tb\n 1 , \"2 \" \n  ,\n",
     "a|b\n2: 1|2 \n3: |\nend\n",
     {.trim = true}},
    {.what = "blank lines",
     "\n\r\na,b\n\n1,2\n\r\n\r3,4\n\n",
     "a|b\n5: 1|2\n8: 3|4\nend\n"},
    {.what = "blank lines of one column",
     "a\n1\n\n\r\n2\n\"\"\n",
     "a\n2: 1\n3: \n4: \n5: 2\n6: \nend\n"},
    {.what = "a line of blanks, trimmed",
     "a\n  \nb\n",
     "a\n2: \n3: b\nend\n",
     {.trim = true}},
    {.what = "empty fields", "a,b,c\n,,\n,x,\n", "a|b|c\n2: ||\n3: |x|\nend\n"},
    {.what = "nulls",
     "a,b\nNA,x\n-,\"NA\"\nNAN,--\n",
     "a|b\n2: |x\n3: |\n4: NAN|--"
     "\nend\n",
     {.null = "NA,-"}},
    {.what = "only a header", "a,b", "a|b\nend\n"},
    {.what = "nothing",
     "",
     "DATA x.csv: no header: the input is empty; --no-header "
     "or --header names the columns\n"},
    {.what = "nothing, without a header", "", "\nend\n", {.no_header = true}},
    {.what = "blank lines only",
     "\n\r\n",
     "DATA x.csv: no header: the input is "
     "empty; --no-header or --header names the columns\n"},
    /* The beginning. */
    {.what = "a byte order mark",
     "\xef\xbb\xbf"
     "a,b\n1,2\n",
     "a|b\n2: 1|2\nend\n"},
    {.what = "a mark before a quote",
     "\xef\xbb\xbf\"a\",b\n1,2\n",
     "a|b\n2: 1|2\nend\n"},
    {.what = "another format, also before skipped lines",
     "PK\3\4 and more\nof it\n",
     "IO x.csv: is a zip archive, where CSV is expected; unzip -p 'x.csv' "
     "turns "
     "it into CSV, if it holds one file; unpack several, and name them\n",
     {.skip = 1, .no_header = true}},
    {.what = "JSON",
     "{\"a\": 1}\n",
     "IO x.csv: is JSON, where CSV is expected; jq -rn '[inputs] | flatten(1) "
     "| "
     "(.[0] | keys_unsorted) as $k | $k, (.[] | [.[$k[]]]) | @csv' 'x.csv' "
     "turns "
     "it into CSV\n"},
    {.what = "JSON, in a dialect that was asked for",
     "{\"a\": 1}\tb\n",
     "$1|$2\n1: {\"a\": 1}|b\nend\n",
     {.delimiter = "\t", .no_header = true}},
    {.what = "skipped lines",
     "a \"title\r\n\r2026\na,b\n1,2\n",
     "a|b\n5: 1|2\nend\n",
     {.skip = 3}},
    {.what = "more skipped than there are",
     "a\nb",
     "DATA x.csv: no header: the input "
     "is empty; --no-header or --header names the columns\n",
     {.skip = 9}},
    {.what = "no header",
     "1,2\n3,4\n",
     "$1|$2\n1: 1|2\n2: 3|4\nend\n",
     {.no_header = true}},
    {.what = "a given header",
     "1,2\n3,4\n",
     "x|y z\n1: 1|2\n2: 3|4\nend\n",
     {.header = "x,\"y z\""}},
    {.what = "an empty header is none given",
     "a\n1\n",
     "a\n2: 1\nend\n",
     {.header = ""}},
    {.what = "a quoted header",
     "\"a,\"\"b\",\"c\nd\"\n1,2\n",
     "a,\"b|c\\nd\n3: 1|2\nend\n"},
    /* Marks. */
    {.what = "a semicolon",
     "a;b\n1;\"2;3\"\n",
     "a|b\n2: 1|2;3\nend\n",
     {.delimiter = ";"}},
    {.what = "a tab by name",
     "a\tb\n1\t2,3\n",
     "a|b\n2: 1|2,3\nend\n",
     {.delimiter = "tab"}},
    {.what = "byte 0xff",
     "a\xff"
     "b\n1\xff"
     "2\n",
     "a|b\n2: 1|2\nend\n",
     {.delimiter = "\xff"}},
    {.what = "several bytes",
     "a||b\n1|x||\"2||3\"\n",
     "a|b\n2: 1|x|2||3\nend\n",
     {.delimiter = "||"},
     "USAGE --delimiter: libcsv needs one of one byte; "
     "--reader scan reads it\n"},
    {.what = "no delimiter",
     "a,b\n1,2\n\"x\ny\"\n",
     "a,b\n2: 1,2\n3: x\\ny\nend\n",
     {.delimiter = ""},
     "USAGE --delimiter: libcsv needs one of one byte; "
     "--reader scan reads it\n"},
    {.what = "an escape",
     "a,b\n\\,1\\\",\"2\\\",\\\\\"\nx\\\ny,z\n",
     "a|b\n2: ,1\"|2\",\\\n3: x\\ny|z\nend\n",
     {.escape = "\\"},
     "USAGE --escape: libcsv knows doubled quotes only; --reader scan reads "
     "it\n"},
    {.what = "an escape at the end",
     "a,b\n1,2\n3,\\",
     "a|b\n2: 1|2\nDATA x.csv:3:4 "
     "(byte 11): the input ends after an escape\n",
     {.escape = "\\"},
     "USAGE --escape: libcsv knows doubled quotes only; --reader scan reads "
     "it\n"},
    {.what = "an escaped line end at the end",
     "a,b\n1,2\\\r",
     "a|b\n2: 1|2\\r\nend\n",
     {.escape = "\\"},
     "USAGE --escape: libcsv knows doubled quotes only; "
     "--reader scan reads it\n"},
    {.what = "null texts are compared before escapes are undone",
     "a,b\n\\N,N\n\"\\N\",\"N\"\n\\\\N,\\M\n",
     "a|b\n2: |N\n3: |N\n4: \\N|M\nend\n",
     {.escape = "\\", .null = "\\N"},
     "USAGE --escape: libcsv knows doubled quotes only; "
     "--reader scan reads it\n"},
    {.what = "tsv",
     "a\\tb\tc\n\\\\n\\n\\r\\x\t\"\n\\N\t\\\\N\r\nx\\\t\\",
     "a\\x09b|c\n2: \\n\\n\\rx|\"\n3: |\\N\n4: x\\|\\\nend\n",
     {.dialect = "tsv"},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    {.what = "mysql",
     "\\0\\b\\n\t\\r\\t\\Z\\\\\\'\n\r\t\\N\nN\\\n\\\t\t\\\\N\r\n",
     "$1|$2\n1: \\x00\\x08\\n|\\r\\x09\\x1a\\'\n2: \\r|\n4: "
     "N\\n\\x09|\\N\\r\nend\n",
     {.dialect = "mysql"},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    {.what = "postgres",
     "\\b\\f\\n\\v\t\\101\\x41\\1012\\x4142\\x\\8\n\\N\tN\\\n\\\t\r\n\\.\n",
     "$1|$2\n1: \\x08\\x0c\\n\\x0b|AAA2A42x8\n2: |N\\n\\x09\nend\n",
     {.dialect = "postgres"},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    {.what = "postgres with a header",
     "a\tb\n1\t2\n",
     "a|b\n2: 1|2\nend\n",
     {.dialect = "postgres", .header = ""},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    {.what = "hive",
     "1\001\\N\001\\n\n\\\\N\001\"\001N\n",
     "a|b|c\n1: 1||\\n\n2: \\\\N|\"|N\nend\n",
     {.dialect = "hive", .header = "a,b,c"},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    {.what = "hive, escaped by",
     "1\001\\N\001\\n\\\001\\t\n",
     "a|b|c\n1: 1||\\n\\x01t\nend\n",
     {.dialect = "hive", .header = "a,b,c", .escape = "\\"},
     "USAGE --quote '': libcsv cannot turn quoting off; --reader scan reads "
     "it\n"},
    {.what = "blanks",
     " a \t b\n\n \t \n1  2\n\t3 4 \r\n5\t\"6 ",
     "a|b\n4: 1|2\n5: 3|4\n6: 5|\"6\nend\n",
     {.dialect = "blanks"},
     "USAGE --delimiter: libcsv needs one of one byte; --reader scan reads "
     "it\n"},
    {.what = "blanks with quotes",
     "a b\n\"x y\"  \"\"\"\" \n'1 \\\" 2\n",
     "a|b\n2: x y|\"\nDATA x.csv:3:1 (byte 17): record has 3 fields but the "
     "header has 2 (to continue: --bad-records=pad or =reject)\n",
     {.delimiter = "blanks", .escape = "\\"},
     "USAGE --delimiter: libcsv needs one of one byte; --reader scan reads "
     "it\n"},
    {.what = "excel: the delimiter of its first line",
     "\xef\xbb\xbfsep=\t\r\n\"a\";b,c\td\r\n1\t2\r\n",
     "a;b,c|d\n3: 1|2\nend\n",
     {.dialect = "excel"}},
    {.what = "excel: quoted",
     "\"sep=;\"\na,b;c\n1;2\n",
     "a,b|c\n3: 1|2\nend\n",
     {.dialect = "excel"}},
    {.what = "excel: the delimiter of the header",
     "a;b,c;d\n1;2;3\n",
     "a|b,c|d\n2: 1|2|3\nend\n",
     {.dialect = "excel"}},
    {.what = "excel: one column",
     "sep\n1\n",
     "sep\n2: 1\nend\n",
     {.dialect = "excel"}},
    {.what = "excel: a delimiter that is given",
     "sep=;\n1;2\n",
     "DATA x.csv:1:1 (byte 0): this line only names the delimiter: -d auto "
     "takes it from here, and --skip 1 -d ';' passes the line over\n",
     {.dialect = "excel", .delimiter = ","}},
    {.what = "the delimiter of its first line",
     "\xef\xbb\xbfx\nsep=\t\r\n1\t2\r\n",
     "DATA x.csv:2:1 (byte 5): this line only names the delimiter: -d auto "
     "takes it from here, and --skip 1 -d '\\t' passes the line over\n",
     {.skip = 1, .no_header = true}},
    {.what = "unix",
     "\"a\",\"b\"\n\"x\"\"\n\",\"\"\n",
     "a|b\n2: x\"\\n|\nend\n",
     {.dialect = "unix"}},
    {.what = "no such dialect",
     "a\n",
     "USAGE --dialect: found 'tabs', expected one of excel, tsv, mysql, "
     "postgres, hive, unix, blanks\n",
     {.dialect = "tabs"}},
    {.what = "comments",
     "# \"x\n#\na,b\n#1,2\n1,#2\n\"#3\",4\n # 5,6\n#",
     "a|b\n5: 1|#2\n6: #3|4\n7:  # 5|6\nend\n",
     {.comment = "#"},
     "USAGE --comment: libcsv knows no comments; --reader scan reads it\n"},
    {.what = "only a comment",
     "# a",
     "DATA x.csv: no header: the input is empty; "
     "--no-header or --header names the columns\n",
     {.comment = "#"},
     "USAGE --comment: libcsv knows no comments; --reader scan reads it\n"},
    {.what = "an escape in the delimiter",
     "",
     "USAGE --delimiter 'a\\' holds the "
     "quote or the escape\n",
     {.delimiter = "a\\", .escape = "\\"}},
    {.what = "an unknown reader",
     "a\n",
     "USAGE no reader 'fast'; there are auto, scan "
     "and libcsv\n",
     {.reader = "fast"}},
    /* Ragged records. */
    {.what = "too few",
     "a,b\n1,2\n\n3\n4,5\n",
     "a|b\n2: 1|2\nDATA x.csv:4:1 (byte 9): "
     "record has 1 field but the header has 2 (to continue: "
     "--bad-records=pad or =reject)\n"},
    {.what = "too many",
     "a,b\n1,2,3\n",
     "a|b\nDATA x.csv:2:1 (byte 4): record has 3 "
     "fields but the header has 2 (to continue: --bad-records=pad or "
     "=reject)\n"},
    {.what = "padded",
     "a,b\n1\n2,3,4\n5,6\n",
     "a|b\n2: 1\n3: 2|3|4\n4: 5|6\nend\n",
     {PAD}},
    {.what = "rejected",
     "a,b\n1\n2,3,\"4\n\"\r\n5,6\n,,,",
     "a|b\n2! 1 (1)\n3! 2,3,"
     "\"4\\n\" (3)\n5: 5|6\n6! ,,, (4)\nend\n",
     {REJECT}},
    /* Any bytes. */
    {.what = "NUL",
     "a,b\n\0,1\0"
     "2\n",
     "a|b\n2: \\x00|1\\x002\nend\n",
     .len = 10},
    {.what = "invalid UTF-8",
     "a,b\n\xc3,\xed\xa0\x80\n",
     "a|b\n2: \\xc3|\\xed\\xa0\\x80\nend\n"},
    /* Limits. */
    {.what = "just long enough",
     "a,b\n12345,7890\r\n1,2\n",
     "a|b\n2: 12345|7890\n3: 1|2\nend\n",
     {.max_record = 10}},
    {.what = "too long by one",
     "a,b\n1,2\n12345,78901\n",
     "a|b\n2: 1|2\nLIMIT "
     "x.csv:3:1 (byte 8): a record is longer than --max-record 10 bytes\n",
     {.max_record = 10}},
    {.what = "too long for an open quote",
     "a,b\n1,\"2\n4567890,\n",
     "a|b\nLIMIT "
     "x.csv:2:3 (byte 6): a record is longer than --max-record 10 bytes; a "
     "quote that opens here is still open then\n",
     {.max_record = 10}},
    {.what = "a header too long",
     "abcdefg,ijk\n1,2\n",
     "LIMIT x.csv:1:1 (byte 0): a "
     "record is longer than --max-record 10 bytes\n",
     {.max_record = 10}},
};

START_TEST(reads_what_it_should)
{
    const struct row *row = &rows[_i];
    for (int n = 0; n < 4; n++) {
        struct reading reading = {.csv = row->csv,
                                  .len = row->len ? row->len : strlen(row->csv),
                                  .options = row->options};
        bool libcsv = n >= 2 && !row->options.reader;
        if (libcsv)
            reading.options.reader = "libcsv";
        reading.options.batch = n % 2 ? 64 : 0;
        char *text = reading_text(&reading);
        const char *expected =
            libcsv && row->libcsv ? row->libcsv : row->expected;
        ck_assert_msg(!strcmp(text, expected), "%s, %s:\n%sexpected:\n%s",
                      row->what, libcsv ? "libcsv" : "scan", text, expected);
        free(text);
    }
}
END_TEST

START_TEST(columns_are_padded_and_counted)
{
    static const uint32_t projected[] = {0, 2};
    static const char csv[] = "a,b,c\n1\n2,3,4\n5,6,7,8,9\n";
    for (int n = 0; n < 2; n++) {
        struct reading reading = {.csv = csv,
                                  .len = strlen(csv),
                                  .options = {PAD},
                                  .projected = projected,
                                  .n_projected = 2};
        reading.options.reader = n ? "libcsv" : "scan";
        char *text = reading_text(&reading);
        ck_assert_str_eq(text, "a|b|c\n2: 1|\n3: 2|4\n4: 5|7\n"
                               "padded 2, surplus 2\nend\n");
        free(text);
    }
}
END_TEST

/* Reads a record of n bytes and a line end, with `max` as the longest
 * record. */
static char *read_long(size_t n, size_t max, size_t batch, const char *end)
{
    char *csv = malloc(n + 8);
    ck_assert_ptr_nonnull(csv);
    strcpy(csv, "a\n");
    memset(csv + 2, 'x', n);
    strcpy(csv + 2 + n, end);
    struct reading reading = {.csv = csv,
                              .len = strlen(csv),
                              .options = {.max_record = max, .batch = batch}};
    char *text = reading_text(&reading);
    free(csv);
    return text;
}

START_TEST(the_longest_record_is_exact)
{
    static const size_t batches[] = {64, 65, 999, 1000, 1001, 4096, 0};
    static const char *const ends[] = {"\n", "\r\n", "\r", ""};
    for (size_t i = 0; i < (size_t)7 * 4; i++) {
        const char *end = ends[i % 4];
        char *text = read_long(1000, 1000, batches[i / 4], end);
        ck_assert_uint_eq(strlen(text), strlen("a\n2: \nend\n") + 1000);
        free(text);
        text = read_long(1001, 1000, batches[i / 4], end);
        ck_assert_str_eq(text,
                         "a\nLIMIT x.csv:2:1 (byte 2): a record is longer than "
                         "--max-record 1000 bytes\n");
        free(text);
    }
}
END_TEST

START_TEST(a_batch_grows_for_a_record)
{
    char *text = read_long(5000000, 0, 64, "\n");
    ck_assert_uint_eq(strlen(text), strlen("a\n2: \nend\n") + 5000000);
    free(text);
}
END_TEST

/* Skipped lines take no memory. */
START_TEST(skipped_lines_cost_nothing)
{
    size_t len = 4000000;
    char *csv = malloc(len + 1);
    ck_assert_ptr_nonnull(csv);
    memset(csv, 'x', len);
    strcpy(csv + len - 6, "\na\n1\n2");
    struct reading reading = {
        .csv = csv, .len = len, .options = {.skip = 1}, .chunk = 4096};
    char *text = reading_text(&reading);
    ck_assert_str_eq(text, "a\n3: 1\n4: 2\nend\n");
    ck_assert_uint_lt(weir_memory_usage(WEIR_MEMORY_READER).peak, 100000);
    free(text);
    free(csv);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("csv");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, skipped_lines_cost_nothing);
    tcase_add_loop_test(tests, reads_what_it_should, 0,
                        sizeof rows / sizeof *rows);
    tcase_add_test(tests, columns_are_padded_and_counted);
    tcase_add_test(tests, the_longest_record_is_exact);
    tcase_add_test(tests, a_batch_grows_for_a_record);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
