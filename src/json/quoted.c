/* json/quoted.c - what an escaped string means. The reader has checked it, so every escape is whole and
 * known. */
#include "json/reader.h"

#include <string.h>

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static unsigned hex4(const char *at)
{
    return hex_digit(at[0]) << 12 | hex_digit(at[1]) << 8 | hex_digit(at[2]) << 4 | hex_digit(at[3]);
}

static char simple_escape(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter; /* a quote, a backslash, a slash */
    }
}

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
        out[0] = simple_escape((*at)[1]);
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

/* Runs between escapes are short in text with many of them, such as program output with a \n in every line.
 */
static const char *find_backslash(const char *at, const char *end)
{
    const char *found = memchr(at, '\\', (size_t)(end - at));

    return found ? found : end;
}

size_t weft__quoted_copy(weft__quoted string, char *out)
{
    const char *at = string.ptr, *end = string.ptr + string.len;
    char *to = out;

    while (at < end) {
        const char *stop = string.escaped ? find_backslash(at, end) : end;

        memcpy(to, at, (size_t)(stop - at));
        to += stop - at;
        at = stop;
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
