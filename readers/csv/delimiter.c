/*
 * -d auto: which delimiter an input has, by its first lines.
 */
#include "readers/csv/dialect.h"

#include "base/error.h"
#include <stdio.h>
#include <strings.h>

bool weir_dialect_names_delimiter(const char *line, size_t len, char *delimiter)
{
    const size_t quoted = len && *line == '"';
    if (len < quoted + 5 || strncasecmp(line + quoted, "sep=", 4) != 0)
        return false;
    *delimiter = line[quoted + 4];
    const struct weir_text rest =
        weir_text_trim((struct weir_text){line + quoted + 5, len - quoted - 5});
    return *delimiter != '"' && rest.len == quoted &&
           (!quoted || *rest.bytes == '"');
}

void weir_dialect_count_delimiters(const struct weir_dialect *dialect,
                                   const char *text, size_t len,
                                   size_t n[sizeof WEIR_DELIMITERS])
{
    bool quoted = false;
    memset(n, 0, sizeof WEIR_DELIMITERS * sizeof *n);
    for (size_t i = 0; i < len; i++) {
        const char *found = strchr(WEIR_DELIMITERS, text[i]);
        int byte = (unsigned char)text[i];
        quoted ^= byte == dialect->quote;
        if (found && byte && !quoted && byte != dialect->quote &&
            byte != dialect->escape)
            n[found - WEIR_DELIMITERS]++;
    }
}

/* Fails for a line in which no delimiter is the most frequent one. */
static enum weir_status no_delimiter(const size_t *n, struct weir_error *error)
{
    char seen[160] = "";
    size_t used = 0;
    for (size_t i = 0; WEIR_DELIMITERS[i]; i++) {
        const char one[] = {WEIR_DELIMITERS[i], '\0'};
        if (n[i])
            used += (size_t)snprintf(seen + used, sizeof seen - used,
                                     "%s%zu x '%s'", used ? ", " : "", n[i],
                                     weir_delimiter_typed(one));
    }
    return weir_fail(error, WEIR_DATA,
                     "-d auto: the header has %s; -d TEXT names the delimiter, "
                     "and -d '' takes a line as one field",
                     used ? seen : "no ',', ';', '\\t' or '|'");
}

enum weir_status weir_dialect_find_delimiter(struct weir_dialect *dialect,
                                             const char *line, size_t len,
                                             bool may_lack,
                                             struct weir_error *error)
{
    size_t n[sizeof WEIR_DELIMITERS], best = 0, ties = 0;
    weir_dialect_count_delimiters(dialect, line, len, n);
    for (size_t i = 1; WEIR_DELIMITERS[i]; i++)
        best = n[i] > n[best] ? i : best;
    for (size_t i = 0; WEIR_DELIMITERS[i]; i++)
        ties += n[i] == n[best];
    if (n[best] == 0 && may_lack)
        return WEIR_OK;
    if (ties > 1)
        return no_delimiter(n, error);
    dialect->delimiter[0] = WEIR_DELIMITERS[best];
    dialect->delimiter_len = 1;
    return WEIR_OK;
}
