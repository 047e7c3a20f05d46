/* agentserver: executors, browsers and codex tokens. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"
#include "service/agentserver_types.h"

weft_call *weft_agentserver_register_executor(weft_client *client, const char *workspace_id,
                                              const weft_agentserver_register_executor_request *request,
                                              const weft_call_options *options,
                                              weft_agentserver_register_executor_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REGISTER_EXECUTOR, &input, options,
                                    WEFT__CALLBACK(agentserver_register_executor, cb, arg));
}

weft_call *weft_agentserver_list_executors(weft_client *client, const char *workspace_id,
                                           const weft_call_options *options, weft_agentserver_executor_list_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_EXECUTORS, &input, options,
                                    WEFT__CALLBACK(agentserver_executor_list, cb, arg));
}

weft_call *weft_agentserver_remove_executor(weft_client *client, const char *workspace_id, const char *exe_id,
                                            const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"exe_id", exe_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REMOVE_EXECUTOR, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_list_browsers(weft_client *client, const char *workspace_id,
                                          const weft_call_options *options, weft_agentserver_browser_list_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_BROWSERS, &input, options,
                                    WEFT__CALLBACK(agentserver_browser_list, cb, arg));
}

weft_call *weft_agentserver_create_codex_token(weft_client *client,
                                               const weft_agentserver_create_codex_token_request *request,
                                               const weft_call_options *options,
                                               weft_agentserver_create_codex_token_cb *cb, void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_CODEX_TOKEN, &input, options,
                                    WEFT__CALLBACK(agentserver_create_codex_token, cb, arg));
}

const char *weft__agentserver_objection_to_codex_tokens(weft_client *client, const weft__invocation *invocation,
                                                        weft_code *code)
{
    const weft__agentserver_codex_tokens_query *query = invocation->options;

    (void)client, (void)code;
    return weft__require(query->workspace_id, "workspace_id is required");
}

weft_call *weft_agentserver_list_codex_tokens(weft_client *client, const char *workspace_id,
                                              const weft_agentserver_list_codex_tokens_options *which,
                                              const weft_call_options *options,
                                              weft_agentserver_codex_token_list_cb *cb, void *arg)
{
    weft__agentserver_codex_tokens_query query = {workspace_id, which && which->include_revoked};
    weft__agentserver_input input = {.options = &query};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_CODEX_TOKENS, &input, options,
                                    WEFT__CALLBACK(agentserver_codex_token_list, cb, arg));
}

weft_call *weft_agentserver_revoke_codex_token(weft_client *client, const char *token_id,
                                               const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"token_id", token_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REVOKE_CODEX_TOKEN, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}
