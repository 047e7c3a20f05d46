/* http/origins.h - which origins a pool has: found by what tells them apart, however many there are. */
#ifndef WEFT_HTTP_ORIGINS_H
#define WEFT_HTTP_ORIGINS_H

#include "http/pool.h"

/* The origin of `url`, made when it is new, with a reference; NULL when out of memory. Those who secure their
 * connections by another `tls`, which is NULL for all but https, have another origin, and so have those who go there
 * through another proxy. */
weft__origin *weft__pool_origin(weft__pool *pool, const weft__url *url, weft__tls_config *tls, weft__proxy *proxy);

#endif
