/* json/scan.h - what reader and writer both ask of a string's bytes. */
#ifndef WEFT_JSON_SCAN_H
#define WEFT_JSON_SCAN_H

#include <stdbool.h>

#include "base/scan.h"

#if defined(__SSE2__) && defined(__GNUC__)

/* From the bit of a byte to that of the next; and all the bits that a block may have. */
#define WEFT__SCAN_LANE 1
#define WEFT__SCAN_ALL 0xffffu

static inline weft__scan_vector weft__scan_fill(char byte)
{
    return _mm_set1_epi8(byte);
}

/* Whether each byte of the block is `from`, which is above 0x80, or more. */
static inline weft__scan_vector weft__scan_at_least(weft__scan_vector block, unsigned char from)
{
    return _mm_subs_epu8(block, _mm_set1_epi8((char)(from - 0x80)));
}

#else

#define WEFT__SCAN_LANE 8
#define WEFT__SCAN_ALL WEFT__SCAN_TOPS

static inline weft__scan_vector weft__scan_fill(char byte)
{
    return WEFT__SCAN_ONES * (unsigned char)byte;
}

static inline weft__scan_vector weft__scan_at_least(weft__scan_vector word, unsigned char from)
{
    return ((word & WEFT__SCAN_REST) + WEFT__SCAN_ONES * (0x100u - from)) & word;
}

#endif

enum { WEFT__SCAN_LAST = WEFT__SCAN_LANE * (WEFT__SCAN_BLOCK - 1) };

/* Whether `byte` may stand in a JSON string as it is, and needs no company: printable ASCII but `"` and `\`. */
static inline int weft__is_plain(char byte)
{
    return byte >= 0x20 && (signed char)byte > 0 && byte != '"' && byte != '\\';
}

/* A bit for each byte of the block that is not plain. */
static inline weft__scan_bits weft__scan_block(weft__scan_vector block)
{
    /* A quote and the blank change places, and then one comparison finds quotes and control characters. */
    const weft__scan_vector below = weft__scan_below_or_wide(block ^ weft__scan_fill('"' ^ ' '), ' ' + 1);

    return weft__scan_bits_of(below | weft__scan_equal(block, '\\'));
}

/* A bit for each byte of the block at `at` that is a backslash. */
static inline weft__scan_bits weft__scan_backslashes(const char *at)
{
    return weft__scan_bits_of(weft__scan_equal(weft__scan_load(at), '\\'));
}

/* The first block from `at` on that is not all plain, or one that begins at `last` or behind it. Most text has no other
 * block up to its end, and nothing is faster than this. */
static inline const char *weft__scan_plain_blocks(const char *at, const char *last)
{
    while (at < last && !weft__scan_block(weft__scan_load(at)))
        at += WEFT__SCAN_BLOCK;
    return at;
}

/* Whether the byte behind each byte of the block is one that UTF-8 does not have there, though it continues a
 * sequence: the character would be longer than needed, a surrogate, or beyond U+10FFFF. Bytes that UTF-8 has nowhere
 * are faults, too. `next` is the block one byte further on. */
static inline weft__scan_vector weft__scan_utf8_misfits(weft__scan_vector block, weft__scan_vector next)
{
    const weft__scan_vector from_90 = weft__scan_at_least(next, 0x90), from_a0 = weft__scan_at_least(next, 0xa0);

    return (weft__scan_equal(block, '\xe0') & ~from_a0) | (weft__scan_equal(block, '\xed') & from_a0) |
           (weft__scan_equal(block, '\xf0') & ~from_90) | (weft__scan_equal(block, '\xf4') & from_90) |
           weft__scan_at_least(block, 0xf5);
}

/* A bit for each byte of the block at `at` that UTF-8 does not have there; the byte behind the block can be read.
 * `*due` are the bytes at the block's begin that have to continue a sequence, and then those of the next block. */
static inline weft__scan_bits weft__scan_utf8_faults(const char *at, weft__scan_bits *due)
{
    const weft__scan_vector block = weft__scan_load(at), from_c0 = weft__scan_at_least(block, 0xc0);
    const weft__scan_bits wide = weft__scan_bits_of(block), leads = weft__scan_bits_of(from_c0);
    const weft__scan_bits of_three = weft__scan_bits_of(weft__scan_at_least(block, 0xe0));
    weft__scan_vector misfits = from_c0 ^ weft__scan_at_least(block, 0xc2);
    weft__scan_bits continued = *due | leads << WEFT__SCAN_LANE;

    *due = leads >> WEFT__SCAN_LAST;
    if (of_three) {
        const weft__scan_bits of_four = weft__scan_bits_of(weft__scan_at_least(block, 0xf0));

        continued |= of_three << 2 * WEFT__SCAN_LANE | of_four << 3 * WEFT__SCAN_LANE;
        *due |= of_three >> (WEFT__SCAN_LAST - WEFT__SCAN_LANE) | of_four >> (WEFT__SCAN_LAST - 2 * WEFT__SCAN_LANE);
        misfits |= weft__scan_utf8_misfits(block, weft__scan_load(at + 1));
    }
    return ((continued ^ wide ^ leads) & WEFT__SCAN_ALL) | weft__scan_bits_of(misfits);
}

/* A bit for each byte of the block at `at` that ends a run of text: a quote, a backslash, a control character. Those
 * behind the first fault in UTF-8 are left out, and `*ret_fault` says that there is one. `*due` as above. */
static inline weft__scan_bits weft__scan_text(const char *at, weft__scan_bits *due, bool *ret_fault)
{
    const weft__scan_vector block = weft__scan_load(at);
    weft__scan_bits special = weft__scan_block(block);

    *ret_fault = false;
    if (!(special | *due))
        return 0;
    if (*due | weft__scan_bits_of(block)) {
        const weft__scan_bits faults = weft__scan_utf8_faults(at, due);

        special &= ~weft__scan_bits_of(block);
        if (faults) {
            *ret_fault = true;
            special &= ~weft__scan_from(WEFT__SCAN_ALL, weft__scan_first(faults));
        }
    }
    return special;
}

/* The first byte of the character that the block at `at` goes on with, of which it has `due` bytes at its begin; else
 * `at`. */
static inline const char *weft__scan_character(const char *at, weft__scan_bits due)
{
    while (due && ((unsigned char)*--at & 0xc0) == 0x80)
        continue;
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
