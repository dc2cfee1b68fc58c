/*
 * The byte machine: the whole dialect, one byte at a time. Wherever the block
 * scans may be used, they must give the same.
 *
 *     RECORD ------ comment ---> COMMENT (to the line end)
 *     RECORD, FIELD -- quote --> QUOTED --- quote ---> CLOSED
 *     RECORD, FIELD -- other --> UNQUOTED
 *     CLOSED ------ quote -----> QUOTED
 *     CLOSED ------ other -----> UNQUOTED
 *
 * As in Python's csv module, a quote inside an unquoted field is a literal, and
 * text after a closing quote is kept and goes on unquoted.
 */
#include "readers/scan/scan.h"

#include <string.h>

enum state {
    RECORD,
    FIELD,
    UNQUOTED,
    QUOTED,
    CLOSED,
    COMMENT
};

enum found {
    NOTHING,
    FIELD_END,
    RECORD_END
};

static bool starts_with(const char *text, size_t rest, const char *mark,
                        size_t len)
{
    return len && rest >= len && !memcmp(text, mark, len);
}

static size_t n_blanks(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && (text[n] == ' ' || text[n] == '\t'))
        n++;
    return n;
}

/* Whether the meaning of text[at] depends on bytes after len. */
static bool needs_more(const struct weir_dialect *dialect, const char *text,
                       size_t at, size_t len)
{
    size_t rest = len - at;
    return (text[at] == '\r' && rest == 1) ||
           (dialect->blanks && n_blanks(text + at, rest) == rest) ||
           (dialect->escape != WEIR_OFF && text[at] == (char)dialect->escape &&
            (rest == 1 || (rest == 2 && text[at + 1] == '\r'))) ||
           (rest < dialect->delimiter_len &&
            !memcmp(text + at, dialect->delimiter, rest)) ||
           (rest < dialect->comment_len &&
            !memcmp(text + at, dialect->comment, rest));
}

/* Reads one byte inside quotes. */
static void step_quoted(const struct weir_dialect *dialect,
                        struct weir_machine *machine, const char *text)
{
    unsigned char byte = (unsigned char)text[machine->at];
    if (byte == dialect->escape)
        machine->at++;
    else if (byte == dialect->quote)
        machine->state = CLOSED;
}

/* Whether a line ends at text[at]: an LF, or a CR where no LF follows. */
static bool ends_line(const char *text, size_t at, size_t len)
{
    return text[at] == '\n' ||
           (text[at] == '\r' && (at + 1 == len || text[at + 1] != '\n'));
}

/* Reads a run of blanks, which is a delimiter only between two fields. */
static enum found step_blanks(const struct weir_dialect *dialect,
                              struct weir_machine *machine, const char *text,
                              size_t len)
{
    const size_t past =
        machine->at + n_blanks(text + machine->at, len - machine->at);
    const bool between = machine->state > FIELD && past < len &&
                         text[past] != '\n' &&
                         (text[past] != '\r' || dialect->feeds);
    if (between || machine->state == RECORD)
        machine->state = FIELD;
    machine->at = past - 1;
    return between ? FIELD_END : NOTHING;
}

static bool may_open(const struct weir_dialect *dialect, enum state state,
                     char byte)
{
    return (state == RECORD || state == FIELD || state == CLOSED) &&
           (unsigned char)byte == dialect->quote;
}

/* Reads one byte outside quotes. Returns what ends at it, and sets the state
 * after it. Within a delimiter of several bytes, or after an escape,
 * machine->at moves on. */
static enum found step(const struct weir_dialect *dialect,
                       struct weir_machine *machine, const char *text,
                       size_t len)
{
    size_t at = machine->at, rest = len - at;
    char byte = text[at];
    if (dialect->feeds ? byte == '\n' : ends_line(text, at, len)) {
        machine->state = RECORD;
        return RECORD_END;
    }
    if ((byte == '\r' && !dialect->feeds) || machine->state == COMMENT)
        return NOTHING;
    if (machine->state == RECORD &&
        starts_with(text + at, rest, dialect->comment, dialect->comment_len)) {
        machine->state = COMMENT;
    } else if (dialect->blanks && (byte == ' ' || byte == '\t')) {
        return step_blanks(dialect, machine, text, len);
    } else if (starts_with(text + at, rest, dialect->delimiter,
                           dialect->delimiter_len)) {
        machine->state = FIELD;
        machine->at += dialect->delimiter_len - 1u;
        return FIELD_END;
    } else if (may_open(dialect, machine->state, byte)) {
        if (machine->state != CLOSED)
            machine->opened = at;
        machine->state = QUOTED;
    } else if (dialect->trim && machine->state <= FIELD &&
               (byte == ' ' || byte == '\t')) {
        machine->state = FIELD; /* a quote may still open */
    } else {
        if ((unsigned char)byte == dialect->escape)
            machine->at += !dialect->feeds && starts_with(text + at + 1,
                                                          rest - 1, "\r\n", 2)
                               ? 2
                               : 1;
        machine->state = UNQUOTED;
    }
    return NOTHING;
}

/* Runs to the next separator, whose offset is then in *where. */
static enum found run(const struct weir_dialect *dialect,
                      struct weir_machine *machine, const char *text,
                      size_t len, size_t *where)
{
    enum found found = NOTHING;
    while (found == NOTHING && machine->at < len) {
        size_t at = machine->at;
        if (!machine->last && needs_more(dialect, text, at, len))
            break;
        if (machine->state == QUOTED)
            step_quoted(dialect, machine, text);
        else
            found = step(dialect, machine, text, len);
        *where = at;
        for (machine->at++; at < machine->at && at < len; at++)
            machine->lines += ends_line(text, at, len);
    }
    return found;
}

void weir_scan_exact(const struct weir_dialect *dialect, const char *text,
                     size_t len, struct weir_scan_queue *queue)
{
    struct weir_machine machine = {
        .at = queue->at, .state = queue->state, .last = true};
    enum found found;
    size_t where;
    while (queue->n < queue->capacity &&
           (found = run(dialect, &machine, text, len, &where)) != NOTHING) {
        queue->separator[queue->n++] = (uint32_t)where;
        queue->ends += found == RECORD_END;
    }
    queue->returns = true;
    queue->at = machine.at < len ? machine.at : len;
    queue->state = machine.state;
    queue->lines += machine.lines;
}

void weir_machine_enter(struct weir_machine *machine, bool quoted)
{
    machine->state = quoted ? QUOTED : FIELD;
}

void weir_cut_exact(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine)
{
    enum found found;
    size_t where;
    while ((found = run(dialect, machine, text, len, &where)) != NOTHING)
        if (found == RECORD_END)
            machine->end = where + 1;
}

bool weir_cut_first(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine)
{
    enum found found;
    size_t where;
    do
        found = run(dialect, machine, text, len, &where);
    while (found == FIELD_END);
    if (found == RECORD_END)
        machine->end = where + 1;
    return found == RECORD_END;
}

bool weir_cut_field(const struct weir_dialect *dialect, const char *text,
                    size_t len, struct weir_machine *machine, size_t *where)
{
    size_t at = len;
    bool found = run(dialect, machine, text, len, &at) == FIELD_END;
    if (found)
        *where = at;
    return found;
}

bool weir_machine_quoted(const struct weir_machine *machine)
{
    return machine->state == QUOTED;
}
