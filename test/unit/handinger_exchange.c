/* Every exchange of the contract: what is sent, to the byte where it matters, and what comes of the answer. */
#include "handinger_fixture.h"

#define COMMON                                                                                                         \
    AND_CONTAINS("\r\nAccept: application/json\r\n"), AND_CONTAINS("\r\nAuthorization: Bearer hdg_live_x\r\n"),        \
        AND_CONTAINS("\r\nUser-Agent: weft/" WEFT_VERSION "\r\n"), AND_CONTAINS("\r\nX-Stainless-Retry-Count: 0\r\n"), \
        AND_LACKS("Idempotency-Key")
#define AS_GET COMMON, AND_LACKS("Content-Type"), AND_LACKS("Content-Length")
#define AS_JSON COMMON, AND_CONTAINS("\r\nContent-Type: application/json\r\n")

/* ---- E1, E2, E16: workers ---------------------------------------------------------------------------- */

#define SCHEMA "{\"type\":\"object\",\"properties\":{\"celsius\":{\"type\":\"number\"}},\"required\":[\"celsius\"]}"

TEST(e1_create_worker)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workers HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"instructions\":\"You answer weather "
                 "questions.\",\"title\":\"Weather\",\"visibility\":\"private\","
                 "\"outputSchema\":" SCHEMA "}"),
        ANSWER("200 OK", "{\"id\":\"wrk_9aQ2\",\"createdAt\":\"2026-05-11T09:00:00.000Z\",\"instructions\":\"You "
                         "answer weather "
                         "questions.\",\n \"organizationId\":\"org_8s1Df9aLp-1z\",\"outputSchema\":" SCHEMA ",\n"
                         " \"summary\":\"\",\"title\":\"Weather\",\"updatedAt\":\"2026-05-11T09:00:00.000Z\",\n"
                         " \"url\":\"https://v3.handinger.com/worker/"
                         "wrk_9aQ2\",\"userId\":\"usr_7yh-91XzM2nQ4\",\"visibility\":\"private\"}"),
    };
    const weft_handinger_worker_template *worker;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_create_worker(fx.client,
                                                   &(weft_handinger_create_worker_request){
                                                       .instructions = weft_some_str("You answer weather questions."),
                                                       .title = weft_some_str("Weather"),
                                                       .visibility = WEFT_HANDINGER_VISIBILITY_PRIVATE,
                                                       .output_schema = weft_some_json(SCHEMA),
                                                   },
                                                   NULL, on_handinger_worker_template, &fx)));
    CHECK(!fx.error);
    worker = fx.result;
    CHECK(is(worker->id, "wrk_9aQ2") && json_is(worker->output_schema, SCHEMA) && is(worker->title, "Weather"));
    CHECK(is(worker->summary, "") && is(worker->user_id, "usr_7yh-91XzM2nQ4"));
    CHECK(weft_time_parse(worker->created_at) != WEFT_TIME_NONE);
    CHECK(end(&fx));
}

TEST(e2_update_worker_sends_null_and_omits)
{
    static const script_step steps[] = {
        EXPECT("PATCH /api/workers/wrk_9aQ2 HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"title\":\"Weather desk\",\"outputSchema\":null}"),
        ANSWER("200 OK", "{\"id\":\"wrk_9aQ2\",\"createdAt\":\"2026-05-11T09:00:00.000Z\",\"outputSchema\":"
                         "null,\"summary\":\"\","
                         "\"title\":\"Weather desk\",\"visibility\":\"private\"}"),
    };
    const weft_handinger_worker_template *worker;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_update_worker(fx.client, "wrk_9aQ2",
                                                   &(weft_handinger_update_worker_request){
                                                       .title = weft_some_str("Weather desk"),
                                                       .output_schema = weft_null_json(),
                                                   },
                                                   NULL, on_handinger_worker_template, &fx)));
    CHECK(!fx.error);
    worker = fx.result;
    CHECK(is(worker->title, "Weather desk") && json_is(worker->output_schema, "null"));
    CHECK_EQ(weft_object_get_state(&worker->object, "outputSchema"), WEFT_PRESENCE_NULL);
    CHECK_EQ(weft_object_get_state(&worker->object, "instructions"), WEFT_PRESENCE_ABSENT);
    CHECK(end(&fx));
}

