/*
 * An inflater decodes one gzip member: header, DEFLATE data, trailer, all of
 * them verified. readers/codecs/gzip.c does what lies between members.
 */
#ifndef WEIR_READERS_CODECS_GZIP_H
#define WEIR_READERS_CODECS_GZIP_H

#include "readers/codecs/decoder.h"

/* What a step works on; it moves the pointers on. */
struct weir_inflating {
    const uint8_t *in;
    uint8_t *out;
    size_t in_len, out_capacity; /* each below 2^31 */
};

enum weir_inflated {
    WEIR_INFLATED_SOME,   /* wants more input or more room */
    WEIR_INFLATED_ALL,    /* the member ended, and is right */
    WEIR_INFLATED_WRONG,  /* it is damaged */
    WEIR_INFLATED_REFUSED /* the ledger refused memory */
};

struct weir_inflater {
    const char *name;
    size_t size; /* of its state, which begins as zeros */
    /* Before each member; false when refused. */
    bool (*begin)(void *state);
    /* `why` is set, to a constant text, where the answer is WRONG. */
    enum weir_inflated (*step)(void *state, struct weir_inflating *inflating,
                               const char **why);
    /* Allowed on a state of zeros. */
    void (*release)(void *state);
    /* Bytes held beyond the state. */
    size_t (*held)(const void *state);
};

/* The raw length of the member at a place, as weir_decoder_ops has it. */
enum weir_status weir_gzip_member_length(struct weir_peek *peek, uint64_t place,
                                         uint64_t *raw,
                                         struct weir_error *error) WEIR_CHECKED;

extern const struct weir_inflater weir_inflater_zlib;
#ifdef WEIR_HAVE_ISAL
extern const struct weir_inflater weir_inflater_isal;
#endif

#endif
