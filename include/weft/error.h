/* weft/error.h - what went wrong, as a value. */
#ifndef WEFT_ERROR_H
#define WEFT_ERROR_H

#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** For programs to branch on. Values are stable within one SONAME. */
typedef enum weft_code {
    WEFT_OK = 0, /**< no error */

    /* Here, before or instead of sending. */
    WEFT_E_INVALID = 1,     /**< an argument is wrong; the message names it; nothing was sent */
    WEFT_E_NO_MEMORY = 2,   /**< the allocator said no; of an engine also: libuv gave it no handle */
    WEFT_E_CANCELLED = 3,   /**< weft_call_cancel or weft_stream_cancel */
    WEFT_E_CLOSED = 4,      /**< the client or the engine was closed */
    WEFT_E_UNSUPPORTED = 5, /**< this build lacks what the call needs; the message says what */
    WEFT_E_QUEUE_FULL = 6,  /**< more calls wait for this origin than `max_queued_per_origin` allows */
    WEFT_E_FILE = 7,        /**< a local file could not be read or written */
    WEFT_E_FORKED = 8,      /**< the process forked; an engine works only where it was made */
    WEFT_E_BODY = 9,        /**< the function that gives a request's body failed, could not rewind, or gave another
                                 number of bytes than was said */

    /* Deadlines: which one fired. */
    WEFT_E_TIMEOUT_QUEUE = 20,      /**< no connection became free in time, or the server's pause took longer; nothing
                                         was sent */
    WEFT_E_TIMEOUT_CONNECT = 21,    /**< name, TCP, proxy and TLS took too long; nothing was sent */
    WEFT_E_TIMEOUT_FIRST_BYTE = 22, /**< sent, but no answer began in time */
    WEFT_E_TIMEOUT_IDLE = 23,       /**< the answer began, then fell silent */
    WEFT_E_TIMEOUT_TOTAL = 24,      /**< the whole call took too long */

    /* The network. */
    WEFT_E_NAME_NOT_FOUND = 30,  /**< the host name has no address */
    WEFT_E_CONNECT = 31,         /**< refused, unreachable, no such socket; nothing was sent */
    WEFT_E_CONNECTION_LOST = 32, /**< the connection broke, or the answer was cut off */
    WEFT_E_TLS = 33,             /**< the handshake or the encrypted connection failed */
    WEFT_E_CERTIFICATE = 34,     /**< the server's certificate is not acceptable; the message says why */
    WEFT_E_PROXY = 35,           /**< the proxy refused */

    /* The answer. */
    WEFT_E_PROTOCOL = 40,     /**< not valid HTTP */
    WEFT_E_TOO_LARGE = 41,    /**< head, body, event or decoded answer beyond the limit that the message names */
    WEFT_E_DECODE = 42,       /**< not JSON, or not of the expected shape even so far as rule 5 of weft/weft.h asks; the
                                   message has the JSON path, `body` the answer */
    WEFT_E_CONTENT_TYPE = 43, /**< a success with a body of another kind (a web page, say); JSON is read whatever its
                                   type is called */
    WEFT_E_REDIRECT = 44,     /**< too many, one that leads nowhere, or one that must not be followed; the message names
                                   where it leads, without its query */
    WEFT_E_ENCODING = 45,     /**< a success in a Content-Encoding that is broken or was not asked for; a word over
                                   bytes that are plain text all the same (`none`, and `gzip` where a proxy has undone
                                   it) is no error. An error answer keeps the code of its status, and its message says
                                   that the body could not be read */
    WEFT_E_ARCHIVE = 46,      /**< a downloaded archive is broken, or wants out of its directory */

    /* Streams. */
    WEFT_E_STREAM_UNFINISHED = 50, /**< the stream ended without its final event */
    WEFT_E_STREAM_ERROR = 51,      /**< the service reported a failure within the stream */

    /* What the service said, by HTTP status. */
    WEFT_E_BAD_REQUEST = 60,     /**< 400 */
    WEFT_E_UNAUTHORIZED = 61,    /**< 401 */
    WEFT_E_FORBIDDEN = 62,       /**< 403 */
    WEFT_E_NOT_FOUND = 63,       /**< 404 */
    WEFT_E_REQUEST_TIMEOUT = 64, /**< 408 */
    WEFT_E_CONFLICT = 65,        /**< 409 */
    WEFT_E_GONE = 66,            /**< 410 */
    WEFT_E_UNPROCESSABLE = 67,   /**< 422 */
    WEFT_E_RATE_LIMITED = 68,    /**< 429; `retry_after_ms` says how long to wait when the service said it */
    WEFT_E_SERVER_ERROR = 69,    /**< 500, and every 5xx without a code of its own */
    WEFT_E_UNAVAILABLE = 70,     /**< 503 */
    WEFT_E_REQUEST_FAILED = 71,  /**< any other status */
    WEFT_E_METHOD_NOT_ALLOWED = 72, /**< 405; of agentserver mostly WEFT_E_FEATURE_OFF */

    /* What the service said, by its own words. */
    WEFT_E_SECRET_EXISTS = 80,        /**< Stromboli: POST /secrets, 409 */
    WEFT_E_INVALID_SECRET_NAME = 81,  /**< Stromboli: POST /secrets, 400 about the name */
    WEFT_E_SECRETS_ERROR = 82,        /**< Stromboli: GET /secrets, 200 with an error */
    WEFT_E_SECRET_CREATE_ERROR = 83,  /**< Stromboli: POST /secrets, 201 with an error */
    WEFT_E_SECRET_CREATE_FAILED = 84, /**< Stromboli: POST /secrets, 201 without success */
    WEFT_E_IMAGE_NOT_FOUND = 85,      /**< Stromboli: GET /images/{name}, 404 */
    WEFT_E_IMAGE_PULL_FAILED = 86,    /**< Stromboli: POST /images/pull, 500 */
    WEFT_E_QUOTA_EXCEEDED = 87,       /**< agentserver: 403 `quota_exceeded` */
    WEFT_E_BUDGET_EXCEEDED = 88,      /**< agentserver: 403 `resource_budget_exceeded` */
    WEFT_E_TURN_FAILED = 89,          /**< agentserver: a codex turn answered 200 with `transport` */
    WEFT_E_EXECUTION_FAILED = 90,     /**< Skillbox: POST /v1/executions, 500 with a failed result */
    WEFT_E_FEATURE_OFF = 91           /**< agentserver: 405 without a body; the server lacks the feature, or has it
                                           switched off */
} weft_code;

