/*
 * See frames.h. partials/README.md describes the bytes.
 */
#include "tests/fuzz/frames.h"

#include "partials/block.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define TABLES_MAX 8
#define ACCOUNT_NUMBERS 8

/* The form of a frame that a fuzzer has written. */
#define FRAME_HEAD ((size_t)6)
enum {
    FRAME_KIND = 7,   /* B, B, B, B, E, H, H, X */
    BEGINS = 6,       /* the second H begins another partial */
    SAID_PACKED = 16, /* says that the payload is zstd's */
    PACKED = 32,      /* the payload is packed here */
    AS_IT_IS = 64,    /* counts and fingerprint stay wrong */
    WRONG = 128       /* the checksum is wrong */
};

struct mending {
    struct bytes *to;
    size_t begun;           /* offset at which this partial begins */
    uint64_t n_tables;      /* as its header says */
    uint64_t n[TABLES_MAX]; /* records of the blocks so far */
};

void frames_begin(struct bytes *to)
{
    char rest[WEIR_PARTIAL_PREAMBLE - 8] = {0};
    weir_put_fixed(rest, WEIR_PARTIAL_VERSION, 4);
    bytes_add(to, WEIR_PARTIAL_MAGIC, 8);
    bytes_add(to, rest, sizeof rest);
}

static void add(struct bytes *to, const struct weir_frame *frame,
                const void *payload)
{
    char header[WEIR_FRAME_BYTES];
    weir_frame_write(frame, header);
    bytes_add(to, header, sizeof header);
    bytes_add(to, payload, frame->stored);
}

static void add_varint(struct bytes *to, uint64_t value)
{
    char scratch[WEIR_VARINT_CAPACITY];
    bytes_add(to, scratch, (size_t)(weir_put_varint(scratch, value) - scratch));
}

static void add_fixed(struct bytes *to, uint64_t value)
{
    char scratch[8];
    weir_put_fixed(scratch, value, sizeof scratch);
    bytes_add(to, scratch, sizeof scratch);
}

static bool skip_text(struct weir_text *from)
{
    uint64_t len;
    struct weir_text text;
    return weir_get_varint(from, &len) && weir_get_bytes(from, len, &text);
}

/* Copies the number of facts of the identity, and these facts. Returns false if
 * the text ends too early. */
static bool identity_of(struct weir_text *from, struct bytes *to)
{
    struct bytes facts = {0};
    uint64_t n, is, count = 0;
    bool good = weir_get_varint(from, &n);
    for (uint64_t i = 0; good && i < n; i++) {
        const char *begin = from->bytes;
        good = weir_get_varint(from, &is) && skip_text(from) && skip_text(from);
        if (good && is) {
            bytes_add(&facts, begin, (size_t)(from->bytes - begin));
            count++;
        }
    }
    add_varint(to, count);
    bytes_add(to, facts.at, facts.len);
    bytes_free(&facts);
    return good;
}

static bool skip_tables(struct weir_text *from, uint64_t *n_tables)
{
    uint64_t parts, n, version;
    bool good = weir_get_varint(from, n_tables);
    for (uint64_t i = 0; good && i < *n_tables; i++) {
        good = weir_get_varint(from, &parts) && weir_get_varint(from, &n);
        for (uint64_t j = 0; good && j < n; j++)
            good = skip_text(from) && weir_get_varint(from, &version);
    }
    return good;
}

/* The hash of the identity's facts and of the tables. */
static uint64_t fingerprint(struct mending *mending, struct weir_text text)
{
    struct bytes over = {0};
    uint64_t result = 0;
    mending->n_tables = 0;
    if (identity_of(&text, &over)) {
        const char *tables = text.bytes;
        if (skip_tables(&text, &mending->n_tables))
            bytes_add(&over, tables, (size_t)(text.bytes - tables));
        result = XXH64(over.at, over.len, 0);
    }
    bytes_free(&over);
    return result;
}

static void mend_header(struct mending *mending, struct weir_text text,
                        struct bytes *payload)
{
    add_fixed(payload, fingerprint(mending, text));
    bytes_add(payload, text.bytes, text.len);
}

