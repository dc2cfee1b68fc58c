/*
 * cli/formats/format_*.c: the bytes of each format, and what happens if memory
 * or the output fails. test_formats.py tests random cells.
 */
#include "cli/formats/format.h"
#include "tests/runner.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct weir_error error;

/* A table with one vector for each column. `cell` is in the order of rows. */
struct fixture {
    size_t n_columns, rows;
    const char *const *name;
    const enum weir_type *type;
    const char *const *cell;
};

#define MOST_COLUMNS 6
#define MOST_ROWS 8

struct columns {
    struct weir_vector vector[MOST_COLUMNS];
    const struct weir_vector *pointer[MOST_COLUMNS];
    struct weir_span span[MOST_COLUMNS][MOST_ROWS];
    int64_t mantissa[MOST_COLUMNS][MOST_ROWS];
    struct weir_form form[MOST_COLUMNS][MOST_ROWS];
    uint8_t boolean[MOST_COLUMNS][MOST_ROWS];
    char text[4096];
    size_t used;
};

static void set_value(struct columns *columns, size_t c, size_t row,
                      const char *cell)
{
    size_t len = strlen(cell);
    struct weir_span span = {(uint32_t)columns->used, (uint32_t)len};
    struct weir_number number = {.kind = WEIR_NULL};

    memcpy(columns->text + columns->used, cell, len);
    columns->used += len;
    columns->span[c][row] = span;
    columns->boolean[c][row] = cell[0] == 't'   ? WEIR_TRUE
                               : cell[0] == 'f' ? WEIR_FALSE
                                                : WEIR_UNKNOWN;
    if (columns->vector[c].type == WEIR_TYPE_NUMBER)
        number = weir_number_read((struct weir_text){cell, len});
    columns->form[c][row] = (struct weir_form){number.exponent, number.kind};
    columns->mantissa[c][row] =
        number.kind == WEIR_WIDE ? weir_span_bits(span) : number.mantissa;
}

static void fill(struct columns *columns, const struct fixture *fixture)
{
    columns->used = 0;
    for (size_t c = 0; c < fixture->n_columns; c++) {
        columns->vector[c] = (struct weir_vector){
            .type = fixture->type[c],
            .base = columns->text,
            .span = columns->span[c],
            .mantissa = columns->mantissa[c],
            .form = columns->form[c],
            .boolean = columns->boolean[c],
        };
        columns->pointer[c] = &columns->vector[c];
        for (size_t row = 0; row < fixture->rows; row++)
            set_value(columns, c, row,
                      fixture->cell[row * fixture->n_columns + c]);
    }
}

/* Calls begin, rows (as often as the fixture says) and end. Returns the first
 * failure. */
static enum weir_status write_all(struct weir_sink *sink,
                                  const struct fixture *fixture, int times)
{
    static struct columns columns;
    enum weir_status status = sink->ops->begin(
        sink, fixture->name, fixture->type, fixture->n_columns, &error);

    fill(&columns, fixture);
    for (int i = 0; i < times && status == WEIR_OK; i++)
        status = sink->ops->rows(sink, columns.pointer, fixture->rows, &error);
    return status < 0 ? status : sink->ops->end(sink, &error);
}

/* The terminal that a run believes to write to. */
struct terminal {
    size_t width;
    bool color;
};

/* A whole run that writes to a descriptor, which it takes over. */
static enum weir_status run(const char *name, int fd,
                            const struct terminal *terminal,
                            const struct fixture *fixture, int times)
{
    const struct weir_format *format = weir_format_find(name, &error);
    struct weir_output output;
    struct weir_sink *sink;
    enum weir_status status;

    ck_assert_ptr_nonnull(format);
    if (weir_output_init(&output, fd, "the test", &error) < 0)
        return error.status;
    output.width = terminal->width;
    output.color = terminal->color;
    sink = weir_format_open(format, &output, &error);
    status = sink ? write_all(sink, fixture, times) : error.status;
    if (sink)
        sink->ops->close(sink);
    return weir_output_close(&output, status, &error);
}

