/* client/pairs.h - headers and query parameters that callers add: what they may not be, and how they are written. */
#ifndef WEFT_CLIENT_PAIRS_H
#define WEFT_CLIENT_PAIRS_H

#include "base/buffer.h"
#include "engine/engine.h"
#include "weft/client.h"

/* Why a caller may not set a header of this name, or to this value; NULL when it may. Weft writes some itself. */
const char *weft__header_objection(const char *name);
const char *weft__header_value_objection(const char *value);

/* "NAME: SCHEME VALUE\r\n"; `scheme`, with its blank, may be NULL. */
void weft__header_append(weft__buffer *out, const char *name, const char *scheme, const char *value);
/* A header line each; false, with `*ret_error` filled, when one may not be. Memory that was short shows in the
 * buffer. */
bool weft__headers_append(weft__buffer *out, const weft_pair *headers, size_t count, weft_error_info *ret_error);

/* "NAME=VALUE", escaped, behind `*separator`, which is '&' from then on; 0 stands for none. */
void weft__query_append_item(weft__buffer *out, char *separator, const char *name, const char *value);
/* The same of a list; false, with `*ret_error` filled, when one is incomplete or no UTF-8. */
bool weft__query_append(weft__buffer *out, char separator, const weft_pair *query, size_t count,
                        weft_error_info *ret_error);

#endif
