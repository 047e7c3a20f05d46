/* call/feed.h - a request body that a function of its caller's gives, as the connection takes it.
 *
 *     begin                an attempt has its connection: the head goes out, after a `rewind` of what was taken
 *     next, next, ...      piece by piece; `ready` of the call's connection where one comes later
 *     rest                 the attempt is over: memory is given back
 *     close                for good
 *
 * The caller's functions run from the loop, never within a function of his. One piece is held at a time. With a length
 * that was said, the last bytes of it go out only once he has said that they are the end: no server ever takes for
 * whole what is cut.
 */
#ifndef WEFT_CALL_FEED_H
#define WEFT_CALL_FEED_H

#include <sys/uio.h>

#include "call/call.h"
#include "weft/http.h"

typedef struct weft__feed weft__feed;

/* NULL when out of memory. */
weft__feed *weft__feed_new(weft_call *call, const weft_body *body);
/* Also from within the caller's functions. NULL is fine. */
void weft__feed_close(weft__feed *feed);

const char *weft__feed_content_type(const weft__feed *feed);
/* Bytes of the whole body; 0 when nobody has said. */
uint64_t weft__feed_size(const weft__feed *feed);
/* Bytes of the body that this attempt has sent. */
uint64_t weft__feed_sent(const weft__feed *feed);

void weft__feed_begin(weft__feed *feed);
void weft__feed_rest(weft__feed *feed);
/* The caller has more to give. */
void weft__feed_resume(weft__feed *feed);
/* As weft__call_kind has them. */
int weft__feed_gather(const weft__feed *feed, struct iovec *parts);
bool weft__feed_next(weft__feed *feed);

#endif
