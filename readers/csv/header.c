/*
 * The beginning of an input: byte order mark, skipped lines, header.
 *
 * It is read into the reader's leftover, and what follows is taken from there.
 * names.c splits the record with the names.
 */
#include "base/error.h"
#include "readers/csv/record.h"
#include "readers/sources/not_csv.h"

#include <string.h>

/* A line sep=; with a few blanks after it is shorter. */
#define NAMED_MAX ((size_t)64)
/* How much the leftover grows, at least, if the header does not fit. */
#define LEFTOVER_MORE ((size_t)4096)

static const char *begin(const struct weir_csv *csv)
{
    return csv->current.buffer.leftover + csv->current.buffer.leftover_from;
}

static size_t rest(const struct weir_csv *csv)
{
    return csv->current.buffer.leftover_len - csv->current.buffer.leftover_from;
}

static void consume(struct weir_csv *csv, size_t bytes)
{
    csv->current.buffer.leftover_from += bytes;
    csv->current.buffer.consumed += bytes;
}

/* Reads more bytes into the leftover. Returns how many; 0 is the end of the
 * input, below zero a status. */
static ptrdiff_t fill(struct weir_csv *csv, struct weir_error *error)
{
    struct weir_input_buffer *buffer = &csv->current.buffer;
    if (buffer->leftover_from) {
        buffer->leftover_len -= buffer->leftover_from;
        memmove(buffer->leftover, buffer->leftover + buffer->leftover_from,
                buffer->leftover_len);
        buffer->leftover_from = 0;
    }
    if (buffer->leftover_len == buffer->leftover_capacity &&
        !weir_grow(WEIR_MEMORY_READER, &buffer->leftover,
                   &buffer->leftover_capacity,
                   buffer->leftover_capacity + LEFTOVER_MORE))
        return weir_fail_memory(error, "the header",
                                buffer->leftover_capacity * 2);
    ptrdiff_t n =
        weir_read(buffer->source, buffer->leftover + buffer->leftover_len,
                  buffer->leftover_capacity - buffer->leftover_len, error);
    if (n > 0)
        buffer->leftover_len += (size_t)n;
    return n;
}

static enum weir_status fill_to(struct weir_csv *csv, size_t bytes,
                                struct weir_error *error)
{
    ptrdiff_t n = 1;
    while (n > 0 && rest(csv) < bytes)
        n = fill(csv, error);
    return n < 0 ? (enum weir_status)n : WEIR_OK;
}

static enum weir_status byte_order_mark(struct weir_csv *csv,
                                        struct weir_error *error)
{
    enum weir_status status = fill_to(csv, 3, error);
    if (status)
        return status;
    if (rest(csv) >= 3 && !memcmp(begin(csv), "\xef\xbb\xbf", 3))
        consume(csv, 3);
    return WEIR_OK;
}

/* Whether the options leave delimiter and quote as they are: what looks like
 * JSON is not CSV then. */
static bool is_common(const struct weir_csv *csv)
{
    const struct weir_reading *reading = &csv->reading;
    return !reading->delimiter && !reading->quote && reading->skip == 0 &&
           !strcmp(weir_csv_dialect(csv)->delimiter, ",");
}

/* The command is for the file that was opened, so it needs another file's name
 * if that one is compressed or standard input. tar decompresses by itself. */
static enum weir_status refuse(const struct weir_csv *csv,
                               const struct weir_not_csv *row,
                               struct weir_error *error)
{
    char command[400], shown[WEIR_NAME_CAPACITY];
    const char *name = csv->each.name[csv->current.next_input - 1];
    bool decodes = weir_source_decodes(csv->current.opened);
    const char *verb = decodes ? "holds" : "is";
    if (!row->command)
        return weir_fail(error, WEIR_IO, "%s %s, where CSV is expected", verb,
                         row->what);
    bool is_for_it = !decodes || strstr(row->command, "tar ");
    if (!is_for_it || strcmp(name, weir_source_name("-")) == 0 ||
        strpbrk(name, "'\"\\$`") ||
        strcmp(name, weir_show_name(shown, name)) != 0)
        name = "FILE";
    return weir_fail(error, WEIR_IO,
                     "%s %s, where CSV is expected; %s turns it into CSV%s",
                     verb, row->what,
                     weir_not_csv_command(row, name, command, sizeof command),
                     row->kind == WEIR_IS_ARCHIVE
                         ? ", if it holds one file; unpack several, and name "
                           "them"
                         : "");
}

/* Refuses an input whose first bytes are those of another format. */
static enum weir_status must_be_csv(struct weir_csv *csv,
                                    struct weir_error *error)
{
    bool more, ended = false;
    for (;;) {
        const struct weir_not_csv *row = weir_not_csv_find(
            begin(csv), rest(csv), ended, is_common(csv), &more);
        if (row)
            return refuse(csv, row, error);
        if (!more)
            return WEIR_OK;
        ptrdiff_t n = fill(csv, error);
        if (n < 0)
            return (enum weir_status)n;
        ended = n == 0;
    }
}

