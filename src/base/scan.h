/* base/scan.h - looks at a block of bytes at a time: 16 where there is SSE2, else 8.
 *
 * A test of a block says yes or no in the top bit of each byte; the other bits mean nothing. Answers are put
 * together with weft__scan_or, and weft__scan_bits_of makes one number of them. A block by itself answers which
 * of its bytes are not ASCII.
 */
#ifndef WEFT_BASE_SCAN_H
#define WEFT_BASE_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && defined(__GNUC__)

#include <emmintrin.h>

enum { WEFT__SCAN_BLOCK = 16 };
typedef __m128i weft__scan_vector;
typedef unsigned weft__scan_bits;

static inline weft__scan_vector weft__scan_load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline weft__scan_vector weft__scan_or(weft__scan_vector a, weft__scan_vector b)
{
    return _mm_or_si128(a, b);
}

static inline weft__scan_vector weft__scan_equal(weft__scan_vector block, char byte)
{
    return _mm_cmpeq_epi8(block, _mm_set1_epi8(byte));
}

/* Below `limit`, which is at most 0x7f, or not ASCII: such bytes are negative, and stay so where the difference would
 * overflow. */
static inline weft__scan_vector weft__scan_below_or_wide(weft__scan_vector block, char limit)
{
    return _mm_subs_epi8(block, _mm_set1_epi8(limit));
}

static inline weft__scan_bits weft__scan_bits_of(weft__scan_vector answer)
{
    return (unsigned)_mm_movemask_epi8(answer);
}

/* Where the first byte is that `bits` has a bit for; there is one. */
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
typedef uint64_t weft__scan_vector;
typedef uint64_t weft__scan_bits;

#define WEFT__SCAN_ONES UINT64_C(0x0101010101010101)
#define WEFT__SCAN_TOPS UINT64_C(0x8080808080808080)
#define WEFT__SCAN_REST UINT64_C(0x7f7f7f7f7f7f7f7f)

/* Eight bytes as a number, the first one lowest. */
static inline weft__scan_vector weft__scan_load(const char *at)
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

static inline weft__scan_vector weft__scan_or(weft__scan_vector a, weft__scan_vector b)
{
    return a | b;
}

/* Sums of seven bits each, so that none carries into a neighbour. */
static inline weft__scan_vector weft__scan_equal(weft__scan_vector word, char byte)
{
    const uint64_t other = word ^ (WEFT__SCAN_ONES * (unsigned char)byte);

    return ~(((other & WEFT__SCAN_REST) + WEFT__SCAN_REST) | other);
}

/* Below `limit`, which is at most 0x7f, or not ASCII. */
static inline weft__scan_vector weft__scan_below_or_wide(weft__scan_vector word, char limit)
{
    return word | ~((word & WEFT__SCAN_REST) + WEFT__SCAN_ONES * (0x80u - (unsigned char)limit));
}

static inline weft__scan_bits weft__scan_bits_of(weft__scan_vector answer)
{
    return answer & WEFT__SCAN_TOPS;
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

#endif
