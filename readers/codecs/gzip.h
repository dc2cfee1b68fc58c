/*
 * An inflater decodes one gzip member and verifies its header, DEFLATE data and
 * trailer. readers/codecs/gzip.c handles what is between members.
 */
#ifndef WEIR_READERS_CODECS_GZIP_H
#define WEIR_READERS_CODECS_GZIP_H

#include "readers/codecs/decoder.h"

/* The buffers of a step, which moves the pointers and reduces the lengths. */
struct weir_inflating {
    const uint8_t *in;
    uint8_t *out;
    size_t in_len, out_capacity; /* each below 2^31 */
};

enum weir_inflated {
    WEIR_INFLATED_SOME,   /* needs more input or more space for output */
    WEIR_INFLATED_ALL,    /* the member's end, which is verified */
    WEIR_INFLATED_WRONG,  /* the member is damaged */
    WEIR_INFLATED_REFUSED /* the ledger refused memory */
};

struct weir_inflater {
    const char *name;
    size_t size; /* of its state in bytes; the state begins as zeros */
    /* Called before each member. false: the ledger refused memory. */
    bool (*begin)(void *state);
    /* Decodes some bytes. If it returns WRONG, *why becomes a constant text. */
    enum weir_inflated (*step)(void *state, struct weir_inflating *inflating,
                               const char **why);
    /* Frees what the state holds, and says how many bytes that is. Allowed on a
     * state of zeros. NULL if it never holds anything. */
    void (*release)(void *state);
    size_t (*held)(const void *state);
};

/* part_length of weir_codec. */
enum weir_status weir_gzip_member_length(const struct weir_decoder *decoder,
                                         struct weir_peek *peek, uint64_t place,
                                         uint64_t *raw,
                                         struct weir_error *error) WEIR_CHECKED;

extern const struct weir_inflater weir_inflater_zlib;
#ifdef WEIR_HAVE_ISAL
extern const struct weir_inflater weir_inflater_isal;
#endif

#endif
