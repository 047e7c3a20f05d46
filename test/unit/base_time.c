#include "base/time.h"

#include "base/text.h"

#include "test.h"
#include "time_text.h"

#define SECOND INT64_C(1000000000)

static weft_time parse(const char *text)
{
    return weft_time_parse(weft__str(text));
}

TEST(time_parses_rfc_3339)
{
    CHECK_EQ(parse("1970-01-01T00:00:00Z"), 0);
    CHECK_EQ(parse("2026-05-22T08:30:00Z"), 1779438600 * SECOND);
    CHECK_EQ(parse("2026-05-22T08:30:00+02:00"), (1779438600 - 7200) * SECOND);
    CHECK_EQ(parse("2026-05-22T08:30:00-05:30"), (1779438600 + 19800) * SECOND);
    CHECK_EQ(parse("2026-05-22T08:30:00-00:00"), 1779438600 * SECOND);
    CHECK_EQ(parse("2000-02-29T23:59:59Z"), 951868799 * SECOND);
    CHECK_EQ(parse("1969-12-31T23:59:59Z"), -SECOND);
}

TEST(time_keeps_nine_digits_of_the_fraction)
{
    CHECK_EQ(parse("1970-01-01T00:00:01.5Z"), SECOND + SECOND / 2);
    CHECK_EQ(parse("1970-01-01T00:00:00.000000001Z"), 1);
    CHECK_EQ(parse("1970-01-01T00:00:00.1234567899999Z"), 123456789);
    CHECK_EQ(parse("2026-01-24T10:06:42.906Z") % SECOND, 906000000);
    CHECK_EQ(parse("1969-12-31T23:59:59.75Z"), -SECOND / 4);
}

