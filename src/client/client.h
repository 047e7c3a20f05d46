/* client/client.h - a client's insides. */
#ifndef WEFT_CLIENT_CLIENT_H
#define WEFT_CLIENT_CLIENT_H

#include "base/url.h"
#include "client/engine.h"
#include "client/operation.h"
#include "weft/client.h"

enum {
    WEFT__CREDENTIALS = 4,
    WEFT__CLIENT_TEXTS = 4,
    WEFT__MAX_TEXT_BYTES = 1 << 20, /* a token, a user agent; all headers of a client; its query */
};

/* The header lines that every request of one credential block shares, rendered once: Host, User-Agent, the client's
 * own headers and credentials. Shared by the requests that are sent with it, so that a new token does not change a
 * request under way; one that is still to be sent takes the new one. Wiped when the last one lets go. */
typedef struct weft__prefix {
    weft__heap *heap; /* borrowed */
    uint32_t refs;
    uint32_t len;
    uint32_t generation; /* of the client's credentials; 0 = it has none of them */
    char text[];
} weft__prefix;

struct weft_client {
    weft__member member; /* of the engine */
    weft_engine *engine; /* borrowed: it outlives its clients */
    const weft__service *service;
    weft__url url;                             /* owned */
    weft__origin *origin;                      /* referenced */
    weft__tls_config *tls;                     /* referenced; NULL until something is https */
    weft__list calls;                          /* submitted and not yet reported */
    weft__prefix *prefixes[WEFT__CREDENTIALS]; /* rendered when first needed, dropped when credentials change */
    uint32_t generation;                       /* counts those changes, from 1 */
    char *token;                               /* owned, wiped; or NULL */
    char *texts[WEFT__CLIENT_TEXTS];           /* owned, wiped; or NULL: see weft__client_set_text */
    char *user_agent;                          /* owned */
    char *headers;                             /* owned: the client's own header lines */
    char *query;                               /* owned: the client's own query parameters, "a=1&b=2"; or "" */
    char *note;                                /* owned: the last weft__client_note */
    weft_timeouts timeouts;                    /* as its user gave them: 0 = the operation's */
    weft_timeouts stream_timeouts;             /* the same of streams: 0 = the service's */
    weft__response_limits limits;
    weft_retry_options retries; /* resolved: 0 retries = none */
    weft_request_cb *on_request;
    weft_response_cb *on_response;
    weft_retry_cb *on_retry;
    void *hook_arg;
    weft__proxy *proxies[2]; /* referenced: for http and for https; NULL = none */
    char *no_proxy;          /* owned: hosts that the proxies are not for; NULL = they are for all */
    weft__list pauses;       /* that servers have asked for: client/pause.h */
    size_t max_body_bytes;
    size_t max_decoded_bytes; /* 0 = by the call's max_body_bytes */
    size_t max_event_bytes;
    weft__task closing_task;
    weft_closed_cb *closed;
    void *closed_arg;
    bool closing;
};

/* The prefix of a credential block, with a reference; NULL when out of memory. */
weft__prefix *weft__client_prefix(weft_client *client, uint8_t credential);
/* One for another place, without credentials and without the client's own headers. */
weft__prefix *weft__client_anonymous_prefix(weft_client *client, const weft__url *url, const weft__origin *origin);
void weft__prefix_unref(weft__prefix *prefix);
/* Credentials changed: requests sent from now on use the new ones. */
void weft__client_forget_prefixes(weft_client *client);
/* A call is over and off the list: the client may be able to finish closing. */
void weft__client_call_gone(weft_client *client);
/* Why a caller may not set a header of this name, or to this value; NULL when it may. Weft writes some itself. */
const char *weft__header_objection(const char *name);
const char *weft__header_value_objection(const char *value);

#endif
