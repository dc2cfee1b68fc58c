/*
 * The law of small files: files of every size up to 2,000 bytes in a dozen
 * shapes, and files whose sizes and records lie around the constants of the
 * sources. Each file is read in many ways, which must agree (tests/small.h).
 *
 * WEIR_LAW_WHOLE asks every query in every way. Under a sanitizer only some of
 * the files are read.
 */
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/small.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))

/* Shapes: files of an exact size */

static const struct shape {
    unsigned columns;
    bool quoted, mark, comments;
    bool tail;       /* a first record, and then one long field */
    const char *end; /* line end; NULL: LF */
} shapes[] = {
    {.columns = 1},
    {.columns = 2},
    {.columns = 3, .quoted = true},
    {.columns = 8},
    {.columns = 40},
    {.columns = 2, .tail = true},
    {.columns = 1, .tail = true, .end = "\r\n"},
    {.columns = 3, .tail = true, .quoted = true},
    {.columns = 8, .quoted = true, .end = "\r\n"},
    {.columns = 2, .end = "\r"},
    {.columns = 1, .tail = true, .end = "\r\n\r"},
    {.columns = 2, .mark = true},
    {.columns = 3, .comments = true},
    {.columns = 2, .mark = true, .quoted = true, .tail = true},
};

static struct bytes file;

static void ck_assert_file(const char *bytes, size_t len, uint64_t seed)
{
    ck_assert_small(bytes, len, seed,
                    law_whole() ? SMALL_WHOLE : SMALL_SAMPLED);
}

/* Appends a record, or the header if `record` is 0. Cells have 1 to 6 bytes. */
static void add_record(const struct shape *shape, unsigned record)
{
    char cell[16];
    if (shape->comments && record % 3 == 2)
        bytes_add_text(&file, "1, is a comment\n");
    for (unsigned k = 0; k < shape->columns; k++) {
        unsigned number = record ? record * 7 % 11 * (k + 1) : k;
        bool quoted = shape->quoted && (record + k) % 3 == 0;
        (void)snprintf(cell, sizeof cell, quoted ? "\"%s%u\"" : "%s%u",
                       record ? quoted ? "\n" : "" : "c", number);
        bytes_add_text(&file, k ? "," : "");
        bytes_add_text(&file, cell);
    }
    bytes_add_text(&file, shape->end ? shape->end : "\n");
}

/* Fills the file with more than `size` bytes; the caller cuts it. */
static void fill(const struct shape *shape, size_t size)
{
    file.len = 0;
    if (shape->mark)
        bytes_add_text(&file, "\xef\xbb\xbf");
    for (unsigned record = 0; file.len < size; record++) {
        add_record(shape, record);
        if (!shape->tail || record == 0)
            continue;
        bytes_add_text(&file, shape->quoted ? "\"" : "");
        while (file.len < size)
            bytes_add_text(&file, "twelve bytes");
    }
}

/* How the file ends: cut anywhere, or with a whole last record, with or
 * without a line end. The last bytes are then made one cell, or its quotes
 * are closed. */
enum last {
    LAST_CUT,
    LAST_LINE,
    LAST_NO_LINE,
    N_LASTS
};

static void shape_file(const struct shape *shape, size_t size, enum last last)
{
    fill(shape, size);
    file.len = size;
    if (last == LAST_CUT || size < 64)
        return;
    size_t end = size - (last == LAST_LINE);
    size_t begin = end;
    if (last == LAST_LINE)
        file.at[end] = '\n';
    /* The last cell has no quote, delimiter or line end. */
    for (size_t i = 0; i < 16 && begin > 0 && file.at[begin - 1] != ','; i++)
        if (strchr("\"\r\n", file.at[--begin]))
            file.at[begin] = '5';
    if (shape->tail && shape->quoted)
        file.at[end - 1] = '"';
}

static void ck_assert_shape(const struct shape *shape, size_t size)
{
    for (unsigned last = 0; last < N_LASTS; last++) {
        shape_file(shape, size, (enum last)last);
        ck_assert_file((const char *)file.at, size,
                       size * 64 + last * N(shapes) +
                           (uint64_t)(shape - shapes));
    }
}

