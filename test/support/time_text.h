/* test/support/time_text.h - a time as RFC 3339 text, by the C library's calendar: what weft's own is held against. */
#ifndef WEFT_TEST_TIME_TEXT_H
#define WEFT_TEST_TIME_TEXT_H

#include <stdio.h>
#include <time.h>

#include "weft/types.h"

enum { TIME_TEXT_SIZE = 80 };

static inline const char *time_text(weft_time time, char ret_text[TIME_TEXT_SIZE])
{
    const int64_t second = 1000000000;
    int64_t ns = (time % second + second) % second;
    time_t seconds = (time_t)((time - ns) / second);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    snprintf(ret_text, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", utc.tm_year + 1900, utc.tm_mon + 1,
             utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)ns);
    return ret_text;
}

#endif
