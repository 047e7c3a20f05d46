/* The library against the simulated Handinger: what was made can be found, changed and deleted; keys, limits and forms
 * are looked at; tasks go on with time. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim_fixture.h"

static struct heard {
    char events[4096];
    char seen[128];
    size_t count;
} heard;

static weft_client *client_with(fixture *fx, const char *key)
{
    char url[160];

    snprintf(url, sizeof(url), "%s/handinger", sim.base_url);
    return weft_handinger_client(
        fx->engine, &(weft_client_options){.base_url = url, .token = key, .retries.first_backoff_ms = 1}, NULL);
}

static bool begin(fixture *fx, const char *const *arguments)
{
    memset(&heard, 0, sizeof(heard));
    unsetenv("HANDINGER_API_KEY");
    if (!begin_sim(fx, arguments))
        return false;
    fx->client = client_with(fx, "hdg_live_x");
    return fx->client != NULL;
}

static bool fails_with(const fixture *fx, weft_code code)
{
    return fx->error && fx->error->code == code;
}

/* Makes a worker; its id is in `ret_id`. */
static bool make_worker(fixture *fx, const weft_handinger_create_worker_request *request, char ret_id[64])
{
    if (!finish(fx, weft_handinger_create_worker(fx->client, request, NULL, on_handinger_worker_template, fx)) ||
        fx->error)
        return false;
    snprintf(ret_id, 64, "%s", ((const weft_handinger_worker_template *)fx->result)->id.ptr);
    return true;
}

static bool run_task(fixture *fx, weft_client *client, const char *worker_id, const char *task_id, const char *input)
{
    weft_handinger_create_task_request request = {.input = input, .budget = WEFT_HANDINGER_BUDGET_LOW};

    if (worker_id)
        request.worker_id = weft_some_str(worker_id);
    if (task_id)
        request.task_id = weft_some_str(task_id);
    return finish(fx, weft_handinger_create_task(client, &request, NULL, on_handinger_worker, fx));
}

/* ---- Workers ----------------------------------------------------------------------------------------- */

