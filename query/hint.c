/*
 * A column may be missing because the header was split in the wrong way. The
 * header's line is split again at each usual delimiter, and without the blanks
 * around its fields: if the column is there then, the message names the options
 * that would have found it.
 *
 * Or no column was meant, but a text, a function, or another language's word.
 */
#include "query/compile.h"

#include "base/error.h"
#include "base/utf8.h"
#include "query/instead.h"
#include "readers/csv/dialect.h"
#include <stdio.h>
#include <string.h>

/* Takes the next field off the line; rest->bytes is NULL after the last one. */
static struct weir_text next_field(struct weir_text *rest,
                                   const char *delimiter)
{
    size_t len = strlen(delimiter), at = 0;
    for (bool quoted = false; at < rest->len; at++) {
        quoted ^= rest->bytes[at] == '"';
        if (!quoted && len && rest->len - at >= len &&
            !memcmp(rest->bytes + at, delimiter, len))
            break;
    }
    const struct weir_text field = {rest->bytes, at};
    *rest = at < rest->len ? (struct weir_text){rest->bytes + at + len,
                                                rest->len - at - len}
                           : (struct weir_text){NULL, 0};
    return field;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Drops blanks around the field, and then its quotes. */
static struct weir_text bare(struct weir_text field)
{
    while (field.len && is_blank(field.bytes[field.len - 1]))
        field.len--;
    while (field.len && is_blank(*field.bytes))
        field.bytes++, field.len--;
    if (field.len >= 2 && *field.bytes == '"' &&
        field.bytes[field.len - 1] == '"')
        field = (struct weir_text){field.bytes + 1, field.len - 2};
    return field;
}

/* Whether the line, split at the delimiter, has the column. *trim: only if
 * blanks around it are dropped. */
static bool has_column(const char *line, const char *delimiter,
                       const struct weir_node *node, bool *trim)
{
    struct weir_text rest = weir_text_of(line);
    for (int64_t k = 1; rest.bytes; k++) {
        const struct weir_text field = next_field(&rest, delimiter);
        bool named = node->number.mantissa == 0 &&
                     weir_text_compare(bare(field), node->text) == 0;
        *trim =
            named && field.len &&
            (is_blank(*field.bytes) || is_blank(field.bytes[field.len - 1]));
        if (named || node->number.mantissa == k)
            return true;
    }
    return false;
}

/* Writes a delimiter as it is typed. */
static const char *typed(char into[96], const char *delimiter)
{
    delimiter = weir_delimiter_typed(delimiter);
    return weir_show(into, 96, delimiter, strlen(delimiter), 20);
}

static void hint_at_delimiter(const struct weir_schema *schema,
                              const char *delimiter, bool trim, char *into,
                              size_t capacity)
{
    char shown[96], own[96];
    typed(shown, delimiter);
    int used = schema->n_columns == 1 && *schema->delimiter
                   ? snprintf(into, capacity,
                              "; the header has '%s' and no "
                              "'%s'",
                              shown, typed(own, schema->delimiter))
                   : snprintf(into, capacity,
                              "; the header split at '%s' has "
                              "it",
                              shown);
    (void)snprintf(into + used, capacity - (size_t)used, ": try -d '%s'%s",
                   shown, trim ? " --trim" : "");
}

/* Whether a name that is not all ASCII is looked for in a header that is not
 * UTF-8. A line that was cut may end within a character. */
static bool differs_in_encoding(const char *line, struct weir_text name)
{
    const size_t len = strlen(line), bad = weir_utf8_check(line, len);
    bool ascii = true;
    for (size_t i = 0; i < name.len; i++)
        ascii &= (unsigned char)name.bytes[i] < 0x80;
    return !ascii && bad < len && (len < WEIR_HEADER_KEPT || len - bad > 3);
}

const char *weir_compile_hint(const struct weir_schema *schema,
                              const struct weir_node *node,
                              char into[WEIR_HINT_CAPACITY])
{
    bool trim;
    *into = '\0';
    if (!schema->header)
        return into;
    if (differs_in_encoding(schema->header, node->text))
        return strcpy(into, "; the header is not UTF-8, as queries are: iconv "
                            "-f CP1252 -t UTF-8 FILE turns it into UTF-8");
    if (has_column(schema->header, schema->delimiter, node, &trim))
        return strcpy(into,
                      trim ? "; the header has blanks around it: try --trim"
                      : strcmp(schema->name[0], "$1") == 0
                          ? "; the first record has it: try --header '', which "
                            "reads it as the header"
                          : "");
    for (const char *c = WEIR_DELIMITERS; *c && !*into; c++) {
        const char delimiter[] = {*c, '\0'};
        if (has_column(schema->header, delimiter, node, &trim))
            hint_at_delimiter(schema, delimiter, trim, into,
                              WEIR_HINT_CAPACITY);
    }
    if (!*into && schema->n_columns == 1 &&
        has_column(schema->header, " ", node, &trim))
        (void)strcpy(into, "; the header has blanks: try -d blanks");
    return into;
}

static bool is_compared(const struct weir_compiler *c,
                        const struct weir_node *node)
{
    bool compared = false;
    for (size_t i = 1; c->compared && i < c->compared->n; i++)
        compared |= c->compared->child[i] == node;
    return compared;
}

#define UNITS "year quarter month week day hour minute second"

/* Whether it is an argument that is a unit or a zone, as in date_diff(day, a,
 * b), where the function wants 'day'. */
static bool is_word_of_call(const struct weir_compiler *c,
                            const struct weir_node *node)
{
    static const struct {
        const char *functions, *words;
        size_t place;
    } takes[] = {{"date_trunc date_diff", UNITS, 0},
                 {"date_add", UNITS, 2},
                 {"epoch from_epoch", "s ms us ns", 1},
                 {"at_zone", "UTC GMT CET EST", 1}};
    for (size_t i = 0; c->called && i < sizeof takes / sizeof *takes; i++)
        if (weir_word_is_in(takes[i].functions, c->called->text) &&
            takes[i].place < c->called->n &&
            c->called->child[takes[i].place] == node)
            return weir_word_is_in(takes[i].words, node->text);
    return false;
}

/* Whether a text is more likely than a column: in "double quotes", at the right
 * of a comparison, or where a function takes a word. */
static bool may_be_text(const struct weir_compiler *c,
                        const struct weir_node *node)
{
    return is_compared(c, node) || c->query->text[node->place] == '"' ||
           is_word_of_call(c, node);
}

/* Whether it is None, or what other languages write for null, at the right of a
 * comparison. */
static bool means_null(const struct weir_compiler *c,
                       const struct weir_node *node,
                       const struct weir_instead *row)
{
    return row && row->is_value && !row->note && is_compared(c, node);
}

static void hint_at_null(const struct weir_compiler *c,
                         char into[WEIR_HINT_CAPACITY])
{
    const struct weir_text left =
        weir_node_source(c->query, c->compared->child[0]);
    const bool differs =
        c->compared->negated || c->compared->type == WEIR_NODE_UNEQUAL;
    char shown[96];
    weir_show(shown, sizeof shown, left.bytes, left.len, 60);
    (void)snprintf(into, WEIR_HINT_CAPACITY, "; write %s is %snull", shown,
                   differs ? "not " : "");
}

void weir_compile_hint_word(const struct weir_compiler *c,
                            const struct weir_node *node,
                            char into[WEIR_HINT_CAPACITY])
{
    char shown[96], advice[WEIR_ADVICE_CAPACITY];
    const struct weir_text name = node->text;
    const bool quoted = c->query->text[node->place] == '"';
    const struct weir_instead *row = quoted ? NULL : weir_instead_word(name);
    weir_show(shown, sizeof shown, name.bytes, name.len, 60);
    if (means_null(c, node, row))
        hint_at_null(c, into);
    else if (may_be_text(c, node) && !(row && row->is_value))
        (void)snprintf(into, WEIR_HINT_CAPACITY, "; a text is written '%s'",
                       shown);
    else if (weir_compile_is_function(name))
        (void)snprintf(into, WEIR_HINT_CAPACITY,
                       "; the function is written %s(...)", shown);
    else if (row)
        (void)snprintf(into, WEIR_HINT_CAPACITY, "; %s",
                       weir_instead_advice(row, advice));
}
