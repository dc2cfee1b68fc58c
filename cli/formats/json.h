/*
 * Writes values as JSON (RFC 8259). The result is valid JSON for any input
 * bytes.
 */
#ifndef WEIR_CLI_FORMATS_JSON_H
#define WEIR_CLI_FORMATS_JSON_H

#include "cli/formats/output.h"

/* Puts a string with its quotes. Bytes that are not UTF-8 become U+FFFD, one
 * for each longest beginning of a sequence, as Unicode recommends and Python
 * does. */
void weir_json_string(struct weir_output *output, struct weir_text text);

/* The same without the quotes, for a string that is put in several parts. */
void weir_json_inside(struct weir_output *output, struct weir_text text);

/*
 * unique.c: makes column names unique. Fills suffix[0, n): if suffix[i] is 0,
 * column i keeps its name; else its name is followed by "_" and that number.
 * The columns a, a, a_2, a become a, a_3, a_2, a_4. `n` is below 2^31. The only
 * failure is a lack of memory.
 */
enum weir_status weir_unique_names(const char *const *name, size_t n,
                                   uint32_t *suffix,
                                   struct weir_error *error) WEIR_CHECKED;

/* Whether the bytes are exactly a JSON number. */
bool weir_json_is_number(struct weir_text text);

/* Puts a number of weir's grammar, which allows blanks, +, .5 and 1., as a JSON
 * number with the same digits. */
void weir_json_number(struct weir_output *output, struct weir_text text);

#endif
