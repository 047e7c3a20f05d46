/* Each allocation of each way to ask Handinger fails once: an error, no crash, nothing left behind. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client_rig.h"
#include "test.h"

enum { ALLOCATIONS_MAX = 200 };

/* Good for a worker, a task that has ended and a page of executions. */
#define ANY                                                                                                            \
    "{\"id\":\"i\",\"files\":[{\"url\":\"u\"}],\"messages\":[1],\"output_text\":\"o\","                                \
    "\"task\":{\"id\":\"t\",\"status\":\"completed\",\"totals\":{}},\"turns\":[{\"id\":\"n\"}],"                       \
    "\"logs\":[{\"id\":\"e\"}],\"page\":1,\"pageCount\":2,\"type\":\"cron\"}"

/* Sent as soon as somebody connects: a call that memory ended may never ask. */
static const script_step json_steps[] = {
    SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" ANY),
    CLOSE(),
};
static const script_step event_steps[] = {
    SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 7\ndata: one\n\ndata: tw"),
    SEND("o\n\ndata: [DONE]\n\n"),
    CLOSE(),
};
static const script_step refusal_steps[] = {
    SEND("HTTP/1.1 400 Bad Request\r\n\r\n{\"error\":{\"message\":\"no\"}}"),
    CLOSE(),
};

typedef struct attempt {
    client_rig rig;
    weft_client *client;
    call_outcome outcome;
    stream_log heard;
    const char *path; /* of a file to send */
    bool submitted;
} attempt;

typedef void submit_fn(attempt *it);

static void heard_event(weft_stream *stream, const weft_event *event, void *arg)
{
    (void)event;
    (void)weft_stream_get_last_event_id(stream);
    ((stream_log *)arg)->events++;
}

static void heard_end(weft_stream *stream, const weft_error *error, void *arg)
{
    stream_log *heard = arg;

    (void)stream;
    heard->ends++;
    heard->code = error ? error->code : WEFT_OK;
}

static const weft_stream_callbacks callbacks = {.on_event = heard_event, .on_end = heard_end};

/* One go with the `number`th allocation failing; whether it came to that. */
static bool fails_well(attempt *it, fault_script script, submit_fn *submit, unsigned long number)
{
    const char *path = it->path;
    unsigned long before;
    bool reached;

    memset(it, 0, sizeof(*it));
    it->path = path;
    if (!rig_open(&it->rig, NULL, NULL))
        return false;
    fault_server_play(it->rig.server, script, 0);
    before = it->rig.memory.count;
    it->rig.memory.fail_at = before + number;
    it->client = weft_handinger_client(it->rig.engine,
                                       &(weft_client_options){
                                           .base_url = fault_server_url(it->rig.server),
                                           .retries.max_retries = WEFT_NO_RETRIES,
                                       },
                                       NULL);
    if (it->client)
        submit(it);
    if (!rig_run(&it->rig))
        return false;
    reached = it->rig.memory.count >= before + number;
    it->rig.memory.fail_at = 0;
    if (it->submitted && it->outcome.count + it->heard.ends != 1)
        test_fail(__FILE__, __LINE__, "allocation %lu failed: reported %u times", number,
                  it->outcome.count + it->heard.ends);
    if (!reached && it->outcome.code == WEFT_E_NO_MEMORY)
        test_fail(__FILE__, __LINE__, "out of memory without cause");
    if (!rig_end(&it->rig))
        test_fail(__FILE__, __LINE__, "allocation %lu failed: something was left behind", number);
    return reached;
}

static void fail_each(fault_script script, submit_fn *submit, const char *path)
{
    attempt it = {.path = path};
    unsigned long number = 1;

    setenv("HANDINGER_CUSTOM_HEADERS", "X-One: 1\nX-Two: 2", 1);
    while (number < ALLOCATIONS_MAX && fails_well(&it, script, submit, number))
        number++;
    unsetenv("HANDINGER_CUSTOM_HEADERS");
    if (number < 5 || number == ALLOCATIONS_MAX)
        test_fail(__FILE__, __LINE__, "ended after %lu allocations", number);
}

static void create_task(attempt *it)
{
    it->submitted = weft_handinger_create_task(it->client, &(weft_handinger_create_task_request){.input = "i"}, NULL,
                                               on_handinger_worker_outcome, &it->outcome) != NULL;
}

TEST(a_task_survives_every_failing_allocation)
{
    fail_each(SCRIPT(json_steps), create_task, NULL);
}

TEST(a_refusal_survives_every_failing_allocation)
{
    fail_each(SCRIPT(refusal_steps), create_task, NULL);
}

static weft_handinger_create_task_request with_files(const attempt *it, weft_handinger_file files[2])
{
    files[0] = (weft_handinger_file){.path = it->path};
    files[1] = (weft_handinger_file){.bytes = "x", .bytes_len = 1};
    return (weft_handinger_create_task_request){.input = "i", .files = files, .files_count = 2};
}

static void upload(attempt *it)
{
    weft_handinger_file files[2];
    weft_handinger_create_task_request request = with_files(it, files);

    it->submitted =
        weft_handinger_create_task(it->client, &request, NULL, on_handinger_worker_outcome, &it->outcome) != NULL;
}

static void stream_upload(attempt *it)
{
    weft_handinger_file files[2];
    weft_handinger_create_task_request request = with_files(it, files);

    it->submitted = weft_handinger_stream_task(it->client, &request, NULL, &callbacks, &it->heard) != NULL;
}

TEST(files_survive_every_failing_allocation)
{
    char path[] = "/tmp/weft-handinger-XXXXXX";
    int fd = mkstemp(path);

    CHECK(fd >= 0 && write(fd, "bytes", 5) == 5 && close(fd) == 0);
    fail_each(SCRIPT(json_steps), upload, path);
    fail_each(SCRIPT(event_steps), stream_upload, path);
    unlink(path);
}

static void stream_worker(attempt *it)
{
    it->submitted = weft_handinger_stream_worker(it->client, "w", NULL, &callbacks, &it->heard) != NULL;
}

TEST(a_stream_survives_every_failing_allocation)
{
    fail_each(SCRIPT(event_steps), stream_worker, NULL);
}

static bool take_one(const weft_handinger_webhook_execution *execution, void *arg)
{
    (void)execution;
    (void)arg;
    return true;
}

static void walk_executions(attempt *it)
{
    weft_pair header = {"X-Mine", "1"};

    it->submitted = weft_handinger_each_webhook_execution(
                        it->client, "w", NULL, take_one, &(weft_call_options){.headers = &header, .headers_count = 1},
                        on_handinger_webhook_execution_list_outcome, &it->outcome) != NULL;
}

static void wait_for_task(attempt *it)
{
    it->submitted = weft_handinger_wait_task(it->client, "t", NULL, NULL, NULL, on_handinger_task_with_turns_outcome,
                                             &it->outcome) != NULL;
}

TEST(walks_and_waits_survive_every_failing_allocation)
{
    fail_each(SCRIPT(json_steps), walk_executions, NULL);
    fail_each(SCRIPT(json_steps), wait_for_task, NULL);
}

static void create_schedule(attempt *it)
{
    weft_handinger_create_schedule_request request = {.input = "i", .when = weft_handinger_cron("* * * * *")};

    it->submitted = weft_handinger_create_schedule(it->client, "w", &request, NULL, on_handinger_schedule_outcome,
                                                   &it->outcome) != NULL;
}

TEST(a_schedule_survives_every_failing_allocation)
{
    fail_each(SCRIPT(json_steps), create_schedule, NULL);
}
