/* agentserver: usage, traces and operations. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_call *weft_agentserver_list_sandbox_usage(weft_client *client, const char *sandbox_id,
                                               const weft_call_options *options,
                                               weft_agentserver_sandbox_usage_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_SANDBOX_USAGE, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox_usage_list, cb, arg));
}

weft_call *weft_agentserver_list_sandbox_traces(weft_client *client, const char *sandbox_id,
                                                const weft_agentserver_list_sandbox_traces_options *page,
                                                const weft_call_options *options, weft_agentserver_trace_list_cb *cb,
                                                void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}, .options = page};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_SANDBOX_TRACES, &input, options,
                                    WEFT__CALLBACK(agentserver_trace_list, cb, arg));
}

weft_call *weft_agentserver_get_sandbox_trace(weft_client *client, const char *sandbox_id, const char *trace_id,
                                              const weft_call_options *options,
                                              weft_agentserver_trace_with_requests_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}, {"trace_id", trace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_SANDBOX_TRACE, &input, options,
                                    WEFT__CALLBACK(agentserver_trace_with_requests, cb, arg));
}

weft_call *weft_agentserver_list_workspace_traces(weft_client *client, const char *workspace_id,
                                                  const weft_agentserver_list_workspace_traces_options *page,
                                                  const weft_call_options *options, weft_agentserver_trace_list_cb *cb,
                                                  void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .options = page};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_WORKSPACE_TRACES, &input, options,
                                    WEFT__CALLBACK(agentserver_trace_list, cb, arg));
}

weft_call *weft_agentserver_get_workspace_trace(weft_client *client, const char *workspace_id, const char *trace_id,
                                                const weft_call_options *options,
                                                weft_agentserver_trace_with_requests_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"trace_id", trace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_WORKSPACE_TRACE, &input, options,
                                    WEFT__CALLBACK(agentserver_trace_with_requests, cb, arg));
}

weft_call *weft_agentserver_list_operations(weft_client *client, const char *workspace_id,
                                            const weft_agentserver_list_operations_options *filter,
                                            const weft_call_options *options, weft_agentserver_operation_list_cb *cb,
                                            void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .options = filter};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_OPERATIONS, &input, options,
                                    WEFT__CALLBACK(agentserver_operation_list, cb, arg));
}
