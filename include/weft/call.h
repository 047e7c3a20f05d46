/* weft/call.h - one operation in flight, and what can be learned of it in its callback. */
#ifndef WEFT_CALL_H
#define WEFT_CALL_H

#include "weft/error.h"
#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_call weft_call;

/** As a timeout: no limit at all. */
#define WEFT_NO_TIMEOUT UINT32_MAX

/**
 * The deadlines of a call, in milliseconds. 0 = the client's, or in a client's options the operation's default;
 * WEFT_NO_TIMEOUT = none. The error's code says which one fired.
 */
typedef struct weft_timeouts {
    uint32_t queue_ms;      /**< waiting for a connection, a pause that the server asked for included (429, 503 with
                                 Retry-After); not a call's own wait before it is made again */
    uint32_t connect_ms;    /**< name, TCP, proxy and TLS together */
    uint32_t first_byte_ms; /**< from the request being sent to the first byte of the answer */
    uint32_t idle_ms;       /**< the longest silence within the answer; any byte counts, comments too. A pause does
                                 not count */
    uint32_t total_ms;      /**< from submission to the end, queueing and retries included */
} weft_timeouts;

/** As a number of retries: none at all. */
#define WEFT_NO_RETRIES UINT32_MAX

/** What may differ for one call. NULL, or all zero, means: as the client says. */
typedef struct weft_call_options {
    weft_timeouts timeouts;   /**< 0 fields: the client's */
    const weft_pair *headers; /**< added to the request, in the place of the client's of the same name, its token
                                   included; copied; a name that frames the message is WEFT_E_INVALID */
    size_t headers_count;
    size_t max_body_bytes;    /**< of the answer; 0 = the client's */
    uint32_t max_retries;     /**< attempts after the first; 0 = the client's, WEFT_NO_RETRIES = none */
    struct weft_group *group; /**< the group that the call is of (weft/group.h); NULL = none */
    const weft_pair *query;   /**< added to the request's query, behind what is there already; escaped by weft;
                                   copied */
    size_t query_count;
    size_t max_decoded_bytes; /**< see weft_client_options; 0 = the client's */
} weft_call_options;

/**
 * The end of a call that has no result: the success is the answer. Fires exactly once, on the loop's thread, never
 * before the submitting function has returned. `error` is NULL on success.
 *
 * Every other call has a callback of the same kind, with the result's own type before `arg`: that of a
 * weft_stromboli_job is a weft_stromboli_job_cb, that of a weft_stromboli_run_response a weft_stromboli_run_cb
 * (`_response` and `_result` at the end of a type's name are left out). `result` is NULL when there is an error.
 *
 * When the callback returns, `error`, `result` and the handle `call` itself are gone, unless weft_call_ref keeps them.
 * A callback may be NULL where nobody wants to know: then nothing tells when the handle goes, and it must not be used
 * without weft_call_ref.
 */
typedef void weft_done_cb(weft_call *call, const weft_error *error, void *arg);

/** A weft_done_cb with a text: an answer that is no JSON. `result->ptr` is never NULL on success. */
typedef void weft_text_cb(weft_call *call, const weft_error *error, const weft_str *result, void *arg);

/**
 * Asks a call to stop: its connection is closed, and its callback fires later with WEFT_E_CANCELLED. Harmless when
 * repeated, inside any callback, and when the call is settled but not yet reported (its outcome stands). Not after
 * its callback has returned: then the handle is gone and its memory serves other calls, unless weft_call_ref keeps
 * it; with a reference it does nothing. A request that was sent may go on at the server.
 */
WEFT_API void weft_call_cancel(weft_call *call);

/**
 * Keeps the handle, its result and its error beyond the callback, until weft_call_unref. To be called before the
 * callback has returned, best right after submitting by whoever stores the handle for longer than that. For a stream:
 * weft_call_ref(weft_stream_get_call(stream)). Returns `call`.
 */
WEFT_API weft_call *weft_call_ref(weft_call *call);
/** Lets go of one weft_call_ref, also after the engine is gone. It does not cancel. NULL is fine. */
WEFT_API void weft_call_unref(weft_call *call);

/** Where the time went. Nanoseconds from submission; 0 = did not happen. */
typedef struct weft_call_times {
    uint64_t dialled_ns;    /**< TCP stood, with the server or its proxy; 0 on a connection that was there
                                 already. What follows until `connected_ns` is the proxy's and TLS's */
    uint64_t connected_ns;  /**< had a connection */
    uint64_t sent_ns;       /**< the request had been written */
    uint64_t first_byte_ns; /**< the answer began */
    uint64_t done_ns;       /**< settled */
} weft_call_times;

/** What is known of a call; of its last attempt where there were several. */
typedef struct weft_call_details {
    int http_status;          /**< 0 when no answer came */
    uint32_t attempts;        /**< how often it was tried, as the error's message counts: the first time and each
                                   retry for which a connection was there or was asked for; following a redirect is
                                   no further try. Of a wait: those of all its looks */
    weft_outcome outcome;     /**< whether the request was acted on, as far as is known: of a success too */
    bool reused_connection;   /**< had served another request before */
    const char *peer;         /**< where the connection led: "127.0.0.1:8585", "unix:/run/x.sock"; "" when there was
                                   none, and for a stream that has opened (see weft_stream_open_cb). Lives as the
                                   result does */
    weft_str request_id;      /**< the answer's X-Request-Id header; ptr NULL when there was none */
    uint64_t bytes_sent;      /**< of HTTP, head included, all attempts */
    uint64_t bytes_received;  /**< the same of the answers */
    weft_call_times times;    /**< when each stage was reached */
    const char *tls_version;  /**< "TLS 1.2"; NULL without TLS */
    bool tls_resumed;         /**< the connection took up an earlier session in place of a full handshake */
} weft_call_details;

/** Fills `*ret_details`; in a callback, or later while the call is kept by a reference. */
WEFT_API void weft_call_get_details(const weft_call *call, weft_call_details *ret_details);

/** The whole body of the answer as received (decompressed); ptr NULL when there was none. Lives as the result does. */
WEFT_API weft_str weft_call_get_body(const weft_call *call);

/**
 * The text that a JSON string of the answer means, its escapes undone (weft/json.h reads into a buffer of yours). Lives
 * as the result does, each time anew; so it is not for each event of a long stream. ptr NULL when `string` is no
 * string, or memory is short.
 */
WEFT_API weft_str weft_call_get_text(weft_call *call, weft_json string);

/** The value of a header of the answer, by name in any case; ptr NULL when it is absent. The first one if repeated. */
WEFT_API weft_str weft_call_get_header(const weft_call *call, const char *name);

/** The answer's `index`th header in order received; false past the last. */
WEFT_API bool weft_call_get_header_at(const weft_call *call, size_t index, weft_str_pair *ret_header);

#ifdef __cplusplus
}
#endif

#endif
