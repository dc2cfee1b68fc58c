/*
 * The distance of each record from the one before it, in bytes and lines, as
 * varints (base/saved.h).
 *
 *     byte, line of the first | 72 | 69 | 1 02 | ...        lines: all one
 *                             | 72 1 | 69 1 | 1 02 3 | ...  else
 */
#include "eager/places.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/saved.h"

struct weir_places {
    uint64_t byte, line;
    bool single; /* each record is one line */
    char delta[];
};

/* Counts the line ends in text[from, to) of the batch. */
static uint64_t lines_in(const struct weir_batch *batch, size_t from, size_t to)
{
    return weir_count_lines(batch->text + from, to - from);
}

/* Writes the distances. Returns their length. */
static size_t put_all(const struct weir_batch *batch, bool single, char *into)
{
    char *at = into;
    for (size_t r = 1; r < batch->rows; r++) {
        size_t from = batch->start[r - 1], to = batch->start[r];
        at = weir_put_varint(at, to - from);
        if (!single)
            at = weir_put_varint(at, lines_in(batch, from, to));
    }
    return (size_t)(at - into);
}

struct weir_places *weir_places_pack(const struct weir_batch *batch,
                                     struct weir_line_count *count)
{
    char delta[2 * WEIR_VARINT_CAPACITY * WEIR_WINDOW_MAX];
    size_t first = batch->start[0], last = batch->start[batch->rows - 1];
    if (count->seq != batch->part.seq)
        *count = (struct weir_line_count){.seq = batch->part.seq,
                                          .at = batch->begin};
    count->lines += lines_in(batch, count->at, first);
    uint64_t lines = lines_in(batch, first, last);
    /* Every record but the last one ends at least one line. If there are only
     * as many line ends as such records, each record is a single line. */
    bool single = lines == batch->rows - 1;
    size_t n = put_all(batch, single, delta);
    struct weir_places *places =
        weir_alloc(WEIR_MEMORY_STORE, sizeof *places + n);
    if (!places)
        return NULL;
    places->byte = batch->part.first_byte + first;
    places->line = count->lines;
    places->single = single;
    memcpy(places->delta, delta, n);
    count->lines += lines;
    count->at = last;
    return places;
}

void weir_places_drop(struct weir_places *places)
{
    weir_free(WEIR_MEMORY_STORE, places);
}

size_t weir_places_bytes(const struct weir_places *places)
{
    return weir_held(places);
}

void weir_places_find(const struct weir_places *places, size_t row,
                      uint64_t *byte, uint64_t *line)
{
    struct weir_text rest = {places->delta, SIZE_MAX};
    uint64_t bytes = 0, lines = 1;
    *byte = places->byte;
    *line = places->line;
    for (size_t r = 0; r < row; r++) {
        (void)weir_get_varint(&rest, &bytes);
        if (!places->single)
            (void)weir_get_varint(&rest, &lines);
        *byte += bytes;
        *line += lines;
    }
}

void weir_places_lines(const struct weir_places *places, size_t rows,
                       uint32_t *line)
{
    struct weir_text rest = {places->delta, SIZE_MAX};
    uint64_t now = places->line, bytes = 0, lines = 1;
    for (size_t r = 0; r < rows; r++) {
        if (r) {
            (void)weir_get_varint(&rest, &bytes);
            if (!places->single)
                (void)weir_get_varint(&rest, &lines);
            now += lines;
        }
        line[r] = (uint32_t)now;
    }
}