/**
 * What is known of whether the service has acted on a request: what a caller needs to decide on sending it again.
 * One rule sets it for every call and stream, from what was sent, what was answered, and what the service's own table
 * says of its answers:
 *
 *   how it ended                                                       outcome
 *   -----------------------------------------------------------------  ------------
 *   a request that changes nothing (GET, HEAD, OPTIONS; not those      NOT_ACTED_ON
 *   that start a run), however it ended
 *   nothing was sent: WEFT_E_INVALID, _QUEUE_FULL, _CONNECT,           NOT_ACTED_ON
 *   _NAME_NOT_FOUND, _CERTIFICATE, _TIMEOUT_QUEUE, _TIMEOUT_CONNECT;
 *   cancelled, closed or out of time before a connection was there
 *   sent, in part or whole, and no answer came: _CONNECTION_LOST,      UNKNOWN
 *   _TIMEOUT_*, _CANCELLED, _CLOSED, _PROTOCOL, _NO_MEMORY, _BODY,
 *   _FILE
 *   answered 2xx, whatever became of the answer: cut off, too large,   ACTED_ON
 *   not decodable, cancelled; a stream that had opened; success
 *   answered 2xx with a web page, whatever became of it: that is not   UNKNOWN
 *   the service
 *   answered 4xx, but for the next line                                NOT_ACTED_ON
 *   answered 408 or 499                                                UNKNOWN
 *   answered 307, 308, 501, 505; 503 with Retry-After                  NOT_ACTED_ON
 *   answered by any other 3xx or 5xx, a 503 without Retry-After        UNKNOWN
 *   included: a proxy sends them also when the server behind it
 *   broke after it had read the request
 *   answered by words that the service's table knows: its own          as the table
 *   refusal before acting, or its report of what it did                says
 *   an attempt before the last one had ended as UNKNOWN                UNKNOWN at best
 *
 * What must not be done twice is sent again only while this is NOT_ACTED_ON.
 */
typedef enum weft_outcome {
    WEFT_OUTCOME_UNKNOWN = 0,      /**< it may have been acted on: sending it again may do it, and cost, twice */
    WEFT_OUTCOME_NOT_ACTED_ON = 1, /**< sending it again does nothing twice */
    WEFT_OUTCOME_ACTED_ON = 2      /**< the service answered so: what was asked has begun, or is done */
} weft_outcome;

