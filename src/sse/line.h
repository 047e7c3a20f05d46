/* sse/line.h - where a line ends, and which field it is. Inline, for most lines are short. */
#ifndef WEFT_SSE_LINE_H
#define WEFT_SSE_LINE_H

#include <stdbool.h>
#include <string.h>

#include "base/scan.h"

/* Above the line ends, so that one comparison finds them, with few bytes besides that a line may hold: tabs are
 * the only common ones. */
enum { WEFT__SSE_FIRST_PLAIN = '\r' + 1 };

static inline bool weft__sse_is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

static inline bool weft__sse_is_plain(char byte)
{
    return (signed char)byte >= WEFT__SSE_FIRST_PLAIN;
}

static inline weft__scan_vector weft__sse_not_plain(const char *at)
{
    return weft__scan_below_or_wide(weft__scan_load(at), WEFT__SSE_FIRST_PLAIN);
}

/* The first byte that is not plain in the four blocks from `at` on; NULL when all are. */
static inline char *weft__sse_find_in_four(char *at)
{
    const weft__scan_vector a = weft__sse_not_plain(at), b = weft__sse_not_plain(at + WEFT__SCAN_BLOCK);
    const weft__scan_vector c = weft__sse_not_plain(at + 2 * WEFT__SCAN_BLOCK),
                            d = weft__sse_not_plain(at + 3 * WEFT__SCAN_BLOCK);
    weft__scan_bits bits = weft__scan_bits_of(weft__scan_or(weft__scan_or(a, b), weft__scan_or(c, d)));

    if (!bits)
        return NULL;
    if ((bits = weft__scan_bits_of(a)) != 0)
        return at + weft__scan_first(bits);
    if ((bits = weft__scan_bits_of(b)) != 0)
        return at + WEFT__SCAN_BLOCK + weft__scan_first(bits);
    if ((bits = weft__scan_bits_of(c)) != 0)
        return at + 2 * WEFT__SCAN_BLOCK + weft__scan_first(bits);
    return at + 3 * WEFT__SCAN_BLOCK + weft__scan_first(weft__scan_bits_of(d));
}

/* The first byte that is not plain, or `end`. */
static inline char *weft__sse_skip_plain(char *at, char *end)
{
    const bool whole_block = end - at >= WEFT__SCAN_BLOCK;
    weft__scan_bits bits;
    char *found;

    for (; end - at >= 4 * WEFT__SCAN_BLOCK; at += 4 * WEFT__SCAN_BLOCK)
        if ((found = weft__sse_find_in_four(at)) != NULL)
            return found;
    for (; end - at >= WEFT__SCAN_BLOCK; at += WEFT__SCAN_BLOCK)
        if ((bits = weft__scan_bits_of(weft__sse_not_plain(at))) != 0)
            return at + weft__scan_first(bits);
    if (whole_block && at < end) { /* some bytes once more, which are plain, to have a block of the last ones */
        at = end - WEFT__SCAN_BLOCK;
        bits = weft__scan_bits_of(weft__sse_not_plain(at));
        return bits ? at + weft__scan_first(bits) : end;
    }
    while (at < end && weft__sse_is_plain(*at))
        at++;
    return at;
}

/* The first line feed or carriage return from `at` on, or `end`, in text of any kind. */
char *weft__sse_find_line_end(char *at, char *end, bool *wide);

/* From a carriage return on, where it ends no line: the first line feed, or `end`. */
char *weft__sse_find_line_feed(char *at, char *end, bool *wide);

/* As weft__sse_find_line_end, fast for the usual text. Sets `*wide` when a byte before it is not ASCII; it may do so
 * for one behind it: `wide` says which text need not be checked to be UTF-8. Every byte is looked at once. */
static inline char *weft__sse_line_end(char *at, char *end, bool *wide)
{
    at = weft__sse_skip_plain(at, end);
    return at == end || weft__sse_is_line_end(*at) ? at : weft__sse_find_line_end(at, end, wide);
}

/* Whether the line is of that field: `name`, `name:value` or `name: value`. */
static inline bool weft__sse_is_field(const char *line, size_t len, const char *name, size_t *ret_value_at)
{
    size_t at = strlen(name);

    if (len < at || memcmp(line, name, at) != 0 || (len > at && line[at] != ':'))
        return false;
    if (len > at)
        at++;
    if (len > at && line[at] == ' ')
        at++;
    *ret_value_at = at;
    return true;
}

#endif