static int new_file(void)
{
    int fd = memfd_create("test", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    return fd;
}

/* Returns the content of the file, terminated by NUL, and closes it. */
static char *contents(int fd)
{
    off_t len = lseek(fd, 0, SEEK_END);
    char *text = malloc((size_t)len + 1);

    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(pread(fd, text, (size_t)len, 0), len);
    text[len] = '\0';
    close(fd);
    return text;
}

static const struct terminal plain;

static char *rendered(const char *name, const struct terminal *terminal,
                      const struct fixture *fixture, int times)
{
    int fd = new_file();

    ck_assert_int_eq(run(name, dup(fd), terminal, fixture, times), WEIR_OK);
    return contents(fd);
}

static void expect(const char *name, const struct fixture *fixture,
                   const char *expected)
{
    char *found = rendered(name, &plain, fixture, 1);

    ck_assert_str_eq(found, expected);
    free(found);
}

static const char *const formats[] = {"table", "csv",    "tsv",
                                      "json",  "ndjson", "md"};
#define N_FORMATS (sizeof formats / sizeof formats[0])

/* One column of each type, and one with each difficulty. */
static const struct fixture mixed = {
    .n_columns = 4,
    .rows = 3,
    .name = (const char *const[]){"a,b", "n", "cell", "ok"},
    .type = (const enum weir_type[]){WEIR_TYPE_TEXT, WEIR_TYPE_NUMBER,
                                     WEIR_TYPE_CELL, WEIR_TYPE_BOOLEAN},
    .cell =
        (const char *const[]){
            "say \"hi\"",
            "1.50",
            "007",
            "true", /**/
            "a|b\\\tc\r\nd",
            "123456789012345678901234567890", /**/
            "-1.5e3",
            "false", /**/
            "",
            "",
            "",
            "",
        },
};

static const struct fixture empty = {
    .n_columns = 2,
    .rows = 0,
    .name = (const char *const[]){"name", "age"},
    .type = (const enum weir_type[]){WEIR_TYPE_CELL, WEIR_TYPE_NUMBER},
};

START_TEST(csv_quotes_what_needs_it)
{
    expect("csv", &mixed,
           "\"a,b\",n,cell,ok\n"
           "\"say \"\"hi\"\"\",1.5,007,true\n"
           "\"a|b\\\tc\r\nd\",123456789012345678901234567890,-1.5e3,false\n"
           ",,,\n");
    expect("csv", &empty, "name,age\n");
}
END_TEST

START_TEST(csv_leaves_no_line_blank)
{
    const struct fixture lone = {
        .n_columns = 1,
        .rows = 3,
        .name = (const char *const[]){""},
        .type = (const enum weir_type[]){WEIR_TYPE_CELL},
        .cell = (const char *const[]){"", " ", "\""},
    };

    expect("csv", &lone, "\"\"\n\"\"\n \n\"\"\"\"\n");
}
END_TEST

START_TEST(tsv_escapes)
{
    expect("tsv", &mixed,
           "a,b\tn\tcell\tok\n"
           "say \"hi\"\t1.5\t007\ttrue\n"
           "a|b\\\\\\tc\\r\\nd\t123456789012345678901234567890\t-1.5e3\tfalse"
           "\n\t\t\t\n");
}
END_TEST

START_TEST(json_is_an_array_of_objects)
{
    expect("json", &mixed,
           "[\n"
           "{\"a,b\":\"say \\\"hi\\\"\",\"n\":1.5,\"cell\":\"007\","
           "\"ok\":true},\n"
           "{\"a,b\":\"a|b\\\\\\tc\\r\\nd\","
           "\"n\":123456789012345678901234567890,"
           "\"cell\":-1.5e3,\"ok\":false},\n"
           "{\"a,b\":null,\"n\":null,\"cell\":null,\"ok\":null}\n"
           "]\n");
    expect("json", &empty, "[]\n");
}
END_TEST

START_TEST(ndjson_is_an_object_a_line)
{
    char *found = rendered("ndjson", &plain, &mixed, 2);
    int lines = 0;

    for (const char *at = found; *at; at = strchr(at, '\n') + 1, lines++)
        ck_assert_int_eq(*at, '{');
    ck_assert_int_eq(lines, 6);
    free(found);
    expect("ndjson", &empty, "");
}
END_TEST

START_TEST(json_keeps_its_commas_over_windows)
{
    const struct fixture one = {
        .n_columns = 1,
        .rows = 1,
        .name = (const char *const[]){"x"},
        .type = (const enum weir_type[]){WEIR_TYPE_NUMBER},
        .cell = (const char *const[]){"1"},
    };
    char *found = rendered("json", &plain, &one, 3);

    ck_assert_str_eq(found, "[\n{\"x\":1},\n{\"x\":1},\n{\"x\":1}\n]\n");
    free(found);
}
END_TEST

START_TEST(json_numbers_repeated_names)
{
    const struct fixture names = {
        .n_columns = 6,
        .rows = 1,
        .name = (const char *const[]){"a", "a", "a_2", "a", "a_2", "\""},
        .type = (const enum weir_type[]){WEIR_TYPE_CELL, WEIR_TYPE_CELL,
                                         WEIR_TYPE_CELL, WEIR_TYPE_CELL,
                                         WEIR_TYPE_CELL, WEIR_TYPE_CELL},
        .cell = (const char *const[]){"1", "2", "3", "4", "5", "6"},
    };

    expect("ndjson", &names,
           "{\"a\":1,\"a_3\":2,\"a_2\":3,\"a_4\":4,\"a_2_2\":5,\"\\\"\":6}\n");
}
END_TEST

START_TEST(json_makes_any_bytes_valid)
{
    const struct fixture bytes = {
        .n_columns = 1,
        .rows = 5,
        .name = (const char *const[]){"\xc3"},
        .type = (const enum weir_type[]){WEIR_TYPE_TEXT},
        .cell = (const char *const[]){"\xff\xfe", "\xe2\x82", "\xed\xa0\x80",
                                      "Zo\xc3\xab\xf0\x9f\x8c\x8a",
                                      "\x01\x1b\x7f\b\f"},
    };

#define BAD "\xef\xbf\xbd"
    expect("ndjson", &bytes,
           "{\"" BAD "\":\"" BAD BAD "\"}\n"
           "{\"" BAD "\":\"" BAD "\"}\n"
           "{\"" BAD "\":\"" BAD BAD BAD "\"}\n"
           "{\"" BAD "\":\"Zo\xc3\xab\xf0\x9f\x8c\x8a\"}\n"
           "{\"" BAD "\":\"\\u0001\\u001b\\u007f\\b\\f\"}\n");
}
END_TEST

START_TEST(json_tells_numbers_from_texts)
{
    const struct fixture cells = {
        .n_columns = 2,
        .rows = 8,
        .name = (const char *const[]){"cell", "text"},
        .type = (const enum weir_type[]){WEIR_TYPE_CELL, WEIR_TYPE_TEXT},
        .cell = (const char *const[]){"-0", "1", "1.", "1.", ".5", ".5", "+1",
                                      "+1", " 1", " 1", "1e5", "1e5", "-", "-",
                                      "1e", "1e"},
    };

    expect("ndjson", &cells,
           "{\"cell\":-0,\"text\":\"1\"}\n"
           "{\"cell\":\"1.\",\"text\":\"1.\"}\n"
           "{\"cell\":\".5\",\"text\":\".5\"}\n"
           "{\"cell\":\"+1\",\"text\":\"+1\"}\n"
           "{\"cell\":\" 1\",\"text\":\" 1\"}\n"
           "{\"cell\":1e5,\"text\":\"1e5\"}\n"
           "{\"cell\":\"-\",\"text\":\"-\"}\n"
           "{\"cell\":\"1e\",\"text\":\"1e\"}\n");
}
END_TEST

START_TEST(md_escapes_and_aligns)
{
    expect("md", &mixed,
           "| a,b | n | cell | ok |\n"
           "| --- | ---: | --- | --- |\n"
           "| say \"hi\" | 1.5 | 007 | true |\n"
           "| a\\|b\\\\\tc<br>d | 123456789012345678901234567890 | -1.5e3 | "
           "false |\n"
           "|  |  |  |  |\n");
    expect("md", &empty, "| name | age |\n| --- | ---: |\n");
}
END_TEST

static const struct fixture people = {
    .n_columns = 4,
    .rows = 3,
    .name = (const char *const[]){"name", "age", "sum", "code"},
    .type = (const enum weir_type[]){WEIR_TYPE_CELL, WEIR_TYPE_CELL,
                                     WEIR_TYPE_NUMBER, WEIR_TYPE_CELL},
    .cell = (const char *const[]){"Zo\xc3\xab", "41", "1234567", "x", "Bo", "7",
                                  "", "1", "Alexandra", "", "0.5", ""},
};

START_TEST(table_aligns_numbers_right)
{
    expect("table", &people,
           "name      age     sum code\n"
           "Zo\xc3\xab        41 1234567 x\n"
           "Bo          7         1\n"
           "Alexandra         0.5 \n");
    expect("table", &empty, "name age\n");
}
END_TEST

START_TEST(table_shows_control_characters)
{
    const struct fixture controls = {
        .n_columns = 2,
        .rows = 1,
        .name = (const char *const[]){"a", "b"},
        .type = (const enum weir_type[]){WEIR_TYPE_CELL, WEIR_TYPE_CELL},
        .cell = (const char *const[]){"\033[31m\n", "\xff\xc2\x9b"},
    };

    expect("table", &controls,
           "a            b\n"
           "\\x1b[31m\\x0a \\xff\\xc2\\x9b\n");
}
END_TEST

START_TEST(table_is_as_wide_as_the_terminal)
{
    const struct fixture notes = {
        .n_columns = 2,
        .rows = 1,
        .name = (const char *const[]){"id", "notes"},
        .type = (const enum weir_type[]){WEIR_TYPE_NUMBER, WEIR_TYPE_CELL},
        .cell = (const char *const[]){"1234567", "the quick brown fox jumps "
                                                 "over the lazy dog"},
    };
    struct terminal narrow = {.width = 30, .color = false};
    struct terminal bold = {.width = 80, .color = true};
    char *found = rendered("table", &narrow, &notes, 1);

    ck_assert_str_eq(found, "     id notes\n"
                            "1234567 the quick brown fox ju\n"
                            "        mps over the lazy dog\n");
    free(found);
    found = rendered("table", &bold, &notes, 1);
    ck_assert_str_eq(found, "\033[1m     id notes\033[0m\n"
                            "1234567 the quick brown fox jumps over the lazy "
                            "dog\n");
    free(found);
}
END_TEST

START_TEST(table_pages_without_a_second_header)
{
    char *found = rendered("table", &plain, &people, 10000);
    size_t rows = 0, headers = 0;

    for (const char *at = found; *at; at = strchr(at, '\n') + 1) {
        rows++;
        headers += strncmp(at, "name ", 5) == 0;
        ck_assert_uint_le(strcspn(at, "\n"), 27);
    }
    ck_assert_uint_eq(rows, 30001);
    ck_assert_uint_eq(headers, 1);
    free(found);
}
END_TEST

/* If every row were padded to the longest cell, the output would be 4,000 times
 * as long. */
START_TEST(table_does_not_pad_a_page_to_one_long_cell)
{
    static char cell[100001];
    struct weir_span spans[2][1] = {{{0, 1}}, {{0, 1}}};
    struct weir_vector vector[2] = {
        {.type = WEIR_TYPE_CELL, .base = cell, .span = spans[0]},
        {.type = WEIR_TYPE_CELL, .base = cell, .span = spans[1]}};
    const struct weir_vector *column[2] = {&vector[0], &vector[1]};
    int fd = new_file();
    struct weir_output output;
    struct weir_sink *sink;

    memset(cell, 'x', sizeof cell - 1);
    ck_assert_int_eq(weir_output_init(&output, dup(fd), "the test", &error),
                     WEIR_OK);
    sink = weir_format_open(&weir_format_table, &output, &error);
    ck_assert_ptr_nonnull(sink);
    ck_assert_int_eq(sink->ops->begin(sink, empty.name, empty.type, 2, &error),
                     WEIR_OK);
    for (int i = 0; i < 4000; i++) {
        spans[0][0].len = i % 1000 == 500 ? (uint32_t)sizeof cell - 1 : 1;
        ck_assert_int_eq(sink->ops->rows(sink, column, 1, &error), WEIR_OK);
    }
    ck_assert_int_eq(sink->ops->end(sink, &error), WEIR_OK);
    sink->ops->close(sink);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
    ck_assert_int_lt(lseek(fd, 0, SEEK_END), 20 << 20);
    close(fd);
}
END_TEST

START_TEST(table_refuses_too_many_columns)
{
    struct weir_output output;
    struct weir_sink *sink;

    ck_assert_int_eq(weir_output_init(&output, new_file(), "the test", &error),
                     WEIR_OK);
    sink = weir_format_open(&weir_format_table, &output, &error);
    ck_assert_ptr_nonnull(sink);
    ck_assert_int_eq(sink->ops->begin(sink, NULL, NULL, 1000000, &error),
                     WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "-o csv"));
    sink->ops->close(sink);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), WEIR_OK);
}
END_TEST

