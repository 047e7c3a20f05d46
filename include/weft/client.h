/* weft/client.h - one service at one base URL, with its credentials and policy. */
#ifndef WEFT_CLIENT_H
#define WEFT_CLIENT_H

#include "weft/call.h"
#include "weft/engine.h"
#include "weft/tls.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_client weft_client;

/**
 * When a request is sent again. What may be sent again is a property of the operation: one that starts a run only when
 * it cannot have been acted on (WEFT_OUTCOME_NOT_ACTED_ON: the connection was never made, nothing was sent, or the
 * server answered 429, 503 with Retry-After, or by words that weft knows as the service's own refusal); one that can be
 * asked twice without harm also after a lost connection, a deadline for the first byte or for silence, and 408, 502,
 * any 503 and 504. A refusal that does not pass by itself ("Claude not configured") is not tried again whatever its
 * status. An error answer counts by its status, also when its body was cut off. A 429 or 503 that says how long to wait
 * holds back every request that the client has for the same origin, not only the one that met it, for the server means
 * the client; what is held back counts as queued, and what goes elsewhere (an absolute URL, a redirect) goes on. A date
 * to wait for is read against the answer's own Date: the clocks need not agree. Retries that no server has timed, or
 * for which it asks no wait at all (Retry-After: 0), wait for the back-off and have a budget besides, so that they
 * cannot become a storm: for each origin a hundred at once, and in the long run one for ten calls; what is beyond it
 * fails with the error at hand, whose message says so, and so does a line of log at WEFT_LOG_LEVEL_INFO. The total
 * deadline spans all attempts, and a wait that would pass it is not begun. A service whose own SDK has another policy
 * says so in its header. Waits look again by a rule of their own: see weft/wait.h.
 */
typedef struct weft_retry_options {
    uint32_t max_retries;        /**< attempts after the first; 0 = 2, WEFT_NO_RETRIES = none */
    uint32_t first_backoff_ms;   /**< the longest wait before the first retry, doubled for each further one, of which a
                                      random part is waited; 0 = 500 */
    uint32_t max_backoff_ms;     /**< the ceiling of that; 0 = 8 000 */
    uint32_t max_retry_after_ms; /**< a server that asks for a longer wait gets no retry: the error says how long it
                                      asked for; 0 = 60 000 */
} weft_retry_options;

/** A request about to be sent; for weft_request_cb only. */
typedef struct weft_request weft_request;

/**
 * Called before each attempt is sent, with the request's head complete, credentials included: it may be read and
 * changed with the weft_request_ functions. May run within the function that submits.
 */
typedef void weft_request_cb(weft_call *call, weft_request *request, void *arg);
/** Called when an answer's head is in, for each attempt: weft_call_get_details and weft_call_get_header tell of it. */
typedef void weft_response_cb(weft_call *call, void *arg);
/** Called when an attempt failed and another will be made in `delay_ms`. */
typedef void weft_retry_cb(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg);

