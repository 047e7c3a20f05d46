/* compose/pages.h - a list that comes in pages, handed over item by item. */
#ifndef WEFT_COMPOSE_PAGES_H
#define WEFT_COMPOSE_PAGES_H

#include "client/operation.h"

typedef struct weft__pages {
    const weft__invocation *invocation;                    /* of any page; without a query */
    const char *page_name;                                 /* the query parameter that says which page */
    int64_t first_page;                                    /* 0 = not said to the server, which is page 1 */
    const void *(*item)(const void *result, size_t index); /* NULL past the page's last */
    bool (*is_last)(const void *result, int64_t page);
    bool (*each)(const void *item, const weft__hook *hook); /* false: enough */
    weft__hook hook;                                        /* for `each` */
} weft__pages;

/* Asks for page after page, and hands the items to `each`. The result is that of the last page asked for. */
weft_call *weft__pages_submit(weft_client *client, const weft__pages *pages, const weft_call_options *options,
                              weft__hook hook);

#endif
