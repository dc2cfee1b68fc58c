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

/* Whether the bytes are exactly a JSON number. */
bool weir_json_is_number(struct weir_text text);

/* Puts a number of weir's grammar, which allows blanks, +, .5 and 1., as a JSON
 * number with the same digits. */
void weir_json_number(struct weir_output *output, struct weir_text text);

#endif
