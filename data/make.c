/*
 * make.c - writes seeded inputs of any size to standard output.
 *
 *     make users 10000000 >users.csv
 *
 * The same seed gives the same bytes on every machine: all arithmetic is on
 * integers, the generator is our own, and a normal deviate is a sum of
 * uniforms. A shorter file is the beginning of a longer one.
 *
 * A record is made in two steps. First its values are drawn. Then they are
 * written as text at a cursor, which every put_ function takes and returns
 * moved:
 *
 *     buffer  |7,Ada Park,41,...\n8,Jo|                     |RECORD_CAPACITY|
 *                                     ^ at: put here           ^ past here,
 *                                                                flush first
 *
 * `users`, `quoted`, `crlf`, `utf8` and `bad` of one seed hold the same people.
 * A second generator draws which names and notes are quoted and how, so only
 * names and notes differ.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "lists.h"
#include "put.h"
#include "user.h"

enum {
    DONE = 0,
    USAGE = 2,
    FAILED = 3
};
enum {
    DEFAULT_SEED = 1
};
enum {
    BUFFER_CAPACITY = 1 << 18,
    RECORD_CAPACITY = 512
};
enum {
    BAD_EVERY = 100000
};

/* The request of the command line. `size` is K of `keys` or C of `wide`. */
struct request {
    uint64_t seed;
    uint64_t records;
    uint64_t size;
};

/* ---- output -------------------------------------------------------------- */

static char buffer[BUFFER_CAPACITY];

static char *flush(const char *at)
{
    size_t len = (size_t)(at - buffer);

    if (fwrite(buffer, 1, len, stdout) != len) {
        fprintf(stderr, "data/make: standard output: %s\n", strerror(errno));
        exit(FAILED);
    }
    return buffer;
}

/* Returns a cursor with room for one record or, in `wide`, one field. */
static char *make_room(char *at)
{
    return at > buffer + BUFFER_CAPACITY - RECORD_CAPACITY ? flush(at) : at;
}

/* ---- users, and the same people in other forms --------------------------- */

static const char user_header[] =
    "id,name,age,country,income,score,signup,notes\n";

/* The ways in which a file of the same people may differ from `users`. */
struct manner {
    char *(*put_name)(char *at, const struct user *user);
    char *(*put_notes)(char *at, const struct user *user, const char *glue);
    const char *end;    /* line end */
    uint64_t bad_every; /* users before each bad record */
};

/* Writes a record with too few fields or, in turn, with too many. */
static char *put_bad(char *at, uint64_t turn)
{
    return put_string(at, turn % 2 ? "a,short,record"
                                   : "a,record,with,more,fields,than,the,"
                                     "header,names");
}

static char *make_people(char *at, const struct request *request,
                         const struct manner *manner)
{
    struct random random = {request->seed};
    struct user user;

    at = put_text(at, user_header, sizeof user_header - 2);
    at = put_string(at, manner->end);
    for (uint64_t id = 1; id <= request->records; id++) {
        at = make_room(at);
        draw_user(&random, &user);
        at = put_number(at, id);
        *at++ = ',';
        at = manner->put_name(at, &user);
        at = put_facts(at, &user);
        at = manner->put_notes(at, &user, " ");
        at = put_string(at, manner->end);
        if (id % manner->bad_every == 0) {
            at = put_bad(at, id / manner->bad_every);
            at = put_string(at, manner->end);
        }
    }
    return at;
}

static char *make_users(char *at, const struct request *request)
{
    static const struct manner users = {put_name, put_notes, "\n", UINT64_MAX};
    return make_people(at, request, &users);
}

static char *make_crlf(char *at, const struct request *request)
{
    static const struct manner crlf = {put_name, put_notes, "\r\n", UINT64_MAX};
    return make_people(at, request, &crlf);
}

static char *make_utf8(char *at, const struct request *request)
{
    static const struct manner utf8 = {put_cyrillic_name, put_han_notes, "\n",
                                       UINT64_MAX};
    return make_people(at, request, &utf8);
}

