/* agentserver: language models. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_call *weft_agentserver_get_llm_config(weft_client *client, const char *workspace_id,
                                           const weft_call_options *options, weft_agentserver_llm_config_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_LLM_CONFIG, &input, options,
                                    WEFT__CALLBACK(agentserver_llm_config, cb, arg));
}

weft_call *weft_agentserver_set_llm_config(weft_client *client, const char *workspace_id,
                                           const weft_agentserver_set_llm_config_request *request,
                                           const weft_call_options *options, weft_agentserver_set_llm_config_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_SET_LLM_CONFIG, &input, options,
                                    WEFT__CALLBACK(agentserver_set_llm_config, cb, arg));
}

weft_call *weft_agentserver_delete_llm_config(weft_client *client, const char *workspace_id,
                                              const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_LLM_CONFIG, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_get_llm_quota(weft_client *client, const char *workspace_id,
                                          const weft_call_options *options, weft_agentserver_llm_quota_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_LLM_QUOTA, &input, options,
                                    WEFT__CALLBACK(agentserver_llm_quota, cb, arg));
}

weft_call *weft_agentserver_connect_modelserver(weft_client *client, const char *workspace_id,
                                                const weft_call_options *options,
                                                weft_agentserver_connect_modelserver_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CONNECT_MODELSERVER, &input, options,
                                    WEFT__CALLBACK(agentserver_connect_modelserver, cb, arg));
}

weft_call *weft_agentserver_disconnect_modelserver(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DISCONNECT_MODELSERVER, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_get_modelserver_status(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options,
                                                   weft_agentserver_modelserver_status_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_MODELSERVER_STATUS, &input, options,
                                    WEFT__CALLBACK(agentserver_modelserver_status, cb, arg));
}
