/*
 * The mean age in a CSV file of any size: a generator in C, and its consumer.
 *
 *     average_age users.csv.zst
 */
#include <stdio.h>
#include <weir.h>

/* The generator. Returns WEIR_OK with the next age, WEIR_END after the last
 * one, or a failure. It skips cells that are not numbers. */
static enum weir_status next_age(struct weir_rows *rows, double *age,
                                 struct weir_error *error)
{
    struct weir_record record;
    enum weir_status status;
    do
        status = weir_rows_next(rows, &record, error);
    while (!status && weir_field_read(&record, 0, age) != WEIR_CELL_NUMBER);
    return status;
}

/* The consumer. Returns WEIR_END if all ages were read, or a failure. */
static enum weir_status average_age(struct weir_rows *rows, double *mean,
                                    struct weir_error *error)
{
    double age, total = 0, n = 0;
    enum weir_status status;
    while ((status = next_age(rows, &age, error)) == WEIR_OK) {
        total += age;
        n++;
    }
    *mean = total / n;
    return status;
}

static int complain(const char *place, const char *message)
{
    fprintf(stderr, "average_age: %s%s%s\n", place, *place ? ": " : "",
            message);
    return 1;
}

int main(int argc, char **argv)
{
    static const char *const columns[] = {"age"};
    const char *path = argc > 1 ? argv[1] : "-";
    struct weir_error error;
    double mean = 0;
    struct weir_rows *rows = weir_rows_open(path, NULL, &error);
    if (!rows)
        return complain(error.place, error.message);
    enum weir_status status = weir_rows_select(rows, columns, 1, &error);
    if (!status)
        status = average_age(rows, &mean, &error);
    weir_rows_close(rows);
    if (status != WEIR_END)
        return complain(error.place, error.message);
    if (mean != mean)
        return complain(path, "no ages");
    return printf("%.15g\n", mean) < 0 || fflush(stdout);
}
