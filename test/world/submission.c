#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger.h"
#include "user.h"

static char scratch[64];

const char *user_file(const char *name, int number)
{
    static char path[200];

    if (!*scratch) {
        snprintf(scratch, sizeof(scratch), "/tmp/weft-world-XXXXXX");
        if (!mkdtemp(scratch))
            abort();
    }
    snprintf(path, sizeof(path), "%s/%s-%d", scratch, name, number);
    return path;
}

/* Every upload is of the same file. */
static const char *upload_file(void)
{
    const char *path = user_file("upload", 0);
    FILE *file;

    if (access(path, R_OK) == 0)
        return path;
    file = fopen(path, "w");
    for (size_t i = 0; file && i < USER_UPLOAD_BYTES; i++)
        fputc(user_upload_byte(i), file);
    if (!file || fclose(file) != 0)
        abort();
    return path;
}

unsigned user_remove_files(void)
{
    unsigned count = 0;
    DIR *directory = *scratch ? opendir(scratch) : NULL;
    const struct dirent *each;

    if (!directory)
        return 0;
    while ((each = readdir(directory))) {
        if (each->d_name[0] == '.' && (each->d_name[1] == '\0' || each->d_name[1] == '.'))
            continue;
        count += strcmp(each->d_name, "upload-0") != 0;
        unlinkat(dirfd(directory), each->d_name, 0);
    }
    closedir(directory);
    rmdir(scratch);
    *scratch = '\0';
    return count;
}

/* Ends that have no result to look at, and what every end comes to. */
static void finish(user_call *call)
{
    user_act_within();
    if (!call->kept || world_chance(500))
        user_let_go(call);
}

static void check_numbered(const user_call *call, const char *what, weft_str text, const char *prefix)
{
    char expected[64];

    snprintf(expected, sizeof(expected), "%s-%d", prefix, call->number);
    user_check_text(call, what, text, expected);
}

/* An empty success is one with nothing in it, and somebody between may have answered anything. */
static bool has_result(const user_call *call, const weft_error *error, const weft_object *object)
{
    return !error && object->raw.ptr && !ledger_get(call->number)->masked;
}

static void on_run(weft_call *handle, const weft_error *error, const weft_stromboli_run_response *result, void *arg)
{
    user_call *call = arg;

    user_check_end(call, handle, error);
    if (!error && has_result(call, error, &result->object))
        check_numbered(call, "output", result->output, "out");
    finish(call);
}

static void on_async_run(weft_call *handle, const weft_error *error, const weft_stromboli_run_async_response *result,
                         void *arg)
{
    user_call *call = arg;

    user_check_end(call, handle, error);
    if (!error && has_result(call, error, &result->object))
        check_numbered(call, "job_id", result->job_id, "job");
    finish(call);
}

static void on_job(weft_call *handle, const weft_error *error, const weft_stromboli_job *result, void *arg)
{
    user_call *call = arg;
    const ledger_entry *job = ledger_get(call->about);

    user_check_end(call, handle, error);
    if (!error && has_result(call, error, &result->object) && call->kind == USER_WAIT) {
        user_check_text(call, "status", result->status, job->job_status);
        INVARIANT(RESULT, world.now >= job->job_ends, "%d has waited, and its job is not over", call->number);
    }
    finish(call);
}

static void on_list(weft_call *handle, const weft_error *error, const weft_stromboli_job_list *result, void *arg)
{
    (void)result;
    user_check_end(arg, handle, error);
    finish(arg);
}

static void on_job_cancelled(weft_call *handle, const weft_error *error,
                             const weft_stromboli_cancel_job_response *result, void *arg)
{
    (void)result;
    user_check_end(arg, handle, error);
    finish(arg);
}

static void check_saved(const user_call *call, const weft_error *error)
{
    const char *path = user_file("saved", call->number);
    char text[64] = "";
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(text, 1, sizeof(text), file) : 0;

    /* One that is cancelled while it is renamed may be there all the same. */
    INVARIANT(RESULT, file || error, "%d ends well, and there is no file", call->number);
    if (!file)
        return;
    fclose(file);
    remove(path);
    if (!ledger_get(call->number)->masked)
        check_numbered(call, "file", (weft_str){text, len}, "echo");
}

