/*
 * Words that usually mean that there is no value. They mean nothing to a query;
 * messages name the option --null.
 */
#ifndef WEIR_BASE_NULL_WORDS_H
#define WEIR_BASE_NULL_WORDS_H

#include "base/number.h"

/* Whether a cell is such a word, in any case; +inf and -inf are, too. No word
 * has a comma, which separates the words of --null, or an apostrophe. */
bool weir_means_null(struct weir_text cell);

#endif
