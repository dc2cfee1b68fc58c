/*
 * A TZif file has a list of transitions, each with the offset from then on, and
 * ends in a rule (zone_rule.h) for the time after them:
 *
 *     "TZif" 2 ... counts | times | types | offsets | names | ...   32 bits
 *     "TZif" 2 ... counts | times | types | offsets | names | ...   64 bits
 *     \n CET-1CEST,M3.5.0,M10.5.0/3 \n
 *
 * Files of version 1 have only the first part, and no rule. The file is checked
 * when it is opened; nothing in it is trusted.
 */
#include "pipeline/ops/zone.h"

#include "base/error.h"
#include "base/memory.h"
#include "pipeline/ops/zone_rule.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/usr/share/zoneinfo"
#define FILE_MAX ((off_t)64 * 1024)

struct transition {
    int64_t at;
    int32_t offset; /* from then on */
};

struct weir_zone {
    size_t n;
    int32_t before; /* the offset before the first transition */
    bool has_rule;  /* for the time from the last transition on */
    struct weir_zone_rule rule;
    struct transition transition[];
};

static size_t zone_bytes(size_t n)
{
    return sizeof(struct weir_zone) + n * sizeof(struct transition);
}

/* Parsing */

#define HEADER ((size_t)44)

/* The numbers of elements in one part of the file. */
struct counts {
    size_t universal, standard, leaps, times, types, names;
};

static uint32_t read_32(const char *from)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++)
        value = value << 8 | (unsigned char)from[i];
    return value;
}

static int64_t read_time(const char *from, size_t size)
{
    if (size == 4)
        return (int32_t)read_32(from);
    return (int64_t)((uint64_t)read_32(from) << 32 | read_32(from + 4));
}

static bool read_header(struct weir_text file, struct counts *counts)
{
    if (file.len < HEADER || memcmp(file.bytes, "TZif", 4) != 0)
        return false;
    *counts =
        (struct counts){read_32(file.bytes + 20), read_32(file.bytes + 24),
                        read_32(file.bytes + 28), read_32(file.bytes + 32),
                        read_32(file.bytes + 36), read_32(file.bytes + 40)};
    return true;
}

/* The length of a part with its header. `size` is that of a time in bytes. The
 * counts have 32 bits, so that the sum does not overflow. */
static size_t part_length(const struct counts *counts, size_t size)
{
    return HEADER + counts->times * (size + 1) + counts->types * 6 +
           counts->names + counts->leaps * (size + 4) + counts->standard +
           counts->universal;
}

/* The offset of a type; false if there is no such type, or no such offset. */
static bool read_type(const char *types, size_t n, size_t type, int32_t *offset)
{
    if (type >= n)
        return false;
    *offset = (int32_t)read_32(types + 6 * type);
    return *offset > -WEIR_DAY_SECONDS && *offset < WEIR_DAY_SECONDS;
}

/* Reads a part, which the file has whole. */
static bool read_part(struct weir_zone *zone, const char *part,
                      const struct counts *counts, size_t size)
{
    const char *times = part + HEADER, *indexes = times + counts->times * size;
    const char *types = indexes + counts->times;
    if (!read_type(types, counts->types, 0, &zone->before))
        return false;
    zone->n = counts->times;
    for (size_t i = 0; i < zone->n; i++) {
        struct transition *now = &zone->transition[i];
        now->at = read_time(times + i * size, size);
        if ((i && now->at <= now[-1].at) ||
            !read_type(types, counts->types, (unsigned char)indexes[i],
                       &now->offset))
            return false;
    }
    return true;
}

/* Reads the line after the parts; an empty line is no rule. */
static bool read_rule(struct weir_zone *zone, struct weir_text line)
{
    struct weir_cursor cursor = {line.bytes + 1, line.bytes + line.len};
    if (line.len < 2 || line.bytes[0] != '\n')
        return false;
    const char *end = memchr(cursor.at, '\n', line.len - 1);
    if (!end)
        return false;
    cursor.end = end;
    zone->has_rule = cursor.at < cursor.end;
    return !zone->has_rule || weir_zone_rule_read(&cursor, &zone->rule);
}

static struct weir_zone *new_zone(size_t n, struct weir_error *error)
{
    struct weir_zone *zone = weir_alloc_zero(WEIR_MEMORY_QUERY, zone_bytes(n));
    return zone ? zone : weir_no_memory(error, "a time zone", zone_bytes(n));
}

struct weir_zone *weir_zone_parse(struct weir_text file,
                                  struct weir_error *error)
{
    struct counts counts;
    size_t size = 4;
    bool good = read_header(file, &counts);
    if (good && file.bytes[4] >= '2') {
        size_t skipped = part_length(&counts, size);
        good = skipped <= file.len;
        if (good) {
            file = (struct weir_text){file.bytes + skipped, file.len - skipped};
            good = read_header(file, &counts);
            size = 8;
        }
    }
    if (!good || part_length(&counts, size) > file.len || counts.leaps) {
        weir_fail(error, WEIR_IO, "%s",
                  good && counts.leaps ? "counts leap seconds, which dates do "
                                         "not have"
                                       : "is not a time zone file (TZif)");
        return NULL;
    }
    struct weir_zone *zone = new_zone(counts.times, error);
    if (!zone)
        return NULL;
    size_t len = part_length(&counts, size);
    const struct weir_text line = {file.bytes + len, file.len - len};
    if (read_part(zone, file.bytes, &counts, size) &&
        (size == 4 || read_rule(zone, line)))
        return zone;
    weir_fail(error, WEIR_IO, "is a damaged time zone file (TZif)");
    weir_zone_close(zone);
    return NULL;
}

