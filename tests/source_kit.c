#include "tests/source_kit.h"

#include <bzlib.h>
#include <check.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

void bytes_add(struct bytes *bytes, const void *from, size_t len)
{
    if (bytes->capacity - bytes->len < len) {
        bytes->capacity = bytes->capacity * 2 + len;
        bytes->at = realloc(bytes->at, bytes->capacity);
        MUST(bytes->at);
    }
    if (len > 0)
        memcpy(bytes->at + bytes->len, from, len);
    bytes->len += len;
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct bytes){0};
}

bool bytes_begin(const struct bytes *whole, const struct bytes *part)
{
    return part->len <= whole->len &&
           (part->len == 0 || memcmp(whole->at, part->at, part->len) == 0);
}

bool bytes_same(const struct bytes *a, const struct bytes *b)
{
    return a->len == b->len && bytes_begin(a, b);
}

void bytes_add_csv(struct bytes *bytes, size_t len, unsigned seed)
{
    static const char *const names[] = {"ann", "bob", "zo\xc3\xab", "\"d, e\""};
    size_t end = bytes->len + len;
    uint64_t state = seed + 1;
    bytes_add_text(bytes, "id,name,score\n");
    for (unsigned id = 0; bytes->len < end; id++) {
        char line[80];
        state = state * 6364136223846793005u + 1442695040888963407u;
        (void)snprintf(line, sizeof(line), "%u,%s,%u.%02u\n", id,
                       names[state >> 62], (unsigned)(state >> 40) % 1000,
                       (unsigned)(state >> 32) % 100);
        bytes_add_text(bytes, line);
    }
    bytes->len = end;
}

void add_zstd_window(struct bytes *to, const void *from, size_t len,
                     int window_log)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t capacity = ZSTD_compressBound(len) + 64;
    uint8_t *packed = malloc(capacity);
    MUST(context && packed);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    if (window_log)
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_inBuffer in = {from, len, 0};
    ZSTD_outBuffer out = {packed, capacity, 0};
    /* Two steps, so that the size is not known when the frame begins. */
    size_t left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
    MUST(!ZSTD_isError(left));
    left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    MUST(left == 0);
    bytes_add(to, packed, out.pos);
    free(packed);
    ZSTD_freeCCtx(context);
}

void add_zstd(struct bytes *to, const void *from, size_t len)
{
    add_zstd_window(to, from, len, 0);
}

void add_zstd_sized(struct bytes *to, const void *from, size_t len,
                    int checksum)
{
    static ZSTD_CCtx *context; /* shared by all frames */
    if (!context)
        context = ZSTD_createCCtx();
    size_t capacity = ZSTD_compressBound(len);
    uint8_t *packed = malloc(capacity);
    MUST(context && packed);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
    size_t n = ZSTD_compress2(context, packed, capacity, from, len);
    MUST(!ZSTD_isError(n));
    bytes_add(to, packed, n);
    free(packed);
}

void add_zstd_skippable(struct bytes *to, size_t len)
{
    const uint8_t head[8] = {0x53, 0x2a,         0x4d,
                             0x18, (uint8_t)len, (uint8_t)(len >> 8)};
    bytes_add(to, head, sizeof head);
    for (size_t i = 0; i < len; i++)
        bytes_add(to, "x", 1);
}

static void add_gzip_header(struct bytes *to, const void *from, size_t len,
                            gz_header *header)
{
    static z_stream stream; /* shared by all members */
    if (!stream.state)
        MUST(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
                          Z_DEFAULT_STRATEGY) == Z_OK);
    MUST(deflateReset(&stream) == Z_OK &&
         deflateSetHeader(&stream, header) == Z_OK);
    size_t capacity = deflateBound(&stream, len) + 8192;
    uint8_t *packed = malloc(capacity);
    MUST(packed);
    stream.next_in = (Bytef *)(uintptr_t)from;
    stream.avail_in = (uInt)len;
    stream.next_out = packed;
    stream.avail_out = (uInt)capacity;
    MUST(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    bytes_add(to, packed, stream.total_out);
    free(packed);
}

void add_gzip(struct bytes *to, const void *from, size_t len)
{
    add_gzip_header(to, from, len, NULL);
}