TEST(e16_worker_email_and_delete)
{
    static const script_step email[] = {
        EXPECT("GET /api/workers/wrk_9aQ2/email HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"email\":\"weather-9aq2@in.handinger.com\"}"),
    };
    static const script_step gone[] = {
        EXPECT("DELETE /api/workers/wrk_9aQ2 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"deleted\":true}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(email), 1));
    CHECK(finish(&fx, weft_handinger_get_worker_email(fx.client, "wrk_9aQ2", NULL, on_handinger_worker_email, &fx)));
    CHECK(!fx.error && is(((const weft_handinger_worker_email *)fx.result)->email, "weather-9aq2@in.handinger.com"));
    fault_server_play(fx.server, SCRIPT(gone), 1);
    CHECK(finish(&fx, weft_handinger_delete_worker(fx.client, "wrk_9aQ2", NULL, on_handinger_delete_worker, &fx)));
    CHECK(!fx.error && ((const weft_handinger_delete_worker_response *)fx.result)->deleted);
    CHECK(end(&fx));
}

TEST(a_worker_is_looked_at_with_and_without_the_query)
{
    static const script_step plain[] = {
        EXPECT("GET /api/workers/wrk%2F9 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", WORKER_E3),
    };
    static const script_step with[] = {
        EXPECT("GET /api/workers/wrk_9aQ2?stream=false HTTP/1.1\r\n"),
        ANSWER("200 OK", WORKER_E3),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(plain), 1));
    CHECK(finish(&fx, weft_handinger_get_worker(fx.client, "wrk/9", NULL, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    fault_server_play(fx.server, SCRIPT(with), 1);
    CHECK(finish(&fx,
                 weft_handinger_get_worker(fx.client, "wrk_9aQ2",
                                           &(weft_handinger_get_worker_options){.stream = WEFT_HANDINGER_STREAM_FALSE},
                                           NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

/* ---- E3, E4, E5: tasks ------------------------------------------------------------------------------- */

TEST(e3_create_task)
{
    static const script_step steps[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"input\":\"Weather in Barcelona "
                 "today?\",\"taskId\":\"tsk_2Z-YWz3hFq6VlW\",\"workerId\":\"wrk_9aQ2\","
                 "\"budget\":\"low\"}"),
        ANSWER("200 OK", WORKER_E3),
    };
    const weft_handinger_worker *worker;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client,
                                                 &(weft_handinger_create_task_request){
                                                     .input = "Weather in Barcelona today?",
                                                     .task_id = weft_some_str("tsk_2Z-YWz3hFq6VlW"),
                                                     .worker_id = weft_some_str("wrk_9aQ2"),
                                                     .budget = WEFT_HANDINGER_BUDGET_LOW,
                                                 },
                                                 NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    worker = fx.result;
    CHECK(is(worker->output_text, "Sunny, 22 C.") && worker->files_count == 2 && !worker->running);
    CHECK_EQ(weft_object_get_state(&worker->files[1].object, "filename"), WEFT_PRESENCE_NULL);
    CHECK_EQ(weft_object_get_state(&worker->files[1].object, "size"), WEFT_PRESENCE_ABSENT);
    CHECK(json_is(worker->error, "null") && worker->sources_count == 1 && !worker->sources[0].title.ptr);
    CHECK(json_is(worker->object.raw, WORKER_E3));
    CHECK(end(&fx));
}

#define TASK_E4(status, completed)                                                                                     \
    "{\"task\":{\"id\":\"tsk_2Z-YWz3hFq6VlW\",\"completedAt\":" completed                                              \
    ",\"createdAt\":\"2026-05-11T09:14:22.000Z\",\n"                                                                   \
    "  "                                                                                                               \
    "\"createdByUserId\":\"usr_7yh-91XzM2nQ4\",\"organizationId\":\"org_8s1Df9aLp-1z\",\"status\":\"" status "\",\n"   \
    "  \"title\":\"Weather report for "                                                                                \
    "Barcelona\",\"totals\":{\"credits\":42,\"durationMs\":25812,\"turnCount\":1},"                                    \
    "\"triggeredBy\":\"api\",\"url\":\"https://v3.handinger.com/t\",\"workerId\":\"wrk_9aQ2\"},\n "                    \
    "\"turns\":[]}"

TEST(e4_task_while_it_runs_and_after)
{
    static const script_step running[] = {
        EXPECT("GET /api/tasks/tsk_2Z-YWz3hFq6VlW HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", TASK_E4("running", "null")),
    };
    static const script_step finished[] = {
        EXPECT("GET /api/tasks/tsk_2Z-YWz3hFq6VlW HTTP/1.1\r\n"),
        ANSWER("200 OK", TASK_E4("completed", "\"2026-05-11T09:14:48.000Z\"")),
    };
    const weft_handinger_task_with_turns *it;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(running), 1));
    CHECK(
        finish(&fx, weft_handinger_get_task(fx.client, "tsk_2Z-YWz3hFq6VlW", NULL, on_handinger_task_with_turns, &fx)));
    it = fx.result;
    CHECK(!fx.error && !weft_handinger_task_is_final(it->task) && !it->task->completed_at.ptr);
    fault_server_play(fx.server, SCRIPT(finished), 1);
    CHECK(
        finish(&fx, weft_handinger_get_task(fx.client, "tsk_2Z-YWz3hFq6VlW", NULL, on_handinger_task_with_turns, &fx)));
    it = fx.result;
    CHECK(!fx.error && weft_handinger_task_is_final(it->task) && it->task->totals->credits == 42);
    CHECK(end(&fx));
}

static void note_status(const weft_handinger_task_with_turns *it, void *arg)
{
    size_t len = strlen(heard.events);

    (void)arg;
    snprintf(heard.events + len, sizeof(heard.events) - len, "%s;", it->task->status.ptr);
}

TEST(e4_waiting_looks_until_the_task_has_ended)
{
    static const script_step running[] = {EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"),
                                          ANSWER("200 OK", TASK_E4("running", "null"))};
    static const script_step ended[] = {EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"),
                                        ANSWER("200 OK", TASK_E4("error", "null"))};
    weft_wait_options quick = {.first_interval_ms = 1, .max_interval_ms = 2};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(running), 2));
    fault_server_play(fx.server, SCRIPT(ended), 1);
    CHECK(finish(&fx, weft_handinger_wait_task(fx.client, "tsk_1", &quick, note_status, NULL,
                                               on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error && is(((const weft_handinger_task_with_turns *)fx.result)->task->status, "error"));
    CHECK_STR(heard.events, "running;error;");
    CHECK(end(&fx));
}

TEST(e5_follow_up_and_archive)
{
    static const script_step follow_up[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        AND_BODY("{\"input\":\"And tomorrow?\",\"taskId\":\"tsk_2Z-YWz3hFq6VlW\",\"workerId\":\"wrk_9aQ2\"}"),
        ANSWER("201 Created", WORKER_E3),
    };
    static const script_step archive[] = {
        EXPECT("DELETE /api/tasks/tsk_2Z-YWz3hFq6VlW HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"archived\":true}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(follow_up), 1));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client,
                                                 &(weft_handinger_create_task_request){
                                                     .input = "And tomorrow?",
                                                     .task_id = weft_some_str("tsk_2Z-YWz3hFq6VlW"),
                                                     .worker_id = weft_some_str("wrk_9aQ2"),
                                                 },
                                                 NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    fault_server_play(fx.server, SCRIPT(archive), 1);
    CHECK(
        finish(&fx, weft_handinger_delete_task(fx.client, "tsk_2Z-YWz3hFq6VlW", NULL, on_handinger_delete_task, &fx)));
    CHECK(!fx.error && ((const weft_handinger_delete_task_response *)fx.result)->archived);
    CHECK(end(&fx));
}

/* ---- E9 to E12: schedules ---------------------------------------------------------------------------- */

/* Schedules what E9 to E12 do; the result, or NULL. */
static const weft_handinger_schedule *schedule(fixture *fx, fault_script script,
                                               const weft_handinger_create_schedule_request *request)
{
    if (!begin(fx, script, 1) ||
        !finish(fx, weft_handinger_create_schedule(fx->client, "wrk_9aQ2", request, NULL, on_handinger_schedule, fx)))
        return NULL;
    return fx->error ? NULL : fx->result;
}

TEST(e9_schedule_at_a_time)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workers/wrk_9aQ2/schedules HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"input\":\"Morning "
                 "report\",\"when\":{\"type\":\"scheduled\",\"date\":\"2026-06-01T09:00:00Z\"}}"),
        ANSWER("200 OK", "{\"id\":\"sch_1\",\"budget\":\"standard\",\"input\":\"Morning "
                         "report\",\"nextRunAt\":\"2026-06-01T09:"
                         "00:00.000Z\",\"type\":\"scheduled\"}"),
    };
    const weft_handinger_schedule *it;
    fixture fx;

    it = schedule(&fx, SCRIPT(steps),
                  &(weft_handinger_create_schedule_request){.input = "Morning report",
                                                            .when = weft_handinger_at("2026-06-01T09:00:00Z")});
    CHECK(it && is(it->id, "sch_1") && weft_handinger_schedule_get_kind(it) == WEFT_HANDINGER_SCHEDULE_KIND_SCHEDULED);
    CHECK_EQ(weft_time_parse(it->next_run_at), INT64_C(1780304400) * 1000000000);
    CHECK(end(&fx));
}

TEST(e10_schedule_after_a_while)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workers/wrk_9aQ2/schedules HTTP/1.1\r\n"),
        AND_BODY("{\"input\":\"Check "
                 "again\",\"when\":{\"type\":\"delayed\",\"delayInSeconds\":600},\"budget\":\"low\"}"),
        ANSWER("200 OK", "{\"id\":\"sch_2\",\"budget\":\"low\",\"delayInSeconds\":600,\"input\":\"Check "
                         "again\",\"nextRunAt\":"
                         "\"2026-05-11T09:24:22.000Z\",\"type\":\"delayed\"}"),
    };
    const weft_handinger_schedule *it;
    fixture fx;

    it = schedule(&fx, SCRIPT(steps),
                  &(weft_handinger_create_schedule_request){
                      .input = "Check again", .when = weft_handinger_after(600), .budget = WEFT_HANDINGER_BUDGET_LOW});
    CHECK(it && it->delay_s == 600 && is(it->budget, "low"));
    CHECK(end(&fx));
}

TEST(e11_schedule_by_cron)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workers/wrk_9aQ2/schedules HTTP/1.1\r\n"),
        AND_BODY("{\"input\":\"Daily report\",\"when\":{\"type\":\"cron\",\"cron\":\"0 9 * * "
                 "1-5\"},\"budget\":\"high\"}"),
        ANSWER("200 OK", "{\"id\":\"sch_3\",\"budget\":\"high\",\"cron\":\"0 9 * * 1-5\",\"input\":\"Daily "
                         "report\",\"nextRunAt\":"
                         "\"2026-05-12T09:00:00.000Z\",\"type\":\"cron\"}"),
    };
    const weft_handinger_schedule *it;
    fixture fx;

    it = schedule(&fx, SCRIPT(steps),
                  &(weft_handinger_create_schedule_request){.input = "Daily report",
                                                            .when = weft_handinger_cron("0 9 * * 1-5"),
                                                            .budget = WEFT_HANDINGER_BUDGET_HIGH});
    CHECK(it && is(it->cron, "0 9 * * 1-5") &&
          weft_handinger_schedule_get_kind(it) == WEFT_HANDINGER_SCHEDULE_KIND_CRON);
    CHECK(end(&fx));
}

