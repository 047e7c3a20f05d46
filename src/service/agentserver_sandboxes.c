/* agentserver: sandboxes. */
#include "weft/agentserver.h"

#include <string.h>

#include "base/text.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

static bool is_one_of(weft_str status, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (weft__text_equal(status, weft__str(words[i])))
            return true;
    return false;
}

bool weft_agentserver_sandbox_is_changing(const weft_agentserver_sandbox *sandbox)
{
    static const char *const changing[] = {
        WEFT_AGENTSERVER_SANDBOX_STATUS_CREATING,
        WEFT_AGENTSERVER_SANDBOX_STATUS_PAUSING,
        WEFT_AGENTSERVER_SANDBOX_STATUS_RESUMING,
        WEFT_AGENTSERVER_SANDBOX_STATUS_DELETING,
    };

    return sandbox && is_one_of(sandbox->status, changing, sizeof(changing) / sizeof(changing[0]));
}

bool weft_agentserver_sandbox_is_settled(const weft_agentserver_sandbox *sandbox)
{
    static const char *const settled[] = {
        WEFT_AGENTSERVER_SANDBOX_STATUS_RUNNING,
        WEFT_AGENTSERVER_SANDBOX_STATUS_PAUSED,
        WEFT_AGENTSERVER_SANDBOX_STATUS_OFFLINE,
    };

    return sandbox && is_one_of(sandbox->status, settled, sizeof(settled) / sizeof(settled[0]));
}

bool weft_agentserver_sandbox_is_running(const weft_agentserver_sandbox *sandbox)
{
    return sandbox && weft__text_equal(sandbox->status, weft__str(WEFT_AGENTSERVER_SANDBOX_STATUS_RUNNING));
}

weft_str weft_agentserver_sandbox_get_url(const weft_agentserver_sandbox *sandbox)
{
    static const weft_agentserver_sandbox none;
    const weft_agentserver_sandbox *of = sandbox ? sandbox : &none;
    const weft_str urls[] = {of->opencode_url, of->openclaw_url, of->claudecode_url, of->jupyter_url, of->custom_url};

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
        if (urls[i].len > 0)
            return urls[i];
    return (weft_str){NULL, 0};
}

weft_call *weft_agentserver_list_sandboxes(weft_client *client, const char *workspace_id,
                                           const weft_call_options *options, weft_agentserver_sandbox_list_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_SANDBOXES, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox_list, cb, arg));
}

weft_call *weft_agentserver_create_sandbox(weft_client *client, const char *workspace_id,
                                           const weft_agentserver_create_sandbox_request *request,
                                           const weft_call_options *options, weft_agentserver_sandbox_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox, cb, arg));
}

weft_call *weft_agentserver_get_sandbox(weft_client *client, const char *sandbox_id, const weft_call_options *options,
                                        weft_agentserver_sandbox_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox, cb, arg));
}

weft_call *weft_agentserver_rename_sandbox(weft_client *client, const char *sandbox_id,
                                           const weft_agentserver_rename_sandbox_request *request,
                                           const weft_call_options *options, weft_agentserver_sandbox_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_RENAME_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox, cb, arg));
}

weft_call *weft_agentserver_delete_sandbox(weft_client *client, const char *sandbox_id,
                                           const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_DELETE_SANDBOX, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_pause_sandbox(weft_client *client, const char *sandbox_id, const weft_call_options *options,
                                          weft_agentserver_sandbox_status_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_PAUSE_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox_status, cb, arg));
}

weft_call *weft_agentserver_resume_sandbox(weft_client *client, const char *sandbox_id,
                                           const weft_call_options *options, weft_agentserver_sandbox_status_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_RESUME_SANDBOX, &input, options,
                                    WEFT__CALLBACK(agentserver_sandbox_status, cb, arg));
}

static bool is_settled(const void *result)
{
    return weft_agentserver_sandbox_is_settled(result);
}

static weft_str status_of(const void *result)
{
    return ((const weft_agentserver_sandbox *)result)->status;
}

WEFT__DEFINE_TELL_CHANGE(agentserver_sandbox, weft_agentserver_sandbox)

static const weft__wait_kind settled_sandbox = {
    .unfinished = "the sandbox had not settled",
    .is_final = is_settled,
    .status = status_of,
    .tell_change = tell_agentserver_sandbox_change,
};

weft_call *weft_agentserver_wait_sandbox(weft_client *client, const char *sandbox_id, const weft_wait_options *wait,
                                         weft_agentserver_sandbox_change_cb *on_change,
                                         const weft_call_options *options, weft_agentserver_sandbox_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};
    weft__wait polling = {
        .kind = &settled_sandbox,
        .options = wait,
        .on_change = WEFT__ON_CHANGE(agentserver_sandbox, on_change, arg),
    };

    return weft__agentserver_wait(client, WEFT__AGENTSERVER_GET_SANDBOX, &input, &polling, options,
                                  WEFT__CALLBACK(agentserver_sandbox, cb, arg));
}