static char *make_bad(char *at, const struct request *request)
{
    static const struct manner bad = {put_name, put_notes, "\n", BAD_EVERY};
    return make_people(at, request, &bad);
}

static char *make_quoted(char *at, const struct request *request)
{
    struct random random = {request->seed};
    struct random quirk = {scramble(~request->seed)};
    struct user user;

    at = put_string(at, user_header);
    for (uint64_t id = 1; id <= request->records; id++) {
        at = make_room(at);
        draw_user(&random, &user);
        at = put_number(at, id);
        *at++ = ',';
        at = put_quoted_name(at, &user, &quirk);
        at = put_facts(at, &user);
        at = put_quoted_notes(at, &user, &quirk);
        *at++ = '\n';
    }
    return at;
}

/* ---- measurements, keys, wide -------------------------------------------- */

/* As in the one billion row challenge, the standard deviation is 10 degrees. */
static char *make_measurements(char *at, const struct request *request)
{
    struct random random = {request->seed};

    for (uint64_t i = 0; i < request->records; i++) {
        const struct station *station =
            &stations[draw_below(&random, LENGTH(stations))];
        int64_t tenths =
            station->mean_tenths + draw_normal(&random) * 100 / 65536;

        at = make_room(at);
        at = put_word(at, &station->name);
        *at++ = ';';
        at = put_decimal(at, tenths, 1);
        *at++ = '\n';
    }
    return at;
}

/* A bijection on the numbers up to `mask`, which is one less than a power of
   two. Multiplying by an odd number and xor'ing with a right shift can each be
   undone, so a chain of them can. */
static uint64_t shuffle(uint64_t number, uint64_t salt, uint64_t mask)
{
    int half = 0;

    while (mask >> half >> half != 0)
        half++;
    for (int round = 0; round < 3; round++) {
        salt = scramble(salt + 1);
        number = (number * (salt | 1) + (salt >> 32)) & mask;
        number ^= number >> (half > 0 ? half : 1);
    }
    return number;
}

/* Every K records hold each key once. Each K records are shuffled with a new
   salt. A number that leaves the range is shuffled again until it is back. */
static char *make_keys(char *at, const struct request *request)
{
    struct random random = {request->seed};
    uint64_t mask = 0, salt = 0;

    while (mask < request->size - 1)
        mask = mask << 1 | 1;
    at = put_string(at, "key,value\n");
    for (uint64_t i = 0; i < request->records; i++) {
        uint64_t key = i % request->size;
        int64_t value;

        if (key == 0)
            salt = draw_bits(&random);
        do
            key = shuffle(key, salt, mask);
        while (key >= request->size);
        value = (int64_t)draw_below(&random, 2000001) - 1000000;
        at = make_room(at);
        *at++ = 'k';
        at = put_number(at, key + 1);
        *at++ = ',';
        at = put_decimal(at, value, 2);
        *at++ = '\n';
    }
    return at;
}

/* The columns are whole numbers, then numbers with 1, 2 and 3 decimals, and so
   on. */
static char *make_wide(char *at, const struct request *request)
{
    struct random random = {request->seed};

    for (uint64_t column = 0; column < request->size; column++) {
        at = make_room(at);
        at = put_string(at, column == 0 ? "c" : ",c");
        at = put_number(at, column + 1);
    }
    *at++ = '\n';
    for (uint64_t i = 0; i < request->records; i++) {
        for (uint64_t column = 0; column < request->size; column++) {
            at = make_room(at);
            if (column != 0)
                *at++ = ',';
            at = put_decimal(at, (int64_t)draw_below(&random, 1000000),
                             (int)(column % 4));
        }
        *at++ = '\n';
    }
    return at;
}

/* ---- the command line ---------------------------------------------------- */

