/*
 * The text of most fields is their raw bytes. The text of a quoted field
 * without quotes inside is a part of them. Bytes are copied, to the batch's
 * scratch, only if doubled quotes, escapes or text after a closing quote have
 * to be undone. The scratch is as large as the text, and no field grows, so it
 * always has space.
 */
#include "readers/csv/record.h"

#include <string.h>

size_t weir_field_unquote(const struct weir_dialect *dialect, const char *raw,
                          size_t len, char *into)
{
    bool quoted = len && (unsigned char)raw[0] == dialect->quote;
    size_t used = 0;
    for (size_t at = quoted; at < len; at++) {
        unsigned char byte = (unsigned char)raw[at];
        if (byte == dialect->undone && at + 1 < len) {
            at += weir_unescape(dialect->escapes, raw + at + 1, len - at - 1,
                                into + used++);
            continue;
        }
        if (quoted && byte == dialect->quote) {
            /* A doubled quote stands for itself; a single one closes. */
            if (at + 1 < len && (unsigned char)raw[at + 1] == dialect->quote)
                at++;
            else {
                quoted = false;
                continue;
            }
        }
        into[used++] = raw[at];
    }
    return used;
}

/* Whether the text is not simply a part of the raw field. */
static bool needs_copy(const struct weir_dialect *dialect, const char *raw,
                       size_t len, bool quoted)
{
    if (dialect->undone != WEIR_OFF && memchr(raw, dialect->undone, len))
        return true;
    if (!quoted)
        return false;
    const char *closes = memchr(raw + 1, dialect->quote, len - 1);
    return !closes || closes != raw + len - 1;
}

static struct weir_span unquoted(const struct weir_dialect *dialect,
                                 struct weir_batch *batch,
                                 struct weir_span span)
{
    const char *raw = batch->text + span.start;
    bool quoted = span.len && (unsigned char)raw[0] == dialect->quote;
    if (needs_copy(dialect, raw, span.len, quoted)) {
        size_t at = batch->capacity + weir_csv_state(batch)->scratch_used;
        span.len = (uint32_t)weir_field_unquote(dialect, raw, span.len,
                                                batch->text + at);
        span.start = (uint32_t)at;
        weir_csv_state(batch)->scratch_used += span.len;
    } else if (quoted) {
        span.start++;
        span.len -= 2;
    }
    return span;
}

/* Whether a raw field is a null text, also between quotes. Escapes are not
 * undone: \N may be null where N is not. */
static bool is_raw_null(const struct weir_dialect *dialect, const char *raw,
                        size_t len)
{
    const bool quoted = len > 1 && (unsigned char)raw[0] == dialect->quote &&
                        (unsigned char)raw[len - 1] == dialect->quote;
    return weir_dialect_null(dialect, raw + quoted, len - (quoted ? 2 : 0));
}

struct weir_span weir_field_span(const struct weir_dialect *dialect,
                                 struct weir_batch *batch, uint32_t start,
                                 uint32_t end)
{
    struct weir_text raw = {batch->text + start, end - start};
    if (dialect->trim)
        raw = weir_text_trim(raw);
    struct weir_span span = {(uint32_t)(raw.bytes - batch->text),
                             (uint32_t)raw.len};
    const bool escapes = dialect->undone != WEIR_OFF;
    const bool null =
        escapes && dialect->null && is_raw_null(dialect, raw.bytes, raw.len);
    if (!null && (escapes || weir_csv_state(batch)->quotes != WEIR_QUOTES_NONE))
        span = unquoted(dialect, batch, span);
    if (null ||
        (!escapes && dialect->null && span.len &&
         weir_dialect_null(dialect, batch->text + span.start, span.len)))
        span.len = 0;
    return span;
}
