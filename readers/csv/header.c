/*
 * The beginning of an input: byte order mark, skipped lines, header.
 *
 * It is read into the reader's leftover, and what follows is taken from there.
 * The byte machine splits the header, for both readers.
 */
#include "base/error.h"
#include "readers/csv/record.h"
#include "readers/sources/not_csv.h"

#include <stdio.h>
#include <string.h>

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

static const struct weir_dialect *dialect_of(const struct weir_csv *csv)
{
    return &csv->each.dialect[csv->current.next_input - 1];
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
    void *leftover = buffer->leftover;
    if (buffer->leftover_from) {
        buffer->leftover_len -= buffer->leftover_from;
        memmove(buffer->leftover, buffer->leftover + buffer->leftover_from,
                buffer->leftover_len);
        buffer->leftover_from = 0;
    }
    if (buffer->leftover_len == buffer->leftover_capacity &&
        !weir_grow(WEIR_MEMORY_READER, &leftover, &buffer->leftover_capacity,
                   buffer->leftover_capacity + LEFTOVER_MORE, 1))
        return weir_fail_memory(error, "the header",
                                buffer->leftover_capacity * 2);
    buffer->leftover = leftover;
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
    const struct weir_dialect *dialect =
        &csv->each.dialect[csv->current.next_input - 1];
    return !reading->delimiter && !reading->quote && reading->skip == 0 &&
           !strcmp(dialect->delimiter, ",");
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
    bool is_for_it = !decodes || strstr(row->command, "tar ");
    if (!is_for_it || strcmp(name, weir_source_name("-")) == 0 ||
        strpbrk(name, "'\"\\$`") ||
        strcmp(name, weir_show_name(shown, name)) != 0)
        name = "FILE";
    return weir_fail(error, WEIR_IO,
                     "%s %s, where CSV is expected; %s turns it into CSV",
                     decodes ? "holds" : "is", row->what,
                     weir_not_csv_command(row, name, command, sizeof command));
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
        while (at < len && text[at] != '\n' && text[at] != '\r')
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
    const struct weir_dialect *dialect = dialect_of(csv);
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
    if (weir_record_len(text + start, len) > csv->reading.max_record) {
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
    return start == 0 &&
           (!csv->reading.no_header || weir_record_len(begin(csv), end) > 0);
}

/* Finds the first record. Its bytes are then begin(csv)[*start, machine->end),
 * with its line end; they are empty if there is no record. */
static enum weir_status find_record(struct weir_csv *csv, size_t *start,
                                    struct weir_machine *machine,
                                    struct weir_error *error)
{
    const struct weir_dialect *dialect = dialect_of(csv);
    *machine = (struct weir_machine){0};
    for (;;) {
        *start = machine->end;
        enum weir_status status = next_record(csv, *start, machine, error);
        if (status)
            return status;
        size_t len = machine->end - *start;
        const char *text = begin(csv) + *start;
        if (len == 0 || (weir_record_len(text, len) > 0 &&
                         !weir_dialect_comments(dialect, text, len)))
            return WEIR_OK;
        if (is_over(csv, *start, machine->end)) {
            csv->current.first_line += machine->lines;
            consume(csv, machine->end);
            *machine = (struct weir_machine){0};
        }
    }
}

/* Adds a name: the text of a raw field, or $k if `raw` is NULL. */
static enum weir_status add_name(struct weir_csv *csv, const char *raw,
                                 size_t len, struct weir_error *error)
{
    char dollar[32];
    size_t capacity = csv->names.capacity;
    void *array = csv->names.name;
    if (!raw) {
        len = (size_t)snprintf(dollar, sizeof dollar, "$%zu", csv->names.n + 1);
        raw = dollar;
    }
    char *name = weir_alloc(WEIR_MEMORY_READER, len + 1);
    bool grown = weir_grow(WEIR_MEMORY_READER, &array, &capacity,
                           csv->names.n + 1, sizeof *csv->names.name);
    csv->names.name = array;
    csv->names.capacity = capacity;
    if (!name || !grown) {
        weir_free(WEIR_MEMORY_READER, name);
        return weir_fail_memory(error, "the header", len + 1);
    }
    const struct weir_dialect *dialect = dialect_of(csv);
    if (raw != dollar)
        len = weir_field_unquote(dialect, raw, len, name);
    else
        memcpy(name, raw, len);
    name[len] = '\0';
    csv->names.name[csv->names.n++] = name;
    return WEIR_OK;
}

/* Splits a record without its line end into names; into $k if not `names`. */
static enum weir_status split(struct weir_csv *csv, const char *text,
                              size_t len, bool names, struct weir_error *error)
{
    struct weir_dialect dialect = *dialect_of(csv);
    struct weir_machine machine = {.last = true};
    size_t start = 0;
    bool more = true;
    dialect.comment_len = 0; /* a header is no comment */
    while (more) {
        size_t where = len;
        more = weir_cut_field(&dialect, text, len, &machine, &where);
        struct weir_text raw = {text + start, where - start};
        if (dialect.trim)
            raw = weir_text_trim(raw);
        enum weir_status status =
            add_name(csv, names ? raw.bytes : NULL, raw.len, error);
        if (status)
            return status;
        start = where + dialect.delimiter_len;
    }
    return WEIR_OK;
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

/* Adds the names that this input's header gives. If no header is read, they are
 * the given ones, or $k for each field of the first record. */
static enum weir_status read_names(struct weir_csv *csv,
                                   struct weir_error *error)
{
    const struct weir_reading *reading = &csv->reading;
    if (reading->header)
        return split(csv, reading->header, strlen(reading->header), true,
                     error);
    size_t start;
    struct weir_machine machine;
    enum weir_status status = find_record(csv, &start, &machine, error);
    if (status)
        return status;
    size_t len = machine.end - start;
    if (len == 0)
        return reading->no_header
                   ? WEIR_OK
                   : weir_fail(error, WEIR_DATA,
                               "no header: the input is empty; --no-header "
                               "or --header names the columns");
    if (!reading->no_header)
        status = must_be_text(csv, start, len, error);
    if (status)
        return status;
    const char *text = begin(csv) + start;
    status = split(csv, text, weir_record_len(text, len), !reading->no_header,
                   error);
    if (!reading->no_header) {
        csv->current.first_line += machine.lines;
        consume(csv, machine.end);
    }
    return status;
}

/* Fails if this input's names are not those of the first input. */
static enum weir_status same_names(const struct weir_csv *csv,
                                   const struct weir_csv_names *names,
                                   struct weir_error *error)
{
    char first[WEIR_NAME_CAPACITY], here[96], there[96];
    weir_show_name(first, csv->each.name[0]);
    if (csv->names.n != names->n)
        return weir_fail(
            error, WEIR_DATA, "the header has %zu column%s, that of %s has %zu",
            csv->names.n, csv->names.n == 1 ? "" : "s", first, names->n);
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(csv->names.name[i], names->name[i]) == 0)
            continue;
        weir_show(here, sizeof here, csv->names.name[i],
                  strlen(csv->names.name[i]), 60);
        weir_show(there, sizeof there, names->name[i], strlen(names->name[i]),
                  60);
        return weir_fail(error, WEIR_DATA,
                         "column %zu is '%s', that of %s is '%s'; files of one "
                         "table have one header",
                         i + 1, here, first, there);
    }
    return WEIR_OK;
}

/* Reads the header of an input that is not the first. The stream's names keep
 * their addresses, because others have borrowed them. */
static enum weir_status read_again(struct weir_csv *csv,
                                   struct weir_error *error)
{
    const struct weir_csv_names names = csv->names;
    csv->names = (struct weir_csv_names){0};
    enum weir_status status = read_names(csv, error);
    if (!status)
        status = same_names(csv, &names, error);
    while (csv->names.n)
        weir_free(WEIR_MEMORY_READER, csv->names.name[--csv->names.n]);
    weir_free(WEIR_MEMORY_READER, csv->names.name);
    csv->names = names;
    return status;
}

enum weir_status weir_csv_header(struct weir_csv *csv, struct weir_error *error)
{
    bool given = csv->reading.header || csv->reading.no_header;
    csv->current.first_line = 1;
    enum weir_status status = byte_order_mark(csv, error);
    if (!status)
        status = must_be_csv(csv, error);
    if (!status)
        status = skip_lines(csv, error);
    if (!status && csv->names.n == 0)
        status = read_names(csv, error);
    else if (!status && !given)
        status = read_again(csv, error);
    return status;
}