struct kind {
    const char *name;
    char *(*make)(char *at, const struct request *request);
    const char *size_name; /* NULL: the kind takes only N */
    uint64_t max_size;
    const char *size_range;
};

static const struct kind kinds[] = {
    {.name = "users", .make = make_users},
    {.name = "quoted", .make = make_quoted},
    {.name = "crlf", .make = make_crlf},
    {.name = "utf8", .make = make_utf8},
    {.name = "bad", .make = make_bad},
    {.name = "measurements", .make = make_measurements},
    {"keys", make_keys, "K", UINT64_C(1) << 40, "1 to 2^40"},
    {"wide", make_wide, "C", 1000000, "1 to 1000000"},
};

static const char help[] =
    "usage: make [--seed S] users N          id,name,age,country,income,...\n"
    "       make [--seed S] quoted N         the same people, RFC 4180 quotes\n"
    "       make [--seed S] crlf N           the same, lines that end in CR "
    "LF\n"
    "       make [--seed S] utf8 N           the same, names and notes in "
    "UTF-8\n"
    "       make [--seed S] bad N            the same, and one bad in 100000\n"
    "       make [--seed S] measurements N   station;temperature, no header\n"
    "       make [--seed S] keys N K         key,value with K distinct keys\n"
    "       make [--seed S] wide N C         c1,...,cC, all of them numbers\n"
    "Writes N records to standard output: the same for the same seed (1 if\n"
    "not given) on every machine. Exit codes: 0 done, 2 bad usage, 3 the\n"
    "output failed.\n";

static void refuse(const char *what, const char *found, const char *expected)
{
    fprintf(stderr, "data/make: %s '%s': expected %s; see --help\n", what,
            found, expected);
    exit(USAGE);
}

static uint64_t read_number(const char *what, const char *text)
{
    uint64_t value = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');

        if (value > (UINT64_MAX - digit) / 10)
            refuse(what, text, "a number below 2^64");
        value = value * 10 + digit;
    }
    if (at == text || *at != '\0')
        refuse(what, text, "a whole number");
    return value;
}

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (strcmp(name, kinds[i].name) == 0)
            return &kinds[i];
    refuse("kind", name,
           "users, quoted, crlf, utf8, bad, measurements, keys or wide");
    return NULL;
}

/* Reads the options, and moves the operands to the front of argv. Returns the
   number of operands. */
static int read_options(int argc, char **argv, struct request *request)
{
    int n_operands = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            flush(put_string(buffer, help));
            exit(DONE);
        } else if (strncmp(argv[i], "--seed=", 7) == 0) {
            request->seed = read_number("seed", argv[i] + 7);
        } else if (strcmp(argv[i], "--seed") == 0) {
            if (++i == argc)
                refuse("option", "--seed", "a number after it");
            request->seed = read_number("seed", argv[i]);
        } else if (argv[i][0] == '-') {
            refuse("option", argv[i], "--seed or --help");
        } else {
            argv[n_operands++] = argv[i];
        }
    }
    return n_operands;
}

static const struct kind *read_request(int argc, char **argv,
                                       struct request *request)
{
    int n_operands = read_options(argc, argv, request);
    const struct kind *kind = find_kind(n_operands > 0 ? argv[0] : "");

    if (n_operands != (kind->size_name ? 3 : 2))
        refuse("operands of", kind->name,
               kind->size_name ? "two numbers" : "one number, the records");
    request->records = read_number("records", argv[1]);
    if (kind->size_name) {
        request->size = read_number(kind->size_name, argv[2]);
        if (request->size == 0 || request->size > kind->max_size)
            refuse(kind->size_name, argv[2], kind->size_range);
    }
    return kind;
}

int main(int argc, char **argv)
{
    struct request request = {.seed = DEFAULT_SEED};
    const struct kind *kind;

    setvbuf(stdout, NULL, _IONBF, 0);
    kind = read_request(argc, argv, &request);
    flush(kind->make(buffer, &request));
    return DONE;
}
