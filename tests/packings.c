#include "tests/packings.h"

#include "tests/trial.h"

#include <lzma.h>
#include <stdlib.h>

static void add_any_zstd(struct bytes *to, const char *from, size_t len,
                         uint64_t *seed)
{
    if (draw(seed, 4) == 0)
        add_zstd_skippable(to, draw(seed, 100));
    if (draw(seed, 40) == 0)
        add_zstd(to, from, len);
    else
        add_zstd_sized(to, from, len, (int)draw(seed, 2));
}

static void add_any_gzip(struct bytes *to, const char *from, size_t len,
                         uint64_t *seed)
{
    if (draw(seed, 3))
        add_gzip(to, from, len);
    else
        add_gzip_full_header(to, from, len);
}

static void add_any_bgzf(struct bytes *to, const char *from, size_t len,
                         uint64_t *seed)
{
    if (draw(seed, 200) == 0)
        add_gzip(to, from, len);
    else
        add_bgzf(to, from, len);
}

/* A stream of several blocks, sometimes with padding after it. Blocks of a
 * stream with another kind of check begin no segment. */
static void add_any_xz(struct bytes *to, const char *from, size_t len,
                       uint64_t *seed)
{
    int check = draw(seed, 100) ? LZMA_CHECK_CRC64 : LZMA_CHECK_CRC32;
    add_xz_blocks(to, from, len, 1 + draw(seed, 3000), check);
    if (draw(seed, 10) == 0)
        bytes_add(to, "\0\0\0\0\0\0\0", 8);
}

static void add_any_bzip2(struct bytes *to, const char *from, size_t len,
                          uint64_t *seed)
{
    (void)seed;
    add_bzip2(to, from, len);
}

static void add_any_lz4(struct bytes *to, const char *from, size_t len,
                        uint64_t *seed)
{
    /* Not as the first part, where it would be taken for zstd's. */
    if (to->len && draw(seed, 4) == 0)
        add_zstd_skippable(to, draw(seed, 100));
    if (draw(seed, 2))
        add_lz4(to, from, len);
    else
        add_lz4_sized(to, from, len);
}

const struct packing packings[N_PACKINGS] = {
    {add_any_zstd, 20, ""},       {add_any_zstd, 300, ""},
    {add_any_zstd, 6000, ""},     {add_any_zstd, 30000, ""},
    {add_any_bgzf, 300, "isal"},  {add_any_bgzf, 6000, "zlib"},
    {add_any_gzip, 6000, "isal"}, {add_any_gzip, 6000, "zlib"},
    {add_any_xz, 6000, ""},       {add_any_bzip2, 6000, ""},
    {add_any_lz4, 300, ""},       {add_any_lz4, 6000, ""},
};

void pack_parts(struct bytes *to, const struct packing *packing,
                const char *text, size_t len, uint64_t seed)
{
    setenv("WEIR_GZIP", packing->inflater, 1);
    to->len = 0;
    for (size_t at = 0; at < len;) {
        size_t part = draw(&seed, packing->max + 1);
        if (part > len - at)
            part = len - at;
        packing->add(to, text + at, part, &seed);
        at += part;
    }
    packing->add(to, NULL, 0, &seed);
}
