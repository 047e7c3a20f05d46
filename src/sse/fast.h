/* sse/fast.h - the fast path: the usual event, in one go: most streams hold nothing else.
 *
 * It is whole, its lines end in line feeds, and there is no carriage return in it, whatever that would mean: a type and
 * an id or not, one line of data, the blank line. weft__sse_feed looks for one, and leaves all else to
 * weft__sse_read_any.
 */
#ifndef WEFT_SSE_FAST_H
#define WEFT_SSE_FAST_H

#include "sse/parser.h"

/* weft__sse_feed for any event. `*ret_used` says first how many of the bytes hold no line end. */
weft__sse_status weft__sse_read_any(weft__sse *sse, char *bytes, size_t len, size_t *ret_used, weft_event *ret_event);

#endif
