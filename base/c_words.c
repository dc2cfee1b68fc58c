/*
 * Only options of weir are rewritten, by a table: a message may hold the
 * command of another program (iconv -f UTF-32), or one of weir's own, from the
 * word weir on. What is in quotes is data.
 */
#include "base/c_words.h"

/* The options that messages of the library name, and their members. */
static const struct {
    const char *option, *member;
} words[] = {
    {"-d", "delimiter"},
    {"--bad-cells", "bad_cells"},
    {"--bad-records", "bad_records"},
    {"--batch", "batch"},
    {"--checkpoint", "checkpoint"},
    {"--comment", "comment"},
    {"--decimal", "decimal"},
    {"--delimiter", "delimiter"},
    {"--dialect", "dialect"},
    {"--escape", "escape"},
    {"--header", "header"},
    {"--max-record", "max_record"},
    {"--max-window", "max_window"},
    {"--memory", "memory"},
    {"--no-header", "no_header"},
    {"--null", "null"},
    {"--partial", "partial"},
    {"--quote", "quote"},
    {"--reader", "reader"},
    {"--shard", "shard"},
    {"--skip", "skip"},
    {"--temp-dir", "folder"},
    {"--thousands", "thousands"},
    {"--trim", "trim"},
    {"--types", "column"},
    {"--union", "by_union"},
    {"--zstd-dict", "dictionary"},
};
#define N_WORDS (sizeof words / sizeof *words)

static bool ends_word(char c)
{
    return c != '-' && (c < 'a' || c > 'z');
}

/* The index of the option that `text` begins with, or N_WORDS. */
static size_t find(const char *text)
{
    for (size_t i = 0; *text == '-' && i < N_WORDS; i++) {
        const size_t len = strlen(words[i].option);
        if (!strncmp(text, words[i].option, len) && ends_word(text[len]))
            return i;
    }
    return N_WORDS;
}

/* A quotation begins after one of these, and ends before one of those: an
 * apostrophe inside a name does neither. */
static bool opens(const char *message, const char *at)
{
    return *at == '\'' && (at == message || strchr(" =(/", at[-1]));
}

static bool closes(const char *at)
{
    return *at == '\'' && strchr(" ,;:)", at[1]); /* or the end */
}

/* An option is a word of its own. */
static bool begins_word(const char *message, const char *at)
{
    return at == message || at[-1] == ' ' || at[-1] == '(';
}

char *weir_c_words(char *message, size_t capacity)
{
    char text[sizeof((struct weir_error *)NULL)->message] = "";
    const size_t room = capacity < sizeof text ? capacity : sizeof text;
    bool quoted = false, command = false;
    size_t used = 0, len;
    for (const char *at = message; *at; at += len) {
        size_t word = N_WORDS;
        const char *put = at;
        const bool free = !quoted && !command && begins_word(message, at);
        len = 1;
        if (free)
            word = find(at);
        command |= free && !strncmp(at, "weir -", strlen("weir -"));
        size_t n = 1;
        if (word < N_WORDS) {
            put = words[word].member;
            n = strlen(put);
            len = strlen(words[word].option);
        }
        if (used + n >= room)
            break;
        memcpy(text + used, put, n);
        used += n;
        quoted = quoted ? !closes(at) : opens(message, at);
    }
    memcpy(message, text, used);
    message[used] = '\0';
    return message;
}

enum weir_status weir_fail_in_c(struct weir_error *error)
{
    weir_c_words(error->message, sizeof error->message);
    return error->status;
}
