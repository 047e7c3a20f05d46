/* json/number.h - what a JSON number's text means, and how a number is written. Independent of the locale. */
#ifndef WEFT_JSON_NUMBER_H
#define WEFT_JSON_NUMBER_H

#include "weft/types.h"

enum { WEFT__NUMBER_TEXT_MAX = 32 }; /* bytes that a printed number takes at most */

/* The exact value of a number the reader has checked. False when it is no integer or does not fit; 5.0 and
 * 5e2 are integers, as their value is one. */
bool weft__number_int64(weft_json number, int64_t *ret_value);

/* The usual integer, read in one go: the end of the number that starts at `at`, with a digit or a minus; NULL when it
 * is none, or of another form than digits few enough not to overflow, which says nothing yet. */
const char *weft__number_plain_int64(const char *at, const char *end, int64_t *ret_value);

/* The nearest double. False when the number is larger than any. */
bool weft__number_double(weft_json number, double *ret_value);

/* Whether `text` is a JSON number and nothing else. */
bool weft__number_check(const char *text, size_t len);

/* The text of a number, not NUL-terminated; returns its length. A double is finite, and gets the fewest
 * digits that read back as the same. */
size_t weft__number_print_int64(int64_t value, char ret_text[WEFT__NUMBER_TEXT_MAX]);
size_t weft__number_print_double(double value, char ret_text[WEFT__NUMBER_TEXT_MAX]);

#endif