struct weir_zone *weir_zone_copy(const struct weir_zone *zone,
                                 struct weir_error *error)
{
    struct weir_zone *copy = new_zone(zone->n, error);
    if (copy)
        memcpy(copy, zone, zone_bytes(zone->n));
    return copy;
}

void weir_zone_close(struct weir_zone *zone)
{
    weir_free(WEIR_MEMORY_QUERY, zone);
}

int32_t weir_zone_offset(const struct weir_zone *zone, int64_t seconds)
{
    const struct transition *transition = zone->transition;
    size_t low = 0, high = zone->n; /* the first one after `seconds` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (transition[middle].at <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->n && zone->has_rule)
        return weir_zone_rule_offset(&zone->rule, seconds);
    return low ? transition[low - 1].offset : zone->before;
}

/* Files */

static const char *folder(void)
{
    const char *asked = getenv("TZDIR");
    return asked && *asked ? asked : FOLDER;
}

/* Reads `len` bytes. Returns false with errno. */
static bool read_whole(int fd, char *into, size_t len)
{
    for (ssize_t n; len; into += n, len -= (size_t)n) {
        do
            n = read(fd, into, len);
        while (n < 0 && errno == EINTR);
        if (n == 0)
            errno = EIO; /* the file became shorter */
        if (n <= 0)
            return false;
    }
    return true;
}

/* Reads a file into a new block, which has one byte more. WEIR_USAGE if there
 * is no such file. */
static char *read_file(const char *path, size_t *len, struct weir_error *error)
{
    struct stat stat;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &stat) < 0) {
        bool missing = errno == ENOENT || errno == ENOTDIR;
        weir_fail_errno(error, "%s", path);
        if (missing)
            error->status = WEIR_USAGE;
        if (fd >= 0)
            (void)close(fd);
        return NULL;
    }
    char *block = NULL;
    *len = (size_t)stat.st_size;
    if (!S_ISREG(stat.st_mode))
        weir_fail(error, WEIR_USAGE, "%s is not a file", path);
    else if (stat.st_size > FILE_MAX)
        weir_fail(error, WEIR_IO, "%s is too large", path);
    else if (!(block = weir_alloc(WEIR_MEMORY_QUERY, *len + 1)))
        weir_fail_memory(error, "a time zone", *len + 1);
    else if (!read_whole(fd, block, *len)) {
        weir_fail_errno(error, "%s", path);
        weir_free(WEIR_MEMORY_QUERY, block);
        block = NULL;
    }
    (void)close(fd);
    return block;
}

/* A zone's name is a path within the folder. */
static bool is_name(struct weir_text name)
{
    if (!name.len || name.len > 100 || name.bytes[0] == '/' ||
        memmem(name.bytes, name.len, "..", 2))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!weir_is_letter(name.bytes[i]) &&
            !strchr("0123456789_+-/", name.bytes[i]))
            return false;
    return true;
}

static struct weir_zone *fail_name(struct weir_text name,
                                   struct weir_error *error)
{
    char shown[128];
    weir_show(shown, sizeof shown, name.bytes, name.len, 60);
    weir_fail(error, WEIR_USAGE, "no time zone '%s' in %s", shown, folder());
    return NULL;
}

struct weir_zone *weir_zone_open(struct weir_text name,
                                 struct weir_error *error)
{
    char path[4096];
    size_t len;
    if (name.len == 3 && !memcmp(name.bytes, "UTC", 3))
        return new_zone(0, error);
    if (!is_name(name))
        return fail_name(name, error);
    (void)snprintf(path, sizeof path, "%s/%.*s", folder(), (int)name.len,
                   name.bytes);
    char *block = read_file(path, &len, error);
    if (!block && error->status == WEIR_USAGE)
        return fail_name(name, error);
    if (!block)
        return NULL;
    struct weir_error why;
    struct weir_zone *zone =
        weir_zone_parse((struct weir_text){block, len}, &why);
    if (!zone && why.status == WEIR_IO)
        weir_fail(error, WEIR_IO, "%s %s", path, why.message);
    else if (!zone)
        *error = why;
    weir_free(WEIR_MEMORY_QUERY, block);
    return zone;
}

/* Lines of zone.tab are: country, coordinates, zone[, comment], between tabs.
 */
size_t weir_zone_names(char **block, const char **name, size_t max,
                       struct weir_error *error)
{
    char path[4096], *line, *rest;
    size_t len, n = 0;
    (void)snprintf(path, sizeof path, "%s/zone.tab", folder());
    *block = rest = read_file(path, &len, error);
    if (!rest)
        return 0;
    rest[len] = '\0';
    while (n < max && (line = strsep(&rest, "\n")) != NULL) {
        char *field = line;
        for (size_t i = 0; i < 2 && field; i++)
            strsep(&field, "\t");
        if (*line != '#' && field)
            name[n++] = strsep(&field, "\t");
    }
    return n;
}
