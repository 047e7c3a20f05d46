/**
 * weft - agent runs, job polls and event streams, thousands at once, on one libuv loop that you own.
 *
 * The rules that hold for every function:
 *
 *  1. Exactly once, never inside. A submitted call's callback fires exactly once, from the loop, never before the
 *     submitting function has returned. Cancelling, closing the client and closing the engine complete it too. The
 *     handle is good until that callback (of a stream: `on_end`) returns; then it is gone, and using it is an error.
 *  2. One way to fail. A submitting function returns the handle; what is wrong with its arguments arrives by the
 *     callback as WEFT_E_INVALID with a message that names the field. Only when there is no memory for the handle
 *     does it return NULL, and then no callback comes; so it does for a client that is NULL, because a constructor
 *     failed and nobody looked. Constructors have no callback: they return NULL and fill the caller's weft_error_info,
 *     if one is given; also where the engine is NULL because weft_engine_new failed. So do those that set a
 *     credential, which return false. What ends, pauses or lets go of a handle does nothing where that is NULL, and no
 *     callback comes of it; what tells of one must have it.
 *  3. Requests are copied. Everything passed in may live on the stack and die when the function returns.
 *  4. Results live for the callback, and so does the handle. weft_call_ref keeps both longer (of a stream:
 *     weft_call_ref(weft_stream_get_call(stream))), weft_call_unref lets go.
 *     Text in results is weft_str: NUL-terminated, ptr NULL when the server sent none. Text in requests is a plain
 *     const char *, UTF-8. An id that becomes part of a path may be 16 384 bytes long.
 *  5. Zero means omitted in a request struct. Where omitted, null, false and 0 differ on the wire, the field has
 *     an optional type (weft_opt_bool and its kin). In a result, a member of another kind than its own reads as zero
 *     and takes nothing else away: weft_object_get_state tells absent, null, value and wrong kind
 *     (WEFT_PRESENCE_INVALID) apart for every member. Only an answer that is no JSON, or no object or list where one is
 *     due, or whose one member that is its use is of another kind (a started job's id), is WEFT_E_DECODE, with the body
 *     in the error.
 *  6. Opaque JSON stays text: a weft_json slice of the exact bytes received; in a request JSON text, checked before
 *     it is sent. weft_object_get finds members that weft does not name, weft/json.h reads what they hold, and
 *     weft_call_get_body has the whole body. What is sent is checked strictly (RFC 8259, UTF-8); what is received may
 *     have a byte order mark ahead, and U+FFFD stands in its text for bytes that are none.
 *  7. One thread. All functions are for the loop's thread, except weft_engine_post.
 *  8. Idle is idle. Kept-alive connections, caches and their timers do not keep uv_run from returning.
 *  9. Options are structs, zero-initialised, with designated initialisers; a zero field is the documented default.
 *     They may grow at the end: sources keep compiling, and the SONAME changes with the layout.
 * 10. Callbacks may do anything: submit, cancel, close the client, close the engine. One thing only is not for
 *     them: running the loop. What a C++ host's callback throws arrives where the loop is run; it has cut a turn short,
 *     so that neither that loop nor its engine may be used again, not even to close them.
 * 11. One shape. A submitting function is weft_SERVICE_VERB_NOUN, and takes in this order: the client, the ids of its
 *     path, the request or the operation's own options (which part of a list), the options of every call, the
 *     callback, and its argument. All of them answer later, so none is called _async but where the service itself has
 *     a job for it (Stromboli's run_async). Lists are walked as their service counts them: by `limit` and `offset`, by
 *     `page`, or by a cursor, in the operation's own options.
 */
/*
 * The environment variables that the library reads, all of them when a client is made:
 *
 *   HTTPS_PROXY, HTTP_PROXY, NO_PROXY,    weft_client_options.proxy_from_environment; each in small letters too, which
 *   REQUEST_METHOD                        come first. REQUEST_METHOD says that this is CGI: then HTTP_PROXY is void
 *   SSL_CERT_FILE                         the bundle of trusted certificates, where weft_tls_options names none
 *   HANDINGER_API_KEY, HANDINGER_BASE_URL,
 *   HANDINGER_CUSTOM_HEADERS              weft_handinger_client, where its options do not say
 *   SKILLBOX_API_KEY                      weft_skillbox_client, where its options have no token
 */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include "weft/agentserver.h"
#include "weft/call.h"
#include "weft/client.h"
#include "weft/engine.h"
#include "weft/error.h"
#include "weft/fanout.h"
#include "weft/group.h"
#include "weft/handinger.h"
#include "weft/http.h"
#include "weft/json.h"
#include "weft/operation.h"
#include "weft/skillbox.h"
#include "weft/stream.h"
#include "weft/stromboli.h"
#include "weft/tls.h"
#include "weft/types.h"
#include "weft/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_VERSION_MAJOR 0
#define WEFT_VERSION_MINOR 1
#define WEFT_VERSION_PATCH 0
#define WEFT_VERSION       "0.1.0"

/** For the preprocessor: grows with every version. */
#define WEFT_VERSION_NUMBER ((WEFT_VERSION_MAJOR << 16) | (WEFT_VERSION_MINOR << 8) | WEFT_VERSION_PATCH)

/** The version of the library that runs, for comparison with WEFT_VERSION. */
WEFT_API const char *weft_version(void);
/** The same for comparison with WEFT_VERSION_NUMBER. */
WEFT_API uint32_t weft_version_number(void);

/** What the library that runs can do, and with what. Texts are static. */
typedef struct weft_features {
    bool gzip;                  /**< reads answers in gzip and unpacks archives; else those end as WEFT_E_ENCODING and
                                     WEFT_E_UNSUPPORTED */
    bool tls_1_3;               /**< speaks TLS 1.3 beside 1.2 */
    const char *poller;         /**< who tells which sockets are ready: "epoll", an epoll set of each engine's own, or
                                     "uv_poll", a handle for each */
    const char *libuv_version;  /**< "1.44.2", of the library that runs */
    const char *llhttp_version; /**< "8.1.0", of the parser that was built in */
    const char *tls_version;    /**< "mbed TLS 2.28.3", of the library that it was built with */
    const char *zlib_version;   /**< "1.2.13", of the library that runs; NULL without `gzip` */
} weft_features;

/** Fills `*ret_features`. For bug reports, and for programs that need one of them. */
WEFT_API void weft_get_features(weft_features *ret_features);

#ifdef __cplusplus
}
#endif

#endif
