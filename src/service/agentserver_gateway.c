/* agentserver: the gateway of executors. */
#include "weft/agentserver.h"

#include "base/text.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_client *weft_agentserver_executor_gateway_client(weft_engine *engine, const weft_client_options *options,
                                                      weft_error_info *ret_error)
{
    return weft__client_new(engine, &weft__agentserver_executor_gateway_service, options, ret_error);
}

bool weft_agentserver_gateway_set_secret(weft_client *client, const char *internal_secret, weft_error_info *ret_error)
{
    const weft__service *service = weft__client_service(client) == &weft__agentserver_codex_gateway_service
                                       ? &weft__agentserver_codex_gateway_service
                                       : &weft__agentserver_executor_gateway_service;

    return weft__service_is_of(service, client, ret_error) &&
           weft__client_set_text(client, WEFT__GATEWAY_SECRET_TEXT, "internal_secret", internal_secret, ret_error);
}

const char *weft__agentserver_objection_to_user(weft_client *client, const weft__invocation *invocation,
                                                weft_code *code)
{
    (void)client, (void)code;
    return weft__text_has_control(invocation->header_value) ? "user_id contains control characters" : NULL;
}

const char *weft__agentserver_objection_to_no_user(weft_client *client, const weft__invocation *invocation,
                                                   weft_code *code)
{
    if (weft__is_empty(invocation->header_value))
        return "user_id is required";
    return weft__agentserver_objection_to_user(client, invocation, code);
}

weft_call *weft_agentserver_gateway_register_executor(weft_client *client, const char *user_id,
                                                      const weft_agentserver_gateway_register_executor_request *request,
                                                      const weft_call_options *options,
                                                      weft_agentserver_gateway_register_executor_cb *cb, void *arg)
{
    weft__agentserver_input input = {.request = request, .header = user_id};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GATEWAY_REGISTER_EXECUTOR, &input, options,
                                    WEFT__CALLBACK(agentserver_gateway_register_executor, cb, arg));
}

weft_call *weft_agentserver_gateway_bind_executor(weft_client *client, const char *workspace_id,
                                                  const weft_agentserver_gateway_bind_executor_request *request,
                                                  const weft_agentserver_gateway_bind_executor_options *who,
                                                  const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}}, .request = request, .header = who ? who->user_id : NULL};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GATEWAY_BIND_EXECUTOR, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_gateway_list_executors(weft_client *client, const char *workspace_id,
                                                   const weft_agentserver_gateway_list_executors_options *who,
                                                   const weft_call_options *options,
                                                   weft_agentserver_executor_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .header = who ? who->user_id : NULL};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GATEWAY_LIST_EXECUTORS, &input, options,
                                    WEFT__CALLBACK(agentserver_executor_list, cb, arg));
}

weft_call *weft_agentserver_gateway_unbind_executor(weft_client *client, const char *workspace_id, const char *exe_id,
                                                    const weft_agentserver_gateway_unbind_executor_options *who,
                                                    const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"exe_id", exe_id}},
                                     .header = who ? who->user_id : NULL};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GATEWAY_UNBIND_EXECUTOR, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_gateway_unregister_executor(weft_client *client, const char *exe_id,
                                                        const weft_agentserver_gateway_unregister_executor_options *who,
                                                        const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"exe_id", exe_id}}, .header = who ? who->user_id : NULL};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GATEWAY_UNREGISTER_EXECUTOR, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}