static void on_answer(weft_call *handle, const weft_error *error, const weft_http_response *result, void *arg)
{
    user_call *call = arg;
    bool masked = ledger_get(call->number)->masked;

    user_check_end(call, handle, error);
    if (call->kind == USER_SAVE)
        check_saved(call, error);
    else if (!error && !masked && call->pieces)
        check_numbered(call, "data", (weft_str){call->got, call->got_len}, "echo");
    else if (!error && !masked)
        check_numbered(call, "body", result->body, "echo");
    finish(call);
}

static void pause_perhaps(user_call *call, unsigned of_1000)
{
    if (!world_strikes(FAULT_PAUSE, of_1000))
        return;
    call->paused = true;
    user.inside++;
    if (call->stream)
        weft_stream_pause(call->stream);
    else
        weft_call_pause(call->call);
    user.inside--;
}

static void check_delivery(const user_call *call)
{
    INVARIANT(PAUSED, !call->paused, "%d gets something while it is paused", call->number);
    INVARIANT(PAUSED, !call->cancelled, "%d gets something after it was cancelled", call->number);
}

static void on_data(weft_call *handle, const void *bytes, size_t len, void *arg)
{
    user_call *call = arg;

    (void)handle;
    user_enter_callback("on_data");
    check_delivery(call);
    if (call->got_len + len < sizeof(call->got))
        memcpy(call->got + call->got_len, bytes, len);
    call->got_len = call->got_len + len < sizeof(call->got) ? call->got_len + len : 0;
    pause_perhaps(call, 200);
    user_act_within();
}

static void on_open(weft_stream *stream, void *arg)
{
    user_call *call = arg;

    (void)stream;
    user_enter_callback("on_open");
    INVARIANT(ONCE, !call->opened, "stream %d opens twice", call->number);
    call->opened = true;
    user_act_within();
}

static void check_line(user_call *call, const weft_event *event)
{
    char expected[64];

    snprintf(expected, sizeof(expected), "line-%d-%u", call->number, call->next_event++);
    if (!event->unfinished)
        user_check_text(call, "event", event->data, expected);
}

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    user_call *call = arg;

    (void)stream;
    user_enter_callback("on_event");
    check_delivery(call);
    if (!event->type.ptr)
        check_line(call, event);
    call->done_event |= event->type.ptr && strcmp(event->type.ptr, "done") == 0;
    pause_perhaps(call, 100);
    user_act_within();
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    user_call *call = arg;

    user_check_end(call, weft_stream_get_call(stream), error);
    user_check_stream_end(call, error);
    call->stream = NULL;
    finish(call);
}

static int any_job(unsigned client)
{
    for (unsigned tries = 0; tries < 8 && user.call_count; tries++) {
        const user_call *call = &user.calls[1 + world_below(user.call_count)];

        if (call->kind == USER_ASYNC_RUN && user.hosts[call->client] == user.hosts[client])
            return call->number;
    }
    return 0;
}

static bool asks_of_a_job(user_kind kind)
{
    return kind == USER_JOB || kind == USER_WAIT || kind == USER_CANCEL_JOB;
}

static user_call *new_call(user_kind kind, unsigned client)
{
    int about = asks_of_a_job(kind) ? any_job(client) : 0;
    user_call *made;

    if (user.call_count == USER_CALLS - 1)
        return NULL;
    made = &user.calls[++user.call_count];
    *made = (user_call){
        .number = (int)user.call_count,
        .kind = asks_of_a_job(kind) && !about ? USER_LIST : kind,
        .client = client,
        .about = about,
        .began = world.now,
        .live = true,
    };
    user.live++;
    world.calls++;
    return made;
}

static void draw_timeouts(user_call *call, weft_timeouts *timeouts)
{
    if (world_chance(200))
        timeouts->total_ms = world_up_to(world_chance(500) ? 300 : 20000);
    if (world_chance(60))
        timeouts->total_ms = WEFT_NO_TIMEOUT;
    timeouts->queue_ms = world_chance(100) ? world_up_to(500) : 0;
    timeouts->first_byte_ms = world_chance(100) ? world_up_to(500) : 0;
    timeouts->idle_ms = world_chance(100) ? world_up_to(500) : 0;
    if (call->kind != USER_WAIT && timeouts->total_ms)
        call->total_ms = timeouts->total_ms == WEFT_NO_TIMEOUT ? 0 : timeouts->total_ms;
}

