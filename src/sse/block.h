/* sse/block.h - what one block of an event stream gave so far: its data, type and id.
 *
 * The fields are kept as spans of the block's bytes, wherever those lie: in what is being fed, or in the
 * block's own `bytes` once the event is split over feeds. Every function that touches them is told where the
 * block starts.
 */
#ifndef WEFT_SSE_BLOCK_H
#define WEFT_SSE_BLOCK_H

#include "base/memory.h"

enum { WEFT__SSE_DATA, WEFT__SSE_TYPE, WEFT__SSE_ID, WEFT__SSE_FIELDS, WEFT__SSE_ASIDES = WEFT__SSE_FIELDS + 1 };

typedef struct weft__sse_span {
    uint32_t at; /* from the start of the block */
    uint32_t len;
} weft__sse_span;

/* Memory that most blocks never need; it comes from the heap's free chunks, and soon goes back to them. */
typedef struct weft__sse_gathered {
    weft__chunk chunk;             /* first: it is one; the bytes have the rest of it */
    char *aside[WEFT__SSE_ASIDES]; /* owned: a field's text that the block's bytes cannot hold; the last: a comment's */
    size_t len;
    char bytes[];
} weft__sse_gathered;

typedef struct weft__sse_block {
    weft__heap *heap;             /* borrowed */
    weft__sse_gathered *gathered; /* owned, else NULL */
    weft__sse_span fields[WEFT__SSE_FIELDS];
    uint8_t held;  /* one bit for each field that the block gave */
    uint8_t aside; /* one bit for each field whose text is in gathered->aside */
    bool wide;     /* a byte may not be ASCII */
    bool fresh;    /* its first byte comes next, and it is not the first block */
} weft__sse_block;

static inline bool weft__sse_block_has(const weft__sse_block *block, int field)
{
    return (block->held >> field) & 1;
}

void weft__sse_block_init(weft__sse_block *block, weft__heap *heap);
/* Empties it and gives its memory back. */
void weft__sse_block_drop(weft__sse_block *block);
/* Empties it; texts that were handed out stay until weft__sse_block_drop. */
void weft__sse_block_forget(weft__sse_block *block);
/* Makes block->gathered, with room for so many more bytes; false when out of memory. */
bool weft__sse_block_reserve(weft__sse_block *block, size_t extra);
/* Appends to the bytes gathered. */
bool weft__sse_block_gather(weft__sse_block *block, const char *bytes, size_t len);

/* The value of a field lies `at` bytes from the start. An earlier value is replaced. */
void weft__sse_block_set(weft__sse_block *block, int field, size_t at, size_t len);
/* One more line of data, which is moved to follow the data before it. False when out of memory. */
bool weft__sse_block_add_data(weft__sse_block *block, char *start, size_t at, size_t len);
/* The text of a field that the block gave: terminated, and repaired where it was not UTF-8. */
bool weft__sse_block_text(weft__sse_block *block, char *start, int field, weft_str *ret_text);
/* The text of a comment, the same; it is valid until there is another, or the block is dropped. */
bool weft__sse_block_comment(weft__sse_block *block, char *text, size_t len, weft_str *ret_text);
/* Up to where the block's bytes are still needed, room for a terminator included; 0 when they are not. */
size_t weft__sse_block_end(const weft__sse_block *block);

#endif
