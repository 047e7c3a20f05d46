/* client/stream.h - a stream's insides: a call whose body is read as events. */
#ifndef WEFT_CLIENT_STREAM_H
#define WEFT_CLIENT_STREAM_H

#include "client/upload.h"
#include "sse/parser.h"

struct weft_stream {
    weft_call call;       /* first: a stream's call is the stream */
    weft__upload *upload; /* in the arena; NULL = the request has no body of its caller's, or it is sent */
    weft__sse sse;
    weft_stream_callbacks callbacks;
    uint32_t events; /* that were delivered; UINT32_MAX stands for more */
    bool is_events;  /* the head said that the body is a stream; else it is an error answer */
    bool paused;
    bool done;   /* the final event has come */
    bool failed; /* the error event has come, and call.error is what it means */
};

#endif