/** What every service's constructor takes. Strings are copied; zero fields are the documented defaults. */
typedef struct weft_client_options {
    const char *base_url;   /**< "http://localhost:8585", "https://host/prefix", or a Unix socket as
                                 "unix:/run/stromboli.sock" ("unix:///run/…" and "http+unix://%2Frun…/prefix" are
                                 understood too), of 16 KiB at most. Required unless the service has a default */
    const char *token;      /**< sent as Bearer on every request; wiped when replaced; 1 MiB at most. A client that
                                 would not send it is not made, and the error says what to use instead. NULL = none */
    const char *user_agent; /**< NULL or "" = "weft/VERSION" */
    weft_timeouts timeouts; /**< of calls, whatever they do; 0 fields: the default of the operation, which the
                                  service's header states, and which is as long as the work may take */
    weft_timeouts stream_timeouts; /**< of event streams; 0 fields: connect 10 s, and of the others what the service's
                                        header states, mostly none */
    const weft_pair *headers;      /**< added to every request, in the place of `user_agent`, `token` and what else
                                        weft would send as a credential where they are named so, but for the session of
                                        agentserver, which a Cookie goes beside; 1 MiB together at most */
    size_t headers_count;
    uint32_t max_header_bytes; /**< of an answer's head; 0 = 64 KiB */
    uint16_t max_headers;    /**< header lines of an answer; 0 = 100 */
    size_t max_body_bytes;   /**< of an answer held in memory; 0 = 64 MiB */
    size_t max_event_bytes;  /**< of one event of a stream; 0 = 16 MiB, unless the service's header says otherwise
                                  (Stromboli's: 1 MiB) */
    weft_retry_options retries; /**< how often, and after what wait, a request is sent again */
    weft_request_cb *on_request;   /**< called before each attempt is sent; NULL = not */
    weft_response_cb *on_response; /**< called when an answer's head is in; NULL = not */
    weft_retry_cb *on_retry;       /**< called before another attempt; NULL = not */
    void *hook_arg;          /**< handed to the hooks */
    const weft_tls_options *tls;   /**< how https is secured; NULL = by the system's certificates */
    const char *proxy;       /**< "http://host:3128", perhaps with "user:password@" before the host: https goes through
                                  it by CONNECT, http is forwarded. For every host that is not a Unix socket.
                                  NULL = none */
    bool proxy_from_environment; /**< when `proxy` is NULL: HTTPS_PROXY for https, HTTP_PROXY for http (not under CGI),
                                  each also in small letters, except for the hosts that NO_PROXY names and for this
                                  machine. Read once, when the client is made */
    const weft_pair *query;  /**< added to the query of every request to `base_url`, behind its own; escaped by weft;
                                  UTF-8, and 1 MiB at most */
    size_t query_count;
    size_t max_decoded_bytes; /**< of memory for what an answer says, beside its body: `[{},{},…]` takes hundreds of
                                   bytes for each three. 0 = four times `max_body_bytes`, but at least 1 MiB. Beyond it
                                   a call ends with WEFT_E_TOO_LARGE, and the answer is in the error's body */
} weft_client_options;

/**
 * Closes a client: its calls and streams complete with WEFT_E_CLOSED, then `closed` fires (NULL is fine), once and
 * last, and the client is gone. Submitting to it meanwhile fails with WEFT_E_CLOSED. Calling it twice is harmless; the
 * first `closed` that is given counts. However many calls and streams there are, the function returns at once: they are
 * told over as many turns of the loop as it takes for none to last, and until it is told, none sends or hears anything
 * more. Connections that nobody else can use are closed likewise, some maybe after `closed`.
 */
WEFT_API void weft_client_close(weft_client *client, weft_closed_cb *closed, void *arg);

/**
 * Replaces the bearer token for requests sent from now on, those that wait in the queue and those that are made again
 * included; NULL or "" clears it. False, with `ret_error` filled unless that is NULL, and the old one stays, when it
 * has control characters or more than 1 MiB, when memory is short, and when this client sends no token: the error says
 * what to use instead. Each but the want of memory is a line of log at WEFT_LOG_LEVEL_WARN, too.
 */
WEFT_API bool weft_client_set_token(weft_client *client, const char *token, weft_error_info *ret_error);

/** The request's method, "POST". */
WEFT_API const char *weft_request_get_method(const weft_request *request);
/** Path and query as they are sent, query and all that it may hold. It and what weft_request_get_header returns live
 * until the hook returns. */
WEFT_API weft_str weft_request_get_target(const weft_request *request);
/** A header as it will be sent, by name in any case; ptr NULL when there is none. */
WEFT_API weft_str weft_request_get_header(const weft_request *request, const char *name);
/**
 * Sets a header, replacing those of that name; `value` NULL takes it out. False, and nothing changed, when the name or
 * value could inject something, when the name is one that frames the message (Host, Content-Length, …), or when
 * memory is short.
 */
WEFT_API bool weft_request_set_header(weft_request *request, const char *name, const char *value);

/** The engine that it was made on. */
WEFT_API weft_engine *weft_client_get_engine(const weft_client *client);

#ifdef __cplusplus
}
#endif

#endif
