/* agentserver: credentials. */
#include "weft/agentserver.h"

#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

enum { DEVICE_CODE_SECONDS = 900, DEVICE_CODE_MARGIN_SECONDS = 30 };

/* As long as the code is good, and a little more for the server to say that it no longer is. */
static uint32_t device_code_ms(const weft_agentserver_complete_device_code_options *pending)
{
    int64_t seconds = pending && pending->expires_in_s > 0 ? pending->expires_in_s : DEVICE_CODE_SECONDS;

    if (seconds > UINT32_MAX / 1000 - DEVICE_CODE_MARGIN_SECONDS)
        return WEFT_NO_TIMEOUT;
    return (uint32_t)(seconds + DEVICE_CODE_MARGIN_SECONDS) * 1000;
}

weft_call *weft_agentserver_list_credentials(weft_client *client, const char *workspace_id, const char *kind,
                                             const weft_call_options *options, weft_agentserver_credential_list_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"kind", kind}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_CREDENTIALS, &input, options,
                                    WEFT__CALLBACK(agentserver_credential_list, cb, arg));
}

weft_call *weft_agentserver_create_credential(weft_client *client, const char *workspace_id, const char *kind,
                                              const weft_agentserver_create_credential_request *request,
                                              const weft_call_options *options,
                                              weft_agentserver_create_credential_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}, {"kind", kind}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_CREDENTIAL, &input, options,
                                    WEFT__CALLBACK(agentserver_create_credential, cb, arg));
}

weft_call *weft_agentserver_rename_credential(weft_client *client, const char *workspace_id, const char *kind,
                                              const char *credential_id,
                                              const weft_agentserver_rename_credential_request *request,
                                              const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"credential_id", credential_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_RENAME_CREDENTIAL, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_delete_credential(weft_client *client, const char *workspace_id, const char *kind,
                                              const char *credential_id, const weft_call_options *options,
                                              weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"credential_id", credential_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_CREDENTIAL, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_set_default_credential(weft_client *client, const char *workspace_id, const char *kind,
                                                   const char *credential_id, const weft_call_options *options,
                                                   weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"credential_id", credential_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_SET_DEFAULT_CREDENTIAL, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_complete_device_code(weft_client *client, const char *workspace_id, const char *kind,
                                                 const char *credential_id,
                                                 const weft_agentserver_complete_device_code_options *pending,
                                                 const weft_call_options *options,
                                                 weft_agentserver_create_credential_cb *cb, void *arg)
{
    weft__agentserver_input input = {
        .ids = {{"workspace_id", workspace_id}, {"kind", kind}, {"credential_id", credential_id}},
        .total_ms = device_code_ms(pending)};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_COMPLETE_DEVICE_CODE, &input, options,
                                    WEFT__CALLBACK(agentserver_create_credential, cb, arg));
}
