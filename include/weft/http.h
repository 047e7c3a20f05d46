/* weft/http.h - any request, to one of the four services or to any other: the way to what weft has no name for. */
#ifndef WEFT_HTTP_H
#define WEFT_HTTP_H

#include "weft/client.h"
#include "weft/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A client of any HTTP service: `base_url` is required, a token is sent as Bearer, requests go out by
 * weft_http_send. No service's name is in its errors, none's defaults in its policy, and it reads nothing from
 * the environment but what weft/weft.h lists for every client.
 *
 * Deadlines, where options do not say: connect 10 s, first byte 300 s (so long may a service think), idle 60 s, and no
 * total one: whatever comes in, or goes out, at all may take its time, and what stands still ends. Of streams: connect
 * 10 s, first byte and idle 300 s; whoever follows one that is silent for longer, without a comment even, sets
 * `stream_timeouts.idle_ms`.
 *
 * An error answer's message is read from JSON as it is mostly written: `error.message`, `error` (with
 * `error_description` or `message` beside it as the sentence, and `error` as the word for programs), `message`, or the
 * `title` and `detail` of RFC 9457; else it is the text of the body. `server_code` is `error.code`, `error.type`,
 * `code`, or the problem's `type`. What is sent again: weft_retry_options.
 *
 * NULL, with `ret_error` filled unless that is NULL, when an option is wrong or memory is short.
 */
WEFT_API weft_client *weft_http_client(weft_engine *engine, const weft_client_options *options,
                                       weft_error_info *ret_error);

/** One part of a multipart/form-data body: a text field, or a file. */
typedef struct weft_part {
    const char *name;         /**< of the field; required. Quotes and backslashes are escaped, controls refused, here
                                   and in `file_name` */
    const char *value;        /**< a text field; or: */
    const char *file_path;    /**< a file, read while it is sent, see weft_body; or: */
    const void *bytes;        /**< a file's content from memory, `bytes_len` long; copied */
    size_t bytes_len;
    const char *file_name;    /**< as the server sees it; NULL = the last part of `file_path`, for bytes "file" */
    const char *content_type; /**< of a file; NULL = application/octet-stream */
} weft_part;

/** What comes after the bytes that a weft_body_read_cb has just given, which may be none. */
typedef enum weft_body_next {
    WEFT_BODY_NEXT_MORE = 0,  /**< more, at once: ask again when there is room for it; without bytes the same as: */
    WEFT_BODY_NEXT_LATER = 1, /**< more, but not yet: ask again after weft_call_resume_body */
    WEFT_BODY_NEXT_END = 2,   /**< nothing: these were the last */
    WEFT_BODY_NEXT_FAILED = 3 /**< nothing can be given any more: the call ends with WEFT_E_BODY, and `problem` says
                                    why */
} weft_body_next;

/** Room for the next bytes of a body; for weft_body_read_cb only. */
typedef struct weft_body_room {
    void *bytes;         /**< where they go */
    size_t size;         /**< how many there is room for; never 0, 64 KiB at most */
    size_t len;          /**< to be set: how many were written there; 0 at the call */
    const char *problem; /**< to be set with WEFT_BODY_NEXT_FAILED: why, for the error's message; copied */
} weft_body_room;

/**
 * Gives the next bytes of a request's body, when the connection has room for them: one piece is held at a time, so that
 * a server that does not read is not read for either. Called from the loop, never within a function of yours; it may
 * cancel the call, and all that callbacks may do. `arg` is the body's `read_arg`.
 */
typedef weft_body_next weft_body_read_cb(weft_call *call, weft_body_room *room, void *arg);
/** Goes back to the body's first byte, for another attempt. False, when that cannot be, ends the call (WEFT_E_BODY). */
typedef bool weft_body_rewind_cb(weft_call *call, void *arg);

