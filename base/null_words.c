/*
 * The words that programs write where they have no value: R, pandas, Excel,
 * SQL databases, and people.
 */
#include "base/null_words.h"

#include <string.h>
#include <strings.h>

static const char *const words[] = {
    "NA",        "N/A",     "#N/A",    "#NA",      "<NA>",    "n.a.",
    "null",      "(null)",  "[null]",  "\\N",      "none",    "nil",
    "nan",       "NaT",     "inf",     "infinity", "missing", "unknown",
    "undefined", "void",    "-",       "--",       "---",     ".",
    "?",         "#DIV/0!", "#VALUE!", "#REF!",    "#NUM!",   "#NAME?"};

bool weir_means_null(struct weir_text cell)
{
    const size_t sign =
        cell.len > 3 && (*cell.bytes == '+' || *cell.bytes == '-');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == cell.len - sign &&
            !strncasecmp(words[i], cell.bytes + sign, cell.len - sign))
            return true;
    return false;
}