TEST(time_refuses_what_is_no_time)
{
    static const char *const bad[] = {"",
                                      "10 days ago",
                                      "2026-05-22T08:30:00.Z",
                                      "2026-05-22T08:30:00+02:",
                                      "2026-05-22T08:30:00+24:00",
                                      "2026-05-22T08:30:00+02:60",
                                      "2026-05-22T24:00:00Z",
                                      "2026-05-22T08:60:00Z",
                                      "2026-05-22T23:59:60Z",
                                      "2026-13-22T08:30:00Z",
                                      "2026-00-22T08:30:00Z",
                                      "2026-05-00T08:30:00Z",
                                      "2026-05-32T08:30:00Z",
                                      "2025-02-29T00:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "2026-5-22T08:30:00Z",
                                      "+2026-05-22T08:30:00Z",
                                      "2026-05-22T08:30:00Z ",
                                      " 2026-05-22T08:30:00Z",
                                      "2026-05-22T08:30:00ZZ",
                                      "2026-05-22T08:30:0",
                                      "2026",
                                      "2026-05-22T08:30:00-",
                                      "2026-05-22T-8:30:00Z"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(parse(bad[i]) == WEFT_TIME_NONE);
    CHECK(weft_time_parse((weft_str){NULL, 0}) == WEFT_TIME_NONE);
}

TEST(time_ends_at_the_years_a_nanosecond_count_can_hold)
{
    CHECK(parse("1677-12-31T23:59:59Z") == WEFT_TIME_NONE);
    CHECK_EQ(parse("1678-01-01T00:00:00Z"), INT64_C(-9214560000) * SECOND);
    CHECK_EQ(parse("2261-12-31T23:59:59.999999999Z"), INT64_C(9214646400) * SECOND - 1);
    CHECK(parse("2262-01-01T00:00:00Z") == WEFT_TIME_NONE);
    CHECK(parse("2261-12-31T23:59:59-00:01") == WEFT_TIME_NONE);
    CHECK(parse("0001-01-01T00:00:00Z") == WEFT_TIME_NONE);
    CHECK(parse("9999-12-31T23:59:59Z") == WEFT_TIME_NONE);
    CHECK(parse("0000-01-01T00:00:00Z") == WEFT_TIME_NONE);
}

TEST(time_accepts_the_iso_8601_that_servers_write)
{
    const weft_time expected = 1779438600 * SECOND;
    static const char *const good[] = {
        "2026-05-22T08:30:00Z",   "2026-05-22t08:30:00z",      "2026-05-22 08:30:00Z",    "2026-05-22T08:30:00",
        "2026-05-22 08:30:00",    "2026-05-22T08:30",          "2026-05-22T08:30Z",       "2026-05-22T10:30:00+0200",
        "2026-05-22T10:30:00+02", "2026-05-22T03:00:00-05:30", "2026-05-22 08:30:00.000", "2026-05-22T08:30:00,0"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK_EQ(parse(good[i]), expected);
    CHECK_EQ(parse("2026-05-22"), expected - 30600 * SECOND);
    CHECK_EQ(parse("1970-01-01 00:00:00,25"), SECOND / 4);
}

TEST(time_still_refuses_what_is_no_date)
{
    static const char *const bad[] = {"",
                                      "now",
                                      "2026-05",
                                      "2026-05-22T",
                                      "2026-05-22X08:30:00",
                                      "2026-05-22T08",
                                      "2026-05-22T08:30.5",
                                      "2026-05-22T08:30:00+2",
                                      "2026-05-22T08:30:00+02:",
                                      "2026-05-22T08:30:00 Z",
                                      "20260522T083000Z",
                                      "2026-02-30",
                                      "2026-05-22 "};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(parse(bad[i]) == WEFT_TIME_NONE);
}

TEST(time_of_every_day_is_the_c_librarys)
{
    char text[TIME_TEXT_SIZE];

    for (int64_t day = -106650; day < 106650; day++) {
        weft_time time = (day * 86400 + (day & 0xFFFF)) * SECOND + (day & 1023);

        CHECK_EQ(parse(time_text(time, text)), time);
    }
}

TEST(seconds_of_a_date_go_on_after_2038)
{
    CHECK_EQ(weft__civil_seconds(&(weft__civil){1970, 1, 1, 0, 0, 0}), 0);
    CHECK_EQ(weft__civil_seconds(&(weft__civil){1969, 12, 31, 23, 59, 59}), -1);
    CHECK_EQ(weft__civil_seconds(&(weft__civil){2050, 1, 2, 3, 4, 5}), INT64_C(2524705445));
    CHECK_EQ(weft__civil_seconds(&(weft__civil){9999, 12, 31, 23, 59, 59}), INT64_C(253402300799));
}

/* 2026-05-22T08:30:00Z */
#define NOW_S INT64_C(1779438600)
#define NOW_MS (NOW_S * 1000)

static int64_t http_date(const char *text)
{
    int64_t unix_s;

    return weft__http_date_parse(weft__str(text), NOW_S, &unix_s) ? unix_s : -1;
}

TEST(http_date_is_read_in_all_three_forms)
{
    CHECK_EQ(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
    CHECK_EQ(http_date("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
    CHECK_EQ(http_date("Sun Nov  6 08:49:37 1994"), 784111777);
    CHECK_EQ(http_date("Wed Nov 16 08:49:37 1994"), 784111777 + 864000);
    CHECK_EQ(http_date("Sat, 31 Dec 2016 23:59:60 GMT"), 1483228800);
    CHECK_EQ(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
}

TEST(http_date_with_two_digits_is_at_most_fifty_years_ahead)
{
    int64_t unix_s;

    CHECK_EQ(http_date("Friday, 22-May-26 08:30:00 GMT"), NOW_S);
    CHECK(http_date("Friday, 22-May-76 08:30:00 GMT") > NOW_S);
    CHECK_EQ(http_date("Sunday, 22-May-77 08:30:00 GMT"), 233137800);
    CHECK_EQ(http_date("Saturday, 01-Jan-00 00:00:00 GMT"), 946684800);
    CHECK(weft__http_date_parse(weft__str("Sunday, 06-Nov-94 08:49:37 GMT"), INT64_MAX, &unix_s));
    CHECK_EQ(unix_s, 784111777);
}

TEST(http_date_of_another_form_is_refused)
{
    static const char *const bad[] = {"",
                                      "Sun",
                                      "Sun, ",
                                      "06 Nov 1994 08:49:37 GMT",
                                      "sun, 06 Nov 1994 08:49:37 GMT",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 UTC",
                                      "Sun, 06 Nov 1994 08:49:37",
                                      "Sun, 06 Nov 1994 08:49:37 GMT ",
                                      "Sun, 31 Nov 1994 08:49:37 GMT",
                                      "Sun, 29 Feb 1995 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:49:37 GMT",
                                      "Sun, 06 Nov 94 08:49:37 GMT",
                                      "Sunday, 06 Nov 1994 08:49:37 GMT",
                                      "Sunday, 06-Nov-1994 08:49:37 GMT",
                                      "Sun Nov 6 08:49:37 1994",
                                      "Sun Nov  0 08:49:37 1994",
                                      "Sun Nox  6 08:49:37 1994",
                                      "Sun Nov  6 08:49:37 1994 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 +0000",
                                      "2026-05-22T08:30:00Z"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(http_date(bad[i]), -1);
}

static int64_t whole(const char *value)
{
    return weft__retry_after(value, NULL, NOW_MS, false);
}

static int64_t fractional(const char *value, const char *value_ms)
{
    return weft__retry_after(value, value_ms, NOW_MS, true);
}

TEST(retry_after_in_seconds_is_digits_only)
{
    CHECK_EQ(whole("0"), 0);
    CHECK_EQ(whole("30"), 30000);
    CHECK_EQ(whole(" 30 "), 30000);
    CHECK_EQ(whole("007"), 7000);
    CHECK_EQ(whole(NULL), -1);
    CHECK_EQ(whole(""), -1);
    CHECK_EQ(whole("-1"), -1);
    CHECK_EQ(whole("+1"), -1);
    CHECK_EQ(whole("1.5"), -1);
    CHECK_EQ(whole("1s"), -1);
    CHECK_EQ(whole("soon"), -1);
}

TEST(retry_after_as_a_date_is_the_time_left)
{
    CHECK_EQ(whole("Fri, 22 May 2026 08:30:30 GMT"), 30000);
    CHECK_EQ(whole("Fri, 22 May 2026 08:29:00 GMT"), 0);
    CHECK_EQ(whole("Fri, 22 May 2026 08:29:00"), -1);
    CHECK_EQ(weft__retry_after("Fri, 22 May 2026 08:30:30 GMT", NULL, NOW_MS + 1, false), 29999);
    CHECK_EQ(fractional("Fri, 22 May 2026 08:30:30 GMT", NULL), 30000);
}

TEST(retry_after_with_fractions_rounds_up_and_takes_negative_for_zero)
{
    CHECK_EQ(fractional("1.5", NULL), 1500);
    CHECK_EQ(fractional("0.0001", NULL), 1);
    CHECK_EQ(fractional("+2", NULL), 2000);
    CHECK_EQ(fractional("-3.5", NULL), 0);
    CHECK_EQ(fractional("1.", NULL), -1);
    CHECK_EQ(fractional("1e3", NULL), -1);
    CHECK_EQ(fractional("nan", NULL), -1);
    CHECK_EQ(fractional("-", NULL), -1);
}

TEST(retry_after_ms_goes_first_when_it_can_be_read)
{
    CHECK_EQ(fractional("30", "250"), 250);
    CHECK_EQ(fractional("30", "1.2"), 2);
    CHECK_EQ(fractional(NULL, "-5"), 0);
    CHECK_EQ(fractional("30", "soon"), 30000);
    CHECK_EQ(fractional("30", ""), 30000);
    CHECK_EQ(fractional(NULL, "soon"), -1);
}

TEST(retry_after_beyond_a_century_is_a_century)
{
    CHECK_EQ(whole("99999999999999999999999999999999999999"), WEFT__RETRY_AFTER_MAX_MS);
    CHECK_EQ(fractional("9223372036854775807.999999999", NULL), WEFT__RETRY_AFTER_MAX_MS);
    CHECK_EQ(fractional(NULL, "18446744073709551616"), WEFT__RETRY_AFTER_MAX_MS);
    CHECK_EQ(whole("Fri, 31 Dec 9999 23:59:59 GMT"), WEFT__RETRY_AFTER_MAX_MS);
    CHECK_EQ(weft__retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NULL, INT64_MIN, false), 0);
}
