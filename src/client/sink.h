/* client/sink.h - an answer's body on its way to a file. */
#ifndef WEFT_CLIENT_SINK_H
#define WEFT_CLIENT_SINK_H

#include "base/random.h"
#include "transport/work.h"

typedef struct weft__sink weft__sink;

/* Room again after weft__sink_write said that there is none, or all is in place after weft__sink_finish, or something
 * failed: weft__sink_problem. From the loop. */
typedef void weft__sink_cb(void *owner);

/* Will write `path` by way of a file beside it. NULL when out of memory. */
weft__sink *weft__sink_new(weft__loop *loop, const char *path, weft__random *random, weft__sink_cb *ready, void *owner);
/* The callback will not come; a file that is not finished is removed. NULL is fine. */
void weft__sink_free(weft__sink *sink);

/* Takes bytes. False when there is enough to write for now: `ready` comes. Out of memory is a problem too. */
bool weft__sink_write(weft__sink *sink, const char *bytes, size_t len);
/* Starts over: the body is asked for again. What was given before will not be in the file. */
void weft__sink_rewind(weft__sink *sink);
/* Everything has been given: the file gets its name, then `ready`. */
void weft__sink_finish(weft__sink *sink);
/* What went wrong, or NULL. */
const char *weft__sink_problem(const weft__sink *sink);

#endif
