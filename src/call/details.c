/* What can be learned of a call. */
#include "call/outcome.h"

void weft_call_get_details(const weft_call *call, weft_call_details *ret_details)
{
    WEFT__ASSERT(weft__call_is_alive(call));
    *ret_details = (weft_call_details){
        .http_status = call->attempt.status,
        .outcome = weft__call_is_running(call) ? weft__call_outcome(call) : (weft_outcome)call->outcome,
        .attempts = call->attempts,
        .reused_connection = call->attempt.reused,
        .peer = call->request && call->request->peer ? call->request->peer : "",
        .request_id = weft_call_get_header(call, "x-request-id"),
        .bytes_sent = call->bytes_sent + call->exchange.sent,
        .bytes_received = call->exchange.received,
        .times = call->attempt.times,
        .tls_version = call->request ? call->request->tls_version : NULL,
        .tls_resumed = call->attempt.tls_resumed,
    };
}

weft_str weft_call_get_text(weft_call *call, weft_json string)
{
    WEFT__ASSERT(weft__call_is_alive(call));
    return weft__json_string(&call->arena, string);
}

weft_str weft_call_get_body(const weft_call *call)
{
    WEFT__ASSERT(weft__call_is_alive(call));
    return (weft_str){call->attempt.body, call->attempt.body_len};
}
