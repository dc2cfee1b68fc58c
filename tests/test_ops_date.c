#include "base/error.h"
#include "pipeline/ops/calendar.h"
#include "pipeline/ops/date_format.h"
#include "pipeline/ops/zone.h"
#include "tests/op_kit.h"
#include "tests/runner.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(name, part, ...)                                                 \
    do {                                                                       \
        static const struct op_case cases[] = {__VA_ARGS__};                   \
        op_check(&(struct weir_step){.op = &weir_op_##name, .choice = part},   \
                 "t", cases, sizeof(cases) / sizeof(*cases));                  \
    } while (0)

START_TEST(date_reads_the_forms_there_are)
{
    CHECK(date, 0, {{"2024-02-29"}, "2024-02-29"},
          {{"2024-02-29T10:00"}, "2024-02-29"},
          {{"2024-02-29 10:00:59"}, "2024-02-29"},
          {{"2024-02-29T10:00:59.123456789Z"}, "2024-02-29"},
          {{"2024-02-29T23:59Z"}, "2024-02-29"},
          {{"2024-02-29T23:59+05:30"}, "2024-02-29"},
          {{"2024-02-29 00:00:00-0800"}, "2024-02-29"},
          {{" \t2024-02-29 \t"}, "2024-02-29"},
          {{"  2024-02-29T10:00  "}, "2024-02-29"},
          {{"0000-01-01"}, "0000-01-01"}, {{"9999-12-31"}, "9999-12-31"},
          {{"2000-02-29"}, "2000-02-29"});
}
END_TEST

START_TEST(date_reads_what_databases_write)
{
    CHECK(epoch, 0, {{"1970-01-01 02:00:00+02"}, "0"},
          {{"1970-01-01 02:00:00 +0200"}, "0"},
          {{"1970-01-01 00:00:00 UTC"}, "0"}, {{"1970-01-01T00:00Z"}, "0"},
          {{"1970-01-01 00:00:00UTC"}, "0"},
          {{"1970-01-01 00:00:00 -00:00:01"}, "1"},
          {{"1970-01-01 00:00:00,25"}, "0.25"}, {{"1970-01-01"}, "0"},
          {{"1969-12-31 23:59:59.5"}, "-0.5"},
          {{"9999-12-31 23:59:59.5"}, "253402300799.5"},
          {{"0000-01-01"}, "-62167219200"});
    CHECK(
        date, 0, {{"2024-01-01 10:00 utc"}, OP_BAD},
        {{"2024-01-01 10:00 UT"}, OP_BAD}, {{"2024-01-01 10:00 UTC+1"}, OP_BAD},
        {{"2024-01-01 10:00  +01"}, OP_BAD}, {{"2024-01-01 10:00 +1"}, OP_BAD},
        {{"2024-01-01 10:00+01:0"}, OP_BAD}, {{"2024-01-01 10:00+010"}, OP_BAD},
        {{"2024-01-01 10:00+01:00:"}, OP_BAD},
        {{"2024-01-01 10:00+01:00:60"}, OP_BAD},
        {{"2024-01-01 10:00+01:0000"}, OP_BAD},
        {{"2024-01-01 10:00+0100:00"}, OP_BAD}, {{"2024-01-01 UTC"}, OP_BAD},
        {{"2024-01-01 +02"}, OP_BAD}, {{"2024-01-01 10:00:00,"}, OP_BAD},
        {{"2024-01-01 10:00:00;5"}, OP_BAD}, {{"202:-01-01"}, OP_BAD},
        {{"2024-/1-01"}, OP_BAD}, {{"2024-01-0\xb9"}, OP_BAD},
        {{"2024.01-01"}, OP_BAD}, {{"2024-01x01"}, OP_BAD});
}
END_TEST

START_TEST(an_epoch_is_exact_where_it_fits)
{
    CHECK(epoch, 0, {{"2024-02-29 12:34:56.123456789"}, "1709210096.123456789"},
          {{"2024-02-29 12:34:56.1234567891"}, "1709210096.123456789"},
          {{"2024-02-29 12:34:56.100"}, "1709210096.1"});
    CHECK(epoch, 9, {{"2024-02-29 12:34:56.123456789"}, "1709210096123456789"},
          {{"9999-12-31 23:59:59"}, "253402300799000000000"});
    CHECK(epoch, 3, {{"2024-02-29 12:34:56.1239"}, "1709210096123.9"});
    static const struct op_case cases[] = {
        {{"0"}, "1970-01-01 00:00:00"},
        {{"-0.5"}, "1969-12-31 23:59:59.5"},
        {{"1e9"}, "2001-09-09 01:46:40"},
        {{"253402300799.9999999"}, "9999-12-31 23:59:59.9999999"},
        {{"253402300800"}, OP_BAD},
        {{"-62167219200"}, "0000-01-01 00:00:00"},
        {{"-62167219200.1"}, OP_BAD},
        {{"1e300"}, OP_BAD},
        {{"-1e18"}, OP_BAD},
        {{"9223372036854775807"}, OP_BAD},
        {{"1e-18"}, "1970-01-01 00:00:00"},
        {{"-1e-300"}, "1969-12-31 23:59:59.999999999"},
        {{NULL}, NULL},
        {{OP_BAD}, OP_BAD}};
    op_check(&(struct weir_step){.op = &weir_op_from_epoch}, "n", cases,
             sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(date_refuses_all_else)
{
    CHECK(date, 0, {{"2023-02-29"}, OP_BAD}, {{"1900-02-29"}, OP_BAD},
          {{"2024-00-01"}, OP_BAD}, {{"2024-13-01"}, OP_BAD},
          {{"2024-01-00"}, OP_BAD}, {{"2024-04-31"}, OP_BAD},
          {{"2024-1-1"}, OP_BAD}, {{"24-01-01"}, OP_BAD},
          {{"2024/01/01"}, OP_BAD}, {{"20240101"}, OP_BAD},
          {{"2024-01-01x"}, OP_BAD}, {{"2024-01-0"}, OP_BAD},
          {{"2024-01-01T"}, OP_BAD}, {{"2024-01-01T1:00"}, OP_BAD},
          {{"2024-01-01T24:00"}, OP_BAD}, {{"2024-01-01T10"}, OP_BAD},
          {{"2024-01-01T10:60"}, OP_BAD}, {{"2024-01-01T10:00:60"}, OP_BAD},
          {{"2024-01-01T10:00:"}, OP_BAD}, {{"2024-01-01T10:00:00."}, OP_BAD},
          {{"2024-01-01T10:00.5"}, OP_BAD}, {{"2024-01-01  10:00"}, OP_BAD},
          {{"2024-01-01T10:00z"}, OP_BAD}, {{"2024-01-01T10:00ZZ"}, OP_BAD},
          {{"2024-01-01T10:00+"}, OP_BAD}, {{"2024-01-01T10:00+5:00"}, OP_BAD},
          {{"2024-01-01T10:00+24:00"}, OP_BAD},
          {{"2024-01-01T10:00+05:60"}, OP_BAD},
          {{"2024-01-01T10:00+05:"}, OP_BAD}, {{"2024-01-01Z"}, OP_BAD},
          {{"-2024-01-01"}, OP_BAD}, {{"+2024-01-01"}, OP_BAD},
          {{"\n2024-01-01"}, OP_BAD}, {{"yesterday"}, OP_BAD}, {{"2"}, OP_BAD},
          {{"2024-01-01T10:00 Z"}, OP_BAD});
}
END_TEST

START_TEST(null_is_null_and_bad_is_bad)
{
    CHECK(date, 0, {{NULL}, NULL}, {{" \t"}, NULL}, {{OP_BAD}, OP_BAD});
    CHECK(date_part, WEIR_DAY, {{NULL}, NULL}, {{"  "}, NULL},
          {{OP_BAD}, OP_BAD}, {{"x"}, OP_BAD}, {{"2024-01-31"}, "31"});
    CHECK(date_trunc, WEIR_DAY, {{NULL}, NULL}, {{"  "}, NULL},
          {{OP_BAD}, OP_BAD}, {{"x"}, OP_BAD}, {{"2024-01-31"}, "2024-01-31"});
}
END_TEST

START_TEST(parts_are_those_written)
{
    CHECK(date_part, WEIR_YEAR, {{"2024-02-29"}, "2024"}, {{"0000-12-31"}, "0"},
          {{"2024-01-01T00:30+02:00"}, "2024"});
    CHECK(date_part, WEIR_QUARTER, {{"2024-03-31"}, "1"}, {{"2024-04-01"}, "2"},
          {{"2024-09-30"}, "3"}, {{"2024-12-31"}, "4"});
    CHECK(date_part, WEIR_MONTH, {{"2024-09-30"}, "9"});
    CHECK(date_part, WEIR_HOUR, {{"2024-09-30"}, "0"},
          {{"2024-09-30 23:45:59"}, "23"}, {{"2024-09-30 07:45-09:00"}, "7"});
    CHECK(date_part, WEIR_MINUTE, {{"2024-09-30"}, "0"},
          {{"2024-09-30T23:45"}, "45"});
    CHECK(date_part, WEIR_SECOND, {{"2024-09-30T23:45"}, "0"},
          {{"2024-09-30T23:45:59.999"}, "59"});
}
END_TEST

START_TEST(weeks_are_isos)
{
    CHECK(date_part, WEIR_WEEK, {{"2021-01-03"}, "53"}, {{"2021-01-04"}, "1"},
          {{"2018-12-31"}, "1"}, {{"2018-12-30"}, "52"}, {{"2015-12-31"}, "53"},
          {{"2016-01-03"}, "53"}, {{"2016-01-04"}, "1"}, {{"2012-01-01"}, "52"},
          {{"0000-01-01"}, "52"}, {{"9999-12-31"}, "52"});
}
END_TEST

START_TEST(trunc_gives_the_beginning)
{
    static const char *const beginning[] = {
        [WEIR_YEAR] = "2024-01-01",
        [WEIR_QUARTER] = "2024-04-01",
        [WEIR_MONTH] = "2024-06-01",
        [WEIR_WEEK] = "2024-05-27",
        [WEIR_DAY] = "2024-06-01",
        [WEIR_HOUR] = "2024-06-01 17:00:00",
        [WEIR_MINUTE] = "2024-06-01 17:48:00",
        [WEIR_SECOND] = "2024-06-01 17:48:39"};
    for (int part = WEIR_YEAR; part <= WEIR_SECOND; part++) {
        const struct op_case one = {{" 2024-06-01T17:48:39.5+02:00 "},
                                    beginning[part]};
        op_check(&(struct weir_step){.op = &weir_op_date_trunc, .choice = part},
                 "t", &one, 1);
    }
    CHECK(date_trunc, WEIR_WEEK, {{"2021-01-01"}, "2020-12-28"},
          {{"2024-03-03"}, "2024-02-26"}, {{"2024-03-04"}, "2024-03-04"});
}
END_TEST

/* The first Monday of the supported dates is 0000-01-03. */
START_TEST(a_week_before_the_year_0_is_bad)
{
    CHECK(date_trunc, WEIR_WEEK, {{"0000-01-02"}, OP_BAD},
          {{"0000-01-03"}, "0000-01-03"});
}
END_TEST

/* Every day of the calendar, and the year, month and day that are next. */
START_TEST(days_follow_each_other)
{
    struct weir_date date = {.year = 0, .month = 1, .day = 1};
    int year = 0, month = 1, day = 1;
    for (int64_t days = weir_days(0, 1, 1); year < 10000; days++) {
        struct weir_date found;
        if (!weir_date_from_seconds(&found, days * 86400, 0) ||
            found.year != year || found.month != month || found.day != day ||
            weir_days(year, month, day) != days)
            ck_abort_msg("%d-%d-%d", year, month, day);
        if (++day > weir_month_days(year, month)) {
            day = 1;
            month = month % 12 + 1;
            year += month == 1;
        }
        if (weir_date_add(&date, 1, WEIR_DAY) != (year < 10000))
            ck_abort_msg("%d-%d-%d", year, month, day);
    }
    ck_assert_int_eq(weir_days(1970, 1, 1), 0);
    ck_assert_int_eq(weir_days(10000, 1, 1), 2932897);
}
END_TEST

START_TEST(a_sum_stays_within_the_month_and_the_years)
{
    static const struct {
        const char *date, *n, *sum;
        enum weir_date_part unit;
    } sums[] = {{"2024-01-31", "1", "2024-02-29", WEIR_MONTH},
                {"2024-02-29", "-1", "2023-02-28", WEIR_YEAR},
                {"2024-11-30", "1", "2025-02-28", WEIR_QUARTER},
                {"2024-01-31", "1", "2024-01-31 00:00:01", WEIR_SECOND},
                {"0000-01-01", "-1", OP_BAD, WEIR_SECOND},
                {"0000-01-31", "-1", OP_BAD, WEIR_MONTH},
                {"9999-12-01", "1", OP_BAD, WEIR_MONTH},
                {"9999-12-31", "1", OP_BAD, WEIR_DAY},
                {"9999-12-31", "900000000000000", OP_BAD, WEIR_YEAR},
                {"2024-01-31", "-900000000000000", OP_BAD, WEIR_SECOND},
                {"2024-01-31", NULL, NULL, WEIR_DAY},
                {NULL, "1", NULL, WEIR_DAY},
                {"x", "1", OP_BAD, WEIR_DAY},
                {"2024-01-31", OP_BAD, OP_BAD, WEIR_DAY}};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        op_check(&(struct weir_step){.op = &weir_op_date_add,
                                     .choice = (int32_t)sums[i].unit},
                 "tn",
                 &(struct op_case){{sums[i].date, sums[i].n}, sums[i].sum}, 1);
}
END_TEST

static void check_format(const char *format, bool read, const char *want)
{
    struct weir_error error;
    weir_error_init(&error);
    const struct weir_text text = {format, strlen(format)};
    enum weir_status status = read ? weir_date_format_check_read(text, &error)
                                   : weir_date_format_check_write(text, &error);
    ck_assert_int_eq(status, want ? WEIR_USAGE : WEIR_OK);
    ck_assert_str_eq(error.message, want ? want : "");
}

START_TEST(a_format_is_refused_for_what_is_wrong)
{
    check_format("%Y", true, NULL);
    check_format("%y%m", true, NULL);
    check_format("%Y-%j %T", true, NULL);
    check_format("%%%F %I %p", true, NULL);
    check_format("", false, NULL);
    check_format("%d%d%G%V", false, NULL);
    check_format("%m", true,
                 "the format gives no year: %Y has four digits, %y two");
    check_format("%Y%d", true, "the format gives a day without a month");
    check_format("%F%Y", true,
                 "the format gives a year twice, the second time by %Y");
    check_format("%Y%F", true,
                 "the format gives a year twice, the second time by %Y");
    check_format("%Y%j%m", true,
                 "the format gives both a day of the year and a month");
    check_format("%F %H %I %p", true,
                 "the format gives both an hour and an hour of 12");
    check_format("%F %p", true,
                 "the format gives AM or PM without an hour of 12, %I");
    check_format("%F %I", true,
                 "the format gives an hour of 12 without AM or PM, %p");
    check_format("%Y %H", true, "the format gives an hour without a day");
    check_format("%F %M", true, "the format gives a minute without an hour");
    check_format("%F %H %S", true,
                 "the format gives a second without a minute");
    check_format("%F%z", true, "the format gives an offset without an hour");
    check_format("%F %T %z%Z", true,
                 "the format gives an offset twice, the second time by %Z");
    check_format("%G-%V", true, "%G and %V can be written, but not be read");
    check_format("%Y%", true, "the format ends in %; write %% for a %");
    check_format("%%%", false, "the format ends in %; write %% for a %");
    check_format("%-d", false,
                 "%- is no letter of a format; there are %Y %y %m %b %B %d %e "
                 "%j %H %I %p %M %S %f %z %Z %a %A %u %F %T %%, and for "
                 "strftime %G %V");
}
END_TEST

/* What Python's strptime does not have or takes otherwise; see test_ops.py. */
START_TEST(formats_read)
{
    static const struct {
        const char *text, *format, *date;
    } readings[] = {
        {"31/1/24", "%d/%m/%y", "2024-01-31"},
        {"68", "%y", "2068-01-01"},
        {"69", "%y", "1969-01-01"},
        {"2024-3", "%Y-%m", "2024-03-01"},
        {" 1 2024", "%e%Y", OP_BAD},
        {"2024  1", "%Y%m %e", OP_BAD},
        {"1/ 2/2024", "%m/%e/%Y", "2024-01-02"},
        {"2024-366", "%Y-%j", "2024-12-31"},
        {"2023-366", "%Y-%j", OP_BAD},
        {"2024-02-30", "%F", OP_BAD},
        {"2 SEPTEMBER 2024", "%d %b %Y", "2024-09-02"},
        {"2 sep 2024", "%d %B %Y", "2024-09-02"},
        {"2 sept 2024", "%d %B %Y", OP_BAD},
        {"Mon 2 Sep 2024", "%a %d %b %Y", "2024-09-02"},
        {"Tue 2 Sep 2024", "%a %d %b %Y", OP_BAD},
        {"7 2024-09-01", "%u %F", "2024-09-01"},
        {"1 2024-09-01", "%u %F", OP_BAD},
        {"2024-01-01 12:00 am", "%F %I:%M %p", "2024-01-01 00:00:00"},
        {"2024-01-01 12 PM", "%F %I %p", "2024-01-01 12:00:00"},
        {"2024-01-01 0 PM", "%F %I %p", OP_BAD},
        {"2024-01-01 13:00:00 UTC", "%F %T %Z", "2024-01-01 13:00:00+00:00"},
        {"2024-01-01 13:00:00 CET", "%F %T %Z", OP_BAD},
        {"2024-01-01 13:00:00Z", "%F %T%z", "2024-01-01 13:00:00+00:00"},
        {"2024-01-01 13:00:00.123456789", "%F %T.%f",
         "2024-01-01 13:00:00.123456789"},
        {"2024-01-01 13:00:00.", "%F %T.%f", OP_BAD},
        {"100%2024", "100%%%Y", "2024-01-01"},
        {"024", "%Y", OP_BAD},
        {"20240", "%Y", OP_BAD},
        {NULL, "%Y", NULL},
        {" ", "%Y", NULL},
        {OP_BAD, "%Y", OP_BAD}};
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        const char *format = readings[i].format;
        op_check(
            &(struct weir_step){.op = &weir_op_strptime,
                                .constant = {.kind = WEIR_TEXT,
                                             .text = {format, strlen(format)}}},
            "t", &(struct op_case){{readings[i].text}, readings[i].date}, 1);
    }
}
END_TEST

/* The system's file of a zone. */
static struct weir_text read_zone(const char *name)
{
    static char bytes[65536];
    char path[256];
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    struct weir_text text = {bytes, fread(bytes, 1, sizeof bytes, file)};
    (void)fclose(file);
    return text;
}

/* Parses a copy of the bytes in a block of their exact size, and if that is a
 * zone, asks it for offsets. */
static bool is_zone(struct weir_text file)
{
    struct weir_error error;
    char *block = malloc(file.len + !file.len);
    ck_assert_ptr_nonnull(block);
    memcpy(block, file.bytes, file.len);
    struct weir_zone *zone =
        weir_zone_parse((struct weir_text){block, file.len}, &error);
    free(block);
    if (!zone)
        return false;
    for (int64_t year = -1; year <= 10000; year += 73) {
        int32_t offset = weir_zone_offset(zone, (year - 1970) * 31556952);
        if (offset <= -86400 || offset >= 86400)
            ck_abort_msg("an offset of %d", offset);
    }
    weir_zone_close(zone);
    return true;
}

START_TEST(a_damaged_zone_is_refused_or_a_zone)
{
    struct weir_text whole = read_zone("Europe/Berlin");
    char *bytes = weir_unconst(whole.bytes);
    ck_assert(is_zone(whole));
    for (size_t len = 0; len < whole.len; len++)
        ck_assert(!is_zone((struct weir_text){whole.bytes, len}));
    for (size_t i = 0; i < whole.len; i++) {
        char was = bytes[i];
        static const char changes[] = {1, 4, (char)0x80, (char)0xff};
        for (size_t j = 0; j < sizeof changes; j++) {
            bytes[i] = (char)(was ^ changes[j]);
            (void)is_zone(whole);
        }
        bytes[i] = was;
    }
    ck_assert(!is_zone(read_zone("right/Europe/Berlin")));
    ck_assert(!is_zone(read_zone("zone.tab")));
}
END_TEST

/* A file of version 2 without transitions, with that rule at its end. */
static struct weir_zone *zone_of(const char *rule)
{
    /* One type and one byte of names, after a header of 44 bytes. */
#define LEN ((size_t)44 + 6 + 1)
    static const char part[LEN] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1};
    char file[2 * LEN + 100];
    memcpy(file, part, LEN);
    memcpy(file + LEN, part, LEN);
    int n = snprintf(file + 2 * LEN, 100, "\n%s\n", rule);
    struct weir_error error;
    return weir_zone_parse((struct weir_text){file, 2 * LEN + (size_t)n},
                           &error);
}

#define DAY ((int64_t)86400)

/* The rules of POSIX and RFC 8536; the system's files have most of them, which
 * test_ops.py compares. */
START_TEST(rules_are_read)
{
    static const struct {
        const char *rule;
        int64_t at;
        int32_t offset;
    } rules[] = {{"UTC0", 0, 0},
                 {"", 0, 0},
                 {"<+0330>-3:30", 0, 12600},
                 {"<-12>+12:00:01", 0, -43201},
                 {"A0B,0,365", 0, 0}, /* 02:00 on 1 January */
                 {"A0B,0,365", 7200, 3600},
                 {"A0B,J1/0,J365/23:59:59", 0, 3600},
                 {"A0B-2,J60/0,J61/0", 59 * DAY, 7200},
                 {"A0B-2,J60/0,J61/0", 59 * DAY - 1, 0},
                 /* 1972 is a leap year: 1 March is its 61st day */
                 {"A0B-2,J60/0,J61/2", (730 + 60) * DAY, 7200},
                 {"A0B-2,J60/0,J61/2", (730 + 59) * DAY, 0},
                 {"A3B,M10.5.0/-167,M3.1.6/167", 0, -7200}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct weir_zone *zone = zone_of(rules[i].rule);
        ck_assert_msg(zone != NULL, "%s", rules[i].rule);
        ck_assert_msg(weir_zone_offset(zone, rules[i].at) == rules[i].offset,
                      "%s: %d", rules[i].rule,
                      weir_zone_offset(zone, rules[i].at));
        weir_zone_close(zone);
    }
    static const char *const wrong[] = {"UTC",           "0",
                                        "<UTC0",         "A24",
                                        "A0B",           "A0B,",
                                        "A0B,M1.1.1",    "A0B,J0,J1",
                                        "A0B,J1,J366",   "A0B,M13.1.0,J1",
                                        "A0B,M1.6.0,J1", "A0B,M1.1.7,J1",
                                        "A0B,0/168,1",   "A0B,0,1x",
                                        "A0:60",         "A0B24,0,1",
                                        "A0B,M1.1,J1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!zone_of(wrong[i]), "%s", wrong[i]);
}
END_TEST

START_TEST(refused_memory_is_said)
{
    op_check_refused(&(struct weir_step){.op = &weir_op_date_trunc}, "t",
                     "2024-06-01");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ops_date");
    TCase *tests = tcase_create("ops_date");
    tcase_add_test(tests, date_reads_the_forms_there_are);
    tcase_add_test(tests, date_reads_what_databases_write);
    tcase_add_test(tests, an_epoch_is_exact_where_it_fits);
    tcase_add_test(tests, date_refuses_all_else);
    tcase_add_test(tests, days_follow_each_other);
    tcase_add_test(tests, a_sum_stays_within_the_month_and_the_years);
    tcase_add_test(tests, a_format_is_refused_for_what_is_wrong);
    tcase_add_test(tests, formats_read);
    tcase_add_test(tests, a_damaged_zone_is_refused_or_a_zone);
    tcase_add_test(tests, rules_are_read);
    tcase_add_test(tests, null_is_null_and_bad_is_bad);
    tcase_add_test(tests, parts_are_those_written);
    tcase_add_test(tests, weeks_are_isos);
    tcase_add_test(tests, trunc_gives_the_beginning);
    tcase_add_test(tests, a_week_before_the_year_0_is_bad);
    tcase_add_test(tests, refused_memory_is_said);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
