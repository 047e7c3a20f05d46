#include "call/address.h"

#include "base/text.h"
#include "call/ending.h"
#include "client/credentials.h"

bool weft__call_aim(weft_call *call, const weft__url *url)
{
    weft_error_info error;
    weft__origin *origin;

    if (!url || weft__text_equal(url->origin, weft__str(call->exchange.origin->name)))
        return true;
    origin = weft__routes_origin(&call->client->routes, url, &error);
    if (!origin) {
        weft__call_fail(call, error.code, "%s", error.message);
        return false;
    }
    weft__call_keep_peer(call);
    weft__origin_unref(call->exchange.origin);
    call->exchange.origin = origin;
    return true;
}

static weft_str own_headers(const weft_call *call)
{
    return (weft_str){call->request->first + call->request->own_headers.at, call->request->own_headers.len};
}

/* The client's, with its credentials of now, for its own origin. */
static weft__header_block *client_header_block(weft_call *call)
{
    weft__header_block *block = weft__client_header_block(call->client, call->operation->credential);

    return block ? weft__header_block_without(block, own_headers(call)) : NULL;
}

bool weft__call_take_header_block(weft_call *call, const weft__invocation *invocation)
{
    weft_client *client = call->client;
    const weft__url *url = invocation->url ? invocation->url : &client->url;

    weft__header_block_unref(call->header_block);
    if (!invocation->anonymous && weft__url_same_origin(url, &client->url)) {
        call->header_block = client_header_block(call);
        return call->header_block || weft__call_fail_memory(call);
    }
    call->header_block = weft__client_anonymous_block(client, url, call->exchange.origin);
    if (call->header_block)
        call->header_block = weft__header_block_without(call->header_block, own_headers(call));
    return call->header_block || weft__call_fail_memory(call);
}

bool weft__call_become_anonymous(weft_call *call, const weft__url *to)
{
    weft__header_block_unref(call->header_block);
    call->header_block = weft__client_anonymous_block(call->client, to, call->exchange.origin);
    return call->header_block || weft__call_fail_memory(call);
}

void weft__call_renew_credentials(weft_call *call)
{
    weft__header_block *renewed;

    if (call->header_block->generation == 0 || call->header_block->generation == call->client->generation)
        return;
    renewed = client_header_block(call);
    if (!renewed) {
        weft__call_fail_memory(call);
        return;
    }
    weft__header_block_unref(call->header_block);
    call->header_block = renewed;
}
