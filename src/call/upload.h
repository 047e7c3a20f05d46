/* call/upload.h - the body of a request as its caller gives it: in memory, or piece by piece from files or by a
 * function. */
#ifndef WEFT_CALL_UPLOAD_H
#define WEFT_CALL_UPLOAD_H

#include "call/call.h"
#include "call/feed.h"
#include "files/source.h"

/* Part of a call whose kind hands its hooks through to these functions. */
typedef struct weft__upload {
    weft_call *call;
    weft__source *source; /* owned; NULL = the body is with the request, or comes from: */
    weft__feed *feed;     /* owned; or NULL */
    uint64_t total;       /* bytes of the body; 0 while unknown */
    bool checked;         /* the files are there, and the first attempt was made */
} weft__upload;

/* Checks the body; one in memory goes into the invocation, one from files into a source. False: the call is
 * settled. */
bool weft__upload_take(weft__upload *upload, weft_call *call, const weft_body *body, weft__invocation *invocation);
/* Once the call has started: looks for the files, and then makes the first attempt. */
void weft__upload_check(weft__upload *upload);
/* Whether nothing has to be waited for if it is stopped now. */
bool weft__upload_is_quiet(const weft__upload *upload);
/* Whether it comes piece by piece; then how many bytes of it this attempt has sent. */
bool weft__upload_is_in_pieces(const weft__upload *upload);
uint64_t weft__upload_sent(const weft__upload *upload);

/* For weft__call_kind. */
void weft__upload_begin(weft__upload *upload);
void weft__upload_rest(weft__upload *upload);
int weft__upload_gather(const weft__upload *upload, struct iovec *parts);
bool weft__upload_drained(weft__upload *upload);
void weft__upload_resume(weft__upload *upload);
void weft__upload_stop(weft__upload *upload);

#endif