static weft_call *send_http(user_call *call, weft_client *client, const weft_call_options *options)
{
    char path[64], file[200];
    bool posts = call->kind == USER_POST || call->kind == USER_UPLOAD;
    weft_http_request request = {.method = posts ? "POST" : "GET", .path = path};

    snprintf(path, sizeof(path), "/%s/%d",
             call->kind == USER_UPLOAD ? "post/up"
             : posts                   ? "post"
                                       : "get",
             call->number);
    call->pieces = (call->kind == USER_GET || call->kind == USER_POST) && world_chance(500);
    request.on_data = call->pieces ? on_data : NULL;
    if (call->kind == USER_POST)
        request.body.json = "{}";
    if (call->kind == USER_UPLOAD)
        request.body.file_path = upload_file();
    if (call->kind == USER_SAVE) {
        snprintf(file, sizeof(file), "%s", user_file("saved", call->number));
        request.save_to = file;
    }
    return weft_http_send(client, &request, options, on_answer, call);
}

static weft_call *send_wait(user_call *call, weft_client *client, const char *job, const weft_call_options *options)
{
    weft_wait_options wait = {.timeout_ms = world_chance(500) ? world_up_to(60000) : 0};
    weft_call_options looks = *options;

    looks.max_body_bytes = 1 << 20; /* one that is never read whole would never end it */
    call->total_ms = wait.timeout_ms;
    return weft_stromboli_wait_job(client, job, &wait, NULL, &looks, on_job, call);
}

static void send_stream(user_call *call, weft_client *client, const char *prompt, const weft_call_options *options)
{
    static const weft_stream_callbacks callbacks = {.on_open = on_open, .on_event = on_event, .on_end = on_end};
    weft_stromboli_stream_request request = {.prompt = prompt};

    call->stream = weft_stromboli_stream(client, &request, options, &callbacks, call);
    call->call = call->stream ? weft_stream_get_call(call->stream) : NULL;
}

/* A prompt, now and then a long one. */
static const char *any_prompt(int number)
{
    static char text[3200];
    bool long_one = world_chance(100);

    snprintf(text, sizeof(text), "prompt %d %0*d", number, long_one ? (int)world_up_to(3000) : 1, 0);
    return text;
}

static void send_one(user_call *call, weft_client *client, const weft_call_options *options)
{
    weft_stromboli_run_request run = {.prompt = any_prompt(call->number)};
    char job[32];

    snprintf(job, sizeof(job), "job-%d", call->about);
    switch (call->kind) {
    case USER_RUN:
        call->call = weft_stromboli_run(client, &run, options, on_run, call);
        break;
    case USER_ASYNC_RUN:
        call->call = weft_stromboli_run_async(client, &run, options, on_async_run, call);
        break;
    case USER_STREAM:
        send_stream(call, client, run.prompt, options);
        break;
    case USER_LIST:
        call->call = weft_stromboli_list_jobs(client, options, on_list, call);
        break;
    case USER_JOB:
        call->call = weft_stromboli_get_job(client, job, options, on_job, call);
        break;
    case USER_CANCEL_JOB:
        call->call = weft_stromboli_cancel_job(client, job, options, on_job_cancelled, call);
        break;
    case USER_WAIT:
        call->call = send_wait(call, client, job, options);
        break;
    default:
        call->call = send_http(call, client, options);
        break;
    }
}

static void submit(user_call *call, weft_client *client)
{
    char number[16];
    weft_pair header = {"X-Id", number};
    weft_call_options options = {.headers = &header, .headers_count = 1};

    snprintf(number, sizeof(number), "%d", call->number);
    if (world_has(FAULT_DEADLINES))
        draw_timeouts(call, &options.timeouts);
    if (world_chance(50))
        options.max_retries = world_up_to(5);
    world_log("the user submits %d, of kind %d, by client %u to host %u", call->number, (int)call->kind, call->client,
              user.hosts[call->client]);
    user.inside++;
    send_one(call, client, &options);
    user.inside--;
    call->submitted = true;
}

void user_submit(user_kind kind)
{
    unsigned place = (unsigned)world_below(USER_CLIENTS);
    weft_client *client = user.clients[place];
    user_call *call = client && !user.closed ? new_call(kind, place) : NULL;

    if (!call)
        return;
    submit(call, client);
    if (!call->call) {
        INVARIANT(REASON, world_has(FAULT_MEMORY), "%d has no handle", call->number);
        call->live = false;
        user.live--;
        return;
    }
    if (world_chance(100)) {
        call->kept = true;
        weft_call_ref(call->call);
    }
}