/** "unknown", "not_acted_on" or "acted_on"; "unknown" for a number that is none. Static. */
WEFT_API const char *weft_outcome_name(weft_outcome outcome);

/** How a connection came to its end, where that is why a call failed; `message` says it in words. */
typedef enum weft_loss {
    WEFT_LOSS_NONE = 0,          /**< it did not, or something else is the reason */
    WEFT_LOSS_ENDED = 1,         /**< the peer closed it in order, in the middle of things: it ended, was restarted, or
                                      a proxy gave up on it */
    WEFT_LOSS_RESET = 2,         /**< it was torn down: by the peer or a machine between (reset, broken pipe), or by
                                      this system, which heard no more of the peer (timed out, unreachable);
                                      `system_error` says which */
    WEFT_LOSS_TLS_TRUNCATED = 3, /**< it was closed, but TLS was not (no close_notify): whoever is on the way can do
                                      that */
    WEFT_LOSS_TLS_ALERT = 4,     /**< the server broke TLS off with a fatal alert */
    WEFT_LOSS_TLS_BROKEN = 5     /**< what came was no good TLS: changed on the way, or out of turn; `tls_error` */
} weft_loss;

/** "none", "ended", "reset", "tls_truncated", "tls_alert" or "tls_broken"; "none" for a number that is none. Static. */
WEFT_API const char *weft_loss_name(weft_loss loss);

/**
 * One failure. Handed to callbacks by pointer and valid as long as the call's result is; constructors copy it
 * into the caller's struct, where `message` points into the struct itself.
 */
typedef struct weft_error {
    weft_code code;           /**< what programs branch on */
    int http_status;          /**< 0 unless a server answered */
    const char *message;      /**< for people: what was asked, of whom, what went wrong, after how many attempts when
                                   there was more than one. One line of UTF-8 without controls and direction marks,
                                   in which the client's own credentials, should the server echo them, are "***":
                                   token, session and keys, the client's query, the proxy's password, and what of
                                   headers and query is named as one ("Authorization", "X-Api-Key", "sig"). Never
                                   NULL */
    const char *server_message; /**< the server's own words, of which `message` makes a sentence: what its JSON says, a
                                   stream's error event, or the text of its answer; made showable as `message` is.
                                   NULL when it said none, or no server answered */
    const char *server_code;  /**< the service's own machine-readable word, made showable as `message` is; or NULL */
    int64_t retry_after_ms;   /**< how long the server asked to wait, by its own clock if it named a time; -1 when it
                                   did not say */
    weft_str body;            /**< the error answer's body, the exact bytes received, whatever they hold; ptr NULL when
                                   there was none */
    weft_outcome outcome;     /**< whether the request was acted on, as far as is known: what programs branch on.
                                   `message` says it for people where it was, or may have been, unless the service's
                                   own words tell already what it did. Of a wait it is that of its looks, which act on
                                   nothing, not of what was waited for */
    weft_loss loss;           /**< how the connection was lost; WEFT_LOSS_NONE when it was not */
    int system_error;         /**< what the system said, by libuv's number (UV_ECONNREFUSED, UV_EAI_NONAME: negative;
                                   uv_strerror has its words), of a connection that failed or was lost, or of a file;
                                   0 = nothing */
    int tls_error;            /**< what mbedTLS said, by its number (negative), of a handshake or a connection that
                                   failed; 0 = nothing */
    const struct weft_error *cause; /**< of a wait that was not over in time, or was cancelled: why its last look
                                   failed, without that one's body; NULL when it did not. Of all else NULL */
} weft_error;

/** The name of a code: "WEFT_E_CONNECT". "WEFT_E_?" for a number that is none. Static. */
WEFT_API const char *weft_code_name(weft_code code);

/** Whether the code is one of the five deadlines here, or the server's own, WEFT_E_REQUEST_TIMEOUT (408). */
WEFT_API bool weft_code_is_timeout(weft_code code);

/** What a constructor fills when it returns NULL. Zero-initialise nothing: it is written whole. */
typedef struct weft_error_info {
    weft_code code;    /**< why there is nothing */
    char message[256]; /**< NUL-terminated */
} weft_error_info;

#ifdef __cplusplus
}
#endif

#endif