/* Skips one line. *none: there is none, because the input has ended. */
static enum weir_status skip_line(struct weir_csv *csv, bool *none,
                                  struct weir_error *error)
{
    *none = true;
    for (bool ended = false; !ended;) {
        /* One more byte, to see the LF of a CRLF. */
        enum weir_status status = fill_to(csv, 2, error);
        if (status)
            return status;
        size_t len = rest(csv), at = 0;
        if (len == 0)
            break;
        *none = false;
        const char *text = begin(csv);
        while (at < len && !weir_dialect_ends(weir_csv_dialect(csv), text[at]))
            at++;
        /* What follows a CR must be read, to see whether it is an LF. */
        ended = at < len && (at + 1 < len || at == 0 || text[at] == '\n');
        if (ended)
            at += at + 1 < len && !memcmp(text + at, "\r\n", 2) ? 2 : 1;
        consume(csv, at);
    }
    csv->current.first_line += !*none;
    return WEIR_OK;
}

static enum weir_status skip_lines(struct weir_csv *csv,
                                   struct weir_error *error)
{
    bool none = false;
    enum weir_status status = WEIR_OK;
    for (uint64_t n = csv->reading.skip; n && !none && !status; n--)
        status = skip_line(csv, &none, error);
    return status;
}

/* Turns an offset from begin(csv) into a place for people. */
static enum weir_status locate(const struct weir_csv *csv,
                               struct weir_error *error)
{
    return weir_fail_where(
        error, &(struct weir_where){csv->each.name[csv->current.next_input - 1],
                                    begin(csv), csv->current.buffer.consumed,
                                    csv->current.first_line});
}

/* Runs the machine to the end of the next record, and reads more as it goes. */
static enum weir_status next_record(struct weir_csv *csv, size_t start,
                                    struct weir_machine *machine,
                                    struct weir_error *error)
{
    const struct weir_dialect *dialect = weir_csv_dialect(csv);
    while (!weir_cut_first(dialect, begin(csv), rest(csv), machine)) {
        /* After the longest record there may be a CRLF, and a byte more. */
        machine->end = rest(csv);
        if (machine->last || machine->end - start > csv->reading.max_record + 2)
            break;
        ptrdiff_t n = fill(csv, error);
        if (n < 0)
            return (enum weir_status)n;
        machine->last = n == 0;
    }
    const char *text = begin(csv);
    size_t len = machine->end - start;
    if (weir_record_len(dialect, text + start, len) > csv->reading.max_record) {
        weir_record_too_long(csv, dialect, text, start, error);
        return locate(csv, error);
    }
    if (!weir_machine_quoted(machine))
        return WEIR_OK;
    weir_quote_never_closes(machine->opened, error);
    return locate(csv, error);
}

/* Whether lines that are passed over need not be kept. A blank line must be
 * kept if there may turn out to be one column: it is a record then. */
static bool is_over(const struct weir_csv *csv, size_t start, size_t end)
{
    const struct weir_dialect *dialect = weir_csv_dialect(csv);
    return start == 0 &&
           (!csv->reading.no_header ||
            !weir_dialect_is_empty(dialect, begin(csv),
                                   weir_record_len(dialect, begin(csv), end)));
}

/* Finds the first record. Its bytes are then begin(csv)[*start, machine->end),
 * with its line end; they are empty if there is no record. */
static enum weir_status find_record(struct weir_csv *csv, size_t *start,
                                    struct weir_machine *machine,
                                    struct weir_error *error)
{
    const struct weir_dialect *dialect = weir_csv_dialect(csv);
    *machine = (struct weir_machine){0};
    for (;;) {
        *start = machine->end;
        enum weir_status status = next_record(csv, *start, machine, error);
        if (status)
            return status;
        size_t len = machine->end - *start;
        const char *text = begin(csv) + *start;
        const bool empty = weir_dialect_is_empty(
            dialect, text, weir_record_len(dialect, text, len));
        if (len == 0 || (!empty && !weir_dialect_comments(dialect, text, len)))
            return WEIR_OK;
        if (is_over(csv, *start, machine->end)) {
            csv->current.first_line += machine->lines;
            consume(csv, machine->end);
            *machine = (struct weir_machine){0};
        }
    }
}

/* Fails if begin(csv)[start, start + len), the header, has a NUL. More bytes
 * are at hand now than must_be_csv saw. */
static enum weir_status must_be_text(struct weir_csv *csv, size_t start,
                                     size_t len, struct weir_error *error)
{
    if (!memchr(begin(csv) + start, 0, len))
        return WEIR_OK;
    enum weir_status status = must_be_csv(csv, error);
    if (status)
        return status;
    const char *nul = memchr(begin(csv) + start, 0, len);
    weir_fail(error, WEIR_IO,
              "the header has a NUL byte, which no CSV header has: this is "
              "binary data, or UTF-16 text without a byte order mark (iconv -f "
              "UTF-16LE -t UTF-8 turns it into UTF-8)");
    weir_fail_at(error, (size_t)(nul - begin(csv)));
    return locate(csv, error);
}

