#include "client_rig.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static unsigned outcomes_so_far;

static bool next_fails(counted_memory *memory)
{
    unsigned long number = atomic_fetch_add(&memory->count, 1) + 1;

    return memory->fail_at && (number == memory->fail_at || (memory->fail_from_then && number > memory->fail_at));
}

/* The engine allocates on the loop's thread, so that the peak needs no more care than this. */
static void count_bytes(counted_memory *memory, long change)
{
    long bytes = atomic_fetch_add(&memory->bytes, change) + change;

    if (bytes > atomic_load(&memory->peak))
        atomic_store(&memory->peak, bytes);
}

static void *counted_alloc(size_t size, void *context)
{
    counted_memory *memory = context;
    void *block = next_fails(memory) ? NULL : malloc(size);

    if (block) {
        atomic_fetch_add(&memory->live, 1);
        count_bytes(memory, (long)malloc_usable_size(block));
    }
    return block;
}

static void *counted_resize(void *block, size_t size, void *context)
{
    counted_memory *memory = context;
    long before = (long)malloc_usable_size(block);
    void *resized = next_fails(memory) ? NULL : realloc(block, size);

    if (resized)
        count_bytes(memory, (long)malloc_usable_size(resized) - before);
    return resized;
}

static void counted_release(void *block, void *context)
{
    counted_memory *memory = context;

    atomic_fetch_sub(&memory->live, 1);
    count_bytes(memory, -(long)malloc_usable_size(block));
    free(block);
}

weft_client *rig_client(client_rig *rig, const weft_client_options *options)
{
    weft_client_options ours = options ? *options : (weft_client_options){0};
    const char *path = fault_server_socket_path(rig->server);
    char url[160];
    weft_client *client;

    if (!ours.base_url) {
        snprintf(url, sizeof(url), "%s%s", path ? "unix:" : "", path ? path : fault_server_url(rig->server));
        ours.base_url = url;
    }
    client = weft_stromboli_client(rig->engine, &ours, &rig->error);
    if (!client && !rig->memory.fail_at)
        test_fail(__FILE__, __LINE__, "no client: %s", rig->error.message);
    return client;
}

bool rig_open_bare(client_rig *rig, const fault_server_options *server)
{
    memset(rig, 0, sizeof(*rig));
    outcomes_so_far = 0;
    if (!test_loop_open(&rig->loop))
        return false;
    rig->server = fault_server_start(&rig->loop, server);
    return rig->server != NULL;
}

bool rig_engine(client_rig *rig, const weft_engine_options *options)
{
    weft_engine_options ours = options ? *options : (weft_engine_options){0};
    weft_allocator allocator = {counted_alloc, counted_resize, counted_release, &rig->memory};

    ours.allocator = &allocator;
    if (ours.random_seed == 0)
        ours.random_seed = 7;
    rig->engine = weft_engine_new(&rig->loop.uv, &ours, &rig->error);
    if (!rig->engine && !rig->memory.fail_at)
        test_fail(__FILE__, __LINE__, "no engine: %s", rig->error.message);
    return rig->engine != NULL;
}

bool rig_open_on(client_rig *rig, const fault_server_options *server, const weft_engine_options *engine,
                 const weft_client_options *client)
{
    if (!rig_open_bare(rig, server) || !rig_engine(rig, engine))
        return false;
    rig->client = rig_client(rig, client);
    return rig->client != NULL;
}

bool rig_open(client_rig *rig, const weft_engine_options *engine, const weft_client_options *client)
{
    return rig_open_on(rig, NULL, engine, client);
}

bool rig_run(client_rig *rig)
{
    return test_loop_run(&rig->loop);
}

void rig_engine_closed(void *arg)
{
    client_rig *rig = arg;

    rig->engine_closes++;
    rig->engine = NULL;
}

weft_engine_stats rig_stats(const client_rig *rig)
{
    weft_engine_stats stats;

    weft_engine_get_stats(rig->engine, &stats);
    return stats;
}

