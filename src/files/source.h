/* files/source.h - a request body that is given in pieces: memory and files, one after the other.
 *
 * A body with a file whose length nobody knows beforehand (a pipe, a file of /proc) is sent chunked.
 *
 *     new -> check -> ready            the files are there and may be read; nothing stays open
 *     begin -> ready                   an attempt has its connection: lengths are known, the head may go out
 *     next, next, ... (or ready)       piece by piece
 *     rest                             the attempt is over: memory and descriptors are given back
 *     close -> gone                    for good
 */
#ifndef WEFT_FILES_SOURCE_H
#define WEFT_FILES_SOURCE_H

#include <sys/uio.h>

#include "base/random.h"
#include "loop/work.h"
#include "weft/http.h"

enum { WEFT__SOURCE_PARTS = 3 };

typedef struct weft__source weft__source;

/* From the loop: what a source was waited for has come, or failed (weft__source_problem); or it is gone. */
typedef void weft__source_cb(void *owner);

/* Takes the body apart; files are not touched yet. NULL with a text that says what is wrong with the body, static or in
 * `problem`, which has room for 128 bytes; "" when out of memory. */
weft__source *weft__source_new(weft__loop *loop, const weft_body *body, weft__random *random, weft__source_cb *ready,
                               void *owner, char problem[128]);
/* `ready` will not come. True: it is gone, and nothing touches the files any more; false: that will be so when `gone`
 * comes. NULL is fine. */
bool weft__source_close(weft__source *source, weft__source_cb *gone);
/* Whether a thread of the pool is at a file now. */
bool weft__source_is_working(const weft__source *source);

/* The Content-Type header's value. */
const char *weft__source_content_type(const weft__source *source);
/* Whether there is anything to look for and to wait for: else nothing is checked, and it begins without `ready`. */
bool weft__source_has_files(const weft__source *source);
/* Looks whether the files are there and may be read, then `ready`. */
void weft__source_check(weft__source *source);

/* Starts at the beginning, then `ready`; at any time, also while the pool's thread reads for an attempt before. */
void weft__source_begin(weft__source *source);
/* Whether the head may be sent. Then: */
bool weft__source_has_begun(const weft__source *source);
/* Bytes of the whole body, as far as it has been looked at; 0 while unknown. */
uint64_t weft__source_size(const weft__source *source);
/* Bytes of the body that are sent when `offset` bytes of what weft__source_gather gives now are. */
uint64_t weft__source_sent(const weft__source *source, uint64_t offset);

/* Goes to the next piece; the first one ends the request's head. True: it is there; false: `ready` comes. */
bool weft__source_next(weft__source *source);
/* Whether the head still is what is to be sent: no piece was asked for yet. */
bool weft__source_is_at_head(const weft__source *source);
/* The piece at hand, in at most WEFT__SOURCE_PARTS parts; 0 while the next is fetched. */
int weft__source_gather(const weft__source *source, struct iovec *parts);
/* Whether the piece at hand is the last. */
bool weft__source_is_last(const weft__source *source);
/* What can be read only once has been opened: there cannot be another attempt. */
bool weft__source_is_spent(const weft__source *source);

/* Gives back what only an attempt needs. */
void weft__source_rest(weft__source *source);

/* What went wrong with a file, "cannot open PATH: no such file"; NULL when nothing did. */
const char *weft__source_problem(const weft__source *source);
/* What the system said to that, by libuv's number; 0 where it had no part in it. */
int weft__source_system_error(const weft__source *source);

#endif
