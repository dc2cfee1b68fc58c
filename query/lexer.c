/*
 *     mean(age) -- a comment \n where "first name" = 'O''Brien'
 *     ^   ^^  ^                 ^     ^              ^
 *
 * A token is as long as possible. Text that is nearly a token is taken as a
 * whole and becomes BAD with a hint, because people who read the message think
 * of it as one thing: 12abc, a.b, 2024-01-31, &&.
 *
 * Nothing here depends on the locale.
 */
#include "query/lexer.h"

#include <string.h>

static const char *const spelling[WEIR_N_TOKENS] = {
#define X(name, text) [WEIR_TOKEN_##name] = text,
    WEIR_SIGNS(X) WEIR_KEYWORDS(X)
#undef X
};

/* Other spellings of a sign. */
static const struct {
    char text[3];
    enum weir_token_type type;
} synonyms[] = {{"==", WEIR_TOKEN_EQUAL}, {"<>", WEIR_TOKEN_UNEQUAL}};

#define POWER "there are no powers; use x * x"
#define COMMENT "a comment begins with --"
#define BRACKETS                                                               \
    "arguments and lists stand in (parentheses), a name with blanks in "       \
    "\"double quotes\""
#define TEXTS "a text stands in straight quotes, as in 'text'"

/* Signs of other languages. Longer ones come before their beginnings. */
static const struct {
    char text[4];
    const char *fault;
} strangers[] = {
    {"===", "use '='"},
    {"=>", "use '>='"},
    {"=<", "use '<='"},
    {"=~", "use '~'"},
    {"**", POWER},
    {"^", POWER},
    {"//", "use floor(x / y)"},
    {"/*", COMMENT},
    {"#", COMMENT},
    {"::", "use num(x), text(x) or date(x)"},
    {"?", "use case when x > 0 then 'yes' else 'no' end"},
    {"[", BRACKETS},
    {"{", BRACKETS},
    {"\u2018", TEXTS},
    {"\u2019", TEXTS},
    {"\u201c", TEXTS},
    {"\u201d", TEXTS},
    {"\u2264", "use '<='"},
    {"\u2265", "use '>='"},
    {"\u2260", "use '!='"},
    {"\u2212", "use '-'"},
    {"\u2013", "use '-'"},
    {"&&", "use 'and'"},
    {"&", "use 'and'"},
    {"|", "use 'or', or '||' to join texts"},
    {"!", "use 'not'"},
    {".", "a name with a '.' in it must be \"quoted\""},
    {"$", "a column's number follows, as in $3; a name has no '$'"},
};

