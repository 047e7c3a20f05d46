/* agentserver: tasks. */
#include "weft/agentserver.h"

#include <string.h>

#include "base/text.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_call *weft_agentserver_create_task(weft_client *client, const char *workspace_id,
                                        const weft_agentserver_create_task_request *request,
                                        const weft_call_options *options, weft_agentserver_create_task_cb *cb,
                                        void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_TASK, &input, options,
                                    WEFT__CALLBACK(agentserver_create_task, cb, arg));
}

weft_call *weft_agentserver_create_task_as_agent(weft_client *client,
                                                 const weft_agentserver_create_task_request *request,
                                                 const weft_call_options *options, weft_agentserver_create_task_cb *cb,
                                                 void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CREATE_TASK_AS_AGENT, &input, options,
                                    WEFT__CALLBACK(agentserver_create_task, cb, arg));
}

weft_call *weft_agentserver_list_tasks(weft_client *client, const char *workspace_id, const weft_call_options *options,
                                       weft_agentserver_task_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_TASKS, &input, options,
                                    WEFT__CALLBACK(agentserver_task_list, cb, arg));
}

weft_call *weft_agentserver_get_task(weft_client *client, const char *task_id,
                                     const weft_agentserver_get_task_options *what, const weft_call_options *options,
                                     weft_agentserver_task_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"task_id", task_id}}, .options = what};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_TASK, &input, options,
                                    WEFT__CALLBACK(agentserver_task, cb, arg));
}

weft_call *weft_agentserver_get_task_as_agent(weft_client *client, const char *task_id,
                                              const weft_agentserver_get_task_options *what,
                                              const weft_call_options *options, weft_agentserver_task_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"task_id", task_id}}, .options = what};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_TASK_AS_AGENT, &input, options,
                                    WEFT__CALLBACK(agentserver_task, cb, arg));
}

weft_call *weft_agentserver_poll_tasks(weft_client *client, const weft_agentserver_poll_tasks_options *whose,
                                       const weft_call_options *options, weft_agentserver_assigned_task_list_cb *cb,
                                       void *arg)
{
    weft__agentserver_input input = {.options = whose};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_POLL_TASKS, &input, options,
                                    WEFT__CALLBACK(agentserver_assigned_task_list, cb, arg));
}

/* Servers take a failure without a reason; those who read of it could make nothing of it. */
const char *weft__agentserver_objection_to_status(weft_client *client, const weft__invocation *invocation,
                                                  weft_code *code)
{
    const weft_agentserver_update_task_status_request *request = invocation->request;

    (void)client, (void)code;
    if (!request->status || strcmp(request->status, WEFT_AGENTSERVER_TASK_FAILED) != 0)
        return NULL;
    return weft__require(request->failure_reason, "failure_reason is required where status is \"failed\"");
}

weft_call *weft_agentserver_update_task_status(weft_client *client, const char *task_id,
                                               const weft_agentserver_update_task_status_request *request,
                                               const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"task_id", task_id}}, .request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_UPDATE_TASK_STATUS, &input, options,
                                    WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_agentserver_cancel_task(weft_client *client, const char *task_id, const weft_call_options *options,
                                        weft_agentserver_cancel_task_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"task_id", task_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CANCEL_TASK, &input, options,
                                    WEFT__CALLBACK(agentserver_cancel_task, cb, arg));
}

static bool has_status(const weft_agentserver_task *task, const char *status)
{
    return task && weft__text_equal(task->status, weft__str(status));
}

bool weft_agentserver_task_is_final(const weft_agentserver_task *task)
{
    return weft_agentserver_task_is_completed(task) || weft_agentserver_task_is_failed(task) ||
           weft_agentserver_task_is_cancelled(task);
}

bool weft_agentserver_task_is_completed(const weft_agentserver_task *task)
{
    return has_status(task, WEFT_AGENTSERVER_TASK_COMPLETED);
}

bool weft_agentserver_task_is_failed(const weft_agentserver_task *task)
{
    return has_status(task, WEFT_AGENTSERVER_TASK_FAILED);
}

bool weft_agentserver_task_is_cancelled(const weft_agentserver_task *task)
{
    return has_status(task, WEFT_AGENTSERVER_TASK_CANCELLED);
}

static bool is_final(const void *result)
{
    return weft_agentserver_task_is_final(result);
}

static weft_str status_of(const void *result)
{
    return ((const weft_agentserver_task *)result)->status;
}

WEFT__DEFINE_TELL_CHANGE(agentserver_task, weft_agentserver_task)

static const weft__wait_kind end_of_task = {
    .unfinished = "the task had not ended",
    .is_final = is_final,
    .status = status_of,
    .tell_change = tell_agentserver_task_change,
};

static weft_call *wait_for_task(weft_client *client, int index, const char *task_id, const weft_wait_options *wait,
                                weft_agentserver_task_change_cb *on_change, const weft_call_options *options,
                                weft__hook hook)
{
    weft__agentserver_input input = {.ids = {{"task_id", task_id}}};
    weft__wait polling = {
        .kind = &end_of_task,
        .options = wait,
        .on_change = WEFT__ON_CHANGE(agentserver_task, on_change, hook.arg),
    };

    return weft__agentserver_wait(client, index, &input, &polling, options, hook);
}

weft_call *weft_agentserver_wait_task(weft_client *client, const char *task_id, const weft_wait_options *wait,
                                      weft_agentserver_task_change_cb *on_change, const weft_call_options *options,
                                      weft_agentserver_task_cb *cb, void *arg)
{
    return wait_for_task(client, WEFT__AGENTSERVER_GET_TASK, task_id, wait, on_change, options,
                         WEFT__CALLBACK(agentserver_task, cb, arg));
}

weft_call *weft_agentserver_wait_task_as_agent(weft_client *client, const char *task_id, const weft_wait_options *wait,
                                               weft_agentserver_task_change_cb *on_change,
                                               const weft_call_options *options, weft_agentserver_task_cb *cb,
                                               void *arg)
{
    return wait_for_task(client, WEFT__AGENTSERVER_GET_TASK_AS_AGENT, task_id, wait, on_change, options,
                         WEFT__CALLBACK(agentserver_task, cb, arg));
}
