/* base/buffer.h - a growing byte buffer with a ceiling. */
#ifndef WEFT_BASE_BUFFER_H
#define WEFT_BASE_BUFFER_H

#include <string.h>

#include "base/memory.h"

typedef struct weft__buffer {
    weft__heap *heap; /* borrowed */
    char *data;       /* owned; NULL while nothing was reserved */
    size_t len;
    size_t cap;
    size_t max;  /* ceiling of len; an append past it fails */
    bool failed; /* sticky: an append found no memory, or hit the ceiling */
    bool secret; /* memory that it outgrows is overwritten; for the owner to set */
} weft__buffer;

void weft__buffer_init(weft__buffer *buffer, weft__heap *heap, size_t max);
void weft__buffer_deinit(weft__buffer *buffer);
/* Room for `extra` more bytes; false sets `failed`. */
bool weft__buffer_reserve(weft__buffer *buffer, size_t extra);
/* For when there is no room yet, or the buffer has failed. */
bool weft__buffer_append_slowly(weft__buffer *buffer, const void *bytes, size_t len);
/* Inline, for requests are put together from many small pieces, most of a length that the compiler knows. */
static inline bool weft__buffer_append(weft__buffer *buffer, const void *bytes, size_t len)
{
    if (buffer->failed || buffer->cap - buffer->len < len || len == 0)
        return weft__buffer_append_slowly(buffer, bytes, len);
    memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
    return true;
}
static inline bool weft__buffer_append_text(weft__buffer *buffer, const char *text)
{
    return weft__buffer_append(buffer, text, strlen(text));
}
static inline bool weft__buffer_append_char(weft__buffer *buffer, char byte)
{
    return weft__buffer_append(buffer, &byte, 1);
}
/* In decimal digits. */
bool weft__buffer_append_uint(weft__buffer *buffer, uint64_t value);
/* Empties it, clears `failed`, keeps the memory. */
static inline void weft__buffer_clear(weft__buffer *buffer)
{
    buffer->len = 0;
    buffer->failed = false;
}
/* Overwrites the content before it is freed or reused: it held a secret. */
void weft__buffer_wipe(weft__buffer *buffer);

#endif
