/* json/scan.h - the two loops over string bytes that reader and writer share. */
#ifndef WEFT_JSON_SCAN_H
#define WEFT_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Whether `byte` may stand in a JSON string as it is, and needs no company: printable ASCII but `"` and `\`. */
static inline int weft__is_plain(char byte)
{
    return byte >= 0x20 && (signed char)byte > 0 && byte != '"' && byte != '\\';
}

#if defined(__SSE2__) && defined(__GNUC__)

enum { WEFT__SCAN_BLOCK = 16 };
typedef unsigned weft__scan_bits;

/* A bit for each byte of the block at `at` that is not plain. */
static inline weft__scan_bits weft__scan_block(const char *at)
{
    const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
    /* Bytes from 0x80 up are negative, so one signed comparison finds them and the control characters. */
    const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));

    return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash)));
}

/* A bit for each byte of the block at `at` that is a backslash. */
static inline weft__scan_bits weft__scan_backslashes(const char *at)
{
    const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);

    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
}

/* Where the first byte is that `bits` has a bit for. */
static inline unsigned weft__scan_first(weft__scan_bits bits)
{
    return (unsigned)__builtin_ctz(bits);
}

/* `bits` without those of the bytes before `index`, which may be one behind the block. */
static inline weft__scan_bits weft__scan_from(weft__scan_bits bits, unsigned index)
{
    return bits & ~0u << index;
}

#else

enum { WEFT__SCAN_BLOCK = 8 };
typedef uint64_t weft__scan_bits;

#define WEFT__SCAN_ONES UINT64_C(0x0101010101010101)
#define WEFT__SCAN_TOPS UINT64_C(0x8080808080808080)
#define WEFT__SCAN_REST UINT64_C(0x7f7f7f7f7f7f7f7f)

/* Eight bytes as a number, the first one lowest. */
static inline uint64_t weft__scan_word(const char *at)
{
    uint64_t word = 0;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&word, at, sizeof(word));
#else
    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)(unsigned char)at[i] << (8 * i);
#endif
    return word;
}

/* The top bit of every byte that is `byte`. Sums of seven bits each, so that none carries into a neighbour. */
static inline uint64_t weft__scan_equal(uint64_t word, char byte)
{
    const uint64_t other = word ^ (WEFT__SCAN_ONES * (unsigned char)byte);

    return ~(((other & WEFT__SCAN_REST) + WEFT__SCAN_REST) | other) & WEFT__SCAN_TOPS;
}

/* The top bit of every byte that is not plain. */
static inline weft__scan_bits weft__scan_block(const char *at)
{
    const uint64_t word = weft__scan_word(at);
    const uint64_t printable = (word & WEFT__SCAN_REST) + WEFT__SCAN_ONES * (0x80 - 0x20);

    return ((word | ~printable) & WEFT__SCAN_TOPS) | weft__scan_equal(word, '"') |
           weft__scan_equal(word, '\\');
}

/* The top bit of every byte that is a backslash. */
static inline weft__scan_bits weft__scan_backslashes(const char *at)
{
    return weft__scan_equal(weft__scan_word(at), '\\');
}

static inline unsigned weft__scan_first(weft__scan_bits bits)
{
    unsigned index = 0;

    while (!(bits & 0xff)) {
        bits >>= 8;
        index++;
    }
    return index;
}

static inline weft__scan_bits weft__scan_from(weft__scan_bits bits, unsigned index)
{
    return index < 8 ? bits & ~UINT64_C(0) << (8 * index) : 0;
}

#endif

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
