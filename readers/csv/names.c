/*
 * The byte machine splits a header, for both readers.
 */
#include "readers/csv/names.h"

#include "base/error.h"
#include "readers/csv/record.h"
#include <stdio.h>
#include <string.h>

enum weir_status weir_csv_names_add(struct weir_csv_names *names, char *name,
                                    struct weir_error *error)
{
    if (weir_grow(WEIR_MEMORY_READER, &names->name, &names->capacity,
                  names->n + 1)) {
        names->name[names->n++] = name;
        return WEIR_OK;
    }
    weir_free(WEIR_MEMORY_READER, name);
    return weir_fail_memory(error, "the header", sizeof *names->name);
}

void weir_csv_names_release(struct weir_csv_names *names)
{
    while (names->n)
        weir_free(WEIR_MEMORY_READER, names->name[--names->n]);
    weir_free(WEIR_MEMORY_READER, names->name);
    weir_free(WEIR_MEMORY_READER, names->line);
    *names = (struct weir_csv_names){0};
}

/* Adds a name: the text of a raw field, or $k if `raw` is NULL. */
static enum weir_status add_field(const struct weir_dialect *dialect,
                                  const char *raw, size_t len,
                                  struct weir_csv_names *names,
                                  struct weir_error *error)
{
    char dollar[32];
    if (!raw) {
        len = (size_t)snprintf(dollar, sizeof dollar, "$%zu", names->n + 1);
        raw = dollar;
    }
    char *name = weir_alloc(WEIR_MEMORY_READER, len + 1);
    if (!name)
        return weir_fail_memory(error, "the header", len + 1);
    if (raw != dollar)
        len = weir_field_unquote(dialect, raw, len, name);
    else
        memcpy(name, raw, len);
    name[len] = '\0';
    return weir_csv_names_add(names, name, error);
}

enum weir_status weir_csv_names_split(const struct weir_dialect *dialect,
                                      const char *text, size_t len,
                                      bool numbered,
                                      struct weir_csv_names *names,
                                      struct weir_error *error)
{
    struct weir_dialect plain = *dialect;
    struct weir_machine machine = {.last = true};
    size_t start = 0;
    bool more = true;
    plain.comment_len = 0; /* a header is no comment */
    while (more) {
        size_t where = len;
        more = weir_cut_field(&plain, text, len, &machine, &where);
        struct weir_text raw = {text + start, where - start};
        if (plain.trim)
            raw = weir_text_trim(raw);
        enum weir_status status = add_field(&plain, numbered ? NULL : raw.bytes,
                                            raw.len, names, error);
        if (status)
            return status;
        start = where + plain.delimiter_len;
    }
    return WEIR_OK;
}

enum weir_status weir_csv_names_of_list(const struct weir_dialect *dialect,
                                        const char *list,
                                        struct weir_csv_names *names,
                                        struct weir_error *error)
{
    const size_t len = strlen(list);
    struct weir_dialect commas = *dialect;
    enum weir_status status =
        weir_csv_names_split(dialect, list, len, false, names, error);
    if (status || names->n > 1 || dialect->delimiter_len == 0)
        return status;
    weir_csv_names_release(names);
    commas.delimiter[0] = ',';
    commas.delimiter_len = 1;
    commas.blanks = false;
    return weir_csv_names_split(&commas, list, len, false, names, error);
}
