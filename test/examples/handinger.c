/* Makes a worker, has it read a file, follows another task while it runs, schedules a third, and sets a webhook.
 * Usage: handinger URL */
#include <stdio.h>
#include <stdlib.h>

#include <weft/weft.h>

typedef struct errand {
    weft_client *api;
    char worker_id[64];
    weft_call *webhook; /* kept: its result owns the token */
    unsigned events;
    int status;
} errand;

static void fail(errand *errand, const weft_error *error)
{
    fprintf(stderr, "%s\n", error->message);
    errand->status = 1;
}

static void on_schedules(weft_call *call, const weft_error *error, const weft_handinger_schedule_list *list, void *arg)
{
    errand *errand = arg;

    (void)call;
    if (error) {
        fail(errand, error);
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        printf("scheduled: %s, next at %s\n", list->items[i].input.ptr, list->items[i].next_run_at.ptr);
    errand->status = list->count == 1 && errand->events > 0 ? 0 : 1;
}

static void on_webhook(weft_call *call, const weft_error *error, const weft_handinger_webhook *webhook, void *arg)
{
    errand *errand = arg;

    if (error) {
        fail(errand, error);
        return;
    }
    /* This is what a delivery's X-Handinger-Token header is held against. */
    errand->webhook = weft_call_ref(call);
    printf("deliveries go to %s, with %s token\n", webhook->url.ptr,
           weft_handinger_is_webhook_token(webhook->token.ptr, webhook->token.ptr) ? "a" : "no");
    weft_handinger_list_schedules(errand->api, errand->worker_id, NULL, on_schedules, errand);
}

static void on_schedule(weft_call *call, const weft_error *error, const weft_handinger_schedule *result, void *arg)
{
    errand *errand = arg;

    (void)call;
    (void)result;
    if (error) {
        fail(errand, error);
        return;
    }
    weft_handinger_set_webhook(
        errand->api, errand->worker_id,
        &(weft_handinger_set_webhook_request){.url = weft_some_str("https://example.com/handinger")}, NULL, on_webhook,
        errand);
}

static void on_ended(weft_call *call, const weft_error *error, const weft_handinger_task_with_turns *it, void *arg)
{
    errand *errand = arg;

    (void)call;
    if (error) {
        fail(errand, error);
        return;
    }
    printf("task %s: %s after %lld turn\n", it->task->id.ptr, it->task->status.ptr,
           it->task->totals ? (long long)it->task->totals->turn_count : 0);
    weft_handinger_create_schedule(errand->api, errand->worker_id,
                                   &(weft_handinger_create_schedule_request){
                                       .input = "Daily report",
                                       .when = weft_handinger_cron("0 9 * * 1-5"),
                                       .budget = WEFT_HANDINGER_BUDGET_LOW,
                                   },
                                   NULL, on_schedule, errand);
}

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    const weft_handinger_event *read = weft_handinger_read_event(stream, event);

    ((errand *)arg)->events++;
    if (read && read->kind == WEFT_HANDINGER_EVENT_KIND_DELTA)
        printf("  %s\n", read->text.ptr);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    errand *errand = arg;

    (void)stream;
    if (error) {
        fail(errand, error);
        return;
    }
    weft_handinger_wait_task(errand->api, "tsk_example", NULL, NULL, NULL, on_ended, errand);
}

static void on_summary(weft_call *call, const weft_error *error, const weft_handinger_worker *worker, void *arg)
{
    errand *errand = arg;

    if (error) {
        fail(errand, error);
        return;
    }
    for (size_t i = 0; i < worker->messages_count; i++) {
        const weft_handinger_message *message = weft_handinger_read_message(call, worker->messages[i]);

        if (message && message->role.ptr && message->text.ptr)
            printf("%s: %s\n", message->role.ptr, message->text.ptr);
    }
    printf("answer: %s (%zu file)\n", worker->output_text.ptr, worker->files_count);
    weft_handinger_stream_task(errand->api,
                               &(weft_handinger_create_task_request){
                                   .input = "Weather in Girona?",
                                   .worker_id = weft_some_str(errand->worker_id),
                                   .task_id = weft_some_str("tsk_example"),
                               },
                               NULL, &(weft_stream_callbacks){.on_event = on_event, .on_end = on_end}, errand);
}

static void on_worker(weft_call *call, const weft_error *error, const weft_handinger_worker_template *worker, void *arg)
{
    errand *errand = arg;

    (void)call;
    if (error) {
        fail(errand, error);
        return;
    }
    printf("worker: %s\n", worker->title.ptr);
    snprintf(errand->worker_id, sizeof(errand->worker_id), "%s", worker->id.ptr);
    weft_handinger_create_task(errand->api,
                               &(weft_handinger_create_task_request){
                                   .input = "Summarise the attached file.",
                                   .worker_id = weft_some_str(errand->worker_id),
                                   .files = &(weft_handinger_file){.path = "weather.csv", .content_type = "text/csv"},
                                   .files_count = 1,
                               },
                               NULL, on_summary, errand);
}

static int write_file(const char *path)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return -1;
    fputs("city,celsius\nBarcelona,22\n", file);
    return fclose(file);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    errand errand = {.status = 1};
    weft_error_info problem;
    weft_engine *engine;

    if (argc != 2 || write_file("weather.csv") != 0) {
        fprintf(stderr, "usage: %s URL\n", argv[0]);
        return 2;
    }
    engine = weft_engine_new(loop, NULL, &problem);
    if (engine)
        errand.api =
            weft_handinger_client(engine, &(weft_client_options){.base_url = argv[1], .token = "hdg_live_x"}, &problem);
    if (!errand.api) {
        fprintf(stderr, "%s\n", problem.message);
        return 2;
    }
    weft_handinger_create_worker(errand.api,
                                 &(weft_handinger_create_worker_request){
                                     .instructions = weft_some_str("You answer weather questions."),
                                     .title = weft_some_str("Weather"),
                                     .visibility = WEFT_HANDINGER_VISIBILITY_PRIVATE,
                                 },
                                 NULL, on_worker, &errand);
    uv_run(loop, UV_RUN_DEFAULT);
    weft_call_unref(errand.webhook);
    weft_engine_close(engine, NULL, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop) == 0 ? errand.status : 1;
}
