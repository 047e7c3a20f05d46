/* call/http_call.h - a call whose body may come from files, and whose answer may go to one, or to a callback. */
#ifndef WEFT_CALL_HTTP_CALL_H
#define WEFT_CALL_HTTP_CALL_H

#include "call/call.h"
#include "weft/http.h"

/* What a service adds to one of its own operations: a body that is no JSON, and somewhere for the answer. */
typedef struct weft__transfer {
    const weft_body *body;         /* NULL or empty = the invocation's own */
    const char *save_to;           /* or NULL */
    weft_data_cb *on_data;         /* or NULL */
    weft_progress_cb *on_progress; /* or NULL */
    void *data_arg;                /* handed to on_data and on_progress; the callback has `arg` */
} weft__transfer;

/* As weft__call_submit. The result is what the operation says; a weft_http_response when the body was handed over or
 * saved. */
weft_call *weft__transfer_submit(weft_client *client, const weft__invocation *invocation,
                                 const weft__transfer *transfer, const weft_call_options *options, weft__hook hook);

#endif
