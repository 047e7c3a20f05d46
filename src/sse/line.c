#include "sse/line.h"

char *weft__sse_find_line_end(char *at, char *end, bool *wide)
{
    weft__scan_bits not_ascii = 0;
    char tail = 0;

    for (; end - at >= WEFT__SCAN_BLOCK; at += WEFT__SCAN_BLOCK) {
        const weft__scan_vector block = weft__scan_load(at);
        const weft__scan_bits ends =
            weft__scan_bits_of(weft__scan_or(weft__scan_equal(block, '\n'), weft__scan_equal(block, '\r')));

        not_ascii |= weft__scan_bits_of(block);
        if (ends) {
            at += weft__scan_first(ends);
            break;
        }
    }
    for (; at < end && !weft__sse_is_line_end(*at); at++)
        tail = (char)(tail | *at);
    *wide |= not_ascii || (signed char)tail < 0;
    return at;
}

char *weft__sse_find_line_feed(char *at, char *end, bool *wide)
{
    while (at != end && *at == '\r')
        at = weft__sse_line_end(at + 1, end, wide);
    return at;
}
