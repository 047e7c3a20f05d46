/* json/scan.h - the two loops over string bytes that reader and writer share. */
#ifndef WEFT_JSON_SCAN_H
#define WEFT_JSON_SCAN_H

#include "base/scan.h"

/* Whether `byte` may stand in a JSON string as it is, and needs no company: printable ASCII but `"` and `\`. */
static inline int weft__is_plain(char byte)
{
    return byte >= 0x20 && (signed char)byte > 0 && byte != '"' && byte != '\\';
}

/* A bit for each byte of the block at `at` that is not plain. */
static inline weft__scan_bits weft__scan_block(const char *at)
{
    const weft__scan_vector block = weft__scan_load(at);
    const weft__scan_vector quoted = weft__scan_or(weft__scan_equal(block, '"'), weft__scan_equal(block, '\\'));

    return weft__scan_bits_of(weft__scan_or(weft__scan_below_or_wide(block, 0x20), quoted));
}

/* A bit for each byte of the block at `at` that is a backslash. */
static inline weft__scan_bits weft__scan_backslashes(const char *at)
{
    return weft__scan_bits_of(weft__scan_equal(weft__scan_load(at), '\\'));
}

/* The end of the run of plain bytes that starts at `at`. */
static inline const char *weft__scan_plain(const char *at, const char *end)
{
    /* Steps of a fixed size: the next load does not have to wait for what this block held. */
    for (; end - at >= WEFT__SCAN_BLOCK; at += WEFT__SCAN_BLOCK) {
        const weft__scan_bits special = weft__scan_block(at);

        if (special)
            return at + weft__scan_first(special);
    }
    while (at < end && weft__is_plain(*at))
        at++;
    return at;
}

/* Bytes of the well-formed UTF-8 sequence at `at`, which is not `end`; 0 when there is none: cut short,
 * longer than needed, a surrogate, or beyond U+10FFFF. */
static inline unsigned weft__scan_utf8(const char *at, const char *end)
{
    const unsigned char *byte = (const unsigned char *)at;
    const size_t left = (size_t)(end - at);

    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || left < 2 || (byte[1] & 0xc0) != 0x80)
        return 0;
    if (byte[0] < 0xe0)
        return 2;
    if (left < 3 || (byte[2] & 0xc0) != 0x80)
        return 0;
    if (byte[0] < 0xf0) {
        if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f))
            return 0;
        return 3;
    }
    if (left < 4 || (byte[3] & 0xc0) != 0x80)
        return 0;
    if ((byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
        return 0;
    return 4;
}

#endif
