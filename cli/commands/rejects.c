/*
 * The record's bytes are written as they were read, even if they are malformed
 * CSV, and quoted so that they are one field. A line, byte or column that is
 * not known is an empty field.
 */
#include "cli/commands/outputs.h"

#include "cli/formats/format.h"

#include <fcntl.h>
#include <stdio.h>

enum weir_status weir_rejects_open(struct weir_output *output, const char *path,
                                   struct weir_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return weir_fail_errno(error, "cannot create %s", path);
    if (weir_output_init(output, fd, path, error))
        return error->status;
    weir_output_string(output, "file,line,byte,column,reason,record\n");
    return WEIR_OK;
}

static void put_number(struct weir_output *output, bool known, uint64_t number)
{
    char text[32];
    int len =
        known ? snprintf(text, sizeof text, "%llu", (unsigned long long)number)
              : 0;
    weir_output_put(output, text, (size_t)len);
    weir_output_char(output, ',');
}

static void put_text(struct weir_output *output, const char *text)
{
    weir_format_csv_field(output, weir_text_of(text));
    weir_output_char(output, ',');
}

enum weir_status weir_rejects_add(struct weir_output *output,
                                  const struct weir_reject *reject,
                                  struct weir_error *error)
{
    put_text(output, reject->file);
    put_number(output, reject->line > 0, reject->line);
    put_number(output, reject->byte != WEIR_NO_BYTE, reject->byte);
    put_number(output, reject->column > 0, reject->column);
    put_text(output, reject->reason);
    weir_format_csv_field(output, reject->record);
    weir_output_char(output, '\n');
    return weir_output_settle(output, error);
}
