#include "compose/part.h"

#include "call/conductor.h"
#include "call/ending.h"
#include "compose/copy.h"

bool weft__part_prepare(weft_call *whole, const weft__invocation *invocation, const weft_call_options *options,
                        weft__invocation *ret_invocation, weft_call_options *ret_options)
{
    if (!weft__call_check_group(whole, options))
        return false;
    weft__call_note_options(whole, options);
    return (weft__copy_invocation(&whole->arena, invocation, ret_invocation) &&
            weft__copy_options(&whole->arena, options, ret_options)) ||
           weft__call_fail_memory(whole);
}

bool weft__part_start(weft__part *part, weft_call *whole, const weft__invocation *invocation,
                      const weft_call_options *options, weft__part_cb *cb)
{
    weft_call *call = weft__call_submit(whole->client, invocation, options, weft__hook_of(&cb, NULL, whole));

    if (!call)
        return false;
    weft__call_make_part(call);
    /* What the last part answered goes with it. */
    whole->attempt.headers = NULL;
    whole->attempt.body = NULL;
    whole->attempt.body_len = 0;
    weft_call_unref(part->call);
    part->call = weft_call_ref(call);
    part->is_under_way = true;
    /* For messages: what is asked for. */
    whole->request = call->request;
    /* The part reports to the whole until it is over, so the whole cannot go before it. */
    weft_call_ref(whole);
    /* A hook that ran meanwhile may have ended the whole. */
    if (weft__call_end_if_doomed(whole))
        weft_call_cancel(call);
    return true;
}

/* Times count from the submission of the whole. */
static uint64_t later(uint64_t time_ns, uint64_t by_ns)
{
    return time_ns ? time_ns + by_ns : 0;
}

void weft__part_end(weft__part *part, weft_call *whole)
{
    const weft_call *call = part->call;
    uint64_t began_ns = call->started_ns - whole->started_ns;

    part->is_under_way = false;
    whole->attempt.status = call->attempt.status;
    whole->attempts += call->attempts;
    whole->bytes_sent += call->bytes_sent;
    whole->exchange.received += call->exchange.received;
    whole->attempt.reused = call->attempt.reused;
    whole->attempt.tls_resumed = call->attempt.tls_resumed;
    whole->attempt.times = (weft_call_times){
        .dialled_ns = later(call->attempt.times.dialled_ns, began_ns),
        .connected_ns = later(call->attempt.times.connected_ns, began_ns),
        .sent_ns = later(call->attempt.times.sent_ns, began_ns),
        .first_byte_ns = later(call->attempt.times.first_byte_ns, began_ns),
    };
    /* The part is kept, and with it what its answer said. */
    whole->attempt.headers = call->attempt.headers;
    whole->attempt.body = call->attempt.body;
    whole->attempt.body_len = call->attempt.body_len;
}

void weft__part_stop(weft__part *part)
{
    if (part->is_under_way)
        weft_call_cancel(part->call);
}

void weft__part_dispose(weft__part *part)
{
    weft_call_unref(part->call);
}
