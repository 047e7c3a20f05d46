/* agentserver: administration. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_call *weft_agentserver_admin_list_users(weft_client *client, const weft_call_options *options,
                                             weft_agentserver_admin_user_list_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_LIST_USERS, NULL, options,
                                    WEFT__CALLBACK(agentserver_admin_user_list, cb, arg));
}

weft_call *weft_agentserver_admin_set_user_role(weft_client *client, const char *user_id,
                                                const weft_agentserver_admin_set_user_role_request *request,
                                                const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"user_id", user_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_SET_USER_ROLE, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_admin_list_workspaces(weft_client *client, const weft_call_options *options,
                                                  weft_agentserver_admin_workspace_list_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_LIST_WORKSPACES, NULL, options,
                                    WEFT__CALLBACK(agentserver_admin_workspace_list, cb, arg));
}

weft_call *weft_agentserver_admin_list_sandboxes(weft_client *client, const weft_call_options *options,
                                                 weft_agentserver_admin_sandbox_list_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_LIST_SANDBOXES, NULL, options,
                                    WEFT__CALLBACK(agentserver_admin_sandbox_list, cb, arg));
}

weft_call *weft_agentserver_admin_get_quota_defaults(weft_client *client, const weft_call_options *options,
                                                     weft_agentserver_admin_quota_defaults_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_GET_QUOTA_DEFAULTS, NULL, options,
                                    WEFT__CALLBACK(agentserver_admin_quota_defaults, cb, arg));
}

weft_call *weft_agentserver_admin_set_quota_defaults(weft_client *client,
                                                     const weft_agentserver_admin_set_quota_defaults_request *request,
                                                     const weft_call_options *options,
                                                     weft_agentserver_admin_quota_defaults_cb *cb, void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_SET_QUOTA_DEFAULTS, &input, options,
                                    WEFT__CALLBACK(agentserver_admin_quota_defaults, cb, arg));
}

weft_call *weft_agentserver_admin_get_user_quota(weft_client *client, const char *user_id,
                                                 const weft_call_options *options,
                                                 weft_agentserver_admin_user_quota_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"user_id", user_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_GET_USER_QUOTA, &input, options,
                                    WEFT__CALLBACK(agentserver_admin_user_quota, cb, arg));
}

weft_call *weft_agentserver_admin_set_user_quota(weft_client *client, const char *user_id,
                                                 const weft_agentserver_admin_set_user_quota_request *request,
                                                 const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"user_id", user_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_SET_USER_QUOTA, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_admin_delete_user_quota(weft_client *client, const char *user_id,
                                                    const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"user_id", user_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_DELETE_USER_QUOTA, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_admin_get_workspace_quota(weft_client *client, const char *workspace_id,
                                                      const weft_call_options *options,
                                                      weft_agentserver_admin_workspace_quota_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_GET_WORKSPACE_QUOTA, &input, options,
                                    WEFT__CALLBACK(agentserver_admin_workspace_quota, cb, arg));
}

weft_call *weft_agentserver_admin_set_workspace_quota(weft_client *client, const char *workspace_id,
                                                      const weft_agentserver_admin_set_workspace_quota_request *request,
                                                      const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_SET_WORKSPACE_QUOTA, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_admin_delete_workspace_quota(weft_client *client, const char *workspace_id,
                                                         const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_DELETE_WORKSPACE_QUOTA, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_admin_get_llm_quota(weft_client *client, const char *workspace_id,
                                                const weft_call_options *options, weft_agentserver_llm_quota_cb *cb,
                                                void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_GET_LLM_QUOTA, &input, options,
                                    WEFT__CALLBACK(agentserver_llm_quota, cb, arg));
}

weft_call *weft_agentserver_admin_set_llm_quota(weft_client *client, const char *workspace_id,
                                                const weft_agentserver_admin_set_llm_quota_request *request,
                                                const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_SET_LLM_QUOTA, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_admin_delete_llm_quota(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADMIN_DELETE_LLM_QUOTA, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}