TEST(e12_schedule_every_hour_list_and_cancel)
{
    static const script_step create[] = {
        EXPECT("POST /api/workers/wrk_9aQ2/schedules HTTP/1.1\r\n"),
        AND_BODY("{\"input\":\"Poll\",\"when\":{\"type\":\"interval\",\"intervalSeconds\":3600}}"),
        ANSWER("200 OK", "{\"id\":\"sch_4\",\"budget\":\"standard\",\"input\":\"Poll\",\"intervalSeconds\":"
                         "3600,\"nextRunAt\":"
                         "\"2026-05-11T10:14:22.000Z\",\"type\":\"interval\"}"),
    };
    static const script_step list[] = {
        EXPECT("GET /api/workers/wrk_9aQ2/schedules HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"schedules\":[\n  {\"id\":\"sch_3\",\"cron\":\"0 9 * * 1-5\",\"type\":\"cron\"},\n"
                         "  {\"id\":\"sch_4\",\"intervalSeconds\":3600,\"type\":\"interval\"}],\n "
                         "\"workerId\":\"wrk_9aQ2\"}"),
    };
    static const script_step cancel[] = {
        EXPECT("DELETE /api/workers/wrk_9aQ2/schedules/sch_4 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"cancelled\":true}"),
    };
    const weft_handinger_schedule_list *found;
    fixture fx;

    CHECK(schedule(&fx, SCRIPT(create),
                   &(weft_handinger_create_schedule_request){.input = "Poll", .when = weft_handinger_every(3600)}));
    fault_server_play(fx.server, SCRIPT(list), 1);
    CHECK(finish(&fx, weft_handinger_list_schedules(fx.client, "wrk_9aQ2", NULL, on_handinger_schedule_list, &fx)));
    found = fx.result;
    CHECK(!fx.error && found->count == 2 && found->items[1].interval_s == 3600);
    CHECK(is(found->worker_id, "wrk_9aQ2"));
    fault_server_play(fx.server, SCRIPT(cancel), 1);
    CHECK(finish(
        &fx, weft_handinger_cancel_schedule(fx.client, "wrk_9aQ2", "sch_4", NULL, on_handinger_cancel_schedule, &fx)));
    CHECK(!fx.error && ((const weft_handinger_cancel_schedule_response *)fx.result)->cancelled);
    CHECK(end(&fx));
}

