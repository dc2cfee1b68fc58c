/*
 * What weir has instead of the words of SQL, spreadsheets, pandas, Miller, awk
 * and DuckDB. The parser meets these words in queries, and cli/ meets some of
 * them in options.
 */
#ifndef WEIR_QUERY_INSTEAD_H
#define WEIR_QUERY_INSTEAD_H

#include "base/number.h"

struct weir_instead {
    const char *words; /* separated by blanks, in small letters */
    const char *write; /* what to write instead; NULL: weir has nothing */
    const char *note;  /* a sentence that comes before it; NULL: none */
    bool takes_by;     /* 'by' or 'group' may follow it, as in "sort by" */
    bool is_value;     /* it may be compared, as None in "x == None" */
};

#define WEIR_WRITE(words, write)                                               \
    {                                                                          \
        words, write, NULL, false, false                                       \
    }
#define WEIR_WRITE_BY(words, write)                                            \
    {                                                                          \
        words, write, NULL, true, false                                        \
    }
#define WEIR_NOTE(words, note)                                                 \
    {                                                                          \
        words, NULL, note, false, false                                        \
    }
#define WEIR_NOTE_BY(words, note)                                              \
    {                                                                          \
        words, NULL, note, true, false                                         \
    }
#define WEIR_NOTE_WRITE(words, note, write)                                    \
    {                                                                          \
        words, write, note, false, false                                       \
    }
#define WEIR_VALUE(words, note, write)                                         \
    {                                                                          \
        words, write, note, false, true                                        \
    }

/* Functions and aggregates; words outside of calls; words that are both. Each
 * table ends with a row of zeros. `write` is a whole query, over the numbers x
 * and y, the texts s and t and the dates d and e. None of the words is a
 * function or an aggregate. */
extern const struct weir_instead weir_instead_calls[];
extern const struct weir_instead weir_instead_words[];
extern const struct weir_instead weir_instead_both[];

/* Whether a word is one of `words`, which are separated by blanks. ASCII case
 * is ignored, except in words of one letter. */
bool weir_word_is_in(const char *words, struct weir_text word);

/* Returns the row of a table that has the word, or NULL. */
const struct weir_instead *weir_instead_find(const struct weir_instead *table,
                                             struct weir_text word);

/* The same for the word of a call, and for one that is none. */
const struct weir_instead *weir_instead_call(struct weir_text word);
const struct weir_instead *weir_instead_word(struct weir_text word);

#define WEIR_ADVICE_CAPACITY 256

/* Writes "NOTE; write WRITE", or the one of both that the row has. */
const char *weir_instead_advice(const struct weir_instead *row,
                                char into[WEIR_ADVICE_CAPACITY]);

#endif
