#include "arrow/columns.h"

#include "arrow/type.h"
#include "base/error.h"
#include "base/memory.h"
#include "query/query.h"
#include <string.h>

static enum weir_status read_item(struct weir_arrow_column *column, char *item,
                                  struct weir_error *error)
{
    char *type = strrchr(item, '=');
    column->name = item;
    if (!type)
        return weir_fail(error, WEIR_USAGE,
                         "--types: found '%.60s', expected COLUMN=TYPE, as in "
                         "day=date32",
                         item);
    *type++ = '\0';
    if (weir_arrow_type_read(weir_text_of(type), &column->type, &column->scale))
        return WEIR_OK;
    return weir_fail(error, WEIR_USAGE,
                     "--types: column '%.60s' has the type '%.60s'; "
                     "expected " WEIR_ARROW_TYPES,
                     item, type);
}

/* The comma that ends an item, or NULL. */
static char *end_of(char *item)
{
    char *end = strchr(item, ',');
    while (end && !memchr(item, '=', (size_t)(end - item)))
        end = strchr(end + 1, ',');
    return end;
}

enum weir_status weir_arrow_columns_read(struct weir_arrow_columns *columns,
                                         const char *list,
                                         struct weir_error *error)
{
    const size_t len = list ? strlen(list) : 0;
    size_t most = 1;
    enum weir_status status = WEIR_OK;
    if (!list)
        return WEIR_OK;
    for (size_t i = 0; i < len; i++)
        most += list[i] == ',';
    columns->text = weir_copy_text(WEIR_MEMORY_OUTPUT, list, len);
    columns->column =
        weir_alloc(WEIR_MEMORY_OUTPUT, most * sizeof *columns->column);
    if (!columns->text || !columns->column)
        return weir_fail_memory(error, "the types of columns", len);
    for (char *item = columns->text; !status && item; columns->n++) {
        char *end = end_of(item);
        if (end)
            *end = '\0';
        status = read_item(&columns->column[columns->n], item, error);
        item = end ? end + 1 : NULL;
    }
    return status;
}

void weir_arrow_columns_release(struct weir_arrow_columns *columns)
{
    weir_free(WEIR_MEMORY_OUTPUT, columns->text);
    weir_free(WEIR_MEMORY_OUTPUT, columns->column);
    *columns = (struct weir_arrow_columns){0};
}

static enum weir_status check_name(const char *wanted, const char *const *name,
                                   size_t n, struct weir_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name[i], wanted) == 0)
            return WEIR_OK;
    const char *nearest = weir_nearest(weir_text_of(wanted), name, n);
    return weir_fail(error, WEIR_USAGE, "--types: no column '%.60s'%s%.60s%s",
                     wanted, nearest ? "; did you mean '" : "",
                     nearest ? nearest : "", nearest ? "'?" : "");
}

enum weir_status
weir_arrow_columns_check(const struct weir_arrow_column *column, size_t n,
                         const char *const *name, size_t n_names,
                         struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    if (n && !column)
        return weir_fail(error, WEIR_USAGE, "column is NULL, and n is %zu", n);
    for (size_t i = 0; !status && i < n; i++) {
        const struct weir_arrow_column *one = &column[i];
        if (!one->name)
            return weir_fail(error, WEIR_USAGE, "column[%zu] has no name", i);
        if (one->type < WEIR_ARROW_AUTO || one->type > WEIR_ARROW_DATE32)
            return weir_fail(error, WEIR_USAGE, "column[%zu].type is %d", i,
                             (int)one->type);
        if (one->type == WEIR_ARROW_DECIMAL128 &&
            (one->scale < 0 || one->scale > WEIR_ARROW_DIGITS))
            return weir_fail(error, WEIR_USAGE,
                             "column[%zu].scale is %d; expected 0 to %d", i,
                             (int)one->scale, WEIR_ARROW_DIGITS);
        status = check_name(one->name, name, n_names, error);
        for (size_t j = 0; !status && j < i; j++)
            if (strcmp(column[j].name, one->name) == 0)
                status = weir_fail(error, WEIR_USAGE,
                                   "--types: column '%.60s' has two types",
                                   one->name);
    }
    return status;
}
