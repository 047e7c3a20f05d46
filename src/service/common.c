#include "service/common.h"

#include "engine/engine.h"

weft_call *weft__service_submit(const weft__service *service, weft_client *client, weft__invocation *invocation,
                                const weft_call_options *options, weft__hook hook)
{
    invocation->service = service;
    return weft__call_submit(client, invocation, options, hook);
}

weft_call *weft__service_submit_plain(const weft__service *service, weft_client *client, int index,
                                      const weft_call_options *options, weft__hook hook)
{
    weft__invocation invocation = {.operation = &service->operations[index]};

    return weft__service_submit(service, client, &invocation, options, hook);
}

weft_call *weft__service_submit_named(const weft__service *service, weft_client *client, int index,
                                      const char *parameter, const char *name, const char *complaint,
                                      const weft_call_options *options, weft__hook hook)
{
    weft__invocation invocation = {
        .operation = &service->operations[index],
        .segments = {name},
        .segment_names = {parameter},
        .invalid = weft__require(name, complaint),
    };

    return weft__service_submit(service, client, &invocation, options, hook);
}

bool weft__is_empty(const char *text)
{
    return !text || !*text;
}

const char *weft__require(const char *text, const char *complaint)
{
    return weft__is_empty(text) ? complaint : NULL;
}

const char *weft__unless_empty(const char *text)
{
    return weft__is_empty(text) ? NULL : text;
}

bool weft__service_is_of(const weft__service *service, const weft_client *client, weft_error_info *ret_error)
{
    bool is_of = client && weft__client_service(client) == service;

    if (!client)
        weft__fail_new(ret_error, WEFT_E_INVALID, "the client is NULL");
    else if (!is_of)
        weft__fail_new(ret_error, WEFT_E_INVALID, "the client is not one of %s", service->name);
    return is_of;
}
