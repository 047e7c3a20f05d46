/* weft/engine.h - what one loop shares: connections, timers, names, statistics, allocator, log sink. */
#ifndef WEFT_ENGINE_H
#define WEFT_ENGINE_H

#include <uv.h>

#include "weft/error.h"
#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_engine weft_engine;

/** How much a log line matters. */
typedef enum weft_log_level {
    WEFT_LOG_LEVEL_ERROR = 1, /**< a promise could not be kept */
    WEFT_LOG_LEVEL_WARN = 2,  /**< something the operator should know: verification off, a token refused */
    WEFT_LOG_LEVEL_INFO = 3,  /**< connections opened and closed, retries */
    WEFT_LOG_LEVEL_DEBUG = 4  /**< each call's life; never a body, a token or a prompt */
} weft_log_level;

/**
 * Takes one line of log, without a newline, made showable as an error's message is. `line` is valid for the call. Must
 * not call back into weft.
 */
typedef void weft_log_cb(weft_log_level level, const char *line, void *arg);

/** Fires once and last; what was closed is gone when it returns. */
typedef void weft_closed_cb(void *arg);

/** A function that weft_engine_post has run on the loop's thread. */
typedef void weft_post_cb(weft_engine *engine, void *arg);

/** One host name that an engine wants the addresses of. The `resolve` hook gets it; weft_resolve_answer ends it. */
typedef struct weft_resolve weft_resolve;

/**
 * Looks up a host name in place of the system's resolver: for a program with a name service of its own, or with
 * better things to do for libuv's thread pool than to wait in getaddrinfo.
 *
 * When:    from the loop, never inside another function of weft's. Once for all connections that wait for the same
 *          name. Not for addresses, and not for a name that was answered less than 30 s ago, or 1 s if it failed.
 * Duty:    weft_resolve_answer, exactly once, here or later. Must not block. How long is too long is decided by the
 *          connect timeout of those who wait; a name that nobody waits for any more is asked for anew.
 * Memory:  `host` is valid until the answer.
 */
typedef void weft_resolve_cb(weft_resolve *request, const char *host, void *arg);

/** All zero is a good engine. */
typedef struct weft_engine_options {
    const weft_allocator *allocator; /**< copied; NULL = malloc. Used from the loop's thread only, and by
                                          weft_engine_post */
    weft_log_cb *log;                /**< NULL = silent */
    void *log_arg;                   /**< handed to `log` */
    weft_log_level log_level;        /**< the most talkative level wanted; 0 = WEFT_LOG_LEVEL_WARN */
    uint32_t max_connections;        /**< of the whole engine, streams included; 0 = no limit */
    uint32_t max_connections_per_origin; /**< for calls, streams not counted; 0 = 256 */
    uint32_t max_streams_per_origin; /**< event streams hold a connection each, beside those for calls; 0 = no limit */
    uint32_t max_queued_per_origin;  /**< calls waiting for a connection, or held back by a pause that the server asked
                                          for; one more fails with WEFT_E_QUEUE_FULL; 0 = no limit */
    uint32_t max_connection_age_ms;  /**< an older connection serves no further call, so that a long-lived engine sees
                                          the changes of names; 0 = no limit */
    uint32_t keep_alive_ms;          /**< an idle connection is closed after this, or a second before the server said
                                          that it would (Keep-Alive: timeout); 0 = 60 000 */
    uint32_t tcp_timeout_ms;         /**< a machine that acknowledges nothing for so long has vanished: what it served
                                          ends with WEFT_E_CONNECTION_LOST, also where no deadline is set. It is asked
                                          by TCP keep-alive once nothing has come for a fifth of this, and then each
                                          tenth; a server that is up and only silent is not meant, for its system
                                          answers. Likewise one that takes nothing of a request for so long (Linux).
                                          10 s at least and a day at most; 0 = 300 000, WEFT_NO_TIMEOUT = never asked */
    uint32_t max_idle_per_origin;    /**< idle connections kept beyond this are closed; 0 = 256. Origins that are no
                                          client's (absolute URLs, redirects) keep theirs likewise: the 64 that were
                                          used last, until no client is left that could come back to them */
    uint64_t random_seed;            /**< for the jitter of back-off and polling; 0 = from the system */
    weft_resolve_cb *resolve;        /**< looks up host names; NULL = the system's resolver, on libuv's thread pool */
    void *resolve_arg;               /**< handed to `resolve` */
} weft_engine_options;

/** Counters since the engine was made, and gauges of this moment. */
typedef struct weft_engine_stats {
    uint64_t calls_started;      /**< calls and streams submitted */
    uint64_t calls_succeeded;    /**< of those: reported without an error */
    uint64_t calls_failed;       /**< of those: reported with one, cancelled ones included */
    uint64_t connections_opened; /**< TCP or Unix connections that were established */
    uint64_t connections_failed; /**< attempts that were not */
    uint64_t connections_reused; /**< requests sent on a connection that had served one before */
    uint64_t bytes_sent;         /**< on the wire, TLS included */
    uint64_t bytes_received;     /**< on the wire, TLS included */
    uint64_t events_received;    /**< server-sent events */
    uint64_t tls_handshakes_full;    /**< with certificates: a hundred times as costly as: */
    uint64_t tls_handshakes_resumed; /**< those that took up an earlier session */
    uint32_t connections_open;   /**< gauge: open or being opened */
    uint32_t connections_idle;   /**< gauge */
    uint32_t calls_in_flight;    /**< gauge: submitted and not yet reported; streams included */
    uint32_t calls_queued;       /**< gauge: of those, waiting for a connection or for the end of a pause */
    uint32_t streams_open;       /**< gauge */
} weft_engine_stats;

