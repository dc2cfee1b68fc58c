/*
 * The Arrow type of a column: what the user says, or what the values of the
 * first batch allow.
 */
#ifndef WEIR_ARROW_TYPE_H
#define WEIR_ARROW_TYPE_H

#include "base/vector.h"
#include "weir_arrow.h"

#define WEIR_ARROW_DIGITS 38 /* of a decimal128 */

/* A type with its scale. A column whose type is AUTO is still to be decided. */
struct weir_arrow_typed {
    enum weir_arrow_type type;
    int32_t scale;
    bool asked; /* by the user: a cell may then be written in any way */
};

/* What the values of a column have been so far, apart from null. Zeros are a
 * column without values. */
struct weir_arrow_facts {
    bool any, text, not_utf8, doubles;
    bool beyond_int64;
    bool
        beyond_double; /* a decimal that its nearest double is not written as */
    int32_t before, after; /* the most digits before and after the point */
};

/* Takes note of a text of a column that is no number. */
void weir_arrow_note_text(struct weir_arrow_facts *facts,
                          struct weir_text text);

/* Takes note of a number: DECIMAL, WIDE or BINARY. */
void weir_arrow_note_number(struct weir_arrow_facts *facts,
                            const struct weir_number *number);

/* The type for such values of a column. */
struct weir_arrow_typed weir_arrow_decide(enum weir_type type,
                                          const struct weir_arrow_facts *facts);

/* The type's format string in the C data interface, such as "d:38,2". */
#define WEIR_ARROW_FORMAT_CAPACITY 16
void weir_arrow_format(struct weir_arrow_typed typed,
                       char into[WEIR_ARROW_FORMAT_CAPACITY]);

/* The type as users write it: "int64", "decimal(2)". */
void weir_arrow_type_name(struct weir_arrow_typed typed,
                          char into[WEIR_ARROW_FORMAT_CAPACITY]);

/* Reads such a type. Returns false if the text is none. */
bool weir_arrow_type_read(struct weir_text text, enum weir_arrow_type *type,
                          int32_t *scale);

/* The names of all types, for messages. */
#define WEIR_ARROW_TYPES                                                       \
    "utf8, binary, int64, decimal(SCALE), double, bool or date32"

/* The bytes of a value; 0 for utf8 and binary, whose values have none of their
 * own, and for bool, which has a bit. */
size_t weir_arrow_width(enum weir_arrow_type type);

/* Whether it is int64, decimal128 or double. */
bool weir_arrow_is_number(enum weir_arrow_type type);

/* Writes a number's value, of weir_arrow_width() bytes, which may be at any
 * address. Returns false if it is none (BAD) or if the type does not hold it
 * exactly. A double holds what is written with its digits (0.1), and if the
 * user asked for doubles anything that is in its range. */
bool weir_arrow_read_number(struct weir_arrow_typed typed,
                            const struct weir_number *number,
                            void *into) WEIR_CHECKED;

/* The same for a text: of a date32, its days since 1970; of a bool, which takes
 * a byte, 0 or 1. Returns false if it is none. */
bool weir_arrow_read_text(enum weir_arrow_type type, struct weir_text text,
                          void *into) WEIR_CHECKED;

#endif