TEST(a_worker_lives_from_its_making_to_its_deletion)
{
    const weft_handinger_worker_template *it;
    char id[64];
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(make_worker(&fx,
                      &(weft_handinger_create_worker_request){
                          .prompt = weft_some_str("answers weather questions"),
                          .output_schema = weft_some_json("{ \"type\": \"object\" }"),
                      },
                      id));
    it = fx.result;
    CHECK(it->title.len > 0 && is(it->visibility, "public") && is(it->summary, "answers weather questions"));
    CHECK(it->output_schema.len == 20 && memcmp(it->output_schema.ptr, "{ \"type\": \"object\" }", 20) == 0);
    CHECK(finish(&fx, weft_handinger_update_worker(fx.client, id,
                                                   &(weft_handinger_update_worker_request){
                                                       .title = weft_some_str("Desk"),
                                                       .output_schema = weft_null_json(),
                                                   },
                                                   NULL, on_handinger_worker_template, &fx)));
    it = fx.result;
    CHECK(!fx.error && is(it->title, "Desk") && is(it->summary, "answers weather questions"));
    CHECK_EQ(weft_object_get_state(&it->object, "outputSchema"), WEFT_PRESENCE_NULL);
    CHECK(finish(&fx, weft_handinger_get_worker_email(fx.client, id, NULL, on_handinger_worker_email, &fx)));
    CHECK(!fx.error && strchr(((const weft_handinger_worker_email *)fx.result)->email.ptr, '@'));
    CHECK(finish(&fx, weft_handinger_get_worker(fx.client, id, NULL, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error && is(((const weft_handinger_worker *)fx.result)->status, WEFT_HANDINGER_WORKER_PENDING));
    CHECK(finish(&fx, weft_handinger_delete_worker(fx.client, id, NULL, on_handinger_delete_worker, &fx)) && !fx.error);
    CHECK(finish(&fx, weft_handinger_get_worker(fx.client, id, NULL, NULL, on_handinger_worker, &fx)));
    CHECK(fails_with(&fx, WEFT_E_NOT_FOUND));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(limits_of_a_worker_are_looked_at)
{
    static char long_summary[82];
    weft_handinger_create_worker_request bad[] = {
        {.summary = weft_some_str(long_summary)},
        {.title = weft_some_str("")},
        {.title = weft_null_str()},
        {.visibility = "friends"},
        {.output_schema = weft_some_json("[]")},
        {.output_schema = weft_null_json()},
        {.extra = "{\"colour\":\"red\"}"},
        {.extra = "{\"instructions\":7}"},
    };
    fixture fx;

    memset(long_summary, 's', 81);
    CHECK(begin(&fx, NULL));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(finish(&fx, weft_handinger_create_worker(fx.client, &bad[i], NULL, on_handinger_worker_template, &fx)));
        CHECK(fails_with(&fx, WEFT_E_BAD_REQUEST));
        CHECK_EQ(malformed(&fx), i + 1);
    }
    CHECK(end_sim(&fx));
}

/* ---- Keys -------------------------------------------------------------------------------------------- */

TEST(a_key_is_needed_and_must_be_the_right_one)
{
    static const char *const arguments[] = {"--token", "hdg_live_x", NULL};
    fixture fx;

    CHECK(begin(&fx, arguments));
    CHECK(run_task(&fx, fx.client, NULL, NULL, "hello") && !fx.error);
    CHECK(run_task(&fx, client_with(&fx, NULL), NULL, NULL, "hello") && fails_with(&fx, WEFT_E_UNAUTHORIZED));
    CHECK_CONTAINS(fx.error->message, "Missing API key");
    CHECK(run_task(&fx, client_with(&fx, "hdg_live_y"), NULL, NULL, "hello") && fails_with(&fx, WEFT_E_UNAUTHORIZED));
    CHECK_CONTAINS(fx.error->message, "Invalid API key");
    CHECK(run_task(&fx, client_with(&fx, "hdg_live_x.other"), NULL, NULL, "hello") && !fx.error);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(only_its_creator_may_change_a_worker)
{
    weft_handinger_update_worker_request nothing = {.visibility = NULL};
    weft_handinger_set_webhook_request clear = {.url = weft_null_str()};
    char id[64], hidden[64];
    weft_client *other;
    fixture fx;

    CHECK(begin(&fx, NULL));
    other = client_with(&fx, "hdg_live_other");
    CHECK(make_worker(&fx, NULL, id));
    CHECK(make_worker(&fx, &(weft_handinger_create_worker_request){.visibility = "private"}, hidden));
    CHECK(finish(&fx, weft_handinger_get_worker(other, id, NULL, NULL, on_handinger_worker, &fx)) && !fx.error);
    CHECK(run_task(&fx, other, id, "tsk_theirs", "hi") && !fx.error);
    CHECK(finish(&fx, weft_handinger_update_worker(other, id, &nothing, NULL, on_handinger_worker_template, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_delete_worker(other, id, NULL, on_handinger_delete_worker, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_delete_task(other, "tsk_theirs", NULL, on_handinger_delete_task, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_get_webhook(other, id, NULL, on_handinger_webhook, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_set_webhook(other, id, &clear, NULL, on_handinger_webhook, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_delete_webhook(other, id, NULL, on_handinger_webhook, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_regenerate_webhook_token(other, id, NULL, on_handinger_webhook, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_list_webhook_executions(other, id, NULL, NULL, on_handinger_webhook_execution_list,
                                                             &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_get_worker(other, hidden, NULL, NULL, on_handinger_worker, &fx)) &&
          fails_with(&fx, WEFT_E_FORBIDDEN));
    CHECK(finish(&fx, weft_handinger_delete_task(fx.client, "tsk_theirs", NULL, on_handinger_delete_task, &fx)) &&
          !fx.error);
    CHECK(end_sim(&fx));
}

/* ---- Tasks ------------------------------------------------------------------------------------------- */

static void note_status(const weft_handinger_task_with_turns *it, void *arg)
{
    size_t len = strlen(heard.seen);

    (void)arg;
    snprintf(heard.seen + len, sizeof(heard.seen) - len, "%s;", it->task->status.ptr);
}

/* The task runs for sure once its stream has begun. */
static void wait_at_first_event(weft_stream *stream, const weft_event *event, void *arg)
{
    static const weft_wait_options quick = {.first_interval_ms = 5, .max_interval_ms = 10};
    fixture *fx = arg;

    (void)stream;
    (void)event;
    if (heard.count++ == 0)
        weft_handinger_wait_task(fx->client, "tsk_1", &quick, note_status, NULL, on_handinger_task_with_turns, fx);
}

static void on_end_ignored(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    (void)error;
    (void)arg;
}

TEST(a_task_is_seen_running_and_then_completed)
{
    static const char *const arguments[] = {"--tokens", "3", "--token-interval", "30", NULL};
    static const weft_stream_callbacks waiting = {.on_event = wait_at_first_event, .on_end = on_end_ignored};
    weft_handinger_create_task_request request = {.input = "hello", .task_id = weft_some_str("tsk_1")};
    fixture fx;

    CHECK(begin(&fx, arguments));
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &request, NULL, &waiting, &fx)) && !fx.error);
    CHECK_STR(heard.seen, "running;completed;");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(a_follow_up_is_another_turn_of_the_same_task)
{
    const weft_handinger_task_with_turns *it;
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(run_task(&fx, fx.client, NULL, "tsk_1", "hello") && !fx.error);
    CHECK(run_task(&fx, fx.client, NULL, "tsk_1", "sim:echo what I said") && !fx.error);
    CHECK(is(((const weft_handinger_worker *)fx.result)->output_text, "what I said"));
    CHECK(finish(&fx,
                 weft_handinger_wait_task(fx.client, "tsk_1", NULL, NULL, NULL, on_handinger_task_with_turns, &fx)) &&
          !fx.error);
    it = fx.result;
    CHECK(it->turns_count == 2 && it->turns[1].seq == 1 && is(it->turns[0].input, "hello"));
    CHECK(it->task->totals->turn_count == 2 && is(it->task->triggered_by, "api"));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(a_task_may_end_in_error_or_be_aborted_or_unknown)
{
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(run_task(&fx, fx.client, NULL, "tsk_1", "sim:fail") && !fx.error);
    CHECK(is(((const weft_handinger_worker *)fx.result)->output_text, ""));
    CHECK(finish(&fx,
                 weft_handinger_wait_task(fx.client, "tsk_1", NULL, NULL, NULL, on_handinger_task_with_turns, &fx)) &&
          !fx.error);
    CHECK(is(((const weft_handinger_task_with_turns *)fx.result)->task->status, WEFT_HANDINGER_TASK_ERROR));
    CHECK(run_task(&fx, fx.client, NULL, "tsk_2", "sim:crash") && !fx.error);
    CHECK(finish(&fx,
                 weft_handinger_wait_task(fx.client, "tsk_2", NULL, NULL, NULL, on_handinger_task_with_turns, &fx)) &&
          !fx.error);
    CHECK(is(((const weft_handinger_task_with_turns *)fx.result)->task->status, WEFT_HANDINGER_TASK_ABORTED));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_9", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(fails_with(&fx, WEFT_E_NOT_FOUND));
    CHECK(run_task(&fx, fx.client, "wrk_none", NULL, "hello") && fails_with(&fx, WEFT_E_NOT_FOUND));
    CHECK(run_task(&fx, fx.client, NULL, NULL, "") && fails_with(&fx, WEFT_E_BAD_REQUEST));
    CHECK_CONTAINS(fx.error->message, "input");
    CHECK(end_sim(&fx));
}

TEST(a_task_cut_off_is_not_run_twice)
{
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(run_task(&fx, fx.client, NULL, "tsk_1", "sim:drop") && fails_with(&fx, WEFT_E_CONNECTION_LOST));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)) &&
          !fx.error);
    CHECK_EQ(((const weft_handinger_task_with_turns *)fx.result)->turns_count, 1);
    CHECK(end_sim(&fx));
}

/* ---- Streams ----------------------------------------------------------------------------------------- */

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    const weft_handinger_event *read = weft_handinger_read_event(stream, event);
    weft_json type = weft_object_get(&read->object, "type"), role = weft_object_get(&read->object, "role");
    size_t len = strlen(heard.events);

    (void)arg;
    heard.count++;
    if (read->kind == WEFT_HANDINGER_EVENT_KIND_DONE)
        snprintf(heard.events + len, sizeof(heard.events) - len, "DONE;");
    else
        snprintf(heard.events + len, sizeof(heard.events) - len, "%.*s%.*s;", (int)type.len, type.ptr ? type.ptr : "",
                 (int)role.len, role.ptr ? role.ptr : "");
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    fixture *fx = arg;

    weft_call_unref(fx->call);
    fx->call = weft_call_ref(weft_stream_get_call(stream));
    fx->error = error;
    fx->done = true;
}

static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};

static bool stream_task(fixture *fx, const char *worker_id, const char *input)
{
    weft_handinger_create_task_request request = {.input = input, .worker_id = weft_some_str(worker_id)};

    heard.events[0] = '\0';
    return finish(fx, weft_handinger_stream_task(fx->client, &request, NULL, &callbacks, fx));
}

TEST(a_task_streams_and_its_worker_replays_it)
{
    static const char *const arguments[] = {"--tokens", "2", NULL};
    char id[64];
    fixture fx;

    CHECK(begin(&fx, arguments));
    CHECK(make_worker(&fx, NULL, id));
    CHECK(stream_task(&fx, id, "hello") && !fx.error);
    CHECK_STR(heard.events, "\"text-delta\";\"text-delta\";\"finish\";DONE;");
    heard.events[0] = '\0';
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, id, NULL, &callbacks, &fx)) && !fx.error);
    CHECK_STR(heard.events, "\"user\";\"assistant\";");
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

TEST(a_stream_may_fail_be_cut_or_be_dropped)
{
    static const char *const arguments[] = {"--tokens", "2", NULL};
    char id[64];
    fixture fx;

    CHECK(begin(&fx, arguments));
    CHECK(make_worker(&fx, NULL, id));
    CHECK(stream_task(&fx, id, "sim:fail") && !fx.error); /* no event is documented to mean failure */
    CHECK_STR(heard.events, "\"text-delta\";\"text-delta\";\"error\";DONE;");
    CHECK(stream_task(&fx, id, "sim:cut") && !fx.error);
    CHECK_STR(heard.events, "\"text-delta\";\"text-delta\";");
    CHECK(stream_task(&fx, id, "sim:drop") && fails_with(&fx, WEFT_E_CONNECTION_LOST));
    CHECK(end_sim(&fx));
}

/* ---- Files ------------------------------------------------------------------------------------------- */

TEST(files_arrive_as_they_were_sent)
{
    char path[] = "/tmp/weft-handinger-XXXXXX";
    int fd = mkstemp(path);
    static char bytes[200000];
    weft_handinger_file files[] = {
        {.path = path, .name = "odd \"n\\ame\".bin"},
        {.bytes = "\r\n--weft-\r\n", .bytes_len = 11, .content_type = "text/plain"},
    };
    weft_handinger_create_task_request request = {.input = "look", .files = files, .files_count = 2};
    const weft_handinger_worker *worker;
    fixture fx;

    CHECK(fd >= 0 && write(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes) && close(fd) == 0);
    CHECK(begin(&fx, NULL));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &request, NULL, on_handinger_worker, &fx)) && !fx.error);
    worker = fx.result;
    CHECK_EQ(worker->files_count, 2);
    CHECK(is(worker->files[0].filename, "odd \"n\\ame\".bin") && worker->files[0].size_bytes.value == sizeof(bytes));
    CHECK(is(worker->files[0].media_type, "application/octet-stream"));
    CHECK(is(worker->files[1].filename, "anonymous_file") && worker->files[1].size_bytes.value == 11);
    CHECK_EQ(malformed(&fx), 0);
    unlink(path);
    CHECK(end_sim(&fx));
}

