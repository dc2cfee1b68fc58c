/*
 * A dictionary: a column's texts, each once, by codes 0, 1, 2, ... in order of
 * appearance. Any threads find and add side by side; it only grows, to a cap.
 */
#ifndef WEIR_EAGER_DICTIONARY_H
#define WEIR_EAGER_DICTIONARY_H

#include "base/hash.h"
#include "eager/layout.h"
#include <pthread.h>
#include <stdatomic.h>

#define WEIR_NO_CODE UINT32_MAX

struct weir_dictionary_table;

/* Zeroed and initialised is empty. */
struct weir_dictionary {
    pthread_mutex_t lock; /* of who adds */
    _Atomic(struct weir_dictionary_table *) table;
    struct weir_text *_Atomic part[32]; /* part k has texts 2^k - 1, ... */
    struct weir_seed seed;
    uint32_t n;
    char *bytes; /* where the next text goes, and how many fit */
    size_t left;
    struct weir_dictionary_segment *segment;
    struct weir_cost cost;
};

bool weir_dictionary_init(struct weir_dictionary *dictionary) WEIR_CHECKED;
void weir_dictionary_release(struct weir_dictionary *dictionary);

/*
 * The text's code; WEIR_NO_CODE where it is not there and can't be added: the
 * dictionary is full, or memory was refused. Wide loads as for
 * weir_hash_padded.
 */
uint32_t weir_dictionary_code(struct weir_dictionary *dictionary,
                              struct weir_text text) WEIR_CHECKED;

/* The text of a code that was given out; borrowed until release. */
struct weir_text weir_dictionary_text(const struct weir_dictionary *dictionary,
                                      uint32_t code);

#endif
