/* net/resolver.h - names to addresses: one look-up for all who wait, and a short memory. */
#ifndef WEFT_NET_RESOLVER_H
#define WEFT_NET_RESOLVER_H

#include <netinet/in.h>

#include "loop/loop.h"

enum {
    WEFT__MAX_ADDRESSES = 16,
    WEFT__NAMES_KEPT = 256,          /* then the one that was not asked for the longest is forgotten */
    WEFT__NAME_FOUND_MS = 30 * 1000, /* how long addresses are believed */
    WEFT__NAME_FAILED_MS = 1000      /* how long a failure is */
};

typedef struct weft__addresses {
    size_t count;
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } items[WEFT__MAX_ADDRESSES]; /* in the resolver's order, none twice; ports are not set */
} weft__addresses;

typedef struct weft__resolver weft__resolver;
typedef struct weft__lookup weft__lookup;

/* One waiter; embedded in its owner and zeroed but for `done`. */
struct weft__lookup {
    void (*done)(weft__lookup *lookup); /* fires once, never within weft__resolver_start */
    int status;                         /* 0 with an address or more, else a libuv error */
    weft__addresses addresses;          /* a copy, the owner's to reorder */

    /* The resolver's own. */
    weft__link link;
    weft__task report;
    struct weft__name *name; /* borrowed; set while the name's answer is awaited */
};

/* Asks `hook` for names, or, when that is NULL, libuv. NULL when out of memory. */
weft__resolver *weft__resolver_new(weft__loop *loop, weft_resolve_cb *hook, void *hook_arg);
/* Waiters are dropped without a word: their owners are closing too. Look-ups of libuv's are cancelled, or
 * ignored when they come back; each holds one count of weft__loop_handle_opened until then. The hook may
 * answer at any later time. NULL is fine. */
void weft__resolver_close(weft__resolver *resolver);

/* Addresses are answered from their text, known names from memory. `host` is read before this returns. */
void weft__resolver_start(weft__resolver *resolver, weft__lookup *lookup, const char *host);
/* `done` will not fire. Harmless when the look-up is over, or was never started. */
void weft__resolver_cancel(weft__lookup *lookup);

/* None of the host's addresses could be reached: believes them no longer than it would a failure. */
void weft__resolver_doubt(weft__resolver *resolver, const char *host);

/* Tells the age of what is remembered by another clock than weft__now_ms. */
void weft__resolver_set_clock(weft__resolver *resolver, uint64_t (*now_ms)(void));

#endif