TEST(forms_that_are_wrong_are_refused)
{
#define PART(name, text) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" text "\r\n"
    static const char *const bodies[] = {
        "",
        "--b--\r\n",
        PART("input", "i"),
        PART("input", "i") "--b--\r\nmore",
        PART("input", "i") PART("input", "i") "--b--\r\n",
        PART("input", "i") PART("colour", "red") "--b--\r\n",
        PART("input", "i") PART("stream", "yes") "--b--\r\n",
        PART("input", "i") PART("budget", "max") "--b--\r\n",
        PART("input", "\xff") "--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"input\"\r\nContent-Type: text/plain\r\n\r\ni\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"input\"\r\nX-Odd: 1\r\n\r\ni\r\n--b--\r\n",
        PART("input", "i") "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: "
                           "a/b\r\n\r\n\r\n--b--\r\n",
        PART("input", "i") "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"f\"\r\n\r\n\r\n--b--\r\n",
    };
    fixture fx;

    CHECK(begin(&fx, NULL));
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        weft_http_request request = {
            .method = "POST",
            .path = "/api/tasks",
            .body = {.bytes = bodies[i],
                     .bytes_len = strlen(bodies[i]),
                     .content_type = "multipart/form-data; boundary=b"},
        };

        CHECK(finish(&fx, weft_http_send(fx.client, &request, NULL, on_http, &fx)));
        CHECK(fails_with(&fx, WEFT_E_BAD_REQUEST));
        CHECK_EQ(malformed(&fx), i + 1);
    }
    CHECK(end_sim(&fx));
}