const char *weir_token_spelling(enum weir_token_type type)
{
    return spelling[type];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_byte(char c)
{
    unsigned char lower = weir_ascii_lower(c);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '_' ||
           lower >= 0x80;
}

static bool is_path_byte(char c)
{
    return is_name_byte(c) || c == '.' || c == '/' || c == '-';
}

static const char *after_digits(const char *at)
{
    while (is_digit(*at))
        at++;
    return at;
}

static const char *after_name(const char *at)
{
    while (is_name_byte(*at))
        at++;
    return at;
}

/* Skips blanks and comments. */
static const char *after_blanks(const char *at)
{
    for (;;) {
        while (*at == ' ' || (*at >= '\t' && *at <= '\r'))
            at++;
        if (at[0] != '-' || at[1] != '-')
            return at;
        at += strcspn(at, "\n");
    }
}

static struct weir_token token(const char *text, const char *start,
                               const char *end, enum weir_token_type type)
{
    return (struct weir_token){.type = type,
                               .place = (uint32_t)(start - text),
                               .extent = (uint32_t)(end - start)};
}

static struct weir_token bad(const char *text, const char *start,
                             const char *end, const char *fault)
{
    struct weir_token it = token(text, start, end, WEIR_TOKEN_BAD);
    it.fault = fault;
    return it;
}

static struct weir_token quoted(const char *text, const char *start)
{
    char quote = *start;
    const char *at = start + 1;
    while (*at && (at[0] != quote || at[1] == quote))
        at += at[0] == quote ? 2 : 1;
    bool is_text = quote == '\'';
    if (*at)
        return token(text, start, at + 1,
                     is_text ? WEIR_TOKEN_TEXT : WEIR_TOKEN_QUOTED);
    struct weir_token it = token(text, start, start + 1, WEIR_TOKEN_UNCLOSED);
    it.fault = is_text ? "the text that opens here is never closed; write '' "
                         "for a quote inside it"
                       : "the quoted name that opens here is never closed";
    return it;
}

/* Finds 2024-01-31, which would otherwise be a subtraction. */
static const char *after_date(const char *start)
{
    static const char shape[] = "0000-00-00";
    const char *at = start;
    for (const char *want = shape; *want; want++, at++)
        if (*want == '0' ? !is_digit(*at) : *at != *want)
            return NULL;
    return is_name_byte(*at) ? NULL : at;
}

static struct weir_token number(const char *text, const char *start)
{
    const char *date = after_date(start);
    if (date)
        return bad(text, start, date, "a date is text, in 'single quotes'");
    const char *at = after_digits(start);
    if (*at == '.')
        at = after_digits(at + 1);
    if (*at == 'e' || *at == 'E') {
        const char *power = at + 1;
        power += *power == '+' || *power == '-';
        at = is_digit(*power) ? after_digits(power) : at;
    }
    if (!is_name_byte(*at) && *at != '.')
        return token(text, start, at, WEIR_TOKEN_NUMBER);
    while (is_name_byte(*at) || *at == '.')
        at++;
    return bad(
        text, start, at,
        "it is not a number, and a name that begins with a digit must be "
        "\"quoted\"");
}

static enum weir_token_type keyword(const char *start, size_t len)
{
    for (unsigned type = WEIR_TOKEN_SELECT; type < WEIR_N_TOKENS; type++) {
        size_t i = 0;
        while (i < len &&
               weir_ascii_lower(start[i]) == (unsigned char)spelling[type][i])
            i++;
        if (i == len && !spelling[type][i])
            return (enum weir_token_type)type;
    }
    return WEIR_TOKEN_NAME;
}

/* Whether p99.9( begins there. */
static bool is_quantile(const char *start)
{
    const char *point = after_digits(start + 1);
    return (*start == 'p' || *start == 'P') && point > start + 1 &&
           *point == '.' && is_digit(point[1]) &&
           *after_blanks(after_digits(point + 1)) == '(';
}

static struct weir_token word(const char *text, const char *start)
{
    const char *at = after_name(start);
    if (is_quantile(start))
        return token(text, start, after_digits(at + 1), WEIR_TOKEN_NAME);
    if (at[0] != '.' || !is_name_byte(at[1]))
        return token(text, start, at, keyword(start, (size_t)(at - start)));
    while (*at == '.' && is_name_byte(at[1]))
        at = after_name(at + 1);
    return bad(text, start, at, "a name with a '.' in it must be \"quoted\"");
}

/* Returns the fault of the foreign sign at `start` and its length; NULL if
 * there is none. */
static const char *stranger(const char *start, size_t *len)
{
    for (size_t i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
        *len = strlen(strangers[i].text);
        if (!strncmp(start, strangers[i].text, *len))
            return strangers[i].fault;
    }
    return NULL;
}

static struct weir_token sign(const char *text, const char *start)
{
    size_t len = 0;
    const char *fault = stranger(start, &len);
    if (fault && len > 1)
        return bad(text, start, start + len, fault);
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++)
        if (!strncmp(start, synonyms[i].text, 2))
            return token(text, start, start + 2, synonyms[i].type);
    enum weir_token_type best = WEIR_TOKEN_BAD;
    size_t longest = 0;
    for (unsigned type = WEIR_TOKEN_OPEN; type < WEIR_TOKEN_SELECT; type++) {
        len = strlen(spelling[type]);
        if (len > longest && !strncmp(start, spelling[type], len)) {
            best = (enum weir_token_type)type;
            longest = len;
        }
    }
    if (longest)
        return token(text, start, start + longest, best);
    return bad(text, start, start + 1,
               fault ? fault : "this character is not allowed outside quotes");
}

struct weir_token weir_lex(const char *text, uint32_t at)
{
    const char *start = after_blanks(text + at);
    if (!*start)
        return token(text, start, start, WEIR_TOKEN_END);
    if (*start == '\'' || *start == '"' || *start == '`')
        return quoted(text, start);
    if (is_digit(start[0]) || (start[0] == '.' && is_digit(start[1])))
        return number(text, start);
    size_t len;
    if (is_name_byte(*start) && !stranger(start, &len))
        return word(text, start);
    if (start[0] == '$' && is_digit(start[1]))
        return token(text, start, after_digits(start + 1), WEIR_TOKEN_POSITION);
    return sign(text, start);
}

struct weir_token weir_lex_path(const char *text, uint32_t at)
{
    const char *start = after_blanks(text + at);
    const char *end = start;
    while (is_path_byte(*end))
        end++;
    if (end == start)
        return weir_lex(text, at);
    return token(text, start, end, WEIR_TOKEN_PATH);
}
