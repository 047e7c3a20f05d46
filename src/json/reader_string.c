/* json/reader_string.c - strings: where one ends, and that everything in it may stand there. */
#include "json/reader.h"

#include "json/escape.h"
#include "json/scan.h"

/* Whether the \u escape at `at` makes half a surrogate pair. */
static inline bool is_surrogate(const char *at)
{
    return (at[2] | 0x20) == 'd' && at[3] >= '8'; /* a letter is more than any digit */
}

/* Whether the escape of a surrogate at `at` is the first half of a pair, and the second follows. */
static bool is_pair(const char *at, const char *end)
{
    return end - at >= 12 && at[6] == '\\' && at[7] == 'u' && weft__is_hex4(at + 8) && weft__hex4(at + 2) < 0xdc00 &&
           (weft__hex4(at + 8) & ~0x3ffu) == 0xdc00;
}

/* The end of the \u escapes that follow one another from `at` on, where there is a backslash and a `u`, up to one that
 * is none or makes half a surrogate pair. */
static const char *pass_unicode_escapes(const char *at, const char *end)
{
    do {
        if (end - at < 6 || !weft__is_hex4(at + 2))
            break;
        if (is_surrogate(at)) {
            if (!is_pair(at, end))
                break;
            at += 6;
        }
        at += 6;
    } while (end - at >= 2 && at[0] == '\\' && at[1] == 'u');
    return at;
}

/* The end of the escape at `at`, or of several, behind which there is another byte; `at` itself when it is none. */
static inline const char *pass_escape(const char *at, const char *end)
{
    if (weft__meaning_of_letter[(unsigned char)at[1]])
        return at + 2;
    return at[1] == 'u' ? pass_unicode_escapes(at, end) : at;
}

static const char *fail(weft__reader *reader, const char *at, const char *what)
{
    weft__reader_fail(reader, at, what);
    return NULL;
}

/* Checks the escape at `at`; returns its end. Half a pair makes an answer's string `broken`. */
static const char *read_escape(weft__reader *reader, const char *at, bool *broken)
{
    const ptrdiff_t left = reader->end - at;
    const char *behind = left >= 2 ? pass_escape(at, reader->end) : at;

    if (behind > at)
        return behind;
    if (left < 2)
        return fail(reader, reader->end, "unexpected end of the text");
    if (at[1] != 'u')
        return fail(reader, at, "unknown escape in a string");
    if (left < 6 || !weft__is_hex4(at + 2))
        return fail(reader, at, "a \\u escape needs four hexadecimal digits");
    if (!reader->lenient)
        return fail(reader, at, "half a surrogate pair in a string");
    *broken = true;
    return at + 6;
}

/* Passes over what may stand in a string, a block at a time; returns where the string ends or, on the way there, a
 * place before which there is no fault: few bytes are left, or something in the next ones is not as it should be.
 * Goes through each block once, by its bits: where the next load is from does not wait for what the last one held. */
static const char *pass_blocks(const char *at, const char *end, bool *escaped)
{
    const char *last = end - WEFT__SCAN_BLOCK; /* and one byte more is there, as an escape may reach beyond its block */
    weft__scan_bits due = 0;                   /* bytes that a character of the block before still needs */

    at = weft__scan_plain_blocks(at, last);
    while (at < last) {
        const weft__scan_bits was_due = due;
        const char *next = at + WEFT__SCAN_BLOCK;
        bool fault;
        weft__scan_bits special = weft__scan_text(at, &due, &fault);

        while (special) {
            const char *found = at + weft__scan_first(special);
            const char *behind = *found == '\\' ? pass_escape(found, end) : found;

            if (behind == found)
                return found;
            *escaped = true;
            if (behind >= next) {
                next = behind;
                break;
            }
            special = weft__scan_from(special, (unsigned)(behind - at));
        }
        if (fault)
            return weft__scan_character(at, was_due);
        at = next;
    }
    return weft__scan_character(at, due);
}

/* The string whose opening quote is at reader->at. */
bool weft__reader_quoted(weft__reader *reader, weft__quoted *ret_string)
{
    const char *start = reader->at + 1, *end = reader->end, *at;
    bool escaped = false, broken = false;

    at = end - start > WEFT__SCAN_BLOCK ? pass_blocks(start, end, &escaped) : start;
    for (;;) {
        while (at < end && weft__is_plain(*at))
            at++;
        if (at == end)
            return weft__reader_fail(reader, at, "a string has no end");
        if (*at == '"')
            break;
        if (*at == '\\') {
            escaped = true;
            at = read_escape(reader, at, &broken);
            if (!at)
                return false;
        } else {
            const bool wide = (signed char)*at < 0;
            const unsigned size = wide ? weft__scan_utf8(at, end) : 0;

            if (!size && !(wide && reader->lenient))
                return weft__reader_fail(
                    reader, at, wide ? "invalid UTF-8 in a string" : "a control character in a string must be escaped");
            broken |= !size;
            at += size ? size : 1;
        }
    }
    *ret_string = (weft__quoted){start, (size_t)(at - start), escaped, broken};
    reader->at = at + 1;
    return true;
}
