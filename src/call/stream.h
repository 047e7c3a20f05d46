/* call/stream.h - a stream's insides: a call whose body is read as events. */
#ifndef WEFT_CALL_STREAM_H
#define WEFT_CALL_STREAM_H

#include "call/upload.h"
#include "sse/parser.h"

/* What only some streams have. */
typedef struct weft__stream_extras {
    weft_stream_comment_cb *on_comment; /* or NULL */
    weft_stream_retry_cb *on_retry;     /* or NULL */
    weft__operation operation;          /* of a request in its caller's own words */
    bool has_rules;                     /* else the service's count */
    weft__stream_rules rules;
    char texts[]; /* that operation and rules point to */
} weft__stream_extras;

struct weft_stream {
    weft_call call;              /* first: a stream's call is the stream */
    weft__upload *upload;        /* in the arena; NULL = the request has no body of its caller's, or it is sent */
    weft__stream_extras *extras; /* owned; mostly NULL */
    weft__sse sse;
    weft_stream_open_cb *on_open;
    weft_stream_event_cb *on_event;
    weft_stream_end_cb *on_end;
    uint32_t events; /* that were delivered; UINT32_MAX stands for more */
    bool is_events;  /* the head said that the body is a stream; else it is an error answer */
    bool paused;
    bool done;   /* the final event has come */
    bool failed; /* the error event has come, and call.error is what it means */
};

/* A stream that is not on its way yet; `extras`, or NULL, become its own. NULL when out of memory: they are gone
 * then. */
weft_stream *weft__stream_new(weft_client *client, const weft_call_options *options,
                              const weft_stream_callbacks *callbacks, weft__stream_extras *extras, void *arg);
/* Sends its request, with that body unless it is NULL, or settles it with what is wrong. */
void weft__stream_start(weft_stream *stream, const weft__invocation *invocation, const weft_body *body,
                        const weft_call_options *options);

#endif
