/* net/proxy.h - an HTTP proxy: where it is, and how it is greeted. */
#ifndef WEFT_NET_PROXY_H
#define WEFT_NET_PROXY_H

#include "base/url.h"

/* Shared by the origins that lie behind it. */
typedef struct weft__proxy {
    weft__heap *heap; /* borrowed */
    uint32_t refs;
    weft__url url;
    char *credentials; /* owned, wiped: "Proxy-Authorization: Basic ...\r\n", or "" */
} weft__proxy;

/* Reads "http://user:password@host:port"; a bare "host:port" is understood too. One reference. NULL with
 * `ret_error->text`, which shows no password. */
weft__proxy *weft__proxy_new(weft__heap *heap, const char *text, weft__url_error *ret_error);
weft__proxy *weft__proxy_ref(weft__proxy *proxy);
void weft__proxy_unref(weft__proxy *proxy); /* NULL is fine */
/* Same place, same credentials. Either may be NULL. */
bool weft__proxy_is_same(const weft__proxy *a, const weft__proxy *b);

#endif
