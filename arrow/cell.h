/*
 * Cells as a batch reads them: which of them are numbers.
 */
#ifndef WEIR_ARROW_CELL_H
#define WEIR_ARROW_CELL_H

#include "arrow/batch.h"

/* What a message shows of a value: bytes, and as they are escaped. */
#define WEIR_ARROW_SHOWN ((size_t)40)
#define WEIR_ARROW_SHOWN_CAPACITY (4 * WEIR_ARROW_SHOWN + 8)

/* Whether a cell is a number and written as weir prints numbers: without a
 * plus, an exponent, blanks or zeros in front, and with digits on both sides of
 * a point. Others are texts (007), unless the user asks for a number. */
bool weir_arrow_is_printed(struct weir_text cell,
                           const struct weir_number *number);

/* Reads a cell that may be in a notation. *plain is what its number is written
 * as in the plain one; it lies in the cell or in the batch's scratch. */
struct weir_number weir_arrow_read_cell(const struct weir_arrow_batch *batch,
                                        struct weir_text cell,
                                        struct weir_text *plain);

#endif
