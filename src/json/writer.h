/* json/writer.h - appends JSON text to a buffer; puts the commas, escapes the strings.
 *
 * Calls follow the text's order: between object and object_end alternate name and value. Memory that runs out
 * is sticky in the buffer (`failed`), so that it is checked once, at the end.
 */
#ifndef WEFT_JSON_WRITER_H
#define WEFT_JSON_WRITER_H

#include "base/buffer.h"

typedef struct weft__writer {
    weft__buffer *out; /* borrowed */
    bool comma;        /* something precedes on this level */
    bool too_large;    /* the buffer's ceiling was hit, which its `failed` does not tell from no memory */
} weft__writer;

/* The end of the text that starts at `at` and stands for itself in a string: what is there is its end, a byte to be
 * escaped, or one that is no UTF-8. */
const char *weft__pass_text(const char *at, const char *end);
/* How a byte below 0x20, a quote or a backslash stands in a string; returns the length. */
size_t weft__escape_byte(unsigned char byte, char escape[6]);

void weft__writer_init(weft__writer *writer, weft__buffer *out);

void weft__write_object(weft__writer *writer);
void weft__write_object_end(weft__writer *writer);
void weft__write_array(weft__writer *writer);
void weft__write_array_end(weft__writer *writer);

/* A member's name, and a string. False when the text is not valid UTF-8: what was written then is no JSON. */
bool weft__write_name(weft__writer *writer, const char *name, size_t len);
bool weft__write_string(weft__writer *writer, const char *text, size_t len);
bool weft__write_text(weft__writer *writer, const char *text); /* NUL-terminated */

void weft__write_int64(weft__writer *writer, int64_t value);
/* The fewest digits that read back as the same. False, and nothing written, for NaN and infinities. */
bool weft__write_double(weft__writer *writer, double value);
void weft__write_bool(weft__writer *writer, bool value);
void weft__write_null(weft__writer *writer);
/* JSON text as it is, unchecked. */
void weft__write_raw(weft__writer *writer, const char *text, size_t len);
/* A name that is JSON string content already, escapes and all, unchecked. */
void weft__write_raw_name(weft__writer *writer, const char *text, size_t len);

#endif
