/*
 * weir records: prints every record as the reader sees it, as a JSON array of
 * texts.
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
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
    const struct weir_csv_inputs inputs = {.path = options->path,
                                           .n = options->n_paths,
                                           .source = options->source};
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

/* The name of an option that records cannot use, if one was given; else NULL.
 * Such options are refused and not ignored. */
static const char *meaningless(const struct weir_options *o)
{
    return o->stats                 ? "--stats"
           : o->eager               ? "--eager"
           : o->format              ? "--output"
           : o->rejects             ? "--rejects"
           : o->reading.header      ? "--header"
           : o->reading.bad_records ? "--bad-records"
           : o->bad_cells           ? "--bad-cells"
                                    : NULL;
}

int weir_records(const struct weir_options *options)
{
    struct weir_output output = {0};
    struct weir_error error, late;
    if (meaningless(options)) {
        weir_fail(&error, WEIR_USAGE,
                  "records shows every record as it is read: %s has no "
                  "meaning for it",
                  meaningless(options));
        return weir_complain(&error, NULL);
    }
    weir_memory_limit(weir_options_memory(options));
    enum weir_status status =
        weir_output_init(&output, STDOUT_FILENO, "standard output", &error);
    output.shown = isatty(STDOUT_FILENO) == 1;
    if (!status)
        status = put_all(options, &output, &error);
    if (weir_output_close(&output, &late) && !status) {
        error = late;
        status = late.status;
    }
    if (weir_output_unread(&output))
        return 141;
    return status < 0 ? weir_complain(&error, NULL) : 0;
}