/* ---- E13: webhooks ----------------------------------------------------------------------------------- */

TEST(e13_webhook_set_regenerated_and_cleared)
{
    static const script_step set[] = {
        EXPECT("PUT /api/workers/wrk_9aQ2/webhook HTTP/1.1\r\n"),
        AS_JSON,
        AND_BODY("{\"url\":\"https://example.com/handinger-webhook\"}"),
        ANSWER("200 OK", "{\"token\":\"whk_01HZY31W2SZJ8MJ2FQTR3M1K9D\",\"url\":\"https://example.com/"
                         "handinger-webhook\"}"),
    };
    static const script_step regenerate[] = {
        EXPECT("POST /api/workers/wrk_9aQ2/webhook/regenerate-token HTTP/1.1\r\n"),
        COMMON,
        AND_LACKS("Content-Type"),
        AND_CONTAINS("\r\nContent-Length: 0\r\n"),
        ANSWER("200 OK", "{\"token\":\"whk_01J0000000000000000000000A\",\"url\":\"https://example.com/"
                         "handinger-webhook\"}"),
    };
    static const script_step clear[] = {
        EXPECT("PUT /api/workers/wrk_9aQ2/webhook HTTP/1.1\r\n"),
        AND_BODY("{\"url\":null}"),
        ANSWER("200 OK", "{\"token\":null,\"url\":null}"),
    };
    const weft_handinger_webhook *webhook;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(set), 1));
    CHECK(finish(&fx, weft_handinger_set_webhook(fx.client, "wrk_9aQ2",
                                                 &(weft_handinger_set_webhook_request){
                                                     .url = weft_some_str("https://example.com/handinger-webhook")},
                                                 NULL, on_handinger_webhook, &fx)));
    webhook = fx.result;
    CHECK(!fx.error && weft_handinger_is_webhook_token(webhook->token.ptr, "whk_01HZY31W2SZJ8MJ2FQTR3M1K9D"));
    fault_server_play(fx.server, SCRIPT(regenerate), 1);
    CHECK(finish(&fx, weft_handinger_regenerate_webhook_token(fx.client, "wrk_9aQ2", NULL, on_handinger_webhook, &fx)));
    CHECK(!fx.error && is(((const weft_handinger_webhook *)fx.result)->token, "whk_01J0000000000000000000000A"));
    fault_server_play(fx.server, SCRIPT(clear), 1);
    CHECK(finish(&fx, weft_handinger_set_webhook(fx.client, "wrk_9aQ2",
                                                 &(weft_handinger_set_webhook_request){.url = weft_null_str()}, NULL,
                                                 on_handinger_webhook, &fx)));
    webhook = fx.result;
    CHECK(!fx.error && !webhook->url.ptr && weft_object_get_state(&webhook->object, "url") == WEFT_PRESENCE_NULL);
    CHECK(end(&fx));
}

