/* client/origin.h - where a client's requests go, and how the way there is secured. */
#ifndef WEFT_CLIENT_ORIGIN_H
#define WEFT_CLIENT_ORIGIN_H

#include "client/client.h"

/* Reads the client's TLS options, where there are some or its base URL is https; false with `*ret_error` filled. */
bool weft__client_take_tls(weft_client *client, const weft_tls_options *options, weft_error_info *ret_error);

/* Reads the client's proxies, from its options or from the environment; false with `*ret_error` filled. */
bool weft__client_take_proxy(weft_client *client, const weft_client_options *options, weft_error_info *ret_error);
void weft__client_forget_proxies(weft_client *client);

/* The origin of `url` as this client secures it, with a reference; NULL with `*ret_error` filled. */
weft__origin *weft__client_origin(weft_client *client, const weft__url *url, weft_error_info *ret_error);

#endif
