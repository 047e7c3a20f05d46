/* weft/stream.h - one server-sent event stream. */
#ifndef WEFT_STREAM_H
#define WEFT_STREAM_H

#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_stream weft_stream;

/** One event. Its text lives until the callback returns. */
typedef struct weft_event {
    weft_str type;   /**< the `event:` field; ptr NULL when there was none ("message", by the standard) */
    weft_str data;   /**< `data:` lines joined by LF; never NULL, may be empty. No CR is in it, unless the service's
                          header says so */
    weft_str id;     /**< this event's own `id:` field; ptr NULL when there was none */
    bool unfinished; /**< the connection ended cleanly before the blank line that ends the event */
} weft_event;

/**
 * The answer's head arrived with a success status: weft_stream_get_call gives status and headers. An open stream does
 * not keep its headers beyond this callback, unless it calls weft_call_ref.
 */
typedef void weft_stream_open_cb(weft_stream *stream, void *arg);
/** One event; not called while paused, nor after cancel. */
typedef void weft_stream_event_cb(weft_stream *stream, const weft_event *event, void *arg);
/**
 * The end; fires exactly once and last. `error` NULL: the stream ended as the service ends a good one. Otherwise
 * WEFT_E_STREAM_UNFINISHED (clean end, but no final event), WEFT_E_STREAM_ERROR (the service reported failure by
 * an event, which was delivered as well; its text is in the message), WEFT_E_CONNECTION_LOST and
 * WEFT_E_TIMEOUT_IDLE (broken body), or whatever kept it from opening. The message of one that was cut says after how
 * many events, and the last id if there was one. It is never opened again by itself: one that starts a run would start
 * another, and one that looks at something would bring events twice. When this callback returns, `stream` and `error`
 * are gone, unless weft_call_ref(weft_stream_get_call(stream)) keeps them.
 *
 * A service that answers at once, with JSON in the place of a stream, is heard all the same. An object with an `error`
 * is WEFT_E_STREAM_ERROR, or the code that the service has for it; the service's words are the message, and
 * `error->body` is the whole answer. Any other is what was asked for, of `max_body_bytes` at most: the stream opens,
 * brings it as the data of one event, of the type of the service's final one, and ends as that says.
 */
typedef void weft_stream_end_cb(weft_stream *stream, const weft_error *error, void *arg);

/**
 * A comment, a line that begins with ':', without that and one space behind it; most are "", or a word that keeps the
 * connection alive. Where it stands among the events; one within an event comes ahead of it. Not called while paused,
 * nor after cancel. `text` lives until the callback returns.
 */
typedef void weft_stream_comment_cb(weft_stream *stream, weft_str text, void *arg);
/**
 * A `retry:` line: how long the server would have a client wait before it opens the stream again, which weft does not
 * do by itself. More than INT32_MAX, three weeks, is that. What is no number is not told.
 */
typedef void weft_stream_retry_cb(weft_stream *stream, uint32_t retry_ms, void *arg);

/** Each may be NULL, and so may the pointer to all of them, where nobody wants to know. Copied. */
typedef struct weft_stream_callbacks {
    weft_stream_open_cb *on_open;       /**< the stream began; once at most */
    weft_stream_event_cb *on_event;     /**< an event; any number of times */
    weft_stream_end_cb *on_end;         /**< it is over; exactly once, and last */
    weft_stream_comment_cb *on_comment; /**< a comment among the events */
    weft_stream_retry_cb *on_retry;     /**< the server says how long to wait before opening it again */
} weft_stream_callbacks;

/*
 * The functions below are for a stream whose `on_end` has not returned yet: then the handle is gone and its memory
 * serves others, unless weft_call_ref(weft_stream_get_call(stream)) keeps it. Of a stream that is kept, or settled but
 * not yet reported, cancel, pause and resume change nothing.
 */

/** Stops it: `on_end` fires later with WEFT_E_CANCELLED. Harmless when repeated, and inside any callback. */
WEFT_API void weft_stream_cancel(weft_stream *stream);

/** Stops reading from the socket; the kernel's buffer fills and holds the server back. No event comes until resume. */
WEFT_API void weft_stream_pause(weft_stream *stream);
/** Goes on. What had been read already is delivered from the loop, not inside this function. */
WEFT_API void weft_stream_resume(weft_stream *stream);

/**
 * The id that a reconnection would send as Last-Event-ID: of the newest event that had one. ptr NULL when none did.
 * Lives until the next event; in `on_end`, and as long as its call is kept, too.
 */
WEFT_API weft_str weft_stream_get_last_event_id(const weft_stream *stream);

/** The call that carries the stream: its details and headers, weft_call_ref. Cancel the stream, not the call. */
WEFT_API weft_call *weft_stream_get_call(weft_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