TEST(webhook_is_read_and_deleted)
{
    static const script_step get[] = {EXPECT("GET /api/workers/wrk_9aQ2/webhook HTTP/1.1\r\n"), AS_GET,
                                      ANSWER("200 OK", "{\"token\":null,\"url\":null}")};
    static const script_step delete[] = {EXPECT("DELETE /api/workers/wrk_9aQ2/webhook HTTP/1.1\r\n"), AS_GET,
                                         ANSWER("200 OK", "{\"token\":null,\"url\":null}")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(get), 1));
    CHECK(finish(&fx, weft_handinger_get_webhook(fx.client, "wrk_9aQ2", NULL, on_handinger_webhook, &fx)));
    CHECK(!fx.error && !((const weft_handinger_webhook *)fx.result)->token.ptr);
    fault_server_play(fx.server, SCRIPT(delete), 1);
    CHECK(finish(&fx, weft_handinger_delete_webhook(fx.client, "wrk_9aQ2", NULL, on_handinger_webhook, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

#define EXECUTION(id) "{\"id\":\"" id "\",\"requestStatus\":\"success\",\"responseStatus\":204}"

TEST(e13_executions_by_page)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/wrk_9aQ2/webhook/executions?page=2 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"logs\":[{\"id\":\"whe_7\",\"createdAt\":\"2026-05-11T09:14:49.120Z\",\"durationMs\":10012,"
                         "\"errorMessage\":"
                         "\"connect timeout\",\n  "
                         "\"requestStatus\":\"error\",\"responseStatus\":null,\"taskId\":\"tsk_1\"},\n "
                         "{\"id\":\"whe_6\",\"requestStatus\":\"success\",\"responseStatus\":204,\"taskId\":null}],\n"
                         " \"page\":2,\"pageCount\":2,\"totalCount\":52}"),
    };
    weft_handinger_list_webhook_executions_options second = {.page = weft_some_int64(2)};
    const weft_handinger_webhook_execution_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_list_webhook_executions(fx.client, "wrk_9aQ2", &second, NULL,
                                                             on_handinger_webhook_execution_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 2 && list->page == 2 && list->total_count == 52);
    CHECK_EQ(list->items[0].response_status.state, WEFT_PRESENCE_NULL);
    CHECK(list->items[1].response_status.state == WEFT_PRESENCE_VALUE && list->items[1].response_status.value == 204);
    CHECK(end(&fx));
}

