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
                                             const weft_agentserver_workspace_create_request *request,
                                             const weft_call_options *options, weft_agentserver_workspace_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_WORKSPACE, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace, cb, arg));
}

weft_call *weft_agentserver_workspace_quota(weft_client *client, const weft_call_options *options,
                                            weft_agentserver_workspace_quota_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_WORKSPACE_QUOTA, NULL, options,
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
                                             const weft_agentserver_workspace_rename_request *request,
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

weft_call *weft_agentserver_workspace_defaults(weft_client *client, const char *workspace_id,
                                               const weft_call_options *options,
                                               weft_agentserver_workspace_defaults_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_WORKSPACE_DEFAULTS, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace_defaults, cb, arg));
}

/* ---- Members -------------------------------------------------------------------------------------- */

weft_call *weft_agentserver_list_members(weft_client *client, const char *workspace_id,
                                         const weft_call_options *options,
                                         weft_agentserver_workspace_member_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_MEMBERS, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace_member_list, cb, arg));
}

weft_call *weft_agentserver_add_member(weft_client *client, const char *workspace_id,
                                       const weft_agentserver_member_add_request *request,
                                       const weft_call_options *options, weft_agentserver_workspace_member_cb *cb,
                                       void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_ADD_MEMBER, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace_member, cb, arg));
}

weft_call *weft_agentserver_change_member_role(weft_client *client, const char *workspace_id, const char *user_id,
                                               const weft_agentserver_member_role_update_request *request,
                                               const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"user_id", user_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CHANGE_MEMBER_ROLE, &input, options,
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

weft_call *weft_agentserver_list_key_scopes(weft_client *client, const char *workspace_id,
                                            const weft_call_options *options,
                                            weft_agentserver_api_key_scope_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_KEY_SCOPES, &input, options,
                                    WEFT__CALLBACK(agentserver_api_key_scope_list, cb, arg));
}

weft_call *weft_agentserver_list_keys(weft_client *client, const char *workspace_id, const weft_call_options *options,
                                      weft_agentserver_workspace_api_key_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_KEYS, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace_api_key_list, cb, arg));
}

weft_call *weft_agentserver_mint_key(weft_client *client, const char *workspace_id,
                                     const weft_agentserver_workspace_api_key_mint_request *request,
                                     const weft_call_options *options, weft_agentserver_workspace_api_key_mint_cb *cb,
                                     void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_MINT_KEY, &input, options,
                                    WEFT__CALLBACK(agentserver_workspace_api_key_mint, cb, arg));
}

weft_call *weft_agentserver_revoke_key(weft_client *client, const char *workspace_id, const char *key_id,
                                       const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"key_id", key_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REVOKE_KEY, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}
