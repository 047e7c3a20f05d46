#include "service/agentserver_submit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "service/agentserver_operations.h"

static const weft__service *service_of(int index)
{
    if (index >= WEFT__AGENTSERVER_EXECUTOR_REGISTER)
        return &weft__agentserver_executor_service;
    return index == WEFT__AGENTSERVER_CODEX_TURN ? &weft__agentserver_codex_service : &weft__agentserver_service;
}

static bool is_empty(const char *text)
{
    return !text || !*text;
}

/* A client of another service would send its credentials to paths that mean something else there. */
static const char *check(weft_client *client, int index, const weft__agentserver_input *input)
{
    if (weft__client_service(client) != service_of(index))
        return weft__client_note(client, "the client is not one of %s", service_of(index)->name);
    for (size_t i = 0; i < sizeof(input->ids) / sizeof(input->ids[0]); i++)
        if (input->ids[i].name && is_empty(input->ids[i].value))
            return weft__client_note(client, "%s is required", input->ids[i].name);
    if (weft__agentserver_operations[index].request && !input->request)
        return "request is required";
    return input->invalid;
}

/* Calls of the executor gateway are made for a user each; the header lines are rendered anew only when it
 * changes. */
static const char *use_user(weft_client *client, const char *user_id, weft_error_info *why)
{
    const char *current = weft__client_text(client, WEFT__GATEWAY_USER_TEXT);

    if (strcmp(current ? current : "", user_id ? user_id : "") == 0 ||
        weft__client_set_text(client, WEFT__GATEWAY_USER_TEXT, "user_id", user_id, why))
        return NULL;
    return why->message;
}

static weft__invocation invocation_of(weft_client *client, int index, const weft__agentserver_input *input)
{
    weft__invocation invocation = {
        .operation = &weft__agentserver_operations[index],
        .request = input->request,
        .query = input->query,
        .query_count = input->query_count,
        .total_ms = input->total_ms,
        .invalid = check(client, index, input),
    };

    for (size_t i = 0; i < sizeof(input->ids) / sizeof(input->ids[0]); i++) {
        invocation.segments[i] = input->ids[i].value;
        invocation.segment_names[i] = input->ids[i].name;
    }
    return invocation;
}

weft_call *weft__agentserver_submit(weft_client *client, int index, const weft__agentserver_input *input,
                                    const weft_call_options *options, weft_call_cb *cb, void *arg)
{
    static const weft__agentserver_input nothing;
    weft__invocation invocation = invocation_of(client, index, input ? input : &nothing);
    weft_error_info why;

    if (!invocation.invalid && index >= WEFT__AGENTSERVER_EXECUTOR_REGISTER)
        invocation.invalid = use_user(client, input->user_id, &why);
    return weft__call_submit(client, &invocation, options, cb, arg);
}

weft_call *weft__agentserver_wait(weft_client *client, int index, const weft__agentserver_input *input,
                                  const weft__wait *wait, const weft_call_options *options, weft_call_cb *cb, void *arg)
{
    weft__invocation invocation = invocation_of(client, index, input);
    weft__wait polling = *wait;

    polling.invocation = &invocation;
    return weft__wait_submit(client, &polling, options, cb, arg);
}

weft_client *weft__agentserver_gateway_client(weft_engine *engine, const weft__service *service,
                                              const weft_client_options *options, const char *internal_secret,
                                              weft_error_info *ret_error)
{
    weft_client *client = weft__client_new(engine, service, options, ret_error);

    if (client &&
        !weft__client_set_text(client, WEFT__GATEWAY_SECRET_TEXT, "internal_secret", internal_secret, ret_error)) {
        weft__client_discard(client);
        return NULL;
    }
    return client;
}

const char *weft__agentserver_positive(weft__agentserver_decimal *decimal, int64_t number)
{
    if (number <= 0)
        return NULL;
    snprintf(decimal->text, sizeof(decimal->text), "%" PRId64, number);
    return decimal->text;
}

const char *weft__agentserver_unless_empty(const char *text)
{
    return is_empty(text) ? NULL : text;
}

bool weft__agentserver_is_cookie_value(const char *text)
{
    for (const char *byte = text ? text : ""; *byte; byte++)
        if (*byte <= ' ' || *byte > '~' || strchr("\",;\\", *byte))
            return false;
    return true;
}