static bool note_execution(const weft_handinger_webhook_execution *it, void *arg)
{
    size_t len = strlen(heard.events);

    (void)arg;
    snprintf(heard.events + len, sizeof(heard.events) - len, "%s;", it->id.ptr);
    return !is(it->id, "whe_stop");
}

#define PAGE_1 "{\"logs\":[" EXECUTION("whe_5") "," EXECUTION("whe_4") "],\"page\":1,\"pageCount\":3,\"totalCount\":5}"
#define PAGE_2 "{\"logs\":[" EXECUTION("whe_3") "," EXECUTION("whe_2") "],\"page\":2,\"pageCount\":3,\"totalCount\":5}"
#define PAGE_3 "{\"logs\":[" EXECUTION("whe_1") "],\"page\":3,\"pageCount\":3,\"totalCount\":5}"

TEST(executions_come_from_all_pages_by_themselves)
{
    static const script_step first[] = {EXPECT("GET /api/workers/wrk_1/webhook/executions HTTP/1.1\r\n"),
                                        ANSWER("200 OK", PAGE_1)};
    static const script_step second[] = {EXPECT("GET /api/workers/wrk_1/webhook/executions?page=2 HTTP/1.1\r\n"),
                                         ANSWER("200 OK", PAGE_2)};
    static const script_step third[] = {EXPECT("GET /api/workers/wrk_1/webhook/executions?page=3 HTTP/1.1\r\n"),
                                        ANSWER("200 OK", PAGE_3)};
    char worker_id[] = "wrk_1";
    weft_call *call;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(first), 1));
    fault_server_play(fx.server, SCRIPT(second), 1);
    fault_server_play(fx.server, SCRIPT(third), 1);
    call = weft_handinger_each_webhook_execution(fx.client, worker_id, NULL, note_execution, NULL,
                                                 on_handinger_webhook_execution_list, &fx);
    memset(worker_id, 'x', sizeof(worker_id) - 1); /* what was passed may die at once */
    CHECK(finish(&fx, call));
    CHECK(!fx.error && fx.reports == 1);
    CHECK_STR(heard.events, "whe_5;whe_4;whe_3;whe_2;whe_1;");
    CHECK_EQ(((const weft_handinger_webhook_execution_list *)fx.result)->page, 3);
    CHECK(weft_call_get_body(fx.call).len > 0);
    CHECK(end(&fx));
}