/**
 * What a request carries. At most one of `bytes`, `json`, `file_path`, `parts` and `read`; none = no body.
 *
 * Files are looked for before the request is queued (WEFT_E_FILE names one that is not there) and opened once it has a
 * connection; until then it holds neither descriptors nor buffers. Under way it holds two pieces of at most 512 KiB,
 * one being sent while the next is read, and one descriptor. A file is sent as long as it was when the attempt began:
 * one that grows meanwhile is cut there, one that shrinks ends the call with WEFT_E_FILE. What does not say how long it
 * is - a pipe, a device, a file of /proc - is sent whole and makes the request `Transfer-Encoding: chunked`; a pipe is
 * waited for as long as the deadlines allow, and once it was opened there is no further attempt. The callback comes
 * when nothing reads the files any more.
 *
 * `read` is asked for the bytes of a body that is made while it is sent. With a `read_size` they are as many, or the
 * call ends with WEFT_E_BODY before the server has all that it was promised: the last ones go out once
 * WEFT_BODY_NEXT_END was said, so that nothing cut is ever taken for whole. Without one the request is
 * `Transfer-Encoding: chunked`. While `read` has nothing to give, no silence of the server's counts: then `total_ms`, a
 * cancel, an answer or the end of the connection are what ends the call. While there are bytes that the server does not
 * take, `idle_ms` counts. An answer may come before the body is whole; the call then ends by that, and `read` is asked
 * no more. Once bytes were taken there is no further attempt, unless there is a `rewind`; else the rules of
 * weft_retry_options and weft_outcome hold as for every body.
 */
typedef struct weft_body {
    const void *bytes;        /**< copied */
    size_t bytes_len;
    const char *json;         /**< JSON text, checked before it is sent; copied */
    const char *file_path;    /**< read on libuv's thread pool while it is sent; see above */
    const weft_part *parts;   /**< multipart/form-data, in order */
    size_t parts_count;
    const char *content_type; /**< of bytes, file and read; NULL = application/octet-stream. Not for json and parts */
    weft_body_read_cb *read;  /**< gives the body piece by piece; see above */
    weft_body_rewind_cb *rewind; /**< with `read`: makes another attempt possible; or NULL */
    void *read_arg;           /**< handed to both */
    uint64_t read_size;       /**< with `read`: bytes of the whole body; 0 = not known beforehand */
} weft_body;

/** Part of an answer's body, in order. `bytes` is valid for the call. */
typedef void weft_data_cb(weft_call *call, const void *bytes, size_t len, void *arg);

/**
 * How far things are; called as bytes move. Totals are 0 while unknown.
 */
typedef void weft_progress_cb(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received,
                              uint64_t received_total, void *arg);

/** A request. `method` and one of `path` and `url` are required. Everything is copied. */
typedef struct weft_http_request {
    const char *method;       /**< "GET", "POST", "PUT", … */
    const char *path;         /**< below the client's base URL, beginning with '/', escaped already (see
                                   weft_path_escape), without a query */
    const char *url;          /**< instead of `path`: an absolute URL. Another origin than the client's gets no
                                   credentials and none of the client's headers */
    bool anonymous;           /**< no credentials even on the client's own origin: for presigned URLs */
    const weft_pair *query;   /**< escaped by weft, in order, appended to what `url` has */
    size_t query_count;
    weft_body body;           /**< what it carries; all zero = nothing */
    const char *accept;       /**< the Accept header; NULL = any type */
    bool repeatable;          /**< asking twice does no harm; GET, HEAD and OPTIONS always are, unless the service has
                                   an operation of that method and `path` that starts something */
    weft_data_cb *on_data;    /**< hands the body of a success over in pieces; weft_call_pause holds it back. Once a
                                   piece was handed over there is no further attempt */
    const char *save_to;      /**< writes the body of a success to this file, on libuv's thread pool. The file appears
                                   under its name when it is complete, or not at all; another attempt starts it
                                   over. A file that is there already is replaced; a device or a pipe is an error.
                                   At most 1 MiB waits for the disk, then the server is held back. However the
                                   call ends, the callback comes when nothing touches the disk any more */
    weft_progress_cb *on_progress; /**< told how much was sent and received; NULL = nobody is */
    uint32_t max_redirects; /**< that a GET or HEAD follows, unless it starts something; more are WEFT_E_REDIRECT;
                                   0 = 10, beyond 255 is 255. WEFT_NO_REDIRECTS: none, of no method, and every 3xx
                                   is the result: its status, its body (never handed over or saved), and by
                                   weft_call_get_header where it leads ("location") */
} weft_http_request;

/** As a number of redirects: none is followed, for a redirect is what is asked for. */
#define WEFT_NO_REDIRECTS UINT32_MAX

/** The result of weft_http_send. Headers: weft_call_get_header. */
typedef struct weft_http_response {
    weft_object object; /**< of `body` where that begins as a JSON object does: weft_object_get finds its members */
    int status;         /**< 200 to 299; with WEFT_NO_REDIRECTS 300 to 399 as well */
    weft_str body;      /**< ptr NULL when it was handed over, saved, or empty */
    uint64_t body_size; /**< bytes of the body, decompressed, also when handed over or saved */
} weft_http_response;
/** A weft_done_cb with a weft_http_response. */
typedef void weft_http_cb(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg);

