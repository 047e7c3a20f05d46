/* agentserver: workspaces, members and keys. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

/* ---- Workspaces ----------------------------------------------------------------------------------- */

weft_call *weft_agentserver_list_workspaces(weft_client *client, const weft_call_options *options,
                                            weft_agentserver_workspace_list_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_WORKSPACES, NULL, options,
                                    WEFT__CALLBACK(agentserver_workspace_list, cb, arg));
}

weft_call *weft_agentserver_create_workspace(weft_client *client,
                                             const weft_agentserver_create_workspace_request *request,
                                             const weft_call_options *options, weft_agentserver_workspace_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_WORKSPACE, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace, cb, arg));
}

weft_call *weft_agentserver_get_workspace_quota(weft_client *client, const weft_call_options *options,
                                                weft_agentserver_workspace_quota_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_WORKSPACE_QUOTA, NULL, options,
                                    WEFT__CALLBACK(agentserver_workspace_quota, cb, arg));
}

weft_call *weft_agentserver_get_workspace(weft_client *client, const char *workspace_id,
                                          const weft_call_options *options, weft_agentserver_workspace_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_WORKSPACE, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace, cb, arg));
}

weft_call *weft_agentserver_rename_workspace(weft_client *client, const char *workspace_id,
                                             const weft_agentserver_rename_workspace_request *request,
                                             const weft_call_options *options, weft_agentserver_workspace_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_RENAME_WORKSPACE, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace, cb, arg));
}

weft_call *weft_agentserver_delete_workspace(weft_client *client, const char *workspace_id,
                                             const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_WORKSPACE, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_get_workspace_defaults(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options,
                                                   weft_agentserver_workspace_defaults_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_WORKSPACE_DEFAULTS, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace_defaults, cb, arg));
}

/* ---- Members -------------------------------------------------------------------------------------- */

weft_call *weft_agentserver_list_members(weft_client *client, const char *workspace_id,
                                         const weft_call_options *options, weft_agentserver_member_list_cb *cb,
                                         void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_MEMBERS, &input, options,
                                    WEFT__CALLBACK(agentserver_member_list, cb, arg));
}

weft_call *weft_agentserver_add_member(weft_client *client, const char *workspace_id,
                                       const weft_agentserver_add_member_request *request,
                                       const weft_call_options *options, weft_agentserver_member_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADD_MEMBER, &input, options,
                                    WEFT__CALLBACK(agentserver_member, cb, arg));
}

weft_call *weft_agentserver_set_member_role(weft_client *client, const char *workspace_id, const char *user_id,
                                            const weft_agentserver_set_member_role_request *request,
                                            const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"user_id", user_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_SET_MEMBER_ROLE, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_remove_member(weft_client *client, const char *workspace_id, const char *user_id,
                                          const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"user_id", user_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REMOVE_MEMBER, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

/* ---- Workspace API keys --------------------------------------------------------------------------- */

weft_call *weft_agentserver_list_api_key_scopes(weft_client *client, const char *workspace_id,
                                                const weft_call_options *options,
                                                weft_agentserver_api_key_scope_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_API_KEY_SCOPES, &input, options,
                                    WEFT__CALLBACK(agentserver_api_key_scope_list, cb, arg));
}

weft_call *weft_agentserver_list_api_keys(weft_client *client, const char *workspace_id,
                                          const weft_call_options *options, weft_agentserver_api_key_list_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_API_KEYS, &input, options,
                                    WEFT__CALLBACK(agentserver_api_key_list, cb, arg));
}

weft_call *weft_agentserver_create_api_key(weft_client *client, const char *workspace_id,
                                           const weft_agentserver_create_api_key_request *request,
                                           const weft_call_options *options, weft_agentserver_create_api_key_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_API_KEY, &input, options,
                                    WEFT__CALLBACK(agentserver_create_api_key, cb, arg));
}

weft_call *weft_agentserver_revoke_api_key(weft_client *client, const char *workspace_id, const char *key_id,
                                           const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"key_id", key_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REVOKE_API_KEY, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}
