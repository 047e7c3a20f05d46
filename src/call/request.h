/* call/request.h - a request as it is sent, and what carries it. */
#ifndef WEFT_CALL_REQUEST_H
#define WEFT_CALL_REQUEST_H

#include "base/memory.h"

typedef struct weft__span {
    uint32_t at;
    uint32_t len;
} weft__span;

/* A request as it is sent, and what carries it. All of it lies in the call's arena. */
typedef struct weft__encoded {
    const char *bytes; /* request line, rest of the head, body; NULL until they are whole */
    size_t len;
    uint32_t line_len;
    uint32_t target_at; /* in the line; it goes on to " HTTP/1.1\r\n" */
    uint32_t path_len;  /* of line and target without the query: that may hold a prompt */
    uint32_t body_at;   /* where the body begins */
    uint32_t head_len;
    weft__span accept;       /* the value of its Accept header */
    bool has_source;         /* the body, and the last lines of the head, come from elsewhere */
    uint8_t redirects;       /* followed so far */
    uint8_t max_redirects;   /* that may be followed */
    const char *head;        /* what a hook made of line and head for this attempt; or NULL */
    const char *asked;       /* see weft__response; or NULL */
    const char *peer;        /* where this attempt's connection leads: its origin's text, or a copy; or NULL */
    const char *tls_version; /* static; NULL = none */
    /* What the call's options have added: header lines, which take the place of the header block's of the same name,
     * and parameters of the query, escaped. They lie in the first request that was made for the call. */
    const char *first;
    weft__span own_headers;
    weft__span own_query;
} weft__encoded;

/* The target, as the request line has it. */
weft_str weft__encoded_target(const weft__encoded *request);
/* The same without its query. */
weft_str weft__encoded_path(const weft__encoded *request);
/* The query alone; empty when there is none. */
weft_str weft__encoded_query(const weft__encoded *request);
static inline bool weft__encoded_has_body(const weft__encoded *request)
{
    return request->has_source || request->len > request->body_at;
}

/* What the hooks made of the head holds credentials: overwrites and forgets it. NULL is fine. */
void weft__encoded_wipe_head(weft__encoded *request);

#endif
