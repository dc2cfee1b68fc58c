/*
 * Dialects by name (--dialect): how programs write their tables. A dialect is a
 * row: values for options, and what the escapes of the program stand for.
 */
#ifndef WEIR_READERS_CSV_NAMED_DIALECT_H
#define WEIR_READERS_CSV_NAMED_DIALECT_H

#include "weir.h"

/* What stands after an escape: letter[i] for byte[i]. Any other byte stands for
 * itself. */
struct weir_escapes {
    const char *letter, *byte; /* both NULL: there are no letters */
    bool codes; /* 1 to 3 octal digits, or x and 1 or 2 hexadecimal ones, stand
                   for the byte of that number */
};

struct weir_named_dialect {
    const char *name, *brief;
    struct weir_reading reading; /* NULL, 0 or false: the option's default */
    struct weir_escapes escapes;
    bool splits_first; /* a delimiter or line end is never escaped, so fields
                          are split before escapes are looked for */
    bool feeds;        /* only an LF ends a record; a CR is data */
};

/* The i-th dialect; NULL after the last. */
const struct weir_named_dialect *weir_named_dialect(size_t i);

/* The dialect of that name; NULL if there is none, or if name is NULL. */
const struct weir_named_dialect *weir_named_dialect_find(const char *name);

/* Fills in the options that were not given with those of the dialect that
 * `reading` names. WEIR_USAGE if there is no such dialect. */
enum weir_status
weir_named_dialect_apply(struct weir_reading *reading,
                         struct weir_error *error) WEIR_CHECKED;

/* Writes the byte that an escape and text[0, len) after it stand for to *into;
 * len is at least 1. Returns how many bytes of the text that takes. `escapes`
 * may be NULL: then each byte stands for itself. */
size_t weir_unescape(const struct weir_escapes *escapes, const char *text,
                     size_t len, char *into);

#endif
