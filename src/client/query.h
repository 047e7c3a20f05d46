/* client/query.h - an operation's options as its query: the same table of members that makes JSON of a request. */
#ifndef WEFT_CLIENT_QUERY_H
#define WEFT_CLIENT_QUERY_H

#include "json/codec.h"

enum { WEFT__MAX_QUERY_ITEMS = 12 };

typedef struct weft__query_item {
    const char *name;
    const char *value; /* NULL = not sent; "" is sent */
} weft__query_item;

/* What is sent of a struct of options, in the order of its table. Texts are borrowed from the struct. */
typedef struct weft__query {
    weft__query_item items[WEFT__MAX_QUERY_ITEMS];
    size_t count;
    char numbers[WEFT__MAX_QUERY_ITEMS][24];
} weft__query;

/* Fills `*ret_query`; what is empty is left out, unless it is WEFT__ALWAYS. NULL, or the name of a number that is
 * negative: none of a query's may be. */
const char *weft__query_of(const weft__type *type, const void *options, weft__query *ret_query);

#endif
