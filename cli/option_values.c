#include "cli/option_values.h"

#include "base/memory.h"
#include "base/number.h"
#include "cli/options_check.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int weir_option_choose(const char *option, const struct weir_choice *choice,
                       const char *text)
{
    char all[128] = "";
    for (size_t i = 0; choice[i].name; i++) {
        if (strcmp(choice[i].name, text) == 0)
            return choice[i].value;
        strcat(strcat(all, i ? ", " : ""), choice[i].name);
    }
    weir_options_refuse("--%s: found '%s', expected one of %s", option, text,
                        all);
    return 0;
}

uint64_t weir_option_size(const char *option, const char *text)
{
    uint64_t bytes = 0;
    if (!weir_size_parse(text, &bytes) || bytes == 0)
        weir_options_refuse("--%s: found '%s', expected a size such as 64M",
                            option, text);
    return bytes;
}

uint64_t weir_option_number(const char *option, const char *text, uint64_t max)
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

uint64_t weir_option_seconds(const char *option, const char *text)
{
    struct weir_number number =
        weir_number_read((struct weir_text){text, strlen(text)});
    double seconds = number.kind < WEIR_BAD ? weir_number_double(&number) : -1;
    if (number.kind == WEIR_NULL || !(seconds >= 1e-3 && seconds <= 1e9))
        weir_options_refuse("--%s: found '%s', expected seconds, 0.001 or more",
                            option, text);
    return (uint64_t)(seconds * 1e9);
}

const char *weir_option_file(const char *option, const char *text)
{
    if (!*text)
        weir_options_refuse("--%s: found '', expected the name of a file",
                            option);
    return text;
}