TEST(executions_stop_when_it_is_enough)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/wrk_1/webhook/executions?page=2 HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"logs\":[" EXECUTION("whe_stop") "," EXECUTION(
                             "whe_4") "],\"page\":2,\"pageCount\":9,\"totalCount\":5}"),
    };
    weft_handinger_list_webhook_executions_options second = {.page = weft_some_int64(2)};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_each_webhook_execution(fx.client, "wrk_1", &second, note_execution, NULL,
                                                            on_handinger_webhook_execution_list, &fx)));
    CHECK(!fx.error);
    CHECK_STR(heard.events, "whe_stop;");
    CHECK(end(&fx));
}

TEST(executions_end_with_the_error_of_a_page)
{
    static const script_step first[] = {EXPECT("GET /api/workers/wrk_1/webhook/executions HTTP/1.1\r\n"),
                                        ANSWER("200 OK", PAGE_1)};
    static const script_step second[] = {EXPECT("GET /api/workers/wrk_1/webhook/executions?page=2 HTTP/1.1\r\n"),
                                         REFUSE("403 Forbidden", "")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(first), 1));
    fault_server_play(fx.server, SCRIPT(second), 1);
    CHECK(finish(&fx, weft_handinger_each_webhook_execution(fx.client, "wrk_1", NULL, note_execution, NULL,
                                                            on_handinger_webhook_execution_list, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_FORBIDDEN && !fx.result);
    CHECK_STR(heard.events, "whe_5;whe_4;");
    CHECK(end(&fx));
}

static bool cancel_at_once(const weft_handinger_webhook_execution *execution, void *arg)
{
    fixture *fx = arg;

    (void)execution;
    weft_call_cancel(fx->call);
    return true;
}

TEST(executions_can_be_cancelled_from_within)
{
    static const script_step first[] = {EXPECT("GET /api/workers/wrk_1/webhook/executions HTTP/1.1\r\n"),
                                        ANSWER("200 OK", PAGE_1)};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(first), 1));
    fx.call = weft_call_ref(weft_handinger_each_webhook_execution(fx.client, "wrk_1", NULL, cancel_at_once, NULL,
                                                                  on_handinger_webhook_execution_list, &fx));
    CHECK(finish(&fx, fx.call));
    CHECK(fx.error && fx.error->code == WEFT_E_CANCELLED && fx.reports == 1);
    CHECK(end(&fx));
}

