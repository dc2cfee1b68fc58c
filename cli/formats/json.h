/*
 * Values as JSON (RFC 8259), always valid whatever the bytes.
 */
#ifndef WEIR_CLI_FORMATS_JSON_H
#define WEIR_CLI_FORMATS_JSON_H

#include "cli/formats/output.h"

/* A string in its quotes. Bytes that are no UTF-8 become U+FFFD, one for each
 * longest beginning of a sequence, as Unicode recommends and Python does. */
void weir_json_string(struct weir_output *output, struct weir_text text);

/* The string's inside, for what is put together from parts. */
void weir_json_inside(struct weir_output *output, struct weir_text text);

/* Whether the bytes are exactly a JSON number. */
bool weir_json_is_number(struct weir_text text);

/* A number of weir's grammar (blanks, +, .5, 1.) as a JSON number, digit for
 * digit. */
void weir_json_number(struct weir_output *output, struct weir_text text);

#endif
