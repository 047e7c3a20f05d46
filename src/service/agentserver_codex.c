/* agentserver: codex turns. */
#include "weft/agentserver.h"

#include <string.h>

#include "base/text.h"
#include "json/codec.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"
#include "service/agentserver_types.h"

weft_client *weft_agentserver_codex_gateway_client(weft_engine *engine, const weft_client_options *options,
                                                   weft_error_info *ret_error)
{
    return weft__client_new(engine, &weft__agentserver_codex_gateway_service, options, ret_error);
}

/* A server drops the connection over `null`, and calls the rest a lost one of its own. */
static const char *check_params(const char *params)
{
    weft_json thread;

    if (!params || !*params)
        return "params is required";
    if (params[strspn(params, " \t\r\n")] != '{')
        return "params must be a JSON object";
    if (weft__json_member(params, strlen(params), "threadId", &thread))
        return "params must not have threadId: it is a member of the request";
    return NULL;
}

const char *weft__agentserver_objection_to_turn(weft_client *client, const weft__invocation *invocation,
                                                weft_code *code)
{
    const weft_agentserver_gateway_run_turn_request *request = invocation->request;

    (void)client, (void)code;
    return check_params(request->params);
}

/* Longer than the default of an hour and a minute only for a turn that may take longer than the servers' hour. */
uint32_t weft__agentserver_gateway_turn_deadline(const void *asked)
{
    enum { HOUR_MS = 60 * 60000, MARGIN_MS = 60000 };
    const weft_agentserver_gateway_run_turn_request *request = asked;

    if (request->timeout_ms <= HOUR_MS)
        return 0;
    return request->timeout_ms < UINT32_MAX - MARGIN_MS ? (uint32_t)request->timeout_ms + MARGIN_MS : WEFT_NO_TIMEOUT;
}

weft_call *weft_agentserver_gateway_run_turn(weft_client *client,
                                             const weft_agentserver_gateway_run_turn_request *request,
                                             const weft_call_options *options, weft_agentserver_gateway_run_turn_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GATEWAY_RUN_TURN, &input, options,
                                    WEFT__CALLBACK(agentserver_gateway_run_turn, cb, arg));
}

/* The last word counts. */
static weft_str find_answer(const weft_agentserver_gateway_turn *turn)
{
    for (size_t i = turn->items_count; i-- > 0;)
        if (weft__text_equal(turn->items[i].type, weft__str(WEFT_AGENTSERVER_GATEWAY_TURN_AGENT_MESSAGE)))
            return turn->items[i].text;
    return (weft_str){NULL, 0};
}

const weft_agentserver_gateway_turn *weft_agentserver_gateway_read_turn(
    weft_call *call, const weft_agentserver_gateway_run_turn_response *answer)
{
    weft_agentserver_gateway_turn *turn;
    weft__codec_error error;
    void *decoded;

    if (!call || !answer ||
        weft__decode(weft__call_arena(call), &weft__agentserver_gateway_turn_type, answer->turn.ptr, answer->turn.len,
                     &decoded, &error) != WEFT__CODEC_OK)
        return NULL;
    turn = decoded;
    turn->text = find_answer(turn);
    return turn;
}

static bool has_status(const weft_agentserver_gateway_turn *turn, const char *status)
{
    return turn && weft__text_equal(turn->status, weft__str(status));
}

bool weft_agentserver_gateway_turn_is_final(const weft_agentserver_gateway_turn *turn)
{
    return weft_agentserver_gateway_turn_is_completed(turn) || weft_agentserver_gateway_turn_is_failed(turn);
}

bool weft_agentserver_gateway_turn_is_completed(const weft_agentserver_gateway_turn *turn)
{
    return has_status(turn, WEFT_AGENTSERVER_GATEWAY_TURN_COMPLETED);
}

bool weft_agentserver_gateway_turn_is_failed(const weft_agentserver_gateway_turn *turn)
{
    return has_status(turn, WEFT_AGENTSERVER_GATEWAY_TURN_FAILED) ||
           has_status(turn, WEFT_AGENTSERVER_GATEWAY_TURN_INTERRUPTED);
}
