/* client/no_proxy.h - which hosts are reached without a proxy. */
#ifndef WEFT_CLIENT_NO_PROXY_H
#define WEFT_CLIENT_NO_PROXY_H

#include "base/url.h"

/* Whether `list`, as NO_PROXY has it, names the URL's host: names with their subdomains ("example.com", the same as
 * ".example.com"), addresses, networks ("10.0.0.0/8", "fd00::/8"), each perhaps with ":port"; "*" names them all. This
 * machine (localhost, 127.0.0.0/8, ::1) always is. */
bool weft__no_proxy_matches(const char *list, const weft__url *url);

#endif
