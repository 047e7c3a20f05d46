/* sim_handinger_webhooks.c - where outcomes are delivered, and on record that they were. Nothing leaves the simulator:
 * an endpoint whose URL has "unreachable" in it is not reached, one that ends in "/fail" answers 500, all others
 * 204. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/codec.h"
#include "sim_handinger.h"

enum { URL_MAX = 2048 };

static const sim_member webhook_members[] = {{"url", SIM_STRING, NULL, NULL}};
const sim_shape handinger_webhook_shape = SIM_SHAPE("UpdateWebhook", webhook_members);

/* ---- Deliveries -------------------------------------------------------------------------------------- */

static int endpoint_status(const char *url)
{
    size_t len = strlen(url);

    if (strstr(url, "unreachable"))
        return 0;
    return len >= 5 && strcmp(url + len - 5, "/fail") == 0 ? 500 : 204;
}

static void record(handinger *state, handinger_worker *worker, const handinger_task *task, const handinger_turn *turn)
{
    sim_random random = sim_random_for(state->sim->options.seed, 0x776562686f6f6b73, state->made++);
    handinger_execution *execution = calloc(1, sizeof(*execution));
    char title[64];

    if (!execution)
        abort();
    snprintf(title, sizeof(title), "%.40s", task->turns[0].input);
    handinger_id(&random, "whe", execution->id);
    snprintf(execution->task_id, sizeof(execution->task_id), "%s", task->id);
    execution->title = handinger_copy(title);
    execution->url = handinger_copy(worker->webhook_url);
    execution->at_ms = turn->ended_ms;
    execution->status = endpoint_status(worker->webhook_url);
    execution->older = worker->newest_execution;
    worker->newest_execution = execution;
    worker->executions_count++;
}

static void deliver_task(handinger *state, handinger_worker *worker, handinger_task *task)
{
    for (size_t i = 0; i < task->turns_count; i++) {
        handinger_turn *turn = &task->turns[i];

        if (turn->delivered || sim_now_ms(state->sim) < turn->ended_ms)
            continue;
        turn->delivered = true;
        if (worker->webhook_url)
            record(state, worker, task, turn);
    }
}

/* What has ended since it was last looked at; the oldest task first. */
static void deliver(handinger *state, handinger_worker *worker)
{
    handinger_task **tasks;
    size_t count = 0;

    for (handinger_task *task = worker->newest_task; task; task = task->older)
        count++;
    tasks = calloc(count + 1, sizeof(*tasks));
    if (!tasks)
        abort();
    for (handinger_task *task = worker->newest_task; task; task = task->older)
        *tasks++ = task;
    for (size_t i = 0; i < count; i++)
        deliver_task(state, worker, *--tasks);
    free(tasks);
}

/* The worker of the path, for who made it, and with what was delivered up to now; NULL when it has answered. */
static handinger_worker *find_worker(sim_call *call)
{
    handinger_worker *worker = handinger_find_worker(call, true);

    if (worker)
        deliver(call->state, worker);
    return worker;
}

/* ---- The webhook ---------------------------------------------------------------------------------------- */

static void answer_webhook(sim_call *call, const handinger_worker *worker)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    handinger_put_optional(&writer, "token", worker->webhook_token);
    handinger_put_optional(&writer, "url", worker->webhook_url);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static void new_token(sim_call *call, handinger_worker *worker)
{
    char token[HANDINGER_ID_SIZE];

    handinger_id(&call->random, "whk", token);
    free(worker->webhook_token);
    worker->webhook_token = handinger_copy(token);
}

static void clear(handinger_worker *worker)
{
    free(worker->webhook_url);
    free(worker->webhook_token);
    worker->webhook_url = worker->webhook_token = NULL;
}

void handinger_get_webhook(sim_call *call)
{
    const handinger_worker *worker = find_worker(call);

    if (worker)
        answer_webhook(call, worker);
}

