/*
 * Formats by the words of spreadsheets, SQL databases and Java, such as
 * MM/DD/YYYY, as formats by the letters of strptime.
 */
#include "pipeline/ops/date_format.h"

#include <string.h>

/* The first word that fits is taken, so longer ones come first. */
static const struct {
    const char *word, *letter;
} words[] = {{"YYYY", "%Y"}, {"yyyy", "%Y"}, {"MMMM", "%B"}, {"Month", "%B"},
             {"HH24", "%H"}, {"hh24", "%H"}, {"HH12", "%I"}, {"hh12", "%I"},
             {"MMM", "%b"},  {"Mon", "%b"},  {"MON", "%b"},  {"SSS", "%f"},
             {"YY", "%y"},   {"yy", "%y"},   {"MM", "%m"},   {"mm", "%m"},
             {"DD", "%d"},   {"dd", "%d"},   {"HH", "%H"},   {"hh", "%H"},
             {"MI", "%M"},   {"mi", "%M"},   {"SS", "%S"},   {"ss", "%S"},
             {"AM", "%p"},   {"PM", "%p"},   {"tt", "%p"},   {"M", "%m"},
             {"m", "%m"},    {"D", "%d"},    {"d", "%d"},    {"H", "%H"},
             {"h", "%H"},    {"s", "%S"},    {"T", "T"},     {"Z", "Z"}};

static bool is_letter(char byte)
{
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

/* The index of the word at the beginning of a text; SIZE_MAX if there is none.
 */
static size_t word_at(struct weir_text text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i].word);
        if (text.len >= len && !memcmp(text.bytes, words[i].word, len))
            return i;
    }
    return SIZE_MAX;
}

bool weir_date_format_translate(struct weir_text format,
                                char into[WEIR_TRANSLATED])
{
    size_t used = 0;
    bool found = false, hour = false; /* after an hour MM means minutes */
    if (format.len > WEIR_TRANSLATED / 2 - 1 ||
        memchr(format.bytes, '%', format.len))
        return false;
    while (format.len) {
        const size_t i = word_at(format);
        const char *letter = NULL;
        size_t len = 1;
        if (i != SIZE_MAX) {
            letter =
                hour && !strcmp(words[i].letter, "%m") ? "%M" : words[i].letter;
            len = strlen(words[i].word);
            hour |= !strcmp(letter, "%H") || !strcmp(letter, "%I");
            found |= *letter == '%';
        } else if (is_letter(*format.bytes)) {
            return false;
        }
        const size_t n = letter ? strlen(letter) : 1;
        memcpy(into + used, letter ? letter : format.bytes, n);
        used += n;
        format = (struct weir_text){format.bytes + len, format.len - len};
    }
    into[used] = '\0';
    return found;
}
