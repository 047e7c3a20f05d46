/* transport/resolver.h - names to addresses: one look-up for all who wait, and a short memory. */
#ifndef WEFT_TRANSPORT_RESOLVER_H
#define WEFT_TRANSPORT_RESOLVER_H

#include <netinet/in.h>

#include "transport/loop.h"

enum { WEFT__MAX_ADDRESSES = 16 };

typedef struct weft__addresses {
    size_t count;
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } items[WEFT__MAX_ADDRESSES]; /* in the resolver's order; ports are not set */
} weft__addresses;

typedef struct weft__resolver weft__resolver;
typedef struct weft__lookup weft__lookup;

/* One waiter; embedded. `done` fires once, never within weft__resolver_start, with a libuv status (0 or UV_EAI_*). */
struct weft__lookup {
    weft__link link;
    void (*done)(weft__lookup *lookup, int status, const weft__addresses *addresses);
};

weft__resolver *weft__resolver_new(weft__loop *loop);
/* Waiters are dropped without a word: their owners are closing too. Running look-ups are cancelled or ignored when
 * they come back; each holds one count of weft__loop_handle_opened until then. */
void weft__resolver_close(weft__resolver *resolver);
void weft__resolver_start(weft__resolver *resolver, weft__lookup *lookup, const char *host);
void weft__resolver_cancel(weft__lookup *lookup);

#endif
