/* Only what cannot be sent, or would ask for something else than was meant: all else is the server's to
 * judge. */
#include "service/handinger_check.h"

#include <string.h>

#include "json/codec.h"
#include "service/handinger_operations.h"
#include "service/handinger_types.h"
#include "service/common.h"

static bool is(const char *text, const char *word)
{
    return strcmp(text, word) == 0;
}

const char *weft__handinger_check_worker(const char *worker_id)
{
    return weft__is_empty(worker_id) ? "missing required workerId parameter" : NULL;
}

const char *weft__handinger_check_task_id(const char *task_id)
{
    return weft__is_empty(task_id) ? "missing required taskId parameter" : NULL;
}

const char *weft__handinger_check_schedule_id(const char *worker_id, const char *schedule_id)
{
    if (weft__is_empty(worker_id))
        return weft__handinger_check_worker(worker_id);
    return weft__is_empty(schedule_id) ? "missing required scheduleId parameter" : NULL;
}

const char *weft__handinger_check_get_worker(const char *worker_id, const weft_handinger_get_worker_options *query)
{
    if (query && !weft__is_empty(query->stream) && !is(query->stream, WEFT_HANDINGER_STREAM_FALSE))
        return "stream: must be \"false\" or none; weft_handinger_stream_worker streams";
    return weft__handinger_check_worker(worker_id);
}

const char *weft__handinger_check_update_worker(const char *worker_id,
                                                const weft_handinger_update_worker_request *request)
{
    if (weft__is_empty(worker_id))
        return weft__handinger_check_worker(worker_id);
    return request ? NULL : "request is required";
}

/* ---- Schedules --------------------------------------------------------------------------------------- */

static bool has_extra(const char *extra, const char *name)
{
    weft_json ignored;

    return extra && weft__json_member(extra, strlen(extra), name, &ignored);
}

/* Exactly one of the four, with nothing of the others. */
static const char *check_when(const weft_handinger_when *when)
{
    bool date = when->date, delay = when->delay_s, cron = when->cron, interval = when->interval_s;

    if (weft__is_empty(when->type))
        return date || delay || cron || interval ? "when.type is required" : "when is required";
    if (date + delay + cron + interval > 1)
        return "when: more than one of date, delay_s, cron and interval_s is set";
    if (is(when->type, WEFT_HANDINGER_SCHEDULE_SCHEDULED))
        return date ? NULL : "when.date is required";
    if (is(when->type, WEFT_HANDINGER_SCHEDULE_DELAYED))
        return delay ? NULL : "when.delay_s is required";
    if (is(when->type, WEFT_HANDINGER_SCHEDULE_CRON))
        return cron ? NULL : "when.cron is required";
    if (is(when->type, WEFT_HANDINGER_SCHEDULE_INTERVAL))
        return interval ? NULL : "when.interval_s is required";
    return "when.type: must be one of scheduled, delayed, cron and interval";
}

const char *weft__handinger_check_schedule(const weft__handinger_schedule_request *request)
{
    if (!request->input)
        return "input is required";
    if (has_extra(request->extra, "when"))
        return NULL;
    return request->when ? check_when(request->when) : "when is required";
}

/* ---- Webhooks ---------------------------------------------------------------------------------------- */

const char *weft__handinger_check_set_webhook(const char *worker_id, const weft_handinger_set_webhook_request *request)
{
    if (weft__is_empty(worker_id))
        return weft__handinger_check_worker(worker_id);
    if (!request)
        return "request is required";
    return request->url.state == WEFT_PRESENCE_ABSENT ? "url is required: a URL, or null to remove the webhook" : NULL;
}

const char *weft__handinger_check_executions(const char *worker_id,
                                             const weft_handinger_list_webhook_executions_options *page)
{
    if (page && page->page.state == WEFT_PRESENCE_NULL)
        return "page: cannot be null";
    return weft__handinger_check_worker(worker_id);
}

const char *weft__handinger_check_each_execution(const char *worker_id,
                                                 const weft_handinger_list_webhook_executions_options *page,
                                                 bool has_each)
{
    if (!has_each)
        return "each is required";
    if (page && page->page.state == WEFT_PRESENCE_VALUE && page->page.value < 1)
        return "page: begins at 1";
    return weft__handinger_check_executions(worker_id, page);
}

/* ---- Tasks ------------------------------------------------------------------------------------------- */

/* A form has no null, and no members of other kinds than text. */
static const char *check_form(const weft_handinger_create_task_request *request)
{
    if (!request->files)
        return "files is required where files_count is not 0";
    if (request->extra)
        return "extra: cannot be sent together with files";
    if (request->task_id.state == WEFT_PRESENCE_NULL)
        return "task_id: cannot be null together with files";
    if (request->worker_id.state == WEFT_PRESENCE_NULL)
        return "worker_id: cannot be null together with files";
    if (request->stream.state == WEFT_PRESENCE_NULL)
        return "stream: cannot be null together with files";
    for (size_t i = 0; i < request->files_count; i++)
        if (!request->files[i].path == !request->files[i].bytes)
            return "files: each needs exactly one of path and bytes";
    return NULL;
}

const char *weft__handinger_check_task(const weft_handinger_create_task_request *request, bool is_stream)
{
    if (!request)
        return "request is required";
    if (!request->input)
        return "input is required";
    if (!is_stream && request->stream.state == WEFT_PRESENCE_VALUE && request->stream.value)
        return "stream: must be false, or not set; weft_handinger_stream_task streams";
    return request->files_count ? check_form(request) : NULL;
}

/* ---- As the rows have them --------------------------------------------------------------------------- */

const char *weft__handinger_objection_to_worker_query(weft_client *client, const weft__invocation *invocation,
                                                      weft_code *code)
{
    (void)client, (void)code;
    return invocation->is_stream ? NULL
                                 : weft__handinger_check_get_worker(invocation->segments[0], invocation->options);
}

const char *weft__handinger_objection_to_schedule(weft_client *client, const weft__invocation *invocation,
                                                  weft_code *code)
{
    (void)client, (void)code;
    return weft__handinger_check_schedule(invocation->request);
}

const char *weft__handinger_objection_to_webhook(weft_client *client, const weft__invocation *invocation,
                                                 weft_code *code)
{
    (void)client, (void)code;
    return weft__handinger_check_set_webhook(invocation->segments[0], invocation->request);
}

const char *weft__handinger_objection_to_executions(weft_client *client, const weft__invocation *invocation,
                                                    weft_code *code)
{
    (void)client, (void)code;
    return weft__handinger_check_executions(invocation->segments[0], invocation->options);
}

/* A form has its own, and no request. */
const char *weft__handinger_objection_to_task(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    const weft_handinger_create_task_request *request = invocation->request;

    (void)client, (void)code;
    return request && !request->input ? "input is required" : NULL;
}
