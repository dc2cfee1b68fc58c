/*
 * A dictionary of a column: each distinct text once, with codes 0, 1, 2, ... in
 * order of appearance. Any number of threads may look up and add texts at once.
 * A dictionary only grows, up to 2^20 texts.
 */
#ifndef WEIR_EAGER_DICTIONARY_H
#define WEIR_EAGER_DICTIONARY_H

#include "base/hash.h"
#include "eager/layout.h"
#include <pthread.h>
#include <stdatomic.h>

#define WEIR_NO_CODE UINT32_MAX

struct weir_dictionary_table;

/* Empty after weir_dictionary_init(). */
struct weir_dictionary {
    pthread_mutex_t lock; /* held while a text is added */
    _Atomic(struct weir_dictionary_table *) table;
    struct weir_text *_Atomic part[32]; /* part k begins with text 2^k - 1 */
    struct weir_seed seed;
    uint32_t n;  /* texts */
    char *bytes; /* free space for texts, and its bytes */
    size_t left;
    struct weir_dictionary_segment *segment;
    struct weir_cost cost;
};

/* Returns false if memory was refused. Release is allowed in any case. */
bool weir_dictionary_init(struct weir_dictionary *dictionary) WEIR_CHECKED;
void weir_dictionary_release(struct weir_dictionary *dictionary);

/*
 * Returns the code of a text and adds the text if it is new. Returns
 * WEIR_NO_CODE if the text cannot be added because the dictionary is full or
 * memory was refused. 64 bytes before and after the text must be readable
 * (weir_hash_padded).
 */
uint32_t weir_dictionary_code(struct weir_dictionary *dictionary,
                              struct weir_text text) WEIR_CHECKED;

/* The text of a code that weir_dictionary_code() returned. Borrowed until
 * release. */
struct weir_text weir_dictionary_text(const struct weir_dictionary *dictionary,
                                      uint32_t code);

#endif
