/*
 * weir records: prints every record as the reader sees it, as a JSON array of
 * texts.
 */
#include "cli/commands/commands.h"
#include "cli/formats/json.h"
#include "pipeline/rows.h"
#include "readers/csv/csv.h"
#include <unistd.h>

static void put_record(struct weir_output *output,
                       const struct weir_record *record)
{
    weir_output_char(output, '[');
    for (size_t i = 0; i < weir_record_fields(record); i++) {
        if (i)
            weir_output_char(output, ',');
        weir_json_string(output, weir_field_text(record, i));
    }
    weir_output_string(output, "]\n");
}

static enum weir_status put_all(const struct weir_options *options,
                                struct weir_output *output,
                                struct weir_error *error)
{
    struct weir_reading reading = options->reading;
    const struct weir_csv_inputs inputs = {.path = options->inputs.path,
                                           .n = options->inputs.n_paths,
                                           .source = options->inputs.source,
                                           .zstd_dict =
                                               options->inputs.zstd_dict};
    /* The header is printed as a record too, and the number of fields may
     * differ from record to record. */
    reading.no_header = true;
    reading.header = NULL;
    reading.bad_records = WEIR_BAD_RECORDS_PAD;
    struct weir_stream *stream = weir_csv_open(&inputs, &reading, error);
    struct weir_rows *rows = stream ? weir_rows_over(stream, error) : NULL;
    if (!rows)
        return error->status;
    struct weir_record record;
    enum weir_status status;
    while ((status = weir_rows_next(rows, &record, error)) == WEIR_OK &&
           !output->failure)
        put_record(output, &record);
    weir_rows_close(rows);
    return status < 0 ? status : WEIR_OK;
}

int weir_records(const struct weir_options *options)
{
    struct weir_output output = {0};
    struct weir_error error;
    weir_memory_limit(weir_options_memory(options));
    enum weir_status status =
        weir_output_init(&output, STDOUT_FILENO, "standard output", &error);
    if (!status)
        status = put_all(options, &output, &error);
    return weir_output_finish(&output, status, &error, NULL);
}