/* ---- E14: errors ------------------------------------------------------------------------------------- */

TEST(e14_errors_have_the_servers_words)
{
    static const struct {
        const char *answer;
        weft_code code;
        const char *words, *body;
    } cases[] = {
#define SAYS(status, type, body) "HTTP/1.1 " status "\r\nContent-Type: " type "\r\n\r\n" body
        {SAYS("401 Unauthorized", "application/json", "{\"error\":\"Invalid API key\"}"), WEFT_E_UNAUTHORIZED,
         "401 Unauthorized: Invalid API key", "{\"error\":\"Invalid API key\"}"},
        {SAYS("403 Forbidden", "application/json", "{\"error\":\"Only the worker creator can delete this worker\"}"),
         WEFT_E_FORBIDDEN, "Only the worker creator can delete this worker", NULL},
        {SAYS("404 Not Found", "application/json", "{\"error\":{\"message\":\"Task not found\",\"code\":7}}"),
         WEFT_E_NOT_FOUND, "404 Not Found: Task not found", NULL},
        {SAYS("409 Conflict", "application/json", "{\"message\":\"busy\"}"), WEFT_E_CONFLICT, "409 Conflict: busy",
         NULL},
        {SAYS("422 Unprocessable Entity", "application/json", "{\"error\":{\"code\":1}}"), WEFT_E_UNPROCESSABLE,
         "{\"error\":{\"code\":1}}", NULL},
        {SAYS("502 Bad Gateway", "text/html", "<html>bad gateway</html>"), WEFT_E_SERVER_ERROR,
         "<html>bad gateway</html>", "<html>bad gateway</html>"},
        {SAYS("400 Bad Request", "application/json", ""), WEFT_E_BAD_REQUEST, "400 Bad Request", NULL},
        {SAYS("408 Request Timeout", "application/json", "{"), WEFT_E_REQUEST_TIMEOUT, "408 Request Timeout: {", NULL},
#undef SAYS
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        script_step steps[] = {
            EXPECT("GET /api/tasks/tsk_x HTTP/1.1\r\n"),
            SEND_DATA(cases[i].answer, strlen(cases[i].answer)),
            CLOSE(),
        };
        fixture fx;

        CHECK(begin(&fx, SCRIPT(steps), 1));
        CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_x", NULL, on_handinger_task_with_turns, &fx)));
        CHECK(fx.error && !fx.result);
        CHECK_EQ(fx.error->code, cases[i].code);
        CHECK_CONTAINS(fx.error->message, cases[i].words);
        CHECK_CONTAINS(fx.error->message, "cannot get the task: GET http://127.0.0.1:");
        CHECK(!cases[i].body || is(fx.error->body, cases[i].body));
        CHECK(end(&fx));
    }
}

TEST(a_success_that_is_no_json_is_an_error_of_its_own)
{
    static const script_step page[] = {
        EXPECT("GET /api/tasks/tsk_x HTTP/1.1\r\n"),
        ANSWER_WITH("200 OK", "Content-Type: text/html\r\n", "<html>"),
    };
    static const script_step problem[] = {
        EXPECT("GET /api/tasks/tsk_x HTTP/1.1\r\n"),
        ANSWER_WITH("200 OK", "Content-Type: application/vnd.handinger+json; charset=utf-8\r\n",
                    "{\"task\":{\"id\":\"t\"}}"),
    };
    static const script_step broken[] = {EXPECT("GET /api/tasks/tsk_x HTTP/1.1\r\n"), ANSWER("200 OK", "{\"task\":")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(page), 1));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_x", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONTENT_TYPE);
    CHECK_CONTAINS(fx.error->message, "text/html");
    fault_server_play(fx.server, SCRIPT(problem), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_x", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    fault_server_play(fx.server, SCRIPT(broken), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_x", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_DECODE);
    CHECK(end(&fx));
}
