/* json/quoted.c - what an escaped string means. The reader has checked it, so every escape is whole and
 * known. */
#include "json/reader.h"

#include <string.h>

#include "base/utf8.h"
#include "json/escape.h"
#include "json/scan.h"

enum { REPLACEMENT = 0xfffd }; /* for what is no text */

const char weft__meaning_of_letter[256] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
};

#define DIGIT(value) (WEFT__IS_DIGIT | (value))
const unsigned char weft__hex_digits[256] = {
    ['0'] = DIGIT(0),  ['1'] = DIGIT(1),  ['2'] = DIGIT(2),  ['3'] = DIGIT(3),  ['4'] = DIGIT(4),  ['5'] = DIGIT(5),
    ['6'] = DIGIT(6),  ['7'] = DIGIT(7),  ['8'] = DIGIT(8),  ['9'] = DIGIT(9),  ['a'] = DIGIT(10), ['b'] = DIGIT(11),
    ['c'] = DIGIT(12), ['d'] = DIGIT(13), ['e'] = DIGIT(14), ['f'] = DIGIT(15), ['A'] = DIGIT(10), ['B'] = DIGIT(11),
    ['C'] = DIGIT(12), ['D'] = DIGIT(13), ['E'] = DIGIT(14), ['F'] = DIGIT(15),
};

/* A character beyond ASCII. */
static size_t put_utf8(unsigned code, char *out)
{
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
static inline size_t take_escape(const char **at, char out[4])
{
    unsigned code;

    if ((*at)[1] != 'u') {
        out[0] = weft__meaning_of_letter[(unsigned char)(*at)[1]];
        *at += 2;
        return 1;
    }
    code = weft__hex4(*at + 2);
    *at += 6;
    if (code < 0x80) { /* as encoders write markup */
        out[0] = (char)code;
        return 1;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (weft__hex4(*at + 2) - 0xdc00);
        *at += 6;
    }
    return put_utf8(code, out);
}

/* The characters that the escapes at `at`, one behind the other, mean; moves `*out` along, returns the escapes' end. */
static const char *put_escapes(const char *at, const char *end, char **out)
{
    do {
        *out += take_escape(&at, *out);
    } while (at < end && *at == '\\');
    return at;
}

/* Copies whole blocks, escapes replaced, up to the last ones; moves `*out` along. Every copy takes a whole block, and
 * what is too much is overwritten by the next: `*out` is never ahead of `at`, so there is as much room. */
static const char *copy_blocks(const char *at, const char *end, char **out)
{
    char *to = *out;

    while (end - at >= 2 * WEFT__SCAN_BLOCK) {
        const char *from = at, *next = at + WEFT__SCAN_BLOCK;
        weft__scan_bits backslashes = weft__scan_backslashes(at);

        while (backslashes) {
            const char *escape = at + weft__scan_first(backslashes);

            memcpy(to, from, WEFT__SCAN_BLOCK);
            to += escape - from;
            if (escape[1] == 'u') {
                from = put_escapes(escape, end, &to);
                if (from >= next)
                    break;
            } else {
                *to++ = weft__meaning_of_letter[(unsigned char)escape[1]];
                from = escape + 2;
            }
            backslashes = weft__scan_from(backslashes, (unsigned)(from - at));
        }
        if (from < next) {
            memcpy(to, from, WEFT__SCAN_BLOCK);
            to += next - from;
            from = next;
        }
        at = from;
    }
    *out = to;
    return at;
}

/* The same where half a pair stands for U+FFFD. */
static size_t take_any_escape(const char **at, const char *end, char out[4])
{
    const char *escape = *at;
    unsigned code, second;

    if (escape[1] != 'u')
        return take_escape(at, out);
    code = weft__hex4(escape + 2);
    if (code < 0xd800 || code > 0xdfff)
        return take_escape(at, out);
    second = end - escape >= 12 && escape[6] == '\\' && escape[7] == 'u' && weft__is_hex4(escape + 8)
                 ? weft__hex4(escape + 8)
                 : 0;
    if (code < 0xdc00 && second >= 0xdc00 && second <= 0xdfff)
        return take_escape(at, out);
    *at += 6;
    return put_utf8(REPLACEMENT, out);
}

size_t weft__quoted_next(const char **at, const char *end, char out[4])
{
    bool valid = true;
    size_t size = 1;

    if (**at == '\\')
        return take_any_escape(at, end, out);
    if ((signed char)**at < 0)
        size = weft__utf8_measure(*at, (size_t)(end - *at), &valid);
    if (valid)
        memcpy(out, *at, size);
    *at += size;
    return valid ? size : put_utf8(REPLACEMENT, out);
}

size_t weft__quoted_room(weft__quoted string)
{
    const char *at = string.ptr, *end = string.ptr + string.len;
    char character[4];
    size_t room = 0;

    if (!string.broken)
        return string.len;
    while (at < end)
        room += weft__quoted_next(&at, end, character);
    return room;
}

static size_t copy_broken(weft__quoted string, char *out)
{
    const char *at = string.ptr, *end = string.ptr + string.len;
    char character[4], *to = out;

    while (at < end) {
        size_t size = weft__quoted_next(&at, end, character);

        memcpy(to, character, size);
        to += size;
    }
    return (size_t)(to - out);
}

size_t weft__quoted_copy(weft__quoted string, char *out)
{
    const char *at = string.ptr, *end = string.ptr + string.len;
    char *to = out;

    if (string.broken)
        return copy_broken(string, out);
    at = copy_blocks(at, end, &to);
    while (at < end) {
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

    if (!string.escaped && !string.broken)
        return string.len == len && memcmp(string.ptr, text, len) == 0;
    while (at < end) {
        char character[4];
        size_t size = weft__quoted_next(&at, end, character);

        if (size > len || memcmp(text, character, size) != 0)
            return false;
        text += size;
        len -= size;
    }
    return len == 0;
}
