/* client/header_block.h - header lines that many requests share: Host, User-Agent, a client's own headers, credentials.
 *
 * Rendered once and counted, so that a new token does not change a request that is under way. Wiped when the last
 * request lets go.
 */
#ifndef WEFT_CLIENT_HEADER_BLOCK_H
#define WEFT_CLIENT_HEADER_BLOCK_H

#include "base/buffer.h"

typedef struct weft__header_block {
    weft__heap *heap; /* borrowed */
    uint32_t refs;
    uint32_t len;
    uint32_t generation; /* of the client's credentials; 0 = it has none of them */
    char text[];         /* "Name: value\r\n" each */
} weft__header_block;

/* A copy of `lines`, with one reference; NULL when out of memory. */
weft__header_block *weft__header_block_new(weft__heap *heap, const weft__buffer *lines);
weft__header_block *weft__header_block_ref(weft__header_block *block);
void weft__header_block_unref(weft__header_block *block); /* NULL is fine */
/* The block without the headers that `lines` have as well; takes the reference over. The same one when it has none of
 * them, NULL when out of memory. */
weft__header_block *weft__header_block_without(weft__header_block *block, weft_str lines);

/* Whether `lines`, "Name: value\r\n" each, have a header of that name. */
bool weft__header_lines_have(const char *lines, size_t len, const char *name);

#endif
