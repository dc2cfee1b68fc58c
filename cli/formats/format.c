#include "cli/formats/format.h"

#include "cli/terminal/terminal.h"
#include "query/query.h"
#include <stdio.h>
#include <unistd.h>

const struct weir_format *const weir_formats[] = {
#define X(name) &weir_format_##name,
    WEIR_FORMATS(X)
#undef X
        NULL,
};

#define N_FORMATS (sizeof weir_formats / sizeof weir_formats[0] - 1)

struct weir_format_options weir_format_options_of(int fd)
{
    return (struct weir_format_options){
        .width = weir_terminal(fd) ? weir_terminal_width(fd) : 0,
        .color = weir_terminal_color(fd),
        .terminal = isatty(fd) == 1,
    };
}

const struct weir_format *weir_format_find(const char *name,
                                           struct weir_error *error)
{
    const char *names[N_FORMATS], *nearest;
    char shown[96], list[256];
    size_t len = strlen(name), at = 0;

    for (size_t i = 0; i < N_FORMATS; i++) {
        names[i] = weir_formats[i]->name;
        if (strcmp(names[i], name) == 0)
            return weir_formats[i];
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%s",
                               i ? ", " : "", names[i]);
        if (at >= sizeof list)
            at = sizeof list - 1;
    }
    nearest = weir_nearest((struct weir_text){name, len}, names, N_FORMATS);
    weir_show(shown, sizeof shown, name, len, 40);
    if (nearest)
        weir_fail(error, WEIR_USAGE,
                  "no output format '%s'; did you mean '%s'? formats: %s",
                  shown, nearest, list);
    else
        weir_fail(error, WEIR_USAGE, "no output format '%s'; formats: %s",
                  shown, list);
    return NULL;
}

static struct weir_text literal(const char *text)
{
    return (struct weir_text){text, strlen(text)};
}

static struct weir_text boolean_text(uint8_t boolean)
{
    switch ((enum weir_boolean)boolean) {
    case WEIR_TRUE:
        return literal("true");
    case WEIR_FALSE:
        return literal("false");
    case WEIR_UNKNOWN:
        break;
    }
    return literal("");
}

struct weir_text weir_format_text(const struct weir_vector *vector, size_t row,
                                  char *scratch)
{
    struct weir_number number;

    switch (vector->type) {
    case WEIR_TYPE_CELL:
    case WEIR_TYPE_TEXT:
        return weir_vector_text(vector, row);
    case WEIR_TYPE_BOOLEAN:
        return boolean_text(vector->boolean[row]);
    case WEIR_TYPE_NUMBER:
        break;
    }
    number = weir_vector_number(vector, row);
    if (number.kind == WEIR_WIDE)
        return number.text;
    return (struct weir_text){
        scratch, weir_number_write(&number, scratch, WEIR_NUMBER_TEXT)};
}
