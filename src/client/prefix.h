/* client/prefix.h - which of the header lines that all requests share a request has otherwise. */
#ifndef WEFT_CLIENT_PREFIX_H
#define WEFT_CLIENT_PREFIX_H

#include "client/client.h"

/* Whether `lines`, "Name: value\r\n" each, have a header of that name. */
bool weft__lines_have(const char *lines, size_t len, const char *name);

/* The prefix without the headers that `lines` have as well; takes the reference over. The same one when it has none of
 * them, NULL when out of memory. */
weft__prefix *weft__prefix_without(weft__prefix *prefix, weft_str lines);

#endif
