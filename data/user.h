/*
 * user.h - one record of `users`, `quoted`, `crlf`, `utf8` or `bad`: its values
 * and its text.
 *
 * Values are drawn from one generator and quotes from another, so that all
 * these kinds hold the same people. A record takes less than 400 bytes.
 */
#ifndef WEIR_DATA_USER_H
#define WEIR_DATA_USER_H

#include <stdint.h>

#include "draw.h"
#include "lists.h"
#include "put.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum {
    MAX_NOTE_WORDS = 4
};
enum {
    FIRST_SIGNUP = 4323,
    SIGNUP_DAYS = 4749
}; /* 2012 to 2024 */

struct user {
    const struct word *first_name, *last_name;
    uint64_t age;
    const char *country;
    uint64_t income; /* hundredths */
    uint64_t score;  /* thousandths */
    uint32_t signup; /* days since 2000-03-01 */
    uint32_t n_notes;
    const struct word *notes[MAX_NOTE_WORDS];
};

/* Draws an age. people[] says how many of a hundred people are in each decade
   of age. */
static inline uint64_t draw_age(struct random *random)
{
    static const uint8_t people[] = {2, 6, 20, 21, 18, 15, 10, 5, 2, 1};
    uint64_t person = draw_below(random, 100);
    uint64_t decade = 0;

    while (person >= people[decade])
        person -= people[decade++];
    return decade * 10 + draw_below(random, 10);
}

static inline void draw_user(struct random *random, struct user *user)
{
    user->first_name = &first_names[draw_below(random, LENGTH(first_names))];
    user->last_name = &last_names[draw_below(random, LENGTH(last_names))];
    user->age = draw_age(random);
    user->country = countries[draw_low(random, LENGTH(countries))];
    user->income = 800000 + draw_low(random, 27000000);
    user->score = draw_below(random, 1000001);
    user->signup = FIRST_SIGNUP + (uint32_t)draw_below(random, SIGNUP_DAYS);
    user->n_notes = 2 + (uint32_t)draw_below(random, MAX_NOTE_WORDS - 1);
    uint32_t i = 0;
    do
        user->notes[i] = &note_words[draw_below(random, LENGTH(note_words))];
    while (++i < user->n_notes);
}

static inline char *put_name(char *at, const struct user *user)
{
    at = put_word(at, user->first_name);
    *at++ = ' ';
    return put_word(at, user->last_name);
}

static inline char *put_notes(char *at, const struct user *user,
                              const char *glue)
{
    at = put_word(at, user->notes[0]);
    for (uint32_t i = 1; i < user->n_notes; i++) {
        at = put_string(at, glue);
        at = put_word(at, user->notes[i]);
    }
    return at;
}

/* Names in letters of two bytes. */
static inline char *put_cyrillic_name(char *at, const struct user *user)
{
    at = put_script(at, user->first_name, 0x430);
    *at++ = ' ';
    return put_script(at, user->last_name, 0x430);
}

/* Notes in letters of three bytes. */
static inline char *put_han_notes(char *at, const struct user *user,
                                  const char *glue)
{
    at = put_script(at, user->notes[0], 0x6C34);
    for (uint32_t i = 1; i < user->n_notes; i++) {
        at = put_string(at, glue);
        at = put_script(at, user->notes[i], 0x6C34);
    }
    return at;
}

/* Writes all columns between the name and the notes, with the commas around
   them. */
static inline char *put_facts(char *at, const struct user *user)
{
    *at++ = ',';
    at = put_number(at, user->age);
    *at++ = ',';
    at = put_text(at, user->country, 2);
    *at++ = ',';
    at = put_decimal(at, (int64_t)user->income, 2);
    *at++ = ',';
    at = put_decimal(at, (int64_t)user->score, 3);
    *at++ = ',';
    at = put_date(at, user->signup);
    *at++ = ',';
    return at;
}

/* Quotes three of eight names on average; the third without need. */
static inline char *put_quoted_name(char *at, const struct user *user,
                                    struct random *quirk)
{
    switch (draw_below(quirk, 8)) {
    case 0:
        *at++ = '"';
        at = put_word(at, user->last_name);
        at = put_string(at, ", ");
        at = put_word(at, user->first_name);
        break;
    case 1:
        *at++ = '"';
        at = put_word(at, user->first_name);
        at = put_string(at, " \"\"");
        at = put_word(at, &note_words[draw_below(quirk, LENGTH(note_words))]);
        at = put_string(at, "\"\" ");
        at = put_word(at, user->last_name);
        break;
    case 2:
        *at++ = '"';
        at = put_name(at, user);
        break;
    default:
        return put_name(at, user);
    }
    *at++ = '"';
    return at;
}

/* Quotes half of the notes on average. One of eight ends in a doubled quote,
   and one of eight is empty. */
static inline char *put_quoted_notes(char *at, const struct user *user,
                                     struct random *quirk)
{
    switch (draw_below(quirk, 8)) {
    case 0:
        *at++ = '"';
        at = put_notes(at, user, "\n");
        break;
    case 1:
        *at++ = '"';
        at = put_notes(at, user, ", ");
        break;
    case 2:
        at = put_string(at, "\"\"\"");
        at = put_notes(at, user, "\"\",\n\"\"");
        at = put_string(at, "\"\"");
        break;
    case 3:
        *at++ = '"';
        break;
    default:
        return put_notes(at, user, " ");
    }
    *at++ = '"';
    return at;
}

#endif