bool rig_end(client_rig *rig)
{
    bool server_ok, ok;

    if (rig->engine)
        weft_engine_close(rig->engine, rig_engine_closed, rig);
    ok = test_loop_run(&rig->loop);
    if (ok && rig->engine_closes != 1) {
        test_fail(__FILE__, __LINE__, "the engine's closing was reported %u times", rig->engine_closes);
        ok = false;
    }
    server_ok = fault_server_stop(rig->server);
    ok = test_loop_close(&rig->loop) && server_ok && ok;
    if (ok && atomic_load(&rig->memory.live) != 0) {
        test_fail(__FILE__, __LINE__, "%ld blocks of memory are left", atomic_load(&rig->memory.live));
        ok = false;
    }
    return ok;
}

static void copy_text(char *to, size_t size, const char *from, size_t len)
{
    size_t taken = len < size - 1 ? len : size - 1;

    if (taken)
        memcpy(to, from, taken);
    to[taken] = '\0';
}

uint64_t rig_now_ms(void)
{
    return uv_hrtime() / 1000000;
}

void on_outcome(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    call_outcome *outcome = arg;
    weft_str body = weft_call_get_body(call);

    (void)result;
    outcome->count++;
    outcome->order = ++outcomes_so_far;
    outcome->at_ms = rig_now_ms();
    outcome->code = error ? error->code : WEFT_OK;
    outcome->message[0] = '\0';
    if (error) {
        outcome->outcome = error->outcome;
        outcome->retry_after_ms = error->retry_after_ms;
        copy_text(outcome->message, sizeof(outcome->message), error->message, strlen(error->message));
    }
    copy_text(outcome->text, sizeof(outcome->text), body.ptr, body.len);
    outcome->body_len = body.len;
    weft_call_get_details(call, &outcome->details);
    outcome->status = outcome->details.http_status;
    if (!error)
        outcome->outcome = outcome->details.outcome;
    if (outcome->then)
        outcome->then(outcome, call);
}

static void on_open(weft_stream *stream, void *arg)
{
    stream_log *heard = arg;

    heard->opens++;
    heard->stream = stream;
    if (heard->at_open)
        heard->at_open(heard, stream);
}

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    stream_log *heard = arg;
    size_t at = strlen(heard->text);

    heard->events++;
    heard->stream = stream;
    heard->unfinished += event->unfinished;
    heard->bytes += event->data.len;
    snprintf(heard->text + at, sizeof(heard->text) - at, "%s:%s|", event->type.ptr ? event->type.ptr : "",
             event->data.ptr);
    if (heard->at_event)
        heard->at_event(heard, stream);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    stream_log *heard = arg;

    heard->ends++;
    heard->stream = stream;
    heard->code = error ? error->code : WEFT_OK;
    if (error)
        copy_text(heard->message, sizeof(heard->message), error->message, strlen(error->message));
    heard->outcome = error ? error->outcome : WEFT_OUTCOME_ACTED_ON;
    weft_call_get_details(weft_stream_get_call(stream), &heard->details);
    heard->status = heard->details.http_status;
    if (heard->at_end)
        heard->at_end(heard, stream);
}

const weft_stream_callbacks *rig_stream_callbacks(void)
{
    static const weft_stream_callbacks callbacks = {.on_open = on_open, .on_event = on_event, .on_end = on_end};

    return &callbacks;
}

weft_stream *rig_stream(client_rig *rig, stream_log *heard, const weft_call_options *options)
{
    heard->stream = weft_stromboli_stream(rig->client, &(weft_stromboli_stream_request){.prompt = "hi"}, options,
                                          rig_stream_callbacks(), heard);
    return heard->stream;
}

typedef struct later_call {
    uv_timer_t timer;
    void (*function)(void *arg);
    void *arg;
} later_call;

static void on_later_closed(uv_handle_t *timer)
{
    free(timer->data);
}

static void on_later(uv_timer_t *timer)
{
    later_call *later = timer->data;

    later->function(later->arg);
    uv_close((uv_handle_t *)timer, on_later_closed);
}

void rig_later(client_rig *rig, uint32_t delay_ms, void (*function)(void *arg), void *arg)
{
    later_call *later = calloc(1, sizeof(*later));

    if (!later)
        abort();
    later->function = function;
    later->arg = arg;
    uv_timer_init(&rig->loop.uv, &later->timer);
    later->timer.data = later;
    uv_update_time(&rig->loop.uv);
    uv_timer_start(&later->timer, on_later, delay_ms, 0);
}
