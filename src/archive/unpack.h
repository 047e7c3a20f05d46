/* archive/unpack.h - an archive on its way to a directory: takes bytes on the loop, unpacks them on the pool. */
#ifndef WEFT_ARCHIVE_UNPACK_H
#define WEFT_ARCHIVE_UNPACK_H

#include "base/random.h"
#include "archive/extract.h"
#include "loop/work.h"

typedef struct weft__unpack weft__unpack;

/* Room again after weft__unpack_write said that there is none, or all is in place after weft__unpack_finish,
 * or something failed: weft__unpack_problem. From the loop. */
typedef void weft__unpack_cb(void *owner);

/* NULL when out of memory, or when the build has no zlib. */
weft__unpack *weft__unpack_new(weft__loop *loop, const char *directory, const weft__extract_limits *limits,
                               weft__random *random, weft__unpack_cb *ready, void *owner);
/* `ready` will not come; what is under way stops soon, and a file that is not complete is removed. True: it is gone,
 * and nothing touches the disk any more; false: that will be so when `gone` comes. NULL is fine. */
bool weft__unpack_free(weft__unpack *unpack, weft__unpack_cb *gone);

/* Takes bytes. False when there is enough to unpack for now: `ready` comes. */
bool weft__unpack_write(weft__unpack *unpack, const char *bytes, size_t len);
/* Everything has been given: `ready` comes when it is unpacked. */
void weft__unpack_finish(weft__unpack *unpack);
bool weft__unpack_is_finished(const weft__unpack *unpack);
/* What went wrong, or NULL. */
const char *weft__unpack_problem(const weft__unpack *unpack, weft_code *ret_code);
/* What the system said to that, by libuv's number; 0 where it had no part in it. */
int weft__unpack_system_error(const weft__unpack *unpack);
/* Once it is finished. */
const weft__extract_counts *weft__unpack_get_counts(const weft__unpack *unpack);

#endif
