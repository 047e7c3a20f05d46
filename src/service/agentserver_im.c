/* agentserver: messengers. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_call *weft_agentserver_list_channels(weft_client *client, const char *workspace_id,
                                          const weft_call_options *options, weft_agentserver_im_channel_list_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_CHANNELS, &input, options,
                                    WEFT__CALLBACK(agentserver_im_channel_list, cb, arg));
}

weft_call *weft_agentserver_patch_channel(weft_client *client, const char *workspace_id, const char *channel_id,
                                          const weft_agentserver_im_channel_patch_request *request,
                                          const weft_call_options *options, weft_agentserver_im_channel_patch_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"channel_id", channel_id}},
                                     .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_PATCH_CHANNEL, &input, options,
                                    WEFT__CALLBACK(agentserver_im_channel_patch, cb, arg));
}

weft_call *weft_agentserver_delete_channel(weft_client *client, const char *workspace_id, const char *channel_id,
                                           const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"channel_id", channel_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_CHANNEL, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_weixin_qr_start(weft_client *client, const char *workspace_id,
                                            const weft_call_options *options,
                                            weft_agentserver_im_weixin_qr_start_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_WEIXIN_QR_START, &input, options,
                                    WEFT__CALLBACK(agentserver_im_weixin_qr_start, cb, arg));
}

weft_call *weft_agentserver_weixin_qr_wait(weft_client *client, const char *workspace_id,
                                           const weft_call_options *options, weft_agentserver_im_weixin_qr_wait_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_WEIXIN_QR_WAIT, &input, options,
                                    WEFT__CALLBACK(agentserver_im_weixin_qr_wait, cb, arg));
}

weft_call *weft_agentserver_configure_telegram(weft_client *client, const char *workspace_id,
                                               const weft_agentserver_im_telegram_configure_request *request,
                                               const weft_call_options *options,
                                               weft_agentserver_im_telegram_configure_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CONFIGURE_TELEGRAM, &input, options,
                                    WEFT__CALLBACK(agentserver_im_telegram_configure, cb, arg));
}

weft_call *weft_agentserver_configure_matrix(weft_client *client, const char *workspace_id,
                                             const weft_agentserver_im_matrix_configure_request *request,
                                             const weft_call_options *options,
                                             weft_agentserver_im_matrix_configure_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CONFIGURE_MATRIX, &input, options,
                                    WEFT__CALLBACK(agentserver_im_matrix_configure, cb, arg));
}

weft_call *weft_agentserver_bind_sandbox(weft_client *client, const char *sandbox_id,
                                         const weft_agentserver_im_sandbox_bind_request *request,
                                         const weft_call_options *options, weft_agentserver_im_sandbox_bind_cb *cb,
                                         void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_BIND_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_im_sandbox_bind, cb, arg));
}

weft_call *weft_agentserver_unbind_sandbox(weft_client *client, const char *sandbox_id,
                                           const weft_call_options *options, weft_agentserver_im_sandbox_unbind_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_UNBIND_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_im_sandbox_unbind, cb, arg));
}

bool weft_agentserver_qr_goes_on(weft_agentserver_qr_state state)
{
    switch (state) {
    case WEFT_AGENTSERVER_QR_CONFIRMED:
    case WEFT_AGENTSERVER_QR_ALREADY_BOUND:
    case WEFT_AGENTSERVER_QR_BLOCKED:
        return false;
    default:
        return true;
    }
}
