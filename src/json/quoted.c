/* json/quoted.c - what an escaped string means. The reader has checked it, so every escape is whole and
 * known. */
#include "json/reader.h"

#include <string.h>

#include "json/scan.h"

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static unsigned hex4(const char *at)
{
    return hex_digit(at[0]) << 12 | hex_digit(at[1]) << 8 | hex_digit(at[2]) << 4 | hex_digit(at[3]);
}

/* What a letter behind a backslash means. */
static const char meaning_of_letter[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

static size_t put_utf8(unsigned code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* The character that the escape at `*at` means, as UTF-8 in `out`; moves `*at` past the escape. */
static size_t take_escape(const char **at, char out[4])
{
    unsigned code;

    if ((*at)[1] != 'u') {
        out[0] = meaning_of_letter[(unsigned char)(*at)[1]];
        *at += 2;
        return 1;
    }
    code = hex4(*at + 2);
    *at += 6;
    if (code >= 0xd800 && code <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (hex4(*at + 2) - 0xdc00);
        *at += 6;
    }
    return put_utf8(code, out);
}

/* Copies whole blocks, escapes of two bytes replaced, up to a \u escape or the last blocks; moves `*to`
 * along. Every copy takes a whole block, and what is too much is overwritten by the next: `to` is never ahead
 * of `at`, so there is as much room. */
static const char *copy_blocks(const char *at, const char *end, char **to)
{
    while (end - at >= 2 * WEFT__SCAN_BLOCK) {
        weft__scan_bits backslashes = weft__scan_backslashes(at);
        unsigned from = 0;

        while (backslashes) {
            const unsigned index = weft__scan_first(backslashes);

            memcpy(*to, at + from, WEFT__SCAN_BLOCK);
            *to += index - from;
            if (at[index + 1] == 'u')
                return at + index;
            *(*to)++ = meaning_of_letter[(unsigned char)at[index + 1]];
            from = index + 2;
            backslashes = weft__scan_from(backslashes, from);
        }
        if (from > WEFT__SCAN_BLOCK) {
            at += from;
            continue;
        }
        memcpy(*to, at + from, WEFT__SCAN_BLOCK);
        *to += WEFT__SCAN_BLOCK - from;
        at += WEFT__SCAN_BLOCK;
    }
    return at;
}

size_t weft__quoted_copy(weft__quoted string, char *out)
{
    const char *at = string.ptr, *end = string.ptr + string.len;
    char *to = out;

    while (at < end) {
        at = copy_blocks(at, end, &to);
        while (at < end && *at != '\\')
            *to++ = *at++;
        if (at < end)
            to += take_escape(&at, to);
    }
    return (size_t)(to - out);
}

bool weft__quoted_is(weft__quoted string, const char *text, size_t len)
{
    const char *at = string.ptr, *end = string.ptr + string.len;

    if (!string.escaped)
        return string.len == len && memcmp(string.ptr, text, len) == 0;
    while (at < end) {
        char character[4];
        size_t size = 1;

        if (*at == '\\')
            size = take_escape(&at, character);
        else
            character[0] = *at++;
        if (size > len || memcmp(text, character, size) != 0)
            return false;
        text += size;
        len -= size;
    }
    return len == 0;
}
