/*
 * Prints what the reader gives, for oracles: every record as a JSON array.
 *
 *     csv_tool [dialect=X] [delimiter=X] [quote=X] [escape=X] [reader=X] <cases
 * >records
 *
 * Each case is a line with a number of bytes, and then these bytes. They have
 * no header, and ragged records stay as they are. Each case ends with the line
 * "end", or with the error's message. A byte over 0x7e is written as its
 * Latin-1 character, so that any bytes can be read back.
 */
#include "base/error.h"
#include "pipeline/rows.h"
#include "readers/csv/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(struct weir_text text)
{
    putchar('"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\')
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static enum weir_status put_records(struct weir_rows *rows,
                                    struct weir_error *error)
{
    struct weir_record record;
    enum weir_status status;
    while ((status = weir_rows_next(rows, &record, error)) == WEIR_OK) {
        for (size_t k = 0; k < weir_record_fields(&record); k++) {
            putchar(k ? ',' : '[');
            put_text(weir_field_text(&record, k));
        }
        puts("]");
    }
    return status;
}

static void put_case(const char *csv, size_t len,
                     const struct weir_reading *reading)
{
    struct weir_error error;
    struct weir_rows *rows = NULL;
    struct weir_stream *stream = NULL;
    struct weir_source *source = weir_memory_source_open(csv, len, &error);
    if (source)
        stream = weir_csv_over(source, "case", reading, &error);
    if (stream)
        rows = weir_rows_over(stream, &error);
    if (rows && put_records(rows, &error) == WEIR_END)
        puts("end");
    else
        puts(error.message);
    weir_rows_close(rows);
}

static void option(struct weir_reading *reading, const char *word)
{
    const struct {
        const char *name;
        const char **text;
    } options[] = {{"dialect=", &reading->dialect},
                   {"delimiter=", &reading->delimiter},
                   {"quote=", &reading->quote},
                   {"escape=", &reading->escape},
                   {"reader=", &reading->reader}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!strncmp(word, options[i].name, strlen(options[i].name)))
            *options[i].text = word + strlen(options[i].name);
}

int main(int argc, char **argv)
{
    struct weir_reading reading = {.no_header = true, .batch = 64};
    reading.bad_records = WEIR_BAD_RECORDS_PAD;
    for (int i = 1; i < argc; i++)
        option(&reading, argv[i]);
    char line[32];
    while (fgets(line, sizeof line, stdin)) {
        size_t len = strtoul(line, NULL, 10);
        char *csv = malloc(len + 1);
        if (!csv || fread(csv, 1, len, stdin) != len)
            return 1;
        put_case(csv, len, &reading);
        free(csv);
    }
    return 0;
}
