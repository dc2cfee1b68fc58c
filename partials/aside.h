/*
 * What was set aside (base/set_aside.h), as bytes in the last frame of a
 * partial: the number of firsts; for each its input, and if it has one its
 * byte, line, column, place and message.
 */
#ifndef WEIR_PARTIALS_ASIDE_H
#define WEIR_PARTIALS_ASIDE_H

#include "base/saved.h"
#include "base/set_aside.h"

/* The most bytes that weir_aside_save() writes. NULL stands for nothing. */
size_t weir_aside_capacity(struct weir_set_aside *aside);

/* Returns the end of what was written. */
char *weir_aside_save(struct weir_set_aside *aside, char *at);

/* Adds what was saved to `aside`, which may be NULL. Returns false if the bytes
 * are invalid, or have another number of firsts than `aside`. */
bool weir_aside_load(struct weir_set_aside *aside,
                     struct weir_text *from) WEIR_CHECKED;

#endif