/* ---- Schedules --------------------------------------------------------------------------------------- */

static bool schedule(fixture *fx, const char *worker_id, weft_handinger_when when)
{
    weft_handinger_create_schedule_request request = {.input = "look", .when = when};

    return finish(fx, weft_handinger_create_schedule(fx->client, worker_id, &request, NULL, on_handinger_schedule, fx));
}

TEST(schedules_are_made_listed_and_cancelled)
{
    const weft_handinger_schedule_list *list;
    char id[64], schedule_id[64];
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(make_worker(&fx, NULL, id));
    CHECK(schedule(&fx, id, weft_handinger_at("2099-06-01T09:00:00Z")) && !fx.error);
    CHECK(schedule(&fx, id, weft_handinger_after(600)) && !fx.error);
    CHECK(schedule(&fx, id, weft_handinger_cron("*/15 0,9-17 1-31 * 1-5")) && !fx.error);
    CHECK(schedule(&fx, id, weft_handinger_every(3600)) && !fx.error);
    CHECK(finish(&fx, weft_handinger_list_schedules(fx.client, id, NULL, on_handinger_schedule_list, &fx)) &&
          !fx.error);
    list = fx.result;
    CHECK_EQ(list->count, 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK_EQ(weft_handinger_schedule_get_kind(&list->items[i]), i + 1);
        CHECK(weft_time_parse(list->items[i].next_run_at) != WEFT_TIME_NONE);
        CHECK(is(list->items[i].budget, WEFT_HANDINGER_BUDGET_STANDARD));
    }
    CHECK(is(list->items[0].next_run_at, "2099-06-01T09:00:00.000Z"));
    snprintf(schedule_id, sizeof(schedule_id), "%s", list->items[1].id.ptr);
    CHECK(finish(&fx,
                 weft_handinger_cancel_schedule(fx.client, id, schedule_id, NULL, on_handinger_cancel_schedule, &fx)) &&
          !fx.error);
    CHECK(finish(&fx,
                 weft_handinger_cancel_schedule(fx.client, id, schedule_id, NULL, on_handinger_cancel_schedule, &fx)) &&
          fails_with(&fx, WEFT_E_NOT_FOUND));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(schedule(&fx, id, weft_handinger_every(31536001)) && fails_with(&fx, WEFT_E_BAD_REQUEST));
    CHECK(schedule(&fx, id, weft_handinger_cron("61 * * * *")) && fails_with(&fx, WEFT_E_BAD_REQUEST));
    CHECK(schedule(&fx, id, weft_handinger_at("tomorrow")) && fails_with(&fx, WEFT_E_BAD_REQUEST));
    CHECK_EQ(malformed(&fx), 3);
    CHECK(end_sim(&fx));
}