void handinger_update_webhook(sim_call *call)
{
    handinger_worker *worker = find_worker(call);
    weft_str body = sim_request_body(call->exchange), url;
    weft_json value;

    if (!worker)
        return;
    if (!weft__json_member(body.ptr, body.len, "url", &value)) {
        handinger_blame(call, "url is required");
        return;
    }
    url = sim_json_text(&call->exchange->arena, body, "url");
    if (value.ptr[0] == 'n') {
        clear(worker);
    } else if (!url.ptr || url.len > URL_MAX || strncmp(url.ptr, "https://", 8) != 0 || url.len == 8 ||
               strpbrk(url.ptr, " \t\r\n")) {
        handinger_blame(call, "url must be an absolute https URL of at most %d characters", URL_MAX);
        return;
    } else {
        free(worker->webhook_url);
        worker->webhook_url = handinger_copy(url.ptr);
        if (!worker->webhook_token)
            new_token(call, worker);
    }
    answer_webhook(call, worker);
}

void handinger_delete_webhook(sim_call *call)
{
    handinger_worker *worker = find_worker(call);

    if (!worker)
        return;
    clear(worker);
    answer_webhook(call, worker);
}

void handinger_regenerate_token(sim_call *call)
{
    handinger_worker *worker = find_worker(call);

    if (!worker)
        return;
    if (!worker->webhook_url) {
        handinger_error(call, 404, "No webhook is configured");
        return;
    }
    new_token(call, worker);
    answer_webhook(call, worker);
}

/* ---- Executions --------------------------------------------------------------------------------------- */

void handinger_free_executions(handinger_worker *worker)
{
    while (worker->newest_execution) {
        handinger_execution *execution = worker->newest_execution;

        worker->newest_execution = execution->older;
        free(execution->url);
        free(execution->title);
        free(execution);
    }
}

static void write_execution(sim_call *call, weft__writer *writer, const handinger_worker *worker,
                            const handinger_execution *execution)
{
    bool good = execution->status >= 200 && execution->status < 300;

    weft__write_object(writer);
    sim_put_text(writer, "id", execution->id);
    handinger_put_time(writer, call->sim, "createdAt", execution->at_ms);
    sim_put_int(writer, "durationMs", execution->status ? 131 : 10012);
    handinger_put_optional(writer, "errorMessage",
                           good                ? NULL
                           : execution->status ? "the endpoint answered 500"
                                               : "connect timeout");
    sim_put_text(writer, "requestStatus", good ? "success" : "error");
    if (execution->status)
        sim_put_int(writer, "responseStatus", execution->status);
    else
        handinger_put_null(writer, "responseStatus");
    sim_put_text(writer, "taskId", execution->task_id);
    sim_put_text(writer, "taskTitle", execution->title);
    sim_put_text(writer, "url", execution->url);
    sim_put_text(writer, "workerId", worker->id);
    weft__write_object_end(writer);
}

void handinger_list_executions(sim_call *call)
{
    const handinger_worker *worker = find_worker(call);
    weft_str text = sim_query(call, "page");
    const handinger_execution *execution;
    int64_t page = 1;
    weft__writer writer;

    if (!worker)
        return;
    if (text.ptr && (!sim_number(text, &page) || page < 1)) {
        handinger_blame(call, "page must be a number from 1");
        return;
    }
    execution = worker->newest_execution;
    for (int64_t skip = (page - 1) * HANDINGER_PAGE; execution && skip > 0; skip--)
        execution = execution->older;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "logs");
    weft__write_array(&writer);
    for (int i = 0; execution && i < HANDINGER_PAGE; i++, execution = execution->older)
        write_execution(call, &writer, worker, execution);
    weft__write_array_end(&writer);
    sim_put_int(&writer, "page", page);
    sim_put_int(&writer, "pageCount", (int64_t)((worker->executions_count + HANDINGER_PAGE - 1) / HANDINGER_PAGE));
    sim_put_int(&writer, "totalCount", (int64_t)worker->executions_count);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
