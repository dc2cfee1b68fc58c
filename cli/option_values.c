#include "cli/option_values.h"

#include "base/memory.h"
#include "base/threads.h"
#include "cli/options.h"
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Returns the index of the text among the names, which end with NULL. The names
 * and their separators fit 128 bytes. */
static int choose(const char *option, const char *text, const char *const *name)
{
    char all[128] = "";
    for (int i = 0; name[i]; i++) {
        if (strcmp(name[i], text) == 0)
            return i;
        strcat(strcat(all, i ? ", " : ""), name[i]);
    }
    weir_options_refuse("--%s: found '%s', expected one of %s", option, text,
                        all);
    return 0;
}

void weir_option_bad_cells(const char *option, const char *text, void *into)
{
    static const char *const names[] = {[WEIR_BAD_CELLS_ERROR] = "error",
                                        [WEIR_BAD_CELLS_NULL] = "null",
                                        [WEIR_BAD_CELLS_REJECT] = "reject",
                                        NULL};
    *(enum weir_bad_cells *)into =
        (enum weir_bad_cells)choose(option, text, names);
}

void weir_option_decimal(const char *option, const char *text, void *into)
{
    struct weir_notation *notation = into;
    if (!weir_notation_decimal(weir_text_of(text), &notation->decimal))
        weir_options_refuse("--%s: found '%s', expected " WEIR_DECIMAL_MARKS,
                            option, text);
}

void weir_option_mark(const char *option, const char *text, void *into)
{
    struct weir_notation notation;
    weir_option_decimal(option, text, &notation);
    *(char *)into = notation.decimal == ',' ? ',' : '\0';
}

void weir_option_byte(const char *option, const char *text, void *into)
{
    const char byte = strcmp(text, "\\t") == 0 ? '\t' : *text;
    if (strchr("\"\r\n", byte) || (byte != '\t' && text[1]))
        weir_options_refuse(
            "--%s: found '%s', expected one byte that is neither "
            "a quote nor a line end",
            option, text);
    *(char *)into = byte;
}

void weir_option_thousands(const char *option, const char *text, void *into)
{
    struct weir_notation *notation = into;
    if (!weir_notation_thousands(weir_text_of(text), &notation->thousands))
        weir_options_refuse("--%s: found '%s', expected " WEIR_THOUSANDS_MARKS,
                            option, text);
}

void weir_option_bad_records(const char *option, const char *text, void *into)
{
    static const char *const names[] = {[WEIR_BAD_RECORDS_ERROR] = "error",
                                        [WEIR_BAD_RECORDS_PAD] = "pad",
                                        [WEIR_BAD_RECORDS_REJECT] = "reject",
                                        NULL};
    *(enum weir_bad_records *)into =
        (enum weir_bad_records)choose(option, text, names);
}

void weir_option_progress(const char *option, const char *text, void *into)
{
    static const char *const names[] = {[WEIR_PROGRESS_AUTO] = "auto",
                                        [WEIR_PROGRESS_ALWAYS] = "always",
                                        [WEIR_PROGRESS_NEVER] = "never",
                                        NULL};
    *(enum weir_progress_mode *)into =
        (enum weir_progress_mode)choose(option, text, names);
}

void weir_option_stats(const char *option, const char *text, void *into)
{
    static const char *const names[] = {"text", "json", NULL};
    bool json = text && choose(option, text, names) == 1;
    *(enum weir_stats_form *)into = json ? WEIR_STATS_JSON : WEIR_STATS_TEXT;
}

static uint64_t read_size(const char *option, const char *text)
{
    uint64_t bytes = 0;
    if (!weir_size_parse(text, &bytes) || bytes == 0)
        weir_options_refuse("--%s: found '%s', expected a size such as 64M",
                            option, text);
    return bytes;
}

static uint64_t read_number(const char *option, const char *text, uint64_t max)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end)
        weir_options_refuse("--%s: found '%s', expected a whole number", option,
                            text);
    if (errno || n > max)
        weir_options_refuse("--%s: found '%s', expected at most %" PRIu64,
                            option, text, max);
    return n;
}

void weir_option_flag(const char *option, const char *text, void *into)
{
    (void)option;
    (void)text;
    *(bool *)into = true;
}

void weir_option_text(const char *option, const char *text, void *into)
{
    (void)option;
    *(const char **)into = text;
}

void weir_option_file(const char *option, const char *text, void *into)
{
    if (!*text)
        weir_options_refuse("--%s: found '', expected the name of a file",
                            option);
    *(const char **)into = text;
}

void weir_option_list(const char *option, const char *text, void *into)
{
    if (*(const char **)into)
        weir_options_refuse("--%s: expected one list, found two", option);
    weir_option_file(option, text, into);
}

void weir_option_number(const char *option, const char *text, void *into)
{
    *(uint64_t *)into = read_number(option, text, UINT64_MAX);
}

void weir_option_size(const char *option, const char *text, void *into)
{
    *(uint64_t *)into = read_size(option, text);
}

void weir_option_length(const char *option, const char *text, void *into)
{
    *(size_t *)into = read_size(option, text);
}

void weir_option_seconds(const char *option, const char *text, void *into)
{
    struct weir_number number = weir_number_read(weir_text_of(text));
    double seconds = number.kind < WEIR_BAD ? weir_number_double(&number) : -1;
    if (number.kind == WEIR_NULL || !(seconds >= 1e-3 && seconds <= 1e9))
        weir_options_refuse("--%s: found '%s', expected seconds, 0.001 or more",
                            option, text);
    *(uint64_t *)into = (uint64_t)(seconds * 1e9);
}

void weir_option_threads(const char *option, const char *text, void *into)
{
    uint64_t n = read_number(option, text, WEIR_THREADS_MAX);
    if (n == 0)
        weir_options_refuse("--%s: found '0', expected at least 1", option);
    *(unsigned *)into = (unsigned)n;
}

void weir_option_descriptor(const char *option, const char *text, void *into)
{
    *(int *)into = (int)read_number(option, text, INT_MAX);
}

void weir_option_format(const char *option, const char *text, void *into)
{
    struct weir_error error;
    const struct weir_format *format = weir_format_find(text, &error);
    (void)option;
    if (!format)
        weir_options_refuse("%s", error.message);
    *(const struct weir_format **)into = format;
}

void weir_option_memory(const char *option, const char *text, void *into)
{
    struct weir_options *o = into;
    o->resources.memory = read_size(option, text);
    o->resources.memory_given = true;
}

void weir_option_layout(const char *option, const char *text, void *into)
{
    struct weir_options *o = into;
    o->loading.eager = text ? weir_layout_find(text) : weir_layout_default;
    if (!o->loading.eager)
        weir_options_refuse(
            "--%s: no layout '%s'; weir help layouts lists them", option, text);
    for (size_t i = 0; weir_layouts[i]; i++)
        if (weir_layouts[i] == o->loading.eager)
            o->loading.compared |= UINT32_C(1) << i;
}

void weir_option_lazy(const char *option, const char *text, void *into)
{
    (void)option;
    (void)text;
    ((struct weir_options *)into)->loading.eager = NULL;
}
