/* base/utf8.h - UTF-8 as what servers send is decoded: never refused, wrong bytes become U+FFFD.
 *
 * Follows the decoder of the WHATWG Encoding standard: one U+FFFD for each longest run of bytes that begins a
 * character and does not complete it, or for each byte that cannot begin one.
 */
#ifndef WEFT_BASE_UTF8_H
#define WEFT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the character at `at`, which is not ASCII, or of the wrong bytes that one U+FFFD stands for. */
size_t weft__utf8_measure(const char *at, size_t len, bool *ret_valid);
bool weft__utf8_is_valid(const char *text, size_t len);
/* How many bytes the repaired text takes, at most three times `len`. */
size_t weft__utf8_repaired_len(const char *text, size_t len);
/* Writes the repaired text, not terminated, to `target`, which has room for weft__utf8_repaired_len bytes. */
void weft__utf8_repair(char *target, const char *text, size_t len);

#endif
