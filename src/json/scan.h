/* json/scan.h - the two loops over string bytes that reader and writer share. */
#ifndef WEFT_JSON_SCAN_H
#define WEFT_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Whether `byte` may stand in a JSON string as it is, and needs no company: printable ASCII but `"` and `\`.
 */
static inline int weft__is_plain(char byte)
{
    return byte >= 0x20 && (signed char)byte > 0 && byte != '"' && byte != '\\';
}

#if defined(__SSE2__)

enum { WEFT__SCAN_BLOCK = 16 };

/* Whether all bytes of the block at `at` are plain. */
static inline int weft__scan_block(const char *at)
{
    const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
    /* Bytes from 0x80 up are negative, so one signed comparison finds them and the control characters. */
    const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));

    return _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash))) == 0;
}

#else

enum { WEFT__SCAN_BLOCK = 8 };

/* Whether all bytes of the block at `at` are plain; now and then false although they are. */
static inline int weft__scan_block(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    uint64_t word, quote, backslash;

    memcpy(&word, at, sizeof(word));
    quote = word ^ (ones * '"');
    backslash = word ^ (ones * '\\');
    /* A subtraction sets the top bit of a byte that was too small. It may borrow one from a neighbour too. */
    return ((word | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & tops) == 0;
}

#endif

/* The end of the run of plain bytes that starts at `at`. */
static inline const char *weft__scan_plain(const char *at, const char *end)
{
    /* Steps of a fixed size: the next load does not have to wait for what this block held. */
    while (end - at >= WEFT__SCAN_BLOCK && weft__scan_block(at))
        at += WEFT__SCAN_BLOCK;
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