START_TEST(find_knows_each_and_the_nearest)
{
    for (size_t i = 0; i < N_FORMATS; i++)
        ck_assert_str_eq(weir_format_find(formats[i], &error)->name,
                         formats[i]);
    ck_assert_ptr_null(weir_format_find("jsno", &error));
    ck_assert_int_eq(error.status, WEIR_USAGE);
    ck_assert_str_eq(error.message,
                     "no output format 'jsno'; did you mean 'json'? formats: "
                     "table, csv, tsv, json, ndjson, md, arrow, bars");
    ck_assert_ptr_null(weir_format_find("", &error));
    ck_assert_str_eq(error.message, "no output format ''; formats: table, csv, "
                                    "tsv, json, ndjson, md, arrow, bars");
}
END_TEST

START_TEST(failing_memory_is_a_limit_and_leaks_nothing)
{
    const char *name = formats[_i];
    uint64_t before = weir_memory_total().live;
    uint64_t n = 0;
    enum weir_status status;

    do {
        int fd = new_file();

        weir_memory_fail_at(++n);
        status = run(name, fd, &plain, &mixed, 1);
        ck_assert_uint_eq(weir_memory_total().live, before);
        ck_assert(status == WEIR_OK || status == WEIR_LIMIT);
        ck_assert_uint_lt(n, 100);
    } while (status != WEIR_OK);
    weir_memory_fail_at(0);
    /* At least the buffer and the sink are allocated. */
    ck_assert_uint_gt(n, 2);
}
END_TEST

