/*
 * readers/sources/not_csv.c: formats that are not CSV are recognised by their
 * first bytes, and nothing that may be CSV is.
 */
#include "readers/sources/not_csv.h"
#include "tests/runner.h"
#include "tests/source_kit.h"

#include <check.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define BYTES(text) text, sizeof(text) - 1

static struct bytes tar;

/* A tar archive with a file of this name. */
static const struct bytes *tar_of(const char *name)
{
    static uint8_t block[512];
    tar.len = 0;
    memset(block, 0, sizeof block);
    strcpy((char *)block, name);
    strcpy((char *)block + 257, "ustar  ");
    bytes_add(&tar, block, sizeof block);
    return &tar;
}

static const struct {
    const char *what, *head;
    size_t len;
} foreign[] = {
    {"an OpenDocument spreadsheet (.ods)",
     BYTES("PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0.\0\0\0\10\0\0\0mimetype"
           "application/vnd.oasis.opendocument.spreadsheetPK")},
    {"an Excel file (.xlsx)",
     BYTES(
         "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0.\0\0\0\23\0\0\0[Content_"
         "Types].xml")},
    {"an Excel file (.xlsx)",
     BYTES("PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0.\0\0\0\21\0\0\0xl/"
           "workbook.xml")},
    {"a zip archive",
     BYTES("PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0.\0\0\0\5\0\0\0a.csv1,"
           "2")},
    {"an empty zip archive",
     BYTES("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
    {"an Excel file (.xls)", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")},
    {"a Parquet file", BYTES("PAR1\25\4\25\36\25\"L\25\2")},
    {"an Arrow file", BYTES("ARROW1\0\0\xff\xff\xff\xff")},
    {"an Arrow stream", BYTES("\xff\xff\xff\xff\x78\1\0\0\20\0\0\0")},
    {"an SQLite database", BYTES("SQLite format 3\0\20\0\1\1\0")},
    {"a 7z archive", BYTES("7z\xbc\xaf\x27\x1c\0\4")},
    {"a file of compress (.Z)", BYTES("\x1f\x9d\x90\x61\x14")},
    {"an lz4 file of the legacy format", BYTES("\2\x21\x4c\x18\1\0\0\0")},
    {"an lzip file", BYTES("LZIP\1\x0c")},
    {"UTF-32 text", BYTES("\xff\xfe\0\0a\0\0\0")},
    {"UTF-32 text", BYTES("\0\0\xfe\xff\0\0\0a")},
    {"UTF-32 text without a byte order mark", BYTES("a\0\0\0,\0\0\0b\0\0\0")},
    {"UTF-32 text without a byte order mark", BYTES("\0\0\0a\0\0\0,\0\0\0b")},
    {"UTF-16 text without a byte order mark", BYTES("a\0\n\0")},
    {"UTF-16 text without a byte order mark",
     BYTES("a\0,\0\x18\4\x3c\4n\0,\0n\0a\0m\0e\0\n\0a\0")},
    {"UTF-16 text without a byte order mark", BYTES("\0a\0,\0b\0\n\0\61\0,")},
    {"JSON", BYTES("{\"a\":1}\n{\"a\":2}\n")},
    {"JSON", BYTES(" \n{ \"a \\\" b\" : [1]}")},
    {"JSON", BYTES("{\n  \"long name of a key\": 1\n}\n")},
    {"JSON", BYTES("[{\"a\":1}]")},
    {"JSON", BYTES("[\n  {\n    \"a\": 1 }]")},
    {"JSON", BYTES("[[1,2],[3,4]]")},
    {"JSON", BYTES("[1,2]")},
    {"JSON", BYTES("[\n -1.5e3 ,2]")},
    {"JSON", BYTES("[\"a\", 1]")},
    {"JSON", BYTES("[]")},
    {"JSON", BYTES("{ }\n")},
    {"a web page (HTML)", BYTES("<!DOCTYPE html>\n<html>")},
    {"a web page (HTML)", BYTES("\r\n <html lang=en>")},
    {"a web page (HTML)", BYTES("<HTML>")},
    {"a web page (HTML)", BYTES("<table>\n<tr><td>1</td></tr>\n</table>\n")},
    {"an XML document", BYTES("<?xml version=\"1.0\"?>\n<a/>\n")},
    /* Binary data whose first NUL comes after a line end. */
    {"an HDF5 file", BYTES("\x89HDF\r\n\x1a\n\0\0\0\0\0\10\10\0")},
    {"a PNG picture", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")},
    {"a PDF document", BYTES("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")},
};

static const char *find(const void *head, size_t len, bool ended, bool texts,
                        bool *more)
{
    const struct weir_not_csv *row =
        weir_not_csv_find(head, len, ended, texts, more);
    return row ? row->what : NULL;
}

/* However the bytes arrive, what they are is found, and not before it is sure.
 */
START_TEST(formats_are_recognised)
{
    bool more = true;
    const char *head = foreign[_i].head, *found = NULL;
    size_t len = foreign[_i].len;
    for (size_t n = 4; n < len && !found; n++) {
        found = find(head, n, false, true, &more);
        ck_assert_msg(found || more || n < 8, "%s: %zu bytes", foreign[_i].what,
                      n);
    }
    if (!found)
        found = find(head, len, true, true, &more);
    ck_assert_str_eq(found, foreign[_i].what);
    ck_assert_str_eq(find(head, len, true, true, &more), foreign[_i].what);
    ck_assert(!more);
}
END_TEST

START_TEST(tar_is_recognised)
{
    static const char *const names[] = {
        "a.csv", "a/folder/with/a/name/of/many/letters/and/more/of/them.csv"};
    bool more;
    const struct bytes *of = tar_of(names[_i]);
    ck_assert_ptr_null(find(of->at, 90, false, true, &more));
    ck_assert(more);
    ck_assert_str_eq(find(of->at, of->len, false, true, &more),
                     "a tar archive");
    bytes_free(&tar);
}
END_TEST

START_TEST(text_rows_are_passed_over)
{
    bool more;
    for (size_t i = 0; i < N(foreign); i++) {
        const char *what = foreign[i].what;
        bool is_text = !strcmp(what, "JSON") || strstr(what, "HTML") ||
                       strstr(what, "XML");
        const char *found =
            find(foreign[i].head, foreign[i].len, true, false, &more);
        ck_assert_int_eq(found == NULL, is_text);
    }
}
END_TEST

static const char *const csv[] = {
    "a",
    "a,b\n1,2\n",
    "PAR1,PAR2\n1,2\n",
    "PAR1\n12345678\n",
    "PK,v\n",
    "ARROW1,b\n",
    "SQLite format 3,b\n",
    "7z,b\n",
    "LZIP,ORC\n",
    "{a},{b}\n1,2\n",
    "{\"a\",b\n",
    "{\n",
    "[id],[name]\n1,x\n",
    "[1],[2]\n",
    "[\"a\"],b\n",
    "[-1],b\n",
    "[\n1\n",
    "<html",
    "<htmlish>,b\n1,2\n",
    "<tables>,b\n1,2\n",
    "%PDF-x,b\n1,2\n",
    "<a>,<b>\n",
    "<!doctype,b\n",
    "\"{\"\"a\"\": 1}\",b\n",
    "\xef\xbb\xbf"
    "a,b\n",
    "\xc3\xbc,\xc3\xa4\n",
    "   a   ,b\n",
    "\n\n\na\n",
    "",
};

/* Neither are their beginnings, while more may come. */
START_TEST(csv_is_not_another_format)
{
    bool more;
    size_t len = strlen(csv[_i]);
    for (size_t n = 0; n <= len; n++) {
        ck_assert_ptr_null(find(csv[_i], n, false, true, &more));
        ck_assert_ptr_null(find(csv[_i], n, true, true, &more));
        ck_assert(!more);
    }
}
END_TEST

/* Nothing but [] or {} is JSON; with anything behind it, it is a header. */
START_TEST(empty_json_has_nothing_behind_it)
{
    static const char *const headers[] = {"{},b\n", "{}\n1\n", "[],b\n",
                                          "[]\n1\n"};
    bool more;
    const char *text = headers[_i];
    ck_assert_ptr_null(find(text, strlen(text), true, true, &more));
    ck_assert_ptr_null(find(text, strlen(text), false, true, &more));
    ck_assert(!more);
    ck_assert_ptr_null(find(text, 2, false, true, &more));
    ck_assert(more);
    ck_assert_str_eq(find(text, 2, true, true, &more), "JSON");
}
END_TEST

START_TEST(nuls_in_data_are_not_another_format)
{
    static const char data[] = "1,\0,\0\0\n2,a\0b,\n";
    bool more;
    ck_assert_ptr_null(find(data, sizeof data - 1, true, true, &more));
}
END_TEST

START_TEST(every_row_is_tested_and_names_its_file)
{
    const struct weir_not_csv *row;
    char command[400];
    for (size_t i = 0; (row = weir_not_csv_row(i)) != NULL; i++) {
        bool tested = !strcmp(row->what, "a tar archive");
        for (size_t k = 0; k < N(foreign); k++)
            tested |= !strcmp(row->what, foreign[k].what);
        ck_assert_msg(tested, "%s", row->what);
        if (!row->command)
            continue;
        weir_not_csv_command(row, "a name.x", command, sizeof command);
        ck_assert_ptr_nonnull(strstr(command, "a name.x"));
        ck_assert_ptr_null(strstr(command, "{}"));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("not_csv");
    TCase *tests = tcase_create("not_csv");
    tcase_add_loop_test(tests, formats_are_recognised, 0, (int)N(foreign));
    tcase_add_loop_test(tests, tar_is_recognised, 0, 2);
    tcase_add_test(tests, text_rows_are_passed_over);
    tcase_add_loop_test(tests, csv_is_not_another_format, 0, (int)N(csv));
    tcase_add_loop_test(tests, empty_json_has_nothing_behind_it, 0, 4);
    tcase_add_test(tests, nuls_in_data_are_not_another_format);
    tcase_add_test(tests, every_row_is_tested_and_names_its_file);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
