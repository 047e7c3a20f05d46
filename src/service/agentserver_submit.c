#include "service/agentserver_submit.h"

#include <string.h>

#include "base/text.h"
#include "service/agentserver_operations.h"

static const weft__service *service_of(int index)
{
    if (index >= WEFT__AGENTSERVER_GATEWAY_REGISTER_EXECUTOR)
        return &weft__agentserver_executor_gateway_service;
    return index == WEFT__AGENTSERVER_GATEWAY_RUN_TURN ? &weft__agentserver_codex_gateway_service
                                                       : &weft__agentserver_service;
}

static const char *check_ids(weft_client *client, const weft__agentserver_input *input)
{
    for (size_t i = 0; i < sizeof(input->ids) / sizeof(input->ids[0]); i++)
        if (input->ids[i].name && weft__is_empty(input->ids[i].value))
            return weft__client_note(client, "%s is required", input->ids[i].name);
    return NULL;
}

static weft__invocation invocation_of(weft_client *client, int index, const weft__agentserver_input *input)
{
    weft__invocation invocation = {
        .operation = &weft__agentserver_operations[index],
        .service = service_of(index),
        .request = input->request,
        .options = input->options,
        .header_value = weft__unless_empty(input->header),
        .total_ms = input->total_ms,
    };

    /* What is said of the client comes first. */
    if (weft__client_service(client) == invocation.service)
        invocation.invalid = check_ids(client, input);

    for (size_t i = 0; i < sizeof(input->ids) / sizeof(input->ids[0]); i++) {
        invocation.segments[i] = input->ids[i].value;
        invocation.segment_names[i] = input->ids[i].name;
    }
    return invocation;
}

weft_call *weft__agentserver_submit(weft_client *client, int index, const weft__agentserver_input *input,
                                    const weft_call_options *options, weft__hook hook)
{
    static const weft__agentserver_input nothing;
    weft__invocation invocation = invocation_of(client, index, input ? input : &nothing);

    return weft__call_submit(client, &invocation, options, hook);
}

weft_call *weft__agentserver_wait(weft_client *client, int index, const weft__agentserver_input *input,
                                  const weft__wait *wait, const weft_call_options *options, weft__hook hook)
{
    weft__invocation invocation = invocation_of(client, index, input);
    weft__wait polling = *wait;

    polling.invocation = &invocation;
    return weft__wait_submit(client, &polling, options, hook);
}

bool weft__agentserver_is_cookie_value(const char *text)
{
    for (const char *byte = text ? text : ""; *byte; byte++)
        if (*byte <= ' ' || *byte > '~' || strchr("\",;\\", *byte))
            return false;
    return true;
}