/* libcheck can't tell how long a test took that takes more than half an hour.
 * As a whole, each shape or constant is therefore a test of its own. */
static size_t begin_of(int part)
{
    return law_whole() ? (size_t)part : 0;
}

static size_t end_of(int part, size_t n)
{
    return law_whole() ? (size_t)part + 1 : n;
}

START_TEST(files_of_every_size)
{
    const size_t step = small_stride(31), end = end_of(_i, N(shapes));
    bytes_add_text(&file, "");
    for (size_t size = 0; size <= 2000; size += size < 40 ? 1 : step)
        for (size_t i = begin_of(_i); i < end; i++)
            ck_assert_shape(&shapes[i], size);
    ck_assert_small_ran(2001 * (end - begin_of(_i)) * N_LASTS / step);
    bytes_free(&file);
}
END_TEST

/* The sizes that the sources use (a peek, blocks, pages, gaps, chunks, batches,
 * views, segments) and sums of them. */
static const size_t constants[] = {32,     64,     128,    2048,   4096,
                                   8192,   12288,  16384,  20480,  65536,
                                   131072, 135168, 147456, 151552, 200000,
                                   262144, 282624, 524288, 540672, 655360};

START_TEST(files_around_constants)
{
    const size_t step = stride(7), end = end_of(_i, N(constants));
    bytes_add_text(&file, "");
    for (size_t i = begin_of(_i); i < end; i++)
        for (size_t k = i % step; k < N(shapes);
             k += constants[i] < 150000 || law_whole() ? step : 3 * step)
            for (size_t size = constants[i] - 1; size <= constants[i] + 1;
                 size++)
                ck_assert_shape(&shapes[k], size);
    ck_assert_small_ran((end - begin_of(_i)) * (N(shapes) / step) * N_LASTS);
    bytes_free(&file);
}
END_TEST

/* A header and a record that end at `first`, and a record that ends at
 * `second`. Both offsets lie around constants; one long field fills each
 * gap. */
static void two_records(size_t first, size_t second, bool quoted, bool line)
{
    file.len = 0;
    bytes_add_text(&file, "a,b\n1,");
    while (file.len < first)
        bytes_add_text(&file, "x");
    file.at[file.len - 1] = '\n';
    bytes_add_text(&file, quoted ? "2,\"" : "2,");
    while (file.len < second)
        bytes_add_text(&file, "y");
    if (quoted)
        file.at[second - 1 - line] = '"';
    if (line)
        file.at[second - 1] = '\n';
}

START_TEST(records_around_constants)
{
    const size_t step = stride(5), end = end_of(_i, N(constants));
    const unsigned few = law_whole() ? 1 : 4;
    uint64_t seed = 0, inputs = 0;
    for (size_t i = begin_of(_i); i < end; i++)
        for (size_t k = i + seed % step; k < N(constants); k += step)
            for (unsigned near = (unsigned)(i + k) % few; near < 9;
                 near += few) {
                size_t first = constants[i] - 1 + near % 3;
                size_t second = constants[k] - 1 + near / 3;
                if (second < first + 8)
                    second += first;
                two_records(first, second, seed % 2, seed % 3);
                ck_assert_file((const char *)file.at, file.len, seed++);
                inputs++;
            }
    ck_assert_small_ran(inputs);
    ck_assert_uint_ge(inputs, law_whole() ? 9 : 9 * 190 / few / step);
    bytes_free(&file);
}
END_TEST

static const struct floor floors[] = {{WEIR_RAN_TURN, 100000, 3000}};

int main(void)
{
    Suite *suite = suite_create("law_sizes");
    TCase *tests = tcase_create("law_sizes");
    tcase_set_timeout(tests, law_whole() ? 36000 : 550);
    small_add_fixture(tests);
    const bool whole = law_whole();
    tcase_add_loop_test(tests, files_of_every_size, 0, whole ? N(shapes) : 1);
    tcase_add_loop_test(tests, files_around_constants, 0,
                        whole ? N(constants) : 1);
    tcase_add_loop_test(tests, records_around_constants, 0,
                        whole ? N(constants) : 1);
    suite_add_tcase(suite, tests);
    mechanism_begin();
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
