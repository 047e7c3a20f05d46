/* Handinger's public functions: each checks its arguments and names its operation. */
#include "weft/handinger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "compose/pages.h"
#include "compose/wait.h"
#include "service/common.h"
#include "service/handinger_check.h"
#include "service/handinger_operations.h"
#include "service/handinger_types.h"

static const weft__operation *operation(int index)
{
    return &weft__handinger_operations[index];
}

/* An operation on one worker, without a body. */
static weft_call *submit_on_worker(weft_client *client, int index, const char *worker_id,
                                   const weft_call_options *options, weft__hook hook)
{
    weft__invocation invocation = {
        .operation = operation(index),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .invalid = weft__handinger_check_worker(worker_id),
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options, hook);
}

/* ---- Workers ----------------------------------------------------------------------------------------- */

weft_call *weft_handinger_create_worker(weft_client *client, const weft_handinger_create_worker_request *request,
                                        const weft_call_options *options, weft_handinger_worker_template_cb *cb,
                                        void *arg)
{
    static const weft_handinger_create_worker_request defaults;
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_CREATE_WORKER),
        .request = request ? request : &defaults,
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_worker_template, cb, arg));
}

weft_call *weft_handinger_get_worker(weft_client *client, const char *worker_id,
                                     const weft_handinger_get_worker_options *query, const weft_call_options *options,
                                     weft_handinger_worker_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_GET_WORKER),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .options = query,
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_worker, cb, arg));
}

weft_stream *weft_handinger_stream_worker(weft_client *client, const char *worker_id, const weft_call_options *options,
                                          const weft_stream_callbacks *callbacks, void *arg)
{
    weft__query_item item = {"stream", WEFT_HANDINGER_STREAM_TRUE};
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_GET_WORKER),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .query = &item,
        .query_count = 1,
        .service = &weft__handinger_service,
        .invalid = weft__handinger_check_worker(worker_id),
    };

    return weft__stream_submit(client, &invocation, options, callbacks, arg);
}

weft_call *weft_handinger_update_worker(weft_client *client, const char *worker_id,
                                        const weft_handinger_update_worker_request *request,
                                        const weft_call_options *options, weft_handinger_worker_template_cb *cb,
                                        void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_UPDATE_WORKER),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .request = request,
        .invalid = weft__handinger_check_update_worker(worker_id, request),
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_worker_template, cb, arg));
}

weft_call *weft_handinger_delete_worker(weft_client *client, const char *worker_id, const weft_call_options *options,
                                        weft_handinger_delete_worker_cb *cb, void *arg)
{
    return submit_on_worker(client, WEFT__HANDINGER_DELETE_WORKER, worker_id, options,
                            WEFT__CALLBACK(handinger_delete_worker, cb, arg));
}

weft_call *weft_handinger_get_worker_email(weft_client *client, const char *worker_id, const weft_call_options *options,
                                           weft_handinger_worker_email_cb *cb, void *arg)
{
    return submit_on_worker(client, WEFT__HANDINGER_GET_WORKER_EMAIL, worker_id, options,
                            WEFT__CALLBACK(handinger_worker_email, cb, arg));
}

/* ---- Schedules --------------------------------------------------------------------------------------- */

weft_call *weft_handinger_create_schedule(weft_client *client, const char *worker_id,
                                          const weft_handinger_create_schedule_request *request,
                                          const weft_call_options *options, weft_handinger_schedule_cb *cb, void *arg)
{
    static const weft_handinger_create_schedule_request none;
    const weft_handinger_create_schedule_request *given = request ? request : &none;
    weft__handinger_schedule_request body = {given->input, &given->when, given->budget, given->extra};
    weft__invocation invocation = {
        .operation = given->repeatable ? &weft__handinger_create_schedule_repeatable
                                       : operation(WEFT__HANDINGER_CREATE_SCHEDULE),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .request = &body,
        .invalid = weft__is_empty(worker_id) ? weft__handinger_check_worker(worker_id)
                   : request                 ? NULL
                                             : "request is required",
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_schedule, cb, arg));
}

weft_call *weft_handinger_list_schedules(weft_client *client, const char *worker_id, const weft_call_options *options,
                                         weft_handinger_schedule_list_cb *cb, void *arg)
{
    return submit_on_worker(client, WEFT__HANDINGER_LIST_SCHEDULES, worker_id, options,
                            WEFT__CALLBACK(handinger_schedule_list, cb, arg));
}

weft_call *weft_handinger_cancel_schedule(weft_client *client, const char *worker_id, const char *schedule_id,
                                          const weft_call_options *options, weft_handinger_cancel_schedule_cb *cb,
                                          void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_CANCEL_SCHEDULE),
        .segments = {worker_id, schedule_id},
        .segment_names = {"worker_id", "schedule_id"},
        .invalid = weft__handinger_check_schedule_id(worker_id, schedule_id),
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_cancel_schedule, cb, arg));
}

/* ---- Tasks: for those that run see handinger_task.c -------------------------------------------------- */

/* An operation on one task. */
static weft_call *submit_on_task(weft_client *client, int index, const char *task_id, const weft_call_options *options,
                                 weft__hook hook)
{
    weft__invocation invocation = {
        .operation = operation(index),
        .segments = {task_id},
        .segment_names = {"task_id"},
        .invalid = weft__handinger_check_task_id(task_id),
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options, hook);
}

weft_call *weft_handinger_get_task(weft_client *client, const char *task_id, const weft_call_options *options,
                                   weft_handinger_task_with_turns_cb *cb, void *arg)
{
    return submit_on_task(client, WEFT__HANDINGER_GET_TASK, task_id, options,
                          WEFT__CALLBACK(handinger_task_with_turns, cb, arg));
}