START_TEST(failing_writes_are_reported)
{
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(run(formats[_i], fd, &plain, &mixed, 1000), WEIR_IO);
    ck_assert_str_eq(error.message, "cannot write the test: no space left on "
                                    "the device after 0 bytes");
}
END_TEST

/* After the first window no memory is allocated. */
START_TEST(more_rows_take_no_more_memory)
{
    uint64_t allocations[2];

    for (int i = 0; i < 2; i++) {
        uint64_t before = weir_memory_total().allocations;

        ck_assert_int_eq(
            run(formats[_i], new_file(), &plain, &mixed, i ? 20000 : 1),
            WEIR_OK);
        allocations[i] = weir_memory_total().allocations - before;
    }
    ck_assert_uint_eq(allocations[0], allocations[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("formats");
    TCase *tests = tcase_create("formats");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, csv_quotes_what_needs_it);
    tcase_add_test(tests, csv_leaves_no_line_blank);
    tcase_add_test(tests, tsv_escapes);
    tcase_add_test(tests, json_is_an_array_of_objects);
    tcase_add_test(tests, ndjson_is_an_object_a_line);
    tcase_add_test(tests, json_keeps_its_commas_over_windows);
    tcase_add_test(tests, json_numbers_repeated_names);
    tcase_add_test(tests, json_makes_any_bytes_valid);
    tcase_add_test(tests, json_tells_numbers_from_texts);
    tcase_add_test(tests, md_escapes_and_aligns);
    tcase_add_test(tests, table_aligns_numbers_right);
    tcase_add_test(tests, table_shows_control_characters);
    tcase_add_test(tests, table_is_as_wide_as_the_terminal);
    tcase_add_test(tests, table_pages_without_a_second_header);
    tcase_add_test(tests, table_does_not_pad_a_page_to_one_long_cell);
    tcase_add_test(tests, table_refuses_too_many_columns);
    tcase_add_test(tests, find_knows_each_and_the_nearest);
    tcase_add_loop_test(tests, failing_memory_is_a_limit_and_leaks_nothing, 0,
                        N_FORMATS);
    tcase_add_loop_test(tests, failing_writes_are_reported, 0, N_FORMATS);
    tcase_add_loop_test(tests, more_rows_take_no_more_memory, 0, N_FORMATS);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
