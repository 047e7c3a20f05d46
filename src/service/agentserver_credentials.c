/* agentserver: credentials. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

enum { DEVICE_CODE_SECONDS = 900, DEVICE_CODE_MARGIN_SECONDS = 30 };

/* As long as the code is good, and a little more for the server to say that it no longer is. */
static uint32_t device_code_ms(int64_t expires_in)
{
    int64_t seconds = expires_in > 0 ? expires_in : DEVICE_CODE_SECONDS;

    if (seconds > UINT32_MAX / 1000 - DEVICE_CODE_MARGIN_SECONDS)
        return WEFT_NO_TIMEOUT;
    return (uint32_t)(seconds + DEVICE_CODE_MARGIN_SECONDS) * 1000;
}

weft_call *weft_agentserver_list_bindings(weft_client *client, const char *workspace_id, const char *kind,
                                          const weft_call_options *options,
                                          weft_agentserver_credential_binding_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"kind", kind}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_BINDINGS, &input, options,
                                    WEFT__CALLBACK(agentserver_credential_binding_list, cb, arg));
}

weft_call *weft_agentserver_create_binding(weft_client *client, const char *workspace_id, const char *kind,
                                           const weft_agentserver_credential_binding_create_request *request,
                                           const weft_call_options *options,
                                           weft_agentserver_credential_binding_create_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"kind", kind}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_BINDING, &input, options,
                                    WEFT__CALLBACK(agentserver_credential_binding_create, cb, arg));
}

weft_call *weft_agentserver_patch_binding(weft_client *client, const char *workspace_id, const char *kind,
                                          const char *binding_id,
                                          const weft_agentserver_credential_binding_patch_request *request,
                                          const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"binding_id", binding_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_PATCH_BINDING, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_delete_binding(weft_client *client, const char *workspace_id, const char *kind,
                                           const char *binding_id, const weft_call_options *options, weft_done_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"binding_id", binding_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_BINDING, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_set_default_binding(weft_client *client, const char *workspace_id, const char *kind,
                                                const char *binding_id, const weft_call_options *options,
                                                weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"binding_id", binding_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_SET_DEFAULT_BINDING, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_complete_device_code(weft_client *client, const char *workspace_id, const char *kind,
                                                 const char *binding_id, int64_t expires_in,
                                                 const weft_call_options *options,
                                                 weft_agentserver_credential_binding_create_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"binding_id", binding_id}},
        .total_ms = device_code_ms(expires_in)};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_COMPLETE_DEVICE_CODE, &input, options,
                                    WEFT__CALLBACK(agentserver_credential_binding_create, cb, arg));
}
