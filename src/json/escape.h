/* json/escape.h - what stands behind a backslash in a string: for the reader, which checks it, and for quoted.c, which
 * says what it means.
 */
#ifndef WEFT_JSON_ESCAPE_H
#define WEFT_JSON_ESCAPE_H

#include <stdbool.h>

/* What a letter behind a backslash means; 0 when it makes no escape of two bytes. */
extern const char weft__meaning_of_letter[256];

/* A hexadecimal digit's value, and WEFT__IS_DIGIT. */
extern const unsigned char weft__hex_digits[256];
enum { WEFT__IS_DIGIT = 0x10 };

static inline unsigned weft__hex_digit(char digit)
{
    return weft__hex_digits[(unsigned char)digit];
}

/* Whether there are four hexadecimal digits at `at`. */
static inline bool weft__is_hex4(const char *at)
{
    return (weft__hex_digit(at[0]) & weft__hex_digit(at[1]) & weft__hex_digit(at[2]) & weft__hex_digit(at[3]) &
            WEFT__IS_DIGIT) != 0;
}

/* Their number. */
static inline unsigned weft__hex4(const char *at)
{
    return (weft__hex_digit(at[0]) << 12 ^ weft__hex_digit(at[1]) << 8 ^ weft__hex_digit(at[2]) << 4 ^
            weft__hex_digit(at[3])) ^
           WEFT__IS_DIGIT * 0x1111u;
}

#endif