weft_call *weft_handinger_delete_task(weft_client *client, const char *task_id, const weft_call_options *options,
                                      weft_handinger_delete_task_cb *cb, void *arg)
{
    return submit_on_task(client, WEFT__HANDINGER_DELETE_TASK, task_id, options,
                          WEFT__CALLBACK(handinger_delete_task, cb, arg));
}

static bool task_is_final(const void *result)
{
    const weft_handinger_task_with_turns *answer = result;

    return weft_handinger_task_is_final(answer->task);
}

static weft_str task_status(const void *result)
{
    const weft_handinger_task_with_turns *answer = result;

    return answer->task ? answer->task->status : (weft_str){NULL, 0};
}

WEFT__DEFINE_TELL_CHANGE(handinger_task, weft_handinger_task_with_turns)

static const weft__wait_kind end_of_task = {
    .unfinished = "the task had not ended",
    .is_final = task_is_final,
    .status = task_status,
    .tell_change = tell_handinger_task_change,
};

weft_call *weft_handinger_wait_task(weft_client *client, const char *task_id, const weft_wait_options *wait,
                                    weft_handinger_task_change_cb *on_change, const weft_call_options *options,
                                    weft_handinger_task_with_turns_cb *cb, void *arg)
{
    weft__invocation look = {
        .operation = operation(WEFT__HANDINGER_GET_TASK),
        .segments = {task_id},
        .segment_names = {"task_id"},
        .service = &weft__handinger_service,
        .invalid = weft__handinger_check_task_id(task_id),
    };

    return weft__wait_submit(client,
                             &(weft__wait){
                                 .kind = &end_of_task,
                                 .invocation = &look,
                                 .options = wait,
                                 .on_change = WEFT__ON_CHANGE(handinger_task, on_change, arg),
                             },
                             options, WEFT__CALLBACK(handinger_task_with_turns, cb, arg));
}

/* ---- Webhooks ---------------------------------------------------------------------------------------- */

weft_call *weft_handinger_get_webhook(weft_client *client, const char *worker_id, const weft_call_options *options,
                                      weft_handinger_webhook_cb *cb, void *arg)
{
    return submit_on_worker(client, WEFT__HANDINGER_GET_WEBHOOK, worker_id, options,
                            WEFT__CALLBACK(handinger_webhook, cb, arg));
}

weft_call *weft_handinger_set_webhook(weft_client *client, const char *worker_id,
                                      const weft_handinger_set_webhook_request *request,
                                      const weft_call_options *options, weft_handinger_webhook_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_SET_WEBHOOK),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .request = request,
        .invalid = weft__handinger_check_worker(worker_id),
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_webhook, cb, arg));
}

weft_call *weft_handinger_delete_webhook(weft_client *client, const char *worker_id, const weft_call_options *options,
                                         weft_handinger_webhook_cb *cb, void *arg)
{
    return submit_on_worker(client, WEFT__HANDINGER_DELETE_WEBHOOK, worker_id, options,
                            WEFT__CALLBACK(handinger_webhook, cb, arg));
}

weft_call *weft_handinger_regenerate_webhook_token(weft_client *client, const char *worker_id,
                                                   const weft_call_options *options, weft_handinger_webhook_cb *cb,
                                                   void *arg)
{
    return submit_on_worker(client, WEFT__HANDINGER_REGENERATE_WEBHOOK_TOKEN, worker_id, options,
                            WEFT__CALLBACK(handinger_webhook, cb, arg));
}

static const void *execution_at(const void *result, size_t index)
{
    const weft_handinger_webhook_execution_list *list = result;

    return index < list->count ? &list->items[index] : NULL;
}

static bool is_last_page(const void *result, int64_t page)
{
    const weft_handinger_webhook_execution_list *list = result;

    return list->count == 0 || page >= list->page_count;
}

static bool hand_over(const void *item, const weft__hook *hook)
{
    weft_handinger_each_webhook_execution_cb *each;

    memcpy(&each, hook->function, sizeof(each));
    return each(item, hook->arg);
}

weft_call *weft_handinger_each_webhook_execution(weft_client *client, const char *worker_id,
                                                 const weft_handinger_list_webhook_executions_options *page,
                                                 weft_handinger_each_webhook_execution_cb *each,
                                                 const weft_call_options *options,
                                                 weft_handinger_webhook_execution_list_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_LIST_WEBHOOK_EXECUTIONS),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .service = &weft__handinger_service,
        .invalid = weft__handinger_check_each_execution(worker_id, page, each != NULL),
    };
    weft__pages pages = {
        .invocation = &invocation,
        .page_name = "page",
        .first_page = page && page->page.state == WEFT_PRESENCE_VALUE ? page->page.value : 0,
        .item = execution_at,
        .is_last = is_last_page,
        .each = hand_over,
        .hook = {.arg = arg},
    };

    memcpy(pages.hook.function, &each, sizeof(each));
    return weft__pages_submit(client, &pages, options, WEFT__CALLBACK(handinger_webhook_execution_list, cb, arg));
}

weft_call *weft_handinger_list_webhook_executions(weft_client *client, const char *worker_id,
                                                  const weft_handinger_list_webhook_executions_options *page,
                                                  const weft_call_options *options,
                                                  weft_handinger_webhook_execution_list_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__HANDINGER_LIST_WEBHOOK_EXECUTIONS),
        .segments = {worker_id},
        .segment_names = {"worker_id"},
        .options = page,
    };

    return weft__service_submit(&weft__handinger_service, client, &invocation, options,
                                WEFT__CALLBACK(handinger_webhook_execution_list, cb, arg));
}
