/* json/escape.h - what stands behind a backslash in a string: for the reader, which checks it, and for quoted.c, which
 * says what it means.
 */
#ifndef WEFT_JSON_ESCAPE_H
#define WEFT_JSON_ESCAPE_H

/* What a letter behind a backslash means; 0 when it makes no escape of two bytes. */
extern const char weft__meaning_of_letter[256];

/* A hexadecimal digit's value, and WEFT__IS_DIGIT. */
extern const unsigned char weft__hex_digits[256];
enum { WEFT__IS_DIGIT = 0x10 };

/* The number of the four hexadecimal digits at `at`; -1 when they are none. */
static inline int weft__escape_hex4(const char *at)
{
    const unsigned a = weft__hex_digits[(unsigned char)at[0]], b = weft__hex_digits[(unsigned char)at[1]];
    const unsigned c = weft__hex_digits[(unsigned char)at[2]], d = weft__hex_digits[(unsigned char)at[3]];

    if (!(a & b & c & d & WEFT__IS_DIGIT))
        return -1;
    return (int)((a << 12 ^ b << 8 ^ c << 4 ^ d) ^ WEFT__IS_DIGIT * 0x1111u);
}

#endif