/* Adds the names that this input's header gives; none if it is empty and there
 * are other inputs. If no header is read, they are the given ones, or $k for
 * each field of the first record. */
static enum weir_status read_names(struct weir_csv *csv,
                                   struct weir_csv_names *names,
                                   struct weir_error *error)
{
    const struct weir_reading *reading = &csv->reading;
    const struct weir_dialect *dialect = weir_csv_dialect(csv);
    if (reading->header)
        return weir_csv_names_of_list(dialect, reading->header, names, error);
    size_t start;
    struct weir_machine machine;
    enum weir_status status = find_record(csv, &start, &machine, error);
    if (status)
        return status;
    size_t len = machine.end - start;
    if (len == 0)
        return reading->no_header || csv->inputs.n > 1
                   ? WEIR_OK
                   : weir_csv_no_header(csv, error);
    if (!reading->no_header)
        status = must_be_text(csv, start, len, error);
    if (status)
        return status;
    const char *text = begin(csv) + start;
    size_t kept = weir_record_len(dialect, text, len);
    names->line =
        weir_copy_text(WEIR_MEMORY_READER, text,
                       kept < WEIR_HEADER_KEPT ? kept : WEIR_HEADER_KEPT);
    if (!names->line)
        return weir_fail_memory(error, "the header", kept);
    status = weir_csv_names_split(dialect, text, kept, reading->no_header,
                                  names, error);
    if (!reading->no_header) {
        csv->current.first_line += machine.lines;
        consume(csv, machine.end);
    }
    return status;
}

enum weir_status weir_csv_no_header(const struct weir_csv *csv,
                                    struct weir_error *error)
{
    return weir_fail(error, WEIR_DATA,
                     "no header: %s; --no-header or --header names the columns",
                     csv->inputs.n > 1 ? "all inputs are empty"
                                       : "the input is empty");
}

/* A first line sep=; is no record. It is skipped if it names the delimiter that
 * is given, or -d auto takes it; else it is a failure. *found: there is one. */
static enum weir_status named_delimiter(struct weir_csv *csv, bool *found,
                                        struct weir_error *error)
{
    struct weir_dialect *dialect = weir_csv_dialect(csv);
    char delimiter[] = {'\0', '\0'};
    size_t len = 0;
    ptrdiff_t more = 1;
    do {
        while (len < rest(csv) && len < NAMED_MAX &&
               !weir_dialect_ends(dialect, begin(csv)[len]))
            len++;
        more = len == rest(csv) && len < NAMED_MAX ? fill(csv, error) : 0;
    } while (more > 0);
    *found = more == 0 && len < NAMED_MAX &&
             weir_dialect_names_delimiter(begin(csv), len, delimiter);
    if (!*found)
        return more < 0 ? (enum weir_status)more : WEIR_OK;
    if (!weir_dialect_is_auto(&csv->reading) &&
        strcmp(dialect->delimiter, delimiter) != 0) {
        weir_fail(error, WEIR_DATA,
                  "this line only names the delimiter: -d auto takes it from "
                  "here, and --skip 1 -d '%s' passes the line over",
                  weir_delimiter_typed(delimiter));
        weir_fail_at(error, 0);
        return locate(csv, error);
    }
    dialect->delimiter[0] = *delimiter;
    dialect->delimiter_len = 1;
    bool none;
    return skip_line(csv, &none, error);
}

/* -d auto: finds the delimiter in the first line of the header, or of the first
 * record. */
static enum weir_status find_delimiter(struct weir_csv *csv,
                                       struct weir_error *error)
{
    struct weir_dialect *dialect = weir_csv_dialect(csv);
    size_t start, len = 0;
    struct weir_machine machine;
    enum weir_status status = find_record(csv, &start, &machine, error);
    if (status || machine.end == start)
        return status;
    const char *line = begin(csv) + start;
    while (len < machine.end - start && line[len] != '\n' && line[len] != '\r')
        len++;
    status = weir_dialect_find_delimiter(dialect, line, len,
                                         csv->reading.dialect != NULL, error);
    if (!status)
        return WEIR_OK;
    weir_fail_at(error, start);
    return locate(csv, error);
}

enum weir_status weir_csv_header(struct weir_csv *csv, struct weir_error *error)
{
    const bool given = csv->reading.header || csv->reading.no_header;
    struct weir_csv_names names = {0};
    csv->current.first_line = 1;
    enum weir_status status = byte_order_mark(csv, error);
    if (!status)
        status = must_be_csv(csv, error);
    if (!status)
        status = skip_lines(csv, error);
    bool named = false;
    if (!status)
        status = named_delimiter(csv, &named, error);
    if (!status && !named && weir_dialect_is_auto(&csv->reading))
        status = find_delimiter(csv, error);
    if (!status && (!given || (csv->names.n == 0 && !csv->mode.previews)))
        status = read_names(csv, &names, error);
    if (!status && names.n)
        status = weir_csv_take_names(csv, &names, error);
    weir_csv_names_release(&names);
    return status;
}