TEST(a_schedule_that_is_due_runs_once)
{
    const weft_handinger_worker *worker;
    char id[64];
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(make_worker(&fx, NULL, id));
    CHECK(schedule(&fx, id, weft_handinger_at("2020-01-01T00:00:00Z")) && !fx.error);
    CHECK(finish(&fx, weft_handinger_get_worker(fx.client, id, NULL, NULL, on_handinger_worker, &fx)) && !fx.error);
    worker = fx.result;
    CHECK(worker->messages_count > 0 && memmem(worker->messages[0].ptr, worker->messages[0].len, "look", 4));
    CHECK(finish(&fx, weft_handinger_list_schedules(fx.client, id, NULL, on_handinger_schedule_list, &fx)) &&
          !fx.error);
    CHECK_EQ(((const weft_handinger_schedule_list *)fx.result)->count, 0);
    CHECK(end_sim(&fx));
}

/* ---- Webhooks ---------------------------------------------------------------------------------------- */

static bool set_webhook(fixture *fx, const char *worker_id, weft_opt_str url)
{
    weft_handinger_set_webhook_request request = {.url = url};

    return finish(fx, weft_handinger_set_webhook(fx->client, worker_id, &request, NULL, on_handinger_webhook, fx));
}

TEST(a_webhooks_token_is_made_kept_replaced_and_cleared)
{
    char id[64], token[64];
    const weft_handinger_webhook *webhook;
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(make_worker(&fx, NULL, id));
    CHECK(set_webhook(&fx, id, weft_some_str("https://example.com/a")) && !fx.error);
    snprintf(token, sizeof(token), "%s", ((const weft_handinger_webhook *)fx.result)->token.ptr);
    CHECK(set_webhook(&fx, id, weft_some_str("https://example.com/b")) && !fx.error);
    webhook = fx.result;
    CHECK(weft_handinger_is_webhook_token(token, webhook->token.ptr) && is(webhook->url, "https://example.com/b"));
    CHECK(finish(&fx, weft_handinger_regenerate_webhook_token(fx.client, id, NULL, on_handinger_webhook, &fx)) &&
          !fx.error);
    webhook = fx.result;
    CHECK(!weft_handinger_is_webhook_token(token, webhook->token.ptr) && is(webhook->url, "https://example.com/b"));
    CHECK(set_webhook(&fx, id, weft_null_str()) && !fx.error);
    CHECK(!((const weft_handinger_webhook *)fx.result)->token.ptr);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(set_webhook(&fx, id, weft_some_str("http://example.com")) && fails_with(&fx, WEFT_E_BAD_REQUEST));
    CHECK(set_webhook(&fx, id, weft_some_str("")) && fails_with(&fx, WEFT_E_BAD_REQUEST));
    CHECK_EQ(malformed(&fx), 2);
    CHECK(end_sim(&fx));
}