void add_gzip_full_header(struct bytes *to, const void *from, size_t len)
{
    static Bytef extra[3000];
    static Bytef name[] = "users of 1999.csv";
    static Bytef comment[] = "a comment, with\na line feed";
    gz_header header = {.text = 1,
                        .time = 12345,
                        .os = 3,
                        .extra = extra,
                        .extra_len = sizeof(extra),
                        .name = name,
                        .comment = comment,
                        .hcrc = 1};
    memset(extra, 'x', sizeof(extra));
    add_gzip_header(to, from, len, &header);
}

void add_bgzf(struct bytes *to, const void *from, size_t len)
{
    static Bytef extra[6] = {'B', 'C', 2, 0};
    gz_header header = {.os = 255, .extra = extra, .extra_len = sizeof extra};
    size_t begin = to->len;
    add_gzip_header(to, from, len, &header);
    size_t length = to->len - begin - 1;
    ck_assert_uint_lt(length, 65536);
    to->at[begin + 16] = (uint8_t)length;
    to->at[begin + 17] = (uint8_t)(length >> 8);
}

/* Adds a block of block->uncompressed_size bytes, with both sizes in its
 * header. The header is encoded last, in the room of one with a larger size. */
static void add_xz_block(struct bytes *to, lzma_block *block,
                         const uint8_t *text)
{
    static lzma_stream stream = LZMA_STREAM_INIT; /* shared by all blocks */
    size_t len = block->uncompressed_size;
    size_t capacity = lzma_block_buffer_bound(len);
    uint8_t *packed = malloc(capacity);
    block->compressed_size = capacity;
    MUST(packed && lzma_block_header_size(block) == LZMA_OK &&
         lzma_block_encoder(&stream, block) == LZMA_OK);
    stream.next_in = text;
    stream.avail_in = len;
    stream.next_out = packed + block->header_size;
    stream.avail_out = capacity - block->header_size;
    MUST(lzma_code(&stream, LZMA_FINISH) == LZMA_STREAM_END &&
         lzma_block_header_encode(block, packed) == LZMA_OK);
    bytes_add(to, packed, block->header_size + stream.total_out);
    free(packed);
}

void add_xz_blocks(struct bytes *to, const void *from, size_t len, size_t size,
                   int check)
{
    lzma_options_lzma options;
    const uint8_t *text = from;
    uint8_t fixed[LZMA_STREAM_HEADER_SIZE];
    MUST(!lzma_lzma_preset(&options, 0));
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options},
                             {LZMA_VLI_UNKNOWN, NULL}};
    lzma_stream_flags flags = {.check = (lzma_check)check};
    lzma_index *index = lzma_index_init(NULL);
    MUST(index && lzma_stream_header_encode(&flags, fixed) == LZMA_OK);
    bytes_add(to, fixed, sizeof fixed);
    for (size_t at = 0, n; at < len; at += n) {
        n = len - at < size ? len - at : size;
        lzma_block block = {.version = 1,
                            .check = flags.check,
                            .filters = filters,
                            .uncompressed_size = n};
        add_xz_block(to, &block, text + at);
        MUST(lzma_index_append(index, NULL, lzma_block_unpadded_size(&block),
                               block.uncompressed_size) == LZMA_OK);
    }
    flags.backward_size = lzma_index_size(index);
    uint8_t *end = malloc(flags.backward_size);
    size_t used = 0;
    MUST(end && lzma_index_buffer_encode(index, end, &used,
                                         flags.backward_size) == LZMA_OK);
    bytes_add(to, end, used);
    free(end);
    lzma_index_end(index, NULL);
    MUST(lzma_stream_footer_encode(&flags, fixed) == LZMA_OK);
    bytes_add(to, fixed, sizeof fixed);
}

void add_xz(struct bytes *to, const void *from, size_t len)
{
    add_xz_blocks(to, from, len, 60000, LZMA_CHECK_CRC64);
}

void add_bzip2(struct bytes *to, const void *from, size_t len)
{
    unsigned capacity = (unsigned)(len + len / 100 + 600);
    char *packed = malloc(capacity);
    char *text = malloc(len + 1); /* libbz2 refuses NULL */
    MUST(packed && text);
    if (len)
        memcpy(text, from, len);
    MUST(BZ2_bzBuffToBuffCompress(packed, &capacity, text, (unsigned)len, 1, 0,
                                  0) == BZ_OK);
    bytes_add(to, packed, capacity);
    free(packed);
    free(text);
}

