/* http/connection.h - one connection: sends a request, reads its answer, serves the next.
 *
 * It is leased to one exchange at a time, in a lane, and counts there from the first byte of dialling to the answer's
 * end; between two leases it is idle in its origin's list. A pause stops reading: what was read beyond it is the stash.
 *
 *     OPENING -> BUSY         on_opened, weft__connection_lease
 *     OPENING -> IDLE         on_opened, when its exchange is parked: weft__origin_release
 *     BUSY -> IDLE            finish, when it may serve another: weft__origin_release
 *     IDLE -> BUSY            pool.c:start: weft__connection_lease
 *     BUSY -> PAUSED          weft__connection_pause; stash_rest, when the reader asked for it
 *     PAUSED -> BUSY          go_on, in the turn after weft__connection_resume
 *     any -> CLOSED           weft__connection_close, and nothing after that
 *
 * What holds between two events:
 * 1. `exchange` is set in OPENING, BUSY and PAUSED, and in no other state; exchange->connection leads back.
 * 2. `link` is in origin->connections until CLOSED, and origin and pool count it as open; in IDLE `idle_link` is in
 *    origin->idle and counted; in the states with an exchange it is one of lane.leased. pool.c does the counting:
 *    start begins a lease, weft__origin_release and weft__origin_forget end it.
 * 3. A stash is there in PAUSED only, so that `idle_link` can have its place.
 * 4. `task` waits in CLOSED, to free the memory, and may wait in PAUSED, to go on. In IDLE its link is in pool->idlers.
 * 5. Any callback may close it. Who goes on after one looks first whether `exchange` is still the same.
 */
#ifndef WEFT_HTTP_CONNECTION_H
#define WEFT_HTTP_CONNECTION_H

#include "http/exchange.h"
#include "http/response_parser.h"
#include "net/transport.h"

typedef enum weft__connection_state {
    WEFT__CONNECTION_OPENING,
    WEFT__CONNECTION_BUSY,   /* leased to exactly one exchange */
    WEFT__CONNECTION_PAUSED, /* leased, and its reader wants no more for now */
    WEFT__CONNECTION_IDLE,   /* in the pool; no byte may arrive */
    WEFT__CONNECTION_CLOSED, /* freed in the next turn */
} weft__connection_state;

struct weft__connection {
    weft__link link;          /* in origin->connections */
    weft__origin *origin;     /* borrowed */
    weft__exchange *exchange; /* borrowed; NULL while idle */
    weft__transport transport;
    weft__response_parser parser;
    weft__task task; /* what must not happen within a caller's function: going on after a pause, freeing */
    union {
        weft__link idle_link; /* in origin->idle, while it is idle */
        struct {
            char *stash; /* owned: bytes read but not parsed because of a pause, else NULL */
            size_t stash_len;
        };
    };
    const char *peer;   /* borrowed from the origin; "" when memory was short */
    uint32_t opened_ms; /* this and the next: the clock's low half, for ages far below the 49 days it goes round in */
    uint32_t idle_since_ms;
    uint32_t idle_limit_ms; /* so long it may be idle */
    uint8_t state;          /* weft__connection_state */
    uint8_t lane;           /* weft__lane that it is leased to */
    bool served : 1;        /* a request before this one */
    bool sent_whole : 1;    /* nothing of the request is left to write */
    bool blocked : 1;       /* writing waits for room */
    bool feeding : 1;       /* its parser is at work: callbacks are running */
    bool broken : 1;        /* writing failed; an answer may still be there to read */
};

/* For origins' routes. */
extern const weft__transport_events weft__connection_transport_events;

/* The one way from state to state. */
void weft__connection_enter(weft__connection *connection, weft__connection_state state);
/* Opens a connection for `exchange`, which is CONNECTING once the pool has counted it. NULL when out of memory. */
weft__connection *weft__connection_open(weft__origin *origin, weft__exchange *exchange);
/* Leases an idle connection to `exchange` and sends its request. */
void weft__connection_lease(weft__connection *connection, weft__exchange *exchange);
/* Closes it; whoever is served is not told. */
void weft__connection_close(weft__connection *connection);
/* There is more of the request: gather has it. */
void weft__connection_continue(weft__connection *connection);
/* Begins a pause, also from without the parser's callbacks, which say so by what they return. */
void weft__connection_pause(weft__connection *connection);
/* Ends a pause: goes on from the loop, first with what had been read already. */
void weft__connection_resume(weft__connection *connection);
/* Whether an idle connection may take a request: an end that has come would cost the request, and bytes that have come
 * would be taken for its answer. Asks the kernel, however short it was idle: whoever was told of the last answer may
 * have taken his time. */
bool weft__connection_is_usable(weft__connection *connection);
/* How much longer an idle connection may stay so. */
uint32_t weft__connection_idle_left_ms(const weft__connection *connection);

#endif