static bool count_execution(const weft_handinger_webhook_execution *it, void *arg)
{
    size_t len = strlen(heard.seen);

    (void)arg;
    if (heard.count++ < 3)
        snprintf(heard.seen + len, sizeof(heard.seen) - len, "%s%d;", it->request_status.ptr,
                 it->response_status.state == WEFT_PRESENCE_VALUE ? (int)it->response_status.value : 0);
    return true;
}

TEST(each_task_that_ends_is_delivered_and_on_record)
{
    char id[64];
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(make_worker(&fx, NULL, id));
    CHECK(run_task(&fx, fx.client, id, NULL, "before") && !fx.error);
    CHECK(set_webhook(&fx, id, weft_some_str("https://example.com/good")) && !fx.error);
    for (int i = 0; i < 50; i++)
        CHECK(run_task(&fx, fx.client, id, NULL, "look") && !fx.error);
    CHECK(set_webhook(&fx, id, weft_some_str("https://example.com/fail")) && !fx.error);
    CHECK(run_task(&fx, fx.client, id, NULL, "look") && !fx.error);
    CHECK(set_webhook(&fx, id, weft_some_str("https://unreachable.example.com/")) && !fx.error);
    CHECK(run_task(&fx, fx.client, id, NULL, "look") && !fx.error);
    CHECK(finish(&fx, weft_handinger_each_webhook_execution(fx.client, id, NULL, count_execution, NULL,
                                                            on_handinger_webhook_execution_list, &fx)));
    CHECK(!fx.error);
    CHECK_EQ(heard.count, 52);
    CHECK_STR(heard.seen, "error0;error500;success204;");
    CHECK_EQ(((const weft_handinger_webhook_execution_list *)fx.result)->page, 2);
    CHECK_EQ(((const weft_handinger_webhook_execution_list *)fx.result)->total_count, 52);
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}

