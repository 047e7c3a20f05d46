#include "call/call.h"
#include "weft/operation.h"

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

/* Every typed result begins with the object that it was read from; a text has none, and no result is NULL. */
void weft__deliver_by_name(weft_call *call, const weft_error *error, const void *result, void *arg,
                           const unsigned char *function)
{
    weft_operation_result told = {0};
    weft_operation_cb *cb;

    if (result && call->operation->deliver == weft__deliver_text)
        told.text = *(const weft_str *)result;
    else if (result)
        told.json = ((const weft_object *)result)->raw;
    memcpy(&cb, function, sizeof(cb));
    cb(call, error, error ? NULL : &told, arg);
}