/*
 * ---- Where there is another loop, or other threads
 *
 * An engine works inside uv_run and nowhere else. A program that has a main loop of another kind gives it libuv's
 * descriptor to watch, and runs one turn of libuv's loop whenever there is something to do:
 *
 *   how long to sleep   uv_backend_timeout, after uv_update_time: libuv counts from when it last looked at the clock.
 *                       0 is a turn that is due: a deadline, a call that was submitted outside uv_run, a descriptor
 *                       that libuv has still to take up
 *   what wakes          uv_backend_fd, ready to read: sockets, names and files that are ready, weft_engine_post
 *   a turn              uv_run(loop, UV_RUN_NOWAIT), after either. Callbacks are called in it
 *   weft_engine_hold    for as long as the loops are one. A loop that nothing keeps alive runs nothing in a turn, posts
 *                       included, and says 0 for ever: whoever believes that spins. One that is held and idle says how
 *                       long it is to the next deadline, or -1, and takes no turns until then
 *
 * test/examples/glib.c is a GSource made so, test/examples/epoll.c an epoll loop. Qt, libev, sd-event and others have
 * the same three places: before they sleep, a descriptor, after they woke.
 *
 * Other threads ask the loop's thread to ask: weft_engine_post runs a function there, and whatever that function
 * submits has its callback there, which hands over a copy of what the thread wants. weft_engine_hold keeps an idle loop
 * running meanwhile; one hold for each thread, released by the last function that it posts, ends uv_run when all are
 * done: test/examples/threads.c.
 */

/**
 * Makes an engine on `loop`. After fork() it goes on in the parent only: in the child every call fails with
 * WEFT_E_FORKED, nothing is read from or written to the parent's sockets, and what was in flight ends when the engine
 * is closed there (after uv_loop_fork). The loop stays the caller's: weft never runs, stops or closes it, and does its
 * work only inside the caller's uv_run. `options` may be NULL and is copied.
 *
 * Returns: NULL, with `ret_error` filled unless that is NULL and nothing left behind, when the loop is NULL, a function
 *          of the allocator is missing, `log_level` is none (WEFT_E_INVALID), memory is short or libuv refuses a handle
 *          (WEFT_E_NO_MEMORY).
 */
WEFT_API weft_engine *weft_engine_new(uv_loop_t *loop, const weft_engine_options *options, weft_error_info *ret_error);

/**
 * Ends all that the engine owns: every call and stream completes with WEFT_E_CLOSED, clients are closed,
 * connections shut, then `closed` fires, once and last; uv_loop_close succeeds from then on as far as weft is
 * concerned. Keep the loop running until then. Calling it twice is harmless; the first `closed` counts. However much
 * there is to end, the function returns at once (but for functions that were posted, which run first), and no turn of
 * the loop is long: calls and streams are told over many of them, and send and hear nothing more meanwhile.
 */
WEFT_API void weft_engine_close(weft_engine *engine, weft_closed_cb *closed, void *arg);

/** The numbers of this moment. */
WEFT_API void weft_engine_get_stats(const weft_engine *engine, weft_engine_stats *ret_stats);

/**
 * Has `function` run on the loop's thread, in order of posting. The one function that any thread may call, until
 * weft_engine_close is called. A post wakes a loop that runs; it does not by itself keep uv_run from returning:
 * weft_engine_hold does, while posts may come.
 * Functions that are still waiting when the engine closes are run first. False when out of memory, and for a function
 * that posts while it is run for that reason.
 */
WEFT_API bool weft_engine_post(weft_engine *engine, weft_post_cb *function, void *arg);

/**
 * Keeps uv_run from returning while nothing is in flight, until weft_engine_release has been called as often: for a
 * program whose other threads post work, or that embeds the loop in another (see above). Costs nothing: an engine that
 * is held and idle has no turns to take. Ends with weft_engine_close by itself, after which it does nothing.
 */
WEFT_API void weft_engine_hold(weft_engine *engine);
/** Takes one weft_engine_hold back; without one it does nothing. A posted function may call it. */
WEFT_API void weft_engine_release(weft_engine *engine);

/**
 * Answers the `resolve` hook's request, which is gone afterwards.
 *
 * When:    exactly once per request. Inside the hook or any time later, from the loop's thread; even when the engine
 *          was closed meanwhile: the answer then goes nowhere. The engine's allocator must still work then, as the
 *          request is released with it.
 * Status:  0 with addresses, best first; else a negative libuv error: UV_EAI_NONAME for a name that does not exist,
 *          UV_EAI_AGAIN for a name service that does not answer. 0 without an address is a name without addresses.
 * Memory:  `addresses` are copied. IPv4 and IPv6 count, others are skipped; so are ports, and all beyond the 16th.
 */
WEFT_API void weft_resolve_answer(weft_resolve *request, int status, const struct sockaddr *const *addresses,
                                  size_t count);

#ifdef __cplusplus
}
#endif

#endif