/* ---- Errors ------------------------------------------------------------------------------------------ */

/* What a task's look-up gets when it asks for this answer, `times` times. */
static bool ask_for(fixture *fx, const char *answer, const char *header, const char *times)
{
    weft_pair headers[3] = {{"X-Sim-Answer", answer}, {"X-Sim-Header", header}, {"X-Sim-Times", times}};
    weft_call_options options = {.headers = headers, .headers_count = times ? 3 : header ? 2 : 1};

    return finish(fx, weft_handinger_get_task(fx->client, "tsk_1", &options, on_handinger_task_with_turns, fx));
}

TEST(every_form_of_error_can_be_asked_for)
{
    static const struct {
        const char *answer;
        weft_code code;
        const char *words;
    } cases[] = {
        {"400", WEFT_E_BAD_REQUEST, "asked for by X-Sim-Answer"},
        {"404 object", WEFT_E_NOT_FOUND, "asked for by X-Sim-Answer"},
        {"422 message", WEFT_E_UNPROCESSABLE, "asked for by X-Sim-Answer"},
        {"403 text", WEFT_E_FORBIDDEN, "asked for by X-Sim-Answer"},
        {"502 html", WEFT_E_SERVER_ERROR, "<html>bad gateway</html>"},
        {"500 empty", WEFT_E_SERVER_ERROR, "500 Internal Server Error"},
        {"401 broken", WEFT_E_UNAUTHORIZED, "{\"error\":\"asked"},
        {"200 text", WEFT_E_CONTENT_TYPE, "text/plain"},
        {"200 broken", WEFT_E_DECODE, "not valid JSON"},
    };
    fixture fx;

    CHECK(begin(&fx, NULL));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK(ask_for(&fx, cases[i].answer, NULL, NULL));
        CHECK(fails_with(&fx, cases[i].code));
        CHECK_CONTAINS(fx.error->message, cases[i].words);
    }
    CHECK(end_sim(&fx));
}

TEST(errors_pass_when_they_are_tried_again)
{
    weft_call_details details;
    fixture fx;

    CHECK(begin(&fx, NULL));
    CHECK(run_task(&fx, fx.client, NULL, "tsk_1", "hello") && !fx.error);
    CHECK(ask_for(&fx, "429", "Retry-After-Ms: 5", "2") && !fx.error);
    weft_call_get_details(fx.call, &details);
    CHECK_EQ(details.attempts, 3);
    CHECK(ask_for(&fx, "400", "x-should-retry: true", "1") && !fx.error);
    CHECK(ask_for(&fx, "500", "x-should-retry: false", "1") && fails_with(&fx, WEFT_E_SERVER_ERROR));
    CHECK_EQ(malformed(&fx), 0);
    CHECK(end_sim(&fx));
}
