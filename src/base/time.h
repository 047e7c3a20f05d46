/* base/time.h - dates and durations as servers and people write them.
 *
 * Nothing here reads a clock or knows a time zone. A second 60 is refused in RFC 3339 texts, and taken for
 * the first of the next minute in HTTP dates: leap seconds do not count.
 */
#ifndef WEFT_BASE_TIME_H
#define WEFT_BASE_TIME_H

#include "weft/types.h"

/* A hundred years: what a server asks for beyond that is taken for that, so that sums with it fit. */
#define WEFT__RETRY_AFTER_MAX_MS (INT64_C(100) * 365 * 24 * 3600 * 1000)

/* A date and a time of day in UTC. */
typedef struct weft__civil {
    int year, month, day, hour, minute, second; /* month and day from 1 */
} weft__civil;

/* Seconds since 1970: what timegm says where time_t has 64 bits, as it has not on every machine. */
int64_t weft__civil_seconds(const weft__civil *date);

/* An HTTP date in any of the three forms of RFC 9110, section 5.6.7, as seconds since 1970. The day's name
 * need not be the right one. `now_unix_s` decides the century of a two-digit year: at most 50 years ahead. */
bool weft__http_date_parse(weft_str text, int64_t now_unix_s, int64_t *ret_unix_s);

/* How long a server asks to wait, in milliseconds rounded up: never below 0, and -1 when it does not say.
 * `retry_after_ms` is the value of Retry-After-Ms and goes first; `retry_after` is that of Retry-After,
 * seconds or an HTTP date. Either is NULL when it was not sent, and does not count when it cannot be read.
 * With `fractions` numbers may have a sign and a fraction, and what is negative is 0; without, they are
 * digits only. */
int64_t weft__retry_after(const char *retry_after, const char *retry_after_ms, int64_t now_unix_ms, bool fractions);

#endif
