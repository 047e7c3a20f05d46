/* base/text.h - checks, comparisons and encodings of text that goes to or comes from a server.
 *
 * Nothing here knows a locale. Appending functions return false when the text is refused, or when the buffer
 * failed; buffer->failed tells which, and what was appended up to there stays.
 */
#ifndef WEFT_BASE_TEXT_H
#define WEFT_BASE_TEXT_H

#include <string.h>

#include "base/buffer.h"

static inline weft_str weft__str(const char *text)
{
    weft_str str = {text, text ? strlen(text) : 0};
    return str;
}

static inline char weft__text_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static inline bool weft__text_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Of ASCII's. */
static inline bool weft__text_is_letter(char byte)
{
    return weft__text_lower(byte) >= 'a' && weft__text_lower(byte) <= 'z';
}

/* NULL and "" are equal. */
bool weft__text_equal(weft_str a, weft_str b);
/* The same with A to Z taken as a to z. */
bool weft__text_equal_nocase(weft_str a, weft_str b);
/* Equality of secrets: the time taken says nothing of where they differ, only of their lengths. */
bool weft__text_equal_secret(weft_str a, weft_str b);
/* Without the spaces and tabs at both ends. */
weft_str weft__text_trim(weft_str text);
/* The same, and without CR and LF at both ends: for texts that were written as lines. */
weft_str weft__text_strip(weft_str text);

/* By RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool weft__text_is_utf8(const char *text, size_t len);
/* Whether a byte below 0x20, or 0x7F, is in it; false for NULL. */
bool weft__text_has_control(const char *text);
/* Makes one line of UTF-8 of a text that somebody else wrote, in place, so that it can be shown to people: what ends a
 * line, controls a terminal, turns the direction of writing or cannot be seen becomes a blank, invalid UTF-8 a '?'. */
void weft__text_clean(char *text);
/* A header name or method: an RFC 9110 token, so not empty. */
bool weft__text_is_token(const char *text, size_t len);
/* A header value that cannot end its line: no controls but HTAB. Bytes from 0x80 up pass, as does "". */
bool weft__text_is_header_value(const char *text, size_t len);

/* Appends one path segment: A-Z a-z 0-9 - _ . ~ $ & + = : @ as they are, all else as %XX. Refuses "", "." and
 * "..", which would make the path name something else. */
bool weft__text_append_segment(weft__buffer *out, const char *text, size_t len);
/* Appends a query key or value: A-Z a-z 0-9 - _ . ~ as they are, space as +, all else as %XX. */
bool weft__text_append_query(weft__buffer *out, const char *text, size_t len);
/* Appends `text` with %XX resolved; + stays. Refuses a % that two hex digits do not follow, and %00. */
bool weft__text_append_unescaped(weft__buffer *out, const char *text, size_t len);
/* The standard alphabet, padded with '='. */
bool weft__text_append_base64(weft__buffer *out, const void *bytes, size_t len);
/* The value of a hex digit of either case, or -1. */
int weft__text_hex_value(char digit);

/* Decimal digits, nothing else, and not too large to hold. */
bool weft__text_parse_uint64(const char *text, size_t len, uint64_t *ret_value);

#endif
