/*
 * pull - the public interface for records, compared with libcsv, which pushes
 * them.
 *
 *     pull weir|windows|libcsv mean FILE COLUMN
 *     pull weir|libcsv length FILE
 *
 * mean prints the mean of a column's numbers, length the bytes of all fields of
 * all records. weir reads record by record, windows a window at a time.
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weir.h>

struct sums {
    const char *name; /* the column of the mean; NULL: sum up lengths */
    double total, n;
    size_t length;
};

static int complain(const char *place, const char *message)
{
    fprintf(stderr, "pull: %s: %s\n", place, message);
    return 1;
}

/* weir */

static enum weir_status by_record(struct weir_rows *rows, struct sums *sums,
                                  struct weir_error *error)
{
    struct weir_record record;
    enum weir_status status;
    double number;
    while ((status = weir_rows_next(rows, &record, error)) == WEIR_OK)
        if (weir_field_read(&record, 0, &number) == WEIR_CELL_NUMBER) {
            sums->total += number;
            sums->n++;
        }
    return status;
}

static enum weir_status by_window(struct weir_rows *rows, struct sums *sums,
                                  struct weir_error *error)
{
    const struct weir_window *window;
    enum weir_status status;
    while ((status = weir_rows_window(rows, &window, error)) == WEIR_OK) {
        const double *number = weir_window_numbers(window, 0);
        if (!number)
            return error->status = WEIR_LIMIT;
        for (size_t row = 0; row < window->rows; row++)
            if (number[row] == number[row]) {
                sums->total += number[row];
                sums->n++;
            }
    }
    return status;
}

static enum weir_status lengths(struct weir_rows *rows, struct sums *sums,
                                struct weir_error *error)
{
    struct weir_record record;
    enum weir_status status;
    while ((status = weir_rows_next(rows, &record, error)) == WEIR_OK) {
        size_t n = weir_record_fields(&record);
        for (size_t i = 0; i < n; i++)
            sums->length += weir_field_text(&record, i).len;
    }
    return status;
}

static int read_with_weir(const char *path, bool windows, struct sums *sums)
{
    struct weir_error error;
    enum weir_status status = WEIR_OK;
    struct weir_rows *rows = weir_rows_open(path, NULL, &error);
    if (!rows)
        return complain(error.place, error.message);
    if (sums->name)
        status = weir_rows_select(rows, &sums->name, 1, &error);
    if (!status)
        status = !sums->name ? lengths(rows, sums, &error)
                 : windows   ? by_window(rows, sums, &error)
                             : by_record(rows, sums, &error);
    weir_rows_close(rows);
    return status == WEIR_END ? 0 : complain(error.place, error.message);
}

/* libcsv */

struct push {
    struct sums *sums;
    size_t column, wanted;
    bool body; /* the header is read */
};

/* Cells of more bytes are no numbers of the users'. */
#define CELL 64

static void add_number(const void *bytes, size_t len, struct sums *sums)
{
    char text[CELL];
    if (len == 0 || len >= sizeof text)
        return;
    memcpy(text, bytes, len);
    text[len] = '\0';
    sums->total += strtod(text, NULL);
    sums->n++;
}

static void end_field(void *bytes, size_t len, void *data)
{
    struct push *push = data;
    struct sums *sums = push->sums;
    if (push->body && !sums->name)
        sums->length += len;
    else if (push->body && push->column == push->wanted)
        add_number(bytes, len, sums);
    else if (!push->body && sums->name && len == strlen(sums->name) &&
             !memcmp(bytes, sums->name, len))
        push->wanted = push->column;
    push->column++;
}

static void end_record(int end, void *data)
{
    struct push *push = data;
    (void)end;
    push->column = 0;
    push->body = true;
}

static int read_with_libcsv(const char *path, struct sums *sums)
{
    static char block[1 << 17];
    struct csv_parser parser;
    struct push push = {.sums = sums, .wanted = SIZE_MAX};
    size_t n;
    FILE *file = fopen(path, "rb");
    if (!file || csv_init(&parser, 0))
        return complain(path, "cannot be opened");
    while ((n = fread(block, 1, sizeof block, file)) > 0)
        if (csv_parse(&parser, block, n, end_field, end_record, &push) != n)
            return complain(path, csv_strerror(csv_error(&parser)));
    if (ferror(file) || csv_fini(&parser, end_field, end_record, &push))
        return complain(path, "cannot be read");
    csv_free(&parser);
    return fclose(file);
}

int main(int argc, char **argv)
{
    struct sums sums = {0};
    const bool mean = argc == 5 && !strcmp(argv[2], "mean");
    const bool length = argc == 4 && !strcmp(argv[2], "length");
    const char *how = argc > 1 ? argv[1] : "";
    int failed = 1;
    sums.name = mean ? argv[4] : NULL;
    if ((mean || length) && !strcmp(how, "libcsv"))
        failed = read_with_libcsv(argv[3], &sums);
    else if ((mean || length) && !strcmp(how, "weir"))
        failed = read_with_weir(argv[3], false, &sums);
    else if (mean && !strcmp(how, "windows"))
        failed = read_with_weir(argv[3], true, &sums);
    else
        return complain("usage", "pull weir|windows|libcsv mean FILE COLUMN, "
                                 "or pull weir|libcsv length FILE");
    if (!failed && mean)
        printf("%.15g\n", sums.total / sums.n);
    else if (!failed)
        printf("%zu\n", sums.length);
    return failed;
}
