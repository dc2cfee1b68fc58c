/*
 * The mean age in a CSV file of any size: a generator in C, and its consumer.
 *
 *     average_age users.csv.zst
 */
#include <math.h>
#include <stdio.h>
#include <weir.h>

struct ages {
    struct weir_rows *rows;
    size_t column;
    struct weir_error error;
};

/* The generator. Returns WEIR_OK with the next age, WEIR_END after the last
 * one, or a failure. It skips cells that are not numbers. */
static enum weir_status process_records(struct ages *ages, double *age)
{
    struct weir_record record;
    enum weir_status status;
    do {
        status = weir_rows_next(ages->rows, &record, &ages->error);
        if (status == WEIR_OK)
            *age = weir_field_number(&record, ages->column);
    } while (status == WEIR_OK && isnan(*age));
    return status;
}

/* The consumer. Returns WEIR_END if all ages were read, or a failure. */
static enum weir_status average_age(struct ages *ages, double *mean)
{
    double age, total = 0, n = 0;
    enum weir_status status;
    while ((status = process_records(ages, &age)) == WEIR_OK) {
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
    const char *path = argc > 1 ? argv[1] : "-";
    struct ages ages;
    double mean;

    ages.rows = weir_rows_open(path, NULL, &ages.error);
    if (!ages.rows)
        return complain(ages.error.place, ages.error.message);
    ages.column = weir_rows_column(ages.rows, "age");
    if (ages.column == WEIR_NO_COLUMN) {
        weir_rows_close(ages.rows);
        return complain(path, "no column 'age'");
    }
    enum weir_status status = average_age(&ages, &mean);
    weir_rows_close(ages.rows);
    if (status != WEIR_END)
        return complain(ages.error.place, ages.error.message);
    if (isnan(mean))
        return complain(path, "no ages");
    return printf("%.15g\n", mean) < 0 || fflush(stdout);
}
