#include "client/operation.h"

void weft__deliver_done(weft_call *call, const weft_error *error, const void *result, void *arg,
                        const unsigned char *function)
{
    weft_done_cb *cb;

    (void)result;
    memcpy(&cb, function, sizeof(cb));
    cb(call, error, arg);
}

WEFT__DEFINE_DELIVER(text, weft_str)
WEFT__DEFINE_DELIVER(http, weft_http_response)
