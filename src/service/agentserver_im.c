/* agentserver: messengers. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_call *weft_agentserver_list_channels(weft_client *client, const char *workspace_id,
                                          const weft_call_options *options, weft_agentserver_channel_list_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_CHANNELS, &input, options,
                                    WEFT__CALLBACK(agentserver_channel_list, cb, arg));
}

weft_call *weft_agentserver_update_channel(weft_client *client, const char *workspace_id, const char *channel_id,
                                           const weft_agentserver_update_channel_request *request,
                                           const weft_call_options *options, weft_agentserver_update_channel_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"channel_id", channel_id}},
                                     .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_UPDATE_CHANNEL, &input, options,
                                    WEFT__CALLBACK(agentserver_update_channel, cb, arg));
}

weft_call *weft_agentserver_delete_channel(weft_client *client, const char *workspace_id, const char *channel_id,
                                           const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"channel_id", channel_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_CHANNEL, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_start_weixin_login(weft_client *client, const char *workspace_id,
                                               const weft_call_options *options,
                                               weft_agentserver_start_weixin_login_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_START_WEIXIN_LOGIN, &input, options,
                                    WEFT__CALLBACK(agentserver_start_weixin_login, cb, arg));
}

weft_call *weft_agentserver_poll_weixin_login(weft_client *client, const char *workspace_id,
                                              const weft_call_options *options, weft_agentserver_weixin_login_cb *cb,
                                              void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_POLL_WEIXIN_LOGIN, &input, options,
                                    WEFT__CALLBACK(agentserver_weixin_login, cb, arg));
}

weft_call *weft_agentserver_configure_telegram(weft_client *client, const char *workspace_id,
                                               const weft_agentserver_configure_telegram_request *request,
                                               const weft_call_options *options,
                                               weft_agentserver_configure_telegram_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CONFIGURE_TELEGRAM, &input, options,
                                    WEFT__CALLBACK(agentserver_configure_telegram, cb, arg));
}

weft_call *weft_agentserver_configure_matrix(weft_client *client, const char *workspace_id,
                                             const weft_agentserver_configure_matrix_request *request,
                                             const weft_call_options *options, weft_agentserver_configure_matrix_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CONFIGURE_MATRIX, &input, options,
                                    WEFT__CALLBACK(agentserver_configure_matrix, cb, arg));
}

weft_call *weft_agentserver_bind_sandbox(weft_client *client, const char *sandbox_id,
                                         const weft_agentserver_bind_sandbox_request *request,
                                         const weft_call_options *options, weft_agentserver_bind_sandbox_cb *cb,
                                         void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_BIND_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_bind_sandbox, cb, arg));
}

weft_call *weft_agentserver_unbind_sandbox(weft_client *client, const char *sandbox_id,
                                           const weft_call_options *options, weft_agentserver_unbind_sandbox_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_UNBIND_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_unbind_sandbox, cb, arg));
}

bool weft_agentserver_weixin_login_is_final(const weft_agentserver_weixin_login *login)
{
    return weft_agentserver_weixin_login_is_completed(login) || weft_agentserver_weixin_login_is_failed(login);
}

bool weft_agentserver_weixin_login_is_completed(const weft_agentserver_weixin_login *login)
{
    return login && (login->state == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED ||
                     login->state == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_ALREADY_BOUND);
}

bool weft_agentserver_weixin_login_is_failed(const weft_agentserver_weixin_login *login)
{
    return login && login->state == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_BLOCKED;
}