/**
 * Sends any request with the client's credentials, headers, deadlines and retries. Where neither `options` nor the
 * client's say how long it may take, one whose method and `path` are those of an operation of the service has that
 * one's time (a POST to Stromboli's /run: 35 minutes); of others nobody knows: Stromboli and agentserver give them the
 * 30 s of a look-up, Skillbox and Handinger what their headers have for it. A status outside 200 to 299 is an error
 * with the service's usual code, its body in `error->body`. GET and HEAD follow up to `max_redirects`, unless they
 * start something; credentials never cross to another origin, and https never falls to http. A redirect that is not
 * followed is an error (WEFT_E_REQUEST_FAILED, or WEFT_E_REDIRECT where weft would have gone) whose callback finds its
 * Location by weft_call_get_header, unless WEFT_NO_REDIRECTS makes it the result.
 *
 * Result: weft_http_response.
 * Errors: WEFT_E_INVALID  no method, no target, two bodies, JSON that is none, a name that could inject
 *         WEFT_E_FILE     a file could not be read or written; the message names it
 *         WEFT_E_REDIRECT, WEFT_E_ENCODING, and whatever any call may end with
 */
WEFT_API weft_call *weft_http_send(weft_client *client, const weft_http_request *request,
                                   const weft_call_options *options, weft_http_cb *cb, void *arg);

/** When an event stream has come to its end, and whether that is a good one. Copied. */
typedef struct weft_http_stream_options {
    const char *done_event;  /**< the type of the event that ends it well; NULL = none */
    const char *done_data;   /**< the data that ends it well: "[DONE]"; NULL = none */
    const char *error_event; /**< the type of the event that reports failure: WEFT_E_STREAM_ERROR, in the event's words
                                  (`error.message` and the like of its JSON, else its data); NULL = none */
    bool error_in_data;      /**< an event of any type whose data is a JSON object with an `error`, that is an object or
                                  a text, reports failure likewise: as OpenAI's chat streams do */
    bool close_is_done;      /**< the connection's clean end is a good end, with or without one of those; it always is
                                  where neither `done_event` nor `done_data` is set. A cut in the middle of the body
                                  never is */
    bool lf_only;            /**< lines end at LF and CRLF, and a CR by itself is data */
    bool keep_unfinished;    /**< an event that lacks its blank line at a clean end is delivered, flagged */
} weft_http_stream_options;

/**
 * Follows the event stream that any request is answered with, of any method: a client of one of the services or of any
 * (weft_http_client). `request` is as for weft_http_send; `on_data`, `save_to` and `on_progress` are
 * WEFT_E_INVALID here, and `accept` NULL is text/event-stream. `end` NULL: as the client's service ends its streams;
 * for weft_http_client a clean close. All of it counts as a stream: its deadlines, its connections, and what an answer
 * that is none means (weft_stream_end_cb). What follows the final event is not heard, and not waited for beyond 5 s.
 *
 * A request that may start something (not a GET, HEAD or OPTIONS, and not `repeatable`) is sent again only when it
 * cannot have been acted on; no stream is opened again once it was open.
 */
WEFT_API weft_stream *weft_http_stream(weft_client *client, const weft_http_request *request,
                                       const weft_http_stream_options *end, const weft_call_options *options,
                                       const weft_stream_callbacks *callbacks, void *arg);

/**
 * Stops handing a body over: the kernel's buffer fills and holds the server back. For on_data; takes effect after the
 * piece at hand.
 */
WEFT_API void weft_call_pause(weft_call *call);
/** Goes on, from the loop. */
WEFT_API void weft_call_resume(weft_call *call);
/**
 * There is more of the request's body: its `read`, which had said WEFT_BODY_NEXT_LATER, is asked again, from the loop.
 * For streams weft_stream_get_call(stream) is the call. Harmless at any other time while the call runs.
 */
WEFT_API void weft_call_resume_body(weft_call *call);

/**
 * Writes `segment` escaped as one path segment ('/' becomes %2F) and NUL-terminated. Returns the length without the
 * NUL, or 0 when it does not fit `size`, or is "", "." or "..".
 */
WEFT_API size_t weft_path_escape(const char *segment, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
