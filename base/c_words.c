#include "base/c_words.h"

/* Options whose members have other names. */
static const struct {
    const char *option, *member;
} others[] = {
    {"-d", "delimiter"},
    {"--union", "by_union"},
    {"--temp-dir", "folder"},
    {"--zstd-dict", "dictionary"},
};

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* The length of the option that `text` begins with; 0 if it is none. */
static size_t option_len(const char *text)
{
    size_t len = 2;
    if (text[0] == '-' && is_letter(text[1]) &&
        (text[2] == ' ' || text[2] == '\0'))
        return len;
    if (text[0] != '-' || text[1] != '-' || !is_letter(text[2]))
        return 0;
    while (is_letter(text[len]) ||
           (text[len] == '-' && is_letter(text[len + 1])))
        len++;
    return len;
}

/* Writes the member that an option stands for. Returns its length. */
static size_t put_member(const char *option, size_t len, char *into)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strlen(others[i].option) == len &&
            !memcmp(others[i].option, option, len)) {
            n = strlen(others[i].member);
            memcpy(into, others[i].member, n);
            return n;
        }
    for (size_t i = 2; i < len; i++)
        into[n++] = option[i] == '-' ? '_' : option[i];
    return n;
}

/* An option is a word of its own: a blank, a bracket or nothing precedes it. */
static bool may_begin(const char *message, const char *at)
{
    return at == message || at[-1] == ' ' || at[-1] == '(';
}

char *weir_c_words(char *message, size_t capacity)
{
    char text[sizeof((struct weir_error *)NULL)->message] = "";
    size_t used = 0, room = capacity < sizeof text ? capacity : sizeof text;
    bool quoted = false;
    for (const char *at = message; *at;) {
        const size_t len =
            !quoted && may_begin(message, at) ? option_len(at) : 0;
        if (used + (len ? len + 8 : 1) >= room)
            break;
        quoted ^= *at == '\'';
        if (len)
            used += put_member(at, len, text + used);
        else
            text[used++] = *at;
        at += len ? len : 1;
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
