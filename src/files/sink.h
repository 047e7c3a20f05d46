/* files/sink.h - an answer's body on its way to a file. */
#ifndef WEFT_FILES_SINK_H
#define WEFT_FILES_SINK_H

#include "base/random.h"
#include "loop/work.h"

typedef struct weft__sink weft__sink;

/* Room again after weft__sink_write said that there is none, or all is in place after weft__sink_finish, or something
 * failed: weft__sink_problem. From the loop. */
typedef void weft__sink_cb(void *owner);

/* Will write `path` by way of a file beside it. NULL when out of memory. */
weft__sink *weft__sink_new(weft__loop *loop, const char *path, weft__random *random, weft__sink_cb *ready, void *owner);
/* `ready` will not come; a file that is not finished is removed. True: the sink is gone, and nothing touches the disk
 * any more; false: that will be so when `gone` comes. NULL is fine. */
bool weft__sink_free(weft__sink *sink, weft__sink_cb *gone);

/* Takes bytes. False when there is enough to write for now: `ready` comes. Out of memory is a problem too. */
bool weft__sink_write(weft__sink *sink, const char *bytes, size_t len);
/* Everything has been given: the file gets its name, then `ready`. */
void weft__sink_finish(weft__sink *sink);
/* What went wrong, or NULL. */
const char *weft__sink_problem(const weft__sink *sink);
/* What the system said to that, by libuv's number; 0 where it had no part in it. */
int weft__sink_system_error(const weft__sink *sink);

#endif