static void add_lz4_frame(struct bytes *to, const void *from, size_t len,
                          const LZ4F_frameInfo_t *info)
{
    const LZ4F_preferences_t preferences = {.frameInfo = *info};
    size_t capacity = LZ4F_compressFrameBound(len, &preferences);
    uint8_t *packed = malloc(capacity);
    MUST(packed);
    size_t n = LZ4F_compressFrame(packed, capacity, from ? from : "", len,
                                  &preferences);
    MUST(!LZ4F_isError(n));
    bytes_add(to, packed, n);
    free(packed);
}

void add_lz4(struct bytes *to, const void *from, size_t len)
{
    add_lz4_frame(to, from, len,
                  &(LZ4F_frameInfo_t){.blockSizeID = LZ4F_max64KB,
                                      .blockMode = LZ4F_blockLinked,
                                      .contentChecksumFlag =
                                          LZ4F_contentChecksumEnabled});
}

void add_lz4_sized(struct bytes *to, const void *from, size_t len)
{
    add_lz4_frame(
        to, from, len,
        &(LZ4F_frameInfo_t){.blockSizeID = LZ4F_max64KB,
                            .blockMode = LZ4F_blockIndependent,
                            .contentSize = len,
                            .blockChecksumFlag = LZ4F_blockChecksumEnabled});
}

struct chunked {
    struct weir_source source;
    struct weir_source *inner;
    size_t (*next_size)(void *data);
    void *data;
};

static ptrdiff_t chunked_read(struct weir_source *source, void *into,
                              size_t capacity, struct weir_error *error)
{
    struct chunked *chunked = (struct chunked *)source;
    size_t max = chunked->next_size(chunked->data);
    return weir_read(chunked->inner, into, max < capacity ? max : capacity,
                     error);
}

static void chunked_close(struct weir_source *source)
{
    weir_source_close(((struct chunked *)source)->inner);
    free(source);
}

static void chunked_estimate(const struct weir_source *source,
                             struct weir_estimate *estimate)
{
    weir_source_estimate(((const struct chunked *)source)->inner, estimate);
}

struct weir_source *chunked_open(struct weir_source *inner,
                                 size_t (*next_size)(void *data), void *data)
{
    static const struct weir_source_ops ops = {.read = chunked_read,
                                               .close = chunked_close,
                                               .estimate = chunked_estimate};
    if (!inner)
        return NULL;
    struct chunked *chunked = malloc(sizeof(*chunked));
    ck_assert_ptr_nonnull(chunked);
    *chunked = (struct chunked){{&ops}, inner, next_size, data};
    return &chunked->source;
}

size_t chunked_fixed(void *data)
{
    return *(const size_t *)data;
}

/* Reads once more: ends and errors are sticky. */
static void ask_again(struct weir_source *source, ptrdiff_t last,
                      const struct weir_error *error)
{
    struct weir_error again;
    char byte;
    weir_error_init(&again);
    ck_assert_int_eq(weir_read(source, &byte, 1, &again), last);
    if (last == 0)
        return;
    ck_assert(error->status == last);
    ck_assert(error->message[0] != 0);
    ck_assert_str_eq(again.message, error->message);
    ck_assert_str_eq(again.place, error->place);
}

enum weir_status drain(struct weir_source *source, size_t capacity,
                       struct bytes *into, struct weir_error *error)
{
    uint8_t *buffer = malloc(capacity);
    ck_assert_ptr_nonnull(buffer);
    ptrdiff_t n;
    while ((n = weir_read(source, buffer, capacity, error)) > 0) {
        ck_assert_uint_le((size_t)n, capacity);
        bytes_add(into, buffer, (size_t)n);
    }

    ask_again(source, n, error);
    weir_source_close(source);
    free(buffer);
    return n == 0 ? WEIR_END : (enum weir_status)n;
}

enum weir_status decode(const struct bytes *packed, const char *path,
                        size_t read_size, size_t capacity, struct bytes *into,
                        struct weir_error *error)
{
    weir_error_init(error);
    into->len = 0;
    struct weir_source *source =
        weir_memory_source_open(packed->at, packed->len, error);
    source = chunked_open(source, chunked_fixed, &read_size);
    if (source)
        source = weir_source_detect(source, path, NULL, error);
    if (!source) {
        ck_assert_int_lt(error->status, 0);
        return error->status;
    }
    return drain(source, capacity, into, error);
}

struct weir_source *file_of_bytes_open(const void *bytes, size_t len,
                                       struct weir_error *error)
{
    char path[40];
    int fd = memfd_create("bytes", MFD_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct weir_source *source = weir_source_open(path, NULL, NULL, error);
    ck_assert_int_eq(close(fd), 0);
    return source;
}
