/* http/pool.h - the connections of an engine, by origin.
 *
 * An origin is where connections go: scheme, host and port, or a Unix socket. Exchanges wait in order of submission,
 * in two lanes with a limit each, so that streams, which hold a connection for long, cannot starve calls. The most
 * recently used idle connection is taken first: it is the least likely to have been dropped.
 *
 * An origin that is no client's, such as one that redirects or signed URLs lead to, is kept for a while after the last
 * call to it, with its idle connections and its budget for retries: there may be a next one.
 */
#ifndef WEFT_HTTP_POOL_H
#define WEFT_HTTP_POOL_H

#include "base/url.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "transport/transport.h"

typedef struct weft__pool weft__pool;

enum { WEFT__ORIGINS_KEPT = 64 }; /* that nobody refers to; then the one that was left the longest ago goes */

typedef struct weft__pool_limits {
    uint32_t connections;             /* of the pool; UINT32_MAX = no limit */
    uint32_t per_origin[WEFT__LANES]; /* connections leased to a lane of one origin */
    uint32_t queued;                  /* exchanges waiting in a lane */
    uint32_t idle;                    /* idle connections kept per origin */
    uint32_t keep_alive_ms;           /* an idle one is closed after this */
    uint32_t max_age_ms;              /* an older one serves no further exchange; 0 = no limit */
} weft__pool_limits;

struct weft__pool {
    weft__loop *loop;         /* borrowed */
    weft__resolver *resolver; /* borrowed */
    weft__pool_limits limits;
    weft__list origins;
    weft__list starving; /* origins whose queue waits for the pool's limit, the longest first */
    weft__list left;     /* origins that nobody refers to, the longest left first */
    uint32_t left_count;
    weft__timer left_timer; /* until the first of them goes */
    weft__origin *fed;      /* the one whose turn it is, while it is served */
    weft__task feed;        /* serves them outside whoever made room */
    weft__task breathe;     /* the next turn: more connections may be opened */
    uint32_t opened_this_turn;
    uint32_t short_of; /* connections that descriptors suffice for, as learned a moment ago; UINT32_MAX = enough */
    weft__timer short_timer; /* until that is tried again */
    uint32_t open;           /* connections open or being opened */
    uint32_t idle;
    uint32_t queued;
};

typedef struct weft__origin_lane {
    weft__list queue;
    uint32_t queued; /* in `queue`, or held */
    uint32_t leased; /* connections that serve the lane, or are being opened for it */
} weft__origin_lane;

/* An address as text; one for all connections that lead there. */
typedef struct weft__peer {
    struct weft__peer *next;
    char text[];
} weft__peer;

struct weft__origin {
    weft__link link;     /* in pool->origins */
    weft__link starving; /* in pool->starving */
    weft__link left;     /* in pool->left */
    uint64_t left_ms;    /* since when it is there */
    weft__pool *pool;    /* borrowed */
    weft__route route;
    const weft__tls_config *tls; /* borrowed from target.tls; NULL = in the clear. It and `name` tell origins apart */
    char *name;                  /* owned: "http://localhost:8585", "unix:/run/x.sock" */
    char *host;                  /* owned; behind target.host and target.unix_path */
    weft__origin_lane lanes[WEFT__LANES];
    weft__list connections; /* all of them: being opened, leased, idle */
    weft__list idle;        /* the most recently used first */
    uint32_t idle_count;
    uint32_t open; /* of the pool's, open or being opened */
    weft__timer idle_timer;
    weft__peer *peers;     /* owned: the addresses that its connections have led to */
    unsigned pumped_lane;  /* served last */
    weft__task pump;       /* serves the queue outside whoever made room */
    uint32_t refs;         /* clients, and calls under way */
    uint32_t retry_tokens; /* the budget for retries, kept by whoever retries */
};

void weft__pool_init(weft__pool *pool, weft__loop *loop, weft__resolver *resolver, const weft__pool_limits *limits);
/* Closes every connection and frees the origins. Every exchange must be over. */
void weft__pool_deinit(weft__pool *pool);

/* The origin of `url`, made when it is new, with a reference; NULL when out of memory. Those who secure their
 * connections by another `tls`, which is NULL for all but https, have another origin. */
weft__origin *weft__pool_origin(weft__pool *pool, const weft__url *url, weft__tls_config *tls, weft__proxy *proxy);
/* Whether requests go to a proxy that forwards them, and so name the whole URL (RFC 9112, section 3.2.2). */
static inline bool weft__origin_is_forwarded(const weft__origin *origin)
{
    return origin->route.proxy && !origin->route.tls;
}
weft__origin *weft__origin_ref(weft__origin *origin);
/* Without references it is kept for as long as a connection may be idle; */
void weft__origin_unref(weft__origin *origin);
/* not so by its client, which is gone. */
void weft__origin_drop(weft__origin *origin);
/* Lets go of the origins that are kept though nobody refers to them: those secured by `tls`; with NULL, all. */
void weft__pool_forget(weft__pool *pool, const weft__tls_config *tls);

/* Hands an exchange over; `exchange->origin`, `lane` and `events` are set. False when the queue is full. `moved`,
 * `gather` and `failed` may fire from within. */
bool weft__origin_submit(weft__origin *origin, weft__exchange *exchange);
/* Has it wait in `held`, a list of the caller's, in place of the queue with which it is counted; false when that is
 * full, except for one that had been let in before. weft__origin_resume ends the wait, for a connection or a place in
 * the queue. Neither says `moved` for waiting: its time is one and the same. */
bool weft__origin_hold(weft__origin *origin, weft__exchange *exchange, weft__list *held, bool was_let_in);
void weft__origin_resume(weft__origin *origin, weft__exchange *exchange);
/* Takes it back wherever it is; its connection, if it has one, is closed. Harmless when it is over. */
void weft__exchange_cancel(weft__exchange *exchange);

/* For connections: the lease is over; a connection that stays open is idle from now on, and weft__origin_serve is
 * called when it may be used again. */
void weft__origin_release(weft__origin *origin, weft__connection *connection, weft__lane lane);
/* Gives connections that are free to those who wait. */
void weft__origin_serve(weft__origin *origin);
/* For connections: the process had no descriptor for it. True: others are open, so `exchange` waits for one of those. */
bool weft__origin_wait(weft__origin *origin, weft__exchange *exchange);
/* For connections: it is closed. */
void weft__origin_forget(weft__origin *origin, weft__connection *connection, bool was_idle);

#endif