/* Puts the counts between the record counts and the positions. */
static void mend_end(struct mending *mending, struct weir_text text,
                     struct bytes *payload)
{
    struct weir_text rest = text;
    uint64_t number;
    for (int i = 0; i < ACCOUNT_NUMBERS; i++)
        (void)weir_get_varint(&rest, &number);
    bytes_add(payload, text.bytes, text.len - rest.len);
    add_varint(payload, mending->n_tables);
    for (uint64_t i = 0; i < mending->n_tables && i < TABLES_MAX; i++)
        add_varint(payload, mending->n[i]);
    bytes_add(payload, rest.bytes, rest.len);
    const uint8_t *whole = mending->to->at + mending->begun;
    size_t len = mending->to->len - mending->begun;
    add_varint(payload, len);
    add_fixed(payload, XXH64(whole, len, 0));
}

void frames_add_header(struct bytes *to, struct weir_text saved)
{
    struct weir_frame frame = {.kind = WEIR_FRAME_HEADER,
                               .raw = (uint32_t)saved.len,
                               .stored = (uint32_t)saved.len,
                               .check =
                                   weir_frame_check(saved.bytes, saved.len)};
    add(to, &frame, saved.bytes);
}

/* Packs the payload with zstd, or only says so; then it should be zstd's
 * bytes. */
static void store(struct weir_frame *frame, uint8_t form, struct bytes *payload)
{
    struct bytes packed = {0};
    frame->raw = frame->stored = (uint32_t)payload->len;
    if (form & PACKED) {
        frame->zstd = true;
        add_zstd_sized(&packed, payload->at, payload->len, 0);
        bytes_free(payload);
        *payload = packed;
        frame->stored = (uint32_t)payload->len;
    } else if (form & SAID_PACKED) {
        frame->zstd = true;
        frame->raw = frame->n * 7; /* any number */
    }
    frame->check = weir_frame_check((const char *)payload->at, payload->len);
    frame->check ^= (form & WRONG) != 0;
}

static void mend_frame(struct mending *mending, uint8_t form,
                       struct weir_frame *frame, struct weir_text text)
{
    static const uint8_t kinds[] = {'B', 'B', 'B', 'B', 'E', 'H', 'H', 'X'};
    struct bytes payload = {0};
    bool right = !(form & AS_IT_IS);
    frame->kind = kinds[form & FRAME_KIND];
    if (frame->kind == WEIR_FRAME_HEADER && right)
        mend_header(mending, text, &payload);
    else if (frame->kind == WEIR_FRAME_END && right)
        mend_end(mending, text, &payload);
    else
        bytes_add(&payload, text.bytes, text.len);
    if (frame->kind == WEIR_FRAME_BLOCK && frame->table < TABLES_MAX)
        mending->n[frame->table] += frame->n;
    store(frame, form, &payload);
    add(mending->to, frame, payload.at);
    bytes_free(&payload);
}

void frames_mend(struct bytes *to, size_t begun, struct weir_text header,
                 struct weir_text from)
{
    struct mending mending = {.to = to, .begun = begun};
    struct bytes ignored = {0};
    mend_header(&mending, header, &ignored);
    bytes_free(&ignored);
    while (from.len >= FRAME_HEAD) {
        uint8_t form = (uint8_t)from.bytes[0];
        struct weir_frame frame = {
            .table = (uint8_t)from.bytes[1],
            .n = (uint32_t)weir_fixed_at(from.bytes + 2, 2)};
        size_t len = (size_t)weir_fixed_at(from.bytes + 4, 2);
        from.bytes += FRAME_HEAD;
        from.len -= FRAME_HEAD;
        len = len < from.len ? len : from.len;
        bool begun_now = to->len <= mending.begun + WEIR_PARTIAL_PREAMBLE;
        if ((form & FRAME_KIND) == BEGINS && !begun_now) {
            mending = (struct mending){.to = to, .begun = to->len};
            frames_begin(to);
        }
        mend_frame(&mending, form, &frame, (struct weir_text){from.bytes, len});
        from.bytes += len;
        from.len -= len;
    }
    bytes_add(to, from.bytes, from.len);
}
