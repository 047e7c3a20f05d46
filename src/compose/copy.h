/* compose/copy.h - copies of what a caller asked, for calls that ask again when the caller's memory may be
 * gone, and of what a part of a call came to. */
#ifndef WEFT_COMPOSE_COPY_H
#define WEFT_COMPOSE_COPY_H

#include "client/operation.h"

/* Both fill `*ret_copy` with copies that live as long as the arena; false when out of memory. Of an
 * invocation the operation and the path values are kept: one that is repeated has nothing else. */
bool weft__copy_invocation(weft__arena *arena, const weft__invocation *invocation, weft__invocation *ret_copy);
/* In one block of the heap, without its body; NULL when out of memory. */
weft_error *weft__copy_error(weft__heap *heap, const weft_error *error);
/* NULL is as all zero. */
bool weft__copy_options(weft__arena *arena, const weft_call_options *options, weft_call_options *ret_copy);

#endif
