/* http/exchange.h - one request and its answer, as the pool and the connections see it.
 *
 * Embedded in a call, for all of its attempts. An attempt is submitted to an origin, waits in its queue, is leased a
 * connection, is sent, is answered, and ends in exactly one of `done` and `failed`, unless it is cancelled: then
 * nothing more is said of it. Who asks for a connection may be parked: it then waits in a list of the client's, in
 * place of the queue, until the cooldown that the server asked for is over.
 *
 *     OFF -> QUEUED               weft__origin_submit, weft__origin_park: no connection is free, or none may be used
 *     OFF, QUEUED -> CONNECTING   pool.c:start opens a connection
 *     OFF, QUEUED -> SENDING      pool.c:start has an idle one: weft__connection_lease
 *     CONNECTING -> SENDING       connection.c:on_opened: weft__connection_lease
 *     CONNECTING -> QUEUED        on_opened, when it is parked; weft__origin_wait, when descriptors are short
 *     SENDING -> WAITING          connection.c:send_request has written the last byte
 *     SENDING, WAITING -> RECEIVING   connection.c:receive; the answer may come before the request is written
 *     any -> OFF                  weft__exchange_cancel, weft__exchange_fail; connection.c:finish
 *
 * What holds between two events:
 * 1. `connection` is set from CONNECTING on and in no other state, and connection->exchange leads back.
 * 2. `link` is in a list in QUEUED and in no other state; then lane and pool count it as queued.
 * 3. `offset` <= `sent`: the first counts in the piece at hand, the second in the attempt.
 * 4. In OFF nobody but the call has a pointer to it, so that the call may go, or submit it again.
 */
#ifndef WEFT_HTTP_EXCHANGE_H
#define WEFT_HTTP_EXCHANGE_H

#include <sys/uio.h>

#include "base/list.h"
#include "http/response_parser.h"
#include "net/transport.h"

typedef struct weft__exchange weft__exchange;
typedef struct weft__origin weft__origin;
typedef struct weft__connection weft__connection;

enum { WEFT__REQUEST_PARTS = 4 };

/* In order: from CONNECTING on it has a connection, from SENDING on bytes may have left. */
typedef enum weft__exchange_state {
    WEFT__EXCHANGE_OFF,        /* not submitted, or over */
    WEFT__EXCHANGE_QUEUED,     /* waits for a connection, or is parked */
    WEFT__EXCHANGE_CONNECTING, /* one is being opened for it */
    WEFT__EXCHANGE_SENDING,    /* on a connection, not all of it written */
    WEFT__EXCHANGE_WAITING,    /* written; no byte of the answer yet */
    WEFT__EXCHANGE_RECEIVING,  /* the answer has begun */
} weft__exchange_state;

typedef enum weft__lane {
    WEFT__LANE_CALLS,
    WEFT__LANE_STREAMS, /* hold their connection for long: they have a limit of their own */
    WEFT__LANES,
} weft__lane;

typedef enum weft__flow {
    WEFT__FLOW_GO,
    WEFT__FLOW_PAUSE, /* stop reading; weft__connection_resume goes on */
    WEFT__FLOW_STOP,  /* the exchange was cancelled meanwhile: touch nothing more of it */
} weft__flow;

typedef struct weft__exchange_events {
    /* It is its turn, in the queue or with a connection that was opened for it. True: it is not
     * to have it: it is parked, by weft__origin_park, or over. */
    bool (*turn)(weft__exchange *exchange);
    /* The state has moved to the one in `exchange->state`: deadlines follow it. */
    void (*moved)(weft__exchange *exchange);
    /* What gather gave is written, and `more` is set. True: gather has the next piece; false: it will have one when
     * weft__connection_continue is called. */
    bool (*drained)(weft__exchange *exchange);
    /* The request's bytes, the same at each call until they are written. Returns how many parts were filled. */
    int (*gather)(weft__exchange *exchange, struct iovec parts[WEFT__REQUEST_PARTS]);
    /* The answer's header lines (http/fields.h), valid for the call; false when there is no memory for them. */
    bool (*fields)(weft__exchange *exchange, weft_str lines);
    weft__flow (*head)(weft__exchange *exchange, int status, int64_t content_length);
    /* Part of the body. `*used` is `len` at the call; who pauses may set it to less and gets the rest again. */
    weft__flow (*body)(weft__exchange *exchange, char *bytes, size_t len, size_t *used);
    /* The answer is whole; the connection is back in the pool. */
    void (*done)(weft__exchange *exchange);
    /* `exchange->state` is OFF. May fire within weft__origin_submit: whoever listens reports it from the loop. */
    void (*failed)(weft__exchange *exchange, const weft__failure *failure);
} weft__exchange_events;

struct weft__exchange {
    weft__link link;                     /* in the origin's queue, or in a cooldown's list of those parked */
    weft__origin *origin;                /* referenced, by the call; another one after a redirect */
    weft__connection *connection;        /* leased, else NULL */
    const weft__exchange_events *events; /* static */
    uint64_t offset;                     /* bytes written of what gather gives now */
    uint64_t sent;                       /* bytes of this attempt written */
    uint64_t received;                   /* bytes of answers read, those of attempts before this one included */
    uint64_t progress_ms;                /* when the state or bytes moved last, either way */
    weft__response_limits limits;
    uint8_t state;        /* weft__exchange_state */
    uint8_t lane;         /* weft__lane */
    bool is_head_request; /* its answer has no body, whatever it says */
    bool fresh;           /* wants a connection that has not served before */
    bool more;            /* what gather gives now is not the end of the request */
    bool reused;          /* the connection had served before */
    bool secret;          /* what is read of its answer is overwritten once it was looked at */
};

/* What became of writing what the exchange has at hand. BLOCKED: the rest waits for room, or for the next turn. */
typedef enum weft__write_status { WEFT__WRITE_DONE, WEFT__WRITE_BLOCKED, WEFT__WRITE_BROKEN } weft__write_status;

static inline bool weft__exchange_has_connection(weft__exchange_state state)
{
    return state >= WEFT__EXCHANGE_CONNECTING;
}

/* The one way from state to state. */
void weft__exchange_enter(weft__exchange *exchange, weft__exchange_state state);
/* Enters the state and says so by `moved`. */
void weft__exchange_move(weft__exchange *exchange, weft__exchange_state state);
/* It is over, by `failed`. */
void weft__exchange_fail(weft__exchange *exchange, const weft__failure *failure);
/* Writes what gather gives now, until `limit` bytes of the attempt are written. BROKEN: why, a negative errno, is in
 * `*ret_error`. */
weft__write_status weft__exchange_write(weft__exchange *exchange, weft__transport *transport, uint64_t limit,
                                        int *ret_error);

#endif
