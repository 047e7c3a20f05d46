/* sim_handinger_cron.c - cron expressions of five fields, in UTC. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim_handinger.h"

enum { FIELDS = 5, MINUTES_AHEAD = 366 * 24 * 60 };

/* Each field as a set of the values that it allows. */
typedef struct cron_times {
    uint64_t allowed[FIELDS]; /* minute, hour, day, month, day of the week */
    bool any_day, any_weekday;
} cron_times;

static const int lowest[FIELDS] = {0, 0, 1, 1, 0};
static const int highest[FIELDS] = {59, 23, 31, 12, 7};

static bool read_number(const char **at, int field, int *ret_number)
{
    char *end;
    long number;

    if (**at < '0' || **at > '9')
        return false;
    number = strtol(*at, &end, 10);
    *at = end;
    *ret_number = (int)number;
    return number >= lowest[field] && number <= highest[field];
}

/* One of the items that commas part: *, 5, 1-5, each perhaps with a step. */
static bool read_item(const char **at, int field, uint64_t *set)
{
    int first = lowest[field], last = highest[field], step = 1;

    if (**at == '*') {
        ++*at;
    } else {
        if (!read_number(at, field, &first))
            return false;
        last = first;
        if (**at == '-' && (++*at, !read_number(at, field, &last)))
            return false;
    }
    if (**at == '/') {
        char *end;

        step = (int)strtol(++*at, &end, 10);
        if (end == *at || step < 1)
            return false;
        *at = end;
    }
    for (int value = first; value <= last; value += step)
        *set |= UINT64_C(1) << (field == 4 && value == 7 ? 0 : value);
    return last >= first;
}

static bool read_cron(const char *at, cron_times *times)
{
    memset(times, 0, sizeof(*times));
    for (int field = 0; field < FIELDS; field++) {
        at += strspn(at, " ");
        times->any_day |= field == 2 && *at == '*';
        times->any_weekday |= field == 4 && *at == '*';
        do {
            if (!read_item(&at, field, &times->allowed[field]))
                return false;
        } while (*at == ',' && at++);
        if (*at != (field == FIELDS - 1 ? '\0' : ' '))
            return false;
    }
    return true;
}

static bool allows(const cron_times *times, int field, int value)
{
    return times->allowed[field] >> value & 1;
}

/* As cron has it: of day and day of the week, where both are said, one is enough. */
static bool is_due(const cron_times *times, const struct tm *at)
{
    bool day = allows(times, 2, at->tm_mday), weekday = allows(times, 4, at->tm_wday);

    if (!allows(times, 0, at->tm_min) || !allows(times, 1, at->tm_hour) || !allows(times, 3, at->tm_mon + 1))
        return false;
    return times->any_day || times->any_weekday ? day && weekday : day || weekday;
}

int64_t handinger_cron_next(const char *expression, int64_t after)
{
    cron_times times;

    if (!read_cron(expression, &times))
        return -1;
    after -= after % 60;
    for (int i = 0; i < MINUTES_AHEAD; i++) {
        time_t at = (time_t)(after += 60);
        struct tm utc;

        if (is_due(&times, gmtime_r(&at, &utc)))
            return after;
    }
    return -1;
}
