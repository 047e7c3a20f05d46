/* client/client.h - a client's insides. */
#ifndef WEFT_CLIENT_CLIENT_H
#define WEFT_CLIENT_CLIENT_H

#include "base/url.h"
#include "client/cooldown.h"
#include "client/header_block.h"
#include "client/operation.h"
#include "client/routes.h"

enum {
    WEFT__CREDENTIALS = 4,
    WEFT__CLIENT_TEXTS = 4,
    WEFT__MAX_TEXT_BYTES = 1 << 20, /* a token, a user agent; all headers of a client; its query */
};
#define WEFT__MAX_TEXT "1048576" /* for messages */

struct weft_client {
    weft__member member; /* of the engine */
    weft_engine *engine; /* borrowed: it outlives its clients */
    const weft__service *service;
    weft__url url;        /* owned */
    weft__origin *origin; /* referenced */
    weft__routes routes;
    weft__list calls;                                     /* submitted and not yet reported */
    weft__list ending;                                    /* the same, once they were told of its closing */
    void (*close_call)(weft__link *call);                 /* ends one of them, from the loop */
    weft__header_block *header_blocks[WEFT__CREDENTIALS]; /* rendered when needed, dropped when credentials change */
    uint32_t generation;                                  /* counts those changes, from 1 */
    char *token;                                          /* owned, wiped; or NULL */
    char *texts[WEFT__CLIENT_TEXTS];                      /* owned, wiped; or NULL: see weft__client_set_text */
    char *user_agent;                                     /* owned */
    char *headers;                                        /* owned: the client's own header lines */
    char *query;                   /* owned: the client's own query parameters, "a=1&b=2"; or "" */
    char *note;                    /* owned: the last weft__client_note */
    weft_timeouts timeouts;        /* as its user gave them: 0 = the operation's */
    weft_timeouts stream_timeouts; /* the same of streams: 0 = the service's */
    weft__response_limits limits;
    weft_retry_options retries; /* resolved: 0 retries = none */
    weft_request_cb *on_request;
    weft_response_cb *on_response;
    weft_retry_cb *on_retry;
    void *hook_arg;
    weft__list cooldowns; /* that servers have asked for */
    size_t max_body_bytes;
    size_t max_decoded_bytes; /* 0 = by the call's max_body_bytes */
    size_t max_event_bytes;
    weft__task closing_task;
    weft_closed_cb *closed;
    void *closed_arg;
    bool closing;
};

/* One with nothing but an engine and a service; NULL when out of memory. */
weft_client *weft__client_make(weft_engine *engine, const weft__service *service);
/* As weft__fail_new, in the name of the service, unless it has none. */
void weft__client_fail_new(const weft_client *client, weft_error_info *ret_error, weft_code code, const char *format,
                           ...) __attribute__((format(printf, 4, 5)));
/* It is complete: the engine closes it from now on. */
void weft__client_join(weft_client *client);
/* One that has no calls. */
void weft__client_free(weft_client *client);
void weft__client_free_secret(weft__heap *heap, char *secret); /* wiped; NULL is fine */
/* `call` is the link of one that was made; whoever closes the client has it ended by `close`. */
void weft__client_call_begins(weft_client *client, weft__link *call, void (*close)(weft__link *call));
/* A call is over and off the list: the client may be able to finish closing. */
void weft__client_call_gone(weft_client *client);
#endif
