/* http/pool.h - the connections of an engine, by origin.
 *
 * An origin is where connections go: scheme, host and port, or a Unix socket. Exchanges wait in order of submission,
 * in two lanes with a limit each, so that streams, which hold a connection for long, cannot starve calls. The most
 * recently used idle connection is taken first: it is the least likely to have been dropped.
 *
 * An origin is used while somebody has a reference: its clients, the calls under way to it, a cooldown that parks calls
 * back. One that is no client's, such as redirects or signed URLs lead to, is kept for a while after the last call to
 * it, with its idle connections and its budget for retries: there may be a next one. It is unused then. One that goes
 * is leaving until its connections are closed, a share of a turn at a time: nobody finds it any more.
 *
 *     new -> used        http/origins.h
 *     used -> unused     weft__origin_unref, the last of them
 *     unused -> used     weft__origin_ref
 *     used -> leaving    weft__origin_drop, by its client
 *     unused -> leaving  on_unused_timer; the longest unused beyond WEFT__ORIGINS_KEPT; weft__pool_forget
 *     any -> leaving     weft__pool_close
 *     leaving -> gone    on_clear
 *
 * A place is room for one more connection: below the pool's limit, below what descriptors suffice for, below what is
 * opened in one turn. An origin whose queue found none is in pool->waiting and is admitted in its turn: to the place
 * that a closed connection leaves, or to one that an idle connection of another origin is closed for.
 *
 * What holds between two events:
 * 1. `refs` is 0 if and only if it is in pool->unused; then none of its connections is leased, and nobody is queued.
 * 2. `open` is the length of `connections`, which holds all but the closed, and the sum of `leased` and `idle_count`:
 *    who counts is pool.c:start (leased, open), weft__origin_release (leased to idle) and weft__origin_forget (both).
 * 3. A lane's `queued` are the exchanges that are QUEUED: those in `queue`, and those that clients have parked.
 * 4. The pool's `open`, `idle` and `queued` are the sums of those of its origins.
 * 5. A queue waits for something: a lane's limit, a place, or the end of a lease that has `pump` deferred.
 * 6. An idle connection is in its origin's list, the most recently used first, and in the pool's, the longest idle
 *    first: finding one, and finding one to close, takes one look however many there are.
 */
#ifndef WEFT_HTTP_POOL_H
#define WEFT_HTTP_POOL_H

#include "base/hash.h"
#include "base/table.h"
#include "base/url.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "http/peer.h"
#include "net/transport.h"

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
    weft__hash_key key;
    weft__table names;      /* origins that can be found, by the hash of what tells them apart */
    weft__list origins;     /* the same, and */
    weft__list leaving;     /* those that nobody finds any more */
    weft__task clear;       /* closes what these have */
    bool clearing;          /* that takes more turns, for which the loop is held */
    weft__list idlers;      /* idle connections of all origins, the longest idle first, by `task.link` */
    weft__list waiting;     /* origins whose queue waits for a place below the pool's limit, the longest first */
    weft__origin *admitted; /* the one of them whose turn it is, while it is served */
    weft__task admit;       /* serves them outside whoever made room */
    weft__task next_turn;   /* more connections may be opened */
    uint32_t opened_this_turn;
    weft__list unused; /* origins that nobody refers to, the longest unused first */
    uint32_t unused_count;
    weft__timer unused_timer; /* until the first of them goes */
    uint32_t short_of; /* connections that descriptors suffice for, as learned a moment ago; UINT32_MAX = enough */
    weft__timer short_timer; /* until that is tried again */
    uint32_t open;           /* connections open or being opened */
    uint32_t idle;
    uint32_t queued;
};

typedef struct weft__origin_lane {
    weft__list queue;
    uint32_t queued; /* in `queue`, or parked */
    uint32_t leased; /* connections that serve the lane, or are being opened for it */
} weft__origin_lane;

struct weft__origin {
    weft__table_entry entry; /* in pool->names, until it is leaving */
    weft__link link;         /* in pool->origins, or pool->leaving */
    weft__link waiting;      /* in pool->waiting */
    weft__link unused;       /* in pool->unused */
    uint64_t unused_since_ms;
    weft__pool *pool; /* borrowed */
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
    weft__peer *peers;    /* owned */
    unsigned pumped_lane; /* served last */
    weft__task pump;      /* serves the queue outside whoever made room */
    uint32_t refs;        /* clients, calls under way, cooldowns */
    uint32_t retry_debt;  /* what retries have taken and calls not paid back yet: call/retry.c has the budget */
};

/* `key` is nobody's but the pool's: names may come from servers. */
void weft__pool_init(weft__pool *pool, weft__loop *loop, weft__resolver *resolver, const weft__pool_limits *limits,
                     const weft__hash_key *key);
/* Closes every connection and frees the origins, from the loop. Every exchange must be over. False while it is not
 * done: to be called again. */
bool weft__pool_close(weft__pool *pool);

/* A zeroed one, for http/origins.h, which fills in the rest; and one that nobody finds. */
void weft__origin_init(weft__origin *origin, weft__pool *pool);
void weft__origin_free(weft__origin *origin);
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

/* Exchanges that wait in a list of a client's in place of their queue, with which they are counted: all of them came
 * before whoever is in the queue. Those that were about to have a connection came before the others. */
typedef struct weft__parking {
    weft__list connecting[WEFT__LANES];
    weft__list queued[WEFT__LANES];
} weft__parking;

void weft__parking_init(weft__parking *parking);

/* Hands an exchange over; `exchange->origin`, `lane` and `events` are set. False when the queue is full. `moved`,
 * `gather` and `failed` may fire from within. */
bool weft__origin_submit(weft__origin *origin, weft__exchange *exchange);
/* Has it wait in `parking`; one that is new, in the queue, as long as others are there: it is behind those. False when
 * the queue is full, except for one that had been let in before. weft__origin_unpark puts all of them at the head of
 * the queue, at a cost that does not grow with their number. Neither says `moved` for waiting: its time is one and the
 * same. */
bool weft__origin_park(weft__origin *origin, weft__exchange *exchange, weft__parking *parking, bool was_let_in);
void weft__origin_unpark(weft__origin *origin, weft__parking *parking);
/* Takes it back wherever it is; its connection, if it has one, is closed. Harmless when it is over. */
void weft__exchange_cancel(weft__exchange *exchange);

/* For connections: the lease is over, and the connection may serve another. It is idle from now on, or closed where
 * there are enough; weft__origin_serve follows when those who wait may have it. */
void weft__origin_release(weft__origin *origin, weft__connection *connection);
/* Gives connections that are free to those who wait. */
void weft__origin_serve(weft__origin *origin);
/* For connections: the process had no descriptor for it. True: others are open, so `exchange` waits for one of
 * those. */
bool weft__origin_wait(weft__origin *origin, weft__exchange *exchange);
/* For connections: it is closed, and with that its lease is over, unless it was idle. */
void weft__origin_forget(weft__origin *origin, weft__connection *connection, bool was_idle);

#endif
