#include "base/time.h"

#include "base/text.h"

#define NS_PER_S INT64_C(1000000000)

enum { SECONDS_PER_DAY = 86400 };

/* Reads a text from the front. Every take_ function returns whether what it wants stood there, and moves on. */
typedef struct reader {
    const char *at;
    const char *end;
} reader;

static reader reader_on(weft_str text)
{
    /* An empty text may come as NULL, from which no end can be counted. */
    const char *start = text.len ? text.ptr : "";

    return (reader){start, start + text.len};
}

static bool take_char(reader *r, char wanted)
{
    if (r->at == r->end || *r->at != wanted)
        return false;
    r->at++;
    return true;
}

static bool take_text(reader *r, const char *wanted)
{
    size_t len = strlen(wanted);

    if ((size_t)(r->end - r->at) < len || memcmp(r->at, wanted, len) != 0)
        return false;
    r->at += len;
    return true;
}

/* Exactly `digits` digits, of a number from `low` to `high`. */
static bool take_number(reader *r, int digits, int low, int high, int *ret_value)
{
    int value = 0;

    if (r->end - r->at < digits)
        return false;
    for (int i = 0; i < digits; i++) {
        if (!weft__text_is_digit(r->at[i]))
            return false;
        value = value * 10 + (r->at[i] - '0');
    }
    if (value < low || value > high)
        return false;
    r->at += digits;
    *ret_value = value;
    return true;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* From 1970-01-01 to the first of January of `year`, which is from 1 on. */
static int64_t days_to_year(int year)
{
    int64_t past = year - 1;

    return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

int64_t weft__civil_seconds(const weft__civil *date)
{
    int64_t days = days_to_year(date->year) + date->day - 1;

    for (int month = 1; month < date->month; month++)
        days += days_in_month(date->year, month);
    return days * SECONDS_PER_DAY + date->hour * 3600 + date->minute * 60 + date->second;
}

static bool take_date(reader *r, weft__civil *date)
{
    return take_number(r, 4, 1, 9999, &date->year) && take_char(r, '-') && take_number(r, 2, 1, 12, &date->month) &&
           take_char(r, '-') && take_number(r, 2, 1, days_in_month(date->year, date->month), &date->day);
}

/* ".5" as 500000000; digits beyond the ninth are dropped. True with 0 where no fraction stands. */
static bool take_fraction(reader *r, bool comma, int64_t *ret_ns)
{
    int64_t unit = NS_PER_S / 10;

    *ret_ns = 0;
    if (!take_char(r, '.') && !(comma && take_char(r, ',')))
        return true;
    if (r->at == r->end || !weft__text_is_digit(*r->at))
        return false;
    for (; r->at < r->end && weft__text_is_digit(*r->at); r->at++) {
        *ret_ns += (*r->at - '0') * unit;
        unit /= 10;
    }
    return true;
}

/* The second may be left out, and with it its fraction. */
static bool take_clock(reader *r, weft__civil *date, int64_t *ret_ns)
{
    if (!take_number(r, 2, 0, 23, &date->hour) || !take_char(r, ':') || !take_number(r, 2, 0, 59, &date->minute))
        return false;
    if (!take_char(r, ':'))
        return true;
    return take_number(r, 2, 0, 59, &date->second) && take_fraction(r, true, ret_ns);
}

/* None is UTC. */
static bool take_offset(reader *r, int *ret_seconds)
{
    bool west, colon;
    int hours, minutes = 0;

    *ret_seconds = 0;
    if (take_char(r, 'Z') || take_char(r, 'z') || r->at == r->end)
        return true;
    west = take_char(r, '-');
    if ((!west && !take_char(r, '+')) || !take_number(r, 2, 0, 23, &hours))
        return false;
    colon = take_char(r, ':');
    if ((colon || r->at < r->end) && !take_number(r, 2, 0, 59, &minutes))
        return false;
    *ret_seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

weft_time weft_time_parse(weft_str text)
{
    reader r = reader_on(text);
    weft__civil date = {0};
    int64_t ns = 0, seconds;
    int offset_s = 0;

    if (!take_date(&r, &date))
        return WEFT_TIME_NONE;
    if (r.at < r.end) {
        if (!take_char(&r, 'T') && !take_char(&r, 't') && !take_char(&r, ' '))
            return WEFT_TIME_NONE;
        if (!take_clock(&r, &date, &ns) || !take_offset(&r, &offset_s))
            return WEFT_TIME_NONE;
    }
    seconds = weft__civil_seconds(&date) - offset_s;
    if (r.at != r.end || seconds < days_to_year(1678) * SECONDS_PER_DAY ||
        seconds >= days_to_year(2262) * SECONDS_PER_DAY)
        return WEFT_TIME_NONE;
    return seconds * NS_PER_S + ns;
}

/* One of `names`, in the letters it is written in. */
static bool take_name(reader *r, const char *const *names, int count, int *ret_index)
{
    for (int i = 0; i < count; i++)
        if (take_text(r, names[i])) {
            *ret_index = i;
            return true;
        }
    return false;
}

static bool take_month(reader *r, int *ret_month)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int index;

    if (!take_name(r, names, 12, &index))
        return false;
    *ret_month = index + 1;
    return true;
}

static bool take_http_clock(reader *r, weft__civil *date)
{
    return take_number(r, 2, 0, 23, &date->hour) && take_char(r, ':') && take_number(r, 2, 0, 59, &date->minute) &&
           take_char(r, ':') && take_number(r, 2, 0, 60, &date->second);
}

/* "06 Nov 1994 08:49:37 GMT" */
static bool take_fixdate(reader *r, weft__civil *date)
{
    return take_number(r, 2, 1, 31, &date->day) && take_char(r, ' ') && take_month(r, &date->month) &&
           take_char(r, ' ') && take_number(r, 4, 1, 9999, &date->year) && take_char(r, ' ') &&
           take_http_clock(r, date) && take_text(r, " GMT");
}

/* "06-Nov-94 08:49:37 GMT" */
static bool take_rfc850_date(reader *r, weft__civil *date, int64_t now_unix_s)
{
    int64_t this_year = now_unix_s / (365 * SECONDS_PER_DAY) + 1970; /* near enough to choose a century by */
    int year;

    if (!take_number(r, 2, 1, 31, &date->day) || !take_char(r, '-') || !take_month(r, &date->month) ||
        !take_char(r, '-') || !take_number(r, 2, 0, 99, &year) || !take_char(r, ' ') || !take_http_clock(r, date) ||
        !take_text(r, " GMT"))
        return false;
    if (this_year < 1970 || this_year > 9000)
        this_year = 1970;
    year += (int)(this_year - this_year % 100);
    if (year > this_year + 50)
        year -= 100;
    date->year = year;
    return true;
}

/* "Nov  6 08:49:37 1994" */
static bool take_asctime_date(reader *r, weft__civil *date)
{
    if (!take_month(r, &date->month) || !take_char(r, ' '))
        return false;
    if (!(take_char(r, ' ') ? take_number(r, 1, 1, 9, &date->day) : take_number(r, 2, 1, 31, &date->day)))
        return false;
    return take_char(r, ' ') && take_http_clock(r, date) && take_char(r, ' ') &&
           take_number(r, 4, 1, 9999, &date->year);
}

bool weft__http_date_parse(weft_str text, int64_t now_unix_s, int64_t *ret_unix_s)
{
    /* The long names first: the short ones begin them. */
    static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
                                       "Sun",    "Mon",    "Tue",     "Wed",       "Thu",      "Fri",    "Sat"};
    reader r = reader_on(text);
    weft__civil date = {0};
    int day;
    bool ok;

    if (!take_name(&r, days, 14, &day))
        return false;
    if (day < 7)
        ok = take_text(&r, ", ") && take_rfc850_date(&r, &date, now_unix_s);
    else
        ok = take_text(&r, ", ") ? take_fixdate(&r, &date) : take_char(&r, ' ') && take_asctime_date(&r, &date);
    if (!ok || r.at != r.end || date.day > days_in_month(date.year, date.month))
        return false;
    *ret_unix_s = weft__civil_seconds(&date);
    return true;
}

/* A number of `unit_ms` in milliseconds, rounded up, within 0 and the most there is. */
static bool read_wait(weft_str text, int64_t unit_ms, bool fractions, int64_t *ret_ms)
{
    reader r = reader_on(text);
    bool negative = fractions && take_char(&r, '-'), any = false;
    int64_t ms = 0, ns = 0;

    if (fractions && !negative)
        take_char(&r, '+');
    for (; r.at < r.end && weft__text_is_digit(*r.at); r.at++, any = true)
        if (ms <= WEFT__RETRY_AFTER_MAX_MS) /* ten times that fits; more digits change nothing */
            ms = ms * 10 + (*r.at - '0') * unit_ms;
    if (!any || (fractions && !take_fraction(&r, false, &ns)) || r.at != r.end)
        return false;
    ms += (ns * unit_ms + NS_PER_S - 1) / NS_PER_S;
    if (ms > WEFT__RETRY_AFTER_MAX_MS)
        ms = WEFT__RETRY_AFTER_MAX_MS;
    *ret_ms = negative ? 0 : ms;
    return true;
}

static bool read_wait_until(weft_str text, int64_t now_unix_ms, int64_t *ret_ms)
{
    int64_t date_s, date_ms;

    if (!weft__http_date_parse(text, now_unix_ms / 1000, &date_s))
        return false;
    date_ms = date_s * 1000;
    if (now_unix_ms < 0 || date_ms <= now_unix_ms)
        *ret_ms = 0;
    else if (date_ms - now_unix_ms > WEFT__RETRY_AFTER_MAX_MS)
        *ret_ms = WEFT__RETRY_AFTER_MAX_MS;
    else
        *ret_ms = date_ms - now_unix_ms;
    return true;
}

int64_t weft__retry_after(const char *retry_after, const char *retry_after_ms, int64_t now_unix_ms, bool fractions)
{
    weft_str in_ms = weft__text_trim(weft__str(retry_after_ms)), other = weft__text_trim(weft__str(retry_after));
    int64_t wait_ms;

    if (read_wait(in_ms, 1, fractions, &wait_ms) || read_wait(other, 1000, fractions, &wait_ms) ||
        read_wait_until(other, now_unix_ms, &wait_ms))
        return wait_ms;
    return -1;
}
